//! What is on of passkeys and device keys: for the tenant, and passkeys for each connection.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::PATH as CARDS;
use super::cards::OffPage;
use super::passkeys::{self, PATH};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment, text};
use crate::routes::dashboard::form::{self, Field, Spec};
use crate::routes::dashboard::frame::{self, Frame, show};
use crate::routes::dashboard::settings::fields::{DEVICE_KEYS, PASSKEYS};
use crate::routes::dashboard::settings::written;

const TENANT: &str = "/tenants/settings";
/// Numbers, by the fields that they are typed into.
const BOUNDS: [(&str, u32, u32); 3] = [
    ("passkeys.max_per_user", 1, 100),
    ("passkeys.offer_days", 0, 365),
    ("device_keys.max_age_days", 1, 365),
];
const OPTION: &str = "authentication_methods.passkey.enabled";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/on"), post(switch_on))
        .route(&format!("{PATH}/off"), get(ask_off).post(switch_off))
}

pub struct Switches {
    pub passkeys: Vec<Field>,
    pub device_keys: Vec<Field>,
    pub connections: Vec<Choice>,
}

/// A connection, and whether it has passkeys.
pub struct Choice {
    pub id: String,
    pub name: String,
    pub enabled: bool,
}

impl Switches {
    pub async fn read(api: &Api<'_>) -> Result<Self, Refused> {
        let tenant = api.get(TENANT).await?;
        let choice = |one: &Value| Choice {
            id: text(one, "/id").to_owned(),
            name: text(one, "/name").to_owned(),
            enabled: has_passkeys(one),
        };
        Ok(Self {
            passkeys: form::shown(PASSKEYS, &tenant),
            device_keys: form::shown(DEVICE_KEYS, &tenant),
            connections: connections(api).await?.iter().map(choice).collect(),
        })
    }
}

async fn connections(api: &Api<'_>) -> Result<Vec<Value>, Refused> {
    api.all("/connections?strategy=sms&strategy=email&strategy=auth0").await
}

fn has_passkeys(connection: &Value) -> bool {
    connection.pointer("/options/authentication_methods/passkey/enabled") == Some(&json!(true))
}

pub async fn save(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let refused = match write(&app, &form).await {
        Ok(()) => return see_other(&format!("{PATH}?said=saved")),
        Err(refused) => refused,
    };
    match passkeys::read(&app, &form.visit).await {
        Ok(mut page) => {
            let typed =
                |specs: &'static [Spec]| blamed(form::typed(specs, &form.fields, "", &refused), &refused);
            (page.switches.passkeys, page.switches.device_keys) = (typed(PASSKEYS), typed(DEVICE_KEYS));
            let all = page.switches.passkeys.iter().chain(&page.switches.device_keys);
            let is_named = all.into_iter().any(|field| field.error.is_some());
            page.frame = page.frame.failed(match is_named {
                true => String::from("Nothing was saved: one of the fields below is not right."),
                false => refused.message.clone(),
            });
            show(refused.status, &page)
        }
        Err(refused) => frame::refused(&app, &form.visit, CARDS, refused),
    }
}

/// The API names the whole of a setting, and here are its parts: the numbers that are out of bounds are meant.
fn blamed(mut fields: Vec<Field>, refused: &Refused) -> Vec<Field> {
    for field in &mut fields {
        let Some((path, least, most)) = BOUNDS.iter().find(|(path, ..)| *path == field.spec.path) else {
            continue;
        };
        let whole = path.split_once('.').map_or(*path, |(whole, _)| whole);
        let is_sound = field.value.trim().parse().is_ok_and(|number: u32| (*least..=*most).contains(&number));
        if field.error.is_none() && !is_sound && refused.reason_of(whole).is_some() {
            field.error = Some(format!("Must be {least} to {most}."));
        }
    }
    fields
}

/// The settings first, since only they can be refused for what was typed.
async fn write(app: &SharedApp, form: &AdminForm) -> Result<(), Refused> {
    let api = Api::of(app, &form.visit);
    let tenant = api.get(TENANT).await?;
    let mut body = Map::new();
    for specs in [PASSKEYS, DEVICE_KEYS] {
        body.extend(written(specs, &tenant, &form.fields));
    }
    api.patch(TENANT, &Value::Object(body)).await?;
    let (chosen, shown_on) = (form.fields.list("connection"), form.fields.list("on"));
    for id in form.fields.list("shown") {
        let is_chosen = chosen.contains(&id);
        // Only what the person changed on the page is written: what others did since it was shown stays.
        if is_chosen != shown_on.contains(&id) {
            switch(&api, id, is_chosen).await?;
        }
    }
    Ok(())
}

async fn switch(api: &Api<'_>, id: &str, enabled: bool) -> Result<(), Refused> {
    let path = format!("/connections/{}", segment(id));
    let found = api.get(&path).await?;
    let mut options = found.get("options").and_then(Value::as_object).cloned().unwrap_or_default();
    form::put(&mut options, OPTION, Some(json!(enabled)));
    api.patch(&path, &json!({ "options": options })).await.map(drop)
}

async fn set(app: &SharedApp, visit: &AdminVisit, enabled: bool) -> Result<(), Refused> {
    let api = Api::of(app, visit);
    let mut tenant = api.get(TENANT).await?.as_object().cloned().unwrap_or_default();
    form::put(&mut tenant, "passkeys.enabled", Some(json!(enabled)));
    let passkeys = tenant.remove("passkeys").unwrap_or_default();
    api.patch(TENANT, &json!({ "passkeys": passkeys })).await.map(drop)
}

/// Where no connection has them yet, the page where one is chosen comes next.
async fn switch_on(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let done = async {
        set(&app, &form.visit, true).await?;
        Ok(connections(&Api::of(&app, &form.visit)).await?.iter().any(has_passkeys))
    };
    match done.await {
        Ok(true) => see_other(&format!("{CARDS}?said=saved")),
        Ok(false) => see_other(&format!("{PATH}?said=choose-connection#switches")),
        Err(refused) => frame::refused(&app, &form.visit, CARDS, refused),
    }
}

async fn ask_off(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let about = "Nobody can sign up or in by a passkey any more, on any connection. The passkeys of people stay, and \
                 work again once it is turned on. Keys of devices are not passkeys: they have a switch of their own.";
    let page = OffPage {
        frame: Frame::new(&app, &visit, CARDS, "Turn passkeys off"),
        action: format!("{PATH}/off"),
        about: about.to_owned(),
        button: "Turn passkeys off",
    };
    show(StatusCode::OK, &page)
}

async fn switch_off(State(app): State<SharedApp>, form: AdminForm) -> Response {
    match set(&app, &form.visit, false).await {
        Ok(()) => see_other(&format!("{CARDS}?said=stopped")),
        Err(refused) => frame::refused(&app, &form.visit, CARDS, refused),
    }
}
