//! The catalogue of bad inputs (`data/bad-inputs.json`; its field rules are at the head of section 6 of
//! the security notes), row by row, against every endpoint that exists.
//!
//! Rows about email as a channel wait for it; those that only use an email address to speak about
//! something else are run with a phone number. `data/departures.json` names every row that is answered
//! otherwise, with the reason; a row that is listed there and is answered as written fails the test too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::Method;
use latchkey_core::model::{Address, ClientKind, Strategy};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_core::settings::Limits;
use latchkey_testkit::{
    CONFIDENTIAL, MACHINE, NATIVE, OTHER_NATIVE, PHONE, SPA, Script, TestEngine, credentials,
};
use latchkey_wire::token::{ClientCredentialsRequest, RefreshTokenRequest, TokenRequest};
use serde_json::{Value, json};
use support::{Answer, TestServer, build};

const ENDPOINTS: [&str; 8] = [
    "/passwordless/start",
    "/oauth/token",
    "/oauth/token/",
    "/oauth/revoke",
    "/userinfo",
    "/nope",
    "/.well-known/openid-configuration",
    "/.well-known/jwks.json",
];
/// Placeholders of what does not exist yet.
const LATER: [&str; 9] = [
    "{{authcode",
    "{{verifier",
    "{{device",
    "{{auth_session",
    "{{mgmt",
    "{{dpop",
    "{{link_token",
    "{{challenge",
    "{{admin_cookie",
];

/// S-034, S-035, S-164, S-167, R-029
#[tokio::test]
async fn every_bad_input_gets_its_clear_error_and_costs_nothing() {
    let catalogue: Value = serde_json::from_str(include_str!("data/bad-inputs.json")).unwrap();
    let departures: BTreeMap<String, String> =
        serde_json::from_str(include_str!("data/departures.json")).unwrap();
    let (mut ran, mut later, mut wrong, mut listed) = (0, 0, Vec::new(), 0);
    for row in catalogue["cases"].as_array().unwrap() {
        let id = row["id"].as_str().unwrap();
        if !exists_here(row) {
            later += 1;
            continue;
        }
        ran += 1;
        let outcome = run(row).await;
        match (outcome, departures.get(id)) {
            (Ok(()), None) => {}
            (Err(_), Some(_)) => listed += 1,
            (Ok(()), Some(reason)) => {
                wrong.push(format!("{id} is as written, but listed as departing: {reason}"))
            }
            (Err(why), None) => {
                wrong.push(format!("{id} ({}): {why}", row["note"].as_str().unwrap_or_default()))
            }
        }
    }
    println!("{ran} rows ran, {listed} depart with a reason, {later} are about what does not exist yet");
    assert!(wrong.is_empty(), "{} of {ran}:\n{}", wrong.len(), wrong.join("\n"));
}

fn exists_here(row: &Value) -> bool {
    let text = decoded(row);
    let note = row["note"].as_str().unwrap_or_default();
    ENDPOINTS.contains(&row["endpoint"].as_str().unwrap())
        && row.get("raw_request_b64").is_none()
        && !LATER.iter().any(|placeholder| text.contains(placeholder))
        && !text.contains("grant-type:webauthn")
        && !text.contains("authorization_code\"")
        && !note.starts_with("email")
        && !note.starts_with("device")
        && !(note.starts_with("link") || text.contains("\"link\""))
}

/// The whole row as text, its body decoded.
fn decoded(row: &Value) -> String {
    let mut text = row.to_string();
    if let Some(body) = row["body_b64"].as_str() {
        text.push_str(&String::from_utf8_lossy(&BASE64.decode(body.as_bytes()).unwrap()));
    }
    text
}

async fn run(row: &Value) -> Result<(), String> {
    let setup = row.get("setup").map(Value::to_string).unwrap_or_default();
    let server = prepare(&setup).await;
    let t = &server.t;
    let facts = Facts::gather(t, row, &setup).await;
    let before = t.senders.calls().len();
    let answer = send(&server, row, &facts).await;
    let calls = t.senders.calls().len() - before;
    judge(row, &answer, calls, &facts)
}

