//! Plain values: tokens, profiles, countries, and the words that the calls share.

use std::sync::Arc;

use latchkey_client as core;

use crate::error::LatchkeyError;

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Channel {
    Sms,
    Email,
}

impl From<Channel> for core::Channel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Sms => Self::Sms,
            Channel::Email => Self::Email,
        }
    }
}

impl From<core::Channel> for Channel {
    fn from(channel: core::Channel) -> Self {
        match channel {
            core::Channel::Sms => Self::Sms,
            core::Channel::Email => Self::Email,
        }
    }
}

/// What a message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SendKind {
    /// A code to type.
    Code,
    /// A link that ends in a browser.
    Link,
    /// A link that opens the app on an iPhone, with a code in it.
    LinkIos,
    /// A link that opens the app on Android, with a code in it.
    LinkAndroid,
}

impl From<SendKind> for core::SendKind {
    fn from(send: SendKind) -> Self {
        match send {
            SendKind::Code => Self::Code,
            SendKind::Link => Self::Link,
            SendKind::LinkIos => Self::LinkIos,
            SendKind::LinkAndroid => Self::LinkAndroid,
        }
    }
}

/// Which of the two ways the server turns codes into tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Generation {
    /// `/oauth/token`: every server of today.
    Current,
    /// `/oauth/ro`, `/tokeninfo` and `/delegation`: what Lock for iOS 1.x speaks.
    Legacy,
}

impl From<Generation> for core::Generation {
    fn from(generation: Generation) -> Self {
        match generation {
            Generation::Current => Self::Current,
            Generation::Legacy => Self::Legacy,
        }
    }
}

/// Tokens of one person for one app. An object, so that nothing prints what is in it.
#[derive(uniffi::Object)]
pub struct Tokens(pub(crate) core::Tokens);

#[uniffi::export]
impl Tokens {
    /// Reads what `to_json` gave.
    #[uniffi::constructor]
    pub fn from_json(json: String) -> Result<Arc<Self>, LatchkeyError> {
        let tokens = serde_json::from_str(&json).map_err(|_| core::StorageError::Unreadable);
        Ok(Arc::new(Self(tokens.map_err(core::Error::from)?)))
    }

    /// Everything, for whoever keeps tokens without a `Session`. It belongs where secrets are.
    pub fn to_json(&self) -> Result<String, LatchkeyError> {
        let json = serde_json::to_string(&self.0).map_err(|_| core::StorageError::Unreadable);
        Ok(json.map_err(core::Error::from)?)
    }

    pub fn access_token(&self) -> String {
        self.0.access_token.expose().to_owned()
    }

    /// `Bearer`, in whatever case the server writes it.
    pub fn token_type(&self) -> String {
        self.0.token_type.clone()
    }

    /// Its signature and claims were checked when it came.
    pub fn id_token(&self) -> Option<String> {
        self.0.id_token.as_ref().map(|token| token.expose().to_owned())
    }

    /// With the scope `offline_access`: gives new tokens without the person.
    pub fn refresh_token(&self) -> Option<String> {
        self.0.refresh_token.as_ref().map(|token| token.expose().to_owned())
    }

    /// What was granted, words with spaces between; nothing where the server did not say.
    pub fn scope(&self) -> Option<String> {
        self.0.scope.clone()
    }

    /// When the access token ends, in seconds since 1970; nothing where the server did not say.
    pub fn expires_at(&self) -> Option<i64> {
        self.0.expires_at
    }
}

impl From<core::Tokens> for Tokens {
    fn from(tokens: core::Tokens) -> Self {
        Self(tokens)
    }
}

/// A person, as the server describes them.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Profile {
    /// `sms|…`, `email|…`: the same for as long as the account is there.
    pub id: String,
    /// A name to greet the person by: the best that is there.
    pub display_name: String,
    pub email: Option<String>,
    pub phone_number: Option<String>,
    /// The URL of a picture.
    pub picture: Option<String>,
    /// Everything that the server told, as JSON by the names of claims.
    pub claims_json: String,
}

impl From<core::Profile> for Profile {
    fn from(profile: core::Profile) -> Self {
        let text = |claim: &str| profile.text(claim).map(str::to_owned);
        Self {
            display_name: profile.display_name().to_owned(),
            email: text("email"),
            phone_number: text("phone_number"),
            picture: text("picture"),
            claims_json: serde_json::Value::Object(profile.claims.clone()).to_string(),
            id: profile.id,
        }
    }
}

/// A country, or part of one, whose phone numbers begin with a code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, uniffi::Record)]
pub struct Country {
    /// ISO 3166-1 alpha-2, upper case: by it, systems have the name in every language.
    pub region: String,
    /// Without the plus.
    pub calling_code: u16,
    /// In English.
    pub name: String,
    pub flag: String,
}

impl From<core::Country> for Country {
    fn from(country: core::Country) -> Self {
        Self {
            region: country.region().to_owned(),
            calling_code: country.calling_code(),
            name: country.name().to_owned(),
            flag: country.flag(),
        }
    }
}

/// Every country, in the order of the English names.
#[uniffi::export]
pub fn countries() -> Vec<Country> {
    core::Country::ALL.iter().copied().map(Country::from).collect()
}

/// The countries whose region, code or English name has what was typed: for the search of a picker.
#[uniffi::export]
pub fn search_countries(typed: String) -> Vec<Country> {
    core::Country::search(&typed).map(Country::from).collect()
}

/// The country of a language tag with a region in it, such as `pt-BR` or `de_AT`, or of a region alone.
#[uniffi::export]
pub fn find_country(tag: String) -> Option<Country> {
    core::Country::of_tag(&tag).or_else(|| core::Country::find(&tag)).map(Country::from)
}

/// A link of a message, which the system handed to the app.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AppLink {
    pub channel: Channel,
    pub code: String,
}
