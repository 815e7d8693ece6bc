//! How a user proves who they are. Addresses are changed with their identities; what people enrolled can be
//! renamed and taken away.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::at;
use super::details::{back, done};
use crate::app::SharedApp;
use crate::extract::admin::AdminForm;
use crate::routes::dashboard::api::{Api, segment, text};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/{id}/methods/rename", get(back).post(rename))
        .route("/dashboard/users/{id}/methods/delete", get(back).post(delete))
}

pub struct Method {
    pub id: String,
    pub kind: String,
    /// What people called it, or the address, masked.
    pub name: String,
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
                "passkey" => String::from("Passkey"),
                other => other.to_owned(),
            },
            name: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned(),
            confirmed: one.get("confirmed") == Some(&Value::Bool(true)),
            made: text(one, "/created_at").to_owned(),
            used: text(one, "/last_auth_at").to_owned(),
            is_address: matches!(kind, "phone" | "email"),
        }
    };
    methods.iter().map(method).collect()
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
