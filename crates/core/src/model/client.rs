//! A registered application: who it is, how it proves that, which grants it may use.

use latchkey_wire::Scopes;
use latchkey_wire::token as grant_types;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{BackchannelLogout, ClientId};
use crate::clock::Timestamp;
use crate::vault::Sealed;

/// The client of the account page. It is part of the program, and in no store.
pub const ACCOUNT_CLIENT: &str = "latchkey-account";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    pub kind: ClientKind,
    pub auth_method: TokenEndpointAuthMethod,
    /// Sealed under [`Client::secret_context`]; absent for public clients.
    pub secret: Option<Sealed>,
    /// PEM public keys for `private_key_jwt` (RFC 7523 section 3).
    #[serde(default)]
    pub assertion_keys: Vec<String>,
    /// Public keys that have a name and an end, as the Management API has them.
    #[serde(default)]
    pub credentials: Vec<ClientCredential>,
    pub grant_types: Vec<String>,
    #[serde(default)]
    pub callbacks: Vec<String>,
    #[serde(default)]
    pub web_origins: Vec<String>,
    #[serde(default)]
    pub logout_urls: Vec<String>,
    #[serde(default)]
    pub backchannel_logout: BackchannelLogout,
    /// The audiences (APIs) that this client may ask tokens for.
    #[serde(default)]
    pub audiences: Vec<AudienceGrant>,
    pub jwt: JwtSettings,
    pub refresh: RefreshSettings,
    /// Refuses the legacy endpoints to this client.
    pub oidc_conformant: bool,
    pub first_party: bool,
    /// Refuses requests at `/authorize` that did not come by `/oauth/par`.
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// Believe `auth0-forwarded-for` from this client once it has proved its secret.
    pub trust_forwarded_for: bool,
    /// Pages of its own origins may sign in through `/co/authenticate`.
    #[serde(default)]
    pub cross_origin_login: bool,
    /// The verification page: it vouches for a sign-in through `/co/authenticate` where the browser dropped
    /// our cookie.
    #[serde(default)]
    pub cross_origin_loc: Option<String>,
    /// Bundle id for `send:"link_ios"`, package name for `send:"link_android"`.
    #[serde(default)]
    pub ios_bundle: Option<String>,
    #[serde(default)]
    pub android_package: Option<String>,
    /// The Apple team that signs the app, and the SHA-256s of the Android app's certificates as `AB:CD:…`: what
    /// the association files name.
    #[serde(default)]
    pub ios_team: Option<String>,
    #[serde(default, alias = "android_fingerprint", deserialize_with = "one_or_many")]
    pub android_fingerprints: Vec<String>,
    /// Properties as operators' tools wrote them: those that no rule reads, and how the others were spelt.
    #[serde(default)]
    pub further: Map<String, Value>,
    /// Counts the changes by operators' tools, so that of two at once none is lost.
    #[serde(default)]
    pub version: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    Native,
    Spa,
    RegularWeb,
    NonInteractive,
    /// A tool that made it did not say, or said what we do not know.
    Unspecified,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    None,
    ClientSecretPost,
    ClientSecretBasic,
    PrivateKeyJwt,
}

/// A public key for `private_key_jwt` that operators' tools manage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCredential {
    /// `cred_` and 22 characters.
    pub id: String,
    pub name: String,
    /// The algorithm that it was registered for, in Auth0's words.
    pub alg: String,
    pub pem: String,
    /// Assertions that it signs are taken: the client's authentication methods name it.
    pub in_use: bool,
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An audience that a client may ask tokens for, with the scopes it may have there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceGrant {
    pub audience: String,
    #[serde(deserialize_with = "latchkey_wire::scope::granted")]
    pub scopes: Scopes,
    /// Seconds that an access token for this audience lives.
    pub token_lifetime: u32,
    #[serde(default)]
    pub dialect: TokenDialect,
    /// What operators' tools wrote beside it.
    #[serde(default)]
    pub further: Map<String, Value>,
}

/// The shape of access tokens for an audience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenDialect {
    /// Auth0's: `typ` JWT, `azp`.
    #[default]
    AccessToken,
    /// RFC 9068: `typ` at+jwt, `client_id`, `jti`.
    Rfc9068Profile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    RS256,
    ES256,
    EdDSA,
    /// Keyed by the client secret; confidential clients and the legacy pipeline only.
    HS256,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwtSettings {
    pub alg: SigningAlgorithm,
    /// Seconds that an id_token lives.
    pub lifetime: u32,
    /// The secret is base64url text to be decoded before it keys HS256 (old clients).
    #[serde(default)]
    pub secret_encoded: bool,
}

