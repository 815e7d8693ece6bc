//! The client: where the server is, who the app is, and the calls.

use std::collections::HashMap;
use std::sync::Arc;

use latchkey_client as core;
use serde_json::Value;

use crate::error::LatchkeyError;
use crate::transport::{Foreign, Transport};
use crate::values::{AppLink, Channel, Generation, Profile, SendKind, Tokens};

/// Who the app is, and where its server.
#[derive(Clone, Debug, uniffi::Record)]
pub struct ClientSettings {
    /// A host name, or a URL of one: `login.example.com`, `http://127.0.0.1:3000`.
    pub domain: String,
    pub client_id: String,
    /// Who signs the tokens, where that is not the domain.
    #[uniffi(default = None)]
    pub issuer: Option<String>,
    #[uniffi(default = None)]
    pub generation: Option<Generation>,
    /// The language of messages and of errors for people, as a tag such as `de-AT`; English where it is none of ours.
    #[uniffi(default = None)]
    pub locale: Option<String>,
    /// PEM of the authorities to trust in place of the system's. The built-in transport only.
    #[uniffi(default = None)]
    pub certificate_authorities: Option<Vec<u8>>,
    /// What the server's log calls the app's library: `latchkey-swift`, `latchkey-kotlin`, …
    #[uniffi(default = None)]
    pub library: Option<String>,
}

/// What to send, and where.
#[derive(Clone, Debug, uniffi::Record)]
pub struct StartRequest {
    pub channel: Channel,
    /// As it was typed.
    pub address: String,
    #[uniffi(default = None)]
    pub send: Option<SendKind>,
    /// The connection, where it is not called `sms` or `email`.
    #[uniffi(default = None)]
    pub connection: Option<String>,
    /// What a link carries: `scope`, `redirect_uri`, `response_type`, `state`, `nonce`, …
    #[uniffi(default = None)]
    pub auth_params: Option<HashMap<String, String>>,
}

/// A code that a person typed, and whose it is.
#[derive(Clone, uniffi::Record)]
pub struct CodeRequest {
    pub channel: Channel,
    /// As it was typed.
    pub address: String,
    /// As it was typed or pasted.
    pub code: String,
    /// The connection, where it is not called `sms` or `email`.
    #[uniffi(default = None)]
    pub connection: Option<String>,
    /// In place of `openid profile email offline_access`.
    #[uniffi(default = None)]
    pub scope: Option<String>,
    /// The API that the access token is for.
    #[uniffi(default = None)]
    pub audience: Option<String>,
    /// The name of this device, for the old pipeline's refresh tokens.
    #[uniffi(default = None)]
    pub device: Option<String>,
}

impl StartRequest {
    pub(crate) fn read(self) -> Result<core::Start, core::Error> {
        let send = self.send.map_or(core::SendKind::Code, core::SendKind::from);
        let mut start = core::Start::of(address(self.channel, &self.address)?, send);
        if let Some(name) = &self.connection {
            start = start.connection(name);
        }
        let params = self.auth_params.into_iter().flatten();
        Ok(start.auth_params(params.map(|(name, value)| (name, Value::from(value))).collect()))
    }
}

impl CodeRequest {
    pub(crate) fn read(&self) -> Result<core::CodeSignIn, core::Error> {
        let address = address(self.channel, &self.address)?;
        let mut sign_in = core::CodeSignIn::new(address, &self.code)?;
        if let Some(name) = &self.connection {
            sign_in = sign_in.connection(name);
        }
        if let Some(scope) = &self.scope {
            sign_in = sign_in.scope(scope);
        }
        if let Some(audience) = &self.audience {
            sign_in = sign_in.audience(audience);
        }
        if let Some(device) = &self.device {
            sign_in = sign_in.device(device);
        }
        Ok(sign_in)
    }
}

/// Signs people in to one app. May be used by any number of threads and tasks at once.
#[derive(uniffi::Object)]
pub struct Client {
    pub(crate) inner: core::Client,
    pub(crate) locale: core::Locale,
}

#[uniffi::export]
impl Client {
    /// `transport` is the app's; without one, the built-in one is taken, which libraries for phones have not.
    #[uniffi::constructor(default(transport = None))]
    pub fn new(
        settings: ClientSettings,
        transport: Option<Arc<dyn Transport>>,
    ) -> Result<Arc<Self>, LatchkeyError> {
        let transport = match transport {
            Some(transport) => Arc::new(Foreign(transport)),
            None => built_in(settings.certificate_authorities.as_deref())?,
        };
        let locale = settings.locale.as_deref().map(|tag| core::negotiate([tag]));
        let mut builder = core::Client::builder(&settings.domain, &settings.client_id, transport)
            .telemetry(
                settings.library.as_deref().unwrap_or("latchkey-client"),
                env!("CARGO_PKG_VERSION"),
                &[],
            )
            .generation(settings.generation.unwrap_or(Generation::Current).into());
        if let Some(issuer) = &settings.issuer {
            builder = builder.issuer(issuer);
        }
        if let Some(locale) = locale {
            builder = builder.locale(locale);
        }
        let built = builder.build();
        let inner = built.map_err(|error| LatchkeyError::misconfigured("bad_domain", &error.to_string()))?;
        Ok(Arc::new(Self { inner, locale: locale.unwrap_or(core::Locale::En) }))
    }

