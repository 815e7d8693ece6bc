//! How a user proves themselves, and what this server has nothing of: below `/api/v2/users/{id}`
//! (section 2.6).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http::StatusCode;
use latchkey_wire::management::scope::{
    CREATE_AUTHENTICATION_METHODS, DELETE_AUTHENTICATION_METHODS, DELETE_GUARDIAN_ENROLLMENTS,
    READ_AUTHENTICATION_METHODS, READ_USERS, UPDATE_AUTHENTICATION_METHODS, UPDATE_USERS,
};
use latchkey_wire::management::{Form, Paging};
use serde_json::{Map, Value};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::{ManagementError, route_not_found};
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

/// Lists that are empty here, and what they are called in an object.
const EMPTY: [(&str, &str); 6] = [
    ("/users/{id}/roles", "roles"),
    ("/users/{id}/permissions", "permissions"),
    ("/users/{id}/organizations", "organizations"),
    ("/users/{id}/enrollments", "enrollments"),
    ("/users/{id}/groups", "groups"),
    ("/users/{id}/connected-accounts", "connected_accounts"),
];

pub fn route() -> Router<SharedApp> {
    let methods = "/users/{id}/authentication-methods";
    let mut routes = Router::new()
        .route(methods, get(list).post(create).put(replace).delete(remove_all))
        .route("/users/{id}/authentication-methods/{method}", get(read).patch(update).delete(remove))
        .route("/users/{id}/multifactor/{provider}", delete(nothing_to_delete))
        .route("/users/{id}/multifactor/actions/invalidate-remember-browser", post(nothing_to_do))
        .route("/users/{id}/authenticators", delete(nothing_to_delete))
        .route("/users/{id}/risk-assessments/clear", post(nothing_to_do))
        .route("/users/{id}/recovery-code-regeneration", post(async || route_not_found()));
    for (path, name) in EMPTY {
        let empty = async move |State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed| {
            managed.allowed(&[READ_USERS])?;
            app.engine.read_user(&managed.operator, &id).await?;
            let paging = match name {
                "connected_accounts" => Paging { form: Form::Checkpoint, ..managed.paging()? },
                _ => managed.paging()?,
            };
            let none = paging.cut(Vec::<Value>::new(), Value::to_string);
            Ok::<_, ManagementError>(answer::json(StatusCode::OK, &paging.answer(name, none)))
        };
        routes = routes.route(path, get(empty));
    }
    routes
}

async fn list(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_AUTHENTICATION_METHODS])?;
    let paging = managed.paging()?;
    let all = app.engine.authentication_methods(&id).await?;
    let part = paging.cut(all, |one| one.get("id").and_then(Value::as_str).unwrap_or_default().to_owned());
    Ok(answer::json(StatusCode::OK, &paging.answer("authenticators", part)))
}

async fn read(
    State(app): State<SharedApp>,
    Path((id, method)): Path<(String, String)>,
    managed: Managed,
) -> Answer {
    managed.allowed(&[READ_AUTHENTICATION_METHODS])?;
    let found = app.engine.authentication_method(&id, &method).await?;
    Ok(answer::json(StatusCode::OK, &found))
}

async fn create(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    body.managed.allowed(&[CREATE_AUTHENTICATION_METHODS])?;
    Err(app.engine.change_authentication_methods(&id).await.into())
}

async fn replace(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    body.managed.allowed(&[UPDATE_AUTHENTICATION_METHODS])?;
    Err(app.engine.change_authentication_methods(&id).await.into())
}

async fn update(
    State(app): State<SharedApp>,
    Path((id, method)): Path<(String, String)>,
    body: ManagedBody,
) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_AUTHENTICATION_METHODS])?.clone();
    let given: Map<String, Value> = body.read()?;
    let changed = app.engine.update_authentication_method(&operator, &id, &method, &given).await?;
    Ok(answer::json(StatusCode::OK, &changed))
}

async fn remove(
    State(app): State<SharedApp>,
    Path((id, method)): Path<(String, String)>,
    managed: Managed,
) -> Answer {
    let operator = managed.allowed(&[DELETE_AUTHENTICATION_METHODS])?;
    app.engine.remove_authentication_method(operator, &id, &method).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn remove_all(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_AUTHENTICATION_METHODS])?;
    app.engine.remove_authentication_methods(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn nothing_to_delete(managed: Managed) -> Answer {
    managed.allowed(&[UPDATE_USERS, DELETE_GUARDIAN_ENROLLMENTS])?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn nothing_to_do(managed: Managed) -> Answer {
    managed.allowed(&[UPDATE_USERS])?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
