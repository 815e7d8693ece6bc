//! What messages cost, so that the activity can say what was spent.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::Query;
use serde_json::{Map, Value, json};

use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, text};
use crate::routes::dashboard::form::{Field, Kind, Spec, spec};
use crate::routes::dashboard::frame::{self, Frame, show};

const PATH: &str = "/dashboard/activity/prices";
const DEFAULT: &str = "default";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page).post(save))
}

const FIELDS: &[Spec] = &[
    spec("currency", "Currency", "Three letters, such as USD or EUR.", Kind::Line, ""),
    spec(
        "sms",
        "One text message",
        "To countries that have no price of their own below, such as 0.05.",
        Kind::Line,
        "",
    ),
    spec(
        "countries",
        "One text message, by country",
        "A country and its price on each line, such as US 0.0083.",
        Kind::Text,
        "",
    ),
    spec("email", "One email", "Such as 0.0004.", Kind::Line, ""),
];

#[derive(Template)]
#[template(path = "dashboard/prices.html")]
struct Page {
    frame: Frame,
    fields: Vec<Field>,
}

/// The field that is wrong, and why.
type Wrong = (&'static str, String);

/// The form as it stands.
struct Typed {
    currency: String,
    sms: String,
    /// A country and its price on each line.
    countries: String,
    email: String,
}

impl Typed {
    fn of(tenant: &Value) -> Self {
        let prices = tenant.get("message_prices").unwrap_or(&Value::Null);
        let price = |pointer: &str| prices.pointer(pointer).map(Value::to_string).unwrap_or_default();
        let sms = prices.get("sms").and_then(Value::as_object);
        let countries = sms.into_iter().flatten().filter(|(name, _)| *name != DEFAULT);
        Self {
            currency: text(prices, "/currency").to_owned(),
            sms: price("/sms/default"),
            countries: countries.map(|(name, price)| format!("{name} {price}\n")).collect(),
            email: price("/email/default"),
        }
    }

    fn read(fields: &Query) -> Self {
        let text = |name: &str| fields.text(name).unwrap_or_default().trim().to_owned();
        Self {
            currency: text("currency").to_ascii_uppercase(),
            sms: text("sms"),
            countries: text("countries"),
            email: text("email"),
        }
    }

    fn fields(&self, wrong: Option<&Wrong>) -> Vec<Field> {
        let values = [&self.currency, &self.sms, &self.countries, &self.email];
        let field = |(spec, value): (&'static Spec, &String)| {
            let error = wrong.filter(|(name, _)| *name == spec.path).map(|(_, why)| why.clone());
            Field { spec, value: value.clone(), error }
        };
        FIELDS.iter().zip(values).map(field).collect()
    }

    /// As the API takes it; the field that is wrong otherwise. An empty form takes the prices away.
    fn written(&self) -> Result<Value, Wrong> {
        let mut sms = self.by_country()?;
        put(&mut sms, DEFAULT, price("sms", &self.sms)?);
        let mut email = Map::new();
        put(&mut email, DEFAULT, price("email", &self.email)?);
        if sms.is_empty() && email.is_empty() && self.currency.is_empty() {
            return Ok(Value::Null);
        }
        if self.currency.len() != 3 || !self.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(("currency", String::from("Type the three letters of a currency, such as USD.")));
        }
        Ok(json!({"currency": self.currency, "sms": sms, "email": email}))
    }

    fn by_country(&self) -> Result<Map<String, Value>, Wrong> {
        let mut all = Map::new();
        for line in self.countries.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let wrong =
                || ("countries", format!("Write two letters and a price, such as US 0.01, not {line:.40}."));
            let (country, amount) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
            let country = country.to_ascii_uppercase();
            if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
                return Err(wrong());
            }
            put(&mut all, &country, price("countries", amount).map_err(|_| wrong())?);
        }
        Ok(all)
    }
}

fn put(all: &mut Map<String, Value>, name: &str, price: Option<f64>) {
    if let Some(price) = price {
        all.insert(name.to_owned(), json!(price));
    }
}

fn price(field: &'static str, text: &str) -> Result<Option<f64>, Wrong> {
    let wrong = || (field, String::from("Type a price of one message, such as 0.05."));
    if may_be_thousands(text.trim()) {
        return Err((
            field,
            format!("Write {:.20} with a point before the cents, and no other sign.", text.trim()),
        ));
    }
    match text.trim().replace(',', ".") {
        empty if empty.is_empty() => Ok(None),
        text => match text.parse::<f64>() {
            Ok(price) if (0.0..=1_000.0).contains(&price) => Ok(Some(price)),
            _ => Err(wrong()),
        },
    }
}

/// `1,000` is a thousand to some, and one to others; `0,005` is the same to all.
fn may_be_thousands(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.split_once(',').is_some_and(|(before, after)| {
        digits(before) && !before.starts_with('0') && after.len() == 3 && digits(after)
    })
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get("/tenants/settings").await {
        Ok(tenant) => {
            let fields = Typed::of(&tenant).fields(None);
            show(StatusCode::OK, &Page { frame: around(&app, &visit), fields })
        }
        Err(refused) => frame::refused(&app, &visit, super::PATH, refused),
    }
}

fn around(app: &SharedApp, visit: &AdminVisit) -> Frame {
    Frame::new(app, visit, super::PATH, "Prices of messages")
}

async fn save(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let typed = Typed::read(&form.fields);
    let prices = match typed.written() {
        Ok(prices) => prices,
        Err(wrong) => {
            let why = "Nothing was saved: one of the fields below is not right.";
            let (frame, fields) = (around(&app, visit).failed(why), typed.fields(Some(&wrong)));
            return show(StatusCode::BAD_REQUEST, &Page { frame, fields });
        }
    };
    let body = json!({ "message_prices": prices });
    match Api::of(&app, visit).patch("/tenants/settings", &body).await {
        Ok(_) => see_other(&format!("{PATH}?said=saved")),
        Err(refused) => {
            let (frame, fields) = (around(&app, visit).failed(refused.message), typed.fields(None));
            show(refused.status, &Page { frame, fields })
        }
    }
}
