//! What a row about passkeys finds: somebody who has one, a ceremony under way, and the answer of an authenticator
//! that the row's fixture names.

use data_encoding::BASE64URL_NOPAD;
use latchkey_core::model::{Channel, EmailAddress, Strategy, User};
use latchkey_testkit::authenticator::{
    Algorithm, BACKED_UP, BACKUP_ELIGIBLE, Draft, SoftPasskey, USER_PRESENT, USER_VERIFIED, cose, flip,
};
use latchkey_testkit::{NATIVE, TestEngine};
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};

use crate::row::Row;
use crate::support::TestServer;

const CONNECTION: &str = "passkeys";
const GRANT: &str = "urn:okta:params:oauth:grant-type:webauthn";
const ORIGIN: &str = "https://login.example";
/// Whom the row about an existing user names.
const OWNER: &str = "user@example.com";

#[derive(Default)]
pub struct Passkeys {
    pub auth_session: String,
    answer: Value,
}

pub fn concerns(row: &Row) -> bool {
    row.endpoint.starts_with("/passkey/") || row.request_text().contains(GRANT)
}

/// The connection, and somebody on it where the row asks for them.
pub async fn prepare(t: &TestEngine, row: &Row) {
    let options = json!({"authentication_methods": {"passkey": {"enabled": true}}});
    t.add_connection(CONNECTION, Strategy::Database, options).await;
    if row.request_text().contains(OWNER) {
        let address = EmailAddress::parse(OWNER).unwrap().address();
        let id = "0123456789abcdef01234567";
        let owner = User::first_seen(CONNECTION, Channel::Email, address, id, t.engine.now()).of_database();
        t.engine.store.insert_user(&owner, Vec::new()).await.unwrap();
    }
}

/// No user row, no link, and the answer that a stranger gets.
pub async fn is_as_for_a_stranger(server: &TestServer, answer: &Value) -> bool {
    let stranger = register(server, "stranger@example.com").await;
    keys(answer) == keys(&stranger) && server.t.engine.store.count_users().await.unwrap() == 1
}

fn keys(value: &Value) -> Vec<String> {
    let Some(members) = value.as_object() else { return Vec::new() };
    members.iter().flat_map(|(name, value)| std::iter::once(name.clone()).chain(keys(value))).collect()
}

impl Passkeys {
    pub async fn of(server: &TestServer, row: &Row) -> Self {
        let body = row.body.clone().unwrap_or_default();
        if body["grant_type"] != GRANT {
            return Self::default();
        }
        let (mut owner, mut other) =
            (SoftPasskey::new(Algorithm::Es256, 1), SoftPasskey::new(Algorithm::Es256, 2));
        for passkey in [&mut owner, &mut other] {
            let begun = register(server, "ana@example.com").await;
            let answer = passkey.create(&begun["authn_params_public_key"], ORIGIN);
            assert_eq!(finish(server, &begun["auth_session"], &answer).await, 200);
        }
        let fixture = body["authn_response"]["fixture"].as_str().unwrap_or("assertion:ok").to_owned();
        let (ceremony, kind) = fixture.split_once(':').unwrap();
        let begun = match ceremony {
            "attestation" => register(server, "bo@example.com").await,
            _ => challenge(server).await,
        };
        let options = &begun["authn_params_public_key"];
        let answer = match ceremony {
            "attestation" => attestation(server, kind, options).await,
            _ => assertion(server, kind, options, (&mut owner, &mut other)).await,
        };
        if kind == "challenge_replayed" {
            assert_eq!(finish(server, &begun["auth_session"], &answer).await, 200);
        }
        if kind == "expired" {
            server.t.clock.advance(301);
        }
        Self { auth_session: begun["auth_session"].as_str().unwrap().to_owned(), answer }
    }

    /// The row's body, with the answer that its fixture names.
    pub fn fill(&self, mut body: Value) -> Value {
        if body["authn_response"]["fixture"].is_string() {
            body["authn_response"] = self.answer.clone();
        }
        body
    }
}

async fn register(server: &TestServer, email: &str) -> Value {
    let body = json!({"client_id": NATIVE, "realm": CONNECTION, "user_profile": {"email": email}});
    server.post("/passkey/register", body).await.json()
}

async fn challenge(server: &TestServer) -> Value {
    server.post("/passkey/challenge", json!({"client_id": NATIVE})).await.json()
}

async fn finish(server: &TestServer, auth_session: &Value, answer: &Value) -> u16 {
    let body = json!({
        "grant_type": GRANT, "client_id": NATIVE, "auth_session": auth_session, "authn_response": answer,
    });
    server.post("/oauth/token", body).await.status.as_u16()
}

fn say(name: &'static str, value: Value) -> impl FnOnce(&mut Draft) {
    move |draft| drop(draft.client_data.insert(name.to_owned(), value))
}