async fn prepare(setup: &str) -> TestServer {
    let limited =
        ["3 starts", "50 starts", "30 failures", "100 failures"].iter().any(|word| setup.contains(word));
    let t = TestEngine::with(|settings| {
        settings.limits = if limited { Limits::default() } else { Limits::off() };
    })
    .await;
    t.add_client("third-party", ClientKind::Native, None, |c| c.first_party = false).await;
    t.add_connection("sms-disabled", Strategy::Sms, json!({})).await;
    let mut off = t.engine.store.find_connection("sms-disabled").await.unwrap().unwrap();
    off.enabled = false;
    t.engine.put_connection(&off).await.unwrap();
    let options = match setup {
        setup if setup.contains("US only") => json!({"latchkey": {"countries": ["US"]}}),
        setup if setup.contains("disable_signup") => json!({"disable_signup": true}),
        _ => json!({}),
    };
    t.add_connection("sms", Strategy::Sms, options).await;
    TestServer::over(t)
}

/// Values for the placeholders of a row.
struct Facts {
    code: String,
    refresh: String,
    access: String,
    id_token: String,
    /// A machine's token for another API.
    other_api: String,
}

impl Facts {
    async fn gather(t: &TestEngine, row: &Value, setup: &str) -> Self {
        let text = decoded(row);
        let mut facts = Self {
            code: "135790".into(),
            refresh: String::new(),
            access: String::new(),
            id_token: String::new(),
            other_api: String::new(),
        };
        if ["{{refresh", "{{access", "{{id_token"].iter().any(|placeholder| text.contains(placeholder)) {
            let scope =
                if text.contains("access_no_openid") { "phone" } else { "openid profile offline_access" };
            let tokens = t.sign_in(NATIVE, PHONE, scope).await;
            facts.refresh = tokens.refresh_token.map(|token| token.expose().to_owned()).unwrap_or_default();
            facts.access = tokens.access_token.expose().to_owned();
            facts.id_token = tokens.id_token.map(|token| token.expose().to_owned()).unwrap_or_default();
        }
        if text.contains("{{code}}") || setup.contains("live code") {
            facts.code = live_code(t, row, setup).await;
        }
        if text.contains("access_other_aud") {
            facts.other_api = machine_token(t).await;
        }
        wear_out(t, row["note"].as_str().unwrap_or_default(), &facts.refresh).await;
        act_out(t, setup, &text).await;
        facts
    }
}

async fn machine_token(t: &TestEngine) -> String {
    let request = TokenRequest::ClientCredentials(ClientCredentialsRequest { audience: None, scope: None });
    let tokens = t.engine.exchange(&credentials(MACHINE), request, &t.caller()).await.unwrap();
    tokens.access_token.expose().to_owned()
}

/// What happened to the refresh token of a row.
async fn wear_out(t: &TestEngine, note: &str, token: &str) {
    if note.starts_with("reuse of a rotated") {
        let refresh_token = latchkey_wire::Secret::new(token);
        let request =
            TokenRequest::RefreshToken(RefreshTokenRequest { refresh_token, scope: None, audience: None });
        t.engine.exchange(&credentials(NATIVE), request, &t.caller()).await.unwrap();
        t.clock.advance(60);
    }
    if note.starts_with("absolute lifetime") {
        t.clock.advance(2_592_001);
    }
    if note.starts_with("user deleted") {
        let address = Address::from_canonical(PHONE);
        let user = t.engine.store.find_user_by_address("sms", &address).await.unwrap().unwrap();
        t.engine.store.delete_user(&user.id).await.unwrap();
    }
}

