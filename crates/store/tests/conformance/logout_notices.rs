//! Clients that are to be told of the end of a session.

use std::collections::BTreeSet;
use std::sync::Arc;

use latchkey_core::model::{
    BackchannelLogout, Client, Ending, EventKind, LogoutInitiator, LogoutNotice, Session, User,
};
use latchkey_core::store::Ended;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    CLIENT, DAY, ENDING, NOW, client, client_id, event, hash, history, listening, session, user, user_id,
};

on_every_engine![
    a_session_that_ends_leaves_a_notice_for_each_client_that_listens,
    a_client_is_told_only_of_the_ends_that_it_selected,
    every_end_of_a_session_leaves_notices,
    a_session_that_goes_on_leaves_none,
    a_claimed_notice_is_leased_and_its_tries_are_counted,
    a_settled_notice_is_due_again_or_gone_and_its_events_are_written,
    who_was_overtaken_settles_nothing,
    the_longest_due_come_first,
    of_many_claims_at_once_each_notice_goes_to_one,
    of_many_ends_at_once_one_counts,
    a_deleted_client_takes_its_notices_with_it,
];

/// A session of user 1 that these clients used.
async fn used_by(t: &Bench, n: u32, clients: &[&str]) {
    let clients = clients.iter().map(|id| client_id(id)).collect();
    t.insert_session(&Session { clients, ..session(1, n) }, None).await.unwrap();
}

fn notice(n: u32, client: &str, ending: Ending) -> LogoutNotice {
    LogoutNotice {
        sid: session(1, n).sid,
        client: client_id(client),
        user: user_id(1),
        ending,
        due_at: NOW.plus(DAY).plus(60),
        tries: 1,
    }
}

/// Everything that is due within a day, by client.
async fn claim(t: &Bench) -> Vec<LogoutNotice> {
    let now = NOW.plus(DAY);
    let mut claimed = t.claim_logout_notices(now, now.plus(60), 100).await.unwrap();
    claimed.sort_by(|a, b| (&a.sid, &a.client).cmp(&(&b.sid, &b.client)));
    claimed
}

async fn a_session_that_ends_leaves_a_notice_for_each_client_that_listens(t: Bench) {
    t.put_client(&listening("a")).await.unwrap();
    t.put_client(&listening("b")).await.unwrap();
    t.put_client(&listening("stranger")).await.unwrap();
    t.put_client(&client(CLIENT)).await.unwrap();
    used_by(&t, 1, &["a", CLIENT, "b", "deleted"]).await;

    let ended = t.delete_session(&hash(1), ENDING).await.unwrap();

    assert_eq!(ended, Ended { sessions: 1, notices: 2 });
    assert_eq!(claim(&t).await, [notice(1, "a", ENDING), notice(1, "b", ENDING)]);
}

async fn a_client_is_told_only_of_the_ends_that_it_selected(t: Bench) {
    let record = listening("a");
    let initiators = Some(vec![LogoutInitiator::SessionRevoked]);
    let backchannel_logout = BackchannelLogout { initiators, ..record.backchannel_logout.clone() };
    t.put_client(&Client { backchannel_logout, ..record }).await.unwrap();
    used_by(&t, 1, &["a"]).await;
    used_by(&t, 2, &["a"]).await;
    let revoked = Ending { initiator: LogoutInitiator::SessionRevoked, at: NOW.plus(7) };

    assert_eq!(t.delete_session(&hash(1), ENDING).await.unwrap().notices, 0);
    assert_eq!(t.delete_session(&hash(2), revoked).await.unwrap().notices, 1);

    assert_eq!(claim(&t).await, [notice(2, "a", revoked)]);
}

