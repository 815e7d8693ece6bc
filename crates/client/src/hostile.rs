//! Answers that look almost right: whatever a server says to any call, the client says yes or no to its caller, and
//! neither panics nor hangs.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::authenticator::{Authenticator, AuthenticatorError, SignatureAlgorithm, Signer};
use crate::storage::MemoryStorage;
use crate::testing::{Scripted, client_of, now};
use crate::transport::BoxFuture;
use crate::{
    Address, Authorize, Client, CodeAndKey, CodeSignIn, DeviceKey, Generation, NewUser, PasskeyOptions,
    Response, Secret, Session, Start, Storage, Tokens,
};

/// Every name that an answer is asked for, and some that it is not.
const NAMES: &[&str] = &[
    "access_token",
    "alg",
    "auth_session",
    "authn_params_public_key",
    "challenge",
    "code",
    "crv",
    "description",
    "device_key",
    "device_key_error",
    "device_keys",
    "e",
    "error",
    "error_description",
    "expires_in",
    "id",
    "id_token",
    "keys",
    "kid",
    "kty",
    "mfa_token",
    "message",
    "n",
    "name",
    "refresh_token",
    "scope",
    "server_time",
    "sub",
    "token_type",
    "use",
    "user_id",
    "x",
    "y",
];

/// JSON with names that mean something, and values that may or may not.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "RSA|EC|OKP|P-256|Ed25519|RS256|ES256|EdDSA|sig|Bearer|invalid_grant|.{0,12}".prop_map(Value::from),
        "[A-Za-z0-9_-]{0,90}(\\.[A-Za-z0-9_-]{0,60}){0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 8, |inner| {
        let member = (proptest::sample::select(NAMES), inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(Value::from),
            proptest::collection::vec(member, 0..10).prop_map(|members| {
                Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

fn answer() -> impl Strategy<Value = Response> {
    let body = prop_oneof![
        4 => json().prop_map(|json| json.to_string().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..200),
    ];
    let status = prop_oneof![3 => Just(200_u16), 1 => 100_u16..600];
    let header =
        proptest::sample::select(vec!["retry-after", "x-ratelimit-reset", "x-auth0-requestid", "date"]);
    let headers = proptest::collection::vec((header.prop_map(str::to_owned), ".{0,20}"), 0..3);
    (status, headers, body).prop_map(|(status, headers, body)| Response { status, headers, body })
}

struct System;

impl Authenticator for System {
    fn create(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(options)))
    }

    fn get(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(options)))
    }
}

impl Signer for System {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::EdDsa
    }

    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(String::from("{}"))))
    }

    fn key_id(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(String::from("AA:BB"))))
    }

    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(message)))
    }
}

/// The call that has a proof before it has a code.
const ENROL_BESIDE: usize = 17;

/// Makes one of the calls; the texts of its error are made, too.
fn call(client: &Client, which: usize) {
    let token = Secret::new("token");
    let address = Address::phone("+14155550100").unwrap();
    let key = DeviceKey { user_id: "auth0|1", device: "phone", connection: None };
    let options = PasskeyOptions::default();
    let code = CodeSignIn::new(address.clone(), "123456").unwrap();
    let failed = match which {
        0 => now(client.start_passwordless(&Start::code(address))).err(),
        1 => now(client.sign_in_with_code(&code)).err(),
        2 => now(client.user_info(&token)).err(),
        3 => now(client.token_info(&token)).err(),
        4 => now(client.refresh(&token, None)).err(),
        5 => now(client.delegate_id_token(&token)).err(),
        6 => now(client.revoke(&token)).err(),
        7 => now(client.sign_up_with_passkey(&System, &NewUser::default(), &options)).err(),
        8 => now(client.sign_in_with_passkey(&System, &options)).err(),
        9 => now(client.register_device_key(&System, &key, &token)).err(),
        10 => now(client.sign_in_with_device_key(&System, &key)).err(),
        11 => now(client.prove_key(&System)).err(),
        12 => now(client.list_keys(&token)).err(),
        13 => now(client.sign_in_with_key(&System, "dcr_1", None, None)).err(),
        14 => now(renew(client)).err(),
        15 => now(client.enrol_for_touch_id(&System, "ana@example.com", "phone", None)).err(),
        16 => now(client.rename_key("dcr_1", "phone", &token)).err(),
        ENROL_BESIDE => now(enrol_beside(client, &code)).err(),
        18 => {
            let address = Address::email("ana@example.com").unwrap();
            let authorize = Authorize::new("https://app.example/cb");
            now(client.start_link(&Start::link(address), &authorize)).err()
        }
        _ => {
            let pending = client.start_browser_sign_in(&Authorize::new("https://app.example/cb")).unwrap();
            let state = pending.url.split("state=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
            let callback = format!("https://app.example/cb?code=a&state={state}");
            now(client.finish_browser_sign_in(&pending, &callback)).err()
        }
    };
    if let Some(error) = failed {
        let _ =
            (error.to_string(), error.human(crate::Locale::Ar, crate::Channel::Sms), error.had_no_effect());
    }
}

async fn enrol_beside(client: &Client, code: &CodeSignIn) -> Result<CodeAndKey, crate::Error> {
    let proof = client.prove_key(&System).await?;
    client.sign_in_and_enrol(code, &proof, "phone", None).await
}

async fn renew(client: &Client) -> Result<Tokens, crate::Error> {
    let storage = MemoryStorage::default();
    let kept =
        serde_json::json!({"access_token": "a", "token_type": "b", "refresh_token": "c", "expires_at": 0});
    storage.save(serde_json::from_value(kept).unwrap()).await?;
    Session::new(client.clone(), std::sync::Arc::new(storage)).tokens().await
}

fn tell(server: &Scripted, answers: Vec<Response>) {
    for answer in answers {
        server.tell(answer);
    }
    // Whoever asks on is told something that ends it.
    for _ in 0..6 {
        server.json(500, &Value::Object(Map::new()));
    }
}

proptest! {
    #[test]
    fn whatever_a_server_answers_to_any_call_is_taken_or_refused(
        which in 0_usize..20,
        legacy in any::<bool>(),
        answers in proptest::collection::vec(answer(), 0..4),
    ) {
        let generation = if legacy { Generation::Legacy } else { Generation::Current };
        let (client, server, _) = client_of(generation);
        if which == ENROL_BESIDE {
            server.json(200, &serde_json::json!({"challenge": "c", "server_time": 1}));
        }
        tell(&server, answers);
        call(&client, which);
    }
}
