//! Uses of a refresh token: rotation, leeway, the unused-child rule, and reuse.

use std::sync::Arc;

use latchkey_core::model::{EventKind, RefreshFamily, RefreshKind, revoked_mark};
use latchkey_core::store::{Rotate, Rotated};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{DAY, NOW, client_id, event, family, hash, history, user, user_id};

on_every_engine![
    a_rotation_replaces_the_token_and_moves_the_idle_deadline,
    a_client_that_does_not_rotate_keeps_its_token,
    the_user_of_a_family_comes_along_unless_deleted,
    a_token_that_is_unknown_or_not_the_clients_is_refused,
    a_dead_family_is_refused,
    a_device_token_is_refused,
    a_token_that_comes_back_revokes_the_family,
    a_rotated_token_works_within_its_leeway,
    a_rotated_token_works_while_its_child_is_unused,
    of_many_uses_at_once_one_rotates_and_the_next_revokes,
];

fn rotate(presented: u32, replacement: u32) -> Rotate {
    Rotate {
        presented: hash(presented),
        client: family(1, 1).client,
        replacement: Some(hash(replacement)),
        now: NOW.plus(100),
        leeway: 0,
        reuse_while_child_unused: false,
        idle_expires_at: Some(NOW.plus(20 * DAY)),
        on_success: vec![event(EventKind::RefreshExchanged)],
        on_failure: vec![event(EventKind::RefreshExchangeFailed)],
        on_reuse: vec![event(EventKind::RefreshReused)],
    }
}

async fn with_family(t: &Bench) {
    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();
}

async fn rotated(t: &Bench, rotate: Rotate) -> RefreshFamily {
    match t.rotate_refresh_token(rotate).await.unwrap() {
        Rotated::Ok { family, .. } => *family,
        other => panic!("{other:?}"),
    }
}

async fn is_live(t: &Bench, token: u32) -> bool {
    t.find_refresh_family(&hash(token), NOW.plus(100)).await.unwrap().is_some()
}

async fn a_rotation_replaces_the_token_and_moves_the_idle_deadline(t: Bench) {
    with_family(&t).await;
    t.insert_refresh_family(family(1, 2), hash(50), 10).await.unwrap();

    let used = rotated(&t, rotate(1, 2)).await;

    let kept = RefreshFamily {
        idle_expires_at: Some(NOW.plus(20 * DAY)),
        used_at: Some(rotate(1, 2).now),
        ..family(1, 1)
    };
    assert_eq!(used, kept);
    assert!(!is_live(&t, 1).await && is_live(&t, 2).await && is_live(&t, 50).await);
    assert!(t.find_refresh_family(&hash(2), NOW.plus(20 * DAY - 1)).await.unwrap().is_some());
    assert_eq!(t.find_refresh_family(&hash(2), NOW.plus(20 * DAY)).await.unwrap(), None);
    for token in [1, 2] {
        assert_eq!(t.find_family_of_token(&hash(token)).await.unwrap().as_ref(), Some(&used));
    }
    assert_eq!(history(&*t).await, [(EventKind::RefreshExchanged, Some(user_id(1)))]);

    rotated(&t, rotate(2, 3)).await;
    assert!(!is_live(&t, 2).await && is_live(&t, 3).await);
}

async fn a_client_that_does_not_rotate_keeps_its_token(t: Bench) {
    with_family(&t).await;
    let keep = || Rotate { replacement: None, idle_expires_at: None, ..rotate(1, 0) };

    for _ in 0..3 {
        let used = rotated(&t, keep()).await;
        let used_at = Some(keep().now);
        assert_eq!(used, RefreshFamily { idle_expires_at: None, used_at, ..family(1, 1) });
    }

    assert!(is_live(&t, 1).await);
}

