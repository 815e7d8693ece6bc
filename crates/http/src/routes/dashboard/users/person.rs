//! A user as the pages show one.

use serde_json::Value;

use super::base;
use crate::routes::dashboard::api::{list, segment, text};
use crate::routes::dashboard::numbers::counted;

pub struct Person {
    pub id: String,
    pub href: String,
    pub name: String,
    /// The number or address of the main identity.
    pub address: String,
    /// Names, the main one first.
    pub connections: Vec<String>,
    pub logins: u64,
    /// Empty before the first one.
    pub last_login: String,
    pub blocked: bool,
    keys_of_metadata: usize,
}

impl Person {
    /// Of a user as the API answers it.
    pub fn of(user: &Value) -> Self {
        let id = text(user, "/user_id");
        let address = [text(user, "/phone_number"), text(user, "/email")];
        let address = address.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let name = [text(user, "/name"), address, id].into_iter().find(|text| !text.is_empty());
        let mut connections: Vec<String> = Vec::new();
        for identity in list(user, "/identities") {
            let connection = text(identity, "/connection").to_owned();
            if !connections.contains(&connection) {
                connections.push(connection);
            }
        }
        let keys = |name: &str| user.get(name).and_then(Value::as_object).map_or(0, serde_json::Map::len);
        Self {
            id: id.to_owned(),
            href: base(id),
            name: name.unwrap_or_default().to_owned(),
            address: address.to_owned(),
            connections,
            logins: user.get("logins_count").and_then(Value::as_u64).unwrap_or_default(),
            last_login: text(user, "/last_login").to_owned(),
            blocked: user.get("blocked") == Some(&Value::Bool(true)),
            keys_of_metadata: keys("user_metadata") + keys("app_metadata"),
        }
    }

    /// Whether the name says more than the address.
    pub fn has_name(&self) -> bool {
        self.name != self.address
    }

    /// What is typed to confirm what cannot be undone.
    pub fn confirmation(&self) -> &str {
        if self.address.is_empty() { &self.id } else { &self.address }
    }

    /// How much metadata it has; empty where none.
    pub fn metadata(&self) -> String {
        match self.keys_of_metadata {
            0 => String::new(),
            many => counted(many as u64, "key", "keys"),
        }
    }

    /// The page that asks whether it is to be linked to the user whose page is `base`.
    pub fn link_to(&self, base: &str) -> String {
        format!("{base}/link?other={}", segment(&self.id))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_is_missing_a_user_has_something_to_be_called() {
        let person = Person::of(&json!({"user_id": "sms|a/b"}));
        assert_eq!((person.name.as_str(), person.confirmation()), ("sms|a/b", "sms|a/b"));
        assert_eq!(person.href, "/dashboard/users/sms%7Ca%2Fb");
        let person = Person::of(&json!({
            "user_id": "sms|a", "name": "Ann", "phone_number": "+1415", "user_metadata": {"a": 1},
            "identities": [{"connection": "sms"}, {"connection": "email"}, {"connection": "sms"}],
        }));
        assert!(person.has_name() && person.confirmation() == "+1415");
        assert_eq!(person.connections, ["sms", "email"]);
        assert_eq!(person.metadata(), "1 key");
        assert_eq!(person.link_to("/b"), "/b/link?other=sms%7Ca");
    }
}
