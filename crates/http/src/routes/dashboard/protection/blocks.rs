//! Who is held: an account after too many wrong codes, an address that failed too often; and their release.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use serde_json::Value;

use super::PATH;
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame;

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/release"), post(release))
}

/// Rows of a list.
const MOST: usize = 100;

/// What is known of somebody.
pub struct Held {
    /// What is held, in words; empty where nothing is.
    pub what: Vec<String>,
    /// What was typed is no phone number, email address, user id or IP address.
    pub unknown: bool,
}

/// Whom the log tells of.
pub struct Lately {
    pub addresses: Vec<HeldAddress>,
    pub ips: Vec<HeldIp>,
}

pub struct HeldAddress {
    /// Masked.
    pub address: String,
    pub from: String,
    pub connection: String,
    pub since: String,
}

pub struct HeldIp {
    pub ip: String,
    pub last: String,
}

impl Lately {
    pub async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Self, Refused> {
        let found = Api::of(app, visit).get("/anomaly/blocks").await?;
        let address = |one: &Value| HeldAddress {
            address: text(one, "/identifier").to_owned(),
            from: match text(one, "/ip") {
                "" => String::from("Anywhere"),
                ip => ip.to_owned(),
            },
            connection: text(one, "/connection").to_owned(),
            since: text(one, "/blocked_at").to_owned(),
        };
        let ip = |one: &Value| HeldIp {
            ip: text(one, "/ip").to_owned(),
            last: text(one, "/last_failure").to_owned(),
        };
        Ok(Self {
            addresses: list(&found, "/identifiers").iter().take(MOST).map(address).collect(),
            ips: list(&found, "/ips").iter().take(MOST).map(ip).collect(),
        })
    }
}

/// How somebody is named.
enum Who<'a> {
    Ip(&'a str),
    User(&'a str),
    Address(&'a str),
    Nobody,
}

fn read(who: &str) -> Who<'_> {
    match who {
        _ if who.parse::<std::net::IpAddr>().is_ok() => Who::Ip(who),
        _ if who.contains('|') => Who::User(who),
        _ if who.contains('@') || who.starts_with('+') => Who::Address(who),
        _ => Who::Nobody,
    }
}

fn path_of(who: &Who<'_>) -> Option<String> {
    match who {
        Who::Ip(ip) => Some(format!("/anomaly/blocks/ips/{}", segment(ip))),
        Who::User(id) => Some(format!("/user-blocks/{}", segment(id))),
        Who::Address(address) => Some(format!("/user-blocks?identifier={}", segment(address))),
        Who::Nobody => None,
    }
}

pub async fn look_up(app: &SharedApp, visit: &AdminVisit, who: &str) -> Result<Option<Held>, Refused> {
    if who.is_empty() {
        return Ok(None);
    }
    let read = read(who);
    let Some(path) = path_of(&read) else { return Ok(Some(Held { what: Vec::new(), unknown: true })) };
    let (what, unknown) = match Api::of(app, visit).get(&path).await {
        Ok(_) if matches!(read, Who::Ip(_)) => {
            (vec![format!("Codes that are typed from {who} are not looked at: too many were wrong.")], false)
        }
        Ok(found) => (list(&found, "/blocked_for").iter().map(words).collect(), false),
        Err(refused) if refused.status == StatusCode::NOT_FOUND => (Vec::new(), matches!(read, Who::User(_))),
        Err(refused) => return Err(refused),
    };
    Ok(Some(Held { what, unknown }))
}

fn words(block: &Value) -> String {
    let (who, ip, connection) = (text(block, "/identifier"), text(block, "/ip"), text(block, "/connection"));
    let from = if ip.is_empty() { String::from("from anywhere") } else { format!("from {ip}") };
    let by = if connection.is_empty() { String::new() } else { format!(" on {connection}") };
    format!("Codes of {who}{by} are not looked at {from}, or no message goes there.")
}

async fn release(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let who = form.field("who");
    let done = match path_of(&read(who)) {
        Some(path) => Api::of(&app, &form.visit).delete(&path).await,
        None => Ok(Value::Null),
    };
    match done {
        Ok(_) => see_other(&format!("{PATH}?said=saved&who={}#blocks", segment(who))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}
