//! What people allowed clients.

use std::sync::Arc;

use latchkey_core::model::{Consent, ConsentId, Event, EventKind};
use latchkey_core::store::{AccessRevoked, ConsentFilter, RevokeAccess, WaysIn};
use latchkey_wire::Scopes;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, client, client_id, event, family, hash, history, id, page, user, user_id};

on_every_engine![
    a_consent_is_found_by_user_client_and_audience,
    a_further_consent_adds_its_scope,
    consents_at_once_are_all_kept,
    a_consent_of_nobody_is_not_kept,
    consents_are_listed_by_id_and_by_what_they_are_of,
    a_revoked_consent_takes_the_refresh_tokens_with_it,
    all_access_of_a_client_ends_together_with_or_without_a_consent,
    of_many_revocations_at_once_one_counts,
    deleted_users_and_clients_take_their_consents_with_them,
];

const API: &str = "https://api.example/";

fn consent(n: u32, who: u32, client: &str, audience: Option<&str>, scope: &str) -> Consent {
    Consent {
        id: ConsentId::new(id(NOW, n)),
        user: user_id(who),
        client: client_id(client),
        audience: audience.map(str::to_owned),
        scope: Scopes::parse(scope).unwrap(),
        created_at: NOW,
        updated_at: NOW,
    }
}

/// Users 1 and 2, clients `a` and `b`.
async fn parties(t: &Bench) {
    for n in [1, 2] {
        t.insert_user(&user(n), Vec::new()).await.unwrap();
    }
    for id in ["a", "b"] {
        t.put_client(&client(id)).await.unwrap();
    }
}

async fn put(t: &Bench, consent: &Consent) {
    assert!(t.put_consent(consent, Vec::new()).await.unwrap());
}

async fn all(t: &Bench) -> Vec<Consent> {
    t.list_consents(&ConsentFilter::default(), &page(None, 100)).await.unwrap()
}

async fn a_consent_is_found_by_user_client_and_audience(t: Bench) {
    parties(&t).await;
    let (plain, api) = (consent(1, 1, "a", None, "openid"), consent(2, 1, "a", Some(API), "read:things"));

    put(&t, &plain).await;
    put(&t, &api).await;

    let find = async |who, client: &str, audience| {
        t.find_consent(&user_id(who), &client_id(client), audience).await.unwrap()
    };
    assert_eq!(find(1, "a", None).await, Some(plain));
    assert_eq!(find(1, "a", Some(API)).await, Some(api));
    assert_eq!(find(2, "a", None).await, None);
    assert_eq!(find(1, "b", None).await, None);
    assert_eq!(find(1, "a", Some("https://other.example/")).await, None);
}

async fn a_further_consent_adds_its_scope(t: Bench) {
    parties(&t).await;
    put(&t, &consent(1, 1, "a", None, "openid phone")).await;
    let later = Consent { updated_at: NOW.plus(9), ..consent(2, 1, "a", None, "openid email") };

    assert!(t.put_consent(&later, vec![event(EventKind::ConsentGiven)]).await.unwrap());

    let both = Consent { updated_at: NOW.plus(9), ..consent(1, 1, "a", None, "openid phone email") };
    assert_eq!(all(&t).await, [both]);
    assert_eq!(history(&*t).await, [(EventKind::ConsentGiven, None)]);
}

async fn consents_at_once_are_all_kept(t: Bench) {
    parties(&t).await;
    let puts: Vec<_> = (0..12)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let consent = consent(n, 1, "a", None, &format!("read:{n}"));
            tokio::spawn(async move { store.put_consent(&consent, Vec::new()).await.unwrap() })
        })
        .collect();

    for put in puts {
        assert!(put.await.unwrap());
    }

    let kept = all(&t).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].scope.iter().count(), 12);
}

async fn a_consent_of_nobody_is_not_kept(t: Bench) {
    parties(&t).await;
    for nobody in [consent(1, 3, "a", None, "openid"), consent(1, 1, "c", None, "openid")] {
        assert!(!t.put_consent(&nobody, vec![event(EventKind::ConsentGiven)]).await.unwrap());
    }
    assert_eq!((all(&t).await, history(&*t).await), (Vec::new(), Vec::new()));
}

async fn consents_are_listed_by_id_and_by_what_they_are_of(t: Bench) {
    parties(&t).await;
    let made = [
        consent(1, 1, "b", Some(API), "openid"),
        consent(2, 1, "a", None, "openid"),
        consent(3, 2, "a", None, "openid"),
        consent(4, 1, "a", Some(API), "openid"),
    ];
    for consent in [3, 0, 2, 1].map(|at| &made[at]) {
        put(&t, consent).await;
    }
    let first = id(NOW, 1);
    let listed = async |user: Option<u32>, client: Option<&str>, audience: Option<&str>, after, limit| {
        let filter = ConsentFilter {
            user: user.map(user_id),
            client: client.map(client_id),
            audience: audience.map(str::to_owned),
        };
        let consents = t.list_consents(&filter, &page(after, limit)).await.unwrap();
        consents.iter().map(|one| made.iter().position(|other| other == one).unwrap()).collect::<Vec<_>>()
    };

    assert_eq!(listed(None, None, None, None, 100).await, [0, 1, 2, 3]);
    assert_eq!(listed(None, None, None, Some(first.as_str()), 2).await, [1, 2]);
    assert_eq!(listed(Some(1), None, None, None, 100).await, [0, 1, 3]);
    assert_eq!(listed(Some(1), None, None, Some(first.as_str()), 1).await, [1]);
    assert_eq!(listed(None, Some("a"), None, None, 100).await, [1, 2, 3]);
    assert_eq!(listed(Some(1), Some("a"), Some(API), None, 100).await, [3]);
    assert_eq!(listed(None, None, Some(API), None, 100).await, [0, 3]);
    assert!(listed(Some(3), None, None, None, 100).await.is_empty());
}

