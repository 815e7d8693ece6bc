//! Passkeys, and the Touch ID of 2014.

use std::sync::Arc;

use latchkey_client as core;
use serde_json::Value;

use crate::client::Client;
use crate::error::LatchkeyError;
use crate::keys::{Authenticator, ForeignAuthenticator, ForeignSigner, Signer, TouchIdKey};
use crate::values::{Channel, Tokens};

/// What a person who signs up says of themselves. Nothing of it is proved.
#[derive(Clone, Debug, Default, uniffi::Record)]
pub struct NewUser {
    #[uniffi(default = None)]
    pub name: Option<String>,
    #[uniffi(default = None)]
    pub email: Option<String>,
    #[uniffi(default = None)]
    pub phone_number: Option<String>,
    #[uniffi(default = None)]
    pub username: Option<String>,
}

impl From<NewUser> for core::NewUser {
    fn from(user: NewUser) -> Self {
        Self { email: user.email, phone_number: user.phone_number, username: user.username, name: user.name }
    }
}

/// What is asked for with a passkey, beyond the usual.
#[derive(Clone, Debug, Default, uniffi::Record)]
pub struct PasskeyRequest {
    /// The connection, where the client has several that take passkeys.
    #[uniffi(default = None)]
    pub realm: Option<String>,
    /// In place of `openid profile email offline_access`.
    #[uniffi(default = None)]
    pub scope: Option<String>,
    /// The API that the access token is for.
    #[uniffi(default = None)]
    pub audience: Option<String>,
}

impl From<PasskeyRequest> for core::PasskeyOptions {
    fn from(request: PasskeyRequest) -> Self {
        Self { realm: request.realm, scope: request.scope, audience: request.audience }
    }
}

/// A ceremony that the server began, for front ends that do its middle themselves. It works once.
#[derive(uniffi::Object)]
pub struct PasskeyChallenge(core::PasskeyChallenge);

#[uniffi::export]
impl PasskeyChallenge {
    /// What the authenticator takes: JSON of the options of `create` or `get`.
    pub fn options_json(&self) -> String {
        Value::Object(self.0.options.clone()).to_string()
    }
}

#[uniffi::export]
impl Client {
    /// Signs a new person up with a passkey that the authenticator makes.
    pub async fn sign_up_with_passkey(
        &self,
        authenticator: Arc<dyn Authenticator>,
        user: NewUser,
        request: PasskeyRequest,
    ) -> Result<Arc<Tokens>, LatchkeyError> {
        let authenticator = ForeignAuthenticator(authenticator);
        let done = self.inner.sign_up_with_passkey(&authenticator, &user.into(), &request.into()).await;
        self.tokens(done, Channel::Sms)
    }

    /// Signs a person in with a passkey that they have.
    pub async fn sign_in_with_passkey(
        &self,
        authenticator: Arc<dyn Authenticator>,
        request: PasskeyRequest,
    ) -> Result<Arc<Tokens>, LatchkeyError> {
        let authenticator = ForeignAuthenticator(authenticator);
        let done = self.inner.sign_in_with_passkey(&authenticator, &request.into()).await;
        self.tokens(done, Channel::Sms)
    }

    /// The first half of `sign_up_with_passkey`.
    pub async fn passkey_sign_up_challenge(
        &self,
        user: NewUser,
        request: PasskeyRequest,
    ) -> Result<Arc<PasskeyChallenge>, LatchkeyError> {
        let done = self.inner.passkey_sign_up_challenge(&user.into(), &request.into()).await;
        done.map(|challenge| Arc::new(PasskeyChallenge(challenge)))
            .map_err(|error| self.said(&error, Channel::Sms))
    }

    /// The first half of `sign_in_with_passkey`.
    pub async fn passkey_challenge(
        &self,
        request: PasskeyRequest,
    ) -> Result<Arc<PasskeyChallenge>, LatchkeyError> {
        let done = self.inner.passkey_challenge(&request.into()).await;
        done.map(|challenge| Arc::new(PasskeyChallenge(challenge)))
            .map_err(|error| self.said(&error, Channel::Sms))
    }

    /// The second half: `answer_json` is what the authenticator gave. Never repeated by itself.
    pub async fn sign_in_with_passkey_answer(
        &self,
        challenge: Arc<PasskeyChallenge>,
        answer_json: String,
        request: PasskeyRequest,
    ) -> Result<Arc<Tokens>, LatchkeyError> {
        let session = &challenge.0.auth_session;
        let done = self.inner.sign_in_with_passkey_answer(session, &answer_json, &request.into()).await;
        self.tokens(done, Channel::Sms)
    }

    /// Touch ID of 2014: gives the server the signer's public key, in place of what it had for this device. `id_token` is one of the
    /// person's, from the old pipeline.
    pub async fn register_touch_id_key(
        &self,
        signer: Arc<dyn Signer>,
        key: TouchIdKey,
        id_token: String,
    ) -> Result<(), LatchkeyError> {
        let signer = ForeignSigner(signer);
        let id_token = core::Secret::new(id_token);
        let done = self.inner.register_device_key(&signer, &key.lent(), &id_token).await;
        done.map_err(|error| self.said(&error, Channel::Sms))
    }

    /// Touch ID of 2014: signs in with a key of this device. The system asks the person before it signs.
    pub async fn sign_in_with_touch_id_key(
        &self,
        signer: Arc<dyn Signer>,
        key: TouchIdKey,
    ) -> Result<Arc<Tokens>, LatchkeyError> {
        let signer = ForeignSigner(signer);
        let done = self.inner.sign_in_with_device_key(&signer, &key.lent()).await;
        self.tokens(done, Channel::Sms)
    }
}
