//! Touch ID and passkeys of the whole tenant: how many people have some, the domain, the apps and the files that
//! phones and browsers ask for, and what keeps them from working. Their switches are in `switches.rs`.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::Value;

use super::PATH as CARDS;
use super::switches::{self, Switches};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, Refused, list, number, text};
use crate::routes::dashboard::frame::{self, Frame, show};
use crate::routes::dashboard::numbers::{counted, grouped};

pub const PATH: &str = "/dashboard/connections/passwordless/passkeys";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page).post(switches::save)).merge(switches::route())
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/passkeys.html")]
pub struct Page {
    pub frame: Frame,
    pub switches: Switches,
    counts: Counts,
    domain: String,
    related: Vec<String>,
    connections: Vec<String>,
    findings: Vec<Finding>,
    apps: Vec<App>,
    files: Vec<File>,
}

/// People and their credentials, for the card and the page.
pub struct Counts {
    pub with_passkey: String,
    pub with_key: String,
    pub passkeys: String,
    pub keys: String,
    /// Both kinds, made this month.
    pub this_month: String,
}

struct Finding {
    /// `error`, `warning` or `hint`.
    level: String,
    text: String,
}

impl Finding {
    fn word(&self) -> &'static str {
        match self.level.as_str() {
            "error" => "Does not work",
            "warning" => "Look at this",
            _ => "Hint",
        }
    }
}

struct App {
    client: String,
    name: String,
    system: &'static str,
    id: String,
    certificates: Vec<String>,
}

struct File {
    path: String,
    url: String,
    content: String,
}

impl Counts {
    pub async fn read(api: &Api<'_>) -> Result<Self, Refused> {
        let found = api.get("/stats/credentials").await?;
        let of = |pointer: &str| number(&found, pointer);
        Ok(Self {
            with_passkey: counted(of("/passkeys/users"), "person", "people"),
            with_key: counted(of("/device_keys/users"), "person", "people"),
            passkeys: counted(of("/passkeys/total"), "passkey", "passkeys"),
            keys: counted(of("/device_keys/total"), "key of a device", "keys of devices"),
            this_month: grouped(of("/passkeys/this_month").saturating_add(of("/device_keys/this_month"))),
        })
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, CARDS, refused),
    }
}

pub async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Page, Refused> {
    let api = Api::of(app, visit);
    let counts = Counts::read(&api).await?;
    let found = api.get("/passkeys/domain").await?;
    let texts = |pointer: &str| -> Vec<String> {
        list(&found, pointer).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let finding = |one: &Value| Finding {
        level: text(one, "/level").to_owned(),
        text: text(one, "/message").to_owned(),
    };
    Ok(Page {
        frame: Frame::new(app, visit, CARDS, "Touch ID and passkeys"),
        switches: Switches::read(&api).await?,
        counts,
        domain: text(&found, "/relying_party_identifier").to_owned(),
        related: texts("/related_origins"),
        connections: texts("/connections"),
        findings: list(&found, "/findings").iter().map(finding).collect(),
        apps: list(&found, "/apps").iter().map(app_of).collect(),
        files: list(&found, "/files").iter().map(file_of).collect(),
    })
}

fn app_of(one: &Value) -> App {
    App {
        client: text(one, "/client_id").to_owned(),
        name: text(one, "/name").to_owned(),
        system: if text(one, "/platform") == "ios" { "iOS" } else { "Android" },
        id: text(one, "/id").to_owned(),
        certificates: list(one, "/certificates")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    }
}

fn file_of(one: &Value) -> File {
    let content = one.get("content").map(serde_json::to_string_pretty);
    File {
        path: text(one, "/path").to_owned(),
        url: text(one, "/url").to_owned(),
        content: content.and_then(Result::ok).unwrap_or_default(),
    }
}
