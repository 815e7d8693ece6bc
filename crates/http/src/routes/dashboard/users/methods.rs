//! How a user proves who they are. Addresses are changed with their identities; what people enrolled can be
//! renamed and taken away, and so can the keys of their devices.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::access::answer;
use super::at;
use super::details::{back, done};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/{id}/methods/rename", get(back).post(rename))
        .route("/dashboard/users/{id}/methods/delete", get(back).post(delete))
        .route("/dashboard/users/{id}/device-keys/rename", get(back).post(rename_key))
        .route("/dashboard/users/{id}/device-keys/delete", get(back).post(delete_key))
}

pub struct Method {
    pub id: String,
    pub kind: String,
    /// What people called it, or the address, masked.
    pub name: String,
    /// What a passkey is bound to; empty of others.
    pub domain: String,
    pub confirmed: bool,
    pub made: String,
    /// Empty where it never was.
    pub used: String,
    /// Of an address: it has no name, and goes with its identity.
    pub is_address: bool,
}

pub fn of(methods: &[Value]) -> Vec<Method> {
    let method = |one: &Value| {
        let kind = text(one, "/type");
        let names = ["/name", "/phone_number", "/email", "/id"].map(|name| text(one, name));
        Method {
            id: text(one, "/id").to_owned(),
            kind: match kind {
                "phone" => String::from("Code by text message"),
                "email" => String::from("Code or link by email"),
                "passkey" => match text(one, "/authenticator") {
                    "" => String::from("Passkey"),
                    authenticator => format!("Passkey · {authenticator}"),
                },
                other => other.to_owned(),
            },
            domain: text(one, "/relying_party_identifier").to_owned(),
            name: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned(),
            confirmed: one.get("confirmed") == Some(&Value::Bool(true)),
            made: text(one, "/created_at").to_owned(),
            used: text(one, "/last_auth_at").to_owned(),
            is_address: matches!(kind, "phone" | "email"),
        }
    };
    methods.iter().map(method).collect()
}

/// The key of a device.
pub struct DeviceKey {
    pub id: String,
    /// What the device calls itself.
    pub name: String,
    pub client: String,
    /// What it signs with, and who vouched for it.
    pub kind: String,
    pub fingerprint: String,
    pub made: String,
    /// Empty where it never was.
    pub used: String,
    /// One of Touch ID says its name at each sign-in.
    pub can_rename: bool,
}

pub async fn keys(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Vec<DeviceKey>, Refused> {
    let path = format!("/device-credentials?type=public_key&user_id={}&per_page=100", segment(id));
    let listed = Api::of(app, visit).get(&path).await?;
    let key = |one: &Value| {
        let text = |pointer: &str| text(one, pointer).to_owned();
        DeviceKey {
            id: text("/id"),
            name: text("/device_name"),
            client: text("/client_id"),
            kind: kind_of_key(&text("/algorithm"), &text("/attestation")),
            fingerprint: text("/fingerprint"),
            made: text("/created_at"),
            used: text("/last_used_at"),
            can_rename: text("/algorithm") != "RS256",
        }
    };
    Ok(list(&listed, "").iter().map(key).collect())
}

fn kind_of_key(algorithm: &str, attestation: &str) -> String {
    let kind = match algorithm {
        "RS256" => "Touch ID of an older app (RSA)",
        "ES256" => "P-256",
        "EdDSA" => "Ed25519",
        other => other,
    };
    match attestation {
        "" => kind.to_owned(),
        "apple-app-attest" => format!("{kind}, attested by Apple"),
        "android-key" => format!("{kind}, attested by Android"),
        other => format!("{kind}, attested: {other}"),
    }
}

fn path(id: &str, form: &AdminForm) -> String {
    format!("{}/authentication-methods/{}", at(id), segment(form.field("method")))
}

async fn rename(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let body = json!({ "name": form.field("name") });
    let outcome = Api::of(&app, &form.visit).patch(&path(&id, &form), &body).await;
    done(&app, &form.visit, &id, outcome, "saved").await
}

async fn delete(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let outcome = Api::of(&app, &form.visit).delete(&path(&id, &form)).await;
    done(&app, &form.visit, &id, outcome, "deleted").await
}

async fn rename_key(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let path = format!("/device-credentials/{}", segment(form.field("device_key")));
    let body = json!({ "device_name": form.field("name") });
    let outcome = Api::of(&app, &form.visit).patch(&path, &body).await;
    answer(&app, &id, &form, outcome, "saved").await
}

async fn delete_key(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let path = format!("/device-credentials/{}", segment(form.field("device_key")));
    let outcome = Api::of(&app, &form.visit).delete(&path).await;
    answer(&app, &id, &form, outcome, "deleted").await
}
