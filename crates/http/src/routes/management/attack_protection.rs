//! `/api/v2/attack-protection` (section 2.21). What of it is not here stands in [`super::absent`].

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::manage::attack_protection::{BREACHED, PHONE_PROVIDER};
use latchkey_core::protection::{BRUTE_FORCE, SUSPICIOUS_IP};
use latchkey_wire::management::scope::{READ_ATTACK_PROTECTION, UPDATE_ATTACK_PROTECTION};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    let limits = Router::new().route("/attack-protection/limits", get(limits));
    [BRUTE_FORCE, SUSPICIOUS_IP, BREACHED, PHONE_PROVIDER].into_iter().fold(limits, |router, part| {
        let read = async move |app, managed| read(app, part, managed).await;
        let update = async move |app, body| update(app, part, body).await;
        router.route(&format!("/attack-protection/{part}"), get(read).patch(update))
    })
}

async fn read(State(app): State<SharedApp>, part: &'static str, managed: Managed) -> Answer {
    managed.allowed(&[READ_ATTACK_PROTECTION])?;
    Ok(answer::json(StatusCode::OK, &app.engine.read_protection(part).await?))
}

/// Ours: what only the configuration changes.
async fn limits(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_ATTACK_PROTECTION])?;
    Ok(answer::json(StatusCode::OK, &app.engine.message_limits()))
}

async fn update(State(app): State<SharedApp>, part: &'static str, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_ATTACK_PROTECTION])?.clone();
    let changed = app.engine.update_protection(&operator, part, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &changed))
}
