//! A user as operators read them: absent where nothing was ever set (section 2.4).

use serde_json::{Map, Value, json};

use super::{Address, Channel, User};
use crate::engine::Engine;
use crate::model::Identity;
use crate::token::claims;

impl Engine {
    pub fn shown_user(&self, user: &User) -> Map<String, Value> {
        let mut object = claims::normalized(user, &self.settings.issuer);
        let identities: Vec<Value> = (0..)
            .zip(&user.identities)
            .map(|(at, identity)| if at == 0 { listed(identity) } else { with_profile(identity) })
            .chain(user.foreign_identities.iter().cloned())
            .collect();
        object.insert(String::from("identities"), Value::Array(identities));
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        if user.blocked || user.block_decided {
            put("blocked", json!(user.blocked));
        }
        if let Some(at) = user.last_login {
            put("last_login", json!(at.to_iso8601()));
        }
        if let Some(ip) = &user.last_ip {
            put("last_ip", json!(ip));
        }
        if user.logins_count > 0 {
            put("logins_count", json!(user.logins_count));
        }
        for (name, metadata) in [("user_metadata", &user.user_metadata), ("app_metadata", &user.app_metadata)]
        {
            if !metadata.is_empty() {
                put(name, Value::Object(metadata.clone()));
            }
        }
        object
    }

    /// Every identity with what it tells of the person, as linking answers.
    pub fn shown_identities(&self, user: &User) -> Vec<Value> {
        user.identities.iter().map(with_profile).chain(user.foreign_identities.iter().cloned()).collect()
    }
}

fn listed(identity: &Identity) -> Value {
    json!({
        "connection": identity.connection,
        "user_id": identity.provider_user_id,
        "provider": identity.strategy.as_str(),
        "isSocial": false,
    })
}

fn with_profile(identity: &Identity) -> Value {
    let mut object = listed(identity);
    let address = identity.reachable().map(Address::as_str);
    let verified = identity.verified_at.is_some();
    let profile = match identity.channel {
        _ if address.is_none() => json!({}),
        Channel::Sms => json!({"phone_number": address, "phone_verified": verified, "name": address}),
        Channel::Email => json!({"email": address, "email_verified": verified, "name": address}),
    };
    if let Some(object) = object.as_object_mut() {
        object.insert(String::from("profileData"), profile);
    }
    object
}
