//! The search for users, condition by condition and in every order.

use latchkey_core::model::{Address, Channel, User};
use latchkey_core::store::{
    Edge, TextTest, UserColumn, UserFilter, UserFlag, UserMetadata, UserNumber, UserSearch, UserSort,
    UserText, UserWindow,
};
use serde_json::{Value, json};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, id, user};

on_every_engine![
    users_are_found_by_every_text,
    users_are_found_by_numbers_and_truths,
    what_a_user_lacks_fits_only_a_negation,
    users_are_found_by_their_metadata,
    numbers_in_metadata_are_compared_as_numbers,
    users_are_found_by_any_identity_and_by_its_address,
    pages_are_in_order_and_the_total_is_exact,
    checkpoints_meet_every_user_once_in_every_order,
    a_text_is_never_sql,
    what_is_searched_by_changes_with_the_user,
];

fn metadata(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Ana (email), Bo (blocked, text messages), and Cy without anything.
fn three() -> [User; 3] {
    let mut ana = User::first_seen(
        "email",
        Channel::Email,
        Address::from_canonical("ana@mail.example.com"),
        &id(NOW, 1),
        NOW,
    );
    ana.attributes = metadata(json!({"name": "Ana Élise", "given_name": "Ana", "nickname": "A%"}));
    ana.app_metadata = metadata(json!({
        "plan": "pro", "seats": 12, "paid": true, "roles": [{"name": "owner"}, {"name": "dev"}],
        "odd.name": {"x": "y"}, "tags": ["a", "b"], "empty": [], "nothing": null,
    }));
    ana.logins_count = 3;
    ana.last_login = Some(NOW.plus(50));
    ana.last_ip = Some("192.0.2.7".into());
    let mut bo = User { created_at: NOW.plus(10), updated_at: NOW.plus(20), blocked: true, ..user(2) };
    bo.app_metadata = metadata(json!({"plan": "free", "seats": 3}));
    bo.user_metadata = metadata(json!({"plan": "pro"}));
    let mut cy = User { created_at: NOW.plus(20), ..user(3) };
    cy.block_decided = true;
    cy.identities[0].verified_at = None;
    cy.app_metadata = metadata(json!({"note": "zero \0"}));
    [ana, bo, cy]
}

async fn fill(t: &Bench) {
    for user in three() {
        t.insert_user(&user, Vec::new()).await.unwrap();
    }
}

/// Which of `a`, `b` and `c` fit.
async fn fitting(t: &Bench, filter: UserFilter) -> String {
    let window = UserWindow::Page { start: 0, limit: 50, total: true };
    let search = UserSearch { filter, sort: UserSort::default(), window };
    let found = t.search_users(&search).await.unwrap();
    assert_eq!(found.total, Some(found.users.len() as u64));
    let [ana, bo, _] = three();
    let letter = |user: &User| match &user.id {
        id if *id == ana.id => 'a',
        id if *id == bo.id => 'b',
        _ => 'c',
    };
    found.users.iter().map(letter).collect()
}

fn is(text: &str) -> TextTest {
    TextTest::Is(text.into())
}

fn edge(at: &str, included: bool) -> Option<Edge> {
    Some(Edge { at: at.into(), included })
}

async fn users_are_found_by_every_text(t: Bench) {
    fill(&t).await;
    let [ana, bo, _] = three();
    for (of, test, expected) in [
        (UserText::Id, is(bo.id.as_str()), "b"),
        (UserText::Id, TextTest::StartsWith("sms|".into()), "bc"),
        (UserText::Email, is("ana@mail.example.com"), "a"),
        (UserText::Email, TextTest::StartsWith("ana@".into()), "a"),
        (UserText::Email, TextTest::EndsWith("@mail.example.com".into()), "a"),
        (UserText::Email, TextTest::EndsWith("@example.com".into()), ""),
        (UserText::Email, TextTest::Contains("mail.ex".into()), "a"),
        (UserText::Email, TextTest::Present, "a"),
        (UserText::EmailDomain, TextTest::Contains("mail.ex".into()), "a"),
        (UserText::EmailDomain, TextTest::Contains("ana".into()), ""),
        (UserText::EmailDomain, TextTest::EndsWith("ana@mail.example.com".into()), ""),
        (UserText::EmailDomain, TextTest::StartsWith("mail.".into()), "a"),
        (UserText::EmailDomain, is("mail.example.com"), "a"),
        (UserText::Phone, is("+14155550002"), "b"),
        (UserText::Phone, TextTest::EndsWith("0003".into()), "c"),
        (UserText::Phone, TextTest::Between(edge("+14155550002", true), edge("+14155550003", false)), "b"),
        (UserText::Name, is("ana élise"), "a"),
        (UserText::Name, TextTest::StartsWith("ana".into()), "a"),
        (UserText::Name, TextTest::StartsWith("+1415".into()), "bc"),
        (UserText::Nickname, is("a%"), "a"),
        (UserText::Nickname, TextTest::Contains("%".into()), "a"),
        (UserText::GivenName, TextTest::Present, "a"),
        (UserText::FamilyName, TextTest::Present, ""),
        (UserText::LastIp, is("192.0.2.7"), "a"),
        (UserText::LastIp, TextTest::StartsWith("192.0.".into()), "a"),
        (UserText::LastIp, TextTest::EndsWith("192.0.2.77".into()), ""),
        (UserText::Connection, is("sms"), "bc"),
        (UserText::Connection, TextTest::StartsWith("em".into()), "a"),
        (UserText::Provider, is("email"), "a"),
        (UserText::ProviderUserId, is(&id(NOW, 3)), "c"),
        (UserText::ProviderUserId, is(ana.id.as_str()), ""),
    ] {
        assert_eq!(fitting(&t, UserFilter::Text(of, test.clone())).await, expected, "{of:?} {test:?}");
    }
}

async fn users_are_found_by_numbers_and_truths(t: Bench) {
    fill(&t).await;
    let number = |of, low: Option<i64>, high: Option<i64>| UserFilter::Number(of, low, high);
    for (filter, expected) in [
        (number(UserNumber::LoginsCount, Some(1), None), "a"),
        (number(UserNumber::LoginsCount, None, Some(0)), "bc"),
        (number(UserNumber::CreatedAt, Some(NOW.0 + 10), Some(NOW.0 + 20)), "bc"),
        (number(UserNumber::UpdatedAt, Some(NOW.0 + 20), None), "b"),
        (number(UserNumber::LastLogin, None, None), "a"),
        (UserFilter::Has(UserNumber::LoginsCount), "a"),
        (UserFilter::Has(UserNumber::LastLogin), "a"),
        (UserFilter::Has(UserNumber::CreatedAt), "abc"),
        (UserFilter::Flag(UserFlag::Blocked, true), "b"),
        (UserFilter::Flag(UserFlag::Blocked, false), "ac"),
        (UserFilter::Flag(UserFlag::BlockDecided, true), "c"),
        (UserFilter::Flag(UserFlag::BlockDecided, false), "ab"),
        (UserFilter::Flag(UserFlag::EmailVerified, true), "a"),
        (UserFilter::Flag(UserFlag::PhoneVerified, true), "b"),
        (UserFilter::Flag(UserFlag::PhoneVerified, false), "c"),
        (UserFilter::Everybody, "abc"),
        (UserFilter::Nobody, ""),
        (UserFilter::All(Vec::new()), "abc"),
        (UserFilter::Any(Vec::new()), ""),
    ] {
        assert_eq!(fitting(&t, filter.clone()).await, expected, "{filter:?}");
    }
}

async fn what_a_user_lacks_fits_only_a_negation(t: Bench) {
    fill(&t).await;
    let email = UserFilter::Text(UserText::Email, is("ana@mail.example.com"));
    let name = UserFilter::Text(UserText::GivenName, is("bo"));
    let blocked = UserFilter::Flag(UserFlag::Blocked, true);

    assert_eq!(fitting(&t, UserFilter::Not(Box::new(email.clone()))).await, "bc");
    assert_eq!(fitting(&t, UserFilter::Not(Box::new(name))).await, "abc");
    let either = UserFilter::Any(vec![email, blocked.clone()]);
    assert_eq!(fitting(&t, either.clone()).await, "ab");
    assert_eq!(fitting(&t, UserFilter::All(vec![either, UserFilter::Not(Box::new(blocked))])).await, "a");
}

async fn users_are_found_by_their_metadata(t: Bench) {
    fill(&t).await;
    for (of, path, test, expected) in [
        (UserMetadata::App, vec!["plan"], is("pro"), "a"),
        (UserMetadata::User, vec!["plan"], is("pro"), "b"),
        (UserMetadata::App, vec!["plan"], is("Pro"), ""),
        (UserMetadata::App, vec!["plan"], TextTest::StartsWith("p".into()), "a"),
        (UserMetadata::App, vec!["plan"], TextTest::EndsWith("o".into()), "a"),
        (UserMetadata::App, vec!["plan"], TextTest::Contains("r".into()), "ab"),
        (UserMetadata::App, vec!["paid"], is("true"), "a"),
        (UserMetadata::App, vec!["seats"], is("12"), "a"),
        (UserMetadata::App, vec!["roles", "name"], is("dev"), "a"),
        (UserMetadata::App, vec!["tags"], is("b"), "a"),
        (UserMetadata::App, vec!["odd.name", "x"], is("y"), "a"),
        (UserMetadata::App, vec!["tags"], TextTest::Present, "a"),
        (UserMetadata::App, vec!["roles"], TextTest::Present, "a"),
        (UserMetadata::App, vec!["roles"], is("owner"), ""),
        (UserMetadata::App, vec!["empty"], TextTest::Present, ""),
        (UserMetadata::App, vec!["nothing"], TextTest::Present, ""),
        (UserMetadata::App, vec!["no \"such", "' one"], is("x"), ""),
        (UserMetadata::App, vec!["plan", "deeper"], TextTest::Present, ""),
    ] {
        let path: Vec<String> = path.into_iter().map(String::from).collect();
        let filter = UserFilter::Metadata(of, path, test);
        assert_eq!(fitting(&t, filter.clone()).await, expected, "{filter:?}");
    }
}

async fn numbers_in_metadata_are_compared_as_numbers(t: Bench) {
    fill(&t).await;
    let range = |low, high| {
        UserFilter::Metadata(UserMetadata::App, vec!["seats".into()], TextTest::Between(low, high))
    };
    assert_eq!(fitting(&t, range(edge("4", true), None)).await, "a");
    assert_eq!(fitting(&t, range(edge("12", false), None)).await, "");
    assert_eq!(fitting(&t, range(None, edge("12", true))).await, "ab");
    assert_eq!(fitting(&t, range(edge("2", true), edge("3.5", false))).await, "b");
    let texts = UserFilter::Metadata(
        UserMetadata::App,
        vec!["plan".into()],
        TextTest::Between(edge("pa", true), edge("pz", false)),
    );
    assert_eq!(fitting(&t, texts).await, "a");
}

async fn users_are_found_by_any_identity_and_by_its_address(t: Bench) {
    let [mut ana, bo, _] = three();
    ana.identities.extend(user(9).identities);
    t.insert_user(&ana, Vec::new()).await.unwrap();
    t.insert_user(&bo, Vec::new()).await.unwrap();

    assert_eq!(fitting(&t, UserFilter::Text(UserText::Connection, is("sms"))).await, "ab");
    assert_eq!(fitting(&t, UserFilter::Text(UserText::Phone, is("+14155550009"))).await, "");
    let by = async |address: &str| {
        let found = t.list_users_by_address(&Address::from_canonical(address)).await.unwrap();
        found.into_iter().map(|user| user.id).collect::<Vec<_>>()
    };
    assert_eq!(by("+14155550009").await, [ana.id.clone()]);
    assert_eq!(by("ana@mail.example.com").await, [ana.id]);
    assert_eq!(by("+14155550008").await, []);
}

/// Thirty users, each second one with a login, all made within three seconds.
async fn thirty(t: &Bench) {
    for n in 0..30u32 {
        let mut user = User { created_at: NOW.plus((n % 3).into()), ..user(n) };
        user.updated_at = NOW.plus(n.into());
        user.last_login = (n % 2 == 0).then(|| NOW.plus((n / 4).into()));
        user.logins_count = (n % 5).into();
        if n % 7 == 0 {
            user.attributes = metadata(json!({"family_name": format!("F{}", n % 14), "name": "Same"}));
        }
        t.insert_user(&user, Vec::new()).await.unwrap();
    }
}

async fn pages_are_in_order_and_the_total_is_exact(t: Bench) {
    thirty(&t).await;
    let page = async |start, limit| {
        let sort = UserSort { by: UserColumn::Number(UserNumber::UpdatedAt), descending: true };
        let filter = UserFilter::Number(UserNumber::LoginsCount, Some(1), None);
        let window = UserWindow::Page { start, limit, total: true };
        let found = t.search_users(&UserSearch { filter, sort, window }).await.unwrap();
        let seconds: Vec<i64> = found.users.iter().map(|user| user.updated_at.since(NOW)).collect();
        (seconds, found.total)
    };
    assert_eq!(page(0, 3).await, (vec![29, 28, 27], Some(24)));
    assert_eq!(page(3, 3).await, (vec![26, 24, 23], Some(24)));
    assert_eq!(page(21, 50).await, (vec![3, 2, 1], Some(24)));
    assert_eq!(page(24, 50).await, (vec![], Some(24)));
    assert_eq!(page(5000, 50).await, (vec![], Some(24)));
    assert_eq!(page(0, 0).await, (vec![], Some(24)));
}

async fn checkpoints_meet_every_user_once_in_every_order(t: Bench) {
    thirty(&t).await;
    for by in [
        UserColumn::Number(UserNumber::CreatedAt),
        UserColumn::Number(UserNumber::LastLogin),
        UserColumn::Number(UserNumber::LoginsCount),
        UserColumn::Text(UserText::FamilyName),
        UserColumn::Text(UserText::Name),
        UserColumn::Text(UserText::Id),
    ] {
        for descending in [false, true] {
            let search = |window| UserSearch {
                filter: UserFilter::Everybody,
                sort: UserSort { by, descending },
                window,
            };
            let whole = search(UserWindow::Page { start: 0, limit: 50, total: false });
            let whole: Vec<User> = t.search_users(&whole).await.unwrap().users;
            let (mut met, mut key) = (Vec::new(), None);
            loop {
                let part = t.search_users(&search(UserWindow::After { key, limit: 7 })).await.unwrap();
                assert_eq!(part.total, None);
                met.extend(part.users);
                key = part.next;
                if key.is_none() {
                    break;
                }
            }
            assert_eq!(met.len(), 30, "{by:?}");
            assert_eq!(met, whole, "{by:?} {descending}");
        }
    }
}

async fn a_text_is_never_sql(t: Bench) {
    fill(&t).await;
    for text in ["' OR 1=1 --", "\"; DROP TABLE users; --", "$1", "?1", "%", "_", "\\", "*"] {
        for of in [UserText::Name, UserText::Phone, UserText::Connection, UserText::LastIp] {
            for test in [is(text), TextTest::StartsWith(text.into()), TextTest::EndsWith(text.into())] {
                assert_eq!(fitting(&t, UserFilter::Text(of, test)).await, "", "{text}");
            }
        }
        let path = vec![text.to_owned()];
        assert_eq!(fitting(&t, UserFilter::Metadata(UserMetadata::App, path, is(text))).await, "", "{text}");
    }
    assert_eq!(t.count_users().await.unwrap(), 3);
}

async fn what_is_searched_by_changes_with_the_user(t: Bench) {
    fill(&t).await;
    let [mut ana, ..] = three();
    ana.attributes = metadata(json!({"name": "Zoë"}));

    assert!(t.update_user(&ana).await.unwrap());

    assert_eq!(fitting(&t, UserFilter::Text(UserText::Name, is("zoë"))).await, "a");
    assert_eq!(fitting(&t, UserFilter::Text(UserText::Name, is("ana élise"))).await, "");
    assert_eq!(fitting(&t, UserFilter::Text(UserText::Nickname, is("ana"))).await, "a");
}
