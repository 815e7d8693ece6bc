//! What the shields of the protection against attacks tell, and whom.

use latchkey_testkit::{NATIVE, PHONE, TestEngine};
use serde_json::{Value, json};

use crate::support::{ME, OTP_GRANT, TestServer, enter};
use crate::tool::{Tool, grant};
use http::Method;

const ANA: &str = "ana@example.com";
const STRANGER: &str = "nobody@example.com";

async fn server() -> TestServer {
    let server = TestServer::over(TestEngine::with(|_| {}).await);
    grant(&server, &latchkey_wire::management::scope::ALL.join(" ")).await;
    set(&server, "brute-force-protection", json!({"max_attempts": 2})).await;
    server
}

async fn set(server: &TestServer, part: &str, body: Value) {
    let answer =
        Tool::new(server).await.call(Method::PATCH, &format!("/attack-protection/{part}"), Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn make(server: &TestServer, connection: &str, body: Value) {
    let mut user = json!({"connection": connection});
    user.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let made = Tool::new(server).await.call(Method::POST, "/users", Some(user)).await;
    assert_eq!(made.status, 201, "{}", made.text);
}

/// The answers to so many wrong codes.
async fn guess(server: &TestServer, realm: &str, address: &str, times: u32) -> Vec<(u16, String)> {
    let mut answers = Vec::new();
    for _ in 0..times {
        let body = json!({
            "client_id": NATIVE, "grant_type": OTP_GRANT, "realm": realm, "username": address, "otp": "000000",
        });
        let (status, error, _) = server.post("/oauth/token", body).await.error();
        answers.push((status, error));
    }
    answers
}

/// Mails and texts since, but for codes.
async fn told(server: &TestServer) -> Vec<(String, String)> {
    server.t.settled().await;
    server.t.engine.deliver_due().await.unwrap();
    server.t.settled().await;
    let mails = server.t.senders.mailed().into_iter().map(|mail| (mail.to, mail.text.expose().to_owned()));
    let texts = server.t.senders.sent().into_iter().map(|text| (text.to, text.body.expose().to_owned()));
    mails
        .chain(texts)
        .filter(|(_, text)| text.contains("CodesRefused") || text.contains("wrong codes"))
        .collect()
}

/// M-037, S-006
#[tokio::test]
async fn whose_address_is_guessed_at_is_told_once_and_no_answer_says_so() {
    let server = server().await;
    make(&server, "email", json!({"email": ANA, "email_verified": true})).await;
    for address in [ANA, STRANGER] {
        server.t.start_email(NATIVE, address).await.unwrap();
    }
    let (of_ana, of_stranger) =
        (guess(&server, "email", ANA, 4).await, guess(&server, "email", STRANGER, 4).await);
    assert_eq!(of_ana, of_stranger);
    assert_eq!(of_ana.last().unwrap().1, "too_many_attempts");
    let [(to, text)] = told(&server).await.try_into().unwrap();
    assert!(to == ANA && text.starts_with("CodesRefused"), "{to} {text}");
    // A day later it is news again.
    server.t.clock.advance(3_700);
    guess(&server, "email", ANA, 1).await;
    assert_eq!(told(&server).await.len(), 1);
    server.t.clock.advance(86_400);
    guess(&server, "email", ANA, 1).await;
    assert_eq!(told(&server).await.len(), 2);
}

/// M-037
#[tokio::test]
async fn nobody_is_told_without_the_shield_without_a_proof_or_by_text_message() {
    let server = server().await;
    make(&server, "email", json!({"email": ANA, "email_verified": false})).await;
    make(&server, "sms", json!({"phone_number": PHONE, "phone_verified": true})).await;
    server.t.start_email(NATIVE, ANA).await.unwrap();
    server.t.start(NATIVE, PHONE).await.unwrap();
    for (realm, address) in [("email", ANA), ("sms", PHONE)] {
        assert_eq!(guess(&server, realm, address, 4).await[3].1, "too_many_attempts");
    }
    assert!(told(&server).await.is_empty());
    let other = self::server().await;
    set(&other, "brute-force-protection", json!({"shields": ["block"]})).await;
    make(&other, "email", json!({"email": ANA, "email_verified": true})).await;
    other.t.start_email(NATIVE, ANA).await.unwrap();
    assert_eq!(guess(&other, "email", ANA, 4).await.last().unwrap().1, "too_many_attempts");
    assert!(told(&other).await.is_empty());
}

/// M-037
#[tokio::test]
async fn owners_are_told_of_a_place_that_guesses_unless_they_switched_it_off() {
    for wanted in [true, false] {
        let server = server().await;
        enter(&server).await;
        if !wanted {
            set(&server, "suspicious-ip-throttling", json!({"shields": ["block"]})).await;
        }
        for n in 0..4 {
            guess(&server, "sms", &format!("+1415555012{n}"), 9).await;
        }
        let told = told(&server).await;
        assert_eq!(told.len(), usize::from(wanted), "{told:?}");
        for (to, text) in told {
            assert!(
                to == ME && text.contains("came from 192.0.2.1.") && text.contains("/dashboard/protection")
            );
        }
    }
}
