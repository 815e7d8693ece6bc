//! What must happen once happens once, whoever runs in parallel: on SQLite, on PostgreSQL, and on two
//! servers over one PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use latchkey_core::flow::authorize::Authorized;
use latchkey_core::flow::sign_in::LinkUse;
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::{Address, ChallengeKey, ClientId, ClientKind};
use latchkey_core::settings::{Limits, Settings};
use latchkey_core::store::Store;
use latchkey_store::StoreOptions;
use latchkey_testkit::{NATIVE, PHONE, TestEngine, authorization, credentials};
use latchkey_wire::token::{RefreshTokenRequest, TokenRequest};

fn quiet(settings: &mut Settings) {
    settings.limits = Limits::off();
}

/// One server on SQLite in a file.
async fn sqlite() -> (Vec<Arc<TestEngine>>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let store = latchkey_store::open(&url, &StoreOptions::default()).await.unwrap();
    (vec![Arc::new(TestEngine::over(store, quiet).await)], folder)
}

/// So many servers over one new PostgreSQL database.
#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
async fn postgres(servers: usize) -> Vec<Arc<TestEngine>> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let base = std::env::var("LATCHKEY_TEST_POSTGRES").expect(
        "LATCHKEY_TEST_POSTGRES must be the URL of a PostgreSQL server on which databases may be made; cargo xtask test starts one",
    );
    let name = format!("races_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let (client, connection) = tokio_postgres::connect(&base, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    let (server, _) = base.rsplit_once('/').unwrap();
    let url = format!("{server}/{name}");
    let opened: Vec<_> = (0..servers)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { latchkey_store::open(&url, &StoreOptions::default()).await.unwrap() })
        })
        .collect();
    let mut engines = Vec::new();
    for store in opened {
        let store: Arc<dyn Store> = store.await.unwrap();
        engines.push(Arc::new(TestEngine::over(store, quiet).await));
    }
    // The clients that a later engine saved are the same ones.
    for engine in &engines {
        engine.engine.directory.forget();
    }
    engines
}

fn nth(engines: &[Arc<TestEngine>], n: usize) -> Arc<TestEngine> {
    Arc::clone(&engines[n % engines.len()])
}

async fn one_of_200_right_codes_wins(engines: &[Arc<TestEngine>]) {
    engines[0].start(NATIVE, PHONE).await.unwrap();
    let code = engines[0].code();
    let tries: Vec<_> = (0..200)
        .map(|n| {
            let (t, code) = (nth(engines, n), code.clone());
            tokio::spawn(async move { t.redeem(NATIVE, PHONE, &code, "openid offline_access").await.is_ok() })
        })
        .collect();
    let mut won = 0;
    for tried in tries {
        won += u32::from(tried.await.unwrap());
    }
    assert_eq!(won, 1);
}

async fn three_of_1000_wrong_codes_are_compared(engines: &[Arc<TestEngine>]) {
    let phone = "+14155550111";
    engines[0].start(NATIVE, phone).await.unwrap();
    let (right, wrong) = (engines[0].code(), engines[0].wrong_code());
    let tries: Vec<_> = (0..1000)
        .map(|n| {
            let (t, wrong) = (nth(engines, n), wrong.clone());
            tokio::spawn(async move { t.redeem(NATIVE, phone, &wrong, "openid").await.is_ok() })
        })
        .collect();
    for tried in tries {
        assert!(!tried.await.unwrap());
    }
    let key = ChallengeKey {
        connection: "sms".into(),
        address: Address::from_canonical(phone),
        client: ClientId::from(NATIVE),
    };
    let challenge = engines[0].engine.store.find_challenge(&key).await.unwrap().unwrap();
    assert_eq!(challenge.attempts, 3);
    assert!(engines[0].redeem(NATIVE, phone, &right, "openid").await.is_err());
}

/// One address, fifty clients, a code each: all sign in at once for the first time.
async fn fifty_first_sign_ins_make_one_user(engines: &[Arc<TestEngine>]) {
    let phone = "+14155550122";
    let first = &engines[0];
    let mut codes = Vec::new();
    for n in 0..50 {
        first.add_client(&format!("client-{n}"), ClientKind::Native, None, |_| {}).await;
    }
    first.add_connection("sms", latchkey_core::model::Strategy::Sms, serde_json::json!({})).await;
    for engine in engines {
        engine.engine.directory.forget();
    }
    for n in 0..50 {
        first.start(&format!("client-{n}"), phone).await.unwrap();
        codes.push(first.code());
    }
    let tries: Vec<_> = codes
        .into_iter()
        .enumerate()
        .map(|(n, code)| {
            let t = nth(engines, n);
            tokio::spawn(
                async move { t.redeem(&format!("client-{n}"), phone, &code, "openid").await.is_ok() },
            )
        })
        .collect();
    for tried in tries {
        assert!(tried.await.unwrap());
    }
    let address = Address::from_canonical(phone);
    let user = first.engine.store.find_user_by_address("sms", &address).await.unwrap().unwrap();
    assert_eq!(user.logins_count, 50);
    let users = first.engine.store.list_users(&Default::default()).await.unwrap();
    assert_eq!(users.iter().filter(|known| known.identities.iter().any(|i| i.address == address)).count(), 1);
    // Those who came too late to make them were not counted, on whatever node.
    assert_eq!(first.engine.store.count_users().await.unwrap(), users.len() as u64);
}

