//! `/dashboard`: the pages of the operator. They have no way in of their own: what they show and change goes
//! through the Management API (decision 1.6), by [`api::Api`].

mod activity;
mod api;
mod chart;
mod enter;
mod form;
mod frame;
mod keys;
mod nav;
mod numbers;
mod pager;
mod passwordless;
mod settings;
mod start;
mod streams;

use axum::Router;

use crate::app::SharedApp;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .merge(start::route())
        .merge(activity::route())
        .merge(keys::route())
        .merge(settings::route())
        .merge(streams::route())
        .merge(enter::route())
        .merge(passwordless::route())
}
