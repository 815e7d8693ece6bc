//! How long a search among a million users takes: `cargo test -p latchkey-store --release --test million --
//! --ignored --nocapture`. Slow to fill, so run by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use latchkey_core::store::{
    Store, TextTest, UserColumn, UserFilter, UserFlag, UserMetadata, UserNumber, UserSearch, UserSort,
    UserText, UserWindow,
};
use latchkey_store::StoreOptions;

const USERS: u32 = 1_000_000;
const ROUNDS: usize = 10;
const AIM: Duration = Duration::from_millis(100);

/// Half of them by email, every hundredth blocked; `$n` is the number of a user.
const FILL: [&str; 2] = [
    "INSERT INTO users (id, blocked, attributes, user_metadata, app_metadata, created_at, updated_at, last_login, \
     logins_count, email, email_backwards, phone, name, nickname) SELECT id, n % 100 = 0, '{}', '{}', \
     '{\"plan\":\"p' || (n % 1000) || '\"}', 1795000000 + n, 1795000000 + n, \
     CASE WHEN n % 3 > 0 THEN 1796000000 - n END, n % 50, \
     CASE WHEN n % 2 = 0 THEN address END, CASE WHEN n % 2 = 0 THEN 'moc.' || (n % 997) || 'd@' || n || 'u' END, \
     CASE WHEN n % 2 = 1 THEN address END, address, address FROM numbers",
    "INSERT INTO identities (connection, address, user_id, position, channel, provider_user_id, verified_at, strategy) \
     SELECT kind, address, id, 0, kind, n, 1795000000, kind FROM numbers",
];

const NUMBERS: &str = "CREATE TEMPORARY TABLE numbers AS SELECT n, \
    CASE WHEN n % 2 = 0 THEN 'email' ELSE 'sms' END AS kind, \
    CASE WHEN n % 2 = 0 THEN 'u' || n || '@d' || (n % 997) || '.com' ELSE '+1415' || n END AS address, \
    CASE WHEN n % 2 = 0 THEN 'email|' || n ELSE 'sms|' || n END AS id FROM ";

fn page(filter: UserFilter, sort: UserSort, start: u32) -> UserSearch {
    UserSearch { filter, sort, window: UserWindow::Page { start, limit: 50, total: true } }
}

fn searches() -> Vec<(&'static str, UserSearch)> {
    let by = |by| UserSort { by: UserColumn::Number(by), descending: true };
    let text = |of, test| UserFilter::Text(of, test);
    let is = |text: &str| TextTest::Is(text.into());
    let logins = UserFilter::Number(UserNumber::LoginsCount, Some(45), None);
    vec![
        ("everybody, newest first", page(UserFilter::Everybody, by(UserNumber::CreatedAt), 0)),
        ("everybody, page 10000", page(UserFilter::Everybody, by(UserNumber::CreatedAt), 500_000)),
        ("last login first", page(UserFilter::Everybody, by(UserNumber::LastLogin), 0)),
        ("email", page(text(UserText::Email, is("u500@d500.com")), UserSort::default(), 0)),
        (
            "domain",
            page(text(UserText::Email, TextTest::EndsWith("@d500.com".into())), UserSort::default(), 0),
        ),
        ("phone", page(text(UserText::Phone, is("+1415501")), UserSort::default(), 0)),
        (
            "name prefix",
            page(text(UserText::Name, TextTest::StartsWith("u123".into())), UserSort::default(), 0),
        ),
        (
            "part of a name",
            page(text(UserText::Name, TextTest::Contains("1234".into())), UserSort::default(), 0),
        ),
        ("connection", page(text(UserText::Connection, is("sms")), UserSort::default(), 0)),
        ("blocked", page(UserFilter::Flag(UserFlag::Blocked, true), UserSort::default(), 0)),
        ("verified", page(UserFilter::Flag(UserFlag::EmailVerified, true), UserSort::default(), 0)),
        ("logins", page(logins, by(UserNumber::LastLogin), 0)),
        (
            "metadata",
            page(
                UserFilter::Metadata(UserMetadata::App, vec!["plan".into()], is("p7")),
                UserSort::default(),
                0,
            ),
        ),
    ]
}

#[expect(clippy::disallowed_methods, reason = "measures")]
async fn measure(engine: &str, store: &Arc<dyn Store>) {
    for (name, search) in searches() {
        let mut times = Vec::new();
        let mut total = None;
        for _ in 0..ROUNDS {
            let started = Instant::now();
            total = store.search_users(&search).await.unwrap().total;
            times.push(started.elapsed());
        }
        times.sort();
        let (median, worst) = (times[ROUNDS / 2], times[ROUNDS - 1]);
        let mark = if worst <= AIM { "" } else { "  over the aim" };
        println!("{engine:<10} {name:<24} {:>9} users  {median:>10.1?} {worst:>10.1?}{mark}", total.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute"]
async fn a_million_users_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("million.db");
    let url = format!("sqlite:{}", path.display());
    let options = StoreOptions::default();
    latchkey_store::migrate(&url, &options).await.unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    let numbers = format!(
        "{NUMBERS} (WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {USERS}) SELECT n FROM c)"
    );
    db.execute_batch(&format!("BEGIN; {numbers}; {}; {}; COMMIT; ANALYZE;", FILL[0], FILL[1])).unwrap();
    drop(db);
    let store = latchkey_store::open(&url, &options).await.unwrap();
    measure("sqlite", &store).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and a PostgreSQL server"]
#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
async fn a_million_users_in_postgresql() {
    let base = std::env::var("LATCHKEY_TEST_POSTGRES").unwrap();
    let (server, _) = base.rsplit_once('/').unwrap();
    let connect = async |url: String| {
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    };
    let admin = connect(base.clone()).await;
    let name = format!("million_{}", std::process::id());
    admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let url = format!("{server}/{name}");
    let options = StoreOptions { deadline: Duration::from_secs(60), ..StoreOptions::default() };
    latchkey_store::migrate(&url, &options).await.unwrap();
    let numbers = format!("{NUMBERS} generate_series(1, {USERS}) AS s(n)");
    let fill = FILL.map(|text| {
        text.replace("n % 100 = 0", "(n % 100 = 0)::int").replace(", kind, n,", ", kind, n::text,")
    });
    let client = connect(url.clone()).await;
    client.batch_execute(&format!("BEGIN; {numbers}; {}; {}; COMMIT;", fill[0], fill[1])).await.unwrap();
    client.batch_execute("VACUUM ANALYZE").await.unwrap();
    drop(client);
    let store = latchkey_store::open(&url, &options).await.unwrap();
    measure("postgresql", &store).await;
    store.close().await;
    drop(store);
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}
