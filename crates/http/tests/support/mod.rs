//! A server without a socket: requests go in, answers come out.
#![allow(dead_code, reason = "each test file uses a part")]

mod admin;
mod browser;
mod journey;
mod mask;
mod operator;
mod way;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use latchkey_http::{AppState, Server, TrustedProxies};
use latchkey_testkit::TestEngine;
use serde_json::Value;

#[allow(unused_imports, reason = "each test file uses a part")]
pub use admin::{ME, enter, enter_as, filled};
#[allow(unused_imports, reason = "each test file uses a part")]
pub use browser::{Browser, Form, attribute, unescape};
#[allow(unused_imports, reason = "each test file uses a part")]
pub use journey::{CALLBACK, CHALLENGE, EMAIL, VERIFIER, authorize};
#[allow(unused_imports, reason = "each test file uses a part")]
pub use operator::{API, add_tool, tool_token};
#[allow(unused_imports, reason = "each test file uses a part")]
pub use way::{MAILBOX, Way};

pub const JSON: &str = "application/json";
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const OTP_GRANT: &str = "http://auth0.com/oauth/grant-type/passwordless/otp";

pub struct TestServer {
    pub t: TestEngine,
    server: Server,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The same, whatever they are.
    pub bytes: bytes::Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The fields of an answer that went on to the client by its address: in the query or the fragment.
    pub fn fields(&self) -> BTreeMap<String, String> {
        let location = self.header("location");
        let (_, pairs) =
            location.split_once(['?', '#']).unwrap_or_else(|| panic!("{} {}", self.status, self.text));
        form_urlencoded::parse(pairs.as_bytes()).into_owned().collect()
    }

    /// Status, `error` and `error_description` of an OAuth error.
    pub fn error(&self) -> (u16, String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), text("error"), text("error_description"))
    }
}

impl TestServer {
    pub async fn new() -> Self {
        Self::over(TestEngine::new().await)
    }

    pub fn over(t: TestEngine) -> Self {
        let state = AppState {
            engine: Arc::clone(&t.engine),
            inbox: None,
            proxies: TrustedProxies::parse(&["10.0.0.0/8"]).unwrap(),
            metrics_text: None,
            dev: false,
        };
        Self { server: Server::new(state), t }
    }

    pub async fn send(&self, request: Request<Full<bytes::Bytes>>) -> Answer {
        self.send_from("192.0.2.1:1234".parse().unwrap(), request).await
    }

    pub async fn send_from(&self, peer: SocketAddr, request: Request<Full<bytes::Bytes>>) -> Answer {
        let response = self.server.answer(request, peer, false).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    pub async fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send(build(method, path, headers, body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path, &[("content-type", JSON)], body.to_string().as_bytes()).await
    }

    pub async fn form(&self, path: &str, body: &str) -> Answer {
        self.request(Method::POST, path, &[("content-type", FORM)], body.as_bytes()).await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request(Method::GET, path, headers, b"").await
    }
}

pub fn build(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Request<Full<bytes::Bytes>> {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request = request.header("host", "login.example");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(bytes::Bytes::copy_from_slice(body))).unwrap()
}
