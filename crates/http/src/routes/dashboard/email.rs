//! The email provider of all connections that name none (section 2.13), a test mail, and the texts that tools
//! keep here (section 2.14).

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::api::{Api, Refused, text};
use super::attempts::{Attempt, attempts};
use super::form::{self, Field, Kind, Spec, spec};
use super::frame::{self, Frame, show};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;

const PATH: &str = "/dashboard/email";
const PROVIDER: &str = "/emails/provider";

const NAMES: &[(&str, &str)] = &[("smtp", "A mail server (SMTP)")];
const SECURITY: &[(&str, &str)] =
    &[("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "None (listed networks only)")];
const SPECS: &[Spec] = &[
    spec("name", "Provider", "", Kind::Choice(NAMES), ""),
    spec("enabled", "Send by it", "Off: connections that name no sender send nothing.", Kind::Check, ""),
    spec(
        "default_from_address",
        "From",
        "Such as codes@example.com; a connection may name another.",
        Kind::Line,
        "",
    ),
    spec("credentials.smtp_host", "Mail server", "Such as smtp.example.com.", Kind::Line, ""),
    spec("credentials.smtp_port", "Port", "587, or 465 with TLS.", Kind::Number, ""),
    spec("settings.smtp_security", "Security", "", Kind::Choice(SECURITY), ""),
    spec("credentials.smtp_user", "User", "", Kind::Line, ""),
    spec(
        "credentials.smtp_pass",
        "Password",
        "Leave it empty to keep the one that is stored.",
        Kind::Secret,
        "",
    ),
];

/// The texts by their names, and when Auth0 sends them.
const TEMPLATES: [(&str, &str); 14] = [
    ("verify_email", "To confirm an address, by a link"),
    ("verify_email_by_code", "To confirm an address, by a code"),
    ("auth_email_by_code", "To sign in to an organization by a code"),
    ("reset_email", "To change a password, by a link"),
    ("reset_email_by_code", "To change a password, by a code"),
    ("welcome_email", "After the first sign-in"),
    ("blocked_account", "After too many failures"),
    ("stolen_credentials", "After a leak of another site"),
    ("enrollment_email", "To enroll a second factor"),
    ("mfa_oob_code", "A code as second factor"),
    ("user_invitation", "An invitation"),
    ("change_password", "To change a password, of older tenants"),
    ("password_reset", "To change a password, of older tenants"),
    ("async_approval", "To approve what another device does"),
];

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(page).post(save))
        .route(&format!("{PATH}/try"), post(try_out))
        .route(&format!("{PATH}/remove"), post(remove))
}

