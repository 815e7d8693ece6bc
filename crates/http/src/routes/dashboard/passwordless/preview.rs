//! The message of a connection beside its form: as the form has it, saved or not. By a button without scripts,
//! by itself with them, and as a mail program shows it in a frame that may do nothing.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

use super::settings::{self, Typed};
use super::{Choice, PATH, clients, connection, languages, translate};
use crate::answer::{self, TEXT_HTML};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame;

/// A mail may have its styles and pictures of its own; it may run nothing, ask nobody and lead nowhere.
const OF_MAIL: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
                       base-uri 'none'; frame-ancestors 'self'; sandbox";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/preview"), post(page))
        .route(&format!("{PATH}/{{id}}/preview.json"), post(data))
        .route(&format!("{PATH}/{{id}}/mail"), post(mail))
}

/// A message as it is shown.
pub struct Preview {
    pub text: String,
    pub subject: String,
    pub from: String,
    pub html: String,
    /// How it travels.
    pub size: String,
    pub findings: Vec<Finding>,
    pub languages: Vec<Choice>,
    pub applications: Vec<Choice>,
    pub send: String,
    pub is_mail: bool,
}

pub struct Finding {
    /// `error`, `warning` or `hint`.
    pub level: String,
    pub message: String,
}

/// What a message may say, by its name in either syntax.
pub struct Variable {
    pub macro_name: &'static str,
    pub liquid: &'static str,
    pub about: &'static str,
}

const fn variable(macro_name: &'static str, liquid: &'static str, about: &'static str) -> Variable {
    Variable { macro_name, liquid, about }
}

static VARIABLES: [Variable; 6] = [
    variable("@@password@@", "{{ code }}", "The code."),
    variable("@@application.name@@", "{{ application.name }}", "Your application."),
    variable("", "{{ friendly_name }}", "The name of the tenant."),
    variable("", "{{ request_language }}", "The languages of the reader, such as fr-CA,fr;q=0.9."),
    variable("", "{{ locale }}", "The first of them."),
    variable("@@link@@", "{{ link }}", "The link, where one is sent."),
];

impl Preview {
    /// Text messages carry no link.
    pub fn variables(&self) -> &'static [Variable] {
        match VARIABLES.split_last() {
            Some((_, rest)) if !self.is_mail => rest,
            _ => &VARIABLES,
        }
    }

    /// The field that the message is written in.
    pub fn area(&self) -> &'static str {
        if self.is_mail { "email.body" } else { "template" }
    }
}

impl Finding {
    pub fn word(&self) -> &'static str {
        match self.level.as_str() {
            "error" => "Error",
            "warning" => "Warning",
            _ => "Hint",
        }
    }
}

/// What is chosen beside the form.
#[derive(Default)]
pub struct Chosen<'a> {
    pub client: &'a str,
    pub language: &'a str,
    pub send: &'a str,
}

impl<'a> Chosen<'a> {
    pub fn of(form: &'a AdminForm) -> Self {
        Self {
            client: form.field("preview.client"),
            language: form.field("preview.language"),
            send: form.field("preview.send"),
        }
    }
}

pub async fn of(
    app: &SharedApp,
    visit: &AdminVisit,
    found: &Value,
    options: Option<&Map<String, Value>>,
    chosen: &Chosen<'_>,
) -> Result<Preview, Refused> {
    let shown = ask(app, visit, found, options, chosen).await?;
    let field = |name: &str| text(&shown, name).to_owned();
    let finding = |finding: &Value| Finding {
        level: text(finding, "/level").to_owned(),
        message: text(finding, "/message").to_owned(),
    };
    Ok(Preview {
        text: field("/text"),
        subject: field("/subject"),
        from: field("/from"),
        html: field("/html"),
        size: size(&shown),
        findings: list(&shown, "/findings").iter().map(finding).collect(),
        languages: languages(if chosen.language.is_empty() { "en" } else { chosen.language }),
        applications: clients(app, visit, found, chosen.client).await?,
        send: chosen.send.to_owned(),
        is_mail: text(found, "/strategy") == "email",
    })
}

async fn ask(
    app: &SharedApp,
    visit: &AdminVisit,
    found: &Value,
    options: Option<&Map<String, Value>>,
    chosen: &Chosen<'_>,
) -> Result<Value, Refused> {
    let mut body = json!({ "client_id": chosen.client, "language": chosen.language, "send": chosen.send });
    if let (Some(options), Some(object)) = (options, body.as_object_mut()) {
        object.insert(String::from("options"), json!(options));
    }
    let path = format!("/connections/{}/preview", segment(text(found, "/id")));
    Api::of(app, visit).post(&path, &body).await
}

/// How a text message travels, in words.
fn size(shown: &Value) -> String {
    let number = |name: &str| shown.get(name).and_then(Value::as_u64).unwrap_or_default();
    let encoding = text(shown, "/encoding");
    if encoding.is_empty() {
        return String::new();
    }
    let (characters, segments) = (number("characters"), number("segments"));
    let messages = if segments == 1 { "1 message" } else { &format!("{segments} messages") };
    format!("{characters} characters in {encoding}, {messages}")
}

/// Without scripts: the form again, with its message.
async fn page(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let found = match connection(&app, &form.visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    settings::again(&app, &form, &found, Typed::Unsaved).await
}

/// What [`of`] asks for, with the words that a page has.
async fn data(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    match of_form(&app, &id, &form).await {
        Ok(mut shown) => {
            let size = size(&shown);
            if let Some(object) = shown.as_object_mut() {
                object.insert(String::from("size"), json!(size));
            }
            answer::json(StatusCode::OK, &shown)
        }
        Err(refused) => answer::json(refused.status, &json!({ "message": refused.message })),
    }
}

/// The mail alone, for a frame.
async fn mail(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let html = match of_form(&app, &id, &form).await {
        Ok(shown) => text(&shown, "/html").to_owned(),
        Err(refused) => return refused.into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, TEXT_HTML),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(OF_MAIL)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, html).into_response()
}

async fn of_form(app: &SharedApp, id: &str, form: &AdminForm) -> Result<Value, Refused> {
    let found = connection(app, &form.visit, id).await?;
    let stored = found.get("options").unwrap_or(&Value::Null);
    let options = translate::typed(text(&found, "/strategy"), stored, &form.fields);
    ask(app, &form.visit, &found, options.as_ref(), &Chosen::of(form)).await
}
