//! One file per record: its statements, the acts made of them, and its trait for any engine.

pub(crate) mod admin_passkeys;
pub(crate) mod audit_chain;
pub(crate) mod challenges;
pub(crate) mod clients;
pub(crate) mod connections;
pub(crate) mod consents;
pub(crate) mod credentials;
pub(crate) mod device_keys;
pub(crate) mod documents;
pub(crate) mod event_counts;
pub(crate) mod events;
pub(crate) mod handles;
pub(crate) mod import_users;
pub(crate) mod jobs;
pub(crate) mod ledgers;
pub(crate) mod log_cursors;
pub(crate) mod logout_notices;
pub(crate) mod meta;
pub(crate) mod open_challenge;
pub(crate) mod outbox;
pub(crate) mod passkeys;
pub(crate) mod proofs;
pub(crate) mod redeem_challenge;
pub(crate) mod refresh_tokens;
pub(crate) mod rotate_refresh_token;
pub(crate) mod search_events;
pub(crate) mod search_users;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod sweep;
pub(crate) mod user_changes;
pub(crate) mod user_filter;
pub(crate) mod users;

use latchkey_core::store::{Page, Store};

use crate::tx::Engine;
#[cfg(test)]
use crate::tx::Query;

/// The store over an engine, and how far it was swept.
pub(crate) struct SqlStore<E>(pub E, pub sweep::Swept);

impl<E: Engine> Store for SqlStore<E> {}

/// Every statement there is.
#[cfg(test)]
pub(crate) fn queries() -> impl Iterator<Item = &'static Query> {
    [
        admin_passkeys::QUERIES,
        audit_chain::QUERIES,
        challenges::QUERIES,
        clients::QUERIES,
        connections::QUERIES,
        consents::QUERIES,
        credentials::QUERIES,
        device_keys::QUERIES,
        documents::QUERIES,
        event_counts::QUERIES,
        events::QUERIES,
        handles::QUERIES,
        jobs::QUERIES,
        ledgers::QUERIES,
        log_cursors::QUERIES,
        logout_notices::QUERIES,
        meta::QUERIES,
        open_challenge::QUERIES,
        outbox::QUERIES,
        passkeys::QUERIES,
        proofs::QUERIES,
        refresh_tokens::QUERIES,
        rotate_refresh_token::QUERIES,
        search_events::QUERIES,
        sessions::QUERIES,
        signing_keys::QUERIES,
        sweep::QUERIES,
        user_changes::QUERIES,
        users::QUERIES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The most rows of one page.
fn limit(page: &Page) -> i64 {
    i64::from(page.limit.min(100))
}

/// PostgreSQL keeps no character zero.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

/// Where an ascending page begins.
fn after(page: &Page) -> &str {
    page.after.as_deref().unwrap_or_default()
}