/// A second use revokes what the first gave, so that of fifty at once nobody keeps anything.
async fn one_of_50_uses_of_an_authorization_code_wins(engines: &[Arc<TestEngine>]) {
    let first = &engines[0];
    let mut browser = first.browser();
    first.sign_in_by_mail(NATIVE, &mut browser, "code@example.com").await;
    let mut request = authorization(NATIVE);
    request.scope = Some("openid offline_access".into());
    let Ok(Authorized::Respond { response, .. }) = first.authorize(&request, &browser).await else {
        panic!("somebody who is signed in is asked")
    };
    let tries: Vec<_> = (0..50)
        .map(|n| {
            let (t, response) = (nth(engines, n), response.clone());
            tokio::spawn(async move { t.trade(NATIVE, &response).await })
        })
        .collect();
    let mut won = Vec::new();
    for tried in tries {
        match tried.await.unwrap() {
            Ok(tokens) => won.push(tokens),
            Err(refused) => assert!(matches!(refused, ExchangeError::AuthorizationCodeRefused)),
        }
    }
    assert_eq!(won.len(), 1);
    for engine in engines {
        assert!(engine.engine.user_info(won[0].access_token.expose()).await.is_err());
        let request = RefreshTokenRequest {
            refresh_token: won[0].refresh_token.clone().unwrap(),
            scope: None,
            audience: None,
        };
        let request = TokenRequest::RefreshToken(request);
        let refused = engine.engine.exchange(&credentials(NATIVE), request, &engine.caller()).await;
        assert!(matches!(refused, Err(ExchangeError::RefreshTokenRefused)));
    }
}

/// In the browser that asked, on another device, and by its code: one sign-in in all.
async fn one_of_50_presses_of_a_link_wins(engines: &[Arc<TestEngine>]) {
    let first = &engines[0];
    for (round, other_device) in [false, true].into_iter().enumerate() {
        let (browser, phone) = (first.browser(), first.browser());
        let email = format!("link{round}@example.com");
        let handle = first.begin_by_mail(NATIVE, &browser, &email).await;
        let (link, code) = (first.link(), first.mailed_code());
        let signs = first.engine.sign_in_page(&handle, &browser).await.unwrap().confirmation;
        let presses: Vec<_> = (0..50)
            .map(|n| {
                let t = nth(engines, n);
                let (link, code, signs, handle) = (link.clone(), code.clone(), signs.clone(), handle.clone());
                let (browser, phone) = (browser.clone(), phone.clone());
                tokio::spawn(async move {
                    let caller = t.caller();
                    if other_device && n % 10 == 9 {
                        return t.engine.enter_code(&handle, &browser, &code, &caller).await.is_ok();
                    }
                    if other_device && n < 3 {
                        let used = t.engine.use_link(&link, &phone, Some(&signs), &caller).await;
                        return matches!(used, Ok(LinkUse::Elsewhere { .. }));
                    }
                    let used = t.engine.use_link(&link, &browser, None, &caller).await;
                    matches!(used, Ok(LinkUse::Entered(_)))
                })
            })
            .collect();
        let mut won = 0;
        for press in presses {
            won += u32::from(press.await.unwrap());
        }
        assert_eq!(won, 1, "round {round}");
        if other_device {
            // Whoever won, the browser goes on at most once.
            let went = [0, 1].map(|n| {
                let (t, handle, browser) = (nth(engines, n), handle.clone(), browser.clone());
                tokio::spawn(async move {
                    let went = t.engine.go_on(&handle, &browser, &t.caller()).await;
                    matches!(went, Ok(Some(_)))
                })
            });
            for went in went {
                let _ = went.await.unwrap();
            }
        }
        let address = Address::from_canonical(email.as_str());
        let user = first.engine.store.find_user_by_address("email", &address).await.unwrap().unwrap();
        assert_eq!(user.logins_count, 1);
        assert_eq!(first.engine.store.list_sessions(&user.id).await.unwrap().len(), 1);
    }
}

async fn all(engines: &[Arc<TestEngine>]) {
    one_of_50_uses_of_an_authorization_code_wins(engines).await;
    one_of_50_presses_of_a_link_wins(engines).await;
    one_of_200_right_codes_wins(engines).await;
    three_of_1000_wrong_codes_are_compared(engines).await;
    fifty_first_sign_ins_make_one_user(engines).await;
}

/// P-059, R-003, R-014, R-015, S-023, S-047, S-073, S-160
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_is_once_on_sqlite() {
    let (engines, _folder) = sqlite().await;
    all(&engines).await;
}

/// P-059, R-003, R-014, R-015, S-023, S-047, S-073, S-160
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_is_once_on_postgresql() {
    all(&postgres(1).await).await;
}

/// P-059, R-003, R-013, R-014, R-015, S-047, S-073
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_is_once_on_two_servers_over_one_postgresql() {
    all(&postgres(2).await).await;
}

///
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_together_agree_on_schema_and_keys() {
    let engines = postgres(4).await;
    let jwks: Vec<_> = engines.iter().map(|t| t.engine.keys.jwks()).collect();
    assert!(jwks.iter().all(|keys| *keys == jwks[0]), "{jwks:?}");
}
