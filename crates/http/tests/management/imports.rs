//! Users in by a file, as tools send it and as the log tells of it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::Method;
use latchkey_core::model::EventKind;
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::TestEngine;
use serde_json::{Value, json};

use crate::support::{Answer, TestServer};
use crate::tool::{Tool, failure, grant, is_closed, server};
use latchkey_wire::management::scope;

const BOUNDARY: &str = "----tool";

/// A part of a form: its head, and what is in it.
fn field(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n");
    [head.as_bytes(), body, b"\r\n"].concat()
}

pub async fn send(tool: &Tool<'_>, parts: &[Vec<u8>]) -> Answer {
    let mut body = parts.concat();
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let bearer = format!("Bearer {}", tool.token);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("authorization", bearer.as_str()), ("content-type", kind.as_str())];
    tool.server.request(Method::POST, "/api/v2/jobs/users-imports", &headers, &body).await
}

async fn connection_id(tool: &Tool<'_>, name: &str) -> String {
    tool.get(&format!("/connections?name={name}")).await.json()[0]["id"].as_str().unwrap().to_owned()
}

pub async fn start(tool: &Tool<'_>, connection: &str, file: &[u8], upsert: bool) -> Value {
    let id = connection_id(tool, connection).await;
    let answer = send(
        tool,
        &[
            field("name=\"users\"; filename=\"users.json\"", file),
            field("name=\"connection_id\"", id.as_bytes()),
            field("name=\"upsert\"", upsert.to_string().as_bytes()),
            field("name=\"external_id\"", b"mine"),
            field("name=\"send_completion_email\"", b"true"),
        ],
    )
    .await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.json()
}

/// The job once it has ended.
pub async fn ended(tool: &Tool<'_>, job: &Value) -> Value {
    tool.server.t.engine.work_jobs(&|| true).await.unwrap();
    tool.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.json()
}

pub async fn import(tool: &Tool<'_>, connection: &str, users: Value, upsert: bool) -> Value {
    let job = start(tool, connection, users.to_string().as_bytes(), upsert).await;
    ended(tool, &job).await
}