async fn every_end_of_a_session_leaves_notices(t: Bench) {
    t.put_client(&listening("a")).await.unwrap();
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let ending = |initiator| Ending { initiator, at: NOW.plus(9) };

    for n in [1, 2] {
        used_by(&t, n, &["a"]).await;
    }
    let all = ending(LogoutInitiator::SessionRevoked);
    assert_eq!(
        t.delete_sessions(&user_id(1), all, Vec::new()).await.unwrap(),
        Ended { sessions: 2, notices: 2 }
    );

    used_by(&t, 3, &["a"]).await;
    assert!(t.update_user(&User { updated_at: NOW.plus(9), ..user(1) }).await.unwrap());
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap().len(), 1);
    let blocked = User { blocked: true, updated_at: NOW.plus(9), ..user(1) };
    assert!(t.update_user(&blocked).await.unwrap());

    used_by(&t, 4, &["a"]).await;
    assert!(t.delete_user(&user_id(1), NOW.plus(9), Vec::new()).await.unwrap());

    // Somebody else signs in in the browser: before it ended by itself, and after.
    for (n, created_at) in [(5, NOW.plus(9)), (6, NOW.plus(5 * DAY))] {
        used_by(&t, n, &["a"]).await;
        let other = Session { created_at, ..session(2, 10 + n) };
        t.insert_session(&other, Some(hash(n))).await.unwrap();
    }

    let now = NOW.plus(9 * DAY);
    let mut told = t.claim_logout_notices(now, now, 100).await.unwrap();
    told.sort_by(|a, b| a.sid.cmp(&b.sid));
    let told: Vec<_> = told.into_iter().map(|notice| (notice.sid, notice.ending)).collect();
    let sid = |n| session(1, n).sid;
    let expired = Ending { initiator: LogoutInitiator::SessionExpired, at: NOW.plus(5 * DAY) };
    let expected = [
        (sid(1), all),
        (sid(2), all),
        (sid(3), ending(LogoutInitiator::AccountDeactivated)),
        (sid(4), ending(LogoutInitiator::AccountDeleted)),
        (sid(5), ending(LogoutInitiator::SessionRevoked)),
        (sid(6), expired),
    ];
    assert_eq!(told, expected);
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), []);
}

async fn a_session_that_goes_on_leaves_none(t: Bench) {
    t.put_client(&listening("a")).await.unwrap();
    used_by(&t, 1, &["a"]).await;
    let renewed = Session { sid: session(1, 1).sid, ..session(1, 2) };

    t.insert_session(&renewed, Some(hash(1))).await.unwrap();
    assert_eq!(claim(&t).await, []);

    let ended = t.delete_session(&hash(2), ENDING).await.unwrap();
    assert_eq!(ended, Ended { sessions: 1, notices: 1 });
}

/// A notice that is due at once.
async fn promise(t: &Bench, n: u32) {
    t.put_client(&listening("a")).await.unwrap();
    used_by(t, n, &["a"]).await;
    assert_eq!(t.delete_session(&hash(n), ENDING).await.unwrap().notices, 1);
}

async fn a_claimed_notice_is_leased_and_its_tries_are_counted(t: Bench) {
    promise(&t, 1).await;
    let row = |due_at, tries| LogoutNotice { due_at, tries, ..notice(1, "a", ENDING) };

    assert_eq!(t.claim_logout_notices(NOW.minus(1), NOW, 9).await.unwrap(), []);
    assert_eq!(t.claim_logout_notices(NOW, NOW.plus(60), 9).await.unwrap(), [row(NOW.plus(60), 1)]);
    assert_eq!(t.claim_logout_notices(NOW.plus(59), NOW.plus(99), 9).await.unwrap(), []);
    assert_eq!(t.claim_logout_notices(NOW.plus(60), NOW.plus(99), 9).await.unwrap(), [row(NOW.plus(99), 2)]);
}

