//! Tries of a code against the ledgers of the address and of address and IP together.

use std::sync::Arc;

use latchkey_core::model::{EventKind, TryRules};
use latchkey_core::store::{OpenChallenge, Redeem, Redeemed};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    CLIENT, FREE_TRIES, NOW, challenge_key, history, ledger_key, open, open_for, redeem, send, wrong,
};

on_every_engine![
    a_blocked_address_is_refused_and_nothing_is_compared,
    a_blocked_pair_is_refused_and_other_pairs_are_not,
    a_wrong_code_is_charged_on_both_ledgers,
    a_right_code_ends_the_run_of_failures_on_both_ledgers,
    a_challenge_dies_when_its_address_asks_for_longer_codes,
    failures_at_once_are_all_charged,
];

/// One failure blocks for ten minutes.
const STRICT: TryRules = TryRules { consecutive: 1, ..FREE_TRIES };
/// Two failures without a success do.
const TWO: TryRules = TryRules { consecutive: 2, ..FREE_TRIES };

async fn a_blocked_address_is_refused_and_nothing_is_compared(t: Bench) {
    send(&*t, open(1)).await;
    let strict = |redeem| Redeem { try_rules: STRICT, ..redeem };
    assert_eq!(t.redeem_challenge(strict(wrong(1))).await.unwrap(), Redeemed::Wrong { exhausted: false });
    let before =
        (t.find_challenge(&challenge_key(1)).await.unwrap(), t.find_ledger(ledger_key(1)).await.unwrap());

    for refused in [redeem(1), wrong(1)] {
        let outcome = t.redeem_challenge(strict(refused)).await.unwrap();
        assert_eq!(outcome, Redeemed::Refused { pair: false });
    }

    let after =
        (t.find_challenge(&challenge_key(1)).await.unwrap(), t.find_ledger(ledger_key(1)).await.unwrap());
    assert_eq!(after, before);
    assert_eq!(after.0.unwrap().attempts, 1);
    assert_eq!(history(&*t).await.last().unwrap().0, EventKind::WrongCode);

    assert!(t.unblock_ledgers(vec![ledger_key(1)], Vec::new(), Vec::new()).await.unwrap());
    let outcome = t.redeem_challenge(strict(redeem(1))).await.unwrap();
    assert!(matches!(outcome, Redeemed::Accepted { .. }), "{outcome:?}");
}

async fn a_blocked_pair_is_refused_and_other_pairs_are_not(t: Bench) {
    send(&*t, open(1)).await;
    let from = |pair, redeem| Redeem { pair: Some((ledger_key(pair), STRICT)), ..redeem };
    t.redeem_challenge(from(50, wrong(1))).await.unwrap();
    let pair = t.find_ledger(ledger_key(50)).await.unwrap();

    assert_eq!(t.redeem_challenge(from(50, redeem(1))).await.unwrap(), Redeemed::Refused { pair: true });

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap().unwrap().attempts, 1);
    assert_eq!(t.find_ledger(ledger_key(50)).await.unwrap(), pair);
    let outcome = t.redeem_challenge(from(51, redeem(1))).await.unwrap();
    assert!(matches!(outcome, Redeemed::Accepted { .. }), "{outcome:?}");
}

async fn a_wrong_code_is_charged_on_both_ledgers(t: Bench) {
    send(&*t, open(1)).await;

    t.redeem_challenge(Redeem { pair: Some((ledger_key(50), STRICT)), ..wrong(1) }).await.unwrap();

    let pair = t.find_ledger(ledger_key(50)).await.unwrap().unwrap();
    assert!(pair.is_blocked(&STRICT, NOW.plus(609)) && !pair.is_blocked(&STRICT, NOW.plus(610)));
    let address = t.find_ledger(ledger_key(1)).await.unwrap().unwrap();
    assert!(address.is_blocked(&TryRules { per_day: 1, ..FREE_TRIES }, NOW.plus(10)));
    assert!(!address.is_blocked(&TryRules { per_day: 2, ..FREE_TRIES }, NOW.plus(10)));
}

async fn a_right_code_ends_the_run_of_failures_on_both_ledgers(t: Bench) {
    let with = |redeem| Redeem { try_rules: TWO, pair: Some((ledger_key(50), TWO)), ..redeem };
    for _ in 0..3 {
        send(&*t, open(1)).await;
        let outcome = t.redeem_challenge(with(wrong(1))).await.unwrap();
        assert_eq!(outcome, Redeemed::Wrong { exhausted: false });
        let outcome = t.redeem_challenge(with(redeem(1))).await.unwrap();
        assert!(matches!(outcome, Redeemed::Accepted { .. }), "{outcome:?}");
    }
}

async fn a_challenge_dies_when_its_address_asks_for_longer_codes(t: Bench) {
    let try_rules = TryRules { raised_at: 2, ..FREE_TRIES };
    send(&*t, OpenChallenge { try_rules, ..open(1) }).await;
    send(&*t, OpenChallenge { try_rules, ..open_for("other", 1, 2) }).await;
    let under_rules = |redeem| Redeem { try_rules, ..redeem };

    let outcomes = [
        t.redeem_challenge(under_rules(wrong(1))).await.unwrap(),
        t.redeem_challenge(under_rules(wrong(1))).await.unwrap(),
        t.redeem_challenge(under_rules(redeem(1))).await.unwrap(),
    ];

    let expected =
        [Redeemed::Wrong { exhausted: false }, Redeemed::Wrong { exhausted: true }, Redeemed::Exhausted];
    assert_eq!(outcomes, expected);
    // The next code is longer and lives as long as any.
    send(&*t, OpenChallenge { try_rules, ..open_for(CLIENT, 1, 3) }).await;
    let outcome = t.redeem_challenge(under_rules(wrong(1))).await.unwrap();
    assert_eq!(outcome, Redeemed::Wrong { exhausted: false });
}

async fn failures_at_once_are_all_charged(t: Bench) {
    for n in 0..8 {
        send(&*t, open_for(&format!("client-{n}"), 1, n)).await;
    }
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let key = open_for(&format!("client-{n}"), 1, n).challenge.key;
            let pair = Some((ledger_key(50), FREE_TRIES));
            tokio::spawn(async move { store.redeem_challenge(Redeem { key, pair, ..wrong(1) }).await })
        })
        .collect();
    for tried in tries {
        assert_eq!(tried.await.unwrap().unwrap(), Redeemed::Wrong { exhausted: false });
    }

    for key in [ledger_key(1), ledger_key(50)] {
        let ledger = t.find_ledger(key).await.unwrap().unwrap();
        assert!(ledger.is_blocked(&TryRules { per_day: 8, ..FREE_TRIES }, NOW.plus(10)), "{ledger:?}");
        assert!(!ledger.is_blocked(&TryRules { per_day: 9, ..FREE_TRIES }, NOW.plus(10)), "{ledger:?}");
    }
}
