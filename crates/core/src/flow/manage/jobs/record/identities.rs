//! The other identities of a record: those on connections of ours, and those of providers that are not here.

use serde_json::{Map, Value, json};

use super::{MAX_USER_ID, Reading};
use crate::model::RecordCode::{
    AnyOfMissing, ArrayLengthLong, ConnectionNotFound, MaxLength, ObjectRequired, Pattern,
};
use crate::model::{Channel, Identity, Strategy, User};

/// Most identities of one user.
const MAX_IDENTITIES: usize = 30;
/// Bytes of what a provider tells of a person.
const MAX_PROFILE: usize = 4 * 1024;

impl Reading<'_> {
    /// The other identities: ours lead to the user, those of other providers are only shown.
    pub(super) fn identities(&mut self, user: &mut User, main: Strategy, hex: &str) {
        let list = match self.value("identities") {
            None => return,
            Some(Value::Array(list)) => list,
            Some(other) => return self.wrong_type("identities", "array", other),
        };
        if list.len() > MAX_IDENTITIES {
            let reason = format!("Array is too long ({}), maximum {MAX_IDENTITIES}", list.len());
            return self.wrong(ArrayLengthLong, "identities", reason);
        }
        for (at, value) in list.iter().enumerate() {
            let path = format!("identities[{at}]");
            let Value::Object(identity) = value else {
                self.wrong_type(path, "object", value);
                continue;
            };
            let text =
                |name: &str| identity.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let id = match identity.get("user_id") {
                Some(Value::Number(number)) => Some(number.to_string()),
                _ => text("user_id").map(str::to_owned),
            };
            let (Some(provider), Some(id), Some(connection)) = (text("provider"), id, text("connection"))
            else {
                self.wrong(AnyOfMissing, path, "Missing any of: provider, user_id, connection");
                continue;
            };
            let id = id.strip_prefix(&format!("{provider}|")).unwrap_or(&id).to_owned();
            if provider == main.as_str() && (id == hex || self.value("user_id").is_none()) {
                continue;
            }
            let too_long = [provider, &id, connection].iter().any(|text| text.len() > MAX_USER_ID);
            if too_long || [provider, &id, connection].iter().any(|text| text.contains(char::is_control)) {
                self.wrong(MaxLength, path, "A name is too long, or holds a control character");
                continue;
            }
            match strategy_of(provider) {
                Some(strategy) if self.is_ours(strategy, connection) => {
                    let linked = self.linked(identity, strategy, connection, id, &path);
                    user.identities.extend(linked);
                }
                _ => {
                    let foreign = self.foreign(identity, provider, &id, connection, &path);
                    user.foreign_identities.extend(foreign);
                }
            }
        }
    }

    /// A database that is not here is as foreign as any other provider.
    fn is_ours(&self, strategy: Strategy, connection: &str) -> bool {
        strategy != Strategy::Database || self.of.known(connection, strategy).is_some()
    }

    fn linked(
        &mut self,
        given: &Map<String, Value>,
        strategy: Strategy,
        connection: &str,
        provider_user_id: String,
        path: &str,
    ) -> Option<Identity> {
        if self.of.known(connection, strategy).is_none() {
            let reason = format!("There is no connection {connection:.128} of this kind");
            self.wrong(ConnectionNotFound, format!("{path}.connection"), reason);
            return None;
        }
        let profile = given.get("profileData");
        let text = |name: &str| profile.and_then(|profile| profile.get(name)).and_then(Value::as_str);
        let (channel, own, says) = match (strategy, text("email")) {
            (Strategy::Email, _) | (Strategy::Database, Some(_)) => {
                (Channel::Email, "email", "email_verified")
            }
            _ => (Channel::Sms, "phone_number", "phone_verified"),
        };
        let path = format!("{path}.profileData.{own}");
        let Some(address) = text(own) else {
            self.wrong(ObjectRequired, path, format!("Missing required property: {own}"));
            return None;
        };
        let address = self.canonical(channel, address, &path)?;
        let verified = profile.and_then(|profile| profile.get(says)) == Some(&Value::Bool(true));
        if provider_user_id.chars().any(char::is_whitespace) {
            self.wrong(Pattern, path, "The id must be without spaces");
            return None;
        }
        Some(Identity {
            connection: connection.to_owned(),
            strategy,
            channel,
            address,
            provider_user_id,
            verified_at: verified.then_some(self.of.now),
        })
    }

    fn foreign(
        &mut self,
        given: &Map<String, Value>,
        provider: &str,
        id: &str,
        connection: &str,
        path: &str,
    ) -> Option<Value> {
        let mut object = json!({
            "connection": connection,
            "user_id": id,
            "provider": provider,
            "isSocial": given.get("isSocial").and_then(Value::as_bool).unwrap_or(false),
            "imported": true,
        });
        if let Some(profile @ Value::Object(_)) = given.get("profileData") {
            let text = profile.to_string();
            if text.len() > MAX_PROFILE || text.contains("\\u0000") {
                let reason = format!("Is larger than {MAX_PROFILE} bytes, or holds the character zero");
                self.wrong(MaxLength, format!("{path}.profileData"), reason);
                return None;
            }
            if let Some(object) = object.as_object_mut() {
                object.insert(String::from("profileData"), profile.clone());
            }
        }
        Some(object)
    }
}

fn strategy_of(provider: &str) -> Option<Strategy> {
    [Strategy::Sms, Strategy::Email, Strategy::Database].into_iter().find(|known| known.as_str() == provider)
}
