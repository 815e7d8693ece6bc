//! Reads one record of a file of users (section 5.1): everything that is wrong with it, each on its property.

mod identities;

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::intake::Kept;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::flow::manage::search;
use crate::flow::manage::users::{MAX_METADATA, MAX_USER_ID, TEXTS, fault_of_id};
use crate::model::{
    Address, BadPhoneNumber, Channel, Connection, EmailAddress, ImportRecord, ImportedUser, PhoneNumber,
    RecordCode, RecordError, Strategy, User,
};
use RecordCode::{
    AnyOfMissing, Format, InvalidType, MaxLength, Maximum, MinLength, Minimum, NotPassed, ObjectRequired,
    Pattern,
};

/// More sign-ins than anybody has, and room for those to come.
const MOST_LOGINS: i64 = u32::MAX as i64;
/// Properties that mean something here.
const KNOWN: [&str; 19] = [
    "user_id",
    "email",
    "email_verified",
    "phone_number",
    "phone_verified",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "blocked",
    "user_metadata",
    "app_metadata",
    "created_at",
    "updated_at",
    "last_login",
    "last_ip",
    "logins_count",
    "identities",
];

/// What records are read against.
pub(super) struct Reader<'a> {
    pub engine: &'a Engine,
    /// The job's.
    pub connection: Connection,
    /// All there are, for the other identities.
    pub connections: Vec<Connection>,
    pub now: Timestamp,
}

impl Reader<'_> {
    /// The record, and the properties of it that are ignored.
    pub(super) fn read(&self, kept: Kept) -> (ImportRecord, Vec<String>) {
        let given = match kept {
            Kept::Record(Value::Object(given)) => given,
            Kept::Record(other) => {
                let error = RecordError::new(InvalidType, "", "A record must be a JSON object");
                return (ImportRecord { source: other, read: Err(vec![error]) }, Vec::new());
            }
            Kept::Wrong(why) => {
                let error = RecordError::new(NotPassed, "", why);
                return (ImportRecord { source: Value::Null, read: Err(vec![error]) }, Vec::new());
            }
        };
        let mut reading = Reading { of: self, given: &given, errors: Vec::new(), ignored: Vec::new() };
        let imported = reading.user();
        let (errors, ignored) = (reading.errors, reading.ignored);
        let read = match imported {
            Some(imported) if errors.is_empty() => Ok(imported),
            _ => Err(errors),
        };
        let shown = given.into_iter().filter(|(name, _)| KNOWN.contains(&name.as_str())).collect();
        (ImportRecord { source: Value::Object(shown), read }, ignored)
    }

    /// A connection by name, where it is of that kind.
    fn known(&self, name: &str, strategy: Strategy) -> Option<&Connection> {
        self.connections.iter().find(|known| known.name == name && known.strategy == strategy)
    }
}

struct Reading<'a> {
    of: &'a Reader<'a>,
    given: &'a Map<String, Value>,
    errors: Vec<RecordError>,
    ignored: Vec<String>,
}

impl<'a> Reading<'a> {
    fn user(&mut self) -> Option<ImportedUser> {
        for name in self.given.keys().filter(|name| !KNOWN.contains(&name.as_str())) {
            self.ignored.push(name.chars().take(60).collect());
        }
        let strategy = self.of.connection.strategy;
        let id = self.user_id(strategy);
        let names_id = id.is_some();
        let hex = id.unwrap_or_else(|| self.of.engine.new_id());
        let address = self.address(strategy);
        let mut user = self.drafted(&hex, address.clone());
        self.texts(&mut user);
        if let Some(blocked) = self.flag("blocked") {
            (user.blocked, user.block_decided) = (blocked, true);
        }
        user.user_metadata = self.metadata("user_metadata");
        user.app_metadata = self.metadata("app_metadata");
        self.history(&mut user);
        self.identities(&mut user, strategy, &hex);
        address?;
        let gives = KNOWN.into_iter().filter(|name| self.value(name).is_some()).collect();
        Some(ImportedUser { user, names_id, gives })
    }

