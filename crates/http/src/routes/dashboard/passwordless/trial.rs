//! Try: a real message to somebody who is there to read it, what the provider said, and what an application
//! would be told. Pages only: nothing of it is kept.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Choice, PATH, clients, connection, languages, panel};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::routes::dashboard::api::{Api, Refused, segment, text};
use crate::routes::dashboard::attempts::{Attempt, attempts};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/try"), get(page).post(send))
        .route(&format!("{PATH}/{{id}}/try/verify"), post(verify))
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/try.html")]
struct Page {
    frame: Frame,
    base: String,
    is_mail: bool,
    to: String,
    client: String,
    send: String,
    languages: Vec<Choice>,
    applications: Vec<Choice>,
    to_error: Option<String>,
    code_error: Option<String>,
    create_user: bool,
    /// A message has left, or may have: its code can be typed.
    waits: bool,
    tried: Option<Tried>,
    verified: Option<Verified>,
}

struct Tried {
    outcome: &'static str,
    /// `On`, `Failed`, or empty, for the colour.
    state: &'static str,
    attempts: Vec<Attempt>,
    subject: String,
    text: String,
}

struct Verified {
    user: String,
    /// What became of the user.
    about: &'static str,
    header: String,
    claims: String,
    access: AccessToken,
    scope: String,
    expires_in: String,
}

/// What the access token says, where it is for an API.
struct AccessToken {
    /// Empty where it is opaque.
    audience: String,
    header: String,
    claims: String,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    let chosen = visit.query.text("client").unwrap_or_default();
    match blank(&app, &visit, &id, chosen, "").await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn blank(
    app: &SharedApp,
    visit: &AdminVisit,
    id: &str,
    client: &str,
    language: &str,
) -> Result<Page, Refused> {
    let found = connection(app, visit, id).await?;
    let (frame, base) = panel(app, visit, &found);
    Ok(Page {
        frame,
        base,
        is_mail: text(&found, "/strategy") == "email",
        to: String::new(),
        client: client.to_owned(),
        send: String::from("code"),
        languages: languages(if language.is_empty() { "en" } else { language }),
        applications: clients(app, visit, &found, client).await?,
        to_error: None,
        code_error: None,
        create_user: false,
        waits: false,
        tried: None,
        verified: None,
    })
}

/// The page with what was typed.
async fn filled(app: &SharedApp, id: &str, form: &AdminForm) -> Result<Page, Refused> {
    let page = blank(app, &form.visit, id, form.field("client_id"), form.field("language")).await?;
    let send = if form.field("send") == "link" { "link" } else { "code" };
    Ok(Page {
        to: form.field("to").to_owned(),
        send: String::from(send),
        create_user: !form.field("create_user").is_empty(),
        ..page
    })
}

async fn send(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let mut page = match filled(&app, &id, &form).await {
        Ok(page) => page,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    let body = json!({
        "to": form.field("to"), "client_id": form.field("client_id"), "language": form.field("language"),
        "send": if page.is_mail { page.send.as_str() } else { "code" },
    });
    match Api::of(&app, &form.visit).post(&format!("/connections/{}/try", segment(&id)), &body).await {
        Ok(shown) => {
            let tried = tried(&shown);
            page.waits = tried.state != "Failed";
            page.tried = Some(tried);
            show(StatusCode::OK, &page)
        }
        Err(refused) => {
            let status = refused.status;
            page.to_error = about(&refused, "to");
            page.frame = page.frame.failed(words(&refused));
            show(status, &page)
        }
    }
}

async fn verify(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let mut page = match filled(&app, &id, &form).await {
        Ok(page) => page,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    let body = json!({
        "to": form.field("to"), "client_id": form.field("client_id"), "code": form.field("code"),
        "create_user": page.create_user,
    });
    let path = format!("/connections/{}/try/verify", segment(&id));
    match Api::of(&app, &form.visit).post(&path, &body).await {
        Ok(shown) => {
            page.verified = Some(verified(&shown));
            show(StatusCode::OK, &page)
        }
        Err(refused) => {
            let status = refused.status;
            page.waits = true;
            page.code_error = about(&refused, "code").or_else(|| about(&refused, "to"));
            page.frame = page.frame.failed(words(&refused));
            show(status, &page)
        }
    }
}

fn tried(shown: &Value) -> Tried {
    let (outcome, state) = match text(shown, "/outcome") {
        "sent" => ("The provider took the message.", "On"),
        "unclear" => ("Perhaps sent: the provider did not answer clearly.", ""),
        "test_number" => ("This is a test number: it has a code of its own, and gets no message.", ""),
        _ => ("Not sent.", "Failed"),
    };
    Tried {
        outcome,
        state,
        attempts: attempts(shown),
        subject: text(shown, "/message/subject").to_owned(),
        text: text(shown, "/message/text").to_owned(),
    }
}

fn verified(shown: &Value) -> Verified {
    let flag = |name: &str| shown.pointer(name) == Some(&json!(true));
    let pretty = |name: &str| {
        let part = shown.pointer(name).unwrap_or(&Value::Null);
        serde_json::to_string_pretty(part).unwrap_or_default()
    };
    let about = match (flag("/user/exists"), flag("/user/created")) {
        (_, true) => "was made just now",
        (true, false) => "was here before",
        (false, false) => "would be made at a sign-in; none was made",
    };
    let expires = shown.get("expires_in").and_then(Value::as_u64).unwrap_or_default();
    Verified {
        user: text(shown, "/user/user_id").to_owned(),
        about,
        header: pretty("/id_token/header"),
        claims: pretty("/id_token/claims"),
        access: AccessToken {
            audience: text(shown, "/access_token/audience").to_owned(),
            header: pretty("/access_token/header"),
            claims: pretty("/access_token/claims"),
        },
        scope: text(shown, "/scope").to_owned(),
        expires_in: format!("{expires} seconds"),
    }
}

/// The reason, where the API names this field.
fn about(refused: &Refused, name: &str) -> Option<String> {
    let (before, property) = refused.message.rsplit_once(" on property ")?;
    let reason = before.split_once('\'').map_or(before, |(_, rest)| rest.trim_end_matches('\''));
    let reason = match reason.starts_with("String does not match") {
        true => "Write the number with + and its country code",
        false => reason,
    };
    (property == name).then(|| format!("{reason}."))
}

fn words(refused: &Refused) -> String {
    match refused.status {
        StatusCode::TOO_MANY_REQUESTS => String::from(
            "Too many messages: to this address, or in all. Wait a minute, then try again; a day's limit lasts longer.",
        ),
        StatusCode::BAD_REQUEST if refused.message.contains(" on property ") => {
            String::from("Nothing was sent or checked: one of the fields below is not right.")
        }
        _ => refused.message.clone(),
    }
}

/// Nobody to sign in to.
impl Page {
    fn is_ready(&self) -> bool {
        !self.applications.is_empty()
    }
}
