//! One suite for every engine: each verb of the port does what its doc comment promises. A file per
//! record; `engines.rs` has a line per engine, `samples.rs` the records that the tests start from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod engines;
mod samples;

mod admin_passkeys;
mod audit_chain;
mod check_code;
mod clients;
mod connections;
mod consents;
mod credentials;
mod device_keys;
mod documents;
mod event_counts;
mod events;
mod handles;
mod health;
mod jobs;
mod ledgers;
mod log_cursors;
mod logout_notices;
mod meta;
mod open_challenge;
mod outbox;
mod passkeys;
mod proofs;
mod redeem_beside;
mod redeem_challenge;
mod redeem_limits;
mod redeem_link;
mod refresh_tokens;
mod removals;
mod rotate_refresh_token;
mod search_strings;
mod sessions;
mod signing_keys;
mod sweep;
mod user_changes;
mod user_search;
mod users;

const PORT: &str = concat!(
    include_str!("../../../core/src/store.rs"),
    include_str!("../../../core/src/store/admin_passkeys.rs"),
    include_str!("../../../core/src/store/audit.rs"),
    include_str!("../../../core/src/store/credentials.rs"),
    include_str!("../../../core/src/store/events.rs"),
    include_str!("../../../core/src/store/jobs.rs"),
    include_str!("../../../core/src/store/passkeys.rs"),
);

macro_rules! sources {
    ($($file:ident),* $(,)?) => { &[$(include_str!(concat!(stringify!($file), ".rs"))),*] };
}

const SUITE: &[&str] = sources![
    admin_passkeys,
    audit_chain,
    check_code,
    clients,
    connections,
    consents,
    credentials,
    device_keys,
    documents,
    event_counts,
    events,
    handles,
    health,
    jobs,
    ledgers,
    log_cursors,
    logout_notices,
    meta,
    open_challenge,
    outbox,
    passkeys,
    proofs,
    redeem_challenge,
    redeem_limits,
    redeem_link,
    refresh_tokens,
    removals,
    rotate_refresh_token,
    sessions,
    signing_keys,
    sweep,
    user_changes,
    user_search,
    users,
];

#[test]
fn the_suite_calls_every_verb_of_the_port() {
    let verbs: Vec<&str> = PORT
        .lines()
        .filter_map(|line| line.trim().strip_prefix("async fn "))
        .filter_map(|line| line.split('(').next())
        .collect();
    assert!(verbs.len() > 30, "the port is read wrongly: {verbs:?}");

    let uncalled: Vec<&&str> =
        verbs.iter().filter(|verb| !SUITE.iter().any(|file| file.contains(&format!(".{verb}(")))).collect();

    assert!(uncalled.is_empty(), "the suite never calls {uncalled:?}");
}
