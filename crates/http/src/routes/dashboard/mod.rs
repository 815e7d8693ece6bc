//! `/dashboard`: the pages of the operator. They have no way in of their own: what they show and change goes
//! through the Management API (decision 1.6), by [`api::Api`].

mod api;
mod attempts;
mod email;
mod enter;
mod form;
mod frame;
mod nav;
mod pager;
mod passwordless;
mod phone;
mod protection;

use axum::Router;
use axum::routing::get;

use crate::app::SharedApp;
use crate::page::see_other;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard", get(async || see_other(passwordless::PATH)))
        .route("/dashboard/", get(async || see_other(passwordless::PATH)))
        .merge(enter::route())
        .merge(passwordless::route())
        .merge(email::route())
        .merge(phone::route())
        .merge(protection::route())
}
