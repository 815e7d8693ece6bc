//! Whether an answer, and what it left behind, is what the row wants. An effect that nobody knows how
//! to check fails.

use latchkey_core::model::{Event, EventKind};
use latchkey_core::sender::EmailMessage;
use latchkey_wire::token::CLIENT_CREDENTIALS;
use serde_json::{Value, json};

use crate::fill::Filled;
use crate::log::{Kind, holds};
use crate::passkeys;
use crate::row::Row;
use crate::scene::{PROVIDER_SECRET, Scene};
use crate::support::{Answer, JSON, Way};

type Verdict = Result<(), String>;

pub async fn judge(row: &Row, sent: &Filled, answer: &Answer, scene: &Scene) -> Verdict {
    as_written(row, answer)?;
    in_general(row, sent, answer, scene)?;
    for effect in row.effects() {
        let held = holds_effect(effect, answer, scene).await;
        let held = held.unwrap_or_else(|| panic!("{}: nothing here checks the effect {effect:?}", row.id));
        ensure(held, || format!("{effect:?} does not hold: {} {:?}", told(answer), answer.headers))?;
    }
    if ["family revoked", "first tokens are revoked"].iter().any(|end| row.note.ends_with(end)) {
        let successor = scene.successor.as_ref().unwrap();
        ensure(scene.refresh(successor).await.is_none(), || "the family lives on".into())?;
    }
    Ok(())
}

fn as_written(row: &Row, answer: &Answer) -> Verdict {
    let status = answer.status.as_u16();
    let wanted: Vec<u16> = row.expect_status.iter().map(|status| status.unwrap()).collect();
    ensure(wanted.contains(&status), || format!("expected {wanted:?}, got {}", told(answer)))?;
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let challenge = answer.header("www-authenticate");
    let in_challenge = || challenge.split("error=\"").nth(1)?.split('"').next();
    let led = led_to(answer);
    let in_address = || led.iter().find(|(name, _)| name == "error").map(|(_, value)| value.as_str());
    // Errors of the Management API have their code apart.
    let code = body["errorCode"].as_str().or(body["error"].as_str());
    let error = code.or_else(in_challenge).or_else(in_address);
    let wanted: Vec<Option<&str>> = row.expect_error.iter().map(Option::as_deref).collect();
    let good = wanted.contains(&None) || wanted.contains(&error);
    ensure(good, || format!("expected {wanted:?}, got {}", told(answer)))?;
    let Some(wanted) = &row.expect_description else { return Ok(()) };
    let got = body["error_description"].as_str().or(body["message"].as_str()).unwrap_or_default();
    ensure(matches(wanted, got), || format!("expected {wanted:?}, got {}", told(answer)))
}

/// The fields of an answer that leads on to the client.
fn led_to(answer: &Answer) -> Vec<(String, String)> {
    let fields = answer.header("location").split_once(['?', '#']).map_or("", |(_, fields)| fields);
    form_urlencoded::parse(fields.as_bytes()).into_owned().collect()
}

/// The catalogue's regular expressions are plain text but for their ends.
fn matches(wanted: &str, got: &str) -> bool {
    let Some(pattern) = wanted.strip_prefix('~') else { return wanted == got };
    let (start, pattern) = pattern.strip_prefix('^').map_or((false, pattern), |rest| (true, rest));
    let (end, pattern) = pattern.strip_suffix('$').map_or((false, pattern), |rest| (true, rest));
    let plain = pattern.replace("\\(", "").replace("\\)", "");
    assert!(!plain.contains(['\\', '(', ')', '[', '{', '*', '+', '?', '|']), "{wanted} is no plain text");
    let text = pattern.replace('\\', "");
    match (start, end) {
        (true, true) => got == text,
        (true, false) => got.starts_with(&text),
        (false, true) => got.ends_with(&text),
        (false, false) => got.contains(&text),
    }
}

/// `None`: unknown.
async fn holds_effect(effect: &str, answer: &Answer, scene: &Scene) -> Option<bool> {
    let calls = &scene.t().senders.calls()[scene.calls..];
    let has = |names: &[&str]| names.iter().all(|name| !answer.header(name).is_empty());
    let limit = ["retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    let refused = |event: &Event| {
        event.kind == EventKind::SendFailed && event.detail.get("provider_code") == Some(&json!(20003))
    };
    let never_sent = |text: &str| {
        let senders = &scene.t().senders;
        let link = |mail: &EmailMessage| mail.link.as_ref().map_or("", |link| link.expose()).to_owned();
        senders.sent().iter().all(|sent| !sent.body.expose().contains(text))
            && senders.mailed().iter().all(|mail| {
                !mail.text.expose().contains(text)
                    && !mail.subject.expose().contains(text)
                    && !link(mail).contains(text)
            })
    };
    Some(match effect {
        "no_send" => calls.is_empty(),
        // The fixture has two senders: each is called once at most.
        "one_call" => ["first", "second"].starts_with(calls) && !calls.is_empty(),
        "alert event" => scene.events().await.iter().any(refused),
        "secret absent from body" => !answer.text.contains(PROVIDER_SECRET),
        "headers" | "retry-after and x-ratelimit-* present" => has(&limit),
        "retry-after" => has(&["retry-after"]),
        "x-ratelimit-*" => has(&limit[1..]),
        "no user row, no link, identical body shape" => {
            passkeys::is_as_for_a_stranger(&scene.server, &answer.json()).await
        }
        "no extra rows" => answer.status != 200 || answer.text == "[]",
        "no rows removed" => scene.way.user(scene.t()).await.is_some(),
        "attempt +1" => scene.attempts.map(|before| before + 1) == Some(scene.attempts().await),
        "no attempt charged" => scene.attempts == Some(scene.attempts().await),
        "code not consumed" => scene.redeem(&scene.code).await,
        "event otp_replay" => scene.events().await.iter().any(|event| event.kind == EventKind::CodeReplayed),
        "error_uri present" => answer.json()["error_uri"].is_string(),
        "no ACAO header" => !has(&["access-control-allow-origin"]),
        "body {\"active\":false}" => answer.text == r#"{"active":false}"#,
        "issuer constant" => !answer.text.contains("evil.example"),
        "token not revoked" => scene.refresh(&scene.refresh_token()).await.is_some(),
        "no link in SMS" => never_sent("://"),
        "sent mail contains only the configured host (or 421/400 when Host is unknown)" => {
            never_sent("evil.example")
        }
        "connection closes or drains" => answer.header("connection") == "close",
        // The store was stopped before: who asks it is answered 503.
        "0 queries by kid" => answer.status == 401,
        // What serves requests has no client for HTTP; its senders are the only way out.
        "0 outbound" | "0 outbound connections" => calls.is_empty(),
        "no Location" => !has(&["location"]),
        "no header split" => !has(&["x"]),
        "no compare, no attempt charged" => scene.attempts == Some(scene.attempts().await),
        "no compare, no session, code still live" => {
            !sets_session(answer)
                && scene.attempts == Some(scene.attempts().await)
                && scene.redeem(&scene.code).await
        }
        "no redirect to evil" | "no Location to evil" => !answer.header("location").contains("evil"),
        "no script in HTML" => {
            !["<script>", "<img", "onerror=\""].iter().any(|text| answer.text.contains(text))
        }
        "token still live" => scene.pages.link_is_live(&scene.server).await,
        "no Set-Cookie session" | "no session" | "no second session" => !sets_session(answer),
        _ => return None,
    })
}

