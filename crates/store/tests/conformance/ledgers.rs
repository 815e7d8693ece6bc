//! Ledgers, as operators and senders change them.

use std::sync::Arc;

use latchkey_core::Timestamp;
use latchkey_core::model::{Challenge, EventKind, SendDenied, SendRules, TryRules};
use latchkey_core::store::{EventFilter, OpenChallenge, Opened, Redeem};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    DAY, FREE_SENDS, FREE_TRIES, NOW, challenge_key, event, ledger_key, open, page, promised, send, wrong,
};

on_every_engine![
    an_operator_forgives_once_what_there_is_to_forgive,
    a_refund_takes_back_one_send_on_each_ledger,
    a_refund_names_a_ledger_twice_and_takes_back_one,
    a_refund_of_unknown_ledgers_makes_none,
    a_suppressed_address_gets_no_message_until_its_time_and_charges_nothing,
    an_operator_lifts_a_suppression,
    a_suppression_does_not_show_where_a_message_is_withheld_anyway,
    a_count_is_charged_everywhere_or_nowhere_for_a_day,
    of_many_counts_at_once_no_more_pass_than_are_allowed,
];

/// S-128
async fn an_operator_forgives_once_what_there_is_to_forgive(t: Bench) {
    let told = || vec![event(EventKind::UserUnblocked)];
    let forgiven = async || {
        let filter = EventFilter { kind: Some(EventKind::UserUnblocked), ..EventFilter::default() };
        t.list_events(&filter, &page(None, 10)).await.unwrap().len()
    };
    let strict = TryRules { consecutive: 1, ..FREE_TRIES };
    assert!(!t.unblock_ledgers(vec![ledger_key(1)], Vec::new(), told()).await.unwrap());
    assert_eq!(t.find_ledger(ledger_key(1)).await.unwrap(), None);
    send(&*t, open(1)).await;
    assert!(!t.unblock_ledgers(vec![ledger_key(1)], Vec::new(), told()).await.unwrap());
    assert_eq!(forgiven().await, 0);
    let clean = t.find_ledger(ledger_key(1)).await.unwrap();
    t.redeem_challenge(Redeem { try_rules: strict, ..wrong(1) }).await.unwrap();
    assert!(t.find_ledger(ledger_key(1)).await.unwrap().unwrap().is_blocked(&strict, NOW.plus(10)));

    let keys = || vec![ledger_key(2), ledger_key(1), ledger_key(1)];
    assert!(t.unblock_ledgers(keys(), Vec::new(), told()).await.unwrap());

    assert_eq!(t.find_ledger(ledger_key(1)).await.unwrap(), clean);
    assert_eq!(forgiven().await, 1);
    assert!(!t.unblock_ledgers(keys(), Vec::new(), told()).await.unwrap());
    assert_eq!(forgiven().await, 1);
}

/// Two messages a day for an address, three over all.
fn limited(n: u32) -> OpenChallenge {
    OpenChallenge {
        send_rules: SendRules { per_day: 2, ..FREE_SENDS },
        also_count: vec![(ledger_key(100), 3)],
        ..open(n)
    }
}

async fn is_denied(t: &Bench, open: OpenChallenge) {
    let opened = t.open_challenge(open).await.unwrap();
    let until = NOW.plus(DAY);
    assert_eq!(opened, Opened::Denied(SendDenied::Wait { until, mine: true }));
}

async fn a_refund_takes_back_one_send_on_each_ledger(t: Bench) {
    send(&*t, limited(1)).await;
    send(&*t, limited(1)).await;
    is_denied(&t, limited(1)).await;
    send(&*t, limited(2)).await;
    is_denied(&t, limited(2)).await;

    t.refund_send(vec![ledger_key(100), ledger_key(1)]).await.unwrap();

    send(&*t, limited(1)).await;
    is_denied(&t, limited(1)).await;
    is_denied(&t, limited(2)).await;
}

async fn a_refund_names_a_ledger_twice_and_takes_back_one(t: Bench) {
    for n in [1, 2, 3] {
        send(&*t, limited(n)).await;
    }

    t.refund_send(vec![ledger_key(100), ledger_key(100)]).await.unwrap();

    send(&*t, limited(4)).await;
    is_denied(&t, limited(5)).await;
}