async fn errors(tool: &Tool<'_>, job: &Value) -> Value {
    let answer = tool.get(&format!("/jobs/{}/errors", job["id"].as_str().unwrap())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// Code and path of each error, in the order of the file.
async fn wrong(tool: &Tool<'_>, job: &Value) -> Vec<(String, String)> {
    let list = errors(tool, job).await;
    let of = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let each = list.as_array().unwrap().iter().flat_map(|failed| failed["errors"].as_array().unwrap());
    each.map(|error| (of(error, "code"), of(error, "path"))).collect()
}

async fn user(tool: &Tool<'_>, id: &str) -> Value {
    let answer = tool.get(&format!("/users/{}", id.replace('|', "%7C"))).await;
    assert_eq!(answer.status, 200, "{id} {}", answer.text);
    answer.json()
}

async fn events(server: &TestServer) -> Vec<EventKind> {
    let page = Page { after: None, limit: 100 };
    let events = server.t.engine.store.list_events(&EventFilter::default(), &page).await.unwrap();
    let kinds = events.into_iter().rev().map(|event| event.kind);
    kinds.filter(|kind| *kind != EventKind::ClientCredentialsExchanged).collect()
}

/// M-035
#[tokio::test]
async fn a_file_is_taken_worked_and_told_of_as_tools_expect_it() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let users = json!([
        {"user_id": "sms|5f7c8ec7c33c6c004bbafe82", "phone_number": "+14155550100", "phone_verified": true,
         "name": "Ana", "user_metadata": {"a": 1}, "app_metadata": {"plan": "pro"}, "blocked": true,
         "created_at": "2020-01-02T03:04:05.678Z", "last_login": "2021-01-01T00:00:00Z", "logins_count": 7},
        {"phone_number": "+14155550101"},
    ]);
    let job = start(&tool, "sms", users.to_string().as_bytes(), false).await;
    let (id, now) = (job["id"].as_str().unwrap(), server.t.engine.now().to_iso8601());
    assert!(id.starts_with("job_"));
    let expected = json!({
        "id": id, "type": "users_import", "status": "pending", "connection": "sms", "created_at": now,
        "connection_id": connection_id(&tool, "sms").await, "external_id": "mine",
    });
    assert_eq!(job, expected);
    assert_eq!(tool.get(&format!("/jobs/{id}")).await.json(), expected);

    let done = ended(&tool, &job).await;

    assert_eq!(done["status"], "completed");
    assert_eq!(done["percentage_done"], 100);
    assert_eq!(done["summary"], json!({"failed": 0, "updated": 0, "inserted": 2, "total": 2}));
    let answer = tool.get(&format!("/jobs/{id}/errors")).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    let ana = user(&tool, "sms|5f7c8ec7c33c6c004bbafe82").await;
    assert_eq!(
        ana,
        json!({
            "user_id": "sms|5f7c8ec7c33c6c004bbafe82", "phone_number": "+14155550100", "phone_verified": true,
            "name": "Ana", "nickname": "+14155550100", "picture": "https://login.example/avatar.svg",
            "user_metadata": {"a": 1}, "app_metadata": {"plan": "pro"}, "blocked": true,
            "created_at": "2020-01-02T03:04:05.000Z", "updated_at": "2020-01-02T03:04:05.000Z",
            "last_login": "2021-01-01T00:00:00.000Z", "logins_count": 7,
            "identities": [{"connection": "sms", "user_id": "5f7c8ec7c33c6c004bbafe82", "provider": "sms",
                            "isSocial": false}],
        })
    );
    assert_eq!(events(&server).await, [EventKind::OperatorActed, EventKind::UsersImported]);
    assert!(server.t.senders.sent().is_empty() && server.t.senders.mailed().is_empty());
}

/// M-035
#[tokio::test]
async fn a_file_may_be_an_array_lines_or_packed_in_any_order_of_fields() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let pack = |text: &str| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    };
    let one = |n: u32| json!({"email": format!("user{n}@example.com")}).to_string();
    let two_files = [pack(&one(6)), pack(&format!("\n{}", one(7)))].concat();
    for file in [
        format!("[{},\n{}]", one(1), one(2)).into_bytes(),
        format!("{}\n{}\n", one(3), one(4)).into_bytes(),
        pack(&format!("[{}]", one(5))),
        two_files,
    ] {
        let job = start(&tool, "email", &file, false).await;
        let done = ended(&tool, &job).await;
        assert_eq!((&done["status"], &done["summary"]["failed"]), (&json!("completed"), &json!(0)), "{done}");
    }
    assert_eq!(tool.get("/users?include_totals=true").await.json()["total"], 7);
    let id = connection_id(&tool, "email").await;
    let parts = [
        field("name=\"connection_id\"", id.as_bytes()),
        [
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"users\"\r\ncontent-type: application/json\r\n\r\n")
                .as_bytes(),
            b"[]\r\n",
        ]
        .concat(),
    ];
    let empty = send(&tool, &parts).await.json();
    let done = ended(&tool, &empty).await;
    assert_eq!(done["summary"], json!({"failed": 0, "updated": 0, "inserted": 0, "total": 0}));
}

