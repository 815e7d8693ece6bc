//! A test message by the phone provider.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::{PATH, path_of, provider, read};
use crate::app::SharedApp;
use crate::extract::admin::AdminForm;
use crate::routes::dashboard::api::{Api, Refused, text};
use crate::routes::dashboard::frame::{self, show};

pub async fn try_out(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let mut page = match read(&app, &form.visit).await {
        Ok(page) => page,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    page.to = form.field("to").to_owned();
    match send(&app, &form).await {
        Ok(told) => {
            page.sent = Some(became(&told));
            show(StatusCode::OK, &page)
        }
        Err(refused) => {
            let status = refused.status;
            let (message, at_field) = not_sent(refused);
            page.to_error = at_field;
            page.frame = page.frame.failed(message);
            show(status, &page)
        }
    }
}

async fn send(app: &SharedApp, form: &AdminForm) -> Result<Value, Refused> {
    let found = provider(app, &form.visit).await?;
    let body = json!({ "to": form.field("to"), "delivery_method": "text" });
    let path = found.as_ref().map_or_else(String::new, path_of);
    Api::of(app, &form.visit).post(&format!("{path}/try"), &body).await
}

fn became(told: &Value) -> String {
    if text(told, "/outcome") == "unclear" {
        return String::from("The provider did not answer: the message may have been sent.");
    }
    match told.pointer("/attempts/0/provider/message_id").and_then(Value::as_str) {
        Some(id) => format!("The provider took the message. Its id there: {id}"),
        None => String::from("The provider took the message."),
    }
}

/// What stands above the form, and at the number.
fn not_sent(refused: Refused) -> (String, Option<String>) {
    match refused.status {
        StatusCode::TOO_MANY_REQUESTS => {
            (String::from("Too many tries. Wait a minute, then try again; a day's limit lasts longer."), None)
        }
        _ if refused.message.ends_with("on property to") => (
            String::from("Nothing was sent: the number is not right."),
            Some(String::from("Type a number that takes text messages, with + and its country code.")),
        ),
        StatusCode::NOT_FOUND => (String::from("Nothing was sent: save a provider first."), None),
        _ => (format!("Not sent. The provider said: {}", refused.message), None),
    }
}
