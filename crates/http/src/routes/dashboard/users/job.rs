//! How an import or export goes on: its progress, what came to nothing, and the file.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::PATH;
use crate::answer;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::page::see_other;
use crate::routes::assets;
use crate::routes::dashboard::api::{Api, Refused, list, number, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};
use crate::routes::dashboard::numbers::grouped;

/// Records that came to nothing, on the page.
const MOST: usize = 50;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/jobs/{id}", get(page))
        .route("/dashboard/users/jobs/{id}/progress.json", get(progress))
        .route("/dashboard/users/jobs/{id}/failures.json", get(failures))
        .route("/dashboard/users/jobs/{id}/file", get(file))
}

/// Where the page of a job stands.
pub fn at(id: &str) -> String {
    format!("{PATH}/jobs/{}", segment(id))
}

#[derive(Template)]
#[template(path = "dashboard/users/job.html")]
struct Page {
    frame: Frame,
    script: String,
    /// The path of the page.
    at: String,
    job: Job,
    failures: Failures,
}

/// A job as a page tells of it.
struct Job {
    is_import: bool,
    /// As the API has it: `pending`, `processing`, `completed` or `failed`.
    status: String,
    connection: String,
    created: String,
    percentage: u64,
    /// How far it is, in words.
    words: String,
    /// Why it failed as a whole; empty where it did not.
    failure: String,
    /// What an import came to, by what people read.
    summary: Vec<(&'static str, String)>,
    warnings: Vec<String>,
    failed: u64,
}

impl Job {
    fn of(found: &Value) -> Self {
        let summary = |name: &str| number(found, &format!("/summary/{name}"));
        let rows = [("Records", "total"), ("New", "inserted"), ("Changed", "updated"), ("Failed", "failed")];
        let has_summary = found.get("summary").is_some();
        let warning = |one: &Value| format!("{} ({})", text(one, "/message"), grouped(number(one, "/count")));
        let status = text(found, "/status").to_owned();
        Self {
            is_import: text(found, "/type") == "users_import",
            connection: text(found, "/connection").to_owned(),
            created: text(found, "/created_at").to_owned(),
            percentage: number(found, "/percentage_done"),
            words: words(found, &status),
            failure: if status == "failed" {
                text(found, "/status_details").to_owned()
            } else {
                String::new()
            },
            summary: match has_summary {
                true => rows.iter().map(|(label, name)| (*label, grouped(summary(name)))).collect(),
                false => Vec::new(),
            },
            warnings: list(found, "/warnings").iter().map(warning).collect(),
            failed: summary("failed"),
            status,
        }
    }

    fn is_running(&self) -> bool {
        matches!(self.status.as_str(), "pending" | "processing")
    }

    fn has_file(&self) -> bool {
        !self.is_import && self.status == "completed"
    }

    /// A word of its state.
    fn state(&self) -> &'static str {
        match self.status.as_str() {
            "pending" => "Waiting",
            "processing" => "Running",
            "completed" => "Done",
            _ => "Failed",
        }
    }
}

fn words(found: &Value, status: &str) -> String {
    let left = found.get("time_left_seconds").and_then(Value::as_u64);
    match (status, left) {
        ("pending", _) => String::from("It waits for its turn."),
        ("processing", Some(left)) if left > 90 => {
            format!("{} %, about {} minutes left.", number(found, "/percentage_done"), left.div_ceil(60))
        }
        ("processing", Some(left)) => {
            format!("{} %, about {left} seconds left.", number(found, "/percentage_done"))
        }
        ("processing", None) => format!("{} %.", number(found, "/percentage_done")),
        ("completed", _) => String::from("It is done."),
        _ => String::from("It failed."),
    }
}

/// The first of them.
#[derive(Default)]
struct Failures {
    shown: Vec<Failure>,
    /// There are more than a page can be asked for.
    too_many: bool,
}

struct Failure {
    /// Whom the record is of, as far as it tells.
    who: String,
    reasons: Vec<String>,
}

