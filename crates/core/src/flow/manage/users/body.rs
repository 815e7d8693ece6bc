//! What is written of a user: which properties there are, and what they may be (section 2.4).

use serde_json::{Map, Value};

use super::{Address, Channel, EmailAddress, ManageError, PhoneNumber, Strategy, User};

/// Bytes of either metadata, as JSON.
pub(in crate::flow::manage) const MAX_METADATA: usize = 16 * 1024;
pub(in crate::flow::manage) const MAX_USER_ID: usize = 255;

/// Attributes of the root that are texts, and how long they may be.
pub(in crate::flow::manage) const TEXTS: [(&str, usize); 5] =
    [("name", 300), ("given_name", 150), ("family_name", 150), ("nickname", 300), ("picture", 2_048)];

const CREATE: [&str; 19] = [
    "connection",
    "phone_number",
    "phone_verified",
    "email",
    "email_verified",
    "verify_email",
    "verify_phone_number",
    "user_id",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "user_metadata",
    "app_metadata",
    "blocked",
    "password",
    "username",
    "client_id",
];

/// A body whose properties are all known, and of their types.
pub(super) struct UserBody(Map<String, Value>);

impl UserBody {
    /// `null` is the same as absent.
    pub(super) fn of_new(given: Map<String, Value>) -> Result<Self, ManageError> {
        let given = given.into_iter().filter(|(_, value)| !value.is_null()).collect();
        Self(given).checked(|_| true)
    }

    /// Of what a person says of themselves, texts and metadata of theirs.
    pub(super) fn of_person(given: Map<String, Value>) -> Self {
        let may = |name: &str| name == "user_metadata" || TEXTS.iter().any(|(text, _)| *text == name);
        Self(given.into_iter().filter(|(name, _)| may(name)).collect())
    }

    pub(super) fn of_change(given: Map<String, Value>) -> Result<Self, ManageError> {
        let body = Self(given).checked(|name| name != "user_id")?;
        for name in ["verify_email", "verify_phone_number"] {
            if body.flag(name) == Some(true) {
                let message = format!("Addresses are proved by signing in: {name} sends no message here");
                return Err(ManageError::NotSupported(message));
            }
        }
        Ok(body)
    }

    fn checked(self, may: impl Fn(&str) -> bool) -> Result<Self, ManageError> {
        for (name, value) in &self.0 {
            if !CREATE.contains(&name.as_str()) || !may(name) {
                let reason = format!("Additional properties not allowed: {name:.40}");
                return Err(ManageError::invalid("", reason));
            }
            if value.is_null() {
                continue;
            }
            let (sound, kind) = match name.as_str() {
                "phone_verified" | "email_verified" | "verify_email" | "verify_phone_number" | "blocked" => {
                    (value.is_boolean(), "boolean")
                }
                "user_metadata" | "app_metadata" => (value.is_object(), "object"),
                _ => (value.is_string(), "string"),
            };
            if !sound {
                return Err(ManageError::invalid(name.as_str(), format!("Expected type {kind}")));
            }
        }
        for name in ["password", "username"] {
            if self.0.get(name).is_some_and(|value| !value.is_null()) {
                let message = format!("Nobody signs in by password here: {name} cannot be set");
                return Err(ManageError::NotSupported(message));
            }
        }
        Ok(self)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, ManageError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ManageError::invalid(name, "Expected type string")),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    /// The address of a new user, and whether an operator vouches for it.
    pub(super) fn address(&self, strategy: Strategy) -> Result<(Channel, Address, bool), ManageError> {
        let channel = match strategy {
            Strategy::Sms => Channel::Sms,
            Strategy::Email => Channel::Email,
            Strategy::Database if self.0.contains_key("email") => Channel::Email,
            Strategy::Database => Channel::Sms,
        };
        let (own, foreign) = match channel {
            Channel::Sms => ("phone_number", ["email", "email_verified"]),
            Channel::Email => ("email", ["phone_number", "phone_verified"]),
        };
        for name in foreign {
            if self.0.contains_key(name) {
                return Err(not_for(name, channel));
            }
        }
        let text = self.text(own)?.ok_or(ManageError::MissingProperty(own))?;
        let verified = match channel {
            Channel::Sms => self.flag("phone_verified"),
            Channel::Email => self.flag("email_verified"),
        };
        Ok((channel, read_address(channel, text)?, verified == Some(true)))
    }

