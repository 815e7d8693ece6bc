//! Refresh families and their tokens, but for rotation.

use latchkey_core::model::{EventKind, RefreshFamily, RefreshKind, revoked_mark};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{DAY, NOW, client_id, event, family, hash, history, page, user_id};

on_every_engine![
    a_family_is_found_by_its_token_as_it_was_inserted,
    a_token_is_live_until_the_earlier_of_both_deadlines,
    a_family_without_deadlines_lives_for_ever,
    the_families_of_a_user_are_listed_dead_or_alive,
    the_live_families_of_everybody_are_listed_by_page_and_by_client,
    a_device_has_one_family_of_each_user_and_client,
    the_oldest_live_families_past_the_limit_are_dropped,
    a_revoked_family_is_dead_and_is_revoked_once,
    a_revocation_leaves_its_mark_whether_or_not_there_is_a_family,
    a_family_is_found_by_its_id_and_keeps_what_operators_put_there,
];

fn device_family(user: u32, n: u32, device: &str) -> RefreshFamily {
    RefreshFamily {
        kind: RefreshKind::Device,
        device: Some(device.into()),
        audience: None,
        expires_at: None,
        idle_expires_at: None,
        ..family(user, n)
    }
}

async fn a_family_is_found_by_its_token_as_it_was_inserted(t: Bench) {
    assert_eq!(t.find_refresh_family(&hash(1), NOW).await.unwrap(), None);
    assert_eq!(t.find_family_of_token(&hash(1)).await.unwrap(), None);

    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();
    t.insert_refresh_family(device_family(1, 2, "Ana's phone"), hash(2), 10).await.unwrap();

    for (n, family) in [(1, family(1, 1)), (2, device_family(1, 2, "Ana's phone"))] {
        assert_eq!(t.find_refresh_family(&hash(n), NOW).await.unwrap().as_ref(), Some(&family));
        assert_eq!(t.find_family_of_token(&hash(n)).await.unwrap(), Some(family));
    }
    assert_eq!(t.find_refresh_family(&hash(3), NOW).await.unwrap(), None);
}

async fn a_token_is_live_until_the_earlier_of_both_deadlines(t: Bench) {
    let mut idle_first = family(1, 1);
    (idle_first.expires_at, idle_first.idle_expires_at) = (Some(NOW.plus(20)), Some(NOW.plus(10)));
    let mut expires_first = family(1, 2);
    (expires_first.expires_at, expires_first.idle_expires_at) = (Some(NOW.plus(10)), None);
    for (n, family) in [(1, idle_first), (2, expires_first)] {
        t.insert_refresh_family(family.clone(), hash(n), 10).await.unwrap();

        assert!(t.find_refresh_family(&hash(n), NOW.plus(9)).await.unwrap().is_some());
        assert_eq!(t.find_refresh_family(&hash(n), NOW.plus(10)).await.unwrap(), None);
        assert_eq!(t.find_family_of_token(&hash(n)).await.unwrap(), Some(family));
    }
}

async fn a_family_without_deadlines_lives_for_ever(t: Bench) {
    t.insert_refresh_family(device_family(1, 1, "phone"), hash(1), 10).await.unwrap();

    assert!(t.find_refresh_family(&hash(1), NOW.plus(100_000 * DAY)).await.unwrap().is_some());
}

async fn the_families_of_a_user_are_listed_dead_or_alive(t: Bench) {
    let expired = RefreshFamily { expires_at: Some(NOW.minus(DAY)), ..family(1, 2) };
    let mut other_client = family(1, 1);
    other_client.client = client_id("web");
    for (n, family) in [(1, other_client.clone()), (2, expired.clone()), (3, family(1, 3)), (4, family(2, 4))]
    {
        t.insert_refresh_family(family, hash(n), 10).await.unwrap();
    }

    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap(), [expired, family(1, 3), other_client]);
    assert_eq!(t.list_refresh_families(&user_id(3)).await.unwrap(), []);
}

async fn the_live_families_of_everybody_are_listed_by_page_and_by_client(t: Bench) {
    let mut other_client = family(2, 3);
    other_client.client = client_id("web");
    let expired = RefreshFamily { expires_at: Some(NOW), ..family(1, 2) };
    let inserted = [family(1, 1), expired, other_client.clone(), family(3, 4), family(1, 5)];
    for (n, family) in (1..).zip(inserted) {
        t.insert_refresh_family(family, hash(n), 10).await.unwrap();
    }
    t.revoke_refresh_family(&family(1, 5).id, NOW, Vec::new()).await.unwrap();

    let all = t.list_live_families(None, NOW, &page(None, 10)).await.unwrap();
    assert_eq!(all, [family(1, 1), other_client.clone(), family(3, 4)]);
    let first = t.list_live_families(None, NOW, &page(None, 2)).await.unwrap();
    assert_eq!(first, [family(1, 1), other_client.clone()]);
    let rest = page(Some(other_client.id.as_str()), 2);
    assert_eq!(t.list_live_families(None, NOW, &rest).await.unwrap(), [family(3, 4)]);
    let web = client_id("web");
    assert_eq!(t.list_live_families(Some(&web), NOW, &page(None, 10)).await.unwrap(), [other_client]);
    assert_eq!(t.list_live_families(None, NOW.plus(100_000 * DAY), &page(None, 10)).await.unwrap(), []);
}

