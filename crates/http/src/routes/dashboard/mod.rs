//! `/dashboard`: the pages of the operator. They have no way in of their own: what they show and change goes
//! through the Management API (decision 1.6), by [`api::Api`].

mod admins;
mod api;
mod apis;
mod applications;
mod danger;
mod enter;
mod form;
mod frame;
mod logs;
mod nav;
mod pager;
mod passwordless;
mod reference;
mod search;
mod sign_in;
mod users;

use axum::Router;
use axum::routing::get;

use crate::app::SharedApp;
use crate::page::see_other;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard", get(async || see_other(passwordless::PATH)))
        .route("/dashboard/", get(async || see_other(passwordless::PATH)))
        .merge(admins::route())
        .merge(apis::route())
        .merge(applications::route())
        .merge(enter::route())
        .merge(sign_in::route())
        .merge(passwordless::route())
        .merge(reference::route())
        .merge(search::route())
        .merge(logs::route())
        .merge(users::route())
}