/// S-128
async fn a_revoked_consent_takes_the_refresh_tokens_with_it(t: Bench) {
    parties(&t).await;
    put(&t, &consent(1, 1, "a", None, "openid")).await;
    for (who, n, client) in [(1, 1, "a"), (1, 2, "a"), (1, 3, "b"), (2, 4, "a")] {
        let mut family = family(who, n);
        family.client = client_id(client);
        t.insert_refresh_family(family, hash(n), 10).await.unwrap();
    }
    let revoke = async |n| {
        let plain = Event { client: None, ..event(EventKind::ConsentRevoked) };
        let operators = Event { client: Some(client_id("operator")), ..event(EventKind::OperatorActed) };
        t.revoke_consent(&ConsentId::new(id(NOW, n)), NOW.plus(5), vec![plain, operators]).await.unwrap()
    };
    let found = t.find_consent_by_id(&ConsentId::new(id(NOW, 1))).await.unwrap();
    assert_eq!(found, Some(consent(1, 1, "a", None, "openid")));
    assert_eq!(t.find_consent_by_id(&ConsentId::new(id(NOW, 9))).await.unwrap(), None);

    assert_eq!(revoke(9).await, None);
    assert_eq!(revoke(1).await, Some(consent(1, 1, "a", None, "openid")));
    assert_eq!(revoke(1).await, None);

    assert_eq!(all(&t).await, []);
    for (n, lives) in [(1, false), (2, false), (3, true), (4, true)] {
        let found = t.find_refresh_family(&hash(n), NOW.plus(6)).await.unwrap();
        assert_eq!(found.is_some(), lives, "{n}");
    }
    let told = t.list_events(&Default::default(), &page(None, 10)).await.unwrap();
    let told: Vec<_> = told.into_iter().map(|event| (event.kind, event.client, event.user)).collect();
    let of = |kind, client| (kind, Some(client_id(client)), Some(user_id(1)));
    assert_eq!(told, [of(EventKind::OperatorActed, "operator"), of(EventKind::ConsentRevoked, "a")]);
}

async fn all_access_of_a_client_ends_together_with_or_without_a_consent(t: Bench) {
    parties(&t).await;
    for (n, who, client, audience) in
        [(1, 1, "a", None), (2, 1, "a", Some(API)), (3, 1, "b", None), (4, 2, "a", None)]
    {
        put(&t, &consent(n, who, client, audience, "openid")).await;
    }
    for (who, n, client) in [(1, 1, "a"), (1, 2, "b"), (1, 3, "c"), (2, 4, "a")] {
        let mut family = family(who, n);
        family.client = client_id(client);
        t.insert_refresh_family(family, hash(n), 10).await.unwrap();
    }
    let revoke = async |client: &str| {
        let revoke = RevokeAccess {
            user: user_id(1),
            client: client_id(client),
            ways: WaysIn::default(),
            keys: Vec::new(),
            now: NOW.plus(5),
            events: vec![event(EventKind::ConsentRevoked)],
        };
        t.revoke_client_access(revoke).await.unwrap()
    };
    let before = history(&*t).await.len();

    assert_eq!((revoke("a").await, revoke("c").await), (AccessRevoked::Done, AccessRevoked::Done));
    let nothing = AccessRevoked::Nothing;
    assert_eq!((revoke("a").await, revoke("nobody").await), (nothing, nothing));

    let left: Vec<_> = all(&t).await.into_iter().map(|consent| consent.id).collect();
    assert_eq!(left, [ConsentId::new(id(NOW, 3)), ConsentId::new(id(NOW, 4))]);
    for (n, lives) in [(1, false), (2, true), (3, false), (4, true)] {
        let found = t.find_refresh_family(&hash(n), NOW.plus(6)).await.unwrap();
        assert_eq!(found.is_some(), lives, "{n}");
    }
    assert_eq!(history(&*t).await.len(), before + 2);
}

async fn of_many_revocations_at_once_one_counts(t: Bench) {
    parties(&t).await;
    put(&t, &consent(1, 1, "a", None, "openid")).await;
    let acts: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&t.store);
            let events = vec![event(EventKind::ConsentRevoked)];
            let id = ConsentId::new(id(NOW, 1));
            tokio::spawn(async move { store.revoke_consent(&id, NOW, events).await.unwrap() })
        })
        .collect();

    let mut revoked = 0;
    for act in acts {
        revoked += u32::from(act.await.unwrap().is_some());
    }

    assert_eq!((revoked, history(&*t).await.len()), (1, 1));
}

async fn deleted_users_and_clients_take_their_consents_with_them(t: Bench) {
    parties(&t).await;
    for (n, who, client) in [(1, 1, "a"), (2, 1, "b"), (3, 2, "a"), (4, 2, "b")] {
        put(&t, &consent(n, who, client, None, "openid")).await;
    }

    t.delete_user(&user_id(1), NOW, Vec::new()).await.unwrap();
    assert_eq!(all(&t).await, [consent(3, 2, "a", None, "openid"), consent(4, 2, "b", None, "openid")]);

    t.delete_client(&client_id("a"), Vec::new()).await.unwrap();
    assert_eq!(all(&t).await, [consent(4, 2, "b", None, "openid")]);
}
