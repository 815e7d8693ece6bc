//! The client: where the server is, who the app is, and what both are spoken with.

use std::sync::Arc;

use latchkey_words::Locale;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::domain::{BadDomain, Domain};
use crate::error::Error;
use crate::host::{Clock, Random, SystemClock, SystemRandomness};
use crate::keys::KeyCache;
use crate::refusal::{Refusal, Step};
use crate::transport::{MAX_ANSWER, Method, Request, Response, Transport, TransportError};

/// Which of the two ways the server turns codes into tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generation {
    /// `/oauth/token`: every server of today.
    #[default]
    Current,
    /// `/oauth/ro`, `/tokeninfo` and `/delegation`: what Lock for iOS 1.x speaks.
    Legacy,
}

/// Signs people in to one app. Cheap to clone; clones share what they know.
///
/// Every method is `async` and asks no particular runtime. Dropping a future cancels the call.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) domain: Domain,
    pub(crate) client_id: String,
    pub(crate) issuer: String,
    pub(crate) generation: Generation,
    pub(crate) locale: Option<Locale>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) keys: KeyCache,
    telemetry: Option<String>,
    transport: Arc<dyn Transport>,
}

/// Says what is unusual about a [`Client`].
pub struct ClientBuilder {
    domain: String,
    client_id: String,
    transport: Arc<dyn Transport>,
    issuer: Option<String>,
    generation: Generation,
    locale: Option<Locale>,
    telemetry: Option<Value>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Client {
    /// A client of the app `client_id` at `domain`: a host name, or a URL of one.
    ///
    /// # Errors
    ///
    /// When the domain names no server, or one elsewhere without TLS.
    pub fn new(
        domain: &str,
        client_id: &str,
        transport: impl Transport + 'static,
    ) -> Result<Self, BadDomain> {
        Self::builder(domain, client_id, Arc::new(transport)).build()
    }

    /// As [`new`](Self::new), with whatever is unusual.
    #[must_use]
    pub fn builder(domain: &str, client_id: &str, transport: Arc<dyn Transport>) -> ClientBuilder {
        let name = json!({ "name": "latchkey-client", "version": env!("CARGO_PKG_VERSION") });
        ClientBuilder {
            domain: domain.to_owned(),
            client_id: client_id.to_owned(),
            transport,
            issuer: None,
            generation: Generation::Current,
            locale: None,
            telemetry: Some(name),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandomness::new()),
        }
    }

    /// Where the server is.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.0.domain
    }

    /// The app.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.0.client_id
    }

    /// How the server is spoken to.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.0.generation
    }

    /// The client's time, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }

    /// Posts JSON; the answer of success.
    pub(crate) async fn post(
        &self,
        path: &str,
        step: Step,
        body: &impl Serialize,
    ) -> Result<Response, Error> {
        self.post_with(path, step, body, &[]).await
    }

    /// As [`post`](Self::post), with more headers.
    pub(crate) async fn post_with(
        &self,
        path: &str,
        step: Step,
        body: &impl Serialize,
        more: &[(&str, &str)],
    ) -> Result<Response, Error> {
        let request = self.request(Method::Post, path, more).with_json(body)?;
        self.exchange(request).await.map_err(|error| error.at(step))
    }

    pub(crate) async fn patch(
        &self,
        path: &str,
        body: &impl Serialize,
        more: &[(&str, &str)],
    ) -> Result<Response, Error> {
        self.exchange(self.request(Method::Patch, path, more).with_json(body)?).await
    }

    /// Gets something that may be asked for any number of times: once more where no answer came.
    pub(crate) async fn get(&self, path: &str, more: &[(&str, &str)]) -> Result<Response, Error> {
        let request = self.request(Method::Get, path, more);
        match self.exchange(request.clone()).await {
            Err(Error::Transport(TransportError::NoAnswer(_))) => self.exchange(request).await,
            done => done,
        }
    }

    pub(crate) async fn delete(&self, path: &str, more: &[(&str, &str)]) -> Result<Response, Error> {
        self.exchange(self.request(Method::Delete, path, more)).await
    }

    fn request(&self, method: Method, path: &str, more: &[(&str, &str)]) -> Request {
        let mut headers = vec![(String::from("accept"), String::from("application/json"))];
        if let Some(telemetry) = &self.0.telemetry {
            headers.push((String::from("auth0-client"), telemetry.clone()));
        }
        if let Some(locale) = self.0.locale {
            headers.push((String::from("accept-language"), locale.tag().to_owned()));
        }
        headers.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Request { method, url: self.0.domain.url(path), headers, body: None }
    }

    async fn exchange(&self, request: Request) -> Result<Response, Error> {
        let response = self.0.transport.send(request).await?;
        if response.body.len() > MAX_ANSWER {
            return Err(Error::BadAnswer("it is too large"));
        }
        match response.is_success() {
            true => Ok(response),
            false => Err(Refusal::read(&response, self.now()).into()),
        }
    }

    /// Random bytes as text: 256 bits in 43 characters.
    pub(crate) fn nonce(&self) -> Result<String, Error> {
        let mut bytes = [0; 32];
        self.0.random.fill(&mut bytes)?;
        Ok(data_encoding::BASE64URL_NOPAD.encode(&bytes))
    }
}

