//! Strict little servers, and what the tests build senders from.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod mail;
pub mod smtp;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use latchkey_core::model::{Connection, ConnectionId, Strategy};
use latchkey_core::sender::{BadOption, ProviderError, SendError, SenderList, Senders, SmsMessage};
use latchkey_core::{Clock, Timestamp};
use latchkey_delivery::{Delivery, DeliverySettings};
use latchkey_wire::Secret;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

pub const NOW: i64 = 1_795_547_045;
pub const SID: &str = "AC00000000000000000000000000000000";
pub const TOKEN: &str = "canary-token-5f2a";
pub const GATEWAY_SECRET: &str = "canary-gateway-secret-91c7";
pub const CODE: &str = "482913";
pub const NUMBER: &str = "+14155550100";

pub struct StoppedClock;

impl Clock for StoppedClock {
    fn now_micros(&self) -> i64 {
        NOW * 1_000_000
    }
}

/// What the server does once it has read a request.
#[derive(Clone)]
pub enum Reply {
    Answer(u16, String),
    Redirect(String),
    /// Says nothing.
    Hang,
    /// Closes the connection.
    Cut,
    /// A status, and a body that never ends.
    Endless(u16),
}

#[derive(Clone, Debug)]
pub struct Received {
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

pub struct FakeServer {
    pub port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

impl FakeServer {
    pub async fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), received: Arc::default() };
        let received = server.received.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, reply.clone(), received.clone()));
            }
        });
        server
    }

    /// Over TLS, with a certificate for `localhost`; also gives that certificate as PEM.
    pub async fn start_tls(reply: Reply) -> (Self, Vec<u8>) {
        let key = rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap();
        let pem = key.cert.pem().into_bytes();
        let acceptor = acceptor(&key);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), received: Arc::default() };
        let received = server.received.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(stream) = acceptor.accept(stream).await {
                    tokio::spawn(serve(stream, reply.clone(), received.clone()));
                }
            }
        });
        (server, pem)
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }
}

pub fn acceptor(key: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let private = rustls::pki_types::PrivateKeyDer::try_from(key.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private.unwrap())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve<S>(mut stream: S, reply: Reply, received: Arc<Mutex<Vec<Received>>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(request) = read(&mut stream).await else { return };
    received.lock().unwrap().push(request);
    let (head, body) = match reply {
        Reply::Answer(status, body) => (format!("HTTP/1.1 {status} X\r\n"), body),
        Reply::Redirect(to) => (format!("HTTP/1.1 307 X\r\nlocation: {to}\r\n"), String::new()),
        Reply::Cut => return,
        Reply::Endless(status) => return endless(&mut stream, status).await,
        Reply::Hang => return std::future::pending().await,
    };
    let rest = format!("content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let _ = stream.write_all(format!("{head}{rest}").as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn endless(stream: &mut (impl AsyncWrite + Unpin), status: u16) {
    let head = format!("HTTP/1.1 {status} X\r\ntransfer-encoding: chunked\r\n\r\n");
    let mut sent = stream.write_all(head.as_bytes()).await;
    while sent.is_ok() {
        sent = stream.write_all(format!("1000\r\n{}\r\n", "x".repeat(4096)).as_bytes()).await;
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let line = lines.next()?.to_owned();
    let headers: Vec<_> =
        lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(bytes[end + 4..].to_vec()).ok()?;
    Some(Received { line, headers, body })
}

/// A port that nobody listens on.
pub async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// Local targets are allowed, and calls are given up after a fifth of a second.
pub fn settings(base: &str) -> DeliverySettings {
    DeliverySettings {
        twilio_base_url: base.to_owned(),
        allow_private_targets: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
        timeout: Duration::from_millis(200),
        ..DeliverySettings::default()
    }
}

pub fn delivery(base: &str) -> Delivery {
    Delivery::new(settings(base), Arc::new(StoppedClock))
}

/// The options of each kind that calls somebody, and where `base` is called.
pub fn remote_kinds(base: &str) -> [(&'static str, Value); 2] {
    let twilio = json!({ "twilio_sid": SID, "twilio_token": TOKEN, "from": "+15005550006" });
    let authentication = json!({ "method": "bearer", "audience": "aud", "secret": GATEWAY_SECRET });
    let gateway = json!({ "provider": "sms_gateway", "gateway_url": format!("{base}/send"), "from": "Acme",
        "gateway_authentication": authentication });
    [("twilio", twilio), ("sms_gateway", gateway)]
}

pub fn connection() -> Connection {
    Connection {
        id: ConnectionId::new("con_0123456789abcdef"),
        name: String::from("sms"),
        strategy: Strategy::Sms,
        enabled: true,
        enabled_clients: Vec::new(),
        options: Map::new(),
        secrets: Default::default(),
        further: Default::default(),
        version: 0,
        created_at: Timestamp(NOW),
        updated_at: Timestamp(NOW),
    }
}

pub fn build(delivery: &Delivery, options: &Value) -> Result<SenderList<SmsMessage>, BadOption> {
    delivery.sms(&connection(), options.as_object().unwrap())
}

pub async fn send(delivery: &Delivery, options: &Value) -> Result<(), SendError> {
    build(delivery, options).unwrap()[0].send(&message()).await
}

pub fn message() -> SmsMessage {
    SmsMessage {
        to: String::from(NUMBER),
        body: Secret::new(format!("Your code & more: {CODE}")),
        code: Secret::new(CODE),
        link: None,
        ip: Some(String::from("198.51.100.7")),
        user_agent: Some(String::from("Phone/1.0")),
    }
}

/// The class of an error and what it holds.
pub fn parts(result: Result<(), SendError>) -> (&'static str, ProviderError) {
    let error = result.unwrap_err();
    (error.outcome(), error.provider().clone())
}
