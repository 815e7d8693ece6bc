//! A running server, by its Management API: what the commands share that need no store of their own.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header};
use serde_json::Value;
use url::Url;

/// Which server, and as whom.
#[derive(Args, Clone)]
pub struct Remote {
    #[arg(
        long,
        env = "LATCHKEY_URL",
        value_name = "URL",
        help = "Where the server is, such as https://login.example.com"
    )]
    url: String,
    /// An access token for its Management API; better by LATCHKEY_TOKEN, since others see what is typed
    #[arg(long, env = "LATCHKEY_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    token: String,
    /// Trust the certificates in this PEM file, too (in development: .latchkey/ca.pem)
    #[arg(long, env = "LATCHKEY_CA_FILE", value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

/// Speaks to the API. An answer that is an error ends in its message.
pub struct Api {
    client: Client,
    base: Url,
    token: String,
}

/// How often a server that is busy, or away for a moment, is asked.
const TRIES: u64 = 8;
/// Longest wait between two tries.
const MAX_WAIT: u64 = 30;

impl Remote {
    pub fn connect(&self) -> Result<Api> {
        let url = format!("{}/", self.url.trim_end_matches('/'));
        let base = Url::parse(&url).with_context(|| format!("--url {}: not a URL", self.url))?;
        ensure!(
            matches!(base.scheme(), "http" | "https") && base.has_host(),
            "--url {}: must begin with https:// or http://",
            self.url
        );
        if base.scheme() == "http" && !is_this_machine(&base) {
            eprintln!("latchkey: {base} is not https: whoever listens on the way can read the token");
        }
        // Another part of the process may have installed it already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("latchkey-cli/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10));
        if let Some(file) = &self.ca_file {
            let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem)
                .with_context(|| format!("{} holds no certificates as PEM", file.display()))?;
            builder = builder.tls_certs_merge(roots);
        }
        let client = builder.build().context("no HTTP client can be made")?;
        Ok(Api { client, base, token: self.token.trim().to_owned() })
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

impl Api {
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.json(self.send(|| self.request(Method::GET, path), false).await?).await
    }

    /// As `get`, of a server that may be restarted meanwhile.
    pub async fn watch(&self, path: &str) -> Result<Value> {
        self.json(self.send(|| self.request(Method::GET, path), true).await?).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let text = body.to_string();
        let request = || {
            let request = self.request(Method::POST, path);
            request.header(header::CONTENT_TYPE, "application/json").body(text.clone())
        };
        self.json(self.send(request, false).await?).await
    }

    /// A form with texts and one file.
    pub async fn post_form(&self, path: &str, form: Form) -> Result<Value> {
        let (content_type, body) = form.finish();
        let body = bytes::Bytes::from(body);
        let request = || {
            let request = self.request(Method::POST, path);
            request.header(header::CONTENT_TYPE, content_type.clone()).body(body.clone())
        };
        self.json(self.send(request, false).await?).await
    }

    /// A file that a link of the server's leads to, by the way to the server that was given here.
    pub async fn download(&self, link: &str) -> Result<Response> {
        let link = Url::parse(link).context("the server names no link to the file")?;
        let path = link.path().trim_start_matches('/');
        let url = self.base.join(path).context("the server names no link to the file")?;
        // The link is enough: the token stays here.
        let response = self.client.get(url).send().await.map_err(|error| self.unreached(&error))?;
        ensure!(response.status().is_success(), "the file is not there any more ({})", response.status());
        Ok(response)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}api/v2{path}", self.base);
        self.client.request(method, url).bearer_auth(&self.token).timeout(Duration::from_secs(600))
    }

    /// Asks again where the server counted too many requests; with patience also where it is away or cannot
    /// answer, since reading twice changes nothing.
    async fn send(&self, request: impl Fn() -> RequestBuilder, patient: bool) -> Result<Response> {
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = request().send().await;
            let again = match &answer {
                Ok(response) => {
                    let status = response.status();
                    status == StatusCode::TOO_MANY_REQUESTS || (patient && status.is_server_error())
                }
                Err(_) => patient,
            };
            if !again || tries >= TRIES {
                return answer.map_err(|error| self.unreached(&error));
            }
            let named = answer.ok().and_then(|response| {
                response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse::<u64>().ok()
            });
            tokio::time::sleep(Duration::from_secs(named.unwrap_or(tries).clamp(1, MAX_WAIT))).await;
        }
    }

    fn unreached(&self, error: &reqwest::Error) -> anyhow::Error {
        let mut why = String::new();
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            why = inner.to_string();
            source = inner.source();
        }
        anyhow!("the server at {} cannot be reached: {why}", self.base)
    }

    /// `Null` where there is no body.
    async fn json(&self, response: Response) -> Result<Value> {
        let status = response.status();
        let text = response.text().await.map_err(|error| self.unreached(&error))?;
        let body: Value = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or(Value::Null),
        };
        if status.is_success() {
            return Ok(body);
        }
        let message = body.get("message").and_then(Value::as_str).unwrap_or("it gives no reason");
        match status {
            StatusCode::UNAUTHORIZED => bail!(
                "the server does not take the token: {message}. Get a new one from {}oauth/token",
                self.base
            ),
            _ => bail!("the server refused: {message} ({})", status.as_u16()),
        }
    }
}

/// `multipart/form-data` (RFC 7578).
pub struct Form {
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    /// `random` makes a boundary that the file does not hold.
    pub fn new(random: &[u8]) -> Self {
        let boundary = format!("latchkey-{}", data_encoding::HEXLOWER.encode(random));
        Self { boundary, body: Vec::new() }
    }

    /// The name is one of ours, without quotes.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        let head = format!("--{}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n", self.boundary);
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(value.as_bytes());
        self.body.extend_from_slice(b"\r\n");
        self
    }

    pub fn file(mut self, name: &str, file: &[u8]) -> Self {
        let head = format!(
            "--{}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n",
            self.boundary
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(file);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    fn finish(mut self) -> (String, Vec<u8>) {
        self.body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.body)
    }
}