fn sets_session(answer: &Answer) -> bool {
    answer
        .headers
        .get_all("set-cookie")
        .iter()
        .any(|line| line.as_bytes().starts_with(b"__Host-latchkey_session="))
}

/// What holds for every row.
fn in_general(row: &Row, sent: &Filled, answer: &Answer, scene: &Scene) -> Verdict {
    let status = answer.status.as_u16();
    let listed = row.expect_status.iter().any(|wanted| *wanted == Some(status));
    ensure(status < 500 || listed, || format!("a fault: {}", told(answer)))?;
    typed(answer)?;
    let cached = !answer.header("cache-control").contains("no-store");
    ensure(!cached || row.endpoint.starts_with("/.well-known/"), || "the answer may be stored".into())?;
    let allow = !answer.header("allow").is_empty();
    ensure(status != 405 || allow, || "405 without Allow".into())?;
    let challenge = answer.header("www-authenticate");
    if status == 401 && row.endpoint == "/userinfo" {
        ensure(challenge.starts_with("Bearer"), || "401 without a challenge".into())?;
        // RFC 6750 section 3.1: who sent no token made no error.
        let tried = sent.has_header("authorization", "") || sent.path.contains('?');
        ensure(tried || !challenge.contains("error"), || format!("an error: {challenge}"))?;
    }
    if status == 401 && row.endpoint.starts_with("/oauth/") && sent.has_header("authorization", "Basic") {
        ensure(challenge.starts_with("Basic"), || "401 without the scheme that was tried".into())?;
    }
    no_echo(row, sent, answer)?;
    no_secret(sent, answer, scene)
}

fn typed(answer: &Answer) -> Verdict {
    let says_json = answer.header("content-type").starts_with(JSON);
    let is_json = serde_json::from_str::<Value>(&answer.text).is_ok();
    let good = says_json == is_json || answer.text.is_empty();
    ensure(good, || format!("{:?}: {}", answer.header("content-type"), answer.text))
}

/// RFC 6749 section 5.2 has no place for what came with the request, but where a text is written so.
fn no_echo(row: &Row, sent: &Filled, answer: &Answer) -> Verdict {
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    // The protocol's own texts quote a grant type that is one, and name a channel as its realm is named.
    let documented = format!("Grant type '{CLIENT_CREDENTIALS}' not allowed for the client.");
    let got = body["error_description"].as_str().unwrap_or_default().replace(&documented, "");
    let got = got.replace(Way::Email.wrong_code_text(), "");
    if !row.endpoint.starts_with("/oauth/") || row.expect_description.is_some() {
        return Ok(());
    }
    // RFC 6749 section 5.2 names the characters.
    let plain = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    ensure(got.bytes().all(plain), || format!("a character that has no place in {got:?}"))?;
    let texts = sent.texts();
    let echoed = texts.iter().find(|text| text.len() >= 3 && got.contains(text.as_str()));
    ensure(echoed.is_none(), || format!("{echoed:?} is echoed in {got:?}"))
}

/// An answer may hold the tokens that were asked for, and nothing else that is secret.
fn no_secret(sent: &Filled, answer: &Answer, scene: &Scene) -> Verdict {
    let text = format!("{} {:?}", answer.text, answer.headers);
    for (secret, kind) in scene.secrets() {
        let told = match kind {
            // Who sent a number may read it.
            Kind::Address | Kind::Link => false,
            // The page that asks for a press carries on what stands in its address.
            Kind::Code if sent.path.contains(&secret) => false,
            kind => holds(&text, &secret, kind),
        };
        ensure(!told, || format!("{kind:?} {secret} is in the answer"))?;
    }
    Ok(())
}

fn told(answer: &Answer) -> String {
    format!("{} {}", answer.status.as_u16(), answer.text.chars().take(160).collect::<String>())
}

fn ensure(good: bool, why: impl FnOnce() -> String) -> Verdict {
    if good { Ok(()) } else { Err(why()) }
}