/// A start at another time.
fn at(open: OpenChallenge, now: Timestamp) -> OpenChallenge {
    let challenge = Challenge { created_at: now, expires_at: now.plus(180), ..open.challenge };
    OpenChallenge { challenge, ..open }
}

/// S-147
async fn a_suppressed_address_gets_no_message_until_its_time_and_charges_nothing(t: Bench) {
    send(&*t, limited(1)).await;
    t.suppress(ledger_key(1), NOW.plus(7 * DAY)).await.unwrap();
    t.suppress(ledger_key(1), NOW.plus(DAY)).await.unwrap();

    for _ in 0..3 {
        assert_eq!(t.open_challenge(limited(1)).await.unwrap(), Opened::Suppressed);
    }

    let stored = t.find_challenge(&challenge_key(1)).await.unwrap().unwrap();
    assert_eq!(stored, open(1).challenge);
    assert!(promised(&*t).await.is_empty());
    let events = t.list_events(&EventFilter::default(), &page(None, 1)).await.unwrap();
    assert_eq!(
        (events[0].kind, &events[0].detail["reason"]),
        (EventKind::SendWithheld, &"suppressed".into())
    );
    send(&*t, limited(2)).await;
    send(&*t, limited(2)).await;
    is_denied(&t, limited(3)).await;
    let last = at(limited(1), NOW.plus(7 * DAY - 1));
    assert_eq!(t.open_challenge(last).await.unwrap(), Opened::Suppressed);
    send(&*t, at(limited(1), NOW.plus(7 * DAY))).await;
}

/// S-147
async fn an_operator_lifts_a_suppression(t: Bench) {
    t.suppress(ledger_key(1), NOW.plus(DAY)).await.unwrap();
    assert_eq!(t.open_challenge(open(1)).await.unwrap(), Opened::Suppressed);

    assert!(t.unblock_ledgers(vec![ledger_key(1)], Vec::new(), Vec::new()).await.unwrap());

    send(&*t, open(1)).await;
    assert!(!t.unblock_ledgers(vec![ledger_key(1)], Vec::new(), Vec::new()).await.unwrap());
}

async fn a_suppression_does_not_show_where_a_message_is_withheld_anyway(t: Bench) {
    t.suppress(ledger_key(1), NOW.plus(DAY)).await.unwrap();

    let opened = t.open_challenge(OpenChallenge { known_users_only: true, ..open(1) }).await.unwrap();

    assert_eq!(opened, Opened::Withhold { blocked: false });
}

async fn a_refund_of_unknown_ledgers_makes_none(t: Bench) {
    t.refund_send(vec![ledger_key(1)]).await.unwrap();
    t.refund_send(Vec::new()).await.unwrap();

    assert_eq!(t.find_ledger(ledger_key(1)).await.unwrap(), None);
}

async fn a_count_is_charged_everywhere_or_nowhere_for_a_day(t: Bench) {
    let (mine, all) = ((ledger_key(1), 2), (ledger_key(100), 3));
    let denied = Err(SendDenied::Wait { until: NOW.plus(DAY), mine: true });
    for expected in [Ok(()), Ok(()), denied, denied] {
        assert_eq!(t.charge_counts(vec![mine, all], NOW).await.unwrap(), expected);
    }
    // What was refused was not counted on the other.
    assert_eq!(t.charge_counts(vec![(ledger_key(2), 2), all], NOW).await.unwrap(), Ok(()));
    assert_eq!(t.charge_counts(vec![(ledger_key(2), 2), all], NOW).await.unwrap(), denied);

    t.refund_send(vec![ledger_key(1), ledger_key(100)]).await.unwrap();

    assert_eq!(t.charge_counts(vec![mine, all], NOW).await.unwrap(), Ok(()));
    assert_eq!(t.charge_counts(vec![mine, all], NOW.plus(DAY)).await.unwrap(), Ok(()));
}

async fn of_many_counts_at_once_no_more_pass_than_are_allowed(t: Bench) {
    let t = Arc::new(t);
    let calls: Vec<_> = (0..40)
        .map(|n| {
            let t = Arc::clone(&t);
            let counts = vec![(ledger_key(100), 10), (ledger_key(n), 1)];
            tokio::spawn(async move { t.charge_counts(counts, NOW).await.unwrap().is_ok() })
        })
        .collect();
    let mut passed = 0;
    for call in calls {
        passed += u32::from(call.await.unwrap());
    }
    assert_eq!(passed, 10);
}