/// The code that the row means, after what happened to it.
async fn live_code(t: &TestEngine, row: &Value, setup: &str) -> String {
    let note = row["note"].as_str().unwrap_or_default();
    if note.starts_with("no code was ever") || note.starts_with("unknown user") {
        return "135790".into();
    }
    if setup.contains("block between") || setup.contains("code already used") {
        t.sign_in(NATIVE, PHONE, "openid").await;
        if setup.contains("code already used") {
            return t.code();
        }
    }
    if setup.contains("100 failures") {
        for n in 0..34 {
            let caller = latchkey_core::Caller::at(latchkey_testkit::ip(&format!("198.51.100.{n}")));
            t.start_from(NATIVE, PHONE, &caller).await.unwrap();
            for _ in 0..3 {
                let _ = t.redeem_from(NATIVE, PHONE, &t.wrong_code(), "openid", &caller).await;
            }
        }
    }
    t.start(NATIVE, PHONE).await.unwrap();
    let code = t.code();
    if setup.contains("two starts") {
        t.clock.advance(61);
        t.start(NATIVE, PHONE).await.unwrap();
    }
    if setup.contains("3 wrong tries") {
        for _ in 0..3 {
            let _ = t.redeem(NATIVE, PHONE, &t.wrong_code(), "openid").await;
        }
    }
    if setup.contains("code age") {
        t.clock.advance(600);
    }
    if setup.contains("block between") {
        let address = Address::from_canonical(PHONE);
        let mut user = t.engine.store.find_user_by_address("sms", &address).await.unwrap().unwrap();
        user.blocked = true;
        t.engine.store.update_user(&user).await.unwrap();
    }
    if setup.contains("30 failures") {
        for n in 0..30 {
            let _ = t.redeem(NATIVE, &format!("+141555502{n:02}"), "000001", "openid").await;
        }
    }
    code
}

/// What happened before, where it is not about a code.
async fn act_out(t: &TestEngine, setup: &str, text: &str) {
    let refusal = |text: &str, code| ProviderError { text: text.into(), code, tell: true };
    if setup.contains("db stopped") {
        t.engine.store.close().await;
    }
    if setup.contains("3 starts") {
        for wait in [61, 121, 1] {
            t.start(NATIVE, PHONE).await.unwrap();
            t.clock.advance(wait + 10);
        }
    }
    if setup.contains("50 starts") {
        for n in 0..50 {
            t.start(NATIVE, &format!("+1415555{:04}", 200 + n)).await.unwrap();
        }
    }
    let script = if setup.contains("21211") || text.contains("+15005550001") {
        Some(SendError::BadAddress(refusal("The number is not valid. (Code: 21211)", Some(21211))))
    } else if text.contains("+14155550199") && text.contains("21635") {
        Some(SendError::BadAddress(refusal("A landline. (Code: 21635)", Some(21635))))
    } else if setup.contains("20003") {
        Some(SendError::Misconfigured(refusal("Authenticate (Code: 20003)", Some(20003))))
    } else if setup.contains("gateway 500") {
        let text = "Unexpected response while calling the SMS gateway: 500";
        Some(SendError::NotSent(refusal(text, None)))
    } else if setup.contains("gateway 401") {
        let text = "Authentication failed while calling the SMS gateway: 401";
        Some(SendError::Misconfigured(refusal(text, None)))
    } else {
        None
    };
    if let Some(error) = script {
        let again = error.clone();
        t.senders.script([Script::Fail(error), Script::Fail(again)]);
    }
}

