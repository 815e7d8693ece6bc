//! How users prove themselves (section 2.6): the addresses of their identities, which are changed with the
//! user, not here. Addresses are masked as Auth0 masks them.

use serde_json::{Value, json};

use super::{Channel, Entity, ManageError, User};
use crate::engine::Engine;
use crate::model::Identity;

impl Engine {
    pub async fn authentication_methods(&self, id: &str) -> Result<Vec<Value>, ManageError> {
        let user = self.known_user(id).await?;
        Ok(methods(&user))
    }

    pub async fn authentication_method(&self, id: &str, method: &str) -> Result<Value, ManageError> {
        let all = self.authentication_methods(id).await?;
        let found = all.into_iter().find(|one| one.get("id").and_then(Value::as_str) == Some(method));
        found.ok_or(ManageError::NotFound(Entity::AuthenticationMethod))
    }

    /// Why not: none of them can be renamed or taken away by itself.
    pub async fn change_authentication_method(&self, id: &str, method: &str) -> ManageError {
        self.authentication_method(id, method).await.err().unwrap_or_else(read_only)
    }

    /// Why not, as of one.
    pub async fn change_authentication_methods(&self, id: &str) -> ManageError {
        self.known_user(id).await.err().unwrap_or_else(read_only)
    }
}

fn read_only() -> ManageError {
    ManageError::NotSupported(String::from(
        "The authentication methods of an address are changed with the identity that it belongs to",
    ))
}

fn methods(user: &User) -> Vec<Value> {
    user.identities.iter().map(|identity| method(user, identity)).collect()
}

fn method(user: &User, identity: &Identity) -> Value {
    let address = identity.address.as_str();
    let (kind, name, masked) = match identity.channel {
        Channel::Sms => ("phone", "phone_number", masked_phone(address)),
        Channel::Email => ("email", "email", masked_email(address)),
    };
    let mut shown = json!({
        "id": format!("{kind}|{}", identity.provider_user_id),
        "type": kind,
        "confirmed": identity.verified_at.is_some(),
        name: masked,
        "created_at": user.created_at.to_iso8601(),
        "identity_user_id": identity.provider_user_id,
    });
    if let (Some(object), Some(at)) = (shown.as_object_mut(), identity.verified_at) {
        object.insert(String::from("last_auth_at"), json!(at.to_iso8601()));
    }
    if let (Some(object), "phone") = (shown.as_object_mut(), kind) {
        object.insert(String::from("preferred_authentication_method"), json!("sms"));
    }
    shown
}

/// `XXXXXXXXXXX5044`
fn masked_phone(number: &str) -> String {
    let from = number.chars().count().saturating_sub(4);
    number.chars().enumerate().map(|(at, c)| if at < from { 'X' } else { c }).collect()
}

/// `chuc****@exam*******`
fn masked_email(address: &str) -> String {
    let half = |part: &str| -> String {
        let shown = part.chars().count().div_ceil(2).min(4);
        part.chars().enumerate().map(|(at, c)| if at < shown { c } else { '*' }).collect()
    };
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    format!("{}@{}", half(local), half(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M-024
    #[test]
    fn addresses_are_masked_as_auth0_masks_them() {
        assert_eq!(masked_phone("+14155550100"), "XXXXXXXX0100");
        assert_eq!(masked_email("chucknor@example.com"), "chuc****@exam*******");
        assert_eq!(masked_email("ab@c.de"), "a*@c.**");
    }
}
