//! Connections › Passwordless (section 4.1 of the management contract): the cards, and of each connection its
//! settings with their preview, its applications, and a try.

mod applications;
mod cards;
mod health;
mod options;
mod passkeys;
mod preview;
mod provider;
mod secrets;
mod settings;
mod switches;
mod translate;
mod trial;
mod words;

use axum::Router;
use latchkey_words::Locale;
use serde_json::Value;

use super::api::{Api, Refused, segment, text};
use super::frame::Frame;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;

pub const PATH: &str = "/dashboard/connections/passwordless";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .merge(cards::route())
        .merge(passkeys::route())
        .merge(settings::route())
        .merge(secrets::route())
        .merge(words::route())
        .merge(preview::route())
        .merge(applications::route())
        .merge(trial::route())
}

/// The title of a connection's panel, and the path before its tabs.
fn panel(app: &SharedApp, visit: &AdminVisit, found: &Value) -> (Frame, String) {
    let base = format!("{PATH}/{}", segment(text(found, "/id")));
    (Frame::new(app, visit, PATH, title_of(found)), base)
}

fn title_of(connection: &Value) -> String {
    let (name, strategy) = (text(connection, "/name"), text(connection, "/strategy"));
    match (strategy, name) {
        ("email", "email") => String::from("Email"),
        ("sms", "sms") => String::from("SMS"),
        _ => name.to_owned(),
    }
}

async fn connection(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("/connections/{}", segment(id))).await
}

/// Something to choose from a list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// Every language that messages of ours have, the one of the reader's browser unless one is chosen.
fn languages(chosen: &str) -> Vec<Choice> {
    let choice = |locale: &Locale| Choice {
        value: locale.tag().to_owned(),
        label: format!("{} ({})", locale.name(), locale.tag()),
        chosen: locale.tag() == chosen,
    };
    Locale::ALL.iter().map(choice).collect()
}

/// The applications that people sign in to, those of the connection first.
async fn clients(
    app: &SharedApp,
    visit: &AdminVisit,
    connection: &Value,
    chosen: &str,
) -> Result<Vec<Choice>, Refused> {
    let all = Api::of(app, visit).all("/clients?is_global=false&fields=client_id,name,app_type").await?;
    let enabled = |id: &str| {
        super::api::list(connection, "/enabled_clients").iter().any(|known| known.as_str() == Some(id))
    };
    let people = all.iter().filter(|client| text(client, "/app_type") != "non_interactive");
    let (mut on, off): (Vec<&Value>, Vec<&Value>) =
        people.partition(|client| enabled(text(client, "/client_id")));
    on.extend(off);
    Ok(on
        .into_iter()
        .map(|client| {
            let (id, name) = (text(client, "/client_id"), text(client, "/name"));
            let label = if enabled(id) { name.to_owned() } else { format!("{name} (not enabled)") };
            Choice { value: id.to_owned(), label, chosen: id == chosen }
        })
        .collect())
}
