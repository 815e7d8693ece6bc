//! What people allowed clients, as tools see it and take it back.

use http::Method;
use latchkey_core::model::{ClientId, Consent, ConsentId, UserId};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, PHONE};
use latchkey_wire::Scopes;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::tool::{Tool, failure, server};

const PATH: &str = "/grants";
const API: &str = "https://things.example/";

/// A user of that number who allowed a client something.
async fn allowed(server: &TestServer, phone: &str, client: &str, audience: Option<&str>) -> (String, UserId) {
    let engine = &server.t.engine;
    let all = engine.store.list_users(&Default::default()).await.unwrap();
    let known = all.into_iter().find(|user| format!("{user:?}").contains(phone));
    let user = match known {
        Some(user) => user,
        None => {
            server.t.sign_in(NATIVE, phone, "openid").await;
            let all = engine.store.list_users(&Default::default()).await.unwrap();
            all.into_iter().find(|user| format!("{user:?}").contains(phone)).unwrap()
        }
    };
    let consent = Consent {
        id: ConsentId::new(engine.new_id()),
        user: user.id.clone(),
        client: ClientId::from(client),
        audience: audience.map(str::to_owned),
        scope: Scopes::parse("openid read:things").unwrap(),
        created_at: engine.now(),
        updated_at: engine.now(),
    };
    assert!(engine.store.put_consent(&consent, Vec::new()).await.unwrap());
    (consent.id.as_str().to_owned(), user.id)
}

/// MS-004
#[tokio::test]
async fn consents_are_listed_by_person_client_and_audience_and_taken_back() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let (id, user) = allowed(&server, PHONE, NATIVE, Some(API)).await;
    allowed(&server, PHONE, NATIVE, None).await;
    allowed(&server, PHONE, CONFIDENTIAL, Some(API)).await;
    let (_, other) = allowed(&server, "+14155550111", NATIVE, Some(API)).await;
    let list = async |query: &str| tool.get(&format!("{PATH}?{query}")).await.json();
    let count = async |query: &str| list(query).await.as_array().unwrap().len();
    assert_eq!(count("").await, 4);
    let encoded = user.as_str().replace('|', "%7C");
    assert_eq!(count(&format!("user_id={encoded}")).await, 3);
    let one = list(&format!("user_id={encoded}&client_id={NATIVE}&audience=https://things.example/")).await;
    let expected = json!([{
        "id": id, "clientID": NATIVE, "user_id": user, "audience": API, "scope": ["openid", "read:things"],
    }]);
    assert_eq!(one, expected);
    assert_eq!(count("audience=https://login.example/userinfo").await, 1);

    let totals = list("include_totals=true&page=1&per_page=3").await;
    assert_eq!((&totals["start"], &totals["length"], &totals["total"]), (&json!(3), &json!(1), &json!(4)));
    let mut seen: Vec<Value> = Vec::new();
    let mut query = String::from("take=3");
    loop {
        let part = list(&query).await;
        seen.extend(part["grants"].as_array().unwrap().clone());
        let Some(next) = part["next"].as_str() else { break };
        query = format!("take=3&from={next}");
    }
    assert_eq!(json!(seen), list("").await);

    let path = format!("{PATH}/{id}");
    for _ in 0..2 {
        assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    }
    assert_eq!(count("").await, 3);
    let all = tool.call(Method::DELETE, PATH, None).await;
    assert_eq!((failure(&all).0, failure(&all).1), (400, json!("invalid_query_string")));
    let gone = tool.call(Method::DELETE, &format!("{PATH}?user_id={encoded}"), None).await;
    assert_eq!(gone.status, 204);
    assert_eq!(list("").await[0]["user_id"], json!(other));
    let reader = Tool::of(&server, "read:grants").await;
    assert_eq!(failure(&reader.call(Method::DELETE, &path, None).await).0, 403);
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    let told =
        |event: &latchkey_core::model::Event| event.detail.get("act") == Some(&json!("delete consent"));
    assert_eq!(events.iter().filter(|event| told(event)).count(), 3);
}
