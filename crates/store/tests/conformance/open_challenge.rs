//! Starts: the ledgers are charged and the challenge takes its place, or nothing happens.

use latchkey_core::model::{Challenge, EventKind, HandleKind, SendDenied, SendRules, Tier, TryRules};
use latchkey_core::store::{OpenChallenge, Opened, Redeemed};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    DAY, FREE_SENDS, FREE_TRIES, NOW, RIGHT, challenge_key, handle, hash, history, id, ledger_key, open,
    open_for, outbox_row, promised, redeem, send, user, user_id, wrong,
};

on_every_engine![
    a_start_stores_the_challenge_its_message_and_its_events,
    a_challenge_belongs_to_its_connection_address_and_client,
    a_second_start_takes_the_place_of_the_first_and_its_message,
    the_tier_is_at_least_the_least_one,
    failures_on_the_address_raise_the_tier,
    a_start_that_the_address_refuses_charges_and_changes_nothing,
    a_start_that_a_shared_ledger_refuses_charges_and_changes_nothing,
    the_spellings_of_a_mailbox_are_counted_together_and_a_stranger_is_not_told,
    a_repeat_by_the_same_lane_is_coalesced,
    a_start_charges_every_ledger_that_it_is_counted_on,
    an_unknown_address_gets_a_dead_challenge_and_no_message_where_sign_up_is_closed,
    a_known_address_gets_its_code_where_sign_up_is_closed,
    a_blocked_user_gets_a_dead_challenge_and_no_message,
    a_start_stores_the_link_of_its_mail,
    a_start_that_is_denied_stores_no_link,
];

async fn a_start_stores_the_challenge_its_message_and_its_events(t: Bench) {
    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), None);

    let opened = t.open_challenge(open(1)).await.unwrap();

    assert_eq!(opened, Opened::Send { tier: Tier::Quiet });
    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), Some(open(1).challenge));
    assert_eq!(history(&*t).await, [(EventKind::CodeSent, None)]);
    let rows = t.claim_outbox(NOW, NOW.plus(60), 10).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].message, outbox_row("", 0).message);
    assert!(t.find_ledger(ledger_key(1)).await.unwrap().is_some());
}

async fn a_challenge_belongs_to_its_connection_address_and_client(t: Bench) {
    send(&*t, open(1)).await;
    send(&*t, open_for("other", 1, 2)).await;

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), Some(open(1).challenge));
    let other = open_for("other", 1, 2).challenge;
    assert_eq!(t.find_challenge(&other.key).await.unwrap(), Some(other));
    assert_eq!(t.find_challenge(&challenge_key(2)).await.unwrap(), None);
    let mut elsewhere = challenge_key(1);
    elsewhere.connection = "email".into();
    assert_eq!(t.find_challenge(&elsewhere).await.unwrap(), None);
}

async fn a_second_start_takes_the_place_of_the_first_and_its_message(t: Bench) {
    send(&*t, open(1)).await;
    t.redeem_challenge(wrong(1)).await.unwrap();
    let mut second = open_for("native", 1, 2);
    second.code_hashes = [RIGHT[2]; 3];

    send(&*t, second.clone()).await;

    let stored = Challenge { code_hash: RIGHT[2], ..second.challenge };
    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), Some(stored));
    assert_eq!(promised(&*t).await, [id(NOW, 2)]);
}

async fn the_tier_is_at_least_the_least_one(t: Bench) {
    for (n, tier, hash) in [(1, Tier::Raised, RIGHT[1]), (2, Tier::High, RIGHT[2])] {
        assert_eq!(send(&*t, OpenChallenge { least_tier: tier, ..open(n) }).await, tier);

        let stored = t.find_challenge(&challenge_key(n)).await.unwrap().unwrap();
        assert_eq!((stored.tier, stored.code_hash), (tier, hash));
    }
    let rows = t.claim_outbox(NOW, NOW.plus(60), 10).await.unwrap();
    let mut messages: Vec<_> = rows.into_iter().map(|row| row.message.0).collect();
    messages.sort();
    assert_eq!(messages, [outbox_row("", 1).message.0, outbox_row("", 2).message.0]);
}