async fn a_device_has_one_family_of_each_user_and_client(t: Bench) {
    let mut other_client = device_family(1, 5, "phone");
    other_client.client = client_id("web");
    let inserted = [
        device_family(1, 1, "phone"),
        family(1, 2),
        device_family(1, 3, "tablet"),
        device_family(2, 4, "phone"),
        other_client,
        device_family(1, 6, "phone"),
    ];
    for (n, family) in (1..).zip(inserted) {
        t.insert_refresh_family(family, hash(n), 10).await.unwrap();
    }

    assert_eq!(t.find_family_of_token(&hash(1)).await.unwrap(), None);
    for n in 2..7 {
        assert!(t.find_refresh_family(&hash(n), NOW).await.unwrap().is_some(), "{n}");
    }
}

async fn the_oldest_live_families_past_the_limit_are_dropped(t: Bench) {
    let mut other_client = family(1, 1);
    other_client.client = client_id("web");
    let dead = RefreshFamily { expires_at: Some(NOW.minus(1)), ..family(1, 3) };
    let inserted = [other_client, family(2, 2), dead, family(1, 4), family(1, 5), family(1, 6)];
    for (n, family) in (1..).zip(inserted) {
        t.insert_refresh_family(family, hash(n), 3).await.unwrap();
    }
    t.revoke_refresh_family(&family(1, 5).id, NOW, Vec::new()).await.unwrap();

    // Live are 4 and 6, then 7: the limit is kept without a loss.
    t.insert_refresh_family(family(1, 7), hash(7), 3).await.unwrap();
    for n in 1..8 {
        assert!(t.find_family_of_token(&hash(n)).await.unwrap().is_some(), "{n}");
    }

    t.insert_refresh_family(family(1, 8), hash(8), 3).await.unwrap();
    assert_eq!(t.find_family_of_token(&hash(4)).await.unwrap(), None);
    for n in [1, 2, 6, 7, 8] {
        assert!(t.find_refresh_family(&hash(n), NOW).await.unwrap().is_some(), "{n}");
    }

    t.insert_refresh_family(family(1, 9), hash(9), 1).await.unwrap();
    for n in [6, 7, 8] {
        assert_eq!(t.find_family_of_token(&hash(n)).await.unwrap(), None, "{n}");
    }
    assert!(t.find_refresh_family(&hash(9), NOW).await.unwrap().is_some());
}

async fn a_revoked_family_is_dead_and_is_revoked_once(t: Bench) {
    let id = family(1, 1).id;
    let revoke = |at| t.revoke_refresh_family(&id, at, vec![event(EventKind::RefreshRevoked)]);
    assert!(!revoke(NOW).await.unwrap());
    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();
    t.insert_refresh_family(family(1, 2), hash(2), 10).await.unwrap();

    assert!(revoke(NOW.plus(1)).await.unwrap());
    assert!(!revoke(NOW.plus(2)).await.unwrap());

    let revoked = RefreshFamily { revoked_at: Some(NOW.plus(1)), ..family(1, 1) };
    assert_eq!(t.find_family_of_token(&hash(1)).await.unwrap(), Some(revoked));
    assert_eq!(t.find_refresh_family(&hash(1), NOW).await.unwrap(), None);
    assert!(t.find_refresh_family(&hash(2), NOW).await.unwrap().is_some());
    assert_eq!(history(&*t).await, [(EventKind::RefreshRevoked, None)]);
}

/// S-098: what came of a family without a row is sealed or signed, and ends by the mark alone.
async fn a_revocation_leaves_its_mark_whether_or_not_there_is_a_family(t: Bench) {
    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();
    for n in [1, 2] {
        let (id, mark) = (family(1, n).id, revoked_mark(&family(1, n).id));
        assert!(!t.is_seen(&mark, NOW).await.unwrap());

        assert_eq!(t.revoke_refresh_family(&id, NOW, Vec::new()).await.unwrap(), n == 1);

        assert!(t.is_seen(&mark, NOW.plus(29 * DAY)).await.unwrap());
        assert!(!t.is_seen(&mark, NOW.plus(30 * DAY)).await.unwrap());
    }
    assert!(!t.is_seen(&revoked_mark(&family(1, 3).id), NOW).await.unwrap());
}

async fn a_family_is_found_by_its_id_and_keeps_what_operators_put_there(t: Bench) {
    let made = RefreshFamily { session: Some("a session".into()), ..family(1, 1) };
    t.insert_refresh_family(made.clone(), hash(1), 10).await.unwrap();
    let metadata = serde_json::json!({"kept": [1]}).as_object().unwrap().clone();

    assert_eq!(t.find_refresh_family_by_id(&made.id).await.unwrap().as_ref(), Some(&made));
    assert!(t.set_refresh_metadata(&made.id, metadata.clone(), Vec::new()).await.unwrap());
    assert!(!t.set_refresh_metadata(&family(1, 2).id, metadata.clone(), Vec::new()).await.unwrap());

    let kept = t.find_refresh_family_by_id(&made.id).await.unwrap().unwrap();
    assert_eq!(kept.metadata, metadata);
    t.revoke_refresh_family(&made.id, NOW, Vec::new()).await.unwrap();
    assert!(!t.set_refresh_metadata(&made.id, Default::default(), Vec::new()).await.unwrap());
}