impl Failure {
    fn of(one: &Value) -> Self {
        let who = ["/user/user_id", "/user/email", "/user/phone_number", "/user/name"];
        let who = who.into_iter().map(|name| text(one, name)).find(|text| !text.is_empty());
        let reason = |error: &Value| {
            let (code, message, path) = (text(error, "/code"), text(error, "/message"), text(error, "/path"));
            let place = if path.is_empty() { String::new() } else { format!(" at {path}") };
            format!("{message} ({code}{place})")
        };
        Self {
            who: who.unwrap_or("A record that names nobody").chars().take(100).collect(),
            reasons: list(one, "/errors").iter().map(reason).collect(),
        }
    }
}

async fn find(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("/jobs/{}", segment(id))).await
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    let job = match find(&app, &visit, &id).await {
        Ok(found) => Job::of(&found),
        Err(refused) => return frame::refused(&app, &visit, PATH, refused),
    };
    let failures = match job.failed {
        0 => Failures::default(),
        _ => match Api::of(&app, &visit).get(&format!("/jobs/{}/errors", segment(&id))).await {
            Ok(found) => Failures {
                shown: list(&found, "").iter().take(MOST).map(Failure::of).collect(),
                too_many: false,
            },
            Err(_) => Failures { shown: Vec::new(), too_many: true },
        },
    };
    let title = if job.is_import { "Import of users" } else { "Export of users" };
    let frame = Frame::new(&app, &visit, PATH, title);
    let script = assets::url("dashboard-job.js");
    show(StatusCode::OK, &Page { frame, script, at: at(&id), job, failures })
}

/// What the script of the page asks for.
async fn progress(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match find(&app, &visit, &id).await {
        Ok(found) => {
            let job = Job::of(&found);
            let shown =
                json!({ "running": job.is_running(), "percentage": job.percentage, "words": job.words });
            answer::json(StatusCode::OK, &shown)
        }
        Err(refused) => answer::json(refused.status, &json!({ "message": refused.message })),
    }
}

/// All of them, as the API has them.
async fn failures(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get(&format!("/jobs/{}/errors", segment(&id))).await {
        Ok(found) => {
            let headers = [(
                header::CONTENT_DISPOSITION,
                HeaderValue::from_static("attachment; filename=\"failures.json\""),
            )];
            (headers, answer::json(StatusCode::OK, &found)).into_response()
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

/// By a link that is made at this moment: it lives for a minute.
async fn file(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    let link = match find(&app, &visit, &id).await {
        Ok(found) if Job::of(&found).has_file() && text(&found, "/location").is_empty() => {
            Err(Refused::stale())
        }
        Ok(found) => Ok(text(&found, "/location").to_owned()),
        Err(refused) => Err(refused),
    };
    match link {
        Ok(link) if link.is_empty() => see_other(&at(&id)),
        Ok(link) => see_other(&link),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M-035
    #[test]
    fn a_job_says_how_far_it_is() {
        let job = |status: &str, left: Value| {
            Job::of(&json!({"status": status, "percentage_done": 40, "time_left_seconds": left})).words
        };
        assert_eq!(job("pending", json!(null)), "It waits for its turn.");
        assert_eq!(job("processing", json!(30)), "40 %, about 30 seconds left.");
        assert_eq!(job("processing", json!(100)), "40 %, about 2 minutes left.");
        assert_eq!(job("processing", json!(null)), "40 %.");
    }

    /// M-035
    #[test]
    fn a_record_that_came_to_nothing_is_named_by_what_it_has() {
        let errors = json!([{"code": "FORMAT", "message": "No number", "path": "phone_number"}]);
        let failure = Failure::of(&json!({"user": {"phone_number": "12"}, "errors": errors}));
        assert_eq!(
            (failure.who.as_str(), failure.reasons[0].as_str()),
            ("12", "No number (FORMAT at phone_number)")
        );
        assert_eq!(Failure::of(&json!({"user": 7})).who, "A record that names nobody");
    }
}
