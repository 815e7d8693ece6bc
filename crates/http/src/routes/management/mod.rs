//! `/api/v2`: the Management API. One file per record; who may do what stands first in each handler.

mod absent;
mod admins;
mod attack_protection;
mod blocks;
mod branding;
mod client_credentials;
mod client_grants;
mod clients;
mod connections;
mod custom_domains;
mod device_credentials;
mod email_provider;
mod email_templates;
mod grants;
mod jobs;
mod log_streams;
mod logs;
pub mod openapi;
mod passkeys;
mod phone_providers;
mod phone_templates;
mod resource_servers;
mod sessions;
mod signing_keys;
mod tenant;
mod user_access;
mod user_detail;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::SharedApp;
use crate::error::management as errors;
use crate::layers;

pub fn route(app: &SharedApp) -> Router<SharedApp> {
    let api = Router::new()
        .merge(admins::route())
        .merge(client_credentials::route())
        .merge(client_grants::route())
        .merge(clients::route())
        .merge(connections::route())
        .merge(grants::route())
        .merge(jobs::route(app))
        .merge(resource_servers::route())
        .merge(signing_keys::route())
        .merge(logs::route())
        .merge(blocks::route())
        .merge(sessions::route())
        .merge(user_access::route())
        .merge(user_detail::route())
        .merge(users::route())
        .merge(attack_protection::route())
        .merge(branding::route())
        .merge(custom_domains::route())
        .merge(email_provider::route())
        .merge(email_templates::route())
        .merge(log_streams::route())
        .merge(passkeys::route())
        .merge(phone_providers::route())
        .merge(phone_templates::route())
        .merge(tenant::route())
        .fallback(absent::answer)
        .method_not_allowed_fallback(async || errors::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(app), layers::managed));
    let devices = device_credentials::route()
        .method_not_allowed_fallback(async || errors::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(app), layers::managed_or_password));
    Router::new().nest("/api/v2", api.merge(devices)).merge(openapi::route())
}