async fn failures_on_the_address_raise_the_tier(t: Bench) {
    let try_rules = TryRules { raised_at: 1, high_at: 2, ..FREE_TRIES };
    for tier in [Tier::Quiet, Tier::Raised, Tier::High] {
        assert_eq!(send(&*t, OpenChallenge { try_rules, ..open(1) }).await, tier);
        // Under rules that never lengthen codes, so that the challenge lives on.
        t.redeem_challenge(wrong(1)).await.unwrap();
    }
}

/// A start that leaves no other trace than what is told of it.
async fn is_denied(t: &Bench, open: OpenChallenge, why: SendDenied) {
    let keys: Vec<_> = open.also_count.iter().map(|(key, _)| *key).chain([open.address_ledger]).collect();
    let key = open.challenge.key.clone();
    let mut ledgers = Vec::new();
    for key in &keys {
        ledgers.push(t.find_ledger(*key).await.unwrap());
    }
    let challenge = t.find_challenge(&key).await.unwrap();
    let (events, messages) = (history(&**t).await, promised(&**t).await);

    assert_eq!(t.open_challenge(open).await.unwrap(), Opened::Denied(why));

    for (key, before) in keys.iter().zip(ledgers) {
        assert_eq!(t.find_ledger(*key).await.unwrap(), before);
    }
    assert_eq!(t.find_challenge(&key).await.unwrap(), challenge);
    assert_eq!((history(&**t).await, promised(&**t).await), (events, messages));
}

async fn a_start_that_the_address_refuses_charges_and_changes_nothing(t: Bench) {
    let send_rules = SendRules { gaps: vec![60], ..FREE_SENDS };
    let also_count = vec![(ledger_key(100), 10)];
    send(&*t, OpenChallenge { send_rules: send_rules.clone(), ..open(1) }).await;

    for (lane, mine) in [(1, true), (2, false)] {
        let again = OpenChallenge {
            send_rules: send_rules.clone(),
            also_count: also_count.clone(),
            lane,
            ..open_for("native", 1, 2)
        };
        is_denied(&t, again, SendDenied::Wait { until: NOW.plus(60), mine }).await;
    }
}

async fn a_start_that_a_shared_ledger_refuses_charges_and_changes_nothing(t: Bench) {
    send(&*t, OpenChallenge { also_count: vec![(ledger_key(100), 1)], ..open(1) }).await;

    // The ledgers before and after the one that refuses, in the order of keys and in that of the list.
    let also_count = vec![(ledger_key(101), 10), (ledger_key(100), 1), (ledger_key(99), 10)];
    let refused = OpenChallenge { also_count, ..open(2) };
    is_denied(&t, refused, SendDenied::Wait { until: NOW.plus(DAY), mine: true }).await;

    send(&*t, OpenChallenge { also_count: vec![(ledger_key(99), 1), (ledger_key(101), 1)], ..open(2) }).await;
}

/// S-005, S-018
async fn the_spellings_of_a_mailbox_are_counted_together_and_a_stranger_is_not_told(t: Bench) {
    let spelling = |n: u32, lane| OpenChallenge { mailbox: Some((ledger_key(100), 2)), lane, ..open(n) };
    send(&*t, spelling(1, 1)).await;
    send(&*t, spelling(2, 1)).await;
    for (lane, mine) in [(1, true), (2, false)] {
        is_denied(&t, spelling(3, lane), SendDenied::Wait { until: NOW.plus(DAY), mine }).await;
    }
    send(&*t, open(3)).await;
}

async fn a_repeat_by_the_same_lane_is_coalesced(t: Bench) {
    let start = || OpenChallenge { send_rules: SendRules { coalesce: 10, ..FREE_SENDS }, ..open(1) };
    send(&*t, start()).await;

    is_denied(&t, start(), SendDenied::Coalesced).await;

    send(&*t, OpenChallenge { lane: 2, ..start() }).await;
}