async fn send(server: &TestServer, row: &Value, facts: &Facts) -> Answer {
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in row["headers"].as_object().unwrap() {
        match value {
            Value::Array(values) => {
                headers.extend(values.iter().map(|v| (name.clone(), fill(v.as_str().unwrap(), facts))));
            }
            value => headers.push((name.clone(), fill(value.as_str().unwrap_or_default(), facts))),
        }
    }
    let is_form = headers.iter().any(|(name, value)| name == "content-type" && value.contains("urlencoded"));
    let body = match (row["body_b64"].as_str(), &row["body"]) {
        (Some(encoded), _) => with_phone(&fill_bytes(&BASE64.decode(encoded.as_bytes()).unwrap(), facts)),
        (None, Value::Null) => Vec::new(),
        (None, body) if is_form => form(body, facts).into_bytes(),
        (None, body) if row["note"] == "sms connection with an email only" => {
            fill(&body.to_string(), facts).into_bytes()
        }
        (None, body) => with_phone(fill(&body.to_string(), facts).as_bytes()),
    };
    let mut path = row["endpoint"].as_str().unwrap().to_owned();
    if let Some(query) = row["query"].as_str() {
        path = format!("{path}?{}", fill(query, facts).replace(' ', "%20"));
    }
    let method = Method::from_bytes(row["method"].as_str().unwrap().as_bytes()).unwrap();
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    server.send(build(method, &path, &headers, &body)).await
}

fn form(body: &Value, facts: &Facts) -> String {
    let pairs = body.as_object().unwrap().iter().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let escaped: String =
            form_urlencoded::byte_serialize(&with_phone(fill(&value, facts).as_bytes())).collect();
        format!("{name}={escaped}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Rows that use an address to speak of something else are run with a phone number.
fn with_phone(body: &[u8]) -> Vec<u8> {
    // Bytes that are no UTF-8 are the subject of their row.
    let Ok(text) = std::str::from_utf8(body) else { return body.to_vec() };
    text.replace("\"connection\":\"email\"", "\"connection\":\"sms\"")
        .replace("\"email\":\"user@example.com\"", &format!("\"phone_number\":\"{PHONE}\""))
        .replace("\"email\":\"new@example.com\"", &format!("\"phone_number\":\"{PHONE}\""))
        .replace("\"realm\":\"email\"", "\"realm\":\"sms\"")
        .replace("\"username\":\"user@example.com\"", &format!("\"username\":\"{PHONE}\""))
        .replace("connection=email", "connection=sms")
        .into_bytes()
}

fn fill(text: &str, facts: &Facts) -> String {
    String::from_utf8_lossy(&fill_bytes(text.as_bytes(), facts)).into_owned()
}

/// Puts values in place of `{{…}}`, in bytes that need not be UTF-8.
fn fill_bytes(bytes: &[u8], facts: &Facts) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"{{") {
        let Some(length) = rest[at..].windows(2).position(|pair| pair == b"}}") else { break };
        out.extend_from_slice(&rest[..at]);
        let name = String::from_utf8_lossy(&rest[at + 2..at + length]).into_owned();
        out.extend(value_of(&name, facts).into_bytes());
        rest = &rest[at + length + 2..];
    }
    out.extend_from_slice(rest);
    out
}

fn value_of(name: &str, facts: &Facts) -> String {
    if let Some(repeat) = name.strip_prefix("repeat:") {
        let (what, times) = repeat.rsplit_once(':').unwrap();
        return what.repeat(times.parse().unwrap());
    }
    if let Some(kind) = name.strip_prefix("jwt:") {
        return forged(kind);
    }
    if let Some(pair) = name.strip_prefix("b64:") {
        let pair = match pair {
            "m2m" => format!("{MACHINE}:{MACHINE}-secret"),
            "conf" | "conf_client" => format!("{CONFIDENTIAL}:{CONFIDENTIAL}-secret"),
            other => other.to_owned(),
        };
        return BASE64.encode(pair.as_bytes());
    }
    match name {
        "host" => "login.example".into(),
        "client" => NATIVE.into(),
        "client2" => OTHER_NATIVE.into(),
        "conf_client" => CONFIDENTIAL.into(),
        "m2m_client" => MACHINE.into(),
        "m2m_secret" => format!("{MACHINE}-secret"),
        "conf_secret" => format!("{CONFIDENTIAL}-secret"),
        "spa_client" => SPA.into(),
        "spa_origin" => "https://app.example".into(),
        "third_party_client" => "third-party".into(),
        "redirect" => "https://app.example/cb".into(),
        "code" => facts.code.clone(),
        "refresh" => facts.refresh.clone(),
        "id_token" => facts.id_token.clone(),
        "access_other_aud" => facts.other_api.clone(),
        name if name.starts_with("access") => facts.access.clone(),
        other => format!("unknown-placeholder-{other}"),
    }
}