async fn assertion(
    server: &TestServer,
    kind: &str,
    options: &Value,
    (owner, other): (&mut SoftPasskey, &mut SoftPasskey),
) -> Value {
    let challenge_text = options["challenge"].as_str().unwrap().to_owned();
    let mut get = |change: &mut dyn FnMut(&mut Draft)| owner.get_as(options, ORIGIN, |draft| change(draft));
    match kind {
        "ok" | "challenge_replayed" | "expired" => owner.get(options, ORIGIN),
        "type_create" => owner.get_as(options, ORIGIN, say("type", json!("webauthn.create"))),
        "challenge_other" => {
            let another = challenge(server).await;
            owner.get(&another["authn_params_public_key"], ORIGIN)
        }
        "origin_suffix" => owner.get(options, "https://app.example.evil"),
        "origin_http" => owner.get(options, "http://login.example"),
        "cross_origin" => owner.get_as(options, ORIGIN, say("crossOrigin", json!(true))),
        "rpid_hash" => get(&mut |draft| draft.relying_party = "other.example".into()),
        "up_zero" => get(&mut |draft| draft.flags &= !USER_PRESENT),
        "uv_zero" => get(&mut |draft| draft.flags &= !USER_VERIFIED),
        "bs_without_be" => get(&mut |draft| draft.flags |= BACKED_UP),
        "be_changed" => get(&mut |draft| draft.flags |= BACKUP_ELIGIBLE),
        "sig_flip" => {
            let mut answer = owner.get(options, ORIGIN);
            flip(&mut answer, "/response/signature", 20);
            answer
        }
        "sig_other_key" => {
            let mut thief = SoftPasskey::new(Algorithm::Es256, 1);
            thief.user_handle.clone_from(&owner.user_handle);
            thief.get(options, ORIGIN)
        }
        "user_handle_other" => get(&mut |draft| draft.user_handle.clone_from(&other.user_handle)),
        "cred_unknown" => {
            let mut unknown = SoftPasskey::new(Algorithm::Es256, 9);
            unknown.user_handle.clone_from(&owner.user_handle);
            unknown.get(options, ORIGIN)
        }
        "cred_other_user" => {
            other.user_handle.clone_from(&owner.user_handle);
            other.get(options, ORIGIN)
        }
        "not_utf8_client_data" => get(&mut |draft| {
            let text =
                format!(r#"{{"type":"webauthn.get","challenge":"{challenge_text}","origin":"{ORIGIN}"}}"#);
            draft.raw_client_data = [text.as_bytes().split_last().unwrap().1, b",\"a\":\"\xff\"}"].concat();
        }),
        "client_data_dup_key" => get(&mut |draft| {
            let origins = format!(r#""origin":"https://evil.example","origin":"{ORIGIN}""#);
            let text = format!(r#"{{"type":"webauthn.get","challenge":"{challenge_text}",{origins}}}"#);
            draft.raw_client_data = text.into_bytes();
        }),
        "auth_data_short" => {
            let mut answer = owner.get(options, ORIGIN);
            answer["response"]["authenticatorData"] = json!(BASE64URL_NOPAD.encode(&[0; 36]));
            answer
        }
        "auth_data_trailing" => get(&mut |draft| draft.tail = vec![0, 1, 2]),
        // Added after the signature.
        "token_binding_junk" => {
            let mut answer = owner.get(options, ORIGIN);
            let signed = answer["response"]["clientDataJSON"].as_str().unwrap();
            let text = String::from_utf8(BASE64URL_NOPAD.decode(signed.as_bytes()).unwrap()).unwrap();
            let more = text.replacen('{', r#"{"tokenBinding":{"status":"present","id":"x"},"#, 1);
            answer["response"]["clientDataJSON"] = json!(BASE64URL_NOPAD.encode(more.as_bytes()));
            answer
        }
        unknown => panic!("nothing here makes the assertion {unknown}"),
    }
}

async fn attestation(server: &TestServer, kind: &str, options: &Value) -> Value {
    let mut new = SoftPasskey::new(Algorithm::Es256, 3);
    let with_key = |new: &mut SoftPasskey, key: Cbor| new.create_as(options, ORIGIN, |d| d.public_key = key);
    let point = |alg: i128, curve: i128, bytes: usize| {
        let coordinate = || Cbor::Bytes(vec![1; bytes]);
        let (alg, curve) = (Cbor::Integer(alg), Cbor::Integer(curve));
        cose([(1, Cbor::Integer(2)), (3, alg), (-1, curve), (-2, coordinate()), (-3, coordinate())])
    };
    let whole = |new: &mut SoftPasskey, object: &[u8]| {
        let mut answer = new.create(options, ORIGIN);
        answer["response"]["attestationObject"] = json!(BASE64URL_NOPAD.encode(object));
        answer
    };
    match kind {
        "alg_unlisted" => with_key(&mut new, point(-35, 2, 48)),
        "rsa_1024" => {
            let (modulus, exponent) = (Cbor::Bytes(vec![0xff; 128]), Cbor::Bytes(vec![1, 0, 1]));
            let key = cose([(1, Cbor::Integer(3)), (3, Cbor::Integer(-257)), (-1, modulus), (-2, exponent)]);
            with_key(&mut new, key)
        }
        "ec_point_off_curve" => with_key(&mut new, point(-7, 1, 32)),
        "cbor_truncated" => whole(&mut new, b"\xa3\x63fmt\x64no"),
        "cbor_deep" => whole(&mut new, &[vec![0x81; 10_000], vec![0]].concat()),
        "cbor_huge_len" => whole(&mut new, &[&[0x9b][..], &(1u64 << 63).to_be_bytes()].concat()),
        "cred_id_1024" => {
            new.credential_id = vec![3; 1_024];
            new.create(options, ORIGIN)
        }
        // That of the owner.
        "cred_exists" => SoftPasskey::new(Algorithm::Es256, 1).create(options, ORIGIN),
        "fmt_unknown" => new.create_as(options, ORIGIN, |draft| draft.format = "unknown".into()),
        "challenge_from_login" => {
            let login = challenge(server).await;
            let mut mixed = options.clone();
            mixed["challenge"] = login["authn_params_public_key"]["challenge"].clone();
            new.create(&mixed, ORIGIN)
        }
        unknown => panic!("nothing here makes the attestation {unknown}"),
    }
}
