//! How the delivery of a stream goes, and what can be done about it: a test, a replay, a new secret.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::READ_CONNECTIONS_OPTIONS;
use serde_json::{Value, json};

use super::{PATH, Stream};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, number, segment, text};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::frame::{self, Frame, show};
use crate::routes::dashboard::numbers::counted;

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/{{id}}/delivery"), get(page).post(act))
}

#[derive(Template)]
#[template(path = "dashboard/streams/delivery.html")]
struct Page {
    frame: Frame,
    stream: Stream,
    health: Health,
    told: Told,
    /// Others are told who may.
    may_renew: bool,
    /// A new secret, and no more of the one of before.
    at_once: Danger,
}

/// What the act before came to, as far as it is more than a word.
#[derive(Default)]
struct Told {
    done: Option<&'static str>,
    /// A signing secret, shown once.
    secret: Option<String>,
    /// The answer of the receiver to a test.
    test: Option<Test>,
    /// What was typed as the start of a replay, where it was refused.
    from: String,
    bad_from: Option<String>,
    /// What was typed in place of the name of the stream.
    unconfirmed: Option<String>,
}

struct Test {
    is_delivered: bool,
    reason: String,
}

struct Health {
    state: &'static str,
    about: &'static str,
    last_success: String,
    failing_since: String,
    attempts: String,
    next: String,
    delivered: String,
    waiting: String,
    errors: Vec<Failure>,
}

struct Failure {
    at: String,
    reason: String,
}

impl Health {
    fn of(found: &Value) -> Self {
        let (state, about) = match text(found, "/state") {
            "healthy" => ("Healthy", "What happens is taken as it comes."),
            "retrying" => ("Retrying", "The last attempt failed. Nothing is lost: it is tried again."),
            "failing" => ("Failing", "Several attempts failed. After three days of it the stream stops."),
            "suspended" => {
                ("Suspended", "It failed for three days. Start it again once the receiver is back.")
            }
            _ => ("Paused", "Events wait in the log, for as long as the log keeps them."),
        };
        let waiting = number(found, "/lag/entries");
        Self {
            state,
            about,
            last_success: text(found, "/last_success_at").to_owned(),
            failing_since: text(found, "/failing_since").to_owned(),
            attempts: counted(number(found, "/failed_attempts"), "attempt", "attempts"),
            next: text(found, "/next_attempt_at").to_owned(),
            delivered: counted(number(found, "/delivered"), "event", "events"),
            waiting: match waiting {
                0 => String::from("None"),
                many => {
                    let age = counted(number(found, "/lag/seconds"), "second", "seconds");
                    format!("{}, the oldest for {age}", counted(many, "event", "events"))
                }
            },
            errors: list(found, "/errors").iter().map(Failure::of).collect(),
        }
    }
}

impl Failure {
    fn of(found: &Value) -> Self {
        let reason = text(found, "/reason");
        let reason = match number(found, "/status") {
            0 => reason.to_owned(),
            status => format!("{status}: {reason}"),
        };
        Self { at: text(found, "/at").to_owned(), reason }
    }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    shown(&app, &visit, &id, StatusCode::OK, Told::default()).await
}

async fn shown(app: &SharedApp, visit: &AdminVisit, id: &str, status: StatusCode, told: Told) -> Response {
    match read(app, visit, id).await {
        Ok((found, health)) => {
            let stream = Stream::of(&found);
            let mut frame = Frame::new(app, visit, PATH, stream.name.as_str());
            frame.done = told.done.or(frame.done);
            if told.bad_from.is_some() {
                frame = frame.failed("Nothing is sent again: the start is not right.");
            }
            let action = format!("{}/delivery", stream.path);
            let mut at_once = Danger::sent_to(action, "at-once", &stream.name);
            if let Some(typed) = &told.unconfirmed {
                at_once.fail(typed);
                frame = frame.failed("Nothing was done: the name was not typed as it is.");
            }
            let may_renew = visit.signed_in.operator.has(&[READ_CONNECTIONS_OPTIONS]);
            show(status, &Page { frame, stream, health: Health::of(&health), told, may_renew, at_once })
        }
        Err(refused) => frame::refused(app, visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<(Value, Value), Refused> {
    let (api, path) = (Api::of(app, visit), path_of(id));
    Ok((api.get(&path).await?, api.get(&format!("{path}/health")).await?))
}

fn path_of(id: &str) -> String {
    format!("/log-streams/{}", segment(id))
}

/// A stream that was just made, with the secret that is shown once.
pub async fn made(app: &SharedApp, visit: &AdminVisit, made: &Value) -> Response {
    let secret = text(made, "/signing_secret");
    let id = text(made, "/id");
    match secret.is_empty() {
        true => see_other(&format!("{PATH}/{}/delivery?said=created-unshown", segment(id))),
        false => {
            let told = Told { done: Some("Created."), secret: Some(secret.to_owned()), ..Told::default() };
            shown(app, visit, id, StatusCode::OK, told).await
        }
    }
}

async fn act(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let (visit, path) = (&form.visit, path_of(&id));
    let api = Api::of(&app, visit);
    let told = match form.field("act") {
        "test" => api.post(&format!("{path}/test"), &json!({})).await.map(|tried| Told {
            test: Some(Test {
                is_delivered: tried.get("delivered") == Some(&Value::Bool(true)),
                reason: Failure::of(&tried).reason,
            }),
            ..Told::default()
        }),
        "secret" => renew(&api, &path, &form).await,
        _ => {
            let from = form.field("from").trim().to_owned();
            let property = if from.contains('-') { "date" } else { "log_id" };
            match api.post(&format!("{path}/replay"), &json!({ property: from })).await {
                Ok(_) => return see_other(&format!("{PATH}/{}/delivery?said=replayed", segment(&id))),
                Err(refused) => match refused.reason_of(property) {
                    Some(reason) => {
                        let told = Told { bad_from: Some(format!("{reason}.")), from, ..Told::default() };
                        return shown(&app, visit, &id, refused.status, told).await;
                    }
                    None => Err(refused),
                },
            }
        }
    };
    match told {
        Ok(told) => {
            let status = if told.unconfirmed.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            shown(&app, visit, &id, status, told).await
        }
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}

/// A new secret. Without the one of before beside it every receiver refuses what comes, so that takes the name.
async fn renew(api: &Api<'_>, path: &str, form: &AdminForm) -> Result<Told, Refused> {
    let at_once = form.field("overlap") == "none";
    if at_once {
        let (typed, stream) = (form.field("confirm"), Stream::of(&api.get(path).await?));
        if !Danger::is_confirmed(typed, &stream.name) {
            return Ok(Told { unconfirmed: Some(typed.to_owned()), ..Told::default() });
        }
    }
    let seconds = if at_once { 0 } else { 86_400 };
    let made = api.post(&format!("{path}/rotate-secret"), &json!({ "overlap": seconds })).await?;
    Ok(Told { secret: Some(text(&made, "/signing_secret").to_owned()), ..Told::default() })
}