/// M-003, M-035
#[tokio::test]
async fn a_form_that_cannot_be_is_refused_and_leaves_nothing() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let id = connection_id(&tool, "sms").await;
    let file = field("name=\"users\"; filename=\"f\"", b"[]");
    let connection = field("name=\"connection_id\"", id.as_bytes());
    for (parts, status, text) in [
        (vec![connection.clone()], 400, "Missing required property: users"),
        (vec![file.clone()], 400, "Missing required property: connection_id"),
        (
            vec![file.clone(), field("name=\"connection_id\"", b"con_none")],
            404,
            "The connection does not exist",
        ),
        (vec![file.clone(), field("name=\"connection_id\"", b"\0")], 404, "The connection does not exist"),
        (vec![file.clone(), file.clone(), connection.clone()], 400, "twice"),
        (vec![connection.clone(), connection.clone(), file.clone()], 400, "twice"),
        (vec![file.clone(), connection.clone(), field("name=\"upsert\"", b"yes")], 400, "on property upsert"),
        (vec![file.clone(), connection.clone(), field("name=\"more\"", b"1")], 400, "not allowed: more"),
        (
            vec![file.clone(), connection.clone(), field("name=\"external_id\"", &[b'x'; 2000])],
            400,
            "too long",
        ),
        (vec![file.clone(), connection.clone(), field("name=\"external_id\"", b"\xff")], 400, "UTF-8"),
        (vec![file.clone(), connection.clone(), field("name=\"external_id\"", b"a\0")], 400, "control"),
        (vec![field("name=\"upsert\"", b""); 20], 400, "twice"),
        (vec![b"--nonsense".to_vec()], 400, "Missing required property: users"),
        (vec![format!("--{BOUNDARY}\r\nno head\r\n\r\nx\r\n").into_bytes()], 400, "broken"),
    ] {
        let refused = failure(&send(&tool, &parts).await);
        assert_eq!(refused.0, status, "{refused:?}");
        assert!(refused.2.as_str().unwrap().contains(text), "{refused:?}");
        server.t.clock.advance(1);
    }
    let json = tool.call(Method::POST, "/jobs/users-imports", Some(json!([]))).await;
    assert_eq!(failure(&json).0, 400);
    assert_eq!(server.t.engine.store.count_open_jobs(server.t.engine.now()).await.unwrap(), 0);
    assert_eq!(tool.get("/users").await.json(), json!([]));
    for (path, code) in [("/jobs/job_none", "inexistent_job"), ("/jobs/job_none/errors", "inexistent_job")] {
        let absent = failure(&tool.get(path).await);
        assert_eq!((absent.0, absent.1), (404, json!(code)));
    }
}

/// M-003, M-035
#[tokio::test]
async fn a_file_that_is_too_large_or_swells_is_refused() {
    let t = TestEngine::with(|settings| {
        settings.jobs.max_upload = 20_000;
        settings.jobs.max_unpacked = 50_000;
    })
    .await;
    let server = TestServer::over(t);
    grant(&server, &scope::ALL.join(" ")).await;
    let tool = Tool::new(&server).await;
    let id = connection_id(&tool, "sms").await;
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..2000 {
        packer.write_all(&[b' '; 4096]).unwrap();
    }
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 20_000);
    for (file, most) in [(vec![b' '; 20_001], 20_000), (vec![b' '; 200_000], 20_000), (bomb, 50_000)] {
        let parts = [field("name=\"users\"", &file), field("name=\"connection_id\"", id.as_bytes())];
        let text = format!("Payload content length greater than maximum allowed: {most}");
        assert_eq!(failure(&send(&tool, &parts).await), (413, Value::Null, json!(text)));
    }
    assert_eq!(server.t.engine.store.count_open_jobs(server.t.engine.now()).await.unwrap(), 0);
}