/// How refresh tokens of a client behave. Seconds throughout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshSettings {
    pub rotating: bool,
    /// How long a token that was rotated away still works.
    pub leeway: u32,
    /// A rotated token also works while the token that replaced it was never used: the answer that
    /// carried the new one was lost.
    pub reuse_while_child_unused: bool,
    /// Life of the whole chain; `None` for ever (not with rotation).
    pub lifetime: Option<u32>,
    /// Life since the last use; `None` for ever.
    pub idle_lifetime: Option<u32>,
}

/// The key of `client_metadata` that holds a day such as `2027-06-30`.
pub const WEAK_KEYS_UNTIL: &str = "latchkey_rsa_1024_until";

impl Client {
    /// The context that a client secret is sealed under.
    pub fn secret_context(id: &ClientId) -> String {
        format!("client/{id}/secret")
    }

    /// Public clients cannot keep a secret and prove nothing at the token endpoint.
    pub fn is_public(&self) -> bool {
        self.auth_method == TokenEndpointAuthMethod::None
    }

    /// Strangers may sign up by its starts, where the connection lets them. At the account page nobody does: it is
    /// open on every connection, also where starts are for a client with a secret.
    pub fn signs_up(&self) -> bool {
        self.id.as_str() != ACCOUNT_CLIENT
    }

    pub fn allows(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|known| known == grant_type)
    }

    /// The legacy pipeline is on for this client.
    pub fn allows_legacy(&self) -> bool {
        !self.oidc_conformant && self.allows(grant_types::LEGACY_RO)
    }

    /// Touch ID of 2014 is on for this client: the passwords that its SDK makes, and the keys of its devices
    /// (decision 1.5).
    pub fn allows_touch_id(&self) -> bool {
        self.allows_legacy() && self.allows(grant_types::LEGACY_RO_JWT_BEARER)
    }

    /// The last day on which it may use RSA keys of less than 2048 bits: the dated switch (decision 3.12, S-063).
    /// `None` where it may not, or where what was written is no day such as `2027-06-30`.
    pub fn weak_keys_until(&self) -> Option<time::Date> {
        let written = self.further.get("client_metadata")?.get(WEAK_KEYS_UNTIL)?.as_str()?;
        let [year, month, day] = written.split('-').collect::<Vec<_>>().try_into().ok()?;
        let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
        time::Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
    }

    /// Whether that day is not over, in UTC.
    pub fn allows_weak_keys(&self, now: Timestamp) -> bool {
        let ends = self.weak_keys_until().map(|day| day.midnight().assume_utc().unix_timestamp());
        ends.is_some_and(|midnight| now.0 < midnight.saturating_add(86_400))
    }

    /// Origins that a browser may call from: web origins, those that tools wrote as `allowed_origins`, and the
    /// origins of callbacks.
    pub fn origins(&self) -> impl Iterator<Item = String> {
        let written = self.further.get("allowed_origins").and_then(Value::as_array);
        let written = written.into_iter().flatten().filter_map(Value::as_str);
        let listed = self.web_origins.iter().chain(&self.callbacks).map(String::as_str).chain(written);
        listed.filter_map(|url| url::Url::parse(url).ok()).map(|url| url.origin().ascii_serialization())
    }

    pub fn allows_origin(&self, origin: &str) -> bool {
        // `null` is the origin of every page that hides its own.
        origin != "null" && self.origins().any(|listed| listed == origin)
    }

    /// Exactly as registered; of a native client's loopback address the port may differ, which the system
    /// chooses (RFC 8252 section 7.3).
    pub fn allows_redirect(&self, uri: &str) -> bool {
        self.callbacks.iter().any(|known| known == uri)
            || (self.kind == ClientKind::Native
                && self.callbacks.iter().any(|known| differs_in_loopback_port(known, uri)))
    }

    /// What lets the client have tokens for itself.
    pub fn machine_grant(&self, audience: &str) -> Option<&AudienceGrant> {
        self.machine_grants().find(|grant| grant.audience == audience)
    }

    pub fn machine_grants(&self) -> impl Iterator<Item = &AudienceGrant> {
        self.audiences.iter().filter(|grant| grant.subject_type() != Some("user"))
    }

    /// What lets the client have tokens for people who sign in at it: a grant for users, before one that does
    /// not say whom it is for.
    pub fn people_grant(&self, audience: &str) -> Option<&AudienceGrant> {
        let grants = || self.audiences.iter().filter(move |grant| grant.audience == audience);
        let for_users = grants().find(|grant| grant.subject_type() == Some("user"));
        for_users.or_else(|| grants().find(|grant| grant.subject_type().is_none()))
    }
}

