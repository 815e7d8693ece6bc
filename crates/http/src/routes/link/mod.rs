//! `/link/*`: the links of our mails (decision 3.8). Looking at one changes nothing (S-040, S-118).

mod dead;
mod open;
mod renew;

use axum::Router;

use crate::app::SharedApp;

pub fn route() -> Router<SharedApp> {
    Router::new().merge(open::route()).merge(renew::route())
}