/// M-035
#[tokio::test]
async fn a_broken_file_fails_the_job_and_nobody_comes_in() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let cut = {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(b"[{\"email\":\"a@example.com\"}]").unwrap();
        let whole = packer.finish().unwrap();
        whole[..whole.len() - 4].to_vec()
    };
    let deep = format!("[{}1{}]", "[".repeat(100_000), "]".repeat(100_000));
    for (file, why) in [
        (b"".to_vec(), "record 1: it is empty"),
        (b"null".to_vec(), "neither a JSON array"),
        (b"user_id,email\r\n1,a@example.com".to_vec(), "neither a JSON array"),
        (b"[{\"email\":\"a@example.com\"},{\"email\":".to_vec(), "record 2: it ends in the middle"),
        (b"[{\"email\":\"a@example.com\"},{email:1}]".to_vec(), "record 2: it is not valid JSON"),
        (b"[{\"email\":\"\xff\"}]".to_vec(), "record 1: it is not valid JSON"),
        (b"[{}]x".to_vec(), "follows its end"),
        (cut, "cannot be unpacked"),
        (b"\x1f\x8bnot gzip at all".to_vec(), "cannot be unpacked"),
    ] {
        let job = start(&tool, "email", &file, false).await;
        assert_eq!(job["status"], "pending");
        let failed = ended(&tool, &job).await;
        assert_eq!(failed["status"], "failed", "{why}");
        let told = errors(&tool, &job).await;
        assert!(told["status_details"].as_str().unwrap().contains(why), "{why} {told}");
        assert_eq!((&told["type"], &told["status"]), (&json!("users_import"), &json!("failed")));
        server.t.clock.advance(1);
    }
    assert_eq!(tool.get("/users").await.json(), json!([]));
    let kinds = events(&server).await;
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::UsersImportFailed).count(), 9);
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::UsersImported).count(), 0);
    // JSON that is too deep to read is a fault of its record only.
    let job = start(&tool, "email", deep.as_bytes(), false).await;
    let done = ended(&tool, &job).await;
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!(wrong(&tool, &done).await, [("NOT_PASSED".into(), String::new())]);
}

