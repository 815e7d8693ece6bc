//! Every path on one screen.

mod account;
mod activate;
mod app_link;
pub mod assets;
mod authorize;
mod client;
mod cross_origin;
mod dashboard;
mod dev;
mod device_keys;
mod export_file;
mod health;
mod legacy;
mod link;
mod login;
mod logout;
mod management;
mod oauth;
mod oidc;
mod otp;
mod passkey;
mod passwordless;
mod site;
mod widget;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::app::SharedApp;
use crate::{error, layers};

pub(crate) fn all(app: &SharedApp) -> Router {
    // Each group refuses methods by itself, inside its layer: a preflight is such a method.
    let listed = Router::new()
        .merge(passwordless::start::route())
        .merge(passwordless::verify::route())
        .merge(otp::challenge::route())
        .merge(passkey::challenge::route())
        .merge(passkey::register::route())
        .merge(device_keys::challenge::route())
        .merge(oauth::token::route())
        .merge(oauth::revoke::route())
        .merge(oauth::device_code::route())
        .merge(oauth::introspect::route())
        .merge(oauth::par::route())
        .merge(legacy::resource_owner::route())
        .merge(legacy::sign_up::route())
        .merge(legacy::token_info::route())
        .merge(legacy::delegation::route())
        .method_not_allowed_fallback(async || error::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(app), layers::listed));
    let credentialed = Router::new()
        .merge(cross_origin::authenticate::route())
        .merge(cross_origin::questions::route())
        .method_not_allowed_fallback(async || error::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(app), layers::credentialed));
    let open = Router::new()
        .merge(oidc::discovery::route())
        .merge(oidc::jwks::route())
        .merge(oidc::user_info::route())
        .merge(client::script::route())
        .merge(widget::route())
        .method_not_allowed_fallback(async || error::method_not_allowed())
        .layer(from_fn(layers::open));
    let pages = Router::new()
        .merge(authorize::route())
        .merge(account::route())
        .merge(activate::route())
        .merge(login::route())
        .merge(link::route())
        .merge(app_link::route())
        .merge(logout::route())
        .merge(passwordless::verify_redirect::route())
        .layer(from_fn_with_state(Arc::clone(app), layers::paced));
    let mut router = Router::new()
        .merge(listed)
        .merge(credentialed)
        .merge(open)
        .merge(pages)
        .merge(login::waiting())
        .merge(assets::route())
        .merge(health::route())
        .merge(site::route())
        .merge(export_file::route())
        .merge(legacy::public_key::route())
        .merge(device_keys::own::route())
        .merge(management::route(app))
        .merge(dashboard::route());
    if app.inbox.is_some() {
        router = router.merge(dev::inbox::route());
    }
    if app.dev {
        router = router.merge(dev::demo::route()).merge(dev::dashboard::route()).merge(dev::widget::route());
    }
    if app.metrics_text.is_some() {
        router = router.merge(health::figures_route());
    }
    finish(router, app)
}

pub(crate) fn figures(app: &SharedApp) -> Router {
    finish(Router::new().merge(health::route()).merge(health::figures_route()), app)
}

/// For commands of this machine: the Management API, and the files that its links lead to.
pub(crate) fn console(app: &SharedApp) -> Router {
    finish(Router::new().merge(management::route(app)).merge(export_file::route()), app)
}

fn finish(router: Router<SharedApp>, app: &SharedApp) -> Router {
    router
        .fallback(async || error::not_found())
        .method_not_allowed_fallback(async || error::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(app), layers::observe))
        .with_state(Arc::clone(app))
}
