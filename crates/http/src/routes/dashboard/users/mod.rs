//! Users: the list with its search, and the pages of each (section 4.2 of the management contract).

mod access;
mod acts;
mod create;
mod details;
mod export;
mod history;
mod identities;
mod import;
mod job;
mod link;
mod methods;
mod person;
mod profile;
mod search;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::Query;
use serde_json::Value;

use super::api::{Api, Refused, list, segment, text};
use super::frame::{self, Frame, show};
use super::pager::{PER_PAGE, Pager, page_of};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use person::Person;
use search::Search;

pub const PATH: &str = "/dashboard/users";

/// The newest first.
const USUAL_SORT: &str = "created_at:-1";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(page))
        .merge(access::route())
        .merge(acts::route())
        .merge(create::route())
        .merge(details::route())
        .merge(export::route())
        .merge(history::route())
        .merge(identities::route())
        .merge(import::route())
        .merge(job::route())
        .merge(link::route())
        .merge(methods::route())
        .merge(profile::route())
}

#[derive(Template)]
#[template(path = "dashboard/users/users.html")]
struct Page {
    frame: Frame,
    search: Search,
    /// Empty where it is the usual one.
    sort: String,
    columns: Vec<Column>,
    people: Vec<Person>,
    pager: Pager,
    /// What is shown, for acts of the list to come back to.
    here: String,
}

/// A header that sorts.
struct Column {
    label: &'static str,
    href: String,
    /// The value of `aria-sort`; empty where the list is sorted by something else.
    sorted: &'static str,
    is_number: bool,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let query = &visit.query;
    let (mut search, sort) = (Search::of(query), query.text("sort").unwrap_or_default().to_owned());
    let asked = ask(&search, if sort.is_empty() { USUAL_SORT } else { &sort }, page_of(query));
    let mut frame = Frame::new(&app, &visit, PATH, "Users");
    let (status, found) = match Api::of(&app, &visit).get(&asked).await {
        Ok(found) => (StatusCode::OK, found),
        Err(refused) => {
            frame = match search.blame(&refused) {
                true => frame.failed("Nothing was searched for: the search is not right."),
                false => frame.failed(refused.message),
            };
            (refused.status, Value::Null)
        }
    };
    let people = list(&found, "/users").iter().map(Person::of).collect();
    let pager = Pager::of(PATH, query, &["by", "q", "sort"], &found);
    let columns = columns(query, &sort);
    let here = shown_by(query);
    show(status, &Page { frame, search, sort, columns, people, pager, here })
}

fn ask(search: &Search, sort: &str, page: u64) -> String {
    let q = search.query().map(|q| format!("&q={}", segment(&q))).unwrap_or_default();
    format!("/users?include_totals=true&per_page={PER_PAGE}&page={page}&sort={}{q}", segment(sort))
}

/// The query of the list, without what it said of the last act.
fn shown_by(query: &Query) -> String {
    let mut kept = form_urlencoded::Serializer::new(String::new());
    for name in ["by", "q", "sort", "page"] {
        if let Some(value) = query.text(name) {
            kept.append_pair(name, value);
        }
    }
    kept.finish()
}

/// A press on a header sorts by it, a second one the other way round.
fn columns(query: &Query, sort: &str) -> Vec<Column> {
    let kept = ["by", "q"].iter().filter_map(|name| Some((*name, query.text(name)?)));
    let kept: String = kept.map(|(name, value)| format!("&{name}={}", segment(value))).collect();
    let column = |(label, field, first): (&'static str, &str, &str)| {
        let (sorted, next) = match sort.rsplit_once(':') {
            Some((by, "1")) if by == field => ("ascending", "-1"),
            Some((by, "-1")) if by == field => ("descending", "1"),
            _ => ("", first),
        };
        let href = format!("{PATH}?sort={field}:{next}{kept}");
        Column { label, href, sorted, is_number: field == "logins_count" }
    };
    [
        ("Name", "name", "1"),
        ("User ID", "user_id", "1"),
        ("Logins", "logins_count", "-1"),
        ("Latest login", "last_login", "-1"),
    ]
    .map(column)
    .into()
}

/// The connections that there are, by id and name.
async fn all_connections(app: &SharedApp, visit: &AdminVisit) -> Result<Vec<(String, String)>, Refused> {
    let found = Api::of(app, visit).all("/connections?strategy=sms&strategy=email&strategy=auth0").await?;
    let named = |one: &Value| (text(one, "/id").to_owned(), text(one, "/name").to_owned());
    let mut all: Vec<(String, String)> = found.iter().map(named).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(all)
}

/// Where the page of a user stands, before its tabs.
fn base(id: &str) -> String {
    format!("{PATH}/{}", segment(id))
}

/// Where the API has a user.
fn at(id: &str) -> String {
    format!("/users/{}", segment(id))
}

async fn find(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&at(id)).await
}

/// A user that cannot be shown.
fn refused(app: &SharedApp, visit: &AdminVisit, refused: Refused) -> Response {
    frame::refused(app, visit, PATH, refused)
}
