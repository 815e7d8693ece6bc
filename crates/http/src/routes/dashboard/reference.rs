//! Settings › API: every operation of the Management API, to read and to search.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::operations::{self, Operation};

use super::frame::{Frame, show};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::management::openapi::{Table, names_of, table_of};

const PATH: &str = "/dashboard/api";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page))
}

#[derive(Template)]
#[template(path = "dashboard/reference.html")]
struct Page {
    frame: Frame,
    issuer: String,
    query: String,
    groups: Vec<Group>,
}

/// A schema by itself.
#[derive(Template)]
#[template(path = "dashboard/schema.html")]
struct SchemaPage {
    frame: Frame,
    table: Table,
}

struct Group {
    name: &'static str,
    operations: Vec<Line>,
}

struct Line {
    operation: &'static Operation,
    /// Schemas of its body and of its answer.
    takes: Option<&'static str>,
    gives: Option<&'static str>,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    if let Some((name, table)) = visit.query.text("schema").and_then(|name| Some((name, table_of(name)?))) {
        let frame = Frame::new(&app, &visit, PATH, name);
        return show(StatusCode::OK, &SchemaPage { frame, table });
    }
    let query = visit.query.text("q").unwrap_or_default().trim().to_owned();
    let groups = found(&query);
    let frame = Frame::new(&app, &visit, PATH, "Management API");
    show(StatusCode::OK, &Page { frame, issuer: app.engine.url(""), query, groups })
}

/// In the order of the groups; those that every word of the query is in.
fn found(query: &str) -> Vec<Group> {
    let query = query.to_lowercase();
    let fits = |operation: &Operation| {
        let Operation { group, method, path, scopes, summary } = operation;
        let text = format!("{group} {method} {path} {} {summary}", scopes.join(" ")).to_lowercase();
        query.split_whitespace().all(|word| text.contains(word))
    };
    let mut groups: Vec<Group> = Vec::new();
    for operation in operations::ALL.iter().filter(|operation| fits(operation)) {
        let (takes, gives) = names_of(operation);
        let line = Line { operation, takes, gives };
        match groups.iter_mut().find(|group| group.name == operation.group) {
            Some(group) => group.operations.push(line),
            None => groups.push(Group { name: operation.group, operations: vec![line] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_narrows_what_is_found() {
        let count = |query: &str| found(query).iter().map(|group| group.operations.len()).sum::<usize>();
        assert_eq!(count(""), operations::ALL.len());
        assert!(count("USERS delete") > 1 && count("users delete") < count("users"));
        assert_eq!(count("nothing-of-the-kind"), 0);
    }
}
