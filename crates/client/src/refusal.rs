//! Refusals of the server, in whichever of its shapes (protocol 2.0.1).

use latchkey_wire::Secret;
use latchkey_wire::error as codes;
use serde_json::{Map, Value};

use crate::error::ErrorKind;
use crate::transport::Response;

/// Most characters of a text that the server gave, which is no JSON.
const MAX_TEXT: usize = 200;
/// Most seconds that a server may ask to wait and be believed: a day.
const MAX_WAIT: i64 = 86_400;

/// The proof of the person is too old for what they want.
const REAUTHENTICATION: &str = "reauthentication_required";

/// The server said no. `Display` gives its own words, which are for developers.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{code}: {description} (status {status})")]
pub struct Refusal {
    /// Of the answer.
    pub status: u16,
    /// `error`, else `code`, of the body; the text itself where the body is no JSON; `http_<status>` where
    /// there is none.
    pub code: String,
    /// The server's own text; empty where it gave none.
    pub description: String,
    /// Seconds until another call may help.
    pub retry_after: Option<u32>,
    /// What the server's log knows the call by.
    pub request_id: Option<String>,
    /// With `mfa_required`: what the second factor continues with.
    pub mfa_token: Option<Secret>,
    /// What was asked for.
    pub step: Step,
}

/// What was asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A message with a code or a link.
    Start,
    /// Tokens for a code.
    Code,
    /// Tokens for what was there before: a refresh token, an authorization code, a passkey.
    Tokens,
    /// Anything else.
    Other,
}

impl PartialEq for Refusal {
    /// But for the secret, which is not compared.
    fn eq(&self, other: &Self) -> bool {
        (self.status, &self.code, &self.description, self.retry_after, &self.request_id, self.step)
            == (
                other.status,
                &other.code,
                &other.description,
                other.retry_after,
                &other.request_id,
                other.step,
            )
    }
}

impl Refusal {
    /// Reads any answer: what cannot be read is still a refusal.
    pub(crate) fn read(response: &Response, now: i64) -> Self {
        let body = serde_json::from_slice::<Map<String, Value>>(&response.body);
        let text = |names: &[&str]| {
            let body = body.as_ref().ok()?;
            names.iter().find_map(|name| body.get(*name).and_then(Value::as_str)).map(str::to_owned)
        };
        let plain = body.is_err().then(|| plain(&response.body)).filter(|text| !text.is_empty());
        let code = text(&["error", "code", "errorCode"]).or_else(|| plain.clone());
        let description = text(&["error_description", "description", "message"]).or(plain);
        let mfa_token = text(&["mfa_token"]).map(Secret::new);
        Self {
            status: response.status,
            code: code.unwrap_or_else(|| format!("http_{}", response.status)),
            description: description.unwrap_or_default(),
            retry_after: wait(response, now),
            request_id: response.header("x-auth0-requestid").map(|id| id.chars().take(64).collect()),
            mfa_token,
            step: Step::Other,
        }
    }

    /// What it means, by code and, where several things have one code, by text.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        let text = self.description.to_ascii_lowercase();
        let says = |part: &str| text.contains(part);
        match self.code.as_str() {
            codes::TOO_MANY_REQUESTS
            | codes::TOO_MANY_ATTEMPTS
            | codes::TOO_MANY_LOGINS
            | codes::SLOW_DOWN => ErrorKind::TooMany { seconds: self.retry_after },
            _ if self.status == 429 => ErrorKind::TooMany { seconds: self.retry_after },
            codes::BLOCKED_USER => ErrorKind::Blocked,
            _ if says("user is blocked") => ErrorKind::Blocked,
            code if code.ends_with("provider_error") => {
                match says("(code: 21211)") || says("(code: 21614)") {
                    true => ErrorKind::NumberWithoutTexts,
                    false => ErrorKind::NotSent,
                }
            }
            codes::BAD_EMAIL => ErrorKind::BadEmail,
            codes::BAD_PHONE_NUMBER if says("cannot receive") => ErrorKind::NumberWithoutTexts,
            codes::BAD_PHONE_NUMBER if says("country") => ErrorKind::CountryNotAllowed,
            codes::BAD_PHONE_NUMBER => ErrorKind::BadPhoneNumber,
            codes::BAD_CONNECTION if says("signup is disabled") => ErrorKind::SignUpClosed,
            codes::INVALID_GRANT | codes::INVALID_USER_PASSWORD => self.of_a_grant(&text),
            codes::INVALID_TOKEN | codes::LOGIN_REQUIRED | REAUTHENTICATION => ErrorKind::SignInAgain,
            codes::SERVER_ERROR | codes::TEMPORARILY_UNAVAILABLE => ErrorKind::Server,
            _ if self.status >= 500 => ErrorKind::Server,
            _ => ErrorKind::Misconfigured,
        }
    }

    fn of_a_grant(&self, text: &str) -> ErrorKind {
        match self.step {
            Step::Tokens => ErrorKind::SignInAgain,
            _ if text.contains("expired") => ErrorKind::CodeExpired,
            _ if text.contains("maximum") => ErrorKind::NoTriesLeft,
            _ => ErrorKind::WrongCode,
        }
    }
}