impl Request {
    fn with_json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        self.body = Some(serde_json::to_vec(body).map_err(|_| Error::BadAnswer("the request"))?);
        self.headers.push((String::from("content-type"), String::from("application/json")));
        Ok(self)
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("domain", &self.0.domain)
            .field("client_id", &self.0.client_id)
            .field("generation", &self.0.generation)
            .finish_non_exhaustive()
    }
}

/// Reads the JSON of an answer; `what` names it where it cannot be read.
pub(crate) fn json<T: DeserializeOwned>(response: &Response, what: &'static str) -> Result<T, Error> {
    serde_json::from_slice(&response.body).map_err(|_| Error::BadAnswer(what))
}

/// As it stands in a path, or in a query.
pub(crate) fn escaped(text: &str) -> String {
    // In a path, a plus is a plus.
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

impl ClientBuilder {
    /// Who signs the tokens, where that is not the domain: while developing over plain HTTP, for example.
    #[must_use]
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.issuer = Some(issuer.to_owned());
        self
    }

    /// How the server is spoken to; [`Generation::Current`] unless this is called.
    #[must_use]
    pub fn generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// The language in which the server writes messages.
    #[must_use]
    pub fn locale(mut self, locale: Locale) -> Self {
        self.locale = Some(locale);
        self
    }

    /// What the server's log calls the app's library, with facts about its surroundings, as the header
    /// `Auth0-Client` tells it.
    #[must_use]
    pub fn telemetry(mut self, name: &str, version: &str, environment: &[(&str, &str)]) -> Self {
        let environment: serde_json::Map<String, Value> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        self.telemetry = Some(match environment.is_empty() {
            true => json!({ "name": name, "version": version }),
            false => json!({ "name": name, "version": version, "env": environment }),
        });
        self
    }

    /// Sends no `Auth0-Client`.
    #[must_use]
    pub fn without_telemetry(mut self) -> Self {
        self.telemetry = None;
        self
    }

    /// In place of the machine's clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// In place of the machine's randomness.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// # Errors
    ///
    /// When the domain names no server, or one elsewhere without TLS.
    pub fn build(self) -> Result<Client, BadDomain> {
        let domain: Domain = self.domain.parse()?;
        let telemetry =
            self.telemetry.map(|told| data_encoding::BASE64URL_NOPAD.encode(told.to_string().as_bytes()));
        Ok(Client(Arc::new(Parts {
            issuer: self.issuer.unwrap_or_else(|| domain.issuer()),
            domain,
            client_id: self.client_id,
            generation: self.generation,
            locale: self.locale,
            clock: self.clock,
            random: self.random,
            keys: KeyCache::default(),
            telemetry,
            transport: self.transport,
        })))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt;

    use super::*;
    use crate::testing;
    use crate::transport::BoxFuture;
    use crate::{Address, Authorize, NoRandomness, Secret, Start};

    /// Never answers, and counts the requests that somebody still waits for.
    #[derive(Default)]
    struct Silent(AtomicUsize);

    struct Waiting<'a>(&'a AtomicUsize);

    impl Drop for Waiting<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    impl Transport for Silent {
        fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let waiting = Waiting(&self.0);
            Box::pin(async move {
                let _waiting = waiting;
                std::future::pending().await
            })
        }
    }

    #[test]
    fn a_call_that_is_dropped_is_cancelled_in_the_transport() {
        let silent = Arc::new(Silent::default());
        let client =
            Client::builder("login.example.com", "app", Arc::<Silent>::clone(&silent)).build().unwrap();
        let start = Start::code(Address::phone("+14155550100").unwrap());
        let mut call = Box::pin(client.start_passwordless(&start));
        assert!((&mut call).now_or_never().is_none());
        assert_eq!(silent.0.load(Ordering::SeqCst), 1);
        drop(call);
        assert_eq!(silent.0.load(Ordering::SeqCst), 0);
    }

    struct Empty;

    impl Random for Empty {
        fn fill(&self, _: &mut [u8]) -> Result<(), NoRandomness> {
            Err(NoRandomness)
        }
    }

    #[test]
    fn without_randomness_nothing_is_begun() {
        let builder = Client::builder("login.example.com", "app", Arc::new(Silent::default()));
        let client = builder.random(Arc::new(Empty)).build().unwrap();
        let begun = client.start_browser_sign_in(&Authorize::new("https://app.example/cb"));
        assert_eq!(begun.unwrap_err(), Error::NoRandomness(NoRandomness));
    }

    #[test]
    fn a_get_is_repeated_once_where_no_answer_came_and_not_where_nothing_was_sent() {
        let (client, server, _) = testing::client();
        let token = Secret::new("token");
        for (error, requests) in
            [(TransportError::NoAnswer("cut".into()), 2), (TransportError::Unreachable("off".into()), 1)]
        {
            server.fail(error.clone());
            if requests == 2 {
                server.fail(error.clone());
            }
            assert_eq!(testing::now(client.user_info(&token)).unwrap_err(), error.into());
            assert_eq!(server.asked().len(), requests);
        }
    }

    #[test]
    fn an_answer_that_is_too_large_is_not_read() {
        let (client, server, _) = testing::client();
        server.answer(200, vec![b' '; MAX_ANSWER + 1]);
        let error = testing::now(client.user_info(&Secret::new("token"))).unwrap_err();
        assert_eq!(error, Error::BadAnswer("it is too large"));
    }
}
