//! An app with the client in it, a server without a socket, and what went from one to the other.

use std::sync::{Arc, Mutex};

use http::Method;
use latchkey_client as sdk;
use latchkey_core::Clock;
use latchkey_testkit::{PHONE, TestClock, TestEngine};
use sdk::{
    Address, BoxFuture, Client, CodeSignIn, Error, Generation, Request, Response, Start, Tokens,
    TransportError,
};
use serde_json::Value;

use crate::support::TestServer;

/// What becomes of the next POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The server never sees it.
    Lost,
    /// The server does it, and its answer is lost.
    Unanswered,
}

/// Carries requests to the server in this process, and notes them.
pub struct Wire {
    pub server: TestServer,
    noted: Mutex<Vec<Request>>,
    fates: Mutex<Vec<Fate>>,
}

impl Wire {
    /// The requests since the last time.
    pub fn noted(&self) -> Vec<Request> {
        std::mem::take(&mut self.noted.lock().unwrap())
    }

    pub fn next(&self, fate: Fate) {
        self.fates.lock().unwrap().push(fate);
    }

    async fn carry(&self, request: Request) -> Result<Response, TransportError> {
        self.noted.lock().unwrap().push(request.clone());
        let is_post = request.method == latchkey_client::Method::Post;
        let fate = self.fates.lock().unwrap().pop_if(|_| is_post);
        if fate == Some(Fate::Lost) {
            return Err(TransportError::Unreachable("lost".into()));
        }
        let method = Method::from_bytes(request.method.as_str().as_bytes()).unwrap();
        let path = request.url.strip_prefix("https://login.example").expect("our server");
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = request.body.as_deref().unwrap_or_default();
        let answer = self.server.request(method, path, &headers, body).await;
        if fate == Some(Fate::Unanswered) {
            return Err(TransportError::NoAnswer("cut".into()));
        }
        let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Ok(Response { status: answer.status.as_u16(), headers, body: answer.bytes.to_vec() })
    }
}

impl sdk::Transport for Wire {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(self.carry(request))
    }
}

struct StoppedClock(Arc<TestClock>);

impl sdk::Clock for StoppedClock {
    fn now(&self) -> i64 {
        self.0.now_micros() / 1_000_000
    }
}

pub struct App {
    pub wire: Arc<Wire>,
    pub client: Client,
}

impl App {
    pub async fn new(client_id: &str) -> Self {
        Self::over(TestServer::new().await, client_id, Generation::Current)
    }

    pub fn over(server: TestServer, client_id: &str, generation: Generation) -> Self {
        let clock = Arc::new(StoppedClock(Arc::clone(&server.t.clock)));
        let wire = Arc::new(Wire { server, noted: Mutex::default(), fates: Mutex::default() });
        let client = Client::builder("login.example", client_id, Arc::<Wire>::clone(&wire))
            .generation(generation)
            .clock(clock)
            .build()
            .unwrap();
        Self { wire, client }
    }

    pub fn t(&self) -> &TestEngine {
        &self.wire.server.t
    }

    /// Has a code sent to the usual number.
    pub async fn start(&self) {
        self.client.start_passwordless(&Start::code(phone())).await.unwrap();
    }

    /// Enters a code for the usual number.
    pub async fn enter(&self, code: &str) -> Result<Tokens, Error> {
        self.client.sign_in_with_code(&CodeSignIn::new(phone(), code).unwrap()).await
    }

    pub async fn sign_in(&self) -> Tokens {
        self.start().await;
        self.enter(&self.t().code()).await.unwrap()
    }
}

pub fn phone() -> Address {
    Address::phone(PHONE).unwrap()
}

pub fn body(request: &Request) -> Value {
    serde_json::from_slice(request.body.as_deref().unwrap()).unwrap()
}
