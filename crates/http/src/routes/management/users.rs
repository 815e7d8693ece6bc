//! `/api/v2/users` (sections 1.8, 2.4, 2.5 and 2.7).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http::StatusCode;
use latchkey_core::flow::manage::users::UserQuery;
use latchkey_core::model::User;
use latchkey_wire::management::scope::{
    CREATE_USERS, DELETE_CURRENT_USER, DELETE_USERS, READ_CURRENT_USER, READ_USERS,
    UPDATE_CURRENT_USER_IDENTITIES, UPDATE_CURRENT_USER_METADATA, UPDATE_USERS, UPDATE_USERS_APP_METADATA,
};
use latchkey_wire::management::{BadQuery, Query, Selection};
use serde_json::Value;

use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/users", get(list).post(create))
        .route("/users/{id}", get(read).patch(update).delete(remove))
        .route("/users/{id}/identities", post(link))
        .route("/users/{id}/identities/{provider}/{user_id}", delete(unlink))
        .route("/users-by-email", get(by_email))
        .route("/users-by-phone", get(by_phone))
        .route("/connections/{id}/users", delete(remove_of_connection))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_USERS])?;
    let (paging, selection) = (managed.paging()?, managed.selection()?);
    check_engine(&managed.query)?;
    let query = UserQuery {
        q: managed.query.text("q"),
        sort: managed.query.text("sort"),
        connection: managed.query.text("connection"),
    };
    let part = app.engine.list_users(query, &paging).await?;
    let shown = part.map(|user| show(&app, &user, &selection));
    Ok(answer::json(StatusCode::OK, &paging.answer("users", shown)))
}

/// Whatever version of the search is asked for, there is one.
fn check_engine(query: &Query) -> Result<(), BadQuery> {
    match query.text("search_engine") {
        None | Some("v1" | "v2" | "v3") => Ok(()),
        Some(_) => Err(BadQuery {
            name: String::from("search_engine"),
            reason: String::from("Must be v1, v2 or v3"),
        }),
    }
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_USERS])?.clone();
    let user = app.engine.create_user(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &show(&app, &user, &Selection::default())))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[READ_USERS, READ_CURRENT_USER])?;
    let selection = managed.selection()?;
    let user = app.engine.read_user(operator, &id).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &user, &selection)))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    const SCOPES: &[&str] = &[UPDATE_USERS, UPDATE_USERS_APP_METADATA, UPDATE_CURRENT_USER_METADATA];
    let operator = body.managed.allowed(SCOPES)?.clone();
    let user = app.engine.update_user(&operator, &id, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &user, &Selection::default())))
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[DELETE_USERS, DELETE_CURRENT_USER])?;
    // What people may delete themselves is not for tools.
    let operator = managed.allowed(&[DELETE_USERS])?;
    app.engine.remove_user(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn link(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_USERS, UPDATE_CURRENT_USER_IDENTITIES])?.clone();
    let user = app.engine.link_identity(&operator, &id, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &app.engine.shown_identities(&user)))
}

async fn unlink(
    State(app): State<SharedApp>,
    Path((id, provider, user_id)): Path<(String, String, String)>,
    managed: Managed,
) -> Answer {
    let operator = managed.allowed(&[UPDATE_USERS, UPDATE_CURRENT_USER_IDENTITIES])?;
    let user = app.engine.unlink_identity(operator, &id, &provider, &user_id).await?;
    Ok(answer::json(StatusCode::OK, &app.engine.shown_identities(&user)))
}

async fn by_email(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_USERS])?;
    let selection = managed.selection()?;
    let users = app.engine.users_by_email(managed.query.text("email")).await?;
    Ok(answer::json(StatusCode::OK, &show_all(&app, &users, &selection)))
}

async fn by_phone(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_USERS])?;
    let selection = managed.selection()?;
    let users = app.engine.users_by_phone(managed.query.text("phone_number")).await?;
    Ok(answer::json(StatusCode::OK, &show_all(&app, &users, &selection)))
}

async fn remove_of_connection(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    managed: Managed,
) -> Answer {
    let operator = managed.allowed(&[DELETE_USERS])?;
    let (email, phone_number) = (managed.query.text("email"), managed.query.text("phone_number"));
    app.engine.remove_user_of_connection(operator, &id, email, phone_number).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn show_all(app: &App, users: &[User], selection: &Selection) -> Vec<Value> {
    users.iter().map(|user| show(app, user, selection)).collect()
}

fn show(app: &App, user: &User, selection: &Selection) -> Value {
    let mut object = app.engine.shown_user(user);
    selection.apply(&mut object);
    Value::Object(object)
}