async fn the_user_of_a_family_comes_along_unless_deleted(t: Bench) {
    let mut blocked = user(1);
    blocked.blocked = true;
    t.insert_user(&blocked, Vec::new()).await.unwrap();
    with_family(&t).await;

    let outcome = t.rotate_refresh_token(rotate(1, 2)).await.unwrap();
    let Rotated::Ok { user: Some(found), .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(*found, blocked);

    t.delete_user(&user_id(1), NOW, Vec::new()).await.unwrap();
    let outcome = t.rotate_refresh_token(rotate(2, 3)).await.unwrap();
    assert!(matches!(outcome, Rotated::Ok { user: None, .. }), "{outcome:?}");
}

/// The use is refused, and changes nothing but the audit log.
async fn is_refused(t: &Bench, rotate: Rotate) {
    let family = t.find_family_of_token(&rotate.presented).await.unwrap();
    let token = rotate.presented;

    assert_eq!(t.rotate_refresh_token(rotate).await.unwrap(), Rotated::Refused);

    assert_eq!(t.find_family_of_token(&token).await.unwrap(), family);
    assert_eq!(history(&**t).await.last(), Some(&(EventKind::RefreshExchangeFailed, None)));
}

async fn a_token_that_is_unknown_or_not_the_clients_is_refused(t: Bench) {
    with_family(&t).await;

    is_refused(&t, rotate(9, 2)).await;
    is_refused(&t, Rotate { client: client_id("other"), ..rotate(1, 2) }).await;

    assert_eq!(t.find_family_of_token(&hash(2)).await.unwrap(), None);
    // Nor does another client's reuse revoke anything.
    rotated(&t, rotate(1, 2)).await;
    is_refused(&t, Rotate { client: client_id("other"), ..rotate(1, 3) }).await;
    assert!(is_live(&t, 2).await);
}

async fn a_dead_family_is_refused(t: Bench) {
    with_family(&t).await;
    is_refused(&t, Rotate { now: NOW.plus(15 * DAY), ..rotate(1, 2) }).await;
    is_refused(&t, Rotate { now: NOW.plus(30 * DAY), ..rotate(1, 2) }).await;
    assert!(is_live(&t, 1).await);

    t.revoke_refresh_family(&family(1, 1).id, NOW.plus(50), Vec::new()).await.unwrap();
    is_refused(&t, rotate(1, 2)).await;
}

async fn a_device_token_is_refused(t: Bench) {
    let device = RefreshFamily { kind: RefreshKind::Device, device: Some("phone".into()), ..family(1, 1) };
    t.insert_refresh_family(device, hash(1), 10).await.unwrap();

    is_refused(&t, rotate(1, 2)).await;

    assert!(is_live(&t, 1).await);
}

async fn is_reuse(t: &Bench, rotate: Rotate) {
    let now = rotate.now;
    assert_eq!(
        t.rotate_refresh_token(rotate.clone()).await.unwrap(),
        Rotated::Reused { family: family(1, 1).id }
    );

    assert_eq!(history(&**t).await.last(), Some(&(EventKind::RefreshReused, Some(user_id(1)))));
    let revoked = t.find_family_of_token(&rotate.presented).await.unwrap().unwrap();
    assert_eq!(revoked.revoked_at, Some(now));
    assert!(t.is_seen(&revoked_mark(&revoked.id), now).await.unwrap());
    assert_eq!(t.rotate_refresh_token(rotate).await.unwrap(), Rotated::Refused);
}

async fn a_token_that_comes_back_revokes_the_family(t: Bench) {
    with_family(&t).await;
    rotated(&t, rotate(1, 2)).await;

    // Even in the same second.
    is_reuse(&t, rotate(1, 3)).await;

    assert!(!is_live(&t, 2).await);
    assert_eq!(t.rotate_refresh_token(rotate(2, 4)).await.unwrap(), Rotated::Refused);
    assert_eq!(t.find_family_of_token(&hash(3)).await.unwrap(), None);
}

async fn a_rotated_token_works_within_its_leeway(t: Bench) {
    with_family(&t).await;
    rotated(&t, rotate(1, 2)).await;
    rotated(&t, rotate(2, 3)).await;
    let at = |seconds: i64, replacement| Rotate {
        leeway: 30,
        now: NOW.plus(100 + seconds),
        ..rotate(1, replacement)
    };

    // Its child may be used by then, and every answer's token works.
    rotated(&t, at(10, 4)).await;
    rotated(&t, at(30, 5)).await;
    for token in [3, 4, 5] {
        assert!(is_live(&t, token).await, "{token}");
    }

    // From the first rotation on: uses within the leeway do not prolong it.
    is_reuse(&t, at(31, 6)).await;
}

async fn a_rotated_token_works_while_its_child_is_unused(t: Bench) {
    with_family(&t).await;
    let retry = |presented, replacement| Rotate {
        reuse_while_child_unused: true,
        now: NOW.plus(DAY),
        ..rotate(presented, replacement)
    };
    rotated(&t, rotate(1, 2)).await;

    // The answers with tokens 2 and 3 were lost: only the last one's token lives on.
    rotated(&t, retry(1, 3)).await;
    rotated(&t, retry(1, 4)).await;
    assert!(is_live(&t, 4).await);
    for lost in [2, 3] {
        assert_eq!(t.find_family_of_token(&hash(lost)).await.unwrap(), None);
        assert_eq!(t.rotate_refresh_token(retry(lost, 9)).await.unwrap(), Rotated::Refused);
    }

    rotated(&t, retry(4, 5)).await;
    is_reuse(&t, retry(1, 6)).await;
    assert!(!is_live(&t, 5).await);
}

/// Also on connections that were never used before.
async fn of_many_uses_at_once_one_rotates_and_the_next_revokes(t: Bench) {
    let mut bench = Some(t);
    for round in 0..4 {
        let Some(t) = bench.take() else { break };
        let (n, token) = (100 + round, 1000 * (round + 1));
        t.insert_refresh_family(family(1, n), hash(token), 10).await.unwrap();
        let Some(t) = t.reopen().await else { break };
        let uses: Vec<_> = (1..7)
            .map(|use_| {
                let store = Arc::clone(&t.store);
                let rotate = rotate(token, token + use_);
                tokio::spawn(async move { store.rotate_refresh_token(rotate).await.unwrap() })
            })
            .collect();

        let (mut ok, mut reused, mut refused) = (0, 0, 0);
        for used in uses {
            match used.await.unwrap() {
                Rotated::Ok { .. } => ok += 1,
                Rotated::Reused { .. } => reused += 1,
                Rotated::Refused => refused += 1,
            }
        }

        assert_eq!((ok, reused, refused), (1, 1, 4));
        bench = Some(t);
    }
}
