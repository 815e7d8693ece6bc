//! Passkeys of administrators, and the sign-ins by them.

use std::sync::Arc;

use latchkey_core::model::{AdminPasskey, Document, DocumentKind, EventKind, PasskeyId};
use latchkey_core::store::{AddAdminPasskey, AdminPasskeyAdded, AdminPasskeyUsed, UseAdminPasskey};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, event, history};

on_every_engine![
    an_administrators_passkey_is_found_as_it_was_made,
    a_credential_id_is_unique_over_all_administrators,
    an_administrator_has_so_many_passkeys_and_no_more,
    a_counter_of_an_administrator_never_falls_and_one_that_does_not_grow_is_told,
    an_administrators_passkey_that_is_gone_or_anothers_is_not_used,
    an_administrators_passkey_is_renamed_and_deleted_as_theirs_only,
    passkeys_go_with_their_administrator_and_do_not_come_back_with_the_id,
];

const ADMIN: DocumentKind = DocumentKind::Admin;

fn passkey(admin: &str, n: u8) -> AdminPasskey {
    AdminPasskey {
        id: PasskeyId::new(format!("apk_{n:016}")),
        credential_id: [[n; 16].as_slice(), &[0, 255, 7]].concat(),
        admin: admin.into(),
        user_handle: vec![3; 64],
        relying_party: "login.example".into(),
        public_key: vec![0, 255, 1],
        counter: 5,
        backup_eligible: true,
        backed_up: false,
        transports: vec!["internal".into(), "hybrid".into()],
        aaguid: Some("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa".into()),
        name: "Ana’s phone".into(),
        created_at: NOW.plus(n.into()),
        used_at: None,
    }
}

fn add(admin: &str, n: u8) -> AddAdminPasskey {
    AddAdminPasskey { passkey: passkey(admin, n), most: 3, events: vec![event(EventKind::OperatorActed)] }
}

fn use_of(passkey: &AdminPasskey, counter: i64) -> UseAdminPasskey {
    UseAdminPasskey {
        id: passkey.id.clone(),
        admin: passkey.admin.clone(),
        counter,
        backed_up: true,
        now: NOW.plus(100),
        on_clone: vec![event(EventKind::PasskeyCloned)],
    }
}

/// Those of the suite.
async fn administrators(t: &Bench, ids: &[&str]) {
    for id in ids {
        t.insert_document(&Document::empty(ADMIN, id, NOW), Vec::new()).await.unwrap();
    }
}

async fn an_administrators_passkey_is_found_as_it_was_made(t: Bench) {
    administrators(&t, &["ana"]).await;
    let made = AdminPasskey { counter: u32::MAX.into(), aaguid: None, ..passkey("ana", 1) };

    let added = t.add_admin_passkey(AddAdminPasskey { passkey: made.clone(), ..add("ana", 1) }).await;

    assert_eq!(added.unwrap(), AdminPasskeyAdded::Done);
    assert_eq!(t.find_admin_passkey(&made.credential_id).await.unwrap(), Some(made.clone()));
    assert_eq!(t.find_admin_passkey(&[1]).await.unwrap(), None);
    assert_eq!(t.list_admin_passkeys("ana").await.unwrap(), std::slice::from_ref(&made));
    assert!(t.list_admin_passkeys("bo").await.unwrap().is_empty());
    // It is no user's.
    assert_eq!(t.find_passkey(&made.credential_id).await.unwrap(), None);
    assert_eq!(history(&*t).await, [(EventKind::OperatorActed, None)]);
}

/// S-058
async fn a_credential_id_is_unique_over_all_administrators(t: Bench) {
    administrators(&t, &["ana", "bo"]).await;
    assert_eq!(t.add_admin_passkey(add("ana", 1)).await.unwrap(), AdminPasskeyAdded::Done);
    let same = AdminPasskey { id: PasskeyId::from("apk_other"), ..passkey("bo", 1) };

    let refused = t.add_admin_passkey(AddAdminPasskey { passkey: same, ..add("bo", 1) }).await.unwrap();

    assert_eq!(refused, AdminPasskeyAdded::Taken);
    assert_eq!(t.add_admin_passkey(add("nobody", 2)).await.unwrap(), AdminPasskeyAdded::Gone);
    assert_eq!(history(&*t).await.len(), 1);
}

async fn an_administrator_has_so_many_passkeys_and_no_more(t: Bench) {
    administrators(&t, &["ana"]).await;
    let t = Arc::new(t);
    let racers = (1..=20).map(|n| {
        let t = Arc::clone(&t);
        tokio::spawn(async move { t.add_admin_passkey(add("ana", n)).await.unwrap() })
    });
    let mut outcomes = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        outcomes.push(racer.await.unwrap());
    }

    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!((count(AdminPasskeyAdded::Done), count(AdminPasskeyAdded::Full)), (3, 17));
    assert_eq!(t.list_admin_passkeys("ana").await.unwrap().len(), 3);
    assert_eq!(history(&**t).await.len(), 3);
}

