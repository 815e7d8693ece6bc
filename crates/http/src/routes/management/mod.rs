//! `/api/v2`: the Management API. One file per record; who may do what stands first in each handler.

mod absent;
mod attack_protection;
mod branding;
mod connections;
mod custom_domains;
mod email_provider;
mod email_templates;
mod log_streams;
mod phone_providers;
mod phone_templates;
mod resource_servers;
mod tenant;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::SharedApp;
use crate::error::management as errors;
use crate::layers;

pub fn route(app: &SharedApp) -> Router<SharedApp> {
    let api = Router::new()
        .merge(connections::route())
        .merge(attack_protection::route())
        .merge(branding::route())
        .merge(custom_domains::route())
        .merge(email_provider::route())
        .merge(email_templates::route())
        .merge(log_streams::route())
        .merge(phone_providers::route())
        .merge(phone_templates::route())
        .merge(resource_servers::route())
        .merge(tenant::route())
        .fallback(absent::answer)
        .method_not_allowed_fallback(async || errors::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(app), layers::managed));
    Router::new().nest("/api/v2", api)
}
