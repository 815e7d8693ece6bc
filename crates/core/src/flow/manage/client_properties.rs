//! The properties of a client that rules of ours read, by their names on the wire.
//!
//! What a tool wrote is kept as it was written, and read into what the rules know. It is shown as it was
//! written for as long as it still says the same; after a change that came from elsewhere, what holds is
//! shown.

use serde_json::{Map, Value, json};

use super::ManageError;
use super::client_parts::{
    parse, read_jwt, read_methods, read_mobile, read_oidc_logout, read_refresh, show_jwt, show_methods,
    show_mobile, show_oidc_logout, show_refresh,
};
use crate::flow::save_client::{AUTH0_GRANTS, check_verification_page};
use crate::model::{Client, ClientKind, TokenEndpointAuthMethod};

struct Property {
    name: &'static str,
    /// Also shown where nobody wrote it and nobody changed it.
    always: bool,
    /// `None`: what Auth0 takes it to be where it is absent.
    read: fn(&mut Client, Option<&Value>) -> Result<(), ManageError>,
    show: fn(&Client) -> Option<Value>,
}

/// A later one may depend on those before it.
const PROPERTIES: [Property; 18] = [
    Property { name: "name", always: true, read: read_name, show: |client| Some(json!(client.name)) },
    Property { name: "app_type", always: false, read: read_kind, show: show_kind },
    Property {
        name: "is_first_party",
        always: true,
        read: |client, value| flag(&mut client.first_party, "is_first_party", value, true),
        show: |client| Some(json!(client.first_party)),
    },
    Property {
        name: "oidc_conformant",
        always: true,
        read: |client, value| flag(&mut client.oidc_conformant, "oidc_conformant", value, false),
        show: |client| Some(json!(client.oidc_conformant)),
    },
    Property {
        name: "callbacks",
        always: false,
        read: |client, value| urls(&mut client.callbacks, "callbacks", value),
        show: |client| Some(json!(client.callbacks)),
    },
    Property {
        name: "web_origins",
        always: false,
        read: |client, value| urls(&mut client.web_origins, "web_origins", value),
        show: |client| Some(json!(client.web_origins)),
    },
    Property {
        name: "allowed_logout_urls",
        always: false,
        read: |client, value| urls(&mut client.logout_urls, "allowed_logout_urls", value),
        show: |client| Some(json!(client.logout_urls)),
    },
    Property {
        name: "grant_types",
        always: true,
        read: read_grants,
        show: |client| Some(json!(client.grant_types)),
    },
    Property { name: "token_endpoint_auth_method", always: true, read: read_method, show: show_method },
    Property { name: "client_authentication_methods", always: false, read: read_methods, show: show_methods },
    Property { name: "jwt_configuration", always: true, read: read_jwt, show: show_jwt },
    Property { name: "refresh_token", always: true, read: read_refresh, show: show_refresh },
    Property { name: "mobile", always: false, read: read_mobile, show: show_mobile },
    Property { name: "oidc_logout", always: false, read: read_oidc_logout, show: show_oidc_logout },
    Property {
        name: "cross_origin_authentication",
        always: true,
        read: |client, value| {
            flag(&mut client.cross_origin_login, "cross_origin_authentication", value, false)
        },
        show: |client| Some(json!(client.cross_origin_login)),
    },
    Property {
        name: "is_token_endpoint_ip_header_trusted",
        always: true,
        read: |client, value| {
            flag(&mut client.trust_forwarded_for, "is_token_endpoint_ip_header_trusted", value, false)
        },
        show: |client| Some(json!(client.trust_forwarded_for)),
    },
    Property {
        name: "require_pushed_authorization_requests",
        always: false,
        read: |client, value| {
            let name = "require_pushed_authorization_requests";
            flag(&mut client.require_pushed_authorization_requests, name, value, false)
        },
        show: |client| Some(json!(client.require_pushed_authorization_requests)),
    },
    Property {
        name: "cross_origin_loc",
        always: false,
        read: read_verification_page,
        show: |client| client.cross_origin_loc.as_ref().map(|page| json!(page)),
    },
];

/// What is said of every client, whoever made it and however: a tool that moves one to another tenant finds it there
/// as it was.
const USUAL: [(&str, bool); 3] = [("sso", false), ("sso_disabled", false), ("custom_login_page_on", true)];

