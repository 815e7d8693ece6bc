//! How users prove themselves (section 2.6): the addresses of their identities, which are changed with the
//! user, not here, and their passkeys. Addresses are masked as Auth0 masks them.

use serde_json::{Map, Value, json};

use super::{Channel, Entity, ManageError, Operator, User, passkeys};
use crate::engine::Engine;
use crate::model::Identity;

impl Engine {
    pub async fn authentication_methods(&self, id: &str) -> Result<Vec<Value>, ManageError> {
        let user = self.known_user(id).await?;
        let passkeys = self.passkeys_of(&user).await?;
        let addresses = user.identities.iter().filter_map(|identity| method(&user, identity));
        Ok(addresses.chain(passkeys.iter().map(passkeys::shown)).collect())
    }

    pub async fn authentication_method(&self, id: &str, method: &str) -> Result<Value, ManageError> {
        let all = self.authentication_methods(id).await?;
        let found = all.into_iter().find(|one| one.get("id").and_then(Value::as_str) == Some(method));
        found.ok_or(ManageError::NotFound(Entity::AuthenticationMethod))
    }

    /// Passkeys can be renamed.
    pub async fn update_authentication_method(
        &self,
        operator: &Operator,
        id: &str,
        method: &str,
        given: &Map<String, Value>,
    ) -> Result<Value, ManageError> {
        let user = self.known_user(id).await?;
        match passkeys::named(&self.passkeys_of(&user).await?, method) {
            Some(passkey) => self.rename_passkey(operator, &user, passkey, given).await,
            None => Err(self.read_only_method(&user, method)),
        }
    }

    /// Passkeys can be taken away.
    pub async fn remove_authentication_method(
        &self,
        operator: &Operator,
        id: &str,
        method: &str,
    ) -> Result<(), ManageError> {
        let user = self.known_user(id).await?;
        match passkeys::named(&self.passkeys_of(&user).await?, method) {
            Some(passkey) => self.remove_passkeys(operator, &user, std::slice::from_ref(passkey)).await,
            None => Err(self.read_only_method(&user, method)),
        }
    }

    /// All that somebody enrolled: passkeys, and the keys of devices, those of Touch ID too. Else a lost phone would
    /// keep codes out, where an operator says that they are refused beside one. An address is nothing that is enrolled.
    pub async fn remove_authentication_methods(
        &self,
        operator: &Operator,
        id: &str,
    ) -> Result<(), ManageError> {
        let user = self.known_user(id).await?;
        let passkeys = self.passkeys_of(&user).await?;
        self.remove_passkeys(operator, &user, &passkeys).await?;
        self.take_device_keys(operator, &user.id).await
    }

    /// Why not: nobody makes a method for another.
    pub async fn change_authentication_methods(&self, id: &str) -> ManageError {
        self.known_user(id).await.err().unwrap_or_else(not_for_others)
    }

    fn read_only_method(&self, user: &User, method: &str) -> ManageError {
        let id = |identity: &Identity| format!("{}|{}", kind_of(identity), identity.provider_user_id);
        let is_address = user.identities.iter().any(|one| one.reachable().is_some() && id(one) == method);
        if is_address { read_only() } else { ManageError::NotFound(Entity::AuthenticationMethod) }
    }
}

fn read_only() -> ManageError {
    ManageError::NotSupported(String::from(
        "The authentication methods of an address are changed with the identity that it belongs to",
    ))
}

fn not_for_others() -> ManageError {
    ManageError::NotSupported(String::from(
        "Nobody makes an authentication method for another: a passkey is made by the authenticator of its person",
    ))
}

fn kind_of(identity: &Identity) -> &'static str {
    match identity.channel {
        Channel::Sms => "phone",
        Channel::Email => "email",
    }
}

/// `None` for an identity that has no address.
fn method(user: &User, identity: &Identity) -> Option<Value> {
    let address = identity.reachable()?.as_str();
    let kind = kind_of(identity);
    let (name, masked) = match identity.channel {
        Channel::Sms => ("phone_number", masked_phone(address)),
        Channel::Email => ("email", masked_email(address)),
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
    Some(shown)
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