/// M-035
#[tokio::test]
async fn every_fault_of_a_record_is_told_on_its_property_and_others_come_in() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut record = json!({"phone_number": "+14155550100"});
        record[name] = value;
        record
    };
    let cases = [
        (json!(7), "INVALID_TYPE", ""),
        (json!({}), "OBJECT_REQUIRED", "phone_number"),
        (json!({"email": "a@example.com"}), "OBJECT_REQUIRED", "phone_number"),
        (with("phone_number", json!(14155550100u64)), "INVALID_TYPE", "phone_number"),
        (with("phone_number", json!("4155550100")), "PATTERN", "phone_number"),
        (with("phone_number", json!("+1415555\0")), "PATTERN", "phone_number"),
        (with("phone_number", json!("+999999999999999")), "FORMAT", "phone_number"),
        (with("phone_verified", json!("true")), "INVALID_TYPE", "phone_verified"),
        (with("user_id", json!(1)), "INVALID_TYPE", "user_id"),
        (with("user_id", json!("")), "MIN_LENGTH", "user_id"),
        (with("user_id", json!("sms|")), "MIN_LENGTH", "user_id"),
        (with("user_id", json!("x".repeat(256))), "MAX_LENGTH", "user_id"),
        (with("user_id", json!("a b")), "PATTERN", "user_id"),
        (with("user_id", json!("a\0b")), "PATTERN", "user_id"),
        (with("user_id", json!("a/../../clients/x")), "PATTERN", "user_id"),
        (with("user_id", json!("email|5f7c")), "PATTERN", "user_id"),
        (with("user_id", json!("google-oauth2|1")), "PATTERN", "user_id"),
        (with("name", json!("")), "MIN_LENGTH", "name"),
        (with("name", json!("x".repeat(301))), "MAX_LENGTH", "name"),
        (with("given_name", json!("x".repeat(151))), "MAX_LENGTH", "given_name"),
        (with("nickname", json!("a\0")), "PATTERN", "nickname"),
        (with("picture", json!("javascript:alert(1)")), "FORMAT", "picture"),
        (with("blocked", json!(1)), "INVALID_TYPE", "blocked"),
        (with("user_metadata", json!([])), "INVALID_TYPE", "user_metadata"),
        (with("app_metadata", json!({"x": "x".repeat(17_000)})), "MAX_LENGTH", "app_metadata"),
        (with("app_metadata", json!({"x": "\0"})), "PATTERN", "app_metadata"),
        (with("created_at", json!(5)), "INVALID_TYPE", "created_at"),
        (with("created_at", json!("yesterday")), "FORMAT", "created_at"),
        (with("created_at", json!("1960-01-01T00:00:00Z")), "MINIMUM", "created_at"),
        (with("last_login", json!("2999-01-01T00:00:00Z")), "MAXIMUM", "last_login"),
        (with("last_ip", json!("here")), "FORMAT", "last_ip"),
        (with("logins_count", json!(-1)), "MINIMUM", "logins_count"),
        (with("logins_count", json!(i64::MAX)), "MAXIMUM", "logins_count"),
        (with("logins_count", json!(1.5)), "INVALID_TYPE", "logins_count"),
        (with("logins_count", json!("1")), "INVALID_TYPE", "logins_count"),
        (with("identities", json!({})), "INVALID_TYPE", "identities"),
        (with("identities", json!([1])), "INVALID_TYPE", "identities[0]"),
        (with("identities", json!(vec![json!({}); 31])), "ARRAY_LENGTH_LONG", "identities"),
        (with("identities", json!([{}])), "ANY_OF_MISSING", "identities[0]"),
        (
            with("identities", json!([{"provider": "email", "user_id": "1", "connection": "none"}])),
            "CONNECTION_NOT_FOUND",
            "identities[0].connection",
        ),
        (
            with("identities", json!([{"provider": "email", "user_id": "1", "connection": "email"}])),
            "OBJECT_REQUIRED",
            "identities[0].profileData.email",
        ),
        (
            with(
                "identities",
                json!([{"provider": "email", "user_id": "1", "connection": "email", "profileData": {"email": "x"}}]),
            ),
            "FORMAT",
            "identities[0].profileData.email",
        ),
    ];
    let mut records: Vec<Value> = cases.iter().map(|(record, ..)| record.clone()).collect();
    records.push(json!({"phone_number": "+14155550199", "user_id": "good"}));
    let count = records.len();

    let done = import(&tool, "sms", json!(records), false).await;

    let expected: Vec<(String, String)> =
        cases.iter().map(|(_, code, path)| ((*code).to_owned(), (*path).to_owned())).collect();
    assert_eq!(wrong(&tool, &done).await, expected);
    let summary = json!({"failed": count - 1, "updated": 0, "inserted": 1, "total": count});
    assert_eq!((&done["status"], &done["summary"]), (&json!("completed"), &summary));
    user(&tool, "sms|good").await;
    // All that is wrong with a record is told at once, beside the record.
    let both = json!([{"phone_number": "x", "name": ""}]);
    let done = import(&tool, "sms", both.clone(), false).await;
    let told = errors(&tool, &done).await;
    assert_eq!(told[0]["user"], both[0]);
    assert_eq!(
        told[0]["errors"][1]["message"],
        "Error in name property - String is too short (0 chars), minimum 1"
    );
    assert_eq!(told[0]["errors"].as_array().unwrap().len(), 2);
}

/// M-035
#[tokio::test]
async fn ids_keep_what_they_were_whether_or_not_their_prefix_came_along() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let users = json!([
        {"user_id": "sms|5f7c8ec7c33c6c004bbafe82", "phone_number": "+14155550100"},
        {"user_id": "5f7c8ec7c33c6c004bbafe83", "phone_number": "+14155550101"},
        {"user_id": "sms|sms|doubled", "phone_number": "+14155550102"},
    ]);
    let done = import(&tool, "sms", users, false).await;
    assert_eq!(done["summary"]["inserted"], 3, "{done}");
    for id in ["sms|5f7c8ec7c33c6c004bbafe82", "sms|5f7c8ec7c33c6c004bbafe83", "sms|sms|doubled"] {
        assert_eq!(user(&tool, id).await["user_id"], id);
    }
    let id = "auth0|abc";
    let done = import(
        &tool,
        "Username-Password-Authentication",
        json!([{"user_id": id, "email": "a@example.com"}, {"name": "nobody"}]),
        false,
    )
    .await;
    assert_eq!(done["summary"]["inserted"], 1);
    assert_eq!(user(&tool, id).await["identities"][0]["provider"], "auth0");
    assert_eq!(wrong(&tool, &done).await, [("ANY_OF_MISSING".into(), String::new())]);
}

