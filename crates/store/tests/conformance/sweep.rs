//! The sweep: what is past use goes, a slice at a time.

use latchkey_core::Timestamp;
use latchkey_core::model::{Handle, HandleKind, RefreshFamily, Session};
use latchkey_core::store::OpenChallenge;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    DAY, NOW, challenge_key, family, handle, hash, ledger_key, open, promised, redeem, send, session, use_of,
    user_id, wrong,
};

on_every_engine![
    challenges_and_messages_go_once_expired,
    ledgers_go_after_a_week,
    families_go_once_dead_with_their_tokens,
    a_revoked_family_stays_thirty_days,
    the_sweep_goes_on_where_it_stopped_and_comes_round,
    nothing_in_use_is_swept,
    handles_go_once_expired_used_or_not,
    sessions_go_with_the_earlier_of_their_ends,
    handles_and_sessions_go_a_slice_at_a_time,
];

/// Far more than there are rows.
const ALL: u32 = 100;

fn expiring(n: u32, expires_at: Timestamp) -> OpenChallenge {
    let mut open = open(n);
    open.challenge.expires_at = expires_at;
    if let Some(rows) = &mut open.outbox {
        for row in rows {
            row.expires_at = expires_at;
        }
    }
    open
}

async fn challenges_and_messages_go_once_expired(t: Bench) {
    for (n, after) in [(1, 100), (2, 101)] {
        send(&*t, expiring(n, NOW.plus(after))).await;
    }

    assert_eq!(t.sweep(NOW.plus(100), ALL).await.unwrap(), 0);
    // A challenge and its message.
    assert_eq!(t.sweep(NOW.plus(101), ALL).await.unwrap(), 2);

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), None);
    assert!(t.find_challenge(&challenge_key(2)).await.unwrap().is_some());
    assert_eq!(promised(&*t).await, [open(2).challenge.id]);
}

async fn ledgers_go_after_a_week(t: Bench) {
    send(&*t, open(1)).await;
    t.redeem_challenge(wrong(1)).await.unwrap();
    t.redeem_challenge(redeem(1)).await.unwrap();
    // The challenge.
    assert_eq!(t.sweep(NOW.plus(7 * DAY + 10), ALL).await.unwrap(), 1);
    assert!(t.find_ledger(ledger_key(1)).await.unwrap().is_some());

    assert_eq!(t.sweep(NOW.plus(7 * DAY + 11), ALL).await.unwrap(), 1);

    assert_eq!(t.find_ledger(ledger_key(1)).await.unwrap(), None);
    assert!(t.find_user(&user_id(1)).await.unwrap().is_some());
}

async fn families_go_once_dead_with_their_tokens(t: Bench) {
    let never = RefreshFamily { expires_at: None, idle_expires_at: None, ..family(1, 2) };
    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();
    t.insert_refresh_family(never.clone(), hash(2), 10).await.unwrap();

    assert_eq!(t.sweep(NOW.plus(15 * DAY), ALL).await.unwrap(), 0);
    assert_eq!(t.sweep(NOW.plus(15 * DAY + 1), ALL).await.unwrap(), 1);
    assert_eq!(t.sweep(NOW.plus(10_000 * DAY), ALL).await.unwrap(), 0);

    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap(), [never]);
    assert_eq!(t.find_family_of_token(&hash(1)).await.unwrap(), None);
    // The hash is free: its row went too.
    t.insert_refresh_family(family(1, 3), hash(1), 10).await.unwrap();
}

async fn a_revoked_family_stays_thirty_days(t: Bench) {
    let never = RefreshFamily { expires_at: None, idle_expires_at: None, ..family(1, 1) };
    t.insert_refresh_family(never, hash(1), 10).await.unwrap();
    t.revoke_refresh_family(&family(1, 1).id, NOW, Vec::new()).await.unwrap();

    assert_eq!(t.sweep(NOW.plus(30 * DAY), ALL).await.unwrap(), 0);
    assert!(t.find_family_of_token(&hash(1)).await.unwrap().is_some());
    // With it goes the mark that it left.
    assert_eq!(t.sweep(NOW.plus(30 * DAY + 1), ALL).await.unwrap(), 2);
}