async fn a_start_charges_every_ledger_that_it_is_counted_on(t: Bench) {
    let also_count = vec![(ledger_key(101), 2), (ledger_key(100), 2)];
    for n in [1, 2] {
        send(&*t, OpenChallenge { also_count: also_count.clone(), ..open(n) }).await;
    }

    for shared in also_count {
        let refused = OpenChallenge { also_count: vec![shared], ..open(3) };
        is_denied(&t, refused, SendDenied::Wait { until: NOW.plus(DAY), mine: true }).await;
    }
}

/// The stored challenge opens to no code, but counts its tries like a live one.
async fn is_dead(t: &Bench, n: u32) {
    for exhausted in [false, false, true] {
        assert_eq!(t.redeem_challenge(redeem(n)).await.unwrap(), Redeemed::Wrong { exhausted });
    }
    assert_eq!(t.redeem_challenge(redeem(n)).await.unwrap(), Redeemed::Exhausted);
}

async fn an_unknown_address_gets_a_dead_challenge_and_no_message_where_sign_up_is_closed(t: Bench) {
    let opened = t.open_challenge(OpenChallenge { known_users_only: true, ..open(1) }).await.unwrap();

    assert_eq!(opened, Opened::Withhold { blocked: false });
    assert_eq!(history(&*t).await, [(EventKind::SendWithheld, None)]);
    assert!(promised(&*t).await.is_empty());
    assert!(t.find_ledger(ledger_key(1)).await.unwrap().is_some());
    let stored = t.find_challenge(&challenge_key(1)).await.unwrap().unwrap();
    assert!(!RIGHT.contains(&stored.code_hash));
    assert_eq!(Challenge { code_hash: RIGHT[0], ..stored }, open(1).challenge);
    is_dead(&t, 1).await;
    // As much is written as for a user: a row that nobody claims, and that the next sweep takes.
    assert_eq!(t.sweep(NOW.plus(1), 10).await.unwrap(), 1);
}

async fn a_known_address_gets_its_code_where_sign_up_is_closed(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();

    send(&*t, OpenChallenge { known_users_only: true, ..open(1) }).await;

    let outcome = t.redeem_challenge(redeem(1)).await.unwrap();
    assert!(matches!(outcome, Redeemed::Accepted { created: false, .. }), "{outcome:?}");
}

async fn a_blocked_user_gets_a_dead_challenge_and_no_message(t: Bench) {
    let mut blocked = user(1);
    blocked.blocked = true;
    t.insert_user(&blocked, Vec::new()).await.unwrap();

    let opened = t.open_challenge(open(1)).await.unwrap();

    assert_eq!(opened, Opened::Withhold { blocked: true });
    assert_eq!(history(&*t).await, [(EventKind::SendWithheld, None)]);
    assert!(promised(&*t).await.is_empty());
    is_dead(&t, 1).await;
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(blocked));
}

async fn a_start_stores_the_link_of_its_mail(t: Bench) {
    send(&*t, OpenChallenge { link: Some(handle(1)), ..open(1) }).await;
    // Of one that is withheld as well: the store does the same work.
    let withheld = OpenChallenge { known_users_only: true, link: Some(handle(2)), ..open(2) };
    t.open_challenge(withheld).await.unwrap();

    for n in [1, 2] {
        assert_eq!(t.find_handle(&hash(n), HandleKind::Link).await.unwrap(), Some(handle(n)));
    }
}

async fn a_start_that_is_denied_stores_no_link(t: Bench) {
    let start = |n| OpenChallenge {
        send_rules: SendRules { coalesce: 10, ..FREE_SENDS },
        link: Some(handle(n)),
        ..open(1)
    };
    send(&*t, start(1)).await;

    is_denied(&t, start(2), SendDenied::Coalesced).await;

    assert_eq!(t.find_handle(&hash(2), HandleKind::Link).await.unwrap(), None);
}