async fn a_settled_notice_is_due_again_or_gone_and_its_events_are_written(t: Bench) {
    promise(&t, 1).await;
    let first = t.claim_logout_notices(NOW, NOW.plus(60), 9).await.unwrap().remove(0);
    assert!(t.settle_logout_notice(&first, Some(NOW.plus(5)), Vec::new()).await.unwrap());
    assert_eq!(t.claim_logout_notices(NOW.plus(4), NOW.plus(60), 9).await.unwrap(), []);

    let second = t.claim_logout_notices(NOW.plus(5), NOW.plus(65), 9).await.unwrap().remove(0);
    let events = vec![event(EventKind::BackchannelLogoutSucceeded)];
    assert!(t.settle_logout_notice(&second, None, events).await.unwrap());

    assert_eq!(claim(&t).await, []);
    assert_eq!(history(&*t).await, [(EventKind::BackchannelLogoutSucceeded, None)]);
}

async fn who_was_overtaken_settles_nothing(t: Bench) {
    promise(&t, 1).await;
    let slow = t.claim_logout_notices(NOW, NOW.plus(60), 9).await.unwrap().remove(0);
    let quick = t.claim_logout_notices(NOW.plus(60), NOW.plus(99), 9).await.unwrap().remove(0);
    let events = || vec![event(EventKind::BackchannelLogoutFailed)];

    assert!(!t.settle_logout_notice(&slow, None, events()).await.unwrap());
    assert!(!t.settle_logout_notice(&slow, Some(NOW), events()).await.unwrap());
    assert!(t.settle_logout_notice(&quick, None, Vec::new()).await.unwrap());
    assert!(!t.settle_logout_notice(&quick, None, events()).await.unwrap());

    assert_eq!(history(&*t).await, []);
}

async fn the_longest_due_come_first(t: Bench) {
    t.put_client(&listening("a")).await.unwrap();
    for (n, after) in [(1, 30), (2, 10), (3, 20)] {
        used_by(&t, n, &["a"]).await;
        let ending = Ending { at: NOW.plus(after), ..ENDING };
        t.delete_session(&hash(n), ending).await.unwrap();
    }
    let sids = async |limit| -> BTreeSet<String> {
        let claimed = t.claim_logout_notices(NOW.plus(30), NOW.plus(90), limit).await.unwrap();
        claimed.into_iter().map(|notice| notice.sid).collect()
    };

    assert_eq!(sids(2).await, [2, 3].map(|n| session(1, n).sid).into());
    assert_eq!(sids(2).await, [session(1, 1).sid].into());
}

async fn of_many_claims_at_once_each_notice_goes_to_one(t: Bench) {
    for n in 0..10 {
        promise(&t, n).await;
    }
    let claims: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.claim_logout_notices(NOW, NOW.plus(60), 3).await.unwrap() })
        })
        .collect();

    let mut got: Vec<String> = Vec::new();
    for claim in claims {
        got.extend(claim.await.unwrap().into_iter().map(|notice| notice.sid));
    }

    let distinct: BTreeSet<&String> = got.iter().collect();
    assert_eq!(distinct.len(), got.len(), "{got:?}");
    // What lost a race was claimed by none, and is due still.
    assert_eq!(got.len() + t.claim_logout_notices(NOW, NOW.plus(60), 99).await.unwrap().len(), 10);
}

async fn of_many_ends_at_once_one_counts(t: Bench) {
    t.put_client(&listening("a")).await.unwrap();
    used_by(&t, 1, &["a"]).await;
    let ends: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.delete_session(&hash(1), ENDING).await.unwrap() })
        })
        .collect();

    let mut ended = Vec::new();
    for end in ends {
        ended.push(end.await.unwrap());
    }

    ended.retain(|ended| *ended != Ended::default());
    assert_eq!(ended, [Ended { sessions: 1, notices: 1 }]);
    assert_eq!(claim(&t).await, [notice(1, "a", ENDING)]);
}

async fn a_deleted_client_takes_its_notices_with_it(t: Bench) {
    t.put_client(&listening("b")).await.unwrap();
    promise(&t, 1).await;
    used_by(&t, 2, &["b"]).await;
    t.delete_session(&hash(2), ENDING).await.unwrap();

    t.delete_client(&client_id("a"), Vec::new()).await.unwrap();

    assert_eq!(claim(&t).await, [notice(2, "b", ENDING)]);
}
