//! The public keys of an application: it proves itself by a signature of its own (`private_key_jwt`) instead of
//! a secret.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_wire::management::Query;
use latchkey_wire::management::scope::{
    CREATE_CLIENT_CREDENTIALS, DELETE_CLIENT_CREDENTIALS, READ_CLIENT_CREDENTIALS,
};
use serde_json::{Value, json};

use super::{Application, PATH, client};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::form::{self, Field, Kind, Spec, spec};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    let one = format!("{PATH}/{{id}}/credentials/{{key}}");
    Router::new()
        .route(&format!("{PATH}/{{id}}/credentials"), get(page).post(add))
        .route(&format!("{one}/use"), post(switch).get(back))
        .route(&format!("{one}/remove"), post(remove).get(back))
}

const METHODS: &str = "client_authentication_methods";
const ALGORITHMS: &[(&str, &str)] = &[
    ("", "The usual one of the key"),
    ("RS256", "RS256"),
    ("RS384", "RS384"),
    ("PS256", "PS256"),
    ("ES256", "ES256"),
    ("EdDSA", "EdDSA"),
];
const FIELDS: &[Spec] = &[
    spec("name", "Name", "So that you know it again.", Kind::Line, ""),
    spec(
        "pem",
        "Public key",
        "As PEM: it begins with -----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----. RSA, P-256 or Ed25519.",
        Kind::Text,
        "",
    ),
    spec("alg", "Algorithm", "", Kind::Choice(ALGORITHMS), ""),
    spec("expires_at", "Ends on", "A day such as 2027-01-31; empty for never.", Kind::Line, ""),
];

/// Whoever opens the address of a form is led to its page.
async fn back(Path((id, _)): Path<(String, String)>) -> Response {
    see_other(&format!("{PATH}/{}/credentials", segment(&id)))
}

#[derive(Template)]
#[template(path = "dashboard/applications/application_credentials.html")]
struct Page {
    frame: Frame,
    application: Application,
    keys: Vec<Key>,
    fields: Vec<Field>,
    failed: bool,
    may_add: bool,
    may_remove: bool,
    may_use: bool,
}

struct Key {
    id: String,
    name: String,
    kid: String,
    alg: String,
    created_at: String,
    expires_at: String,
    in_use: bool,
}

impl Page {
    fn any_in_use(&self) -> bool {
        self.keys.iter().any(|key| key.in_use)
    }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let client = client(app, visit, id).await?;
    let operator = &visit.signed_in.operator;
    let keys = match operator.may(&[READ_CLIENT_CREDENTIALS]) {
        true => Api::of(app, visit).get(&format!("/clients/{}/credentials", segment(id))).await?,
        false => Value::Null,
    };
    let used = in_use(&client);
    let key = |key: &Value| Key {
        id: text(key, "/id").to_owned(),
        name: text(key, "/name").to_owned(),
        kid: text(key, "/kid").to_owned(),
        alg: text(key, "/alg").to_owned(),
        created_at: text(key, "/created_at").to_owned(),
        expires_at: text(key, "/expires_at").to_owned(),
        in_use: used.iter().any(|one| one == text(key, "/id")),
    };
    let application = Application::of(&client);
    let frame = application.frame(app, visit);
    Ok(Page {
        may_add: operator.has(&[CREATE_CLIENT_CREDENTIALS]),
        may_remove: operator.has(&[DELETE_CLIENT_CREDENTIALS]),
        may_use: frame.may_write(),
        frame,
        application,
        keys: list(&keys, "").iter().map(key).collect(),
        fields: form::shown(FIELDS, &Value::Null),
        failed: false,
    })
}

/// The ids of the keys that prove the client.
fn in_use(client: &Value) -> Vec<String> {
    let named = list(client, "/client_authentication_methods/private_key_jwt/credentials");
    named.iter().map(|one| text(one, "/id").to_owned()).collect()
}

async fn add(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let base = format!("{PATH}/{}/credentials", segment(&id));
    let path = format!("/clients/{}/credentials", segment(&id));
    let private = form.field("pem").contains("PRIVATE KEY");
    let done = match private {
        true => Err(Refused::by_page(
            StatusCode::BAD_REQUEST,
            "Payload validation error: 'That is a private key, which stays with the application. Paste the \
             public one.' on property pem",
        )),
        false => Api::of(&app, visit).post(&path, &body(&form.fields)).await,
    };
    let refused = match done {
        Ok(_) => return see_other(&format!("{base}?said=created")),
        Err(refused) if refused.is_stale() => return frame::refused(&app, visit, PATH, refused),
        Err(refused) => refused,
    };
    match read(&app, visit, &id).await {
        Ok(mut page) => {
            page.fields = form::typed(FIELDS, &form.fields, "", &refused);
            // A private key does not come back.
            page.fields.iter_mut().filter(|field| private && field.spec.path == "pem").for_each(|field| {
                field.value.clear();
            });
            page.frame = page.frame.failed(form::summary(&page.fields, &refused));
            page.failed = true;
            show(refused.status, &page)
        }
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}

fn body(fields: &Query) -> Value {
    let mut body = form::merged(FIELDS, &Value::Null, fields);
    body.insert(String::from("credential_type"), json!("public_key"));
    body.entry("pem").or_insert(json!(""));
    if let Some(Value::String(day)) = body.get_mut("expires_at")
        && !day.contains('T')
    {
        day.push_str("T00:00:00Z");
    }
    Value::Object(body)
}

/// Begins or ends the use of a key. Without any the application proves itself by its secret.
async fn switch(
    State(app): State<SharedApp>,
    Path((id, key)): Path<(String, String)>,
    form: AdminForm,
) -> Response {
    match write(&app, &id, &key, &form).await {
        Ok(()) => see_other(&format!("{PATH}/{}/credentials?said=saved", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn write(app: &SharedApp, id: &str, key: &str, form: &AdminForm) -> Result<(), Refused> {
    let client = client(app, &form.visit, id).await?;
    let mut used = in_use(&client);
    used.retain(|one| one != key);
    if form.field("use") == "on" {
        used.push(key.to_owned());
    }
    let used: Vec<Value> = used.iter().map(|id| json!({ "id": id })).collect();
    let change = match used.is_empty() {
        true => json!({ METHODS: null, "token_endpoint_auth_method": "client_secret_post" }),
        false => json!({
            METHODS: { "private_key_jwt": { "credentials": used } }, "token_endpoint_auth_method": null,
        }),
    };
    Api::of(app, &form.visit).patch(&format!("/clients/{}", segment(id)), &change).await.map(drop)
}

async fn remove(
    State(app): State<SharedApp>,
    Path((id, key)): Path<(String, String)>,
    form: AdminForm,
) -> Response {
    let path = format!("/clients/{}/credentials/{}", segment(&id), segment(&key));
    match Api::of(&app, &form.visit).delete(&path).await {
        Ok(_) => see_other(&format!("{PATH}/{}/credentials?said=deleted", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}
