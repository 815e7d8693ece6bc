//! `/dashboard`: the pages of the operator. They have no way in of their own: what they show and change goes
//! through the Management API (decision 1.6), by [`api::Api`].

mod api;
mod enter;
mod form;
mod frame;
mod logs;
mod nav;
mod pager;
mod passwordless;
mod users;

use axum::Router;
use axum::routing::get;

use crate::app::SharedApp;
use crate::page::see_other;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard", get(async || see_other(passwordless::PATH)))
        .route("/dashboard/", get(async || see_other(passwordless::PATH)))
        .merge(enter::route())
        .merge(logs::route())
        .merge(passwordless::route())
        .merge(users::route())
}
