//! Users from one server to another by `latchkey export` and `latchkey import`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use support::text;
use support::users::{Place, database};

fn users() -> (Value, Value) {
    let mut sms: Vec<Value> = (0..230)
        .map(|n| {
            json!({
                "user_id": format!("sms|s{n}"), "phone_number": format!("+1415555{n:04}"), "phone_verified": n % 2 == 0,
                "name": format!("Ana {n}"), "user_metadata": {"n": n, "nested": {"a": [1, null, "ü"]}},
                "app_metadata": {"plan": "pro"}, "blocked": n % 3 == 0, "logins_count": n,
                "created_at": "2020-01-02T03:04:05.000Z", "last_login": "2021-01-02T03:04:05.000Z",
            })
        })
        .collect();
    sms[0]["identities"] = json!([
        {"provider": "email", "user_id": "linked", "connection": "email",
         "profileData": {"email": "linked@example.com", "email_verified": true}},
        {"provider": "google-oauth2", "user_id": "1076", "connection": "google-oauth2", "isSocial": true},
    ]);
    let email =
        json!([{"user_id": "e1", "email": "e1@example.com", "email_verified": true, "given_name": "E"}]);
    (json!(sms), email)
}

fn all(place: &Place) -> Vec<Value> {
    let token = place.token();
    let mut all = Vec::new();
    let mut from = String::new();
    loop {
        let part = place.get(&token, &format!("/users?take=100{from}")).unwrap();
        all.extend(part["users"].as_array().unwrap().iter().cloned());
        let Some(next) = part["next"].as_str() else { break };
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        from = format!("&from={next}");
    }
    all.sort_by_key(|user| user["user_id"].as_str().unwrap().to_owned());
    all
}

fn succeeded(output: &std::process::Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn moves(from: &str, into: &str) {
    let first = Place::new(from);
    let _first = first.serve();
    let (sms, email) = users();
    first.write("sms.json", &sms);
    first.write("email.json", &email);
    let told = succeeded(&first.run(&["import", "sms.json", "--connection", "sms"]));
    assert_eq!(told, "230 users: 230 new, 0 changed, 0 failed\n");
    succeeded(&first.run(&["import", "email.json", "--connection", "email"]));
    let before = all(&first);
    assert_eq!(before.len(), 231);

    let second = Place::new(into);
    let _second = second.serve();
    for (connection, format) in [("sms", "json"), ("email", "json-array")] {
        let file = second.path().join(format!("{connection}.json.gz"));
        let name = file.to_str().unwrap();
        succeeded(&first.run(&["export", "--connection", connection, "--format", format, "-o", name]));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let output = second.run(&["import", name, "--connection", connection, "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["job"]["status"], "completed", "{report}");
        // Whoever is linked to this connection came with the other one.
        let failed: Vec<&Value> =
            report["errors"].as_array().unwrap().iter().map(|e| &e["errors"][0]["path"]).collect();
        let expected = if connection == "sms" { json!([]) } else { json!(["user_id"]) };
        assert_eq!(json!(failed), expected, "{report}");
    }
    assert_eq!(all(&second), before);
}

/// M-035
#[test]
fn users_move_from_sqlite_to_postgresql_as_they_were() {
    moves("sqlite:{folder}/latchkey.db", &database("move_into"));
}

/// M-035
#[test]
fn users_move_from_postgresql_to_sqlite_as_they_were() {
    moves(&database("move_from"), "sqlite:{folder}/latchkey.db");
}

/// M-035
#[test]
fn the_commands_say_what_went_wrong_and_exit_as_scripts_expect() {
    let place = Place::new("sqlite:{folder}/latchkey.db");
    let unreached = place.path().join("none.json");
    let server = place.serve();
    place.write("mixed.json", &json!([
        {"email": "a@example.com", "username": "a"}, {"email": "wrong\u{1b}[31m"}, {"email": "a@example.com"},
    ]));
    let output = place.run(&["import", "mixed.json", "--connection", "email"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stdout);
    assert!(told.starts_with("3 users: 1 new, 0 changed, 2 failed\n"), "{told}");
    assert!(told.contains("1 record: The property username has no meaning here"), "{told}");
    for part in ["USER", "FORMAT", "DUPLICATED_USER", "a@example.com"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains('\u{1b}'));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("job job_") && stderr.contains("2 of 3 users did not come in"), "{stderr}");

    std::fs::write(place.path().join("broken.json"), "[{").unwrap();
    for (arguments, code, why) in [
        (
            &["import", "broken.json", "--connection", "email"][..],
            1,
            "the import failed: The file breaks at record 1",
        ),
        (&["import", "none.json", "--connection", "email"], 1, "cannot read none.json"),
        (&["import", "mixed.json", "--connection", "nope"], 1, "there is no connection nope"),
        (&["import", "mixed.json"], 2, "--connection"),
        (
            &["import", "mixed.json", "--connection", "email", "--url", "ftp://x"],
            1,
            "must begin with https://",
        ),
        (
            &["import", "mixed.json", "--connection", "email", "--token", "a.b.c"],
            1,
            "does not take the token",
        ),
        (&["export", "--format", "xml"], 2, "possible values"),
        (&["export", "--field", "a..b", "-o", "x.gz"], 1, "the server refused"),
        (&["export", "-o", "none/x.gz"], 1, "cannot write none/x.gz.part"),
    ] {
        let output = place.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?} {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(why), "{arguments:?} {}", text(&output.stderr));
    }
    assert!(!unreached.exists() && !place.path().join("x.gz").exists());

    let told = succeeded(&place.run(&["export", "--format", "csv", "--field", "email=Mail"]));
    assert!(told.starts_with("users.csv.gz ("), "{told}");
    let again = place.run(&["export", "--format", "csv"]);
    assert!(text(&again.stderr).contains("users.csv.gz is there already"));
    let piped = place.run(&["export", "-o", "-"]);
    assert_eq!(&piped.stdout[..2], [0x1f, 0x8b]);

    let token = place.token();
    drop(server);
    let mut command = place.command_with(&["export", "-o", "y.gz"], &token);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot be reached"), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains(&token));
}
