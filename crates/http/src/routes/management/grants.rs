//! `/api/v2/grants`: what people allowed clients (section 2.10).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use http::StatusCode;
use latchkey_core::model::{ClientId, UserId};
use latchkey_core::store::ConsentFilter;
use latchkey_wire::management::BadQuery;
use latchkey_wire::management::scope::{DELETE_GRANTS, READ_GRANTS};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::Managed;

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/grants", get(list).delete(remove_all)).route("/grants/{id}", delete(remove))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_GRANTS])?;
    let paging = managed.paging()?;
    let filter = ConsentFilter {
        user: managed.query.text("user_id").map(UserId::from),
        client: managed.query.text("client_id").map(ClientId::from),
        audience: managed.query.text("audience").map(str::to_owned),
    };
    let part = app.engine.list_managed_consents(&filter, &paging).await?;
    let shown = part.map(|consent| app.engine.show_consent(&consent));
    Ok(answer::json(StatusCode::OK, &paging.answer("grants", shown)))
}

/// An unknown id is as good as deleted.
async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_GRANTS])?;
    app.engine.remove_consent(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Of one person; nobody deletes those of all by leaving a name out.
async fn remove_all(State(app): State<SharedApp>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_GRANTS])?;
    let user = managed.query.text("user_id").ok_or_else(|| BadQuery {
        name: String::from("user_id"),
        reason: String::from("Missing required property: user_id"),
    })?;
    app.engine.remove_consents_of(operator, user).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
