//! Attack protection (section 2.21): how many failures are too many, where from, and who is held just now.

mod blocks;
mod limits;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::api::{Api, Refused};
use super::form::{self, Field, Kind, Spec, spec};
use super::frame::{self, Frame, show};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use blocks::{Held, Lately};
use limits::Limit;

const PATH: &str = "/dashboard/protection";
const API: &str = "/attack-protection";

const MODES: &[(&str, &str)] = &[
    ("count_per_identifier_and_ip", "For an account, from one address at a time"),
    ("count_per_identifier", "For an account, wherever they come from"),
];
const GUESSING_SHIELDS: &[(&str, &str)] =
    &[("block", "Refuse further codes"), ("user_notification", "Tell the user, by mail")];
const FLOOD_SHIELDS: &[(&str, &str)] =
    &[("block", "Refuse further requests"), ("admin_notification", "Tell owners, by mail")];
const BACKOFF: &[(&str, &str)] =
    &[("default", "As the server is configured"), ("exponential", "Exponential")];
const ALLOWLIST: &str =
    "An address or a network on each line, such as 192.0.2.0/24. Nothing is counted from there.";

const GUESSING: &[Spec] = &[
    spec("enabled", "Stop those who guess codes", "", Kind::Check, ""),
    spec(
        "max_attempts",
        "Wrong codes in a row",
        "1 to 100. After them, no code of the account is looked at.",
        Kind::Number,
        "",
    ),
    spec("mode", "Counted", "", Kind::Choice(MODES), ""),
    spec("shields", "Then", "", Kind::Many(GUESSING_SHIELDS), ""),
    spec("allowlist", "Trusted addresses", ALLOWLIST, Kind::Lines, ""),
];
/// Stages stand one level higher here than in the API.
const FLOODS: &[Spec] = &[
    spec("enabled", "Slow down addresses that ask too much", "", Kind::Check, ""),
    spec("pre-login.max_attempts", "Wrong codes from one address", "So many at once.", Kind::Number, ""),
    spec(
        "pre-login.rate",
        "Milliseconds until one more",
        "Such as 120000 for one every two minutes.",
        Kind::Number,
        "",
    ),
    spec(
        "pre-user-registration.max_attempts",
        "Messages asked for from one address",
        "So many at once.",
        Kind::Number,
        "",
    ),
    spec(
        "pre-user-registration.rate",
        "Milliseconds until one more message",
        "Such as 72000 for 50 an hour.",
        Kind::Number,
        "",
    ),
    spec("shields", "Then", "", Kind::Many(FLOOD_SHIELDS), ""),
    spec("allowlist", "Trusted addresses", ALLOWLIST, Kind::Lines, ""),
];
const PHONE: &[Spec] = &[spec(
    "type",
    "Pauses between messages to a number",
    "Kept for tools. The pauses grow from 60 seconds to half an hour either way.",
    Kind::Choice(BACKOFF),
    "",
)];
const STAGES: [&str; 2] = ["pre-login", "pre-user-registration"];

/// A part of the page, by its name in the API: its fields, and its id in the page.
const PARTS: [(&str, &[Spec], &str); 3] = [
    ("brute-force-protection", GUESSING, "guessing"),
    ("suspicious-ip-throttling", FLOODS, "floods"),
    ("phone-provider-protection", PHONE, "messages"),
];

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page)).route(&format!("{PATH}/{{part}}"), post(save)).merge(blocks::route())
}

#[derive(Template)]
#[template(path = "dashboard/protection/protection.html")]
struct Page {
    frame: Frame,
    guessing: Part,
    floods: Part,
    messages: Part,
    /// What is looked up, and what was found.
    who: String,
    held: Option<Held>,
    lately: Lately,
    limits: Vec<Limit>,
}

/// A form of its own.
#[derive(Template)]
#[template(path = "dashboard/protection/protection_part.html")]
struct Part {
    path: String,
    id: &'static str,
    title: &'static str,
    fields: Vec<Field>,
    token: String,
    may_write: bool,
}

