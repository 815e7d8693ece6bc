//! The page of one user. Each of its forms has an address of its own; what was refused comes back on this page.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::Value;

use super::access::{self, Sessions};
use super::identities::{self, Identity};
use super::link::{self, Twin};
use super::methods::{self, DeviceKey, Method};
use super::person::Person;
use super::{PATH, at, base, find, profile, refused};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::form::Field;
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dashboard/users/{id}", get(page))
}

#[derive(Template)]
#[template(path = "dashboard/users/user.html")]
pub struct Page {
    pub frame: Frame,
    pub base: String,
    pub user: Value,
    pub person: Person,
    pub twins: Vec<Twin>,
    pub identities: Vec<Identity>,
    pub profile: Vec<Field>,
    pub metadata: Vec<Field>,
    /// What both forms were shown with, by the names of their fields.
    pub was: Vec<(String, String)>,
    pub methods: Vec<Method>,
    pub device_keys: Vec<DeviceKey>,
    pub sessions: Sessions,
    /// Where failed codes hold them up.
    pub held: Vec<Held>,
    pub delete: Danger,
    /// Deleting was asked for from the list.
    pub deletes: bool,
}

pub struct Held {
    identifier: String,
    ip: String,
}

impl Page {
    pub async fn of(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Self, Refused> {
        let user = find(app, visit, id).await?;
        let api = Api::of(app, visit);
        let listed = api.get(&format!("{}/authentication-methods?per_page=100", at(id))).await?;
        let methods = methods::of(list(&listed, ""));
        let identities = identities::of(&user);
        let blocks = api.get(&format!("/user-blocks/{}", segment(id))).await?;
        let held = |block: &Value| Held {
            identifier: text(block, "/identifier").to_owned(),
            ip: text(block, "/ip").to_owned(),
        };
        let person = Person::of(&user);
        Ok(Self {
            frame: Frame::new(app, visit, PATH, person.name.as_str()),
            base: base(id),
            twins: link::twins(app, visit, id, &identities).await,
            identities,
            profile: profile::shown(&user),
            metadata: profile::shown_metadata(&user),
            was: profile::was(&user),
            methods,
            device_keys: methods::keys(app, visit, id).await?,
            sessions: access::sessions(app, visit, id).await?,
            held: list(&blocks, "/blocked_for").iter().map(held).collect(),
            delete: Danger::at(&base(id), "delete", person.confirmation()),
            deletes: false,
            person,
            user,
        })
    }

    fn fact(&self, pointer: &str) -> &str {
        text(&self.user, pointer)
    }

    fn was(&self, field: &Field) -> &str {
        let found = self.was.iter().find(|(name, _)| name == field.spec.path);
        found.map_or("", |(_, value)| value.as_str())
    }

    fn when(&self, pointer: &str) -> String {
        frame::when(self.fact(pointer))
    }

    /// The page with what was refused.
    pub fn failed(mut self, why: impl Into<String>, status: StatusCode) -> Response {
        self.frame = self.frame.failed(why);
        show(status, &self)
    }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match Page::of(&app, &visit, &id).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(why) => refused(&app, &visit, why),
    }
}

/// Where the forms of the page send to: whoever opens such an address is led to the page.
pub async fn back(Path(id): Path<String>) -> Response {
    see_other(&base(&id))
}

/// What an act came to: the page with a word of it, or with why not.
pub async fn done(
    app: &SharedApp,
    visit: &AdminVisit,
    id: &str,
    outcome: Result<Value, Refused>,
    said: &str,
) -> Response {
    let why = match outcome {
        Ok(_) => return see_other(&format!("{}?said={said}", base(id))),
        Err(why) => why,
    };
    match Page::of(app, visit, id).await {
        Ok(page) => page.failed(why.message, why.status),
        Err(why) => refused(app, visit, why),
    }
}
