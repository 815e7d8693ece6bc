//! A card for each way in, with its switch: on is what at least one application uses.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::applications::enable_all;
use super::health::{Health, carried};
use super::passkeys::Counts;
use super::{PATH, connection, title_of};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

/// Applications of one call.
const MOST: usize = 50;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(page).post(create))
        .route(&format!("{PATH}/{{id}}/on"), post(switch_on))
        .route(&format!("{PATH}/{{id}}/off"), get(ask_off).post(switch_off))
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/passwordless.html")]
struct Page {
    frame: Frame,
    cards: Vec<Card>,
    counts: Counts,
    /// The domain that passkeys are bound to.
    domain: String,
    /// Things that do not work.
    errors: usize,
    /// `On` or `Off`, as the state of a card.
    passkeys: &'static str,
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/off.html")]
pub struct OffPage {
    pub frame: Frame,
    /// The path of the form.
    pub action: String,
    /// What it comes to.
    pub about: String,
    pub button: &'static str,
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
    health: Health,
    /// `code`, `link`, `both`, or empty.
    carried: &'static str,
}

impl Card {
    fn state(&self) -> &'static str {
        match (self.id.is_empty(), self.applications) {
            (true, _) => "Not set up",
            (false, 0) => "Off",
            (false, _) => "On",
        }
    }

    fn used_by(&self) -> String {
        applications(self.applications)
    }

    fn carries(&self) -> &'static str {
        match self.carried {
            "both" => "codes and links",
            "code" => "codes",
            "link" => "links",
            _ => "",
        }
    }
}

fn applications(count: usize) -> String {
    match count {
        0 => String::from("no application"),
        1 => String::from("1 application"),
        many => format!("{many} applications"),
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let frame = Frame::new(&app, &visit, PATH, "Passwordless");
    match read(&app, &visit, frame).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit, frame: Frame) -> Result<Page, Refused> {
    let api = Api::of(app, visit);
    let found = api.get("/passkeys/domain").await?;
    let is_on = found.get("enabled") == Some(&json!(true)) && !list(&found, "/connections").is_empty();
    Ok(Page {
        frame,
        cards: cards(app, visit).await?,
        counts: Counts::read(&api).await?,
        domain: text(&found, "/relying_party_identifier").to_owned(),
        errors: list(&found, "/findings").iter().filter(|one| text(one, "/level") == "error").count(),
        passkeys: if is_on { "On" } else { "Off" },
    })
}

/// The two that every tenant knows come first, others of the same kind follow by name.
async fn cards(app: &SharedApp, visit: &AdminVisit) -> Result<Vec<Card>, Refused> {
    let all = Api::of(app, visit).all("/connections?strategy=sms&strategy=email").await?;
    let is_known = |one: &&Value| matches!(text(one, "/name"), "sms" | "email");
    let named = |name: &str| {
        let found = all.iter().find(|one| text(one, "/name") == name && text(one, "/strategy") == name);
        found.unwrap_or(&Value::Null)
    };
    let mut cards = Vec::new();
    for name in ["sms", "email"] {
        cards.push(card(app, visit, name, named(name)).await?);
    }
    let mut others: Vec<&Value> = all.iter().filter(|one| !is_known(one)).collect();
    others.sort_by_key(|one| text(one, "/name"));
    for one in others {
        cards.push(card(app, visit, text(one, "/strategy"), one).await?);
    }
    Ok(cards)
}

/// `found`: null where there is no connection yet.
async fn card(app: &SharedApp, visit: &AdminVisit, strategy: &str, found: &Value) -> Result<Card, Refused> {
    let (title, about) = match strategy {
        "email" => ("Email", "A code or a link in an email."),
        _ => ("SMS", "A code in a text message."),
    };
    let name = text(found, "/name");
    let (mut health, mut seen) = (Health::default(), "");
    if !name.is_empty() {
        health = Health::of(app, visit, name).await?;
        if strategy == "email" {
            seen = carried(app, visit, name).await?;
        }
    }
    let title = match name.is_empty() || name == strategy {
        true => title.to_owned(),
        false => format!("{title}: {name}"),
    };
    Ok(Card {
        title,
        about,
        strategy: strategy.to_owned(),
        id: text(found, "/id").to_owned(),
        provider: provider(strategy, found.get("options").unwrap_or(&Value::Null)),
        applications: list(found, "/enabled_clients").len(),
        health,
        carried: seen,
    })
}

fn provider(strategy: &str, options: &Value) -> String {
    let gives_way = options.get("use_tenant_provider") == Some(&json!(true));
    let word = match (strategy, text(options, "/provider")) {
        ("email", "") => "the email provider of the tenant",
        ("sms", "") if gives_way || text(options, "/twilio_sid").is_empty() => {
            "the phone provider of the tenant"
        }
        ("sms", _) if gives_way => "the phone provider of the tenant",
        (_, "" | "twilio") => "Twilio",
        (_, "smtp") => "SMTP",
        (_, "sms_gateway") => "your gateway",
        (_, "http") => "your endpoint",
        (_, "inbox") => "the inbox of development",
        (_, other) => other,
    };
    word.to_owned()
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

/// Off is for all applications at once, so it is asked for.
async fn ask_off(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match connection(&app, &visit, &id).await {
        Ok(found) => {
            let title = title_of(&found);
            let frame = Frame::new(&app, &visit, PATH, format!("Turn {title} off"));
            let applications = applications(list(&found, "/enabled_clients").len());
            let about = format!(
                "{title} is on for {applications}. Turned off, nobody can sign in by it anywhere. Its settings \
                 and its users stay, and it can be turned on again for each application."
            );
            let action = format!("{PATH}/{}/off", segment(&id));
            let button = "Turn off for all applications";
            show(StatusCode::OK, &OffPage { frame, action, about, button })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn switch_off(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    match all_off(&app, &form.visit, &id).await {
        Ok(()) => see_other(&format!("{PATH}?said=saved")),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

/// For all applications; the page where they are chosen comes next.
async fn switch_on(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    match enable_all(&app, &id, &form).await {
        Ok(()) => see_other(&format!("{PATH}/{}/applications?said=turned-on", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn all_off(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<(), Refused> {
    let found = connection(app, visit, id).await?;
    let off: Vec<Value> = list(&found, "/enabled_clients")
        .iter()
        .map(|client| json!({ "client_id": client, "status": false }))
        .collect();
    for part in off.chunks(MOST) {
        Api::of(app, visit).patch(&format!("/connections/{}/clients", segment(id)), &json!(part)).await?;
    }
    Ok(())
}
