//! A record of a file of users, read: what it makes of nobody, and of who is there already.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Channel, Identity, User};
use crate::clock::Timestamp;

#[derive(Clone, Debug)]
pub struct ImportRecord {
    /// As it was written, secrets aside: what an error is told with.
    pub source: Value,
    pub read: Result<ImportedUser, Vec<RecordError>>,
}

/// A sound record.
#[derive(Clone, Debug)]
pub struct ImportedUser {
    /// Who it makes where there is nobody. The first identity is that of the job's connection.
    pub user: User,
    /// The record says which id.
    pub names_id: bool,
    /// Properties that the record gives; others stay as they are.
    pub gives: Vec<&'static str>,
}

impl ImportRecord {
    /// What is told of a record that came to nothing.
    pub fn failed(&self, errors: &[RecordError]) -> Value {
        json!({ "user": self.source, "errors": errors })
    }
}

impl ImportedUser {
    /// The user as the record leaves who was there before: given properties replace, metadata whole; identities
    /// are added, never taken; a count or a login never goes back.
    pub fn over(&self, before: &User, now: Timestamp) -> User {
        let mut user = before.clone();
        let new = &self.user;
        for name in ["name", "given_name", "family_name", "nickname", "picture"] {
            if self.gives(name) {
                match new.attributes.get(name) {
                    Some(value) => drop(user.attributes.insert(name.to_owned(), value.clone())),
                    None => drop(user.attributes.remove(name)),
                }
            }
        }
        if self.gives("blocked") {
            (user.blocked, user.block_decided) = (new.blocked, true);
        }
        if self.gives("user_metadata") {
            user.user_metadata.clone_from(&new.user_metadata);
        }
        if self.gives("app_metadata") {
            user.app_metadata.clone_from(&new.app_metadata);
        }
        if self.gives("created_at") {
            user.created_at = new.created_at;
        }
        if new.last_login > user.last_login {
            user.last_login = new.last_login;
            user.last_ip.clone_from(&new.last_ip);
        }
        user.logins_count = user.logins_count.max(new.logins_count);
        for (at, identity) in new.identities.iter().enumerate() {
            self.identity_over(&mut user.identities, identity, at == 0);
        }
        if self.gives("identities") {
            user.foreign_identities.clone_from(&new.foreign_identities);
        }
        // What an operator decides is not undone by whoever had the address before.
        let identities = &user.identities;
        let is_moved = |key: &str| {
            let address = |all: &[Identity]| {
                all.iter().find(|identity| identity.key() == key).map(|identity| identity.address.clone())
            };
            address(identities) != address(&before.identities)
        };
        user.address_changes.retain(|change| !is_moved(&change.identity));
        if user != *before {
            user.updated_at = now;
        }
        user
    }

    fn identity_over(&self, identities: &mut Vec<Identity>, new: &Identity, is_main: bool) {
        let by_id = |known: &&mut Identity| {
            known.connection == new.connection && known.provider_user_id == new.provider_user_id
        };
        let by_address =
            |known: &&mut Identity| known.connection == new.connection && known.address == new.address;
        let found = match identities.iter_mut().find(by_id) {
            None => identities.iter_mut().find(by_address),
            found => found,
        };
        let Some(known) = found else {
            identities.push(new.clone());
            return;
        };
        let moved = known.address != new.address;
        known.address.clone_from(&new.address);
        known.channel = new.channel;
        let says = match new.channel {
            Channel::Sms => "phone_verified",
            Channel::Email => "email_verified",
        };
        match new.verified_at {
            Some(_) if known.verified_at.is_some() && !moved => {}
            // A record that says nothing of the proof leaves it, unless the address is another.
            None if is_main && !self.gives(says) && !moved => {}
            proof => known.verified_at = proof,
        }
    }

    fn gives(&self, name: &str) -> bool {
        self.gives.contains(&name)
    }

    /// Names the id and the address that no other record of the file may have.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        if self.names_id {
            keys.push(self.user.id.as_str().to_owned());
        }
        keys.extend(
            self.user.identities.iter().map(|one| format!("{}\0{}", one.connection, one.address.as_str())),
        );
        keys
    }
}

/// Properties without a meaning that are told by name; all others go by one that no property has.
pub const MOST_IGNORED: usize = 100;
pub const OTHER_PROPERTIES: &str = "*";

/// What is wrong with a record, and on which property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordError {
    pub code: RecordCode,
    pub message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
}

impl RecordError {
    pub fn new(code: RecordCode, path: impl Into<String>, reason: impl AsRef<str>) -> Self {
        let path = path.into();
        let reason = reason.as_ref();
        let message = match path.as_str() {
            "" => reason.to_owned(),
            path => format!("Error in {path} property - {reason}"),
        };
        Self { code, message, path }
    }

    /// The user is there already, in the store or further up in the file.
    pub fn duplicate(reason: &str) -> Self {
        Self::new(RecordCode::DuplicatedUser, "", reason)
    }

    /// Signs in by another connection, as whom the file would make somebody else's address known.
    pub fn elsewhere() -> Self {
        let reason = "The user of this id signs in by another connection";
        Self::new(RecordCode::Conflict, "user_id", reason)
    }

    /// Another user has the address.
    pub fn taken(identity: &Identity) -> Self {
        match identity.channel {
            Channel::Sms => Self::new(
                RecordCode::ConflictPhone,
                "phone_number",
                "The phone number belongs to another user",
            ),
            Channel::Email => {
                Self::new(RecordCode::ConflictEmail, "email", "The email address belongs to another user")
            }
        }
    }
}

macro_rules! codes {
    ($($name:ident = $text:literal;)*) => {
        /// As Auth0 spells them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum RecordCode {
            $($name,)*
        }

        impl RecordCode {
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    InvalidType = "INVALID_TYPE";
    Format = "FORMAT";
    Pattern = "PATTERN";
    MinLength = "MIN_LENGTH";
    MaxLength = "MAX_LENGTH";
    Minimum = "MINIMUM";
    Maximum = "MAXIMUM";
    ObjectRequired = "OBJECT_REQUIRED";
    AnyOfMissing = "ANY_OF_MISSING";
    ArrayLengthLong = "ARRAY_LENGTH_LONG";
    Conflict = "CONFLICT";
    ConflictEmail = "CONFLICT_EMAIL";
    ConflictPhone = "CONFLICT_PHONE";
    ConnectionNotFound = "CONNECTION_NOT_FOUND";
    DuplicatedUser = "DUPLICATED_USER";
    NotPassed = "NOT_PASSED";
}

impl Serialize for RecordCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
