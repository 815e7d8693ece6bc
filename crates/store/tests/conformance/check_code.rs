//! A code that is checked and kept, and whose client asked for it.

use latchkey_core::store::{Redeem, Redeemed};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    NOW, address, challenge_key, client_id, family, hash, history, ledger_key, open, open_for, pressed,
    promised, redeem, send, user_id, wrong,
};

on_every_engine![
    a_right_code_that_is_kept_changes_nothing,
    a_wrong_code_that_would_be_kept_counts_like_any,
    a_used_code_is_not_right_any_more,
    the_client_that_asked_last_is_found_while_its_challenge_lives,
];

fn kept(redeem: Redeem) -> Redeem {
    Redeem { keep: true, ..redeem }
}

async fn a_right_code_that_is_kept_changes_nothing(t: Bench) {
    send(&*t, open(1)).await;
    t.redeem_challenge(wrong(1)).await.unwrap();
    let (challenge, ledger) =
        (t.find_challenge(&challenge_key(1)).await.unwrap(), t.find_ledger(ledger_key(1)).await.unwrap());
    let (events, messages) = (history(&*t).await, promised(&*t).await);

    for _ in 0..5 {
        let checked = Redeem { refresh: Some((family(1, 1), hash(1))), ..kept(redeem(1)) };
        assert_eq!(t.redeem_challenge(checked).await.unwrap(), Redeemed::Right);
    }

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), challenge);
    assert_eq!(t.find_ledger(ledger_key(1)).await.unwrap(), ledger);
    assert_eq!((history(&*t).await, promised(&*t).await), (events, messages));
    assert_eq!(t.count_users().await.unwrap(), 0);
    assert!(t.list_refresh_families(&user_id(1)).await.unwrap().is_empty());
    let outcome = t.redeem_challenge(redeem(1)).await.unwrap();
    assert!(matches!(outcome, Redeemed::Accepted { .. }), "{outcome:?}");
}

async fn a_wrong_code_that_would_be_kept_counts_like_any(t: Bench) {
    send(&*t, open(1)).await;

    for exhausted in [false, false, true] {
        let tried = t.redeem_challenge(kept(wrong(1))).await.unwrap();
        assert_eq!(tried, Redeemed::Wrong { exhausted });
    }

    assert_eq!(t.redeem_challenge(kept(redeem(1))).await.unwrap(), Redeemed::Exhausted);
}

async fn a_used_code_is_not_right_any_more(t: Bench) {
    send(&*t, open(1)).await;
    t.redeem_challenge(pressed(1)).await.unwrap();

    assert_eq!(t.redeem_challenge(kept(redeem(1))).await.unwrap(), Redeemed::Replayed);
}

async fn the_client_that_asked_last_is_found_while_its_challenge_lives(t: Bench) {
    let asking = async |seconds| t.find_asking_client("sms", &address(1), NOW.plus(seconds)).await.unwrap();
    assert_eq!(asking(0).await, None);
    for (n, client) in [(1, "first"), (2, "second"), (3, "last")] {
        let mut start = open_for(client, 1, n);
        start.challenge.created_at = NOW.plus(n.into());
        send(&*t, start).await;
    }

    assert_eq!(asking(10).await, Some(client_id("last")));
    assert_eq!(t.find_asking_client("email", &address(1), NOW).await.unwrap(), None);
    assert_eq!(t.find_asking_client("sms", &address(2), NOW).await.unwrap(), None);

    let last = Redeem { key: open_for("last", 1, 3).challenge.key, ..redeem(1) };
    t.redeem_challenge(last).await.unwrap();
    assert_eq!(asking(10).await, Some(client_id("second")));
    let second = Redeem { key: open_for("second", 1, 2).challenge.key, ..wrong(1) };
    for _ in 0..3 {
        t.redeem_challenge(second.clone()).await.unwrap();
    }
    assert_eq!(asking(299).await, Some(client_id("first")));
    assert_eq!(asking(300).await, None);
}
