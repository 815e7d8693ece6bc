//! JWTs of devices against the built binary: what was taken once is not taken again, by whichever process, nor
//! after a restart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Barrier};
use std::time::{SystemTime, UNIX_EPOCH};

use latchkey_core::model::ClientId;
use latchkey_store::StoreOptions;
use latchkey_testkit::DevicePair;
use serde_json::{Value, json};
use support::{Running, free_port, latchkey, post, request_with, text};

const DATABASE: &str = "Username-Password-Authentication";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const AT_ONCE: usize = 20;

#[expect(clippy::disallowed_methods, reason = "the clock of the server is the machine's")]
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

fn configure(folder: &Path, port: u16, issuer: u16, store: &str) {
    let config = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{issuer}\"\n[store]\nurl = \"{store}\"\n[keys]\nmaster_key = \"{}\"\n[limits]\nenabled = false\n",
        "5a".repeat(32)
    );
    std::fs::write(folder.join("latchkey.toml"), config).unwrap();
}

/// A client and its database, by commands.
fn make(folder: &Path) {
    assert!(latchkey(folder, &["clients", "create", "lock", "--type", "native"]).status.success());
    let connection = format!("connections create {DATABASE} --strategy auth0 --client lock");
    let made = latchkey(folder, &connection.split(' ').collect::<Vec<_>>());
    assert!(made.status.success(), "{}", text(&made.stderr));
}

/// The client gets the grants of Touch ID, and may use keys of 1024 bits.
async fn allow(url: &str) {
    let store = latchkey_store::open(url, &StoreOptions::default()).await.unwrap();
    let mut client = store.find_client(&ClientId::from("lock")).await.unwrap().unwrap();
    client.oidc_conformant = false;
    for grant in ["ro", "ro/jwt-bearer"] {
        client.grant_types.push(format!("http://auth0.com/oauth/legacy/grant-type/{grant}"));
    }
    client.further.insert("client_metadata".into(), json!({"latchkey_rsa_1024_until": "2100-01-01"}));
    store.put_client(&client).await.unwrap();
    store.close().await;
}

struct Phone {
    pair: DevicePair,
    user: String,
}

impl Phone {
    /// Signs up, logs in and enrols its key.
    fn enrolled(port: u16) -> Self {
        let (email, password) = ("ana@example.com", "k3J9s0Lq2Wz8Xc");
        let body = json!({"client_id": "lock", "email": email, "password": password, "connection": DATABASE});
        let (status, signed_up) = post(port, "/dbconnections/signup", &body).unwrap();
        assert_eq!(status, 200, "{signed_up}");
        let body = json!({
            "client_id": "lock", "grant_type": "password", "username": email, "password": password,
            "connection": DATABASE, "scope": "openid",
        });
        let (status, tokens) = post(port, "/oauth/ro", &body).unwrap();
        assert_eq!(status, 200, "{tokens}");
        let user = format!("auth0|{}", signed_up["_id"].as_str().unwrap());
        let pair = DevicePair::generate(1024, 7);
        let path = format!("/api/users/{}/publickey", user.replace('|', "%7C"));
        let head = format!(
            "content-type: application/json\r\nauthorization: Bearer {}\r\n",
            tokens["id_token"].as_str().unwrap()
        );
        let key = json!({"public_key": pair.pem(), "device": "AnasiPhone"}).to_string();
        let (status, answer) = request_with(port, "POST", &path, &head, &key).unwrap();
        assert_eq!(status, 201, "{answer}");
        Self { pair, user }
    }

    /// A login by a JWT that is unlike any other.
    fn login(&self, nonce: u32) -> Value {
        let jwt = self.pair.jwt("Ana's iPhone", now(), json!({"iss": self.user, "nonce": nonce}));
        json!({
            "client_id": "lock", "grant_type": JWT_BEARER, "id_token": jwt, "device": "AnasiPhone",
            "connection": DATABASE, "scope": "openid",
        })
    }
}

fn is_refused(port: u16, login: &Value) {
    let (status, answer) = post(port, "/oauth/ro", login).unwrap();
    assert_eq!((status, &answer["error"]), (401, &json!("invalid_grant")), "{answer}");
}

/// S-064
#[test]
fn a_jwt_that_was_taken_is_refused_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (here, port) = (folder.path(), free_port());
    configure(here, port, port, "sqlite:latchkey.db");
    make(here);
    let url = format!("sqlite:{}", here.join("latchkey.db").display());
    tokio::runtime::Runtime::new().unwrap().block_on(allow(&url));
    let server = Running::serve(here, port);
    let phone = Phone::enrolled(port);
    let login = phone.login(1);
    assert_eq!(post(port, "/oauth/ro", &login).unwrap().0, 200);
    is_refused(port, &login);
    // Killed at once, and not asked to stop.
    drop(server);
    let _server = Running::serve(here, port);
    is_refused(port, &login);
    assert_eq!(post(port, "/oauth/ro", &phone.login(2)).unwrap().0, 200);
}

/// S-064, P-166
#[test]
#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
fn of_one_jwt_at_two_processes_one_is_taken() {
    let base = std::env::var("LATCHKEY_TEST_POSTGRES")
        .expect("LATCHKEY_TEST_POSTGRES must be the URL of a PostgreSQL server; cargo xtask test starts one");
    let name = format!("touch_{}", std::process::id());
    let made = Command::new("psql").args([&base, "-c", &format!("CREATE DATABASE {name}")]).output().unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let url = format!("{}/{name}", base.rsplit_once('/').unwrap().0);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let ports = [free_port(), free_port()];
    for (folder, port) in folders.iter().zip(ports) {
        configure(folder.path(), port, ports[0], &url);
    }
    make(folders[0].path());
    tokio::runtime::Runtime::new().unwrap().block_on(allow(&url));
    let first = Running::serve(folders[0].path(), ports[0]);
    let _second = Running::serve(folders[1].path(), ports[1]);
    let phone = Phone::enrolled(ports[0]);

    let login = phone.login(1);
    let start = Arc::new(Barrier::new(AT_ONCE));
    let threads: Vec<_> = (0..AT_ONCE)
        .map(|n| {
            let (start, login) = (Arc::clone(&start), login.clone());
            std::thread::spawn(move || {
                start.wait();
                post(ports[n % 2], "/oauth/ro", &login).unwrap().0
            })
        })
        .collect();
    let mut statuses: Vec<u16> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    statuses.sort_unstable();
    let expected: Vec<u16> = [vec![200], vec![401; AT_ONCE - 1]].concat();
    assert_eq!(statuses, expected);

    drop(first);
    let _first = Running::serve(folders[0].path(), ports[0]);
    for port in ports {
        is_refused(port, &login);
    }
    let next = phone.login(2);
    assert_eq!(post(ports[1], "/oauth/ro", &next).unwrap().0, 200);
    is_refused(ports[0], &next);
}
