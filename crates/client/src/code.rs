//! Tokens for a code: the passwordless grant of `/oauth/token` (protocol 2.9.1), or `/oauth/ro` (2.10).

use latchkey_wire::Secret;
use latchkey_wire::token::PASSWORDLESS_OTP;
use serde::Serialize;

use crate::address::{self, Address};
use crate::client::{Client, Generation};
use crate::error::Error;
use crate::id_token::Expected;
use crate::refusal::Step;
use crate::tokens::Tokens;

/// What is asked for unless something else is: who the person is, and tokens that can be renewed.
pub const DEFAULT_SCOPE: &str = "openid profile email offline_access";
/// As Lock for iOS asks the old pipeline.
pub const LEGACY_SCOPE: &str = "openid offline_access";

/// A code that a person typed, and whose it is.
#[derive(Clone, Debug)]
pub struct CodeSignIn {
    address: Address,
    code: Secret,
    connection: Option<String>,
    scope: Option<String>,
    audience: Option<String>,
    device: Option<String>,
}

impl CodeSignIn {
    /// Takes the code as people type or paste it, spaces and all.
    ///
    /// # Errors
    ///
    /// [`Error::BadCode`] when it cannot be one.
    pub fn new(address: Address, typed: &str) -> Result<Self, Error> {
        let code = address::code(typed).map(Secret::new).ok_or(Error::BadCode)?;
        Ok(Self { address, code, connection: None, scope: None, audience: None, device: None })
    }

    /// The connection, where it is not called `sms` or `email`.
    #[must_use]
    pub fn connection(mut self, name: &str) -> Self {
        self.connection = Some(name.to_owned());
        self
    }

    /// In place of [`DEFAULT_SCOPE`] or [`LEGACY_SCOPE`]; `openid` is added where it lacks.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.scope = Some(scope.to_owned());
        self
    }

    /// The API that the access token is for. The old pipeline knows none.
    #[must_use]
    pub fn audience(mut self, audience: &str) -> Self {
        self.audience = Some(audience.to_owned());
        self
    }

    /// How the old pipeline calls the device that its refresh token is for.
    #[must_use]
    pub fn device(mut self, name: &str) -> Self {
        self.device = Some(name.to_owned());
        self
    }
}

#[derive(Serialize)]
struct TokenBody<'a> {
    grant_type: &'a str,
    client_id: &'a str,
    username: &'a str,
    otp: &'a Secret,
    realm: &'a str,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a str>,
}

#[derive(Serialize)]
struct ResourceOwnerBody<'a> {
    client_id: &'a str,
    username: &'a str,
    password: &'a Secret,
    connection: &'a str,
    grant_type: &'a str,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<&'a str>,
}

impl Client {
    /// Turns a code into tokens. Never repeated by itself: a code works once.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] for a wrong or expired code, [`Error::IdToken`] when the tokens prove nothing,
    /// [`Error::Transport`] when no answer came: the code may be used up then.
    pub async fn sign_in_with_code(&self, sign_in: &CodeSignIn) -> Result<Tokens, Error> {
        let username = sign_in.address.as_str();
        let realm = sign_in.connection.as_deref().unwrap_or(sign_in.address.channel().as_str());
        let asked = self.now();
        let response = match self.generation() {
            Generation::Current => {
                self.know_keys().await?;
                let body = TokenBody {
                    grant_type: PASSWORDLESS_OTP,
                    client_id: self.client_id(),
                    username,
                    otp: &sign_in.code,
                    realm,
                    scope: &with_openid(sign_in.scope.as_deref().unwrap_or(DEFAULT_SCOPE)),
                    audience: sign_in.audience.as_deref(),
                };
                self.post("/oauth/token", Step::Code, &body).await?
            }
            Generation::Legacy => {
                let body = ResourceOwnerBody {
                    client_id: self.client_id(),
                    username,
                    password: &sign_in.code,
                    connection: realm,
                    grant_type: "password",
                    scope: &with_openid(sign_in.scope.as_deref().unwrap_or(LEGACY_SCOPE)),
                    device: sign_in.device.as_deref(),
                };
                self.post("/oauth/ro", Step::Code, &body).await?
            }
        };
        let tokens = Tokens::read(&response, asked)?;
        self.prove(tokens, &Expected { required: true, ..Expected::default() }).await
    }
}

/// As Auth0.swift does it (protocol 2.9.1).
pub(crate) fn with_openid(scope: &str) -> String {
    match scope.split_whitespace().any(|word| word == "openid") {
        true => scope.to_owned(),
        false => format!("openid {scope}").trim_end().to_owned(),
    }
}