impl AudienceGrant {
    /// `client`, `user`, or both where it says neither.
    pub fn subject_type(&self) -> Option<&str> {
        self.further.get("subject_type").and_then(Value::as_str)
    }

    /// Whatever scopes the API has.
    pub fn is_for_all_scopes(&self) -> bool {
        self.further.get("allow_all_scopes") == Some(&Value::Bool(true))
    }
}

/// The `sub` of tokens that a client gets for itself.
pub fn machine_subject(client: &ClientId) -> String {
    format!("{client}@clients")
}

/// There was one at most before.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Many(Vec<String>),
        One(Option<String>),
    }
    Ok(match Kept::deserialize(deserializer)? {
        Kept::Many(list) => list,
        Kept::One(one) => one.into_iter().collect(),
    })
}

fn differs_in_loopback_port(registered: &str, uri: &str) -> bool {
    let loopback = |text: &str| {
        let mut url = url::Url::parse(text).ok()?;
        // Only what is written as it is read: no dot segments, no other spelling of the host.
        let plain = url.as_str() == text && url.scheme() == "http";
        let here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]")) && url.username().is_empty();
        url.set_port(None).ok()?;
        (plain && here).then(|| url.to_string())
    };
    loopback(registered).is_some_and(|known| loopback(uri).is_some_and(|asked| asked == known))
}

impl Default for JwtSettings {
    fn default() -> Self {
        Self { alg: SigningAlgorithm::RS256, lifetime: 36_000, secret_encoded: false }
    }
}

impl Default for RefreshSettings {
    /// Clients made here rotate, with 30 s leeway and the unused-child rule (decision 3.7).
    fn default() -> Self {
        Self {
            rotating: true,
            leeway: 30,
            reuse_while_child_unused: true,
            lifetime: Some(2_592_000),
            idle_lifetime: Some(1_296_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// S-063
    #[test]
    fn weak_keys_are_allowed_until_the_end_of_a_day_that_can_be_read() {
        let client = |day: Value| -> Client {
            serde_json::from_value(json!({
                "id": "a", "name": "A", "kind": "native", "auth_method": "none", "secret": null,
                "grant_types": [], "jwt": JwtSettings::default(), "refresh": RefreshSettings::default(),
                "oidc_conformant": false, "first_party": true, "trust_forwarded_for": false,
                "further": {"client_metadata": {WEAK_KEYS_UNTIL: day}}, "created_at": 1, "updated_at": 1,
            }))
            .unwrap()
        };
        let until = client(json!("2027-06-30"));
        assert!(until.allows_weak_keys(Timestamp(1_814_399_999)));
        assert!(!until.allows_weak_keys(Timestamp(1_814_400_000)));
        for bad in [json!("soon"), json!("2027-13-01"), json!("2027-06"), json!(true), json!("")] {
            assert!(!client(bad.clone()).allows_weak_keys(Timestamp(0)), "{bad}");
        }
    }

    #[test]
    fn a_client_as_older_releases_wrote_it_is_read() {
        let older = json!({
            "id": "a", "name": "A", "kind": "native", "auth_method": "none", "secret": null, "grant_types": [],
            "jwt": JwtSettings::default(), "refresh": RefreshSettings::default(), "oidc_conformant": true,
            "first_party": true, "trust_forwarded_for": false, "android_fingerprint": "AB:CD",
            "audiences": [{"audience": "urn:a", "scopes": "read:a", "token_lifetime": 60}],
            "created_at": 1, "updated_at": 1,
        });
        let read: Client = serde_json::from_value(older.clone()).unwrap();
        assert_eq!(read.android_fingerprints, ["AB:CD"]);
        assert_eq!(
            (read.version, read.people_grant("urn:a"), read.machine_grant("urn:a")),
            (0, read.audiences.first(), read.audiences.first())
        );
        let mut without = older;
        without["android_fingerprint"] = Value::Null;
        assert!(serde_json::from_value::<Client>(without).unwrap().android_fingerprints.is_empty());
    }
}