#[derive(Template)]
#[template(path = "dashboard/email.html")]
struct Page {
    frame: Frame,
    fields: Vec<Field>,
    /// There is a provider.
    exists: bool,
    /// It is one that we send by.
    sends: bool,
    templates: Vec<(&'static str, &'static str, bool)>,
    to: String,
    to_error: Option<String>,
    /// Of the test mail.
    outcome: &'static str,
    attempts: Vec<Attempt>,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Page, Refused> {
    let found = provider(app, visit).await?;
    let shown = found.clone().unwrap_or_else(|| json!({ "name": "smtp", "enabled": true }));
    Ok(Page {
        frame: Frame::new(app, visit, PATH, "Email provider"),
        fields: form::shown(SPECS, &shown),
        exists: found.is_some(),
        sends: text(&shown, "/name") == "smtp",
        templates: templates(app, visit).await?,
        to: visit.signed_in.email.clone(),
        to_error: None,
        outcome: "",
        attempts: Vec::new(),
    })
}

async fn provider(app: &SharedApp, visit: &AdminVisit) -> Result<Option<Value>, Refused> {
    match Api::of(app, visit).get(PROVIDER).await {
        Ok(found) => Ok(Some(found)),
        Err(refused) if refused.status == StatusCode::NOT_FOUND => Ok(None),
        Err(refused) => Err(refused),
    }
}

/// Which of the texts somebody wrote.
async fn templates(
    app: &SharedApp,
    visit: &AdminVisit,
) -> Result<Vec<(&'static str, &'static str, bool)>, Refused> {
    let mut all = Vec::new();
    for (name, about) in TEMPLATES {
        let written = match Api::of(app, visit).get(&format!("/email-templates/{name}")).await {
            Ok(_) => true,
            Err(refused) if refused.status == StatusCode::NOT_FOUND => false,
            Err(refused) => return Err(refused),
        };
        all.push((name, about, written));
    }
    Ok(all)
}

async fn save(State(app): State<SharedApp>, form: AdminForm) -> Response {
    match write(&app, &form).await {
        Ok(()) => see_other(&format!("{PATH}?said=saved")),
        Err(refused) => again(&app, &form, refused).await,
    }
}

async fn write(app: &SharedApp, form: &AdminForm) -> Result<(), Refused> {
    let api = Api::of(app, &form.visit);
    let mut body = json!(form::patch(SPECS, &form.fields));
    match provider(app, &form.visit).await? {
        Some(found) => {
            keep_settings(&found, &mut body);
            api.patch(PROVIDER, &body).await?
        }
        None => api.post(PROVIDER, &without_nulls(body)).await?,
    };
    Ok(())
}

/// Settings are written whole; those without a field stay.
fn keep_settings(found: &Value, body: &mut Value) {
    let kept = found.get("settings").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(settings) = body.get_mut("settings").and_then(Value::as_object_mut) {
        for (name, value) in kept {
            settings.entry(name).or_insert(value);
        }
    }
}

/// What a new record does not have.
pub fn without_nulls(mut body: Value) -> Value {
    if let Some(object) = body.as_object_mut() {
        object.retain(|_, value| !value.is_null());
        for value in object.values_mut().filter_map(Value::as_object_mut) {
            value.retain(|_, inner| !inner.is_null());
        }
    }
    body
}

/// The form as it was typed.
async fn again(app: &SharedApp, form: &AdminForm, refused: Refused) -> Response {
    match read(app, &form.visit).await {
        Ok(mut page) => {
            page.fields = form::typed(SPECS, &form.fields, "", &refused);
            page.frame = page.frame.failed(form::summary(&page.fields, &refused));
            show(refused.status, &page)
        }
        Err(refused) => frame::refused(app, &form.visit, PATH, refused),
    }
}

async fn try_out(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let mut page = match read(&app, &form.visit).await {
        Ok(page) => page,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    page.to = form.field("to").to_owned();
    let path = format!("{PROVIDER}/try");
    match Api::of(&app, &form.visit).post(&path, &json!({ "to": form.field("to") })).await {
        Ok(shown) => {
            page.outcome = match text(&shown, "/outcome") {
                "sent" => "The mail server took the mail.",
                "unclear" => "Perhaps sent: the mail server did not answer clearly.",
                _ => "Not sent.",
            };
            page.attempts = attempts(&shown);
            show(StatusCode::OK, &page)
        }
        Err(refused) => {
            let status = refused.status;
            let message = match status {
                StatusCode::TOO_MANY_REQUESTS => {
                    String::from("Too many tries. Wait a minute, then try again.")
                }
                _ if refused.message.ends_with("on property to") => {
                    page.to_error = Some(String::from("Type an address such as you@example.com."));
                    String::from("Nothing was sent: the address is not right.")
                }
                _ => refused.message,
            };
            page.frame = page.frame.failed(message);
            show(status, &page)
        }
    }
}

/// Typed, since codes stop where nothing else sends.
async fn remove(State(app): State<SharedApp>, form: AdminForm) -> Response {
    if form.field("confirm") != "remove" {
        let refused = Refused::by_page(
            StatusCode::BAD_REQUEST,
            String::from("Nothing was removed: type the word remove."),
        );
        return frame::refused(&app, &form.visit, PATH, refused);
    }
    match Api::of(&app, &form.visit).delete(PROVIDER).await {
        Ok(_) => see_other(&format!("{PATH}?said=deleted")),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}
