//! Settings › Administrators: who may use the dashboard, and the invitation of another one.

mod one;
mod passkeys;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::api::{Api, Refused, list, segment, text};
use super::frame::{self, Frame, show};
use super::pager::{PER_PAGE, Pager, page_of};
use crate::app::{App, SharedApp};
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;

const PATH: &str = "/dashboard/admins";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page).post(invite)).merge(one::route()).merge(passkeys::route())
}

#[derive(Template)]
#[template(path = "dashboard/admins/list.html")]
struct Page {
    frame: Frame,
    admins: Vec<Admin>,
    pager: Pager,
    /// What was typed and refused.
    email: String,
    role: String,
    email_error: Option<String>,
}

pub struct Admin {
    href: String,
    email: String,
    role: String,
    since: String,
    is_me: bool,
}

impl Admin {
    fn of(found: &Value, visit: &AdminVisit) -> Self {
        let id = text(found, "/id");
        Self {
            href: format!("{PATH}/{}", segment(id)),
            email: text(found, "/email").to_owned(),
            role: text(found, "/role").to_owned(),
            since: text(found, "/created_at").to_owned(),
            is_me: visit.signed_in.operator.admin.as_deref() == Some(id),
        }
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    render(&app, &visit, None).await
}

/// `refused`: why nobody was invited, and what was typed.
async fn render(app: &SharedApp, visit: &AdminVisit, refused: Option<(Refused, &AdminForm)>) -> Response {
    let part = page_of(&visit.query);
    let path = format!("/admins?include_totals=true&per_page={PER_PAGE}&page={part}");
    let found = match Api::of(app, visit).get(&path).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(app, visit, PATH, refused),
    };
    let pager = Pager::of(PATH, &visit.query, &[], &found);
    let admins = list(&found, "/admins").iter().map(|admin| Admin::of(admin, visit)).collect();
    let frame = frame_of(app, visit, "Administrators");
    let Some((refused, form)) = refused else {
        let (email, role) = (String::new(), String::from("editor"));
        return show(StatusCode::OK, &Page { frame, admins, pager, email, role, email_error: None });
    };
    let email_error = refused.reason_of("email").map(|reason| format!("{reason}."));
    let why = match email_error {
        Some(_) => String::from("Nobody was invited: the email address is not right."),
        None => refused.reason(),
    };
    let (email, role) = (form.field("email").to_owned(), form.field("role").to_owned());
    show(refused.status, &Page { frame: frame.failed(why), admins, pager, email, role, email_error })
}

async fn invite(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let body = json!({ "email": form.field("email"), "role": form.field("role") });
    match Api::of(&app, &form.visit).post("/admins", &body).await {
        Ok(made) if made.get("invited") == Some(&Value::Bool(true)) => {
            see_other(&format!("{PATH}?said=invited"))
        }
        Ok(made) => see_other(&format!("{PATH}/{}?said=not-invited", segment(text(&made, "/id")))),
        Err(refused) if refused.is_stale() => frame::refused(&app, &form.visit, PATH, refused),
        Err(refused) => render(&app, &form.visit, Some((refused, &form))).await,
    }
}

fn frame_of(app: &App, visit: &AdminVisit, title: impl Into<String>) -> Frame {
    Frame::new(app, visit, PATH, title)
}
