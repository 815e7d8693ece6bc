//! A user made by hand, on a connection of either kind.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::person::Person;
use super::{PATH, base};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

const NO_ADDRESS: &str = "Type a phone number such as +14155550100, or an email address.";

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dashboard/users/new", get(page).post(create))
}

#[derive(Template)]
#[template(path = "dashboard/users/user_new.html")]
struct Page {
    frame: Frame,
    connections: Vec<Connection>,
    typed: Typed,
    address_error: Option<String>,
    name_error: Option<String>,
    /// Who has the address already.
    existing: Vec<Person>,
}

struct Connection {
    name: String,
    strategy: String,
}

impl Connection {
    fn kind(&self) -> &'static str {
        if self.strategy == "email" { "email" } else { "text message" }
    }
}

#[derive(Default)]
struct Typed {
    connection: String,
    address: String,
    verified: bool,
    name: String,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match connections(&app, &visit).await {
        Ok(connections) => {
            let frame = Frame::new(&app, &visit, PATH, "Create user");
            let connection = visit.query.text("connection").unwrap_or_default().to_owned();
            let typed = Typed { connection, ..Typed::default() };
            let (address_error, name_error, existing) = (None, None, Vec::new());
            show(StatusCode::OK, &Page { frame, connections, typed, address_error, name_error, existing })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn connections(app: &SharedApp, visit: &AdminVisit) -> Result<Vec<Connection>, Refused> {
    let found = Api::of(app, visit).all("/connections?strategy=sms&strategy=email").await?;
    let connection = |one: &Value| Connection {
        name: text(one, "/name").to_owned(),
        strategy: text(one, "/strategy").to_owned(),
    };
    let mut connections: Vec<Connection> = found.iter().map(connection).collect();
    connections.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(connections)
}

async fn create(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let connections = match connections(&app, visit).await {
        Ok(connections) => connections,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let typed = Typed {
        connection: form.field("connection").to_owned(),
        address: form.field("address").to_owned(),
        verified: !form.field("verified").is_empty(),
        name: form.field("name").to_owned(),
    };
    let by_mail = connections.iter().any(|one| one.name == typed.connection && one.strategy == "email");
    let refused = match typed.address.is_empty() {
        true => Refused::by_page(StatusCode::BAD_REQUEST, NO_ADDRESS),
        false => match Api::of(&app, visit).post("/users", &body(&typed, by_mail)).await {
            Ok(made) => return see_other(&format!("{}?said=created", base(text(&made, "/user_id")))),
            Err(refused) => refused,
        },
    };
    let mut page = Page {
        frame: Frame::new(&app, visit, PATH, "Create user"),
        connections,
        address_error: address_error(&refused),
        name_error: refused.reason_of("name").map(str::to_owned),
        existing: Vec::new(),
        typed,
    };
    if refused.status == StatusCode::CONFLICT {
        page.existing = holders(&app, visit, by_mail, &page.typed.address).await;
    }
    let at_a_field = page.address_error.is_some() || page.name_error.is_some();
    page.frame = page.frame.failed(match at_a_field {
        true => String::from("Nobody was created: one of the fields below is not right."),
        false => refused.message,
    });
    show(refused.status, &page)
}

fn body(typed: &Typed, by_mail: bool) -> Value {
    let (address, verified) =
        if by_mail { ("email", "email_verified") } else { ("phone_number", "phone_verified") };
    let mut body = Map::from_iter([
        (String::from("connection"), json!(typed.connection)),
        (address.to_owned(), json!(typed.address)),
        (verified.to_owned(), json!(typed.verified)),
    ]);
    if !typed.name.is_empty() {
        body.insert(String::from("name"), json!(typed.name));
    }
    Value::Object(body)
}

fn address_error(refused: &Refused) -> Option<String> {
    let of = |name: &str| refused.reason_of(name).map(str::to_owned);
    let whole = refused.status == StatusCode::CONFLICT || refused.message == NO_ADDRESS;
    of("phone_number").or_else(|| of("email")).or_else(|| whole.then(|| refused.message.clone()))
}

/// Whoever has an address, on whatever connection.
async fn holders(app: &SharedApp, visit: &AdminVisit, by_mail: bool, address: &str) -> Vec<Person> {
    let (path, name) = if by_mail { ("users-by-email", "email") } else { ("users-by-phone", "phone_number") };
    let found = Api::of(app, visit).get(&format!("/{path}?{name}={}", segment(address))).await;
    let found = found.unwrap_or_default();
    found.as_array().map(|users| users.iter().map(Person::of).collect()).unwrap_or_default()
}