    pub fn client_id(&self) -> String {
        self.inner.client_id().to_owned()
    }

    /// Has the server send a code or a link. Never repeated by itself: every call is at most one message. Success
    /// says nothing of whether anybody has the address.
    pub async fn start(&self, request: StartRequest) -> Result<(), LatchkeyError> {
        let channel = request.channel;
        let done = async { self.inner.start_passwordless(&request.read()?).await };
        done.await.map_err(|error| self.said(&error, channel))
    }

    /// Turns a code into tokens. Never repeated by itself: the code works once.
    pub async fn sign_in(&self, request: CodeRequest) -> Result<Arc<Tokens>, LatchkeyError> {
        let channel = request.channel;
        let done = async {
            let sign_in = request.read()?;
            self.inner.sign_in_with_code(&sign_in).await
        };
        self.tokens(done.await, channel)
    }

    /// The person whose tokens these are.
    pub async fn profile(&self, tokens: Arc<Tokens>) -> Result<Profile, LatchkeyError> {
        let done = self.inner.profile(&tokens.0).await;
        done.map(Profile::from).map_err(|error| self.said(&error, Channel::Sms))
    }

    /// The person whose access token this is.
    pub async fn user_info(&self, access_token: String) -> Result<Profile, LatchkeyError> {
        let done = self.inner.user_info(&core::Secret::new(access_token)).await;
        done.map(Profile::from).map_err(|error| self.said(&error, Channel::Sms))
    }

    /// New tokens for a refresh token. Keep them before anything else is done: the old one may be over. Two calls
    /// with one token at a time can end a sign-in: `Session` makes one of them.
    pub async fn refresh(
        &self,
        refresh_token: String,
        scope: Option<String>,
    ) -> Result<Arc<Tokens>, LatchkeyError> {
        let done = self.inner.refresh(&core::Secret::new(refresh_token), scope.as_deref()).await;
        self.tokens(done, Channel::Sms)
    }

    /// Ends a refresh token, and with it whatever the server says it gave.
    pub async fn revoke(&self, refresh_token: String) -> Result<(), LatchkeyError> {
        let done = self.inner.revoke(&core::Secret::new(refresh_token)).await;
        done.map_err(|error| self.said(&error, Channel::Sms))
    }

    /// Checks an `id_token` of this app's; its claims, as JSON.
    pub async fn verify_id_token(&self, id_token: String) -> Result<String, LatchkeyError> {
        let done = self.inner.verify_id_token(&core::Secret::new(id_token)).await;
        done.map(|claims| Value::Object(claims).to_string()).map_err(|error| self.said(&error, Channel::Sms))
    }

    /// Where a browser ends its session at the server; `return_to` is one of the client's logout URLs.
    pub fn logout_url(&self, return_to: Option<String>) -> String {
        self.inner.logout_url(return_to.as_deref())
    }

    /// The code in a link that the system handed to the app; nothing for a URL that is no such link of this server.
    pub fn app_link(&self, url: String) -> Option<AppLink> {
        let link = core::AppLink::parse(self.inner.domain(), &url)?;
        Some(AppLink { channel: link.channel.into(), code: link.code })
    }
}

impl Client {
    pub(crate) fn said(&self, error: &core::Error, channel: Channel) -> LatchkeyError {
        LatchkeyError::said(error, self.locale, channel.into())
    }

    pub(crate) fn tokens(
        &self,
        done: Result<core::Tokens, core::Error>,
        channel: Channel,
    ) -> Result<Arc<Tokens>, LatchkeyError> {
        done.map(|tokens| Arc::new(Tokens(tokens))).map_err(|error| self.said(&error, channel))
    }
}

fn address(channel: Channel, typed: &str) -> Result<core::Address, core::Error> {
    Ok(match channel {
        Channel::Sms => core::Address::phone(typed)?,
        Channel::Email => core::Address::email(typed)?,
    })
}

#[cfg(feature = "http")]
fn built_in(authorities: Option<&[u8]>) -> Result<Arc<dyn core::Transport>, LatchkeyError> {
    let bad =
        |error: core::BadCertificates| LatchkeyError::misconfigured("bad_certificates", &error.to_string());
    Ok(Arc::new(match authorities {
        Some(pem) => core::HttpTransport::trusting_pem(pem).map_err(bad)?,
        None => core::HttpTransport::new(),
    }))
}

#[cfg(not(feature = "http"))]
fn built_in(_: Option<&[u8]>) -> Result<Arc<dyn core::Transport>, LatchkeyError> {
    Err(LatchkeyError::misconfigured("no_transport", "this library was built without a transport of its own"))
}