/// M-035
#[tokio::test]
async fn the_second_of_a_file_is_an_error_across_parts_too() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let mut users: Vec<Value> = (0..250)
        .map(|n| json!({"email": format!("user{n}@example.com"), "user_id": format!("u{n}")}))
        .collect();
    users.push(json!({"email": "User3@example.com"}));
    users.push(json!({"email": "other@example.com", "user_id": "email|u4"}));
    let done = import(&tool, "email", json!(users), true).await;
    assert_eq!(done["summary"], json!({"failed": 2, "updated": 0, "inserted": 250, "total": 252}));
    assert_eq!(wrong(&tool, &done).await, vec![("DUPLICATED_USER".to_owned(), String::new()); 2]);
}

/// M-035
#[tokio::test]
async fn who_is_there_is_an_error_or_is_changed_as_the_job_says() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let first = json!([{"email": "a@example.com", "user_id": "one", "name": "Ana", "nickname": "an",
        "user_metadata": {"old": 1}, "app_metadata": {"kept": true}}]);
    import(&tool, "email", first.clone(), false).await;

    let again = import(&tool, "email", first, false).await;
    assert_eq!(wrong(&tool, &again).await, [("DUPLICATED_USER".into(), String::new())]);

    let change =
        json!([{"email": "b@example.com", "user_id": "one", "name": "Bo", "user_metadata": {"new": 2}}]);
    let done = import(&tool, "email", change.clone(), true).await;
    assert_eq!(done["summary"], json!({"failed": 0, "updated": 1, "inserted": 0, "total": 1}));
    let changed = user(&tool, "email|one").await;
    assert_eq!(
        (&changed["email"], &changed["name"], &changed["nickname"]),
        (&json!("b@example.com"), &json!("Bo"), &json!("an"))
    );
    assert_eq!(
        (&changed["user_metadata"], &changed["app_metadata"]),
        (&json!({"new": 2}), &json!({"kept": true}))
    );

    // Whose address it is says who it is, unless the record says another id.
    let done = import(&tool, "email", json!([{"email": "b@example.com", "given_name": "B"}]), true).await;
    assert_eq!(done["summary"]["updated"], 1);
    assert_eq!(user(&tool, "email|one").await["given_name"], "B");
    let done = import(&tool, "email", json!([{"email": "b@example.com", "user_id": "two"}]), true).await;
    assert_eq!(wrong(&tool, &done).await, [("CONFLICT_EMAIL".into(), "email".into())]);
    import(&tool, "email", change, true).await;
    assert_eq!(tool.get("/users?include_totals=true").await.json()["total"], 1);
}

/// M-035, M-041
#[tokio::test]
async fn what_means_nothing_here_is_ignored_with_a_warning_and_no_secret_is_kept() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let secrets = json!([
        {"phone_number": "+14155550100", "username": "ana", "password_hash": "$2b$canary-one",
         "custom_password_hash": {"hash": {"value": "canary-two"}}, "mfa_factors": [{"totp": {"secret": "canary-three"}}],
         "email": "a@example.com"},
        {"phone_number": "wrong", "password_hash": "$2b$canary-four", "identities": [
            {"provider": "google-oauth2", "user_id": "1", "connection": "google-oauth2", "access_token": "canary-five"}]},
    ]);
    let job = start(&tool, "sms", secrets.to_string().as_bytes(), false).await;
    // Before and after it was worked.
    let id = latchkey_core::model::JobId::from(job["id"].as_str().unwrap());
    let part =
        server.t.engine.store.find_job_part(&id, latchkey_core::model::JobPart::Input, 0).await.unwrap();
    let mut file = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::DeflateDecoder::new(part.unwrap().as_slice()),
        &mut file,
    )
    .unwrap();
    assert!(file.contains("+14155550100") && !file.contains("canary"), "{file}");

    let done = ended(&tool, &job).await;

    assert_eq!(done["summary"], json!({"failed": 1, "updated": 0, "inserted": 1, "total": 2}));
    let ignored: Vec<(&str, u64)> = done["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| (warning["path"].as_str().unwrap(), warning["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        ignored,
        [
            ("custom_password_hash", 1),
            ("email", 1),
            ("mfa_factors", 1),
            ("password_hash", 2),
            ("username", 1)
        ]
    );
    let told = errors(&tool, &done).await.to_string();
    assert!(!told.contains("canary") && !told.contains("password_hash"), "{told}");
    assert_eq!(
        server.t.engine.store.find_job_part(&id, latchkey_core::model::JobPart::Input, 0).await.unwrap(),
        None
    );
    let logs = tool.get("/logs").await.text;
    assert!(!logs.contains("canary") && !logs.contains("+14155550100"), "{logs}");
}

