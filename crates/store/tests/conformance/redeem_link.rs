//! A challenge redeemed by its link: use and expiry are the code's, tries are not.

use std::sync::Arc;

use latchkey_core::model::{EventKind, TryRules, User};
use latchkey_core::store::{Candidate, OpenChallenge, Redeem, Redeemed};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    DAY, FREE_TRIES, NOW, challenge_key, family, hash, history, id, ledger_key, open, open_for, pressed,
    promised, redeem, send, user, user_id, wrong,
};

on_every_engine![
    a_link_signs_in_and_uses_its_code_up,
    a_code_uses_its_link_up,
    a_link_counts_no_try_and_no_failure,
    a_code_without_tries_leaves_its_link_alive,
    a_link_of_another_challenge_changes_nothing,
    a_link_of_a_withheld_challenge_is_dead,
    a_link_is_dead_once_expired,
    a_blocked_ledger_does_not_stop_a_link,
    a_link_of_a_blocked_user_is_used_up,
    of_a_code_and_a_link_at_once_one_signs_in,
];

fn is_accepted(outcome: &Redeemed) -> bool {
    matches!(outcome, Redeemed::Accepted { .. })
}

async fn a_link_signs_in_and_uses_its_code_up(t: Bench) {
    send(&*t, open(1)).await;
    let refresh = Some((family(1, 1), hash(1)));

    let outcome = t.redeem_challenge(Redeem { refresh, ..pressed(1) }).await.unwrap();

    let Redeemed::Accepted { user, created: true, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!((user.id, user.logins_count), (user_id(1), 1));
    assert!(promised(&*t).await.is_empty());
    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap().len(), 1);
    assert_eq!(t.redeem_challenge(redeem(1)).await.unwrap(), Redeemed::Replayed);
    assert_eq!(t.redeem_challenge(pressed(1)).await.unwrap(), Redeemed::Replayed);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap().unwrap().logins_count, 1);
}

async fn a_code_uses_its_link_up(t: Bench) {
    send(&*t, open(1)).await;
    assert!(is_accepted(&t.redeem_challenge(redeem(1)).await.unwrap()));

    assert_eq!(t.redeem_challenge(pressed(1)).await.unwrap(), Redeemed::Replayed);
}

async fn a_link_counts_no_try_and_no_failure(t: Bench) {
    send(&*t, open(1)).await;
    let ledger = t.find_ledger(ledger_key(1)).await.unwrap();
    let other = Redeem { candidate: Candidate::Link { challenge: id(NOW, 7) }, ..pressed(1) };

    for _ in 0..5 {
        let missed = Redeem { pair: Some((ledger_key(50), FREE_TRIES)), ..other.clone() };
        assert_eq!(t.redeem_challenge(missed).await.unwrap(), Redeemed::Absent);
    }

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap().unwrap().attempts, 0);
    assert_eq!(t.find_ledger(ledger_key(1)).await.unwrap(), ledger);
    assert_eq!(t.find_ledger(ledger_key(50)).await.unwrap(), None);
}

async fn a_code_without_tries_leaves_its_link_alive(t: Bench) {
    send(&*t, open(1)).await;
    for _ in 0..4 {
        t.redeem_challenge(wrong(1)).await.unwrap();
    }
    assert_eq!(t.redeem_challenge(redeem(1)).await.unwrap(), Redeemed::Exhausted);

    assert!(is_accepted(&t.redeem_challenge(pressed(1)).await.unwrap()));

    let challenge = t.find_challenge(&challenge_key(1)).await.unwrap().unwrap();
    assert_eq!((challenge.attempts, challenge.consumed_at), (3, Some(NOW.plus(10))));
}

async fn a_link_of_another_challenge_changes_nothing(t: Bench) {
    send(&*t, open(1)).await;
    send(&*t, open_for("native", 1, 2)).await;
    let before = t.find_challenge(&challenge_key(1)).await.unwrap();

    assert_eq!(t.redeem_challenge(pressed(1)).await.unwrap(), Redeemed::Absent);
    let elsewhere = Redeem { key: challenge_key(9), ..pressed(1) };
    assert_eq!(t.redeem_challenge(elsewhere).await.unwrap(), Redeemed::Absent);

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), before);
    assert_eq!(t.count_users().await.unwrap(), 0);
}

async fn a_link_of_a_withheld_challenge_is_dead(t: Bench) {
    t.open_challenge(OpenChallenge { known_users_only: true, ..open(1) }).await.unwrap();

    assert_eq!(t.redeem_challenge(pressed(1)).await.unwrap(), Redeemed::Absent);

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap().unwrap().consumed_at, None);
    assert_eq!(t.count_users().await.unwrap(), 0);
}

async fn a_link_is_dead_once_expired(t: Bench) {
    for n in [1, 2] {
        send(&*t, open(n)).await;
    }

    let late = Redeem { now: NOW.plus(300), ..pressed(1) };
    assert_eq!(t.redeem_challenge(late).await.unwrap(), Redeemed::Expired);
    let last = Redeem { now: NOW.plus(299), ..pressed(2) };
    assert!(is_accepted(&t.redeem_challenge(last).await.unwrap()));
}

async fn a_blocked_ledger_does_not_stop_a_link(t: Bench) {
    let strict = TryRules { consecutive: 1, ..FREE_TRIES };
    let from = |redeem| Redeem { try_rules: strict, pair: Some((ledger_key(50), strict)), ..redeem };
    send(&*t, open(1)).await;
    t.redeem_challenge(from(wrong(1))).await.unwrap();
    let refused = t.redeem_challenge(from(redeem(1))).await.unwrap();
    assert!(matches!(refused, Redeemed::Refused { .. }), "{refused:?}");

    assert!(is_accepted(&t.redeem_challenge(from(pressed(1))).await.unwrap()));
}

async fn a_link_of_a_blocked_user_is_used_up(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    send(&*t, open(1)).await;
    t.update_user(&User { blocked: true, ..user(1) }).await.unwrap();

    assert_eq!(t.redeem_challenge(pressed(1)).await.unwrap(), Redeemed::Blocked { user: user_id(1) });

    let late = Redeem { now: NOW.plus(DAY), ..pressed(1) };
    assert_eq!(t.redeem_challenge(late).await.unwrap(), Redeemed::Replayed);
    assert!(history(&*t).await.iter().all(|(kind, _)| *kind != EventKind::SignedIn));
}

async fn of_a_code_and_a_link_at_once_one_signs_in(t: Bench) {
    for round in 1..5 {
        send(&*t, open(round)).await;
        let tries: Vec<_> = (0..16)
            .map(|n| {
                let store = Arc::clone(&t.store);
                let act = if n % 2 == 0 { redeem(round) } else { pressed(round) };
                tokio::spawn(async move { store.redeem_challenge(act).await.unwrap() })
            })
            .collect();

        let mut signed_in = 0;
        for tried in tries {
            match tried.await.unwrap() {
                Redeemed::Accepted { .. } => signed_in += 1,
                other => assert_eq!(other, Redeemed::Replayed),
            }
        }

        assert_eq!(signed_in, 1);
    }
}
