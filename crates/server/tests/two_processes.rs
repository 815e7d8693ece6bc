//! Two servers over one PostgreSQL: what must happen once happens once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::process::Command;

use serde_json::{Value, json};
use support::{OTP_GRANT, Running, free_port, latchkey, post, request, text};

const PHONE: &str = "+14155550100";

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

/// Answers to many requests at once, in turn to both servers.
fn all_at_once(ports: [u16; 2], bodies: Vec<Value>) -> Vec<(u16, Value)> {
    let threads: Vec<_> = bodies
        .into_iter()
        .enumerate()
        .map(|(n, body)| std::thread::spawn(move || post(ports[n % 2], "/oauth/token", &body).unwrap()))
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

fn subject(answer: &Value) -> String {
    let payload = answer["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value =
        serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap();
    claims["sub"].as_str().unwrap().to_owned()
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
    let store = format!("{}/{name}", base.rsplit_once('/').unwrap().0);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let ports = [free_port(), free_port()];
    for (folder, port) in folders.iter().zip(ports) {
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{}\"\n[store]\nurl = \"{store}\"\n[keys]\nmaster_key = \"{}\"\n[inbox]\nenabled = true\n[limits]\nenabled = false\n",
            ports[0],
            "5a".repeat(32)
        );
        std::fs::write(folder.path().join("latchkey.toml"), config).unwrap();
    }
    let here = folders[0].path();
    let mut connection =
        vec!["connections", "create", "sms", "--strategy", "sms", "--option", "provider=inbox"];
    let clients: Vec<String> = (0..8).map(|n| format!("app-{n}")).collect();
    for client in &clients {
        assert!(latchkey(here, &["clients", "create", client, "--type", "native"]).status.success());
        connection.extend(["--client", client]);
    }
    assert!(latchkey(here, &connection).status.success());
    let _servers = [Running::serve(folders[0].path(), ports[0]), Running::serve(folders[1].path(), ports[1])];

    // First sign-ins of one address by several clients: one user.
    let bodies = clients.iter().map(|client| exchange(client, &code(ports[0], client))).collect();
    let answers = all_at_once(ports, bodies);
    let subjects: Vec<String> = answers.iter().map(|(_, answer)| subject(answer)).collect();
    assert!(subjects.iter().all(|known| *known == subjects[0]), "{subjects:?}");

    // Two hundred right codes: one sign-in.
    let right = code(ports[1], "app-0");
    let answers = all_at_once(ports, vec![exchange("app-0", &right); 200]);
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1);

    // Many wrong codes: three at most were compared, and the right one is dead.
    let right = code(ports[0], "app-0");
    let wrong =
        right.chars().map(|c| if c == '9' { '0' } else { char::from(c as u8 + 1) }).collect::<String>();
    let answers = all_at_once(ports, vec![exchange("app-0", &wrong); 200]);
    let compared = answers
        .iter()
        .filter(|(_, answer)| answer["error_description"] == "Wrong phone number or verification code.");
    assert!(compared.count() <= 3);
    assert_ne!(post(ports[1], "/oauth/token", &exchange("app-0", &right)).unwrap().0, 200);
}
