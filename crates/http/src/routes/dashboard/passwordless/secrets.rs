//! What a connection keeps secretly, shown to owners who ask for it soon after they signed in.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::READ_CONNECTIONS_OPTIONS;

use super::settings::{Page, back, options_of, show, stored};
use super::{PATH, connection, options};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::routes::dashboard::api::{Refused, text};
use crate::routes::dashboard::form::{Kind, Spec};
use crate::routes::dashboard::frame;

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/{{id}}/secrets"), get(back).post(reveal))
}

async fn reveal(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    // The API leaves secrets out where the sign-in is stale.
    let operator = &visit.signed_in.operator;
    if operator.has(&[READ_CONNECTIONS_OPTIONS]) && !operator.may(&[READ_CONNECTIONS_OPTIONS]) {
        return frame::refused(&app, visit, PATH, Refused::stale());
    }
    match with_secrets(&app, visit, &id).await {
        Ok(mut page) if !page.may_reveal => {
            page.frame = page.frame.failed("Only owners see the secrets of connections.");
            show(StatusCode::FORBIDDEN, &page)
        }
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}

async fn with_secrets(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let found = connection(app, visit, id).await?;
    let mut page = stored(app, visit, id).await?;
    let specs = options::of(text(&found, "/strategy")).iter().filter(|spec| spec.kind == Kind::Secret);
    let secret = |spec: &'static Spec| {
        let value = text(options_of(&found), &format!("/{}", spec.path.replace('.', "/")));
        (!value.is_empty()).then(|| (spec.label, value.to_owned()))
    };
    page.secrets = Some(specs.filter_map(secret).collect());
    Ok(page)
}
