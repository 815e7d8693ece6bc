//! Log streams as tools write and read them.

use http::Method;
use serde_json::{Value, json};

use crate::tool::{Tool, failure, grant, is_closed, refuses, unlimited};

const PATH: &str = "/log-streams";

fn body() -> Value {
    json!({
        "name": "SIEM", "type": "http", "filters": [{"type": "category", "name": "auth.login.fail"}],
        "sink": {
            "httpEndpoint": "https://logs.example/in", "httpAuthorization": "canary-one",
            "httpContentType": "application/json", "httpContentFormat": "JSONLINES",
            "httpCustomHeaders": [{"header": "X-Key", "value": "canary-two"}],
        },
    })
}

/// S-001
#[tokio::test]
async fn a_stream_is_made_read_changed_and_deleted() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get(PATH).await.json(), json!([]));
    let made = tool.call(Method::POST, PATH, Some(body())).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let made = made.json();
    let id = made["id"].as_str().unwrap().to_owned();
    assert!(id.len() == 20 && id[4..].bytes().all(|b| b.is_ascii_digit()), "{id}");
    assert_eq!(made["status"], "active");
    assert_eq!(made["sink"], body()["sink"]);
    let path = format!("{PATH}/{id}");
    assert_eq!(tool.get(&path).await.json(), made);
    for query in ["", "?page=0&per_page=100&include_totals=true"] {
        assert_eq!(tool.get(&format!("{PATH}{query}")).await.json(), json!([made]), "{query}");
    }
    // Secrets stay where a new sink lacks them.
    let change =
        json!({"name": "Other", "status": "paused", "sink": {"httpEndpoint": "https://logs.example/in"}});
    let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
    assert_eq!((&changed["name"], &changed["status"]), (&json!("Other"), &json!("paused")));
    let sink = json!({
        "httpEndpoint": "https://logs.example/in", "httpAuthorization": "canary-one",
        "httpCustomHeaders": [{"header": "X-Key", "value": "canary-two"}],
    });
    assert_eq!(changed["sink"], sink);
    for _ in 0..2 {
        assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    }
    let none = (404, Value::Null, json!("The log stream does not exist."));
    assert_eq!(failure(&tool.get(&path).await), none);
    assert_eq!(failure(&tool.call(Method::PATCH, &path, Some(json!({}))).await), none);
}

/// S-001
#[tokio::test]
async fn secrets_of_a_stream_go_to_no_other_endpoint_than_the_one_they_were_given_for() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let made = tool.call(Method::POST, PATH, Some(body())).await.json();
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let two = "https://logs.example/two";
    let bodies = [
        (json!({"sink": {"httpEndpoint": two}}), "on property sink.httpAuthorization"),
        (
            json!({"sink": {"httpEndpoint": two, "httpAuthorization": "new"}}),
            "on property sink.httpCustomHeaders",
        ),
    ];
    refuses(&tool, Method::PATCH, &path, &bodies).await;
    assert_eq!(tool.get(&path).await.json(), made);
    let sink = json!({"httpEndpoint": two, "httpAuthorization": "new", "httpCustomHeaders": []});
    let changed = tool.call(Method::PATCH, &path, Some(json!({"sink": sink}))).await.json();
    assert_eq!(changed["sink"], sink);
}

/// M-041, S-001
#[tokio::test]
async fn secrets_of_a_stream_are_for_tools_that_deploy_and_in_no_event() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let made = tool.call(Method::POST, PATH, Some(body())).await.json();
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    assert!(!format!("{events:?}").contains("canary"), "{events:?}");
    let kept = server.t.engine.read_log_stream(made["id"].as_str().unwrap()).await.unwrap();
    assert!(!format!("{kept:?}").contains("canary"), "{kept:?}");
    for scopes in ["read:log_streams", "read:log_streams update:log_streams create:log_streams"] {
        grant(&server, scopes).await;
        let list = Tool::of(&server, "").await.get(PATH).await;
        assert!(list.text.contains("https://logs.example/in"), "{scopes} {}", list.text);
        assert!(!list.text.contains("canary"), "{scopes} {}", list.text);
    }
    grant(&server, "read:log_streams read:connections_options").await;
    assert_eq!(Tool::of(&server, "").await.get(PATH).await.json(), json!([made]));
}

/// M-003, S-001
#[tokio::test]
async fn what_cannot_be_a_stream_is_refused_by_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = body();
        body[name] = value;
        body
    };
    let sink = |name: &str, value: Value| {
        let mut body = body();
        body["sink"][name] = value;
        body
    };
    let bodies = [
        (json!({"type": "http"}), "Missing required property: name"),
        (json!({"name": "x"}), "Missing required property: type"),
        (json!({"name": "x", "type": "http"}), "Missing required property: sink"),
        (with("type", json!("splunk")), "Log streams of type splunk are not supported: use http"),
        (with("name", json!("")), "on property name"),
        (with("status", json!("suspended")), "on property status"),
        (with("filters", json!([{"type": "category", "name": "x"}])), "on property filters"),
        (with("sink", json!({})), "on property sink"),
        (with("sink", json!("x")), "on property sink"),
        (sink("httpEndpoint", json!("http://10.0.0.1/")), "on property sink.httpEndpoint"),
        (sink("httpEndpoint", json!(1)), "on property sink.httpEndpoint"),
        (sink("httpAuthorization", json!("a\r\nb")), "on property sink.httpAuthorization"),
        (sink("httpContentType", json!("a\r\nb")), "on property sink.httpContentType"),
        (sink("httpContentFormat", json!("XML")), "on property sink.httpContentFormat"),
        (
            sink("httpCustomHeaders", json!([{"header": "a b", "value": "c"}])),
            "on property sink.httpCustomHeaders",
        ),
        (
            sink("httpCustomHeaders", json!([{"header": "a", "value": "b\nc"}])),
            "on property sink.httpCustomHeaders",
        ),
        (sink("httpCustomHeaders", json!({})), "on property sink.httpCustomHeaders"),
    ];
    refuses(&tool, Method::POST, PATH, &bodies).await;
    let made = tool.call(Method::POST, PATH, Some(body())).await.json();
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let bodies = [
        (json!({"type": "splunk"}), "on property type"),
        (json!({"sink": null}), "on property sink"),
        (json!({"sink": {"httpEndpoint": "ftp://a.example"}}), "on property sink.httpEndpoint"),
    ];
    refuses(&tool, Method::PATCH, &path, &bodies).await;
    is_closed(
        &server,
        &[(Method::GET, PATH), (Method::POST, PATH), (Method::PATCH, &path), (Method::DELETE, &path)],
    )
    .await;
}
