//! What scripts ask before they show a form: whether a captcha is wanted, which country the person is
//! in, whether somebody is signed in (protocol 2.4, 2.18).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::json;

use crate::answer::json as answer;
use crate::app::SharedApp;
use crate::error::OauthError;
use crate::extract::Incoming;
use crate::extract::browser::CurrentBrowser;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/passwordless/challenge", post(challenge))
        .route("/usernamepassword/challenge", post(challenge))
        .route("/user/geoloc/country", get(country))
        .route("/user/ssodata", get(sso_data))
        .route("/user/ssodata/", get(sso_data))
}

/// There is no captcha: limits do its work (P-111).
async fn challenge(_: Incoming) -> Result<Response, OauthError> {
    Ok(answer(StatusCode::OK, &json!({ "required": false })))
}

/// No address is looked up anywhere: forms then begin with the United States, as they do when the
/// question fails.
async fn country() -> Response {
    answer(
        StatusCode::OK,
        &json!({ "country_code": "US", "country_code3": "USA", "country_name": "United States" }),
    )
}

async fn sso_data(State(app): State<SharedApp>, current: CurrentBrowser) -> Result<Response, OauthError> {
    let about = app.engine.sso_data(&current.browser).await.map_err(|fault| crate::error::fault(&fault))?;
    let body = match about {
        None => json!({ "sso": false }),
        Some(about) => json!({
            "sso": true,
            "current_user_clients": about.clients,
            "session_clients": about.clients,
            "last_used_client_id": about.clients.last(),
            "last_used_username": about.username,
            "last_used_connection": { "name": about.connection, "strategy": about.strategy },
        }),
    };
    Ok(answer(StatusCode::OK, &body))
}