/// S-059
async fn a_counter_of_an_administrator_never_falls_and_one_that_does_not_grow_is_told(t: Bench) {
    administrators(&t, &["ana"]).await;
    t.add_admin_passkey(add("ana", 1)).await.unwrap();
    let made = passkey("ana", 1);
    for (counter, cloned, kept) in
        [(5, true, 5), (3, true, 5), (0, true, 5), (4_294_967_295, false, 4_294_967_295)]
    {
        let used = t.use_admin_passkey(use_of(&made, counter)).await.unwrap();
        assert_eq!(used, AdminPasskeyUsed::Accepted { cloned }, "{counter}");
        let found = t.find_admin_passkey(&made.credential_id).await.unwrap().unwrap();
        assert_eq!((found.counter, found.backed_up, found.used_at), (kept, true, Some(NOW.plus(100))));
    }
    let told = history(&*t).await.into_iter().filter(|(kind, _)| *kind == EventKind::PasskeyCloned).count();
    assert_eq!(told, 3);
    // An authenticator that keeps no count.
    let silent = AdminPasskey { counter: 0, ..passkey("ana", 2) };
    t.add_admin_passkey(AddAdminPasskey { passkey: silent.clone(), ..add("ana", 2) }).await.unwrap();
    let used = t.use_admin_passkey(use_of(&silent, 0)).await.unwrap();
    assert_eq!(used, AdminPasskeyUsed::Accepted { cloned: false });
}

async fn an_administrators_passkey_that_is_gone_or_anothers_is_not_used(t: Bench) {
    administrators(&t, &["ana", "bo"]).await;
    t.add_admin_passkey(add("ana", 1)).await.unwrap();
    let made = passkey("ana", 1);
    for act in [
        UseAdminPasskey { admin: "bo".into(), ..use_of(&made, 6) },
        UseAdminPasskey { admin: "nobody".into(), ..use_of(&made, 6) },
        UseAdminPasskey { id: PasskeyId::from("apk_other"), ..use_of(&made, 6) },
    ] {
        assert_eq!(t.use_admin_passkey(act).await.unwrap(), AdminPasskeyUsed::Gone);
    }
    assert_eq!(t.find_admin_passkey(&made.credential_id).await.unwrap(), Some(made));
}

async fn an_administrators_passkey_is_renamed_and_deleted_as_theirs_only(t: Bench) {
    administrators(&t, &["ana", "bo"]).await;
    t.add_admin_passkey(add("ana", 1)).await.unwrap();
    let made = passkey("ana", 1);
    let acted = || vec![event(EventKind::OperatorActed)];

    assert!(!t.rename_admin_passkey("bo", &made.id, "Theirs", acted()).await.unwrap());
    assert!(!t.delete_admin_passkey("bo", &made.id, acted()).await.unwrap());
    assert_eq!(history(&*t).await.len(), 1);
    assert!(t.rename_admin_passkey("ana", &made.id, "Mi\0ne", acted()).await.unwrap());
    assert_eq!(
        t.list_admin_passkeys("ana").await.unwrap(),
        [AdminPasskey { name: "Mine".into(), ..made.clone() }]
    );
    assert!(t.delete_admin_passkey("ana", &made.id, acted()).await.unwrap());
    assert!(!t.delete_admin_passkey("ana", &made.id, acted()).await.unwrap());

    assert!(t.list_admin_passkeys("ana").await.unwrap().is_empty());
    assert_eq!(history(&*t).await.len(), 3);
}

async fn passkeys_go_with_their_administrator_and_do_not_come_back_with_the_id(t: Bench) {
    administrators(&t, &["ana", "bo"]).await;
    t.add_admin_passkey(add("ana", 1)).await.unwrap();
    t.add_admin_passkey(add("bo", 2)).await.unwrap();

    assert!(t.delete_document(ADMIN, "ana", Vec::new()).await.unwrap());

    assert!(t.list_admin_passkeys("ana").await.unwrap().is_empty());
    assert_eq!(t.list_admin_passkeys("bo").await.unwrap(), [passkey("bo", 2)]);
    // Another document of that id is no administrator.
    t.insert_document(&Document::empty(DocumentKind::Tenant, "bo", NOW), Vec::new()).await.unwrap();
    assert!(t.delete_document(DocumentKind::Tenant, "bo", Vec::new()).await.unwrap());
    assert_eq!(t.list_admin_passkeys("bo").await.unwrap().len(), 1);

    // A node of the release before knows no passkeys: it leaves them.
    if t.is_in_memory() {
        return;
    }
    t.tamper("DELETE FROM documents;").await;
    assert_eq!(t.use_admin_passkey(use_of(&passkey("bo", 2), 6)).await.unwrap(), AdminPasskeyUsed::Gone);
    administrators(&t, &["bo"]).await;
    assert!(t.list_admin_passkeys("bo").await.unwrap().is_empty());
}
