//! Connections › Passwordless: a card for each way in (section 4.1 of the management contract), and the panel of
//! each connection.

mod applications;
mod options;
mod settings;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::api::{Api, Refused, list, segment, text};
use super::frame::{self, Frame, show};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;

pub const PATH: &str = "/dashboard/connections/passwordless";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page).post(create)).merge(settings::route()).merge(applications::route())
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/cards.html")]
struct Page {
    frame: Frame,
    cards: Vec<Card>,
}

/// One connection, or the place of one that is not set up yet.
struct Card {
    title: String,
    about: &'static str,
    strategy: String,
    /// Empty where there is no connection yet.
    id: String,
    provider: String,
    applications: usize,
}

impl Card {
    /// On: at least one application uses it.
    fn state(&self) -> &'static str {
        match (self.id.is_empty(), self.applications) {
            (true, _) => "Not set up",
            (false, 0) => "Off",
            (false, _) => "On",
        }
    }

    fn used_by(&self) -> String {
        match self.applications {
            0 => String::from("no application"),
            1 => String::from("1 application"),
            many => format!("{many} applications"),
        }
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let frame = Frame::new(&app, &visit, PATH, "Passwordless");
    match Api::of(&app, &visit).get("/connections?strategy=sms&strategy=email&per_page=100").await {
        Ok(found) => show(StatusCode::OK, &Page { frame, cards: cards(list(&found, "")) }),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

/// The two that every tenant knows come first, others of the same kind follow by name.
fn cards(all: &[Value]) -> Vec<Card> {
    let is_known = |one: &&Value| matches!(text(one, "/name"), "sms" | "email");
    let named =
        |name: &str| all.iter().find(|one| text(one, "/name") == name && text(one, "/strategy") == name);
    let mut cards: Vec<Card> =
        ["sms", "email"].iter().map(|name| card(name, named(name).unwrap_or(&Value::Null))).collect();
    let others = all.iter().filter(|one| !is_known(one));
    let mut others: Vec<Card> = others.map(|one| card(text(one, "/strategy"), one)).collect();
    others.sort_by(|a, b| a.title.cmp(&b.title));
    cards.append(&mut others);
    cards
}

/// `found`: null where there is no connection yet.
fn card(strategy: &str, found: &Value) -> Card {
    let (title, about, usual) = match strategy {
        "email" => ("Email", "A code or a link in an email.", "SMTP"),
        _ => ("SMS", "A code in a text message.", "Twilio"),
    };
    let provider = match text(found, "/options/provider") {
        "" | "twilio" | "smtp" => usual,
        "sms_gateway" => "your gateway",
        "http" => "your endpoint",
        "inbox" => "the inbox of development",
        other => other,
    };
    let name = text(found, "/name");
    Card {
        title: if name.is_empty() || name == strategy {
            title.to_owned()
        } else {
            format!("{title}: {name}")
        },
        about,
        strategy: strategy.to_owned(),
        id: text(found, "/id").to_owned(),
        provider: provider.to_owned(),
        applications: list(found, "/enabled_clients").len(),
    }
}

/// Sets a connection up; how it sends comes next.
async fn create(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let strategy = form.field("strategy");
    let body = json!({ "name": strategy, "strategy": strategy, "options": { "name": strategy } });
    match Api::of(&app, &form.visit).post("/connections", &body).await {
        Ok(made) => see_other(&format!("{PATH}/{}/settings?said=set-up", text(&made, "/id"))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

/// The title of a connection's panel, and the path before its tabs.
fn panel(app: &SharedApp, visit: &AdminVisit, found: &Value) -> (Frame, String) {
    let (name, strategy) = (text(found, "/name"), text(found, "/strategy"));
    let title = match (strategy, name) {
        ("email", "email") => "Email",
        ("sms", "sms") => "SMS",
        _ => name,
    };
    let base = format!("{PATH}/{}", segment(text(found, "/id")));
    (Frame::new(app, visit, PATH, title), base)
}

async fn connection(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("/connections/{}", segment(id))).await
}