/// M-035
#[tokio::test]
async fn linked_accounts_come_along_and_other_providers_are_kept_to_be_read() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let google = json!({"provider": "google-oauth2", "user_id": "10769150350006150715113082367",
        "connection": "google-oauth2", "isSocial": true, "access_token": "ya29.canary",
        "profileData": {"email": "ana@gmail.example", "name": "Ana"}});
    let users = json!([{
        "user_id": "sms|one", "phone_number": "+14155550100", "phone_verified": true,
        "identities": [
            {"provider": "sms", "user_id": "one", "connection": "sms", "isSocial": false},
            {"provider": "email", "user_id": "two", "connection": "email", "isSocial": false,
             "profileData": {"email": "Ana@Example.com", "email_verified": true}},
            google,
        ],
    }]);
    let done = import(&tool, "sms", users.clone(), false).await;
    assert_eq!(done["summary"]["inserted"], 1, "{}", errors(&tool, &done).await);
    let expected = json!([
        {"provider": "sms", "user_id": "one", "connection": "sms", "isSocial": false},
        {"provider": "email", "user_id": "two", "connection": "email", "isSocial": false,
         "profileData": {"email": "ana@example.com", "email_verified": true, "name": "ana@example.com"}},
        {"provider": "google-oauth2", "user_id": "10769150350006150715113082367", "connection": "google-oauth2",
         "isSocial": true, "imported": true, "profileData": {"email": "ana@gmail.example", "name": "Ana"}},
    ]);
    assert_eq!(user(&tool, "sms|one").await["identities"], expected);
    assert_eq!(tool.get("/users-by-email?email=ana@example.com").await.json()[0]["user_id"], "sms|one");

    // Nothing leads there, and nothing parts it; all else leaves it.
    let path = "/users/sms%7Cone/identities/google-oauth2/10769150350006150715113082367";
    assert_eq!(failure(&tool.call(Method::DELETE, path, None).await).0, 400);
    let patched = tool.call(Method::PATCH, "/users/sms%7Cone", Some(json!({"name": "Ana"}))).await;
    assert_eq!(patched.json()["identities"], expected);
    let again = import(&tool, "sms", users, true).await;
    assert_eq!(again["summary"]["updated"], 1);
    assert_eq!(user(&tool, "sms|one").await["identities"], expected);
    // The address is the user's: nobody else brings it along.
    let other = json!([{"phone_number": "+14155550101", "identities": [
        {"provider": "email", "user_id": "two", "connection": "email", "profileData": {"email": "ana@example.com"}}]}]);
    let done = import(&tool, "sms", other, false).await;
    assert_eq!(wrong(&tool, &done).await, [("CONFLICT_EMAIL".into(), "email".into())]);
}

