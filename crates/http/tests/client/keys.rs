//! Passkeys and keys of devices, through the traits that a system fills in.

use std::sync::Mutex;

use data_encoding::BASE64URL_NOPAD;
use latchkey_client::{
    Authenticator, AuthenticatorError, BoxFuture, DeviceKey, Error, ErrorKind, Generation, NewUser,
    PasskeyOptions, Secret, SignatureAlgorithm, Signer,
};
use latchkey_core::model::Strategy;
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_testkit::{DevicePair, NATIVE};
use serde_json::{Value, json};

use crate::phone::{self, LOCK, RAW};
use crate::scene::App;

/// A system with one passkey.
pub struct System(pub Mutex<SoftPasskey>);

const ORIGIN: &str = "https://login.example";

fn ready<T: Send + 'static>(value: T) -> BoxFuture<'static, T> {
    Box::pin(std::future::ready(value))
}

impl Authenticator for System {
    fn create(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        let options: Value = serde_json::from_str(&options).unwrap();
        ready(Ok(self.0.lock().unwrap().create(&options, ORIGIN).to_string()))
    }

    fn get(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        let options: Value = serde_json::from_str(&options).unwrap();
        ready(Ok(self.0.lock().unwrap().get(&options, ORIGIN).to_string()))
    }
}

/// A person who presses Cancel.
struct Unwilling;

impl Authenticator for Unwilling {
    fn create(&self, _: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        ready(Err(AuthenticatorError::Cancelled))
    }

    fn get(&self, _: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        ready(Err(AuthenticatorError::Cancelled))
    }
}

pub async fn with_passkeys() -> App {
    let app = App::new(NATIVE).await;
    let options =
        json!({"authentication_methods": {"passkey": {"enabled": true}, "email_otp": {"enabled": true}}});
    app.t().add_connection("passkeys", Strategy::Database, options).await;
    app
}

fn ana() -> NewUser {
    NewUser { email: Some("ana@example.com".into()), name: Some("Ana".into()), ..NewUser::default() }
}

fn options() -> PasskeyOptions {
    PasskeyOptions { realm: Some("passkeys".into()), ..PasskeyOptions::default() }
}

#[tokio::test]
async fn somebody_signs_up_and_in_with_a_passkey() {
    let app = with_passkeys().await;
    for (number, algorithm) in (1..).zip(Algorithm::ALL) {
        let system = System(Mutex::new(SoftPasskey::new(algorithm, number)));
        let new = NewUser { email: Some(format!("ana{number}@example.com")), ..ana() };
        let tokens = app.client.sign_up_with_passkey(&system, &new, &options()).await.unwrap();
        let person = app.client.profile(&tokens).await.unwrap();
        let again = app.client.sign_in_with_passkey(&system, &PasskeyOptions::default()).await.unwrap();
        assert_eq!(app.client.profile(&again).await.unwrap().id, person.id, "{algorithm:?}");
    }
}

#[tokio::test]
async fn a_passkey_that_is_not_used_asks_for_no_tokens() {
    let app = with_passkeys().await;
    let error = app.client.sign_in_with_passkey(&Unwilling, &options()).await.unwrap_err();
    assert_eq!((error.kind(), app.wire.noted().len()), (ErrorKind::Cancelled, 1));
    let told = error.human(latchkey_client::Locale::En, latchkey_client::Channel::Sms);
    assert_eq!(told, "No passkey was used. Try again, or use a code.");
    let error = app.client.sign_up_with_passkey(&Unwilling, &ana(), &options()).await.unwrap_err();
    assert_eq!(error, Error::Authenticator(AuthenticatorError::Cancelled));
}

#[tokio::test]
async fn an_answer_of_another_passkey_is_refused() {
    let app = with_passkeys().await;
    let stranger = System(Mutex::new(SoftPasskey::new(Algorithm::Es256, 9)));
    let error = app.client.sign_in_with_passkey(&stranger, &PasskeyOptions::default()).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(403), "invalid_grant"));
    assert_eq!(error.kind(), ErrorKind::SignInAgain);
}

/// A phone of 2014 behind Touch ID.
pub struct Enclave(pub DevicePair);

impl Signer for Enclave {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Rs256
    }

    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        ready(Ok(self.0.pem()))
    }

    fn key_id(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        ready(Ok(self.0.fingerprint()))
    }

    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
        let message = String::from_utf8(message).unwrap();
        let part = |text: &str| -> Value {
            serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
        };
        let (header, claims) = message.split_once('.').unwrap();
        let jwt = self.0.sign(&part(header), &part(claims));
        let (signed, signature) = jwt.rsplit_once('.').unwrap();
        assert_eq!(signed, message);
        ready(Ok(BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap()))
    }
}

/// P-160, P-164, P-165
#[tokio::test]
async fn a_key_of_the_device_signs_in_as_touch_id_does() {
    let server = phone::server().await;
    let (tokens, user) = phone::account(&server).await;
    let app = App::over(server, LOCK, Generation::Legacy);
    let enclave = Enclave(DevicePair::generate(1024, 7));
    let key = DeviceKey { user_id: &user, device: RAW, connection: None };
    let id_token = Secret::new(tokens["id_token"].as_str().unwrap());
    app.client.register_device_key(&enclave, &key, &id_token).await.unwrap();
    let tokens = app.client.sign_in_with_device_key(&enclave, &key).await.unwrap();
    assert_eq!(app.client.profile(&tokens).await.unwrap().id, user);
    let stranger = Enclave(DevicePair::generate(1024, 8));
    app.t().clock.advance(1);
    let error = app.client.sign_in_with_device_key(&stranger, &key).await.unwrap_err();
    assert_eq!((error.status(), error.kind()), (Some(401), ErrorKind::SignInAgain));
}
