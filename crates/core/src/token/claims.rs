//! What tokens and profiles say about a user (protocol 5.1, 5.2).

use latchkey_wire::Scopes;
use latchkey_wire::profile::{Claims, ProfileIdentity};
use latchkey_wire::scope::{EMAIL, PHONE, PROFILE};
use serde_json::{Map, Value, json};

use super::issue::GRANT_ID;
use crate::model::{Address, Channel, Identity, User};

/// The avatar of a user without one: an absolute URL on this server.
pub fn picture(issuer: &str) -> String {
    format!("{issuer}avatar.svg")
}

/// The normalized profile: every attribute, metadata aside.
pub fn normalized(user: &User, issuer: &str) -> Claims {
    let mut profile = Map::new();
    profile.insert("user_id".into(), json!(user.id));
    if let Some(identity) = user.primary() {
        identity_attributes(identity, &mut profile);
    }
    profile.insert("picture".into(), json!(picture(issuer)));
    let identities: Vec<ProfileIdentity> = user.identities.iter().map(listed).collect();
    profile.insert("identities".into(), json!(identities));
    profile.insert("created_at".into(), json!(user.created_at.to_iso8601()));
    profile.insert("updated_at".into(), json!(user.updated_at.to_iso8601()));
    for (name, value) in &user.attributes {
        profile.insert(name.clone(), value.clone());
    }
    profile
}

/// The legacy profile (`/tokeninfo`): the normalized one with metadata merged in.
///
/// Invariant: of what people write of themselves nothing stands where an application looks for what was proved
/// or granted. Operators' metadata win over theirs, theirs have no name of a profile, and those of somebody who
/// proved no address, as strangers write them when they sign up with a passkey, stand under `user_metadata` only.
pub fn legacy(user: &User, issuer: &str, client_id: &str, tenant: &str) -> Claims {
    let mut profile = normalized(user, issuer);
    let is_stranger = user.identities.iter().all(|identity| identity.reachable().is_none());
    let by_person = user.user_metadata.iter().filter(|(name, _)| !is_stranger && !is_of_profiles(name));
    for (name, value) in user.app_metadata.iter().chain(by_person) {
        if !profile.contains_key(name) {
            profile.insert(name.clone(), value.clone());
        }
    }
    if !user.user_metadata.is_empty() {
        profile.insert("user_metadata".into(), Value::Object(user.user_metadata.clone()));
    }
    if !user.app_metadata.is_empty() {
        profile.insert("app_metadata".into(), Value::Object(user.app_metadata.clone()));
    }
    profile.insert("clientID".into(), json!(client_id));
    profile.insert("global_client_id".into(), json!(tenant));
    profile
}

/// The OpenID Connect claims that `scope` asks for (Core section 5.4), without `sub`.
pub fn by_scope(user: &User, scope: &Scopes, issuer: &str) -> Claims {
    let mut all = normalized(user, issuer);
    if let Some(verified) = all.get("phone_verified").cloned() {
        all.insert("phone_number_verified".into(), verified);
    }
    let mut claims = Map::new();
    let mut take = |names: &[&str]| {
        for name in names {
            if let Some(value) = all.get(*name) {
                claims.insert((*name).to_owned(), value.clone());
            }
        }
    };
    if scope.contains(PROFILE) {
        take(&PROFILE_CLAIMS);
    }
    if scope.contains(EMAIL) {
        take(&["email", "email_verified"]);
    }
    if scope.contains(PHONE) {
        take(&["phone_number", "phone_verified", "phone_number_verified"]);
    }
    claims
}

/// The legacy pipeline: `profile` is everything, any other word the attribute of that name.
pub fn by_legacy_scope(user: &User, scope: &Scopes, issuer: &str) -> Claims {
    let all = normalized(user, issuer);
    if scope.contains(PROFILE) {
        return all;
    }
    let asked = scope.iter().filter(|word| !RESERVED.contains(word));
    asked.filter_map(|word| all.get(word).map(|value| (word.to_owned(), value.clone()))).collect()
}

