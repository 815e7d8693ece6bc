//! Tries of a code: each outcome, and what it leaves behind.

use std::sync::Arc;

use latchkey_core::model::{EventKind, RefreshFamily, User, UserId};
use latchkey_core::store::{Redeem, Redeemed};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    DAY, NOW, address, challenge_key, family, hash, history, ledger_key, open, open_for, promised, redeem,
    send, user, user_id, wrong,
};

on_every_engine![
    the_first_right_code_makes_the_user_and_signs_them_in,
    a_right_code_of_a_known_user_counts_the_login,
    a_right_code_saves_the_refresh_family_and_drops_the_oldest_past_the_limit,
    a_used_code_is_replayed,
    wrong_codes_exhaust_the_challenge,
    a_right_code_too_late_is_expired,
    without_a_challenge_nothing_is_counted,
    a_blocked_user_uses_the_code_up_and_is_not_signed_in,
    nobody_is_signed_in_where_sign_up_is_closed,
    of_many_right_codes_at_once_one_is_accepted,
    of_many_wrong_codes_at_once_three_are_compared,
];

async fn accepted(t: &Bench, redeem: Redeem) -> (User, bool) {
    match t.redeem_challenge(redeem).await.unwrap() {
        Redeemed::Accepted { user, created, .. } => (*user, created),
        other => panic!("{other:?}"),
    }
}

/// A user after logins at the time of [`redeem`].
fn logged_in(user: User, times: i64) -> User {
    let now = NOW.plus(10);
    let mut user = User {
        logins_count: times,
        last_login: Some(now),
        last_ip: Some("192.0.2.1".into()),
        updated_at: now,
        ..user
    };
    user.identities[0].verified_at = Some(now);
    user
}

async fn the_first_right_code_makes_the_user_and_signs_them_in(t: Bench) {
    send(&*t, open(1)).await;

    let (signed_in, created) = accepted(&t, redeem(1)).await;

    assert!(created);
    assert_eq!(signed_in, logged_in(user(1), 1));
    assert_eq!(t.find_user(&user_id(1)).await.unwrap().as_ref(), Some(&signed_in));
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap(), Some(signed_in));
    let challenge = t.find_challenge(&challenge_key(1)).await.unwrap().unwrap();
    assert_eq!((challenge.attempts, challenge.consumed_at), (1, Some(NOW.plus(10))));
    assert!(promised(&*t).await.is_empty());
    let who = Some(user_id(1));
    let expected =
        [(EventKind::CodeSent, None), (EventKind::SignedUp, who.clone()), (EventKind::SignedIn, who)];
    assert_eq!(history(&*t).await, expected);
}

async fn a_right_code_of_a_known_user_counts_the_login(t: Bench) {
    let mut made_by_operator = user(1);
    made_by_operator.identities[0].verified_at = None;
    t.insert_user(&made_by_operator, Vec::new()).await.unwrap();
    send(&*t, open(1)).await;
    // Another id, as a new user would have it: nobody gets it.
    let new_user = Some(User { id: user_id(9), ..user(1) });

    let (signed_in, created) = accepted(&t, Redeem { new_user, ..redeem(1) }).await;

    assert!(!created);
    // It was the first proof of the address.
    let user = User { proofs_since: Some(redeem(1).now.plus(1)), ..user(1) };
    assert_eq!(signed_in, logged_in(user, 1));
    assert_eq!(t.find_user(&user_id(1)).await.unwrap().as_ref(), Some(&signed_in));
    assert_eq!(t.count_users().await.unwrap(), 1);
    let expected = [(EventKind::CodeSent, None), (EventKind::SignedIn, Some(user_id(1)))];
    assert_eq!(history(&*t).await, expected);

    send(&*t, open_for("other", 1, 2)).await;
    let (signed_in, _) =
        accepted(&t, Redeem { key: open_for("other", 1, 2).challenge.key, ..redeem(1) }).await;
    assert_eq!(signed_in.logins_count, 2);
}

async fn a_right_code_saves_the_refresh_family_and_drops_the_oldest_past_the_limit(t: Bench) {
    for n in 1..4 {
        send(&*t, open(1)).await;
        // Whose it is, the store decides.
        let refresh = Some((family(77, n), hash(n)));
        accepted(&t, Redeem { refresh, max_families: 2, ..redeem(1) }).await;
    }

    let expected: Vec<RefreshFamily> = [2, 3].map(|n| family(1, n)).into();
    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap(), expected);
    assert_eq!(t.list_refresh_families(&user_id(77)).await.unwrap(), []);
    assert_eq!(t.find_refresh_family(&hash(3), NOW).await.unwrap(), Some(family(1, 3)));
    assert_eq!(t.find_refresh_family(&hash(1), NOW).await.unwrap(), None);
}

async fn a_used_code_is_replayed(t: Bench) {
    send(&*t, open(1)).await;
    accepted(&t, Redeem { refresh: Some((family(1, 1), hash(1))), ..redeem(1) }).await;
    let before = t.find_challenge(&challenge_key(1)).await.unwrap();

    let again = Redeem { refresh: Some((family(1, 2), hash(2))), ..redeem(1) };
    assert_eq!(t.redeem_challenge(again.clone()).await.unwrap(), Redeemed::Replayed);
    assert_eq!(t.redeem_challenge(Redeem { now: NOW.plus(DAY), ..again }).await.unwrap(), Redeemed::Replayed);
    assert_eq!(t.redeem_challenge(wrong(1)).await.unwrap(), Redeemed::Absent);

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), before);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap().unwrap().logins_count, 1);
    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap().len(), 1);
}

