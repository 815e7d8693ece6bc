//! APIs: what tokens are for, and which machines may have them (section 4.2 of the management contract). A file
//! for each page.

mod applications;
mod list;
mod permissions;
mod settings;

use axum::Router;
use serde_json::{Value, json};

use super::api::{Api, Refused, segment, text};
use super::frame::Frame;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;

pub const PATH: &str = "/dashboard/apis";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .merge(list::route())
        .merge(settings::route())
        .merge(permissions::route())
        .merge(applications::route())
}

/// What the pages of an API share.
pub struct Described {
    pub id: String,
    pub name: String,
    pub identifier: String,
    /// The path before its tabs.
    pub base: String,
    /// The API of this server.
    pub is_system: bool,
}

impl Described {
    pub fn of(api: &Value) -> Self {
        let id = text(api, "/id");
        let identifier = text(api, "/identifier");
        let name = match text(api, "/name") {
            "" => identifier,
            name => name,
        };
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            identifier: identifier.to_owned(),
            base: format!("{PATH}/{}", segment(id)),
            is_system: api.get("is_system") == Some(&json!(true)),
        }
    }

    pub fn frame(&self, app: &SharedApp, visit: &AdminVisit) -> Frame {
        Frame::new(app, visit, PATH, self.name.as_str())
    }
}

async fn described(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("/resource-servers/{}", segment(id))).await
}
