//! Tokens for a code: the passwordless grant of `/oauth/token` (protocol 2.9.1), or `/oauth/ro` (2.10).

use latchkey_wire::Secret;
use latchkey_wire::token::PASSWORDLESS_OTP;
use serde::Serialize;

use crate::address::{self, Address};
use crate::client::{Client, Generation};
use crate::device_key::BesideCode;
use crate::error::Error;
use crate::id_token::Expected;
use crate::refusal::Step;
use crate::tokens::Tokens;
use crate::transport::Response;

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

    fn realm(&self) -> &str {
        self.connection.as_deref().unwrap_or(self.address.channel().as_str())
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
    #[serde(flatten)]
    beside: Option<&'a BesideCode<'a>>,
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
        let (response, asked) = match self.generation() {
            Generation::Current => self.redeem_code(sign_in, None).await?,
            Generation::Legacy => self.redeem_code_as_password(sign_in).await?,
        };
        let tokens = Tokens::read(&response, asked)?;
        self.prove(tokens, &Expected { required: true, ..Expected::default() }).await
    }

    /// The answer of `/oauth/token`, and when it was asked.
    pub(crate) async fn redeem_code(
        &self,
        sign_in: &CodeSignIn,
        beside: Option<&BesideCode<'_>>,
    ) -> Result<(Response, i64), Error> {
        let asked = self.now();
        self.know_keys().await?;
        let body = TokenBody {
            grant_type: PASSWORDLESS_OTP,
            client_id: self.client_id(),
            username: sign_in.address.as_str(),
            otp: &sign_in.code,
            realm: sign_in.realm(),
            scope: &with_openid(sign_in.scope.as_deref().unwrap_or(DEFAULT_SCOPE)),
            audience: sign_in.audience.as_deref(),
            beside,
        };
        Ok((self.post("/oauth/token", Step::Code, &body).await?, asked))
    }

    async fn redeem_code_as_password(&self, sign_in: &CodeSignIn) -> Result<(Response, i64), Error> {
        let asked = self.now();
        let body = ResourceOwnerBody {
            client_id: self.client_id(),
            username: sign_in.address.as_str(),
            password: &sign_in.code,
            connection: sign_in.realm(),
            grant_type: "password",
            scope: &with_openid(sign_in.scope.as_deref().unwrap_or(LEGACY_SCOPE)),
            device: sign_in.device.as_deref(),
        };
        Ok((self.post("/oauth/ro", Step::Code, &body).await?, asked))
    }
}

/// As Auth0.swift does it (protocol 2.9.1).
pub(crate) fn with_openid(scope: &str) -> String {
    match scope.split_whitespace().any(|word| word == "openid") {
        true => scope.to_owned(),
        false => format!("openid {scope}").trim_end().to_owned(),
    }
}
