//! Users out by a file.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use http::Method;
use latchkey_wire::management::scope;
use serde_json::{Value, json};

use crate::imports::{ended, import, start};
use crate::support::Answer;
use crate::tool::{Tool, failure, grant, server, unlimited};

async fn ask(tool: &Tool<'_>, body: Value) -> Value {
    let answer = tool.call(Method::POST, "/jobs/users-exports", Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn download(tool: &Tool<'_>, job: &Value) -> Answer {
    let link = job["location"].as_str().unwrap_or_else(|| panic!("{job}"));
    let path = link.strip_prefix("https://login.example").unwrap();
    tool.server.get(path, &[]).await
}

fn unpacked(answer: &Answer) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(&*answer.bytes).read_to_string(&mut text).unwrap();
    text
}

/// The file of an export.
async fn export(tool: &Tool<'_>, body: Value) -> String {
    let job = ended(tool, &ask(tool, body).await).await;
    assert_eq!(job["status"], "completed", "{job}");
    let answer = download(tool, &job).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-length"), answer.bytes.len().to_string());
    unpacked(&answer)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn connection_id(tool: &Tool<'_>, name: &str) -> String {
    tool.get(&format!("/connections?name={name}")).await.json()[0]["id"].as_str().unwrap().to_owned()
}

async fn fill(tool: &Tool<'_>) {
    let mail = json!([{"user_id": "a", "email": "a@example.com", "name": "=1+1 \"x\",",
        "user_metadata": {"plan": {"id": 7}}}]);
    import(tool, "email", mail, false).await;
    let sms = json!([
        {"user_id": "b", "phone_number": "+14155550100", "logins_count": 3, "blocked": true, "identities": [
            {"provider": "email", "user_id": "c", "connection": "email", "profileData": {"email": "c@example.com"}}]},
        {"user_id": "d", "phone_number": "+14155550101"},
    ]);
    import(tool, "sms", sms, false).await;
}

/// M-035
#[tokio::test]
async fn an_export_holds_what_reading_each_user_tells() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    fill(&tool).await;
    let job = ask(&tool, json!({})).await;
    let now = server.t.engine.now().to_iso8601();
    let expected = json!({
        "id": job["id"], "type": "users_export", "status": "pending", "created_at": now, "format": "json",
    });
    assert_eq!(job, expected);

    let done = ended(&tool, &job).await;

    assert_eq!((&done["status"], &done["percentage_done"]), (&json!("completed"), &json!(100)));
    let file = download(&tool, &done).await;
    assert_eq!(file.header("content-type"), "application/gzip");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"latchkey.json.gz\"");
    assert_eq!(file.header("cache-control"), "no-store");
    let users = lines(&unpacked(&file));
    assert_eq!(users.len(), 3);
    for user in &users {
        let path = format!("/users/{}", user["user_id"].as_str().unwrap().replace('|', "%7C"));
        assert_eq!(tool.get(&path).await.json(), *user);
    }
    let answer = tool.get(&format!("/jobs/{}/errors", job["id"].as_str().unwrap())).await;
    assert_eq!(answer.status, 204);
}

/// M-035
#[tokio::test]
async fn fields_connection_limit_and_names_are_as_asked() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    fill(&tool).await;
    let fields = json!([
        {"name": "user_id"}, {"name": "identities[0].connection", "export_as": "from"},
        {"name": "user_metadata.plan.id", "export_as": "plan"}, {"name": "nothing"},
    ]);
    let email = connection_id(&tool, "email").await;
    let text = export(&tool, json!({"connection_id": email, "fields": fields})).await;
    let expected = [
        json!({"user_id": "email|a", "from": "email", "plan": 7}),
        json!({"user_id": "sms|b", "from": "sms"}),
    ];
    assert_eq!(lines(&text), expected);
    let text =
        export(&tool, json!({"limit": 2, "fields": [{"name": "user_id"}], "format": "json-array"})).await;
    let array: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(array, json!([{"user_id": "email|a"}, {"user_id": "sms|b"}]));
    server.t.clock.advance(5);
    let database = connection_id(&tool, "Username-Password-Authentication").await;
    for (format, empty) in [("json", ""), ("json-array", "[\n]\n")] {
        let text = export(&tool, json!({"connection_id": database, "format": format})).await;
        assert_eq!(text, empty);
    }
}

/// M-035
#[tokio::test]
async fn a_table_is_quoted_and_no_text_of_it_is_a_formula() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    fill(&tool).await;
    let fields = json!([
        {"name": "user_id"}, {"name": "name"}, {"name": "logins_count"}, {"name": "blocked"},
        {"name": "user_metadata.plan", "export_as": "=plan"},
    ]);
    let text = export(&tool, json!({"format": "csv", "fields": fields})).await;
    let expected = "\"user_id\",\"name\",\"logins_count\",\"blocked\",\"'=plan\"\r\n\
        \"'email|a\",\"'=1+1 \"\"x\"\",\",,,\"'{\"\"id\"\":7}\"\r\n\
        \"'sms|b\",\"'+14155550100\",3,true,\r\n\
        \"'sms|d\",\"'+14155550101\",,,\r\n";
    assert_eq!(text, expected);
    let text = export(&tool, json!({"format": "csv"})).await;
    assert!(text.starts_with("\"user_id\",\"email\",\"email_verified\",\"phone_number\""), "{text}");
    assert_eq!(text.lines().count(), 4);
}