/// The client as tools read it, without its id and its secrets.
pub fn shown(client: &Client) -> Map<String, Value> {
    let mut body = client.further.clone();
    let mut as_written = client.clone();
    for property in &PROPERTIES {
        let kept = body.get(property.name);
        let says = (property.read)(&mut as_written, kept).is_ok();
        let same = says && (property.show)(&as_written) == (property.show)(client);
        if same && (kept.is_some() || !property.always) {
            continue;
        }
        match (property.show)(client) {
            Some(value) => body.insert(property.name.to_owned(), value),
            None => body.remove(property.name),
        };
    }
    for (name, value) in USUAL {
        body.entry(name).or_insert(json!(value));
    }
    // Auth0 has two names for it.
    if let Some(value) = body.get("cross_origin_authentication").cloned() {
        body.insert(String::from("cross_origin_auth"), value);
    }
    body
}

/// Takes over all that `body` says; what it does not name is what Auth0 takes it to be then.
pub fn read(client: &mut Client, body: Map<String, Value>) -> Result<(), ManageError> {
    client.further.clone_from(&body);
    for property in &PROPERTIES {
        (property.read)(client, body.get(property.name))?;
    }
    Ok(())
}

fn read_name(client: &mut Client, value: Option<&Value>) -> Result<(), ManageError> {
    client.name = parse("name", value.ok_or(ManageError::MissingProperty("name"))?)?;
    Ok(())
}

/// Names of Auth0's partners are kept, and mean nothing here.
fn read_kind(client: &mut Client, value: Option<&Value>) -> Result<(), ManageError> {
    let name: Option<String> = value.map(|value| parse("app_type", value)).transpose()?;
    client.kind = match name.as_deref() {
        Some("native") => ClientKind::Native,
        Some("spa") => ClientKind::Spa,
        Some("regular_web") => ClientKind::RegularWeb,
        Some("non_interactive") => ClientKind::NonInteractive,
        _ => ClientKind::Unspecified,
    };
    Ok(())
}

fn show_kind(client: &Client) -> Option<Value> {
    (client.kind != ClientKind::Unspecified).then(|| json!(client.kind))
}

fn flag(to: &mut bool, name: &'static str, value: Option<&Value>, absent: bool) -> Result<(), ManageError> {
    *to = value.map_or(Ok(absent), |value| parse(name, value))?;
    Ok(())
}

/// Empty entries and those with wildcards are kept as they were written, and match nothing: addresses are
/// compared whole (S-072).
fn urls(to: &mut Vec<String>, name: &'static str, value: Option<&Value>) -> Result<(), ManageError> {
    let list: Vec<String> = value.map_or_else(|| Ok(Vec::new()), |value| parse(name, value))?;
    *to = list.into_iter().filter(|text| !text.is_empty() && !text.contains('*')).collect();
    Ok(())
}

/// Grants that we do not know are kept.
fn read_grants(client: &mut Client, value: Option<&Value>) -> Result<(), ManageError> {
    client.grant_types = match value {
        None => AUTH0_GRANTS.iter().map(|grant| (*grant).to_owned()).collect(),
        Some(value) => parse("grant_types", value)?,
    };
    Ok(())
}

/// Where it is absent, apps that cannot keep a secret prove nothing.
fn read_method(client: &mut Client, value: Option<&Value>) -> Result<(), ManageError> {
    let property = "token_endpoint_auth_method";
    let name: Option<String> = value.map(|value| parse(property, value)).transpose()?;
    client.auth_method = match (name.as_deref(), client.kind) {
        (Some("none"), _) | (None, ClientKind::Native | ClientKind::Spa) => TokenEndpointAuthMethod::None,
        (Some("client_secret_basic"), _) => TokenEndpointAuthMethod::ClientSecretBasic,
        (Some("client_secret_post") | None, _) => TokenEndpointAuthMethod::ClientSecretPost,
        _ => {
            let reason = "Must be none, client_secret_post or client_secret_basic";
            return Err(ManageError::invalid(property, reason));
        }
    };
    Ok(())
}

/// Keys stand in `client_authentication_methods`.
fn show_method(client: &Client) -> Option<Value> {
    (client.auth_method != TokenEndpointAuthMethod::PrivateKeyJwt).then(|| json!(client.auth_method))
}

/// A page that could not vouch for anybody is kept as it was written, and not used.
fn read_verification_page(client: &mut Client, value: Option<&Value>) -> Result<(), ManageError> {
    client.cross_origin_loc = value.map(|value| parse("cross_origin_loc", value)).transpose()?;
    if check_verification_page(client).is_err() {
        client.cross_origin_loc = None;
    }
    Ok(())
}