    fn drafted(&mut self, hex: &str, address: Option<(Channel, Address)>) -> User {
        let (channel, address) = address.unwrap_or((Channel::Sms, Address::from_canonical("")));
        let proof = match channel {
            Channel::Sms => "phone_verified",
            Channel::Email => "email_verified",
        };
        let connection = &self.of.connection;
        let mut user = User::first_seen(&connection.name, channel, address, hex, self.of.now);
        if connection.strategy == Strategy::Database {
            user = user.of_database();
        }
        let verified = self.flag(proof) == Some(true);
        for identity in &mut user.identities {
            identity.verified_at = verified.then_some(self.of.now);
        }
        user
    }

    /// `null` is the same as absent.
    fn value(&self, name: &str) -> Option<&'a Value> {
        self.given.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&mut self, code: RecordCode, path: impl Into<String>, reason: impl AsRef<str>) {
        self.errors.push(RecordError::new(code, path, reason));
    }

    fn text(&mut self, name: &str) -> Option<&'a str> {
        match self.value(name)? {
            Value::String(text) => Some(text),
            other => {
                self.wrong_type(name, "string", other);
                None
            }
        }
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(set) => Some(*set),
            other => {
                self.wrong_type(name, "boolean", other);
                None
            }
        }
    }

    fn wrong_type(&mut self, path: impl Into<String>, wanted: &str, found: &Value) {
        let found = latchkey_wire::params::type_name(found);
        self.wrong(InvalidType, path, format!("Expected type {wanted} but found type {found}"));
    }

    /// What stands after the bar, with or without the job's own prefix before it.
    fn user_id(&mut self, strategy: Strategy) -> Option<String> {
        let text = self.text("user_id")?;
        let own = format!("{}|", strategy.as_str());
        let id = match text.strip_prefix(&own) {
            Some(id) => id,
            None => {
                if let Some((prefix, _)) = text.split_once('|') {
                    let reason =
                        format!("The id begins with {prefix:.40}| but the job is for {}", strategy.as_str());
                    self.wrong(Pattern, "user_id", reason);
                    return None;
                }
                text
            }
        };
        if id.is_empty() {
            self.wrong(MinLength, "user_id", "String is too short (0 chars), minimum 1");
        } else if id.len() > MAX_USER_ID {
            self.wrong(MaxLength, "user_id", format!("String is too long, maximum {MAX_USER_ID}"));
        } else if let Some(reason) = fault_of_id(id) {
            self.wrong(Pattern, "user_id", reason);
        }
        Some(id.to_owned())
    }

    /// The address that codes go to. What belongs to another kind of connection is ignored.
    fn address(&mut self, strategy: Strategy) -> Option<(Channel, Address)> {
        let channel = match strategy {
            Strategy::Sms => Channel::Sms,
            Strategy::Email => Channel::Email,
            Strategy::Database if self.value("email").is_some() => Channel::Email,
            Strategy::Database if self.value("phone_number").is_some() => Channel::Sms,
            Strategy::Database => {
                self.wrong(AnyOfMissing, "", "Missing any of: email, phone_number");
                return None;
            }
        };
        let (own, foreign) = match channel {
            Channel::Sms => ("phone_number", ["email", "email_verified"]),
            Channel::Email => ("email", ["phone_number", "phone_verified"]),
        };
        for name in foreign {
            if self.value(name).is_some() {
                self.ignored.push(name.to_owned());
            }
        }
        if self.value(own).is_none() {
            self.wrong(ObjectRequired, own, format!("Missing required property: {own}"));
            return None;
        }
        let text = self.text(own)?;
        Some((channel, self.canonical(channel, text, own)?))
    }

    fn canonical(&mut self, channel: Channel, text: &str, path: &str) -> Option<Address> {
        match channel {
            Channel::Sms => match PhoneNumber::parse(text) {
                Ok(number) => return Some(number.address()),
                Err(bad) => {
                    let code = if bad == BadPhoneNumber::Pattern { Pattern } else { Format };
                    self.wrong(code, path, bad.to_string());
                }
            },
            Channel::Email => match EmailAddress::parse(text) {
                Ok(email) => return Some(email.address()),
                Err(_) => self.wrong(Format, path, "Object didn't pass validation for format email"),
            },
        }
        None
    }

    /// What only repeats the address is derived from it, and not kept.
    fn texts(&mut self, user: &mut User) {
        for (name, most) in TEXTS {
            let Some(text) = self.text(name) else { continue };
            let length = text.chars().count();
            if length == 0 {
                self.wrong(MinLength, name, "String is too short (0 chars), minimum 1");
            } else if length > most {
                self.wrong(MaxLength, name, format!("String is too long ({length} chars), maximum {most}"));
            } else if text.chars().any(char::is_control) {
                self.wrong(Pattern, name, "Must be without control characters");
            } else if name == "picture" && !is_page(text) {
                self.wrong(Format, name, "Object didn't pass validation for format absolute-uri");
            } else if user.root(name) != Some(text) && !self.is_our_avatar(name, text) {
                user.attributes.insert(name.to_owned(), json!(text));
            }
        }
    }

    fn is_our_avatar(&self, name: &str, text: &str) -> bool {
        name == "picture" && text == crate::token::claims::picture(&self.of.engine.settings.issuer)
    }

    fn metadata(&mut self, name: &str) -> Map<String, Value> {
        let object = match self.value(name) {
            None => return Map::new(),
            Some(Value::Object(object)) => object.clone(),
            Some(other) => {
                self.wrong_type(name, "object", other);
                return Map::new();
            }
        };
        let text = serde_json::to_string(&object).unwrap_or_default();
        if text.len() > MAX_METADATA {
            self.wrong(MaxLength, name, format!("Is too large, maximum {MAX_METADATA} bytes"));
        } else if text.contains("\\u0000") {
            // Not every database can be asked about it.
            self.wrong(Pattern, name, "Must be without the character zero");
        }
        object
    }

    fn history(&mut self, user: &mut User) {
        if let Some(at) = self.date("created_at") {
            (user.created_at, user.updated_at) = (at, at);
        }
        if let Some(at) = self.date("updated_at") {
            user.updated_at = at;
        }
        user.last_login = self.date("last_login");
        if let Some(text) = self.text("last_ip") {
            match text.parse::<IpAddr>() {
                Ok(ip) => user.last_ip = Some(ip.to_string()),
                Err(_) => self.wrong(Format, "last_ip", "Object didn't pass validation for format ip"),
            }
        }
        if let Some(value) = self.value("logins_count") {
            match (value.as_i64(), value.is_number()) {
                (Some(count), _) if count < 0 => {
                    self.wrong(Minimum, "logins_count", format!("Value {count} is less than minimum 0"));
                }
                (Some(count), _) if count > MOST_LOGINS => {
                    let reason = format!("Value {count} is greater than maximum {MOST_LOGINS}");
                    self.wrong(Maximum, "logins_count", reason);
                }
                (Some(count), _) => user.logins_count = count,
                (None, true) => self.wrong(InvalidType, "logins_count", "Expected type integer"),
                (None, false) => self.wrong_type("logins_count", "integer", value),
            }
        }
    }

    fn date(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let Some((at, _)) = search::dates::moment(text) else {
            self.wrong(Format, name, "Object didn't pass validation for format date-time");
            return None;
        };
        if at < 0 {
            self.wrong(Minimum, name, "The date is before 1970");
        } else if at > self.of.now.plus(86_400).0 {
            self.wrong(Maximum, name, "The date is in the future");
        }
        Some(Timestamp(at))
    }
}

fn is_page(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
