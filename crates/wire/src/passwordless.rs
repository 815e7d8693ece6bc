//! `POST /passwordless/start` (protocol 2.1).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::legacy::BadLegacyRequest;
use crate::params::{Params, type_name};
use crate::{Secret, token};

/// What the message should carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendKind {
    Code,
    Link,
    LinkIos,
    LinkAndroid,
}

impl SendKind {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "code" => Some(Self::Code),
            "link" => Some(Self::Link),
            "link_ios" => Some(Self::LinkIos),
            "link_android" => Some(Self::LinkAndroid),
            _ => None,
        }
    }
}

/// The request, checked for shape. Whether names exist and addresses are real is the rules' affair.
#[derive(Clone, Debug, Default)]
pub struct StartRequest {
    pub connection: String,
    pub phone_number: Option<String>,
    pub email: Option<String>,
    pub send: Option<SendKind>,
    pub auth_params: Map<String, Value>,
}

/// A start request of the wrong shape. `Display` gives the protocol's `error_description`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStartRequest {
    #[error("Missing required property: client_id")]
    ClientId,
    #[error("Missing required property: connection")]
    ConnectionMissing,
    #[error("error in connection - invalid type: {found} (expected string)")]
    ConnectionType { found: &'static str },
    #[error("error in phone_number - invalid type: {found} (expected string)")]
    PhoneNumberType { found: &'static str },
    #[error("error in email - invalid type: {found} (expected string)")]
    EmailType { found: &'static str },
    #[error("error in send - No enum match for: {value}")]
    Send { value: String },
    #[error("error in authParams - invalid type: {found} (expected object)")]
    AuthParams { found: &'static str },
    #[error("the following properties are not allowed: {names}")]
    UnknownProperties { names: String },
}

/// Every property that SDKs send (security.md section 6); others are refused by name.
const KNOWN: [&str; 19] = [
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "connection",
    "email",
    "phone_number",
    "send",
    "authParams",
    "captcha",
    "g-recaptcha-response",
    "h-captcha-response",
    "cf-turnstile-response",
    "arkose",
    "auth0_v2",
    "state",
    "auth0Client",
    "cbx",
    "tenant",
];

impl StartRequest {
    /// Reads everything but the client's own parameters (client authentication does that).
    pub fn parse(params: &Params) -> Result<Self, BadStartRequest> {
        let unknown: Vec<&str> = params.names().filter(|name| !KNOWN.contains(name)).collect();
        if !unknown.is_empty() {
            return Err(BadStartRequest::UnknownProperties { names: unknown.join(", ") });
        }
        let connection = match params.text("connection") {
            Ok(Some(name)) if !name.is_empty() => name.to_owned(),
            Ok(_) => return Err(BadStartRequest::ConnectionMissing),
            Err(wrong) => return Err(BadStartRequest::ConnectionType { found: wrong.found }),
        };
        let phone_number = params
            .text("phone_number")
            .map_err(|wrong| BadStartRequest::PhoneNumberType { found: wrong.found })?
            .map(str::to_owned);
        let email = params
            .text("email")
            .map_err(|wrong| BadStartRequest::EmailType { found: wrong.found })?
            .map(str::to_owned);
        let send = match params.value("send") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                Some(SendKind::parse(text).ok_or_else(|| BadStartRequest::Send { value: excerpt(text) })?)
            }
            Some(other) => return Err(BadStartRequest::Send { value: type_name(other).to_owned() }),
        };
        let auth_params = match params.value("authParams") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) => map.clone(),
            Some(other) => return Err(BadStartRequest::AuthParams { found: type_name(other) }),
        };
        Ok(Self { connection, phone_number, email, send, auth_params })
    }
}

/// At most 32 printable characters of what was sent, for an error text.
fn excerpt(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic()).take(32).collect()
}

/// `POST /passwordless/verify` as SDKs send it (protocol 2.2).
#[derive(Clone, Debug)]
pub struct VerifyRequest {
    /// auth0.js 6 sends none.
    pub client_id: Option<String>,
    pub connection: String,
    /// The phone number or the email address.
    pub username: String,
    pub code: Secret,
}

impl VerifyRequest {
    pub fn parse(params: &Params) -> Result<Self, BadLegacyRequest> {
        let name = if params.contains("email") { "email" } else { "phone_number" };
        Ok(Self {
            connection: token::required(params, "connection")?.to_owned(),
            username: token::identifier(params, name)?,
            code: token::code(params, "verification_code")?,
            client_id: token::optional(params, "client_id")?,
        })
    }
}

/// The 200 answer. Every field of the channel is present; the values never depend on whether an
/// account exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StartResponse {
    Sms {
        #[serde(rename = "_id")]
        id: String,
        phone_number: String,
        phone_verified: bool,
        request_language: Option<String>,
    },
    Email {
        #[serde(rename = "_id")]
        id: String,
        email: String,
        email_verified: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<StartRequest, BadStartRequest> {
        StartRequest::parse(&Params::from_json(json.as_bytes()).unwrap())
    }

    #[test]
    fn an_sms_start_without_send_is_read() {
        let request = parse(r#"{"client_id":"c","connection":"sms","phone_number":"+14155550100"}"#).unwrap();
        assert_eq!(request.phone_number.as_deref(), Some("+14155550100"));
        assert_eq!(request.send, None);
    }

    #[test]
    fn unknown_properties_are_refused_by_name() {
        let refused = parse(r#"{"client_id":"c","connection":"sms","foo":1,"bar":2}"#).unwrap_err();
        assert_eq!(refused.to_string(), "the following properties are not allowed: bar, foo");
    }

    #[test]
    fn auth_params_must_be_an_object() {
        let refused = parse(r#"{"connection":"sms","authParams":"scope=openid"}"#).unwrap_err();
        assert_eq!(refused.to_string(), "error in authParams - invalid type: string (expected object)");
    }

    #[test]
    fn the_sms_answer_has_the_recorded_fields() {
        let answer = StartResponse::Sms {
            id: "0a".into(),
            phone_number: "+14155550100".into(),
            phone_verified: false,
            request_language: None,
        };
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"_id":"0a","phone_number":"+14155550100","phone_verified":false,"request_language":null}"#
        );
    }
}
