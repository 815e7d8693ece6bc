//! What a sign-in gives.

use latchkey_wire::Secret;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use crate::client;
use crate::error::Error;
use crate::transport::Response;

/// Tokens of one person for one app. `Debug` shows none of them; whoever serialises them keeps them secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// For `/userinfo`, and for the API that was asked for.
    pub access_token: Secret,
    /// `Bearer`, in whatever case the server writes it.
    pub token_type: String,
    /// Its signature and claims were checked when it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Secret>,
    /// With the scope `offline_access`: gives new tokens without the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    /// What was granted, words with spaces between; `None` where the server did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When the access token ends, in seconds since 1970; `None` where the server did not say, as the old
    /// pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

impl Tokens {
    /// Whether the access token works for so many more seconds. One that says no end is taken to work.
    #[must_use]
    pub fn lasts(&self, seconds: u32, now: i64) -> bool {
        self.expires_at.is_none_or(|end| end > now.saturating_add(i64::from(seconds)))
    }

    /// Reads the answer of `/oauth/token` or `/oauth/ro`, as leniently as the SDKs do.
    pub(crate) fn read(response: &Response, now: i64) -> Result<Self, Error> {
        let answer: Answer = client::json(response, "the tokens")?;
        if answer.access_token.is_empty() || answer.token_type.is_empty() {
            return Err(Error::BadAnswer("the tokens"));
        }
        Ok(Self {
            access_token: answer.access_token,
            token_type: answer.token_type,
            id_token: answer.id_token.filter(|token| !token.is_empty()),
            refresh_token: answer.refresh_token.filter(|token| !token.is_empty()),
            scope: answer.scope,
            expires_at: answer.expires_in.map(|Seconds(seconds)| now.saturating_add(seconds)),
        })
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: Secret,
    token_type: String,
    #[serde(default)]
    id_token: Option<Secret>,
    #[serde(default)]
    refresh_token: Option<Secret>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    expires_in: Option<Seconds>,
}

/// A number, or text of one (protocol 1.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) i64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecondsVisitor)
    }
}

struct SecondsVisitor;

impl Visitor<'_> for SecondsVisitor {
    type Value = Seconds;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("seconds")
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Seconds, E> {
        Ok(Seconds(seconds))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Seconds, E> {
        Ok(Seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a cast of floats saturates, and seconds are whole")]
    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Seconds, E> {
        Ok(Seconds(seconds as i64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Seconds, E> {
        text.trim().parse().map(Seconds).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &str) -> Result<Tokens, Error> {
        let response = Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
        Tokens::read(&response, 1000)
    }

    #[test]
    fn the_end_of_a_token_is_read_from_a_number_and_from_text() {
        for seconds in ["86400", "86400.0", "\"86400\""] {
            let body = format!(r#"{{"access_token":"a","token_type":"Bearer","expires_in":{seconds}}}"#);
            assert_eq!(read(&body).unwrap().expires_at, Some(87_400), "{seconds}");
        }
    }

    #[test]
    fn the_answer_of_the_old_pipeline_is_read() {
        let tokens = read(r#"{"id_token":"i","access_token":"a","token_type":"bearer"}"#).unwrap();
        assert_eq!(tokens.token_type, "bearer");
        assert!(tokens.expires_at.is_none() && tokens.lasts(60, i64::MAX));
    }

    #[test]
    fn an_answer_without_tokens_is_no_sign_in() {
        for body in
            ["", "{}", "[]", r#"{"access_token":"","token_type":"Bearer"}"#, r#"{"access_token":"a"}"#]
        {
            assert_eq!(read(body).unwrap_err(), Error::BadAnswer("the tokens"), "{body}");
        }
    }

    #[test]
    fn tokens_are_the_same_after_they_were_kept() {
        let body = r#"{"access_token":"a","token_type":"Bearer","refresh_token":"r","expires_in":60}"#;
        let kept = serde_json::to_string(&read(body).unwrap()).unwrap();
        let back: Tokens = serde_json::from_str(&kept).unwrap();
        assert!(back.refresh_token.unwrap().matches("r") && back.id_token.is_none());
        assert_eq!(back.expires_at, Some(1060));
    }

    proptest! {
        #[test]
        fn whatever_a_server_answers_is_tokens_or_an_error(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Tokens::read(&Response { status: 200, headers: Vec::new(), body }, 0);
        }

        #[test]
        fn whatever_seconds_a_server_names_are_read(seconds in any::<f64>(), text in "[-+0-9e.]{0,30}") {
            for value in [serde_json::json!(seconds), serde_json::json!(text)] {
                let body = serde_json::json!({"access_token": "a", "token_type": "b", "expires_in": value});
                let _ = read(&body.to_string());
            }
        }
    }
}