async fn the_sweep_goes_on_where_it_stopped_and_comes_round(t: Bench) {
    let late = NOW.plus(400 * DAY);
    // In the order of keys: three that live on, then five that do not.
    for n in 1..9 {
        let expires_at = if n < 4 { late.plus(DAY) } else { NOW.plus(300) };
        send(&*t, OpenChallenge { outbox: None, ..expiring(n, expires_at) }).await;
        let mut family = family(1, n);
        (family.expires_at, family.idle_expires_at) = (Some(expires_at), None);
        t.insert_refresh_family(family, hash(n), 100).await.unwrap();
    }

    let mut gone = Vec::new();
    for _ in 0..4 {
        gone.push(t.sweep(late, 3).await.unwrap());
    }

    // Of each slice: ledgers, then challenges and families past use.
    assert_eq!(gone, [3, 3 + 3 + 3, 2 + 2 + 2, 0]);
    let left = t.list_refresh_families(&user_id(1)).await.unwrap();
    assert_eq!(left.len(), 3);
    // The last call stopped behind them; the next but one begins anew.
    let rest = [t.sweep(late.plus(DAY + 1), 3).await.unwrap(), t.sweep(late.plus(DAY + 1), 3).await.unwrap()];
    assert_eq!(rest, [0, 3 + 3]);
}

async fn nothing_in_use_is_swept(t: Bench) {
    send(&*t, open(1)).await;
    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();
    t.insert_once("jti", NOW.plus(60), NOW).await.unwrap();
    t.insert_handle(handle(1)).await.unwrap();
    t.insert_session(&session(1, 1), None).await.unwrap();

    assert_eq!(t.sweep(NOW.plus(60), ALL).await.unwrap(), 0);

    assert!(t.is_seen("jti", NOW).await.unwrap());
    assert!(t.find_handle(&hash(1), HandleKind::Link).await.unwrap().is_some());
    assert!(t.find_session(&hash(1)).await.unwrap().is_some());

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), Some(open(1).challenge));
    assert!(t.find_refresh_family(&hash(1), NOW).await.unwrap().is_some());
    assert_eq!(promised(&*t).await.len(), 1);
}

async fn handles_go_once_expired_used_or_not(t: Bench) {
    for n in [1, 2] {
        t.insert_handle(handle(n)).await.unwrap();
    }
    t.use_handle(use_of(1)).await.unwrap();

    assert_eq!(t.sweep(NOW.plus(600), ALL).await.unwrap(), 0);
    assert_eq!(t.sweep(NOW.plus(601), ALL).await.unwrap(), 2);

    assert_eq!(t.find_handle(&hash(1), HandleKind::Link).await.unwrap(), None);
}

async fn sessions_go_with_the_earlier_of_their_ends(t: Bench) {
    t.insert_session(&session(1, 1), None).await.unwrap();
    let used = Session { idle_expires_at: NOW.plus(90 * DAY), ..session(1, 2) };
    t.insert_session(&used, None).await.unwrap();

    assert_eq!(t.sweep(NOW.plus(3 * DAY), ALL).await.unwrap(), 0);
    assert_eq!(t.sweep(NOW.plus(3 * DAY + 1), ALL).await.unwrap(), 1);
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), [used]);
    assert_eq!(t.sweep(NOW.plus(30 * DAY), ALL).await.unwrap(), 0);
    assert_eq!(t.sweep(NOW.plus(30 * DAY + 1), ALL).await.unwrap(), 1);
}

async fn handles_and_sessions_go_a_slice_at_a_time(t: Bench) {
    for n in 1..6 {
        let expires_at = NOW.plus(600 - i64::from(n));
        t.insert_handle(Handle { expires_at, ..handle(n) }).await.unwrap();
        t.insert_session(&session(1, n), None).await.unwrap();
    }

    let mut gone = Vec::new();
    for _ in 0..4 {
        gone.push(t.sweep(NOW.plus(4 * DAY), 2).await.unwrap());
    }

    assert_eq!(gone, [4, 4, 2, 0]);
}
