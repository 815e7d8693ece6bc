//! What is past use goes, a slice at a time; the rest stays.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::model::TokenHash;
use latchkey_core::settings::Limits;
use latchkey_store::StoreOptions;
use latchkey_testkit::{NATIVE, PHONE, TestEngine};

const DAY: i64 = 86_400;

#[tokio::test]
async fn the_sweep_comes_to_every_row_slice_by_slice_on_sqlite() {
    sweeps_all(TestEngine::new().await).await;
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
async fn the_sweep_comes_to_every_row_slice_by_slice_on_postgresql() {
    let base = std::env::var("LATCHKEY_TEST_POSTGRES").expect("cargo xtask test sets LATCHKEY_TEST_POSTGRES");
    let name = format!("sweep_{}", std::process::id());
    let (client, connection) = tokio_postgres::connect(&base, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    let (server, _) = base.rsplit_once('/').unwrap();
    let store = latchkey_store::open(&format!("{server}/{name}"), &StoreOptions::default()).await.unwrap();
    sweeps_all(TestEngine::over(store, |settings| settings.limits = Limits::off()).await).await;
}

async fn sweeps_all(t: TestEngine) {
    for number in 10..20 {
        t.sign_in(NATIVE, &format!("+141555501{number}"), "openid offline_access").await;
    }
    t.clock.advance(400 * DAY);
    t.sign_in(NATIVE, PHONE, "openid offline_access").await;

    let mut gone = Vec::new();
    for _ in 0..8 {
        gone.push(t.engine.store.sweep(t.engine.now().minus(DAY), 3).await.unwrap());
    }

    // Ten challenges, ten ledgers and ten families: three of each at a time.
    assert_eq!(gone.iter().sum::<u64>(), 30);
    assert!(gone.iter().all(|gone| *gone <= 9));
}

#[tokio::test]
async fn the_sweep_leaves_what_is_in_use() {
    let t = TestEngine::new().await;
    let tokens = t.sign_in(NATIVE, PHONE, "openid offline_access").await;
    t.start(NATIVE, PHONE).await.unwrap();

    assert_eq!(t.engine.sweep().await.unwrap(), 0);

    t.redeem(NATIVE, PHONE, &t.code(), "openid").await.unwrap();
    let token = TokenHash::of(tokens.refresh_token.as_ref().unwrap());
    let family = t.engine.store.find_refresh_family(&token, t.engine.now()).await.unwrap();
    assert!(family.is_some());
}
