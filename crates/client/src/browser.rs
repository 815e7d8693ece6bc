//! Sign-in in a browser: authorization code with PKCE (RFC 7636, RFC 8252, protocol 1.4 F8).

use data_encoding::BASE64URL_NOPAD;
use form_urlencoded::Serializer;
use http::Uri;
use latchkey_wire::Secret;
use latchkey_wire::token::AUTHORIZATION_CODE;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::client::Client;
use crate::code::{DEFAULT_SCOPE, with_openid};
use crate::error::{Error, ErrorKind};
use crate::id_token::Expected;
use crate::refusal::Step;
use crate::start::Start;
use crate::tokens::Tokens;

/// What to ask the person's browser for.
#[derive(Clone, Debug, Default)]
pub struct Authorize {
    redirect_uri: String,
    scope: Option<String>,
    max_age: Option<u32>,
    more: Vec<(String, String)>,
}

impl Authorize {
    /// `redirect_uri` is one that the client has: where the browser comes back to.
    #[must_use]
    pub fn new(redirect_uri: &str) -> Self {
        Self { redirect_uri: redirect_uri.to_owned(), ..Self::default() }
    }

    /// In place of [`DEFAULT_SCOPE`]; `openid` is added where it lacks.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.scope = Some(scope.to_owned());
        self
    }

    /// The API that the access token is for.
    #[must_use]
    pub fn audience(self, audience: &str) -> Self {
        self.with("audience", audience)
    }

    /// `sms`, `email`, …: the page asks for nothing else.
    #[must_use]
    pub fn connection(self, name: &str) -> Self {
        self.with("connection", name)
    }

    /// The address, filled in.
    #[must_use]
    pub fn login_hint(self, address: &str) -> Self {
        self.with("login_hint", address)
    }

    /// Most seconds since the person proved who they are.
    #[must_use]
    pub fn max_age(mut self, seconds: u32) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// Any other parameter: `prompt`, `ui_locales`, …
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A sign-in that a browser is busy with. Keep it until the browser is back: it can be serialised, for apps that
/// are ended meanwhile, and belongs where secrets are.
#[derive(Clone, Serialize, Deserialize)]
pub struct BrowserSignIn {
    /// What the browser opens.
    pub url: String,
    redirect_uri: String,
    state: Secret,
    nonce: Secret,
    verifier: Secret,
    max_age: Option<u32>,
}

/// The browser came back with something else than an authorization.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// The URL is not where the browser was to come back to: leave it to whoever it is for.
    #[error("the URL is not the callback of this sign-in")]
    OtherUrl,
    /// Somebody else's sign-in, or one of before.
    #[error("the callback belongs to another sign-in")]
    State,
    /// The answer is of another server (RFC 9207).
    #[error("the callback is of another issuer")]
    Issuer,
    /// Neither a code nor an error came back.
    #[error("the callback has neither a code nor an error")]
    Empty,
    /// The server, or the person, said no.
    #[error("{code}: {description}")]
    Refused {
        /// `error` of the callback.
        code: String,
        /// `error_description` of it.
        description: String,
    },
}

impl CallbackError {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused { code, description } => match code.as_str() {
                "access_denied" => ErrorKind::Cancelled,
                "unauthorized" if description.contains("user is blocked") => ErrorKind::Blocked,
                "login_required" | "interaction_required" | "consent_required" => ErrorKind::SignInAgain,
                "server_error" | "temporarily_unavailable" => ErrorKind::Server,
                _ => ErrorKind::Misconfigured,
            },
            _ => ErrorKind::SignInAgain,
        }
    }
}

/// Of an authorization request, in their order.
type Parameters = Vec<(String, String)>;

/// Most characters of a text from a callback.
const MAX_TEXT: usize = 200;

impl Client {
    /// Prepares a sign-in in a browser: have it open [`BrowserSignIn::url`], and give the URL that it comes back
    /// to [`finish_browser_sign_in`](Self::finish_browser_sign_in).
    ///
    /// # Errors
    ///
    /// [`Error::NoRandomness`].
    pub fn start_browser_sign_in(&self, authorize: &Authorize) -> Result<BrowserSignIn, Error> {
        self.prepare(authorize).map(|(pending, _)| pending)
    }

    /// Has the server mail a link that ends in a browser, which comes back to the app: give the URL that it comes back
    /// to, on this device, to [`finish_browser_sign_in`](Self::finish_browser_sign_in). Where the mail cannot be opened
    /// here, [`BrowserSignIn::url`] leads to the same by the sign-in pages. Never repeated by itself: every call is at most
    /// one mail. What `start` has of `auth_params` is added to.
    ///
    /// # Errors
    ///
    /// As [`start_passwordless`](Self::start_passwordless), and [`Error::NoRandomness`].
    pub async fn start_link(&self, start: &Start, authorize: &Authorize) -> Result<BrowserSignIn, Error> {
        let (pending, parameters) = self.prepare(authorize)?;
        self.start_passwordless(&start.clone().leading(parameters)).await?;
        Ok(pending)
    }