const PROFILE_CLAIMS: [&str; 14] = [
    "name",
    "nickname",
    "given_name",
    "family_name",
    "middle_name",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// Names that applications read who somebody is from, or what they may.
fn is_of_profiles(name: &str) -> bool {
    PROFILE_CLAIMS.contains(&name) || RESERVED.contains(&name) || OF_PROFILES.contains(&name)
}

const OF_PROFILES: [&str; 22] = [
    "user_id",
    "email",
    "email_verified",
    "phone",
    "phone_number",
    "phone_verified",
    "phone_number_verified",
    "username",
    "address",
    "identities",
    "blocked",
    "created_at",
    "last_login",
    "roles",
    "role",
    "groups",
    "permissions",
    "scope",
    "user_metadata",
    "app_metadata",
    "clientID",
    "global_client_id",
];

/// Words that an attribute must not overwrite in a token.
const RESERVED: [&str; 10] =
    ["openid", "offline_access", "iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", GRANT_ID];

fn identity_attributes(identity: &Identity, profile: &mut Claims) {
    // What somebody says who signs up with a passkey is proved by nothing, and no claim.
    let Some(address) = identity.reachable().map(Address::as_str) else { return };
    let verified = identity.verified_at.is_some();
    profile.insert("name".into(), json!(address));
    match identity.channel {
        Channel::Sms => {
            profile.insert("nickname".into(), json!(address));
            profile.insert("phone_number".into(), json!(address));
            profile.insert("phone_verified".into(), json!(verified));
        }
        Channel::Email => {
            let local = address.split('@').next().unwrap_or(address);
            profile.insert("nickname".into(), json!(local));
            profile.insert("email".into(), json!(address));
            profile.insert("email_verified".into(), json!(verified));
        }
    }
}

fn listed(identity: &Identity) -> ProfileIdentity {
    ProfileIdentity {
        user_id: identity.provider_user_id.clone(),
        provider: identity.strategy.as_str().to_owned(),
        connection: identity.connection.clone(),
        is_social: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::Strategy;

    fn signed_up() -> User {
        let mut user = User::with_passkey("db", Strategy::Database, "0123456789abcdef01234567", Timestamp(1));
        let object = |value: Value| value.as_object().cloned().unwrap();
        user.user_metadata = object(json!({
            "email": "victim@example.com", "sub": "auth0|other", "roles": "admin", "plan": "gold", "color": "red",
        }));
        user.app_metadata = object(json!({ "plan": "free", "roles": ["reader"] }));
        user
    }

    /// S-149
    #[test]
    fn what_people_write_of_themselves_is_no_claim_that_something_hangs_on() {
        let profile = legacy(&signed_up(), "https://login.example/", "native", "latchkey");
        for name in ["email", "sub", "email_verified", "phone_number", "name"] {
            assert_eq!(profile.get(name), None, "{name}");
        }
        assert_eq!(profile["roles"], json!(["reader"]));
        assert_eq!((&profile["plan"], profile.get("color")), (&json!("free"), None));
    }

    /// S-149
    #[test]
    fn what_people_with_an_address_write_stands_beside_their_profile_but_never_in_it() {
        let (address, at) = (Address::from_canonical("ana@example.com"), Timestamp(1));
        let mut user = User::first_seen("email", Channel::Email, address, "0123456789abcdef01234567", at);
        user.user_metadata = signed_up().user_metadata;
        let profile = legacy(&user, "https://login.example/", "native", "latchkey");
        assert_eq!((&profile["email"], &profile["color"]), (&json!("ana@example.com"), &json!("red")));
        assert_eq!((profile.get("sub"), profile.get("roles")), (None, None));
    }

    /// S-149
    #[test]
    fn an_identity_without_an_address_gives_no_address_and_no_name() {
        let all = Scopes::parse("openid profile email phone").unwrap();
        let claims = by_scope(&signed_up(), &all, "https://login.example/");
        assert_eq!(claims.keys().collect::<Vec<_>>(), ["picture", "updated_at"]);
    }
}
