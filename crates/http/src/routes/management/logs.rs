//! `/api/v2/logs`, its chain, `/api/v2/users/{id}/logs` and `/api/v2/stats` (sections 2.6, 2.18 and 2.20).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use latchkey_core::flow::manage::activity::Period;
use latchkey_core::flow::manage::audit_chain;
use latchkey_core::flow::manage::logs::LogQuery;
use latchkey_core::model::{BadChainEnd, ChainEnd};
use latchkey_wire::management::scope::{READ_LOGS, READ_LOGS_USERS, READ_STATS};
use latchkey_wire::management::{BadQuery, Paging, Query, Selection};
use serde_json::{Value, json};

use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::Managed;

type Answer = Result<Response, ManagementError>;

const SCOPES: &[&str] = &[READ_LOGS, READ_LOGS_USERS];
/// Entries of a checkpoint, unless asked otherwise, and at most.
const TAKE: u32 = 50;
const MOST: u32 = 100;
/// Days of an activity.
const MOST_DAYS: u32 = 400;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/logs", get(list))
        .route("/logs/chain", get(chain))
        .route("/logs/{id}", get(read))
        .route("/users/{id}/logs", get(of_user))
        .route("/stats/daily", get(daily))
        .route("/stats/active-users", get(active_users))
        .route("/stats/activity", get(activity))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(SCOPES)?;
    let query = &managed.query;
    if query.text("take").is_some() || query.text("from").is_some() {
        return checkpoint(&app, query, &managed.selection()?).await;
    }
    // Newer SDKs send the query under the other name.
    let q = query.text("q").or_else(|| query.text("search"));
    answer(&app, LogQuery { q, sort: query.text("sort"), user: None }, &managed).await
}

async fn of_user(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(SCOPES)?;
    answer(&app, LogQuery { q: None, sort: managed.query.text("sort"), user: Some(&id) }, &managed).await
}

async fn answer(app: &App, query: LogQuery<'_>, managed: &Managed) -> Answer {
    let (paging, selection): (Paging, Selection) = (managed.paging()?, managed.selection()?);
    let part = app.engine.list_logs(query, &paging).await?;
    Ok(answer::json(StatusCode::OK, &paging.answer("logs", part.map(|entry| chosen(entry, &selection)))))
}

/// An array, and where the next one is.
async fn checkpoint(app: &App, query: &Query, selection: &Selection) -> Answer {
    let take = query.number("take", 1, MOST)?.unwrap_or(TAKE);
    let entries = app.engine.logs_after(query.text("from"), take).await?;
    let last = entries.last().and_then(|entry| entry.get("log_id")).and_then(Value::as_str);
    let next =
        last.map(|id| format!("<{}?from={id}&take={take}>; rel=\"next\"", app.engine.url("api/v2/logs")));
    let list: Vec<Value> = entries.iter().cloned().map(|entry| chosen(entry, selection)).collect();
    let mut response = answer::json(StatusCode::OK, &list);
    if let Some(next) = next.and_then(|next| HeaderValue::from_str(&next).ok()) {
        response.headers_mut().insert(header::LINK, next);
    }
    Ok(response.into_response())
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(SCOPES)?;
    Ok(answer::json(StatusCode::OK, &app.engine.read_log(&id).await?))
}

/// Ours alone: whether what operators did is there as it was written, and where its chain ends.
async fn chain(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_LOGS])?;
    let noted = managed.query.text("noted").map(str::parse::<ChainEnd>).transpose();
    let bad = |bad: BadChainEnd| BadQuery { name: String::from("noted"), reason: bad.to_string() };
    let report = app.engine.check_audit_chain(noted.map_err(bad)?).await?;
    Ok(answer::json(StatusCode::OK, &audit_chain::shown(&report)))
}

async fn daily(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_STATS])?;
    let (from, to) = (managed.query.text("from"), managed.query.text("to"));
    Ok(answer::json(StatusCode::OK, &json!(app.engine.daily_stats(from, to).await?)))
}

/// A bare number.
async fn active_users(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_STATS])?;
    Ok(answer::json(StatusCode::OK, &json!(app.engine.count_active_users().await?)))
}

/// Ours alone: what the log comes to, by the day, by country and by sender.
async fn activity(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_STATS])?;
    let query = &managed.query;
    let period = match query.number("days", 1, MOST_DAYS)? {
        Some(days) => Period::Last(days),
        None => Period::Between(query.text("from"), query.text("to")),
    };
    Ok(answer::json(StatusCode::OK, &app.engine.activity(period).await?))
}

fn chosen(entry: Value, selection: &Selection) -> Value {
    match entry {
        Value::Object(mut object) => {
            selection.apply(&mut object);
            Value::Object(object)
        }
        other => other,
    }
}
