//! The parts of a client that are objects of their own on the wire, to and from what the rules read.

use latchkey_wire::management::client::{
    Android, AuthenticationMethods, Expiration, Initiators, Ios, JwtConfiguration, Mobile, OidcLogout,
    RefreshToken, Rotation, SessionMetadata,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::ManageError;
use crate::model::{
    BackchannelLogout, Client, JwtSettings, LogoutInitiator, SigningAlgorithm, TokenEndpointAuthMethod,
};

type Read = Result<(), ManageError>;

/// A property as a type; what is wrong is told by its path.
pub fn parse<T: DeserializeOwned>(property: &str, value: &Value) -> Result<T, ManageError> {
    serde_path_to_error::deserialize(value).map_err(|bad| {
        let path = match bad.path().to_string() {
            path if path == "." => property.to_owned(),
            path if path.starts_with('[') => format!("{property}{path}"),
            path => format!("{property}.{path}"),
        };
        ManageError::invalid(path, bad.inner().to_string())
    })
}

/// `None` where there is none.
fn part<T: DeserializeOwned + Default>(property: &str, value: Option<&Value>) -> Result<T, ManageError> {
    value.map_or_else(|| Ok(T::default()), |value| parse(property, value))
}

/// Without an algorithm: RS256, as for every client here (decision 3.14).
pub fn read_jwt(client: &mut Client, value: Option<&Value>) -> Read {
    let given: JwtConfiguration = part("jwt_configuration", value)?;
    let alg = match given.alg.as_deref() {
        None | Some("RS256") => SigningAlgorithm::RS256,
        Some("HS256") => SigningAlgorithm::HS256,
        Some("ES256") => SigningAlgorithm::ES256,
        Some("EdDSA") => SigningAlgorithm::EdDSA,
        Some(_) => {
            return Err(ManageError::invalid(
                "jwt_configuration.alg",
                "Must be RS256, HS256, ES256 or EdDSA",
            ));
        }
    };
    client.jwt = JwtSettings {
        alg,
        lifetime: given.lifetime_in_seconds.unwrap_or(36_000),
        secret_encoded: given.secret_encoded.unwrap_or(false),
    };
    Ok(())
}

pub fn show_jwt(client: &Client) -> Option<Value> {
    let JwtSettings { alg, lifetime, secret_encoded } = client.jwt;
    Some(json!({ "alg": alg, "lifetime_in_seconds": lifetime, "secret_encoded": secret_encoded }))
}

/// Whether a rotated token works while its successor is unused stays as it was: Auth0 has no word for it.
pub fn read_refresh(client: &mut Client, value: Option<&Value>) -> Read {
    let given: RefreshToken = part("refresh_token", value)?;
    let bad =
        |property: &str, reason: &str| Err(ManageError::invalid(format!("refresh_token.{property}"), reason));
    if value.is_some() && (given.rotation_type.is_none() || given.expiration_type.is_none()) {
        return bad("rotation_type", "rotation_type and expiration_type are required together");
    }
    let named_idle = given.idle_token_lifetime.is_some();
    let filled = given.filled();
    let rotating = filled.rotation_type == Some(Rotation::Rotating);
    let expiring = filled.expiration_type == Some(Expiration::Expiring);
    if rotating && !expiring {
        return bad("expiration_type", "Rotating refresh tokens must be expiring");
    }
    let life = filled.token_lifetime.unwrap_or_default();
    let idle = filled.idle_token_lifetime.unwrap_or_default();
    if !(1..=157_788_000).contains(&life) {
        return bad("token_lifetime", "Must be 1 to 157788000 seconds");
    }
    let lasts = filled.infinite_token_lifetime == Some(true);
    let rests = filled.infinite_idle_token_lifetime == Some(true);
    if idle == 0 || (named_idle && expiring && !lasts && !rests && idle >= life) {
        return bad("idle_token_lifetime", "Must be at least 1 and less than token_lifetime");
    }
    client.refresh.rotating = rotating;
    client.refresh.leeway = filled.leeway.unwrap_or_default();
    client.refresh.lifetime = (expiring && !lasts).then_some(life);
    client.refresh.idle_lifetime = (expiring && !rests).then_some(idle);
    Ok(())
}

pub fn show_refresh(client: &Client) -> Option<Value> {
    let settings = &client.refresh;
    let infinite = settings.lifetime.is_none() && settings.idle_lifetime.is_none();
    let shown = RefreshToken {
        rotation_type: Some(if settings.rotating { Rotation::Rotating } else { Rotation::NonRotating }),
        expiration_type: Some(if infinite { Expiration::NonExpiring } else { Expiration::Expiring }),
        leeway: Some(settings.leeway),
        token_lifetime: settings.lifetime,
        idle_token_lifetime: settings.idle_lifetime,
        infinite_token_lifetime: Some(settings.lifetime.is_none()),
        infinite_idle_token_lifetime: Some(settings.idle_lifetime.is_none()),
    };
    Some(json!(shown.filled()))
}

pub fn read_mobile(client: &mut Client, value: Option<&Value>) -> Read {
    let given: Mobile = part("mobile", value)?;
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (ios, android) = (given.ios.unwrap_or_default(), given.android.unwrap_or_default());
    client.ios_team = some(ios.team_id);
    client.ios_bundle = some(ios.app_bundle_identifier);
    client.android_package = some(android.app_package_name);
    client.android_fingerprints = android.sha256_cert_fingerprints.unwrap_or_default();
    client.android_fingerprints.retain(|print| !print.is_empty());
    Ok(())
}

pub fn show_mobile(client: &Client) -> Option<Value> {
    let ios = Ios { team_id: client.ios_team.clone(), app_bundle_identifier: client.ios_bundle.clone() };
    let android = Android {
        app_package_name: client.android_package.clone(),
        sha256_cert_fingerprints: Some(client.android_fingerprints.clone()).filter(|list| !list.is_empty()),
    };
    let has_ios = ios.team_id.is_some() || ios.app_bundle_identifier.is_some();
    let has_android = android.app_package_name.is_some() || android.sha256_cert_fingerprints.is_some();
    let mobile = Mobile { ios: has_ios.then_some(ios), android: has_android.then_some(android) };
    (has_ios || has_android).then(|| json!(mobile))
}

pub fn read_oidc_logout(client: &mut Client, value: Option<&Value>) -> Read {
    let given: OidcLogout = part("oidc_logout", value)?;
    let property = "oidc_logout.backchannel_logout_initiators";
    let initiators = match given.backchannel_logout_initiators {
        None => None,
        Some(Initiators { mode, .. }) if mode == "all" => None,
        Some(Initiators { mode, selected_initiators }) if mode == "custom" => {
            let words = selected_initiators.unwrap_or_default();
            let known: Option<Vec<_>> = words.iter().map(|word| LogoutInitiator::parse(word)).collect();
            Some(known.ok_or_else(|| ManageError::invalid(property, "Names an unknown initiator"))?)
        }
        Some(_) => return Err(ManageError::invalid(property, "mode must be all or custom")),
    };
    client.backchannel_logout = BackchannelLogout {
        urls: given.backchannel_logout_urls.unwrap_or_default(),
        initiators,
        session_metadata: given.backchannel_logout_session_metadata.is_some_and(|given| given.include),
    };
    Ok(())
}

pub fn show_oidc_logout(client: &Client) -> Option<Value> {
    let BackchannelLogout { urls, initiators, session_metadata } = &client.backchannel_logout;
    if client.backchannel_logout == BackchannelLogout::default() {
        return None;
    }
    let words = |chosen: &Vec<LogoutInitiator>| Initiators {
        mode: String::from("custom"),
        selected_initiators: Some(chosen.iter().map(|one| one.as_str().to_owned()).collect()),
    };
    Some(json!(OidcLogout {
        backchannel_logout_urls: Some(urls.clone()),
        backchannel_logout_initiators: initiators.as_ref().map(words),
        backchannel_logout_session_metadata: session_metadata.then_some(SessionMetadata { include: true }),
    }))
}

/// With `private_key_jwt` the client proves itself by the credentials that it names, and by no secret.
pub fn read_methods(client: &mut Client, value: Option<&Value>) -> Read {
    let property = "client_authentication_methods";
    let given: AuthenticationMethods = part(property, value)?;
    let Some(method) = given.private_key_jwt else {
        client.credentials.iter_mut().for_each(|key| key.in_use = false);
        return Ok(());
    };
    for named in &method.credentials {
        if !client.credentials.iter().any(|key| key.id == named.id) {
            return Err(ManageError::invalid(property, "Names an unknown credential"));
        }
    }
    for key in &mut client.credentials {
        key.in_use = method.credentials.iter().any(|named| named.id == key.id);
    }
    client.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
    Ok(())
}

pub fn show_methods(client: &Client) -> Option<Value> {
    let used = client.credentials.iter().filter(|key| key.in_use);
    let named: Vec<Value> = used.map(|key| json!({ "id": key.id })).collect();
    (client.auth_method == TokenEndpointAuthMethod::PrivateKeyJwt)
        .then(|| json!({ "private_key_jwt": { "credentials": named } }))
}