/// M-002, M-035
#[tokio::test]
async fn jobs_are_for_those_who_may_read_or_make_users() {
    let server = server().await;
    let job = {
        let tool = Tool::new(&server).await;
        start(&tool, "sms", b"[]", false).await
    };
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    let errors = format!("{path}/errors");
    is_closed(
        &server,
        &[
            (Method::POST, "/jobs/users-exports"),
            (Method::POST, "/jobs/verification-email"),
            (Method::POST, "/migrate/dry-run"),
            (Method::GET, &path),
            (Method::GET, &errors),
        ],
    )
    .await;
    let stranger = Tool::of(&server, "").await;
    let refused = failure(&send(&stranger, &[field("name=\"users\"", b"[]")]).await);
    assert_eq!((refused.0, refused.1), (403, json!("insufficient_scope")));
}

/// M-035
#[tokio::test]
async fn a_job_waits_for_a_place_ends_after_a_day_and_is_kept_for_another() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let store = &server.t.engine.store;
    let now = server.t.engine.now();
    let long = start(&tool, "sms", b"[{\"phone_number\":\"+14155550100\"}]", false).await;
    let other = start(&tool, "sms", b"[]", false).await;
    // Two workers elsewhere have begun, and died.
    for _ in 0..2 {
        assert!(store.claim_job(now, now.plus(30), 2).await.unwrap().is_some());
    }
    let third = start(&tool, "sms", b"[]", false).await;
    let waiting = ended(&tool, &third).await;
    assert_eq!(waiting["status"], "pending");
    assert_eq!(
        tool.get(&format!("/jobs/{}", long["id"].as_str().unwrap())).await.json()["status"],
        "processing"
    );

    server.t.clock.advance(86_400 + 1);
    let tool = Tool::new(&server).await;
    let failed = ended(&tool, &long).await;

    assert_eq!((&failed["status"], failed["status_details"].is_string()), (&json!("failed"), true));
    let status = tool.get(&format!("/jobs/{}", third["id"].as_str().unwrap())).await.json()["status"].clone();
    assert_eq!(status, "completed");
    server.t.clock.advance(86_400);
    let tool = Tool::new(&server).await;
    for job in [&long, &other, &third] {
        let path = format!("/jobs/{}", job["id"].as_str().unwrap());
        assert_eq!(failure(&tool.get(&path).await).0, 404);
    }
    assert_eq!(tool.get("/users").await.json(), json!([]));
}

/// M-003, M-035
#[tokio::test]
async fn nobody_fills_the_store_with_jobs_that_wait() {
    let server = crate::tool::unlimited().await;
    let tool = Tool::new(&server).await;
    for _ in 0..50 {
        start(&tool, "sms", b"[]", false).await;
    }
    let refused = send(&tool, &[field("name=\"users\"", b"[]")]).await;
    let (status, code, _) = failure(&refused);
    assert_eq!((status, code), (429, json!("too_many_jobs")));
    assert_eq!(refused.header("retry-after"), "60");
    let refused = tool.call(Method::POST, "/jobs/users-exports", Some(json!({}))).await;
    assert_eq!(failure(&refused).0, 429);
}

/// M-035
#[tokio::test]
async fn no_verification_email_is_ever_sent() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    import(&tool, "email", json!([{"email": "a@example.com", "user_id": "one"}]), false).await;
    let ask = async |body| tool.call(Method::POST, "/jobs/verification-email", Some(body)).await;
    let made = ask(json!({"user_id": "email|one", "client_id": "native"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let job = made.json();
    assert_eq!((&job["type"], &job["status"]), (&json!("verification_email"), &json!("pending")));
    let failed = ended(&tool, &job).await;
    assert_eq!(failed["status"], "failed");
    assert!(errors(&tool, &job).await["status_details"].as_str().unwrap().contains("signing in"));
    assert_eq!(failure(&ask(json!({"user_id": "email|none"})).await).0, 404);
    assert_eq!(failure(&ask(json!({})).await).0, 400);
    assert_eq!(failure(&ask(json!({"user_id": 1})).await).0, 400);
    assert!(server.t.senders.sent().is_empty() && server.t.senders.mailed().is_empty());
}