/// The beginning of a text, without what could disturb a terminal or a log.
fn plain(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.trim().chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect()
}

/// `Retry-After` in seconds, or the time at which the limit is over.
fn wait(response: &Response, now: i64) -> Option<u32> {
    let number = |name| response.header(name).and_then(|value| value.trim().parse::<i64>().ok());
    let seconds = match number("retry-after") {
        Some(seconds) => seconds,
        None if response.status == 429 => number("x-ratelimit-reset")?.saturating_sub(now),
        None => return None,
    };
    u32::try_from(seconds.clamp(0, MAX_WAIT)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
    }

    fn refusal(status: u16, body: &str, step: Step) -> Refusal {
        Refusal { step, ..Refusal::read(&answer(status, body), 0) }
    }

    /// P-071, P-072
    #[test]
    fn the_texts_of_wrong_and_expired_codes_are_told_apart() {
        let kind = |text: &str| {
            let body = serde_json::json!({"error": "invalid_grant", "error_description": text}).to_string();
            refusal(403, &body, Step::Code).kind()
        };
        assert_eq!(kind("Wrong phone number or verification code."), ErrorKind::WrongCode);
        assert_eq!(kind("Wrong email or verification code."), ErrorKind::WrongCode);
        assert_eq!(
            kind("The verification code has expired. Please try to login again."),
            ErrorKind::CodeExpired
        );
        assert_eq!(
            kind("You've reached the maximum number of attempts. Please try to login again."),
            ErrorKind::NoTriesLeft
        );
    }

    #[test]
    fn every_shape_of_a_refusal_is_read() {
        let body = r#"{"name":"X","code":"user_exists","description":"The user exists.","statusCode":400}"#;
        let database = refusal(400, body, Step::Other);
        assert_eq!((&*database.code, &*database.description), ("user_exists", "The user exists."));
        let body =
            r#"{"statusCode":403,"error":"Forbidden","message":"No scope","errorCode":"insufficient"}"#;
        let management = refusal(403, body, Step::Other);
        assert_eq!((&*management.code, &*management.description), ("Forbidden", "No scope"));
        let plain = refusal(401, "Unauthorized", Step::Other);
        assert_eq!((&*plain.code, &*plain.description), ("Unauthorized", "Unauthorized"));
        assert_eq!(refusal(502, "", Step::Other).code, "http_502");
        assert_eq!(refusal(502, "<html>Bad gateway", Step::Other).kind(), ErrorKind::Server);
    }

    #[test]
    fn a_wait_is_read_from_either_header_and_has_an_end() {
        let mut limited = answer(429, "");
        limited.headers = vec![("X-RateLimit-Reset".into(), "1060".into())];
        assert_eq!(Refusal::read(&limited, 1000).retry_after, Some(60));
        limited.headers = vec![("Retry-After".into(), "99999999999".into())];
        assert_eq!(Refusal::read(&limited, 1000).retry_after, Some(86_400));
        limited.headers = vec![("retry-after".into(), "Wed, 21 Oct 2026 07:28:00 GMT".into())];
        assert_eq!(Refusal::read(&limited, 1000).retry_after, None);
        let kind = Refusal::read(&limited, 1000).kind();
        assert_eq!(kind, ErrorKind::TooMany { seconds: None });
    }

    proptest! {
        #[test]
        fn whatever_a_server_answers_is_a_refusal(
            status in 300_u16..600,
            body in proptest::collection::vec(any::<u8>(), 0..600),
            header in ".*",
            now in any::<i64>(),
        ) {
            let headers = vec![("retry-after".into(), header.clone()), ("x-ratelimit-reset".into(), header)];
            let refusal = Refusal::read(&Response { status, headers, body }, now);
            prop_assert!(!refusal.code.is_empty());
            prop_assert!(refusal.description.chars().count() <= 600);
            let _ = refusal.kind();
        }
    }
}