    /// The part of a new user's id after the bar, with or without what is before it.
    pub(super) fn user_id(&self, strategy: Strategy) -> Result<Option<String>, ManageError> {
        let Some(text) = self.text("user_id")? else { return Ok(None) };
        let prefix = format!("{}|", strategy.as_str());
        let id = text.strip_prefix(&prefix).unwrap_or(text);
        if id.is_empty() || id.len() > MAX_USER_ID {
            return Err(ManageError::invalid("user_id", "Must be 1 to 255 characters"));
        }
        if let Some(reason) = fault_of_id(id) {
            return Err(ManageError::invalid("user_id", reason));
        }
        Ok(Some(id.to_owned()))
    }

    /// Sets what is no address. `null` takes away, of metadata by the first level.
    pub(super) fn apply(&self, user: &mut User) -> Result<(), ManageError> {
        for (name, most) in TEXTS {
            match self.0.get(name) {
                None => {}
                Some(Value::Null) => {
                    user.attributes.remove(name);
                }
                Some(value) => {
                    let text = value.as_str().unwrap_or_default();
                    check_text(name, text, most)?;
                    user.attributes.insert(name.to_owned(), value.clone());
                }
            }
        }
        if let Some(blocked) = self.0.get("blocked") {
            user.blocked = blocked == &Value::Bool(true);
            user.block_decided = !blocked.is_null();
        }
        merge("user_metadata", &mut user.user_metadata, self.0.get("user_metadata"))?;
        merge("app_metadata", &mut user.app_metadata, self.0.get("app_metadata"))
    }
}

/// What an id may not hold, whoever chooses it.
pub(in crate::flow::manage) fn fault_of_id(id: &str) -> Option<&'static str> {
    if id.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some("Must be without spaces");
    }
    let leads_upwards = id.split(['/', '\\']).any(|part| matches!(part, "." | ".."));
    leads_upwards.then_some("Must be no path that leads upwards")
}

fn check_text(name: &str, text: &str, most: usize) -> Result<(), ManageError> {
    let length = text.chars().count();
    if length == 0 {
        return Err(ManageError::invalid(name, "String is too short (0 chars), minimum 1"));
    }
    if length > most {
        let reason = format!("String is too long ({length} chars), maximum {most}");
        return Err(ManageError::invalid(name, reason));
    }
    if text.chars().any(char::is_control) {
        return Err(ManageError::invalid(name, "Must be without control characters"));
    }
    let is_url = || url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if name == "picture" && !is_url() {
        return Err(ManageError::invalid(name, "Object didn't pass validation for format absolute-uri"));
    }
    Ok(())
}

/// First level only: a key is replaced whole, `null` removes it, `{}` changes nothing.
fn merge(name: &str, kept: &mut Map<String, Value>, given: Option<&Value>) -> Result<(), ManageError> {
    match given {
        None => return Ok(()),
        Some(Value::Object(given)) => super::super::documents::merge(kept, given.clone()),
        Some(_) => kept.clear(),
    }
    let text = serde_json::to_string(&*kept).unwrap_or_default();
    if text.len() > MAX_METADATA {
        return Err(ManageError::invalid(name, "Is too large, maximum 16384 bytes"));
    }
    // Not every database can be asked about it.
    match text.contains("\\u0000") {
        true => Err(ManageError::invalid(name, "Must be without the character zero")),
        false => Ok(()),
    }
}

pub(super) fn read_address(channel: Channel, text: &str) -> Result<Address, ManageError> {
    match channel {
        Channel::Sms => PhoneNumber::parse(text)
            .map(|number| number.address())
            .map_err(|bad| ManageError::invalid("phone_number", bad.to_string())),
        Channel::Email => EmailAddress::parse(text)
            .map(|email| email.address())
            .map_err(|_| ManageError::invalid("email", "Object didn't pass validation for format email")),
    }
}

pub(super) fn not_for(name: &str, channel: Channel) -> ManageError {
    let kind = match channel {
        Channel::Sms => "phone number",
        Channel::Email => "email address",
    };
    ManageError::NotSupported(format!("{name} cannot be set on an identity whose address is a {kind}"))
}