impl Part {
    /// The id of a field: forms of the page share names.
    fn key(&self, field: &Field) -> String {
        format!("{}-{}", self.id, field.spec.path)
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Page, Refused> {
    let [guessing, floods, messages] = PARTS;
    let who = visit.query.text("who").unwrap_or_default().trim().to_owned();
    Ok(Page {
        frame: Frame::new(app, visit, PATH, "Attack protection"),
        guessing: part(app, visit, guessing, "Guessed codes").await?,
        floods: part(app, visit, floods, "Floods from an address").await?,
        messages: part(app, visit, messages, "Text messages").await?,
        held: blocks::look_up(app, visit, &who).await?,
        lately: Lately::read(app, visit).await?,
        limits: limits::read(app, visit).await?,
        who,
    })
}

async fn part(
    app: &SharedApp,
    visit: &AdminVisit,
    (name, specs, id): (&'static str, &'static [Spec], &'static str),
    title: &'static str,
) -> Result<Part, Refused> {
    let found = Api::of(app, visit).get(&format!("{API}/{name}")).await?;
    let frame = Frame::new(app, visit, PATH, "");
    Ok(Part {
        path: format!("{PATH}/{name}"),
        id,
        title,
        fields: form::shown(specs, &flat(&found)),
        token: frame.token.expose().to_owned(),
        may_write: frame.may_write(),
    })
}

/// With its stages at the root.
fn flat(found: &Value) -> Value {
    let mut flat = found.as_object().cloned().unwrap_or_default();
    if let Some(Value::Object(stages)) = flat.remove("stage") {
        flat.extend(stages);
    }
    Value::Object(flat)
}

/// What the API is sent. What was left empty stays as it is.
fn written(specs: &[Spec], fields: &latchkey_wire::management::Query) -> Value {
    let mut body = form::patch(specs, fields);
    let mut stages = Map::new();
    for stage in STAGES {
        if let Some(Value::Object(mut parts)) = body.remove(stage) {
            parts.retain(|_, value| !value.is_null());
            stages.insert(stage.to_owned(), Value::Object(parts));
        }
    }
    if !stages.is_empty() {
        body.insert(String::from("stage"), Value::Object(stages));
    }
    json!(body)
}

async fn save(State(app): State<SharedApp>, Path(name): Path<String>, form: AdminForm) -> Response {
    let Some((name, specs, id)) = PARTS.into_iter().find(|(known, ..)| *known == name) else {
        let refused = Refused::by_page(StatusCode::NOT_FOUND, String::from("There is no such part."));
        return frame::refused(&app, &form.visit, PATH, refused);
    };
    let body = written(specs, &form.fields);
    match Api::of(&app, &form.visit).patch(&format!("{API}/{name}"), &body).await {
        Ok(_) => see_other(&format!("{PATH}?said=saved#{id}")),
        Err(refused) => match read(&app, &form.visit).await {
            Ok(mut page) => {
                let fields = form::typed(specs, &form.fields, "", &refused);
                page.frame = page.frame.failed(form::summary(&fields, &refused));
                match id {
                    "guessing" => page.guessing.fields = fields,
                    "floods" => page.floods.fields = fields,
                    _ => page.messages.fields = fields,
                }
                show(refused.status, &page)
            }
            Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
        },
    }
}

#[cfg(test)]
mod tests {
    use latchkey_wire::management::Query;

    use super::*;

    /// MS-007, M-037
    #[test]
    fn stages_stand_at_the_root_of_the_form_and_below_stage_in_the_api() {
        let found = json!({"enabled": true, "stage": {"pre-login": {"max_attempts": 5, "rate": 1}}});
        assert_eq!(flat(&found)["pre-login"]["max_attempts"], 5);
        let body = written(
            FLOODS,
            &Query::parse("enabled=on&pre-login.max_attempts=7&pre-login.rate=&shields=block"),
        );
        assert_eq!(body["stage"], json!({"pre-login": {"max_attempts": 7}, "pre-user-registration": {}}));
        assert_eq!((&body["enabled"], &body["shields"]), (&json!(true), &json!(["block"])));
    }
}
