//! Keys of devices of today (`docs/guide/device-keys.md`).

use data_encoding::BASE64URL_NOPAD;
use latchkey_client::{AuthenticatorError, BoxFuture, CodeSignIn, ErrorKind, SignatureAlgorithm, Signer};
use latchkey_testkit::{NATIVE, SoftDevice};
use latchkey_wire::token::JWT_BEARER;
use serde_json::Value;

use crate::scene::{App, phone};

/// What the system keeps the key in.
pub struct Enclave(pub SoftDevice);

impl Signer for Enclave {
    fn algorithm(&self) -> SignatureAlgorithm {
        match self.0.algorithm() {
            "ES256" => SignatureAlgorithm::Es256,
            _ => SignatureAlgorithm::EdDsa,
        }
    }

    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(self.0.jwk().to_string())))
    }

    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
        let message = String::from_utf8(message).unwrap();
        let part = |text: &str| -> Value {
            serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
        };
        let (header, claims) = message.split_once('.').unwrap();
        let jws = self.0.sign(&part(header), &part(claims));
        let (signed, signature) = jws.rsplit_once('.').unwrap();
        assert_eq!(signed, message);
        Box::pin(std::future::ready(Ok(BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap())))
    }
}

pub async fn app() -> App {
    let app = App::new(NATIVE).await;
    let engine = &app.t().engine;
    let mut client = (*engine.client(&NATIVE.into()).await.unwrap().unwrap()).clone();
    client.grant_types.push(JWT_BEARER.into());
    engine.save_client(&client).await.unwrap();
    app
}

#[tokio::test]
async fn a_key_is_enrolled_after_a_code_and_signs_in_without_one() {
    for device in [SoftDevice::es256(), SoftDevice::ed25519(7)] {
        let (app, enclave) = (app().await, Enclave(device));
        let tokens = app.sign_in().await;
        let person = app.client.profile(&tokens).await.unwrap();
        let proof = app.client.prove_key(&enclave).await.unwrap();
        let key = app
            .client
            .enrol_key(&proof, "Ana's iPhone", tokens.id_token.as_ref().unwrap(), None)
            .await
            .unwrap();
        assert_eq!((&*key.name, key.algorithm.as_deref()), ("Ana's iPhone", Some(enclave.0.algorithm())));
        app.t().clock.advance(86_400);
        let tokens = app.client.sign_in_with_key(&enclave, &key.id, None, None).await.unwrap();
        assert_eq!(app.client.profile(&tokens).await.unwrap().id, person.id);
        let id_token = tokens.id_token.unwrap();
        assert_eq!(app.client.list_keys(&id_token).await.unwrap(), std::slice::from_ref(&key));
        let renamed = app.client.rename_key(&key.id, "Work phone", &id_token).await.unwrap();
        assert_eq!((&renamed.id, &*renamed.name), (&key.id, "Work phone"));
        assert_eq!(app.client.list_keys(&id_token).await.unwrap(), [renamed]);
        app.client.remove_key(&key.id, &id_token).await.unwrap();
        let error = app.client.sign_in_with_key(&enclave, &key.id, None, None).await.unwrap_err();
        assert_eq!((error.code(), error.kind()), ("invalid_grant", ErrorKind::SignInAgain));
    }
}

#[tokio::test]
async fn a_key_is_enrolled_beside_a_code_in_one_call() {
    let (app, enclave) = (app().await, Enclave(SoftDevice::es256()));
    app.start().await;
    let proof = app.client.prove_key(&enclave).await.unwrap();
    app.wire.noted();
    let wrong = CodeSignIn::new(phone(), &app.t().wrong_code()).unwrap();
    let refused = app.client.sign_in_and_enrol(&wrong, &proof, "Ana's iPhone", None).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::WrongCode);
    let code = CodeSignIn::new(phone(), &app.t().code()).unwrap();
    let done = app.client.sign_in_and_enrol(&code, &proof, "Ana's iPhone", None).await.unwrap();
    let key = done.key.unwrap();
    assert_eq!((&*key.name, done.key_error), ("Ana's iPhone", None));
    let person = app.client.profile(&done.tokens).await.unwrap().id;
    let tokens = app.client.sign_in_with_key(&enclave, &key.id, None, None).await.unwrap();
    assert_eq!(app.client.profile(&tokens).await.unwrap().id, person);
}

#[tokio::test]
async fn a_proof_that_was_used_costs_nobody_the_code_beside_it() {
    let (app, enclave) = (app().await, Enclave(SoftDevice::es256()));
    let tokens = app.sign_in().await;
    let proof = app.client.prove_key(&enclave).await.unwrap();
    app.client.enrol_key(&proof, "Ana's iPhone", tokens.id_token.as_ref().unwrap(), None).await.unwrap();
    app.t().clock.advance(60);
    app.start().await;
    let code = CodeSignIn::new(phone(), &app.t().code()).unwrap();
    match app.client.sign_in_and_enrol(&code, &proof, "Ana's iPhone", None).await {
        Ok(done) => assert_eq!((done.key, done.key_error.as_deref()), (None, Some("challenge_used"))),
        Err(_) => assert!(app.client.sign_in_with_code(&code).await.is_ok()),
    }
}

#[tokio::test]
async fn a_proof_of_the_person_that_is_too_old_enrols_nothing() {
    let (app, enclave) = (app().await, Enclave(SoftDevice::es256()));
    let tokens = app.sign_in().await;
    app.t().clock.advance(301);
    let proof = app.client.prove_key(&enclave).await.unwrap();
    let refused = app.client.enrol_key(&proof, "Ana's iPhone", tokens.id_token.as_ref().unwrap(), None).await;
    let error = refused.unwrap_err();
    assert_eq!((error.code(), error.kind()), ("reauthentication_required", ErrorKind::SignInAgain));
}

#[tokio::test]
async fn an_app_without_device_keys_is_told_so() {
    let (app, enclave) = (App::new(NATIVE).await, Enclave(SoftDevice::es256()));
    let error = app.client.prove_key(&enclave).await.unwrap_err();
    assert_eq!((error.status(), error.kind()), (Some(403), ErrorKind::Misconfigured));
}