    /// The sign-in, and what the server is asked for with it but for who asks.
    fn prepare(&self, authorize: &Authorize) -> Result<(BrowserSignIn, Parameters), Error> {
        let (state, nonce, verifier) = (self.nonce()?, self.nonce()?, self.nonce()?);
        let challenge = BASE64URL_NOPAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref());
        let mut parameters: Parameters = [
            ("response_type", String::from("code")),
            ("redirect_uri", authorize.redirect_uri.clone()),
            ("scope", with_openid(authorize.scope.as_deref().unwrap_or(DEFAULT_SCOPE))),
            ("state", state.clone()),
            ("nonce", nonce.clone()),
            ("code_challenge", challenge),
            ("code_challenge_method", String::from("S256")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if let Some(seconds) = authorize.max_age {
            parameters.push((String::from("max_age"), seconds.to_string()));
        }
        parameters.extend_from_slice(&authorize.more);
        let mut query = Serializer::new(String::new());
        query.append_pair("client_id", self.client_id()).extend_pairs(&parameters);
        let pending = BrowserSignIn {
            url: self.domain().url(&format!("/authorize?{}", query.finish())),
            redirect_uri: authorize.redirect_uri.clone(),
            state: Secret::new(state),
            nonce: Secret::new(nonce),
            verifier: Secret::new(verifier),
            max_age: authorize.max_age,
        };
        Ok((pending, parameters))
    }

    /// Turns what the browser came back with into tokens. Never repeated by itself: the code works once.
    ///
    /// # Errors
    ///
    /// [`Error::Callback`] when the URL is no answer to this sign-in; then as
    /// [`sign_in_with_code`](Self::sign_in_with_code).
    pub async fn finish_browser_sign_in(
        &self,
        pending: &BrowserSignIn,
        callback: &str,
    ) -> Result<Tokens, Error> {
        let code = pending.code(callback, &self.0.issuer)?;
        self.know_keys().await?;
        let body = json!({
            "grant_type": AUTHORIZATION_CODE,
            "client_id": self.client_id(),
            "code": code,
            "code_verifier": pending.verifier,
            "redirect_uri": pending.redirect_uri,
        });
        let asked = self.now();
        let response = self.post("/oauth/token", Step::Tokens, &body).await?;
        let tokens = Tokens::read(&response, asked)?;
        let nonce = Some(pending.nonce.expose());
        self.prove(tokens, &Expected { required: true, nonce, max_age: pending.max_age }).await
    }

    /// Where a browser ends its session at the server; `return_to` is one of the client's logout URLs.
    #[must_use]
    pub fn logout_url(&self, return_to: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("client_id", self.client_id());
        if let Some(url) = return_to {
            query.append_pair("returnTo", url);
        }
        self.domain().url(&format!("/v2/logout?{}", query.finish()))
    }
}

impl BrowserSignIn {
    /// Whether this is where the browser comes back to. Of this sign-in or of another,
    /// [`finish_browser_sign_in`](Client::finish_browser_sign_in) says.
    #[must_use]
    pub fn is_callback(&self, url: &str) -> bool {
        is_same_place(url, &self.redirect_uri)
    }

    /// Invariant: nothing of the callback is believed before its state is ours, else somebody could have a
    /// person signed in to an account of theirs.
    fn code(&self, callback: &str, issuer: &str) -> Result<Secret, CallbackError> {
        if !self.is_callback(callback) {
            return Err(CallbackError::OtherUrl);
        }
        let query =
            callback.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
        let (mut code, mut error, mut description, mut state, mut from) = (None, None, None, None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "code" => &mut code,
                "error" => &mut error,
                "error_description" => &mut description,
                "state" => &mut state,
                "iss" => &mut from,
                _ => continue,
            };
            // RFC 6749 section 3.1: no parameter comes twice.
            if place.replace(value.into_owned()).is_some() {
                return Err(CallbackError::State);
            }
        }
        let is_ours =
            state.is_some_and(|state| state.as_bytes().ct_eq(self.state.expose().as_bytes()).into());
        if !is_ours {
            return Err(CallbackError::State);
        }
        if from.is_some_and(|from| from != issuer) {
            return Err(CallbackError::Issuer);
        }
        match (code, error) {
            (_, Some(error)) => Err(CallbackError::Refused {
                code: shortened(&error),
                description: shortened(&description.unwrap_or_default()),
            }),
            (Some(code), None) if !code.is_empty() => Ok(Secret::new(code)),
            _ => Err(CallbackError::Empty),
        }
    }
}

impl std::fmt::Debug for BrowserSignIn {
    /// Without the query of the URL: state and nonce are in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BrowserSignIn")
            .field("url", &self.url.split('?').next().unwrap_or_default())
            .field("redirect_uri", &self.redirect_uri)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

/// Scheme and host in any case, the rest exactly; what follows `?` does not count, but what the redirect URI has
/// there must be there.
fn is_same_place(callback: &str, redirect_uri: &str) -> bool {
    let place = |url: &str| {
        let bare = url.split(['?', '#']).next().unwrap_or_default();
        match bare.parse::<Uri>() {
            Ok(uri) if uri.authority().is_some() => format!(
                "{}://{}{}",
                uri.scheme_str().unwrap_or_default().to_ascii_lowercase(),
                uri.authority().map_or("", |authority| authority.as_str()).to_ascii_lowercase(),
                uri.path()
            ),
            // Schemes of apps, such as `com.example.app:/callback`.
            _ => bare.to_owned(),
        }
    };
    place(callback) == place(redirect_uri)
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests;
