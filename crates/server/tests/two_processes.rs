//! Two servers over one PostgreSQL: what must happen once happens once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::process::Command;
use std::sync::{Arc, Barrier};

use latchkey_core::model::{Address, ChallengeKey, ClientId};
use latchkey_core::store::{Page, Store};
use latchkey_store::StoreOptions;
use serde_json::{Value, json};
use support::{OTP_GRANT, Running, free_port, latchkey, post, request, text};

const FIRST_SIGN_INS: usize = 50;
const RIGHT_CODES: usize = 200;
const WRONG_CODES: usize = 1000;
const PHONE: &str = "+14155550100";
/// Enough for one request: the threads are many.
const STACK: usize = 256 * 1024;

fn exchange(client: &str, code: &str) -> Value {
    json!({
        "grant_type": OTP_GRANT, "client_id": client, "username": PHONE, "otp": code, "realm": "sms", "scope": "openid",
    })
}

/// Asks one server for a code, and reads it there.
fn code(port: u16, client: &str) -> String {
    let body = json!({"client_id": client, "connection": "sms", "phone_number": PHONE});
    assert_eq!(post(port, "/passwordless/start", &body).unwrap().0, 200);
    let (_, inbox) = request(port, "GET", "/dev/inbox/messages", "").unwrap();
    let inbox: Value = serde_json::from_str(&inbox).unwrap();
    inbox["messages"][0]["code"].as_str().unwrap().to_owned()
}

/// Answers to many requests at once, in turn to both servers: no thread asks before all are there.
fn all_at_once(ports: [u16; 2], bodies: Vec<Value>) -> Vec<(u16, Value)> {
    let start = Arc::new(Barrier::new(bodies.len()));
    let threads: Vec<_> = bodies
        .into_iter()
        .enumerate()
        .map(|(n, body)| {
            let start = Arc::clone(&start);
            let ask = move || {
                start.wait();
                persistently(ports[n % 2], &body)
            };
            std::thread::Builder::new().stack_size(STACK).spawn(ask).unwrap()
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

/// Who waited a second in vain for a connection to the database is told 503, and asks again.
fn persistently(port: u16, body: &Value) -> (u16, Value) {
    (0..20)
        .map(|_| post(port, "/oauth/token", body).expect("an answer"))
        .find(|(status, _)| *status != 503)
        .expect("an answer other than 503")
}

fn count(answers: &[(u16, Value)], status: u16) -> usize {
    answers.iter().filter(|(found, _)| *found == status).count()
}

fn subject(answer: &Value) -> String {
    let payload = answer["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value =
        serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap();
    claims["sub"].as_str().unwrap().to_owned()
}

/// The clients `app-0` (made by the command line), `app-1`, …, all enabled for the connection.
async fn many_clients(store: &dyn Store) -> Vec<String> {
    let first = store.find_client(&ClientId::from("app-0")).await.unwrap().unwrap();
    let mut connection = store.find_connection("sms").await.unwrap().unwrap();
    for n in 1..FIRST_SIGN_INS {
        let mut client = first.clone();
        client.id = ClientId::from(format!("app-{n}").as_str());
        store.put_client(&client).await.unwrap();
        connection.enabled_clients.push(client.id);
    }
    store.put_connection(&connection).await.unwrap();
    (0..FIRST_SIGN_INS).map(|n| format!("app-{n}")).collect()
}

/// P-059
#[test]
#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
fn once_is_once_on_two_processes() {
    let base = std::env::var("LATCHKEY_TEST_POSTGRES")
        .expect("LATCHKEY_TEST_POSTGRES must be the URL of a PostgreSQL server; cargo xtask test starts one");
    let name = format!("two_{}", std::process::id());
    let made = Command::new("psql").args([&base, "-c", &format!("CREATE DATABASE {name}")]).output().unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let url = format!("{}/{name}", base.rsplit_once('/').unwrap().0);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let ports = [free_port(), free_port()];
    for (folder, port) in folders.iter().zip(ports) {
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{}\"\n[store]\nurl = \"{url}\"\n[keys]\nmaster_key = \"{}\"\n[inbox]\nenabled = true\n[limits]\nenabled = false\n",
            ports[0],
            "5a".repeat(32)
        );
        std::fs::write(folder.path().join("latchkey.toml"), config).unwrap();
    }
    let here = folders[0].path();
    assert!(latchkey(here, &["clients", "create", "app-0", "--type", "native"]).status.success());
    let connection = "connections create sms --strategy sms --option provider=inbox --client app-0";
    assert!(latchkey(here, &connection.split(' ').collect::<Vec<_>>()).status.success());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(latchkey_store::open(&url, &StoreOptions::default())).unwrap();
    let clients = runtime.block_on(many_clients(&*store));
    let _servers = [Running::serve(folders[0].path(), ports[0]), Running::serve(folders[1].path(), ports[1])];

    // First sign-ins of one address by many clients: one user, whom all of them signed in.
    let bodies = clients.iter().map(|client| exchange(client, &code(ports[0], client))).collect();
    let answers = all_at_once(ports, bodies);
    assert_eq!(count(&answers, 200), FIRST_SIGN_INS, "{answers:?}");
    let subjects: Vec<String> = answers.iter().map(|(_, answer)| subject(answer)).collect();
    assert!(subjects.iter().all(|known| *known == subjects[0]), "{subjects:?}");
    let users = runtime.block_on(store.list_users(&Page::default())).unwrap();
    let logins: Vec<_> = users.iter().map(|user| user.logins_count).collect();
    assert_eq!(logins, [FIRST_SIGN_INS as i64]);

    // Many right codes: one sign-in; the others are refused, none fails.
    let right = code(ports[1], "app-0");
    let answers = all_at_once(ports, vec![exchange("app-0", &right); RIGHT_CODES]);
    assert_eq!((count(&answers, 200), count(&answers, 403)), (1, RIGHT_CODES - 1));
    let users = runtime.block_on(store.list_users(&Page::default())).unwrap();
    assert_eq!(users[0].logins_count, FIRST_SIGN_INS as i64 + 1);

    // Many wrong codes: three were compared, and the right one is dead.
    let right = code(ports[0], "app-0");
    let wrong =
        right.chars().map(|c| if c == '9' { '0' } else { char::from(c as u8 + 1) }).collect::<String>();
    let answers = all_at_once(ports, vec![exchange("app-0", &wrong); WRONG_CODES]);
    assert_eq!(count(&answers, 403), WRONG_CODES);
    let key = ChallengeKey {
        connection: "sms".into(),
        address: Address::from_canonical(PHONE),
        client: ClientId::from("app-0"),
    };
    let challenge = runtime.block_on(store.find_challenge(&key)).unwrap().unwrap();
    assert_eq!(challenge.attempts, 3);
    assert_eq!(post(ports[1], "/oauth/token", &exchange("app-0", &right)).unwrap().0, 403);
}
