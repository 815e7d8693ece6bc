//! Rows as the release before this one writes them, which may still run beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::Timestamp;
use latchkey_core::model::{Address, Channel, User};
use latchkey_core::store::{Store, TextTest, UserFilter, UserSearch, UserSort, UserText, UserWindow};
use latchkey_store::StoreOptions;

#[tokio::test]
async fn an_identity_without_a_strategy_is_of_its_channel() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.db");
    let url = format!("sqlite:{}", path.display());
    let options = StoreOptions::default();
    let store = latchkey_store::open(&url, &options).await.unwrap();
    let address = Address::from_canonical("user@example.com");
    let user = User::first_seen(
        "email",
        Channel::Email,
        address,
        "5f7c8ec7c33c6c004bbafe82",
        Timestamp(1_800_000_000),
    );
    store.insert_user(&user, Vec::new()).await.unwrap();
    store.close().await;
    drop(store);
    let older = rusqlite::Connection::open(&path).unwrap();
    assert_eq!(older.execute("UPDATE identities SET strategy = NULL", []).unwrap(), 1);
    drop(older);
    let store = latchkey_store::open(&url, &options).await.unwrap();
    assert_eq!(store.find_user(&user.id).await.unwrap(), Some(user));
    store.close().await;
}

/// The migrations before users could be searched for: names, and their text on either engine.
const BEFORE: [(&str, &str, &str); 6] = [
    ("0001_records", RECORDS, RECORDS),
    (
        "0002_keyed",
        include_str!("../migrations/0002_keyed.sqlite.sql"),
        include_str!("../migrations/0002_keyed.postgres.sql"),
    ),
    ("0003_browser", BROWSER, BROWSER),
    ("0004_logout", LOGOUT, LOGOUT),
    ("0006_identity_strategy", STRATEGY, STRATEGY),
    ("0007_documents", DOCUMENTS, DOCUMENTS),
];
const RECORDS: &str = include_str!("../migrations/0001_records.sql");
const BROWSER: &str = include_str!("../migrations/0003_browser.sql");
const LOGOUT: &str = include_str!("../migrations/0004_logout.sql");
const STRATEGY: &str = include_str!("../migrations/0006_identity_strategy.sql");
const DOCUMENTS: &str = include_str!("../migrations/0007_documents.sql");

/// Ana by email, with a name; Bo by text message, with a JSON text that PostgreSQL cannot read.
const USERS: &str = r#"
    INSERT INTO users (id, blocked, attributes, user_metadata, app_metadata, created_at, updated_at, logins_count)
    VALUES ('email|1', 1, '{"name":"Ana B","given_name":"ANA"}', '{}', '{}', 1800000000, 1800000000, 0),
           ('sms|2', 0, '{"family_name":"\u0000"}', '{}', '{}', 1800000001, 1800000001, 0);
    INSERT INTO identities (connection, address, user_id, position, channel, provider_user_id)
    VALUES ('email', 'ana@example.com', 'email|1', 0, 'email', '1'), ('sms', '+14155550100', 'sms|2', 0, 'sms', '2');
"#;

/// The schema of the release before, with its users in it.
fn before(text: impl Fn(&(&'static str, &'static str, &'static str)) -> &'static str) -> String {
    let mut script =
        String::from("CREATE TABLE migrations (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL);");
    for migration in &BEFORE {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text(migration).as_bytes());
        let checksum = data_encoding::HEXLOWER.encode(digest.as_ref());
        let name = migration.0;
        script.push_str(text(migration));
        script
            .push_str(&format!("; INSERT INTO migrations (name, checksum) VALUES ('{name}', '{checksum}');"));
    }
    script + USERS
}

async fn finds_them_all(store: &dyn Store) {
    let find = async |of, test| {
        let filter = UserFilter::Text(of, test);
        let window = UserWindow::Page { start: 0, limit: 10, total: true };
        let search = UserSearch { filter, sort: UserSort::default(), window };
        let found = store.search_users(&search).await.unwrap();
        found.users.iter().map(|user| user.id.to_string()).collect::<Vec<_>>().join(" ")
    };
    let is = |text: &str| TextTest::Is(text.into());
    for (of, test, expected) in [
        (UserText::Email, is("ana@example.com"), "email|1"),
        (UserText::Email, TextTest::EndsWith("@example.com".into()), "email|1"),
        (UserText::Name, is("ana b"), "email|1"),
        (UserText::Nickname, is("ana"), "email|1"),
        (UserText::GivenName, is("ana"), "email|1"),
        (UserText::Phone, is("+14155550100"), "sms|2"),
        (UserText::Name, is("+14155550100"), "sms|2"),
        (UserText::Connection, is("sms"), "sms|2"),
    ] {
        assert_eq!(find(of, test.clone()).await, expected, "{of:?} {test:?}");
    }
    let ana = store.find_user(&"email|1".into()).await.unwrap().unwrap();
    assert!(ana.blocked && ana.block_decided);
    assert_eq!(store.count_users().await.unwrap(), 2);
}

/// M-020
#[tokio::test]
async fn users_of_the_release_before_are_found_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(&before(|(_, sqlite, _)| sqlite)).unwrap();
    drop(db);
    let url = format!("sqlite:{}", path.display());
    let store = latchkey_store::open(&url, &StoreOptions::default()).await.unwrap();
    finds_them_all(&*store).await;
    store.close().await;
}

/// M-020
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
async fn users_of_the_release_before_are_found_in_postgresql() {
    let base = std::env::var("LATCHKEY_TEST_POSTGRES").expect("the URL of a PostgreSQL server");
    let (server, _) = base.rsplit_once('/').unwrap();
    let name = format!("older_{}", std::process::id());
    let url = format!("{server}/{name}");
    let run = async |url: &str, script: &str| {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        client.batch_execute(script).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
    };
    run(&base, &format!("CREATE DATABASE {name}")).await;
    run(&url, &before(|(_, _, postgres)| postgres)).await;
    let store = latchkey_store::open(&url, &StoreOptions::default()).await.unwrap();
    finds_them_all(&*store).await;
    store.close().await;
}