/// A token that is not ours, in the manner of its kind.
fn forged(kind: &str) -> String {
    let header = match kind {
        "alg_none" | "none" => json!({"alg": "none"}),
        "kid_path" => json!({"alg": "RS256", "kid": "../../../etc/passwd"}),
        "kid_sql" => json!({"alg": "RS256", "kid": "' OR 1=1--"}),
        "hs256" => json!({"alg": "HS256", "kid": "1"}),
        _ => json!({"alg": "RS256", "kid": "1"}),
    };
    let claims =
        json!({"iss": "https://login.example/", "sub": "sms|1", "aud": NATIVE, "exp": 9_999_999_999_i64});
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}.c2lnbmF0dXJl", part(&header), part(&claims))
}

fn judge(row: &Value, answer: &Answer, calls: usize, facts: &Facts) -> Result<(), String> {
    let status = u64::from(answer.status.as_u16());
    let told = || format!("{status} {}", answer.text.chars().take(160).collect::<String>());
    if !any(&row["expect_status"], &|wanted| wanted.as_u64() == Some(status)) {
        return Err(format!("expected {}, got {}", row["expect_status"], told()));
    }
    let body: Value = serde_json::from_str(&answer.text).unwrap_or(Value::Null);
    let error = body["error"].as_str().or_else(|| {
        answer.header("www-authenticate").split("error=\"").nth(1).and_then(|rest| rest.split('"').next())
    });
    if !any(&row["expect_error"], &|wanted| wanted.is_null() || wanted.as_str() == error) {
        return Err(format!("expected {}, got {}", row["expect_error"], told()));
    }
    if let Some(wanted) = row["expect_description"].as_str() {
        let wanted = wanted.replace("Wrong email or", "Wrong phone number or");
        let got = body["error_description"].as_str().unwrap_or_default();
        let matches = match wanted.as_str() {
            r"~\(Code: 21211\)$" => got.ends_with("(Code: 21211)"),
            r"~\(Code: 20003\)$" => got.ends_with("(Code: 20003)"),
            exact => exact == got,
        };
        if !matches {
            return Err(format!("expected \"{wanted}\", got {}", told()));
        }
    }
    let effects = row["effects"].as_str().unwrap_or_default();
    if effects.starts_with("no_send") && calls > 0 {
        return Err(String::from("a message left"));
    }
    if (effects.contains("retry-after") || effects.contains("headers"))
        && status == 429
        && (answer.header("retry-after").is_empty() || answer.header("x-ratelimit-limit").is_empty())
    {
        return Err(format!("the limit's headers are missing: {:?}", answer.headers));
    }
    if status >= 500 && row["expect_status"] != json!(503) {
        return Err(format!("a fault: {}", answer.text));
    }
    in_general(answer, status, facts)
}

/// What holds for every row.
fn in_general(answer: &Answer, status: u64, facts: &Facts) -> Result<(), String> {
    let kind = answer.header("content-type");
    if kind == "application/json"
        && !answer.text.is_empty()
        && serde_json::from_str::<Value>(&answer.text).is_err()
    {
        return Err(format!("not the JSON that it says: {}", answer.text));
    }
    if answer.header("cache-control").is_empty() {
        return Err(String::from("no Cache-Control"));
    }
    if status >= 400 && facts.code != "135790" && answer.text.contains(&facts.code) {
        return Err(String::from("the code is in the answer"));
    }
    Ok(())
}

fn any(expected: &Value, holds: &dyn Fn(&Value) -> bool) -> bool {
    match expected {
        Value::Array(options) => options.iter().any(holds),
        one => holds(one),
    }
}
