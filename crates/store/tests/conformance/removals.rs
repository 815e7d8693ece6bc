//! A person takes an address away, while other ways in go at the same time.

use std::sync::Arc;

use latchkey_core::model::{Address, Channel, EventKind, User};
use latchkey_core::store::{
    ChangeEnds, ChangeUser, Changed, IdentityRemoved, PasskeyRemoved, RemoveIdentity, RemovePasskey, WaysIn,
};

use crate::engines::{Bench, on_every_engine};
use crate::passkeys::{add, passkey, ways};
use crate::samples::{NOW, event, history, id, session, user, user_id};

on_every_engine![
    an_address_goes_with_all_proofs_and_leaves_the_passkeys,
    the_last_address_stays_unless_a_passkey_leads_to_the_account,
    a_passkey_that_was_made_since_keeps_its_identity,
    of_two_addresses_that_go_at_once_one_stays,
    of_an_address_and_a_passkey_that_go_at_once_one_stays,
    of_two_changes_at_once_one_happens,
];

/// User `n`, with a mailbox beside the number.
fn both(n: u32) -> User {
    let mut both = user(n);
    let address = Address::from_canonical(format!("user{n}@example.com"));
    both.identities.extend(User::first_seen("email", Channel::Email, address, &id(NOW, n), NOW).identities);
    both
}

fn removal(seen: &User, at: usize) -> RemoveIdentity {
    let mut after = seen.clone();
    after.identities.remove(at);
    changed_to(seen, after)
}

fn changed_to(seen: &User, user: User) -> RemoveIdentity {
    let events = vec![event(EventKind::EmailChanged), event(EventKind::CredentialsDropped)];
    let change = ChangeUser { seen: seen.clone(), user, apart: None, ends: ChangeEnds::ByIdentities, events };
    RemoveIdentity { change, ways: ways(seen) }
}

const DONE: IdentityRemoved = IdentityRemoved::Changed(Changed::Done);

async fn an_address_goes_with_all_proofs_and_leaves_the_passkeys(t: Bench) {
    let seen = both(1);
    t.insert_user(&seen, Vec::new()).await.unwrap();
    // Of the identity that stays, and of that which goes.
    t.add_passkey(add(&seen, 1)).await.unwrap();
    t.insert_session(&session(1, 1), None).await.unwrap();

    assert_eq!(t.remove_identity(removal(&seen, 1)).await.unwrap(), DONE);

    let left = t.find_user(&user_id(1)).await.unwrap().unwrap();
    assert_eq!(left.identities, user(1).identities);
    assert!(left.proofs_since.is_some() && t.list_sessions(&user_id(1)).await.unwrap().is_empty());
    assert_eq!(t.list_passkeys(&user_id(1)).await.unwrap().len(), 1);
    let kinds: Vec<EventKind> = history(&*t).await.into_iter().map(|(kind, _)| kind).collect();
    assert!(kinds.contains(&EventKind::EmailChanged) && !kinds.contains(&EventKind::CredentialsDropped));

    // The passkey is of the number: that leaves an identity without an address.
    let mut after = left.clone();
    after.identities[0] = after.identities[0].clone().without_address();
    assert_eq!(t.remove_identity(changed_to(&left, after)).await.unwrap(), DONE);
    assert_eq!(t.list_passkeys(&user_id(1)).await.unwrap().len(), 1);
}

async fn the_last_address_stays_unless_a_passkey_leads_to_the_account(t: Bench) {
    let seen = both(1);
    t.insert_user(&seen, Vec::new()).await.unwrap();
    let without = |ways: WaysIn| RemoveIdentity { ways, ..removal(&seen, 1) };
    let mail = (seen.identities[1].connection.clone(), seen.identities[1].address.clone());
    for ways in [WaysIn::default(), WaysIn { addresses: vec![mail], ..WaysIn::default() }] {
        assert_eq!(t.remove_identity(without(ways)).await.unwrap(), IdentityRemoved::LastWay);
    }
    t.add_passkey(add(&seen, 1)).await.unwrap();
    let by_passkey = WaysIn { passkeys: vec![passkey(&seen, 1).id], ..WaysIn::default() };
    assert_eq!(t.remove_identity(without(by_passkey)).await.unwrap(), DONE);
    let gone = removal(&both(2), 1);
    assert_eq!(t.remove_identity(gone).await.unwrap(), IdentityRemoved::Changed(Changed::Gone));
}

async fn a_passkey_that_was_made_since_keeps_its_identity(t: Bench) {
    let seen = both(1);
    t.insert_user(&seen, Vec::new()).await.unwrap();
    t.add_passkey(add(&seen, 1)).await.unwrap();
    let overtaken = IdentityRemoved::Changed(Changed::Overtaken);
    assert_eq!(t.remove_identity(removal(&seen, 0)).await.unwrap(), overtaken);
}

async fn of_two_addresses_that_go_at_once_one_stays(t: Bench) {
    let seen = both(1);
    t.insert_user(&seen, Vec::new()).await.unwrap();
    let acts: Vec<_> = [0, 1]
        .map(|at| {
            let (store, act) = (Arc::clone(&t.store), removal(&seen, at));
            tokio::spawn(async move { store.remove_identity(act).await.unwrap() })
        })
        .into();

    let mut done = Vec::new();
    for act in acts {
        done.push(act.await.unwrap());
    }

    assert_eq!(done.iter().filter(|one| **one == DONE).count(), 1, "{done:?}");
    assert_eq!(t.find_user(&user_id(1)).await.unwrap().unwrap().identities.len(), 1);
}

async fn of_an_address_and_a_passkey_that_go_at_once_one_stays(t: Bench) {
    for n in 1..=4 {
        let seen = user(n);
        t.insert_user(&seen, Vec::new()).await.unwrap();
        t.add_passkey(add(&seen, n)).await.unwrap();
        let mut after = seen.clone();
        after.identities[0] = after.identities[0].clone().without_address();
        let (store, act) = (Arc::clone(&t.store), changed_to(&seen, after));
        let address = tokio::spawn(async move { store.remove_identity(act).await.unwrap() });
        let remove = RemovePasskey {
            user: seen.id.clone(),
            id: passkey(&seen, n).id,
            ways: ways(&seen),
            events: Vec::new(),
        };
        let store = Arc::clone(&t.store);
        let passkey = tokio::spawn(async move { store.remove_passkey(remove).await.unwrap() });

        let (address, passkey) = (address.await.unwrap(), passkey.await.unwrap());

        match passkey {
            PasskeyRemoved::Done => assert_eq!(address, IdentityRemoved::LastWay),
            PasskeyRemoved::LastWay => assert_eq!(address, DONE),
            PasskeyRemoved::Gone => panic!("{address:?}"),
        }
    }
}

/// The second one saw an older user: two codes to two new addresses make one change.
async fn of_two_changes_at_once_one_happens(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let acts: Vec<_> = [2, 3]
        .map(|n| {
            let mut after = user(1);
            after.identities[0].address = user(n).identities[0].address.clone();
            let change = changed_to(&user(1), after).change;
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.change_user(change).await.unwrap() })
        })
        .into();

    let mut done = Vec::new();
    for act in acts {
        done.push(act.await.unwrap());
    }

    assert_eq!(done.iter().filter(|one| **one == Changed::Done).count(), 1, "{done:?}");
    assert_eq!(done.iter().filter(|one| **one == Changed::Overtaken).count(), 1, "{done:?}");
}
