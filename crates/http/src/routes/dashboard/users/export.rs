//! Users out by a file (section 5.2 of the management contract): the form that starts the job. How it goes on is in
//! `job.rs`.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{PATH, all_connections, job};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, text};
use crate::routes::dashboard::frame::{self, Frame, show};

const FORMATS: [(&str, &str); 3] = [
    ("json-array", "JSON, as one array: an import takes it as it is"),
    ("json", "JSON, an object on each line"),
    ("csv", "CSV, for spreadsheets"),
];
/// What a table has where no field is named: it has no place for lists and metadata.
const OF_TABLE: &str = "user_id\nname\nphone_number\nphone_verified\nemail\nemail_verified\nblocked\n\
                        created_at\nlast_login\nlogins_count";

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dashboard/users/export", get(page).post(start))
}

#[derive(Template)]
#[template(path = "dashboard/users/user_export.html")]
struct Page {
    frame: Frame,
    connections: Vec<(String, String)>,
    typed: Typed,
    fields_error: Option<String>,
    limit_error: Option<String>,
}

#[derive(Default)]
struct Typed {
    connection: String,
    format: String,
    fields: String,
    limit: String,
}

impl Typed {
    fn of(form: &AdminForm) -> Self {
        let of = |name: &str| form.field(name).to_owned();
        Self {
            connection: of("connection_id"),
            format: of("format"),
            fields: of("fields"),
            limit: of("limit"),
        }
    }

    /// What the API is sent. A number that is none stays text, which it refuses by name.
    fn body(&self) -> Value {
        let mut body = Map::from_iter([(String::from("format"), json!(self.format))]);
        let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
        if !self.connection.is_empty() {
            put("connection_id", json!(self.connection));
        }
        if !self.limit.is_empty() {
            put("limit", self.limit.parse::<u64>().map_or_else(|_| json!(self.limit), |limit| json!(limit)));
        }
        let fields = match (self.fields.is_empty(), self.format.as_str()) {
            (true, "csv") => OF_TABLE,
            _ => self.fields.as_str(),
        };
        let fields: Vec<Value> =
            fields.lines().map(str::trim).filter(|line| !line.is_empty()).map(field).collect();
        if !fields.is_empty() {
            put("fields", json!(fields));
        }
        Value::Object(body)
    }
}

/// `name`, or `name = what it is called in the file`.
fn field(line: &str) -> Value {
    match line.split_once('=') {
        Some((name, column)) => json!({ "name": name.trim(), "export_as": column.trim() }),
        None => json!({ "name": line }),
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Page, Refused> {
    Ok(Page {
        frame: Frame::new(app, visit, PATH, "Export users"),
        connections: all_connections(app, visit).await?,
        typed: Typed::default(),
        fields_error: None,
        limit_error: None,
    })
}

async fn start(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let typed = Typed::of(&form);
    let refused = match Api::of(&app, &form.visit).post("/jobs/users-exports", &typed.body()).await {
        Ok(made) => return see_other(&job::at(text(&made, "/id"))),
        Err(refused) if refused.is_stale() => return frame::refused(&app, &form.visit, PATH, refused),
        Err(refused) => refused,
    };
    let mut page = match read(&app, &form.visit).await {
        Ok(page) => page,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    page.fields_error = refused.reason_of("fields").map(|reason| format!("{reason}."));
    page.limit_error = match typed.limit.parse::<u64>() {
        Err(_) if !typed.limit.is_empty() => Some(String::from("Must be a whole number.")),
        _ => refused.reason_of("limit").map(|reason| format!("{reason}.")),
    };
    page.typed = typed;
    page.frame = page.frame.failed(match page.fields_error.is_some() || page.limit_error.is_some() {
        true => String::from("Nothing was exported: one of the fields below is not right."),
        false => refused.message,
    });
    show(refused.status, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M-035
    #[test]
    fn a_line_is_a_field_and_a_table_has_its_own_where_none_is_named() {
        let typed = |format: &str, fields: &str, limit: &str| {
            let typed = Typed {
                format: format.to_owned(),
                fields: fields.to_owned(),
                limit: limit.to_owned(),
                ..Typed::default()
            };
            typed.body()
        };
        let body = typed("json", "user_id\r\n\r\nuser_metadata.plan = plan", "10");
        assert_eq!(
            body["fields"],
            json!([{"name": "user_id"}, {"name": "user_metadata.plan", "export_as": "plan"}])
        );
        assert_eq!((&body["limit"], body.get("connection_id")), (&json!(10), None));
        assert_eq!(typed("json", "", "").get("fields"), None);
        assert_eq!(typed("csv", "", "x")["fields"][2], json!({"name": "phone_number"}));
        assert_eq!(typed("csv", "", "x")["limit"], "x");
    }
}
