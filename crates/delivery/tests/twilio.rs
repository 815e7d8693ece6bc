//! The call to Twilio and what its answers mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use data_encoding::BASE64;
use latchkey_core::sender::{SendError, Told};
use serde_json::{Value, json};

use support::*;

fn options() -> Value {
    json!({ "twilio_sid": SID, "twilio_token": TOKEN, "from": "+15005550006" })
}

async fn answer(status: u16, body: &Value) -> (&'static str, latchkey_core::sender::ProviderError) {
    let server = FakeServer::start(Reply::Answer(status, body.to_string())).await;
    let result = parts(send(&delivery(&server.url()), &options()).await);
    server.only();
    result
}

/// P-190, S-137: no field asks for a report to any address.
#[tokio::test]
async fn the_form_holds_to_body_and_from_under_basic_authentication() {
    let server = FakeServer::start(Reply::Answer(201, r#"{"sid":"SM1","status":"queued"}"#.into())).await;
    send(&delivery(&server.url()), &options()).await.unwrap();
    let request = server.only();
    assert_eq!(request.line, format!("POST /2010-04-01/Accounts/{SID}/Messages.json HTTP/1.1"));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    let basic = BASE64.encode(format!("{SID}:{TOKEN}").as_bytes());
    assert_eq!(request.header("authorization"), Some(format!("Basic {basic}").as_str()));
    assert!(request.header("user-agent").unwrap().starts_with("Latchkey/"));
    let body = format!("Your code & more: {CODE}");
    let form: Vec<(_, _)> = form_urlencoded::parse(request.body.as_bytes()).collect();
    let expected = [("To", NUMBER), ("Body", body.as_str()), ("From", "+15005550006")];
    assert_eq!(form, expected.map(|(key, value)| (key.into(), value.into())));
}

/// P-190
#[tokio::test]
async fn a_messaging_service_goes_in_place_of_from() {
    let server = FakeServer::start(Reply::Answer(201, "{}".into())).await;
    let mut options = options();
    options["messaging_service_sid"] = json!("MG1");
    send(&delivery(&server.url()), &options).await.unwrap();
    let form: Vec<(String, String)> =
        form_urlencoded::parse(server.only().body.as_bytes()).into_owned().collect();
    let keys: Vec<_> = form.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["To", "Body", "MessagingServiceSid"]);
}

/// P-038, S-007; the sender state machine of security.md section 4
#[tokio::test]
async fn each_answer_has_its_class_and_is_told_only_when_it_says_nothing_about_the_owner() {
    for (status, code, class, tell) in [
        (400, 21211, "bad_address", true),
        (400, 21408, "bad_address", true),
        (400, 21614, "bad_address", true),
        (400, 21635, "bad_address", true),
        (400, 21610, "bad_address", false),
        (400, 21608, "not_sent", true),
        (400, 21606, "not_sent", true),
        (404, 20404, "not_sent", true),
        (429, 20429, "not_sent", true),
        (400, 20429, "not_sent", true),
        (401, 20003, "misconfigured", true),
        (403, 20003, "misconfigured", true),
        (400, 20003, "misconfigured", true),
        (500, 20500, "unclear", false),
        (503, 20503, "unclear", false),
    ] {
        let body = json!({ "code": code, "message": "It is so", "more_info": "x", "status": status });
        let (found, error) = answer(status, &body).await;
        assert_eq!((found, error.tell, error.code), (class, tell, Some(code)), "{status} {code}");
        assert_eq!(error.text, format!("It is so (Code: {code})"));
    }
}

#[tokio::test]
async fn answers_without_a_code_have_the_class_of_their_status() {
    for (status, class, tell) in [
        (302, "not_sent", false),
        (400, "not_sent", false),
        (401, "misconfigured", true),
        (403, "misconfigured", true),
        (429, "not_sent", true),
        (500, "unclear", false),
    ] {
        let (found, error) = answer(status, &json!("nothing")).await;
        assert_eq!((found, error.tell, error.code), (class, tell, None), "{status}");
        assert_eq!(error.text, format!("The SMS provider answered {status}"));
    }
}

/// S-144
#[tokio::test]
async fn what_twilio_says_is_cut_and_cleaned_of_credentials() {
    let basic = BASE64.encode(format!("{SID}:{TOKEN}").as_bytes());
    let long = "x".repeat(500);
    let message = format!("No\r\n{TOKEN} Basic {basic} /{SID}/\u{1b}[0m {long}");
    let (_, error) = answer(400, &json!({ "code": 21211, "message": message })).await;
    assert!(error.text.ends_with("x (Code: 21211)"), "{}", error.text);
    assert_eq!(error.text.chars().count(), 200);
    for hidden in [TOKEN, &basic, SID, "\r", "\n", "\u{1b}"] {
        assert!(!error.text.contains(hidden), "{}", error.text);
    }
}

#[tokio::test]
async fn endless_answers_are_given_up() {
    let body = json!({ "code": 21211, "message": "x".repeat(100 * 1024) });
    let (class, error) = answer(400, &body).await;
    assert_eq!((class, error.code), ("not_sent", None));
}

/// M-042, S-144: what an operator reads who tries the account.
#[tokio::test]
async fn a_try_tells_the_message_id_or_the_refusal_and_never_the_message() {
    let body =
        format!(r#"{{"sid":"SM1","status":"queued","num_segments":"1","body":"{CODE}","price":null}}"#);
    let taken = try_out(201, body).await;
    assert!(taken.0.is_ok());
    assert_eq!((taken.1.status, taken.1.message_id.as_deref()), (Some(201), Some("SM1")));
    assert_eq!(taken.1.lines, ["status: queued", "num_segments: 1"]);
    let message = format!("{TOKEN} may not");
    let refused =
        json!({"code": 21211, "message": message, "more_info": "https://www.twilio.com/docs/errors/21211"});
    let (sent, told) = try_out(400, refused.to_string()).await;
    assert_eq!(
        (sent.unwrap_err().outcome(), told.code, told.status),
        ("bad_address", Some(21211), Some(400))
    );
    assert_eq!(told.lines, ["message: … may not", "more_info: https://www.twilio.com/docs/errors/21211"]);
}

async fn try_out(status: u16, body: String) -> (Result<(), SendError>, Told) {
    let server = FakeServer::start(Reply::Answer(status, body)).await;
    let delivery = delivery(&server.url());
    let mut told = Told::default();
    let sent = build(&delivery, &options()).unwrap()[0].try_out(&message(), &mut told).await;
    (sent, told)
}
