//! Sign-in in a browser.

use std::collections::HashMap;
use std::sync::Arc;

use latchkey_client as core;

use crate::client::{Client, StartRequest};
use crate::error::LatchkeyError;
use crate::values::{Channel, SendKind, Tokens};

/// What to ask the person's browser for.
#[derive(Clone, Debug, uniffi::Record)]
pub struct BrowserRequest {
    /// One that the client has: where the browser comes back to.
    pub redirect_uri: String,
    /// In place of `openid profile email offline_access`.
    #[uniffi(default = None)]
    pub scope: Option<String>,
    /// The API that the access token is for.
    #[uniffi(default = None)]
    pub audience: Option<String>,
    /// `sms`, `email`, …: the page asks for nothing else.
    #[uniffi(default = None)]
    pub connection: Option<String>,
    /// The address, filled in.
    #[uniffi(default = None)]
    pub login_hint: Option<String>,
    /// Most seconds since the person proved who they are.
    #[uniffi(default = None)]
    pub max_age: Option<u32>,
    /// Any other parameter: `prompt`, `ui_locales`, …
    #[uniffi(default = None)]
    pub parameters: Option<HashMap<String, String>>,
}

impl From<BrowserRequest> for core::Authorize {
    fn from(request: BrowserRequest) -> Self {
        let mut authorize = Self::new(&request.redirect_uri);
        if let Some(scope) = &request.scope {
            authorize = authorize.scope(scope);
        }
        if let Some(audience) = &request.audience {
            authorize = authorize.audience(audience);
        }
        if let Some(connection) = &request.connection {
            authorize = authorize.connection(connection);
        }
        if let Some(hint) = &request.login_hint {
            authorize = authorize.login_hint(hint);
        }
        if let Some(seconds) = request.max_age {
            authorize = authorize.max_age(seconds);
        }
        let mut parameters: Vec<_> = request.parameters.into_iter().flatten().collect();
        parameters.sort();
        parameters.into_iter().fold(authorize, |authorize, (name, value)| authorize.with(&name, &value))
    }
}

/// A sign-in that a browser is busy with. Keep it until the browser is back.
#[derive(uniffi::Object)]
pub struct BrowserSignIn(core::BrowserSignIn);

#[uniffi::export]
impl BrowserSignIn {
    /// Reads what `to_json` gave, in an app that was ended meanwhile.
    #[uniffi::constructor]
    pub fn from_json(json: String) -> Result<Arc<Self>, LatchkeyError> {
        let pending = serde_json::from_str(&json).map_err(|_| core::StorageError::Unreadable);
        Ok(Arc::new(Self(pending.map_err(core::Error::from)?)))
    }

    /// It belongs where secrets are.
    pub fn to_json(&self) -> Result<String, LatchkeyError> {
        let json = serde_json::to_string(&self.0).map_err(|_| core::StorageError::Unreadable);
        Ok(json.map_err(core::Error::from)?)
    }

    /// What the browser opens.
    pub fn url(&self) -> String {
        self.0.url.clone()
    }
}

#[uniffi::export]
impl Client {
    /// Prepares a sign-in in a browser: have it open `url`, and give the URL that it comes back to
    /// `finish_browser_sign_in`.
    pub fn start_browser_sign_in(
        &self,
        request: BrowserRequest,
    ) -> Result<Arc<BrowserSignIn>, LatchkeyError> {
        let done = self.inner.start_browser_sign_in(&request.into());
        done.map(|pending| Arc::new(BrowserSignIn(pending))).map_err(|error| self.said(&error, Channel::Sms))
    }

    /// Has the server mail a link that ends in a browser, which comes back to the app: give the URL that it comes back to,
    /// on this device, to `finish_browser_sign_in`. Where the mail cannot be opened here, `url` leads to the same by the
    /// sign-in pages. Never repeated by itself: every call is at most one mail.
    pub async fn start_link(
        &self,
        start: StartRequest,
        browser: BrowserRequest,
    ) -> Result<Arc<BrowserSignIn>, LatchkeyError> {
        let channel = start.channel;
        let start = StartRequest { send: Some(start.send.unwrap_or(SendKind::Link)), ..start };
        let done = async { self.inner.start_link(&start.read()?, &browser.into()).await };
        done.await.map(|pending| Arc::new(BrowserSignIn(pending))).map_err(|error| self.said(&error, channel))
    }

    /// Turns what the browser came back with into tokens. Never repeated by itself: it works once.
    pub async fn finish_browser_sign_in(
        &self,
        pending: Arc<BrowserSignIn>,
        callback_url: String,
    ) -> Result<Arc<Tokens>, LatchkeyError> {
        let done = self.inner.finish_browser_sign_in(&pending.0, &callback_url).await;
        self.tokens(done, Channel::Sms)
    }
}
