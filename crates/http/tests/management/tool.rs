//! A tool that calls the Management API.

use http::Method;
use latchkey_testkit::{MACHINE, TestEngine};
use latchkey_wire::management::scope;
use serde_json::{Value, json};

use crate::described;
pub use crate::support::API;
use crate::support::{Answer, JSON, TestServer, add_tool, tool_token};

/// An operator's tool with a token.
pub struct Tool<'a> {
    pub server: &'a TestServer,
    pub token: String,
}

pub async fn server() -> TestServer {
    let server = TestServer::over(TestEngine::with(|_| {}).await);
    grant(&server, &scope::ALL.join(" ")).await;
    server
}

/// Where a tool may ask as often as it likes.
pub async fn unlimited() -> TestServer {
    let server = TestServer::new().await;
    grant(&server, &scope::ALL.join(" ")).await;
    server
}

pub async fn grant(server: &TestServer, scopes: &str) {
    add_tool(&server.t, MACHINE, scopes).await;
}

impl<'a> Tool<'a> {
    /// With every scope there is.
    pub async fn new(server: &'a TestServer) -> Self {
        Self::of(server, "").await
    }

    pub async fn of(server: &'a TestServer, scope: &str) -> Self {
        Self { server, token: tool_token(server, MACHINE, scope).await }
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
        let bytes = body.as_ref().map(Value::to_string).unwrap_or_default();
        let place = format!("/api/v2{path}");
        let answer = self.server.request(method.clone(), &place, &headers, bytes.as_bytes()).await;
        described::holds(self.server, (&method, path), body.as_ref(), &answer).await;
        answer
    }

    /// What its token says.
    pub fn claims(&self) -> Value {
        claims(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }
}

pub fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap()
}

/// Each body is refused with the name of what is wrong with it.
pub async fn refuses(tool: &Tool<'_>, method: Method, path: &str, bodies: &[(Value, &str)]) {
    for (body, text) in bodies {
        let (status, _, message) = failure(&tool.call(method.clone(), path, Some(body.clone())).await);
        assert_eq!(status, 400, "{body}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
    }
}

/// Without the scopes nobody gets in.
pub async fn is_closed(server: &TestServer, calls: &[(Method, &str)]) {
    grant(server, "read:clients").await;
    let stranger = Tool::of(server, "").await;
    for (method, path) in calls {
        let answer = stranger.call(method.clone(), path, Some(json!({}))).await;
        assert_eq!(
            (failure(&answer).0, failure(&answer).1),
            (403, json!("insufficient_scope")),
            "{method} {path}"
        );
    }
}

/// Status, code and message.
pub fn failure(answer: &Answer) -> (u16, Value, Value) {
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8", "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["statusCode"], answer.status.as_u16());
    (answer.status.as_u16(), body["errorCode"].clone(), body["message"].clone())
}