async fn wrong_codes_exhaust_the_challenge(t: Bench) {
    send(&*t, open(1)).await;

    for (attempts, exhausted) in [(1, false), (2, false), (3, true)] {
        assert_eq!(t.redeem_challenge(wrong(1)).await.unwrap(), Redeemed::Wrong { exhausted });
        let challenge = t.find_challenge(&challenge_key(1)).await.unwrap().unwrap();
        assert_eq!((challenge.attempts, challenge.consumed_at), (attempts, None));
    }
    let ledger = t.find_ledger(ledger_key(1)).await.unwrap();

    for late in [redeem(1), wrong(1)] {
        assert_eq!(t.redeem_challenge(late).await.unwrap(), Redeemed::Exhausted);
    }
    let too_late = Redeem { now: NOW.plus(300), ..redeem(1) };
    assert_eq!(t.redeem_challenge(too_late).await.unwrap(), Redeemed::Absent);

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap().unwrap().attempts, 3);
    assert_eq!(t.find_ledger(ledger_key(1)).await.unwrap(), ledger);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), None);
    let kinds: Vec<EventKind> = history(&*t).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [&[EventKind::CodeSent][..], &[EventKind::WrongCode; 6]].concat());
}

async fn a_right_code_too_late_is_expired(t: Bench) {
    send(&*t, open(1)).await;
    send(&*t, open(2)).await;

    let at = |seconds, n| Redeem { now: NOW.plus(seconds), ..redeem(n) };
    assert_eq!(t.redeem_challenge(at(300, 1)).await.unwrap(), Redeemed::Expired);
    let wrong = Redeem { now: NOW.plus(300), ..wrong(1) };
    assert_eq!(t.redeem_challenge(wrong).await.unwrap(), Redeemed::Absent);
    accepted(&t, at(299, 2)).await;

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), Some(open(1).challenge));
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), None);
}

async fn without_a_challenge_nothing_is_counted(t: Bench) {
    let rules = redeem(1).try_rules;

    let outcome =
        t.redeem_challenge(Redeem { pair: Some((ledger_key(50), rules)), ..redeem(1) }).await.unwrap();

    assert_eq!(outcome, Redeemed::Absent);
    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), None);
    assert_eq!(t.find_ledger(ledger_key(1)).await.unwrap(), None);
    assert_eq!(t.find_ledger(ledger_key(50)).await.unwrap(), None);
    assert_eq!(t.count_users().await.unwrap(), 0);
    assert_eq!(history(&*t).await, [(EventKind::WrongCode, None)]);
}

async fn a_blocked_user_uses_the_code_up_and_is_not_signed_in(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    send(&*t, open(1)).await;
    let mut blocked = user(1);
    blocked.blocked = true;
    assert!(t.update_user(&blocked).await.unwrap());
    let with_family = Redeem { refresh: Some((family(1, 1), hash(1))), ..redeem(1) };

    let outcome = t.redeem_challenge(with_family.clone()).await.unwrap();

    assert_eq!(outcome, Redeemed::Blocked { user: user_id(1) });
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(blocked));
    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap(), []);
    assert_eq!(history(&*t).await.last(), Some(&(EventKind::WrongCode, Some(user_id(1)))));
    assert_eq!(t.redeem_challenge(with_family).await.unwrap(), Redeemed::Replayed);
}

async fn nobody_is_signed_in_where_sign_up_is_closed(t: Bench) {
    send(&*t, open(1)).await;

    let outcome = t.redeem_challenge(Redeem { new_user: None, ..redeem(1) }).await.unwrap();

    assert_eq!(outcome, Redeemed::Absent);
    assert_eq!(t.count_users().await.unwrap(), 0);
}

async fn of_many_right_codes_at_once_one_is_accepted(t: Bench) {
    send(&*t, open(1)).await;
    let tries: Vec<_> = (0..16)
        .map(|n| {
            let (store, refresh) = (Arc::clone(&t.store), Some((family(1, n), hash(n))));
            let new_user = Some(User { id: user_id(100 + n), ..user(1) });
            tokio::spawn(async move {
                store.redeem_challenge(Redeem { refresh, new_user, ..redeem(1) }).await.unwrap()
            })
        })
        .collect();

    let mut signed_in: Vec<UserId> = Vec::new();
    for tried in tries {
        match tried.await.unwrap() {
            Redeemed::Accepted { user, created: true, .. } => signed_in.push(user.id),
            other => assert_eq!(other, Redeemed::Replayed),
        }
    }

    assert_eq!(signed_in.len(), 1);
    assert_eq!(t.count_users().await.unwrap(), 1);
    assert_eq!(t.list_refresh_families(&signed_in[0]).await.unwrap().len(), 1);
}

async fn of_many_wrong_codes_at_once_three_are_compared(t: Bench) {
    send(&*t, open(1)).await;
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.redeem_challenge(wrong(1)).await.unwrap() })
        })
        .collect();

    let mut compared = 0;
    for tried in tries {
        match tried.await.unwrap() {
            Redeemed::Wrong { .. } => compared += 1,
            other => assert_eq!(other, Redeemed::Exhausted),
        }
    }

    assert_eq!(compared, 3);
    assert_eq!(t.redeem_challenge(redeem(1)).await.unwrap(), Redeemed::Exhausted);
}