/// S-126: who took the users along, and what of them, is in the log.
#[tokio::test]
async fn whoever_asks_for_an_export_is_on_record() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    fill(&tool).await;
    let email = connection_id(&tool, "email").await;
    let job = ask(&tool, json!({"connection_id": email, "fields": [{"name": "email"}]})).await;

    let log = tool.get("/logs?q=type:sapi&per_page=100").await.json();

    let of_job = |entry: &&Value| entry["details"]["on"] == job["id"];
    let entry = log.as_array().unwrap().iter().find(of_job).unwrap_or_else(|| panic!("{log}"));
    assert_eq!(entry["client_id"], tool.claims()["azp"]);
    let about = &entry["details"]["after"];
    assert_eq!((&about["connection"], &about["fields"]), (&json!("email"), &json!(["email"])), "{entry}");
}

/// M-003, M-035
#[tokio::test]
async fn an_export_that_cannot_be_is_refused() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let many = |count: usize| (0..count).map(|n| json!({"name": format!("a{n}")})).collect::<Vec<_>>();
    for (body, text) in [
        (json!({"format": "xml"}), "on property format"),
        (json!({"limit": 0}), "on property limit"),
        (json!({"limit": "5"}), "on property limit"),
        (json!({"more": 1}), "unknown field"),
        (json!({"fields": [{"export_as": "x"}]}), "missing field"),
        (json!({"fields": [{"name": ""}]}), "on property fields"),
        (json!({"fields": [{"name": "a..b"}]}), "on property fields"),
        (json!({"fields": [{"name": "a[x]"}]}), "on property fields"),
        (json!({"fields": [{"name": "a\0"}]}), "on property fields"),
        (json!({"fields": [{"name": "a"}, {"name": "b", "export_as": "a"}]}), "twice"),
        (json!({"fields": many(31), "format": "csv"}), "maximum 30"),
        (json!({"fields": many(101)}), "maximum 100"),
        (json!({"fields": [{"name": "user_metadata"}], "format": "csv"}), "by its parts"),
        (json!([]), "expected struct"),
    ] {
        let refused = failure(&tool.call(Method::POST, "/jobs/users-exports", Some(body.clone())).await);
        assert_eq!(refused.0, 400, "{body}");
        assert!(refused.2.as_str().unwrap().contains(text), "{body} {refused:?}");
    }
    let refused =
        tool.call(Method::POST, "/jobs/users-exports", Some(json!({"connection_id": "con_x"}))).await;
    assert_eq!((failure(&refused).0, failure(&refused).1), (404, json!("inexistent_connection")));
}

/// M-035
#[tokio::test]
async fn a_link_lives_for_a_minute_and_each_reading_gives_another() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    fill(&tool).await;
    let job = ended(&tool, &ask(&tool, json!({})).await).await;
    let path = |job: &Value| {
        job["location"].as_str().unwrap().strip_prefix("https://login.example").unwrap().to_owned()
    };
    assert_eq!(download(&tool, &job).await.status, 200);
    server.t.clock.advance(59);
    assert_eq!(download(&tool, &job).await.status, 200);
    server.t.clock.advance(1);
    assert_eq!(download(&tool, &job).await.status, 404);

    let renewed = tool.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.json();
    assert_ne!(path(&renewed), path(&job));
    assert_eq!(download(&tool, &renewed).await.status, 200);
    let link = path(&renewed);
    for wrong in [
        format!("{link}A"),
        link.replace("/exports/", "/exports/A"),
        "/exports/".to_owned() + &"A".repeat(900),
    ] {
        assert_eq!(server.get(&wrong, &[]).await.status, 404, "{wrong}");
    }
    // Who may only make users is not led to all of them.
    grant(&server, "create:users").await;
    let maker = Tool::of(&server, "").await;
    let seen = maker.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.json();
    assert_eq!((&seen["status"], seen.get("location")), (&json!("completed"), None));
    grant(&server, &scope::ALL.join(" ")).await;
}

/// M-035
#[tokio::test]
async fn many_users_are_written_in_steps_and_each_of_them_once() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let users: Vec<Value> = (0..450).map(|n| json!({"email": format!("user{n}@example.com")})).collect();
    import(&tool, "email", json!(users), false).await;
    for format in ["json", "json-array"] {
        let job = ask(&tool, json!({"format": format})).await;
        let steps = std::sync::atomic::AtomicU32::new(0);
        // Stopped after two steps, another worker goes on.
        let two = || steps.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 3;
        server.t.engine.work_jobs(&two).await.unwrap();
        let half = tool.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.json();
        assert_eq!((&half["status"], &half["percentage_done"]), (&json!("processing"), &json!(88)), "{half}");
        assert!(half["time_left_seconds"].is_u64() && half.get("location").is_none());
        let done = ended(&tool, &job).await;
        let text = unpacked(&download(&tool, &done).await);
        let written: Vec<Value> = match format {
            "json" => lines(&text),
            _ => serde_json::from_str(&text).unwrap(),
        };
        let mut ids: Vec<&str> = written.iter().map(|user| user["user_id"].as_str().unwrap()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 450);
    }
}

/// M-035
#[tokio::test]
async fn what_was_exported_comes_back_as_it_was() {
    let from = server().await;
    let tool = Tool::new(&from).await;
    fill(&tool).await;
    let text = export(&tool, json!({"format": "json-array"})).await;
    let before: Value = serde_json::from_str(&text).unwrap();
    let into = server().await;
    into.t.clock.advance(500);
    let tool = Tool::new(&into).await;
    for connection in ["sms", "email"] {
        let job = start(&tool, connection, text.as_bytes(), false).await;
        ended(&tool, &job).await;
    }
    for user in before.as_array().unwrap() {
        let path = format!("/users/{}", user["user_id"].as_str().unwrap().replace('|', "%7C"));
        assert_eq!(tool.get(&path).await.json(), *user);
    }
    assert_eq!(tool.get("/users?include_totals=true").await.json()["total"], 3);
}
