//! `/dashboard`: the pages of the operator. They have no way in of their own: what they show and change goes
//! through the Management API (decision 1.6), by [`api::Api`].

mod activity;
mod admins;
mod api;
mod apis;
mod applications;
mod attempts;
mod chart;
mod danger;
mod email;
mod enter;
mod form;
mod frame;
mod keys;
mod logs;
mod nav;
mod numbers;
mod pager;
mod passwordless;
mod phone;
mod protection;
mod reference;
mod search;
mod settings;
mod sign_in;
mod start;
mod streams;
mod users;

use axum::Router;

use crate::app::SharedApp;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .merge(admins::route())
        .merge(apis::route())
        .merge(applications::route())
        .merge(start::route())
        .merge(activity::route())
        .merge(keys::route())
        .merge(settings::route())
        .merge(streams::route())
        .merge(enter::route())
        .merge(sign_in::route())
        .merge(passwordless::route())
        .merge(reference::route())
        .merge(search::route())
        .merge(logs::route())
        .merge(users::route())
        .merge(email::route())
        .merge(phone::route())
        .merge(protection::route())
}
