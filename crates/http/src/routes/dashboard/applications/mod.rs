//! Applications: clients, by the name that operators know (section 4.2 of the management contract). A file for
//! each page.

mod advanced;
pub mod apis;
mod changes;
mod connections;
mod create;
mod credentials;
mod danger;
mod fields;
mod grant;
mod groups;
mod list;
mod needs;
mod quickstart;
mod settings;
mod snippets;

use axum::Router;
use serde_json::Value;

use super::api::{Api, Refused, segment, text};
use super::frame::Frame;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;

pub const PATH: &str = "/dashboard/applications";

/// No page holds a secret that nobody asked for.
const WITHOUT_SECRETS: &str = "fields=client_secret,signing_keys,encryption_key&include_fields=false";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .merge(list::route())
        .merge(create::route())
        .merge(quickstart::route())
        .merge(settings::route())
        .merge(danger::route())
        .merge(connections::route())
        .merge(apis::route())
        .merge(grant::route())
        .merge(credentials::route())
}

/// What applications there are, as the API names them.
pub struct Type {
    pub word: &'static str,
    pub name: &'static str,
    pub about: &'static str,
}

pub const MACHINE: &str = "non_interactive";

pub const TYPES: [Type; 4] = [
    Type { word: "native", name: "Native", about: "An app on a phone, a tablet or a computer." },
    Type {
        word: "spa",
        name: "Single-page application",
        about: "JavaScript in a browser, without a server that could keep a secret.",
    },
    Type { word: "regular_web", name: "Regular web application", about: "Pages made by a server of yours." },
    Type {
        word: MACHINE,
        name: "Machine to machine",
        about: "A program that acts for itself. Nobody signs in to it.",
    },
];

/// A type as people read it; what Auth0's partners are called stays as it is.
pub fn type_name(word: &str) -> &str {
    match word {
        "" => "No type",
        word => TYPES.iter().find(|known| known.word == word).map_or(word, |known| known.name),
    }
}

/// What the pages of an application share.
pub struct Application {
    pub id: String,
    pub name: String,
    /// The path before its tabs.
    pub base: String,
    pub app_type: String,
}

impl Application {
    pub fn of(client: &Value) -> Self {
        let id = text(client, "/client_id");
        Self {
            id: id.to_owned(),
            name: text(client, "/name").to_owned(),
            base: format!("{PATH}/{}", segment(id)),
            app_type: text(client, "/app_type").to_owned(),
        }
    }

    pub fn type_name(&self) -> &str {
        type_name(&self.app_type)
    }

    pub fn is_machine(&self) -> bool {
        self.app_type == MACHINE
    }

    pub fn frame(&self, app: &SharedApp, visit: &AdminVisit) -> Frame {
        Frame::new(app, visit, PATH, self.name.as_str())
    }
}

/// The client, without its secrets.
async fn client(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("/clients/{}?{WITHOUT_SECRETS}", segment(id))).await
}
