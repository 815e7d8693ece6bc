//! Passkeys (protocol 2.6, 2.9.6): sign up with one, sign in with one.

use latchkey_wire::Secret;
use latchkey_wire::token::WEBAUTHN;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::authenticator::{Authenticator, AuthenticatorError};
use crate::client::{self, Client};
use crate::code::{DEFAULT_SCOPE, with_openid};
use crate::error::Error;
use crate::id_token::Expected;
use crate::refusal::Step;
use crate::tokens::Tokens;

/// What a person who signs up says of themselves. Nothing of it is proved.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewUser {
    /// An email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// A name to sign in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What the person is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What is asked for with a passkey, beyond the usual.
#[derive(Clone, Debug, Default)]
pub struct PasskeyOptions {
    /// The connection, where the client has several that take passkeys.
    pub realm: Option<String>,
    /// In place of [`DEFAULT_SCOPE`].
    pub scope: Option<String>,
    /// The API that the access token is for.
    pub audience: Option<String>,
}

/// A ceremony that the server began. It works once, for some minutes.
#[derive(Clone, Debug, Deserialize)]
pub struct PasskeyChallenge {
    /// Names the ceremony, for the second half.
    pub auth_session: Secret,
    /// What the authenticator takes: JSON of the options of `create` or `get`.
    #[serde(rename = "authn_params_public_key")]
    pub options: Map<String, Value>,
}

impl Client {
    /// Signs a new person up with a passkey that the authenticator makes.
    ///
    /// # Errors
    ///
    /// [`Error::Authenticator`] when none was made; [`Error::Refused`].
    pub async fn sign_up_with_passkey(
        &self,
        authenticator: &dyn Authenticator,
        user: &NewUser,
        options: &PasskeyOptions,
    ) -> Result<Tokens, Error> {
        let challenge = self.passkey_sign_up_challenge(user, options).await?;
        let answer = authenticator.create(as_json(&challenge)?).await?;
        self.sign_in_with_passkey_answer(&challenge.auth_session, &answer, options).await
    }

    /// Signs a person in with a passkey that they have.
    ///
    /// # Errors
    ///
    /// [`Error::Authenticator`] when none was used; [`Error::Refused`].
    pub async fn sign_in_with_passkey(
        &self,
        authenticator: &dyn Authenticator,
        options: &PasskeyOptions,
    ) -> Result<Tokens, Error> {
        let challenge = self.passkey_challenge(options).await?;
        let answer = authenticator.get(as_json(&challenge)?).await?;
        self.sign_in_with_passkey_answer(&challenge.auth_session, &answer, options).await
    }

    /// The first half of [`sign_up_with_passkey`](Self::sign_up_with_passkey).
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the client or the connection has no passkeys.
    pub async fn passkey_sign_up_challenge(
        &self,
        user: &NewUser,
        options: &PasskeyOptions,
    ) -> Result<PasskeyChallenge, Error> {
        let mut body = Map::new();
        body.insert(String::from("client_id"), json!(self.client_id()));
        body.insert(String::from("user_profile"), json!(user));
        put(&mut body, "realm", options.realm.as_deref());
        let response = self.post("/passkey/register", Step::Other, &body).await?;
        client::json(&response, "the passkey's challenge")
    }

    /// The first half of [`sign_in_with_passkey`](Self::sign_in_with_passkey).
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the client has no passkeys.
    pub async fn passkey_challenge(&self, options: &PasskeyOptions) -> Result<PasskeyChallenge, Error> {
        let mut body = Map::new();
        body.insert(String::from("client_id"), json!(self.client_id()));
        put(&mut body, "realm", options.realm.as_deref());
        let response = self.post("/passkey/challenge", Step::Other, &body).await?;
        client::json(&response, "the passkey's challenge")
    }

    /// The second half: `answer` is the JSON that the authenticator gave. Never repeated by itself.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the answer does not hold, or came too late.
    pub async fn sign_in_with_passkey_answer(
        &self,
        auth_session: &Secret,
        answer: &str,
        options: &PasskeyOptions,
    ) -> Result<Tokens, Error> {
        let answer: Map<String, Value> = serde_json::from_str(answer)
            .map_err(|_| AuthenticatorError::Failed(String::from("its answer is not JSON")))?;
        self.know_keys().await?;
        let mut body = Map::new();
        body.insert(String::from("grant_type"), json!(WEBAUTHN));
        body.insert(String::from("client_id"), json!(self.client_id()));
        body.insert(String::from("auth_session"), json!(auth_session));
        body.insert(String::from("authn_response"), Value::Object(answer));
        put(&mut body, "realm", options.realm.as_deref());
        put(&mut body, "audience", options.audience.as_deref());
        let scope = with_openid(options.scope.as_deref().unwrap_or(DEFAULT_SCOPE));
        put(&mut body, "scope", Some(&scope));
        let asked = self.now();
        let response = self.post("/oauth/token", Step::Tokens, &body).await?;
        let tokens = Tokens::read(&response, asked)?;
        self.prove(tokens, &Expected { required: true, ..Expected::default() }).await
    }
}

fn as_json(challenge: &PasskeyChallenge) -> Result<String, Error> {
    serde_json::to_string(&challenge.options).map_err(|_| Error::BadAnswer("the passkey's challenge"))
}

fn put(body: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        body.insert(name.to_owned(), json!(value));
    }
}
