//! `provider: "sms_gateway"`: an HTTP endpoint of the operator's own (protocol 6.2).
//!
//! Judged by the status alone: 200 is sent, all else is not. The body of an answer is never read
//! (S-136).

use std::sync::Arc;

use async_trait::async_trait;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use latchkey_core::Clock;
use latchkey_core::sender::{BadOption, SendError, Sender, SmsMessage};
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde::Serialize;
use url::Url;

use super::BuiltSender;
use super::answer::{Broken, told};
use super::options::Options;
use crate::Delivery;
use crate::guard::Guard;

/// Seconds that a token is good for: a call, its transit, and clocks that differ.
const TOKEN_LIFETIME: i64 = 300;

struct Gateway {
    client: Client,
    url: Url,
    sender: String,
    forward_req_info: bool,
    bearer: Option<Bearer>,
}

/// Signs a token for each call (P-192).
struct Bearer {
    key: EncodingKey,
    subject: Option<String>,
    audience: String,
    issuer: Option<String>,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

#[derive(Serialize)]
struct Payload<'a> {
    recipient: &'a str,
    body: &'a str,
    sender: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    req: Option<Request<'a>>,
}

#[derive(Serialize)]
struct Request<'a> {
    ip: Option<&'a str>,
    #[serde(rename = "user-agent")]
    user_agent: Option<&'a str>,
}

pub(super) fn build(delivery: &Delivery, options: &Options<'_>) -> BuiltSender {
    let text = options.required("gateway_url")?;
    let guard = Guard::new(delivery.settings.allow_private_targets.clone());
    let url = guard.check_url(text).map_err(|e| options.bad("gateway_url", e.to_string()))?;
    let bearer = match options.object("gateway_authentication")? {
        Some(authentication) => Some(Bearer::build(delivery, &authentication)?),
        None => None,
    };
    let outbound = delivery.outbound().map_err(|e| options.bad("provider", e.to_string()))?;
    let client = if url.scheme() == "https" { &outbound.guarded } else { &outbound.listed };
    Ok(Arc::new(Gateway {
        client: client.clone(),
        url,
        sender: options.text("from")?.unwrap_or_default().to_owned(),
        forward_req_info: options.flag("forward_req_info")?,
        bearer,
    }))
}

impl Bearer {
    fn build(delivery: &Delivery, options: &Options<'_>) -> Result<Self, BadOption> {
        if options.required("method")? != "bearer" {
            return Err(options.bad("method", "must be bearer"));
        }
        let secret = options.required("secret")?;
        let key = if options.flag("secret_base64_encoded")? {
            let plain = secret.trim_end_matches('=').replace('+', "-").replace('/', "_");
            let bytes = BASE64URL_NOPAD.decode(plain.as_bytes());
            EncodingKey::from_secret(&bytes.map_err(|_| options.bad("secret", "is not base64url"))?)
        } else {
            EncodingKey::from_secret(secret.as_bytes())
        };
        Ok(Self {
            key,
            subject: options.text("subject")?.map(str::to_owned),
            audience: options.required("audience")?.to_owned(),
            issuer: delivery.settings.issuer.clone(),
            clock: delivery.clock.clone(),
        })
    }

    /// `None` when signing fails, which HMAC does not.
    fn authorization(&self) -> Option<HeaderValue> {
        let now = self.clock.now();
        let claims = Claims {
            iss: self.issuer.as_deref(),
            sub: self.subject.as_deref(),
            aud: &self.audience,
            iat: now.0,
            exp: now.plus(TOKEN_LIFETIME).0,
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.key).ok()?;
        let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

#[async_trait]
impl Sender<SmsMessage> for Gateway {
    fn kind(&self) -> &'static str {
        "sms_gateway"
    }

    async fn send(&self, message: &SmsMessage) -> Result<(), SendError> {
        let req = Request { ip: message.ip.as_deref(), user_agent: message.user_agent.as_deref() };
        let payload = Payload {
            recipient: &message.to,
            body: message.body.expose(),
            sender: &self.sender,
            req: self.forward_req_info.then_some(req),
        };
        let mut request = self.client.post(self.url.clone()).json(&payload);
        if let Some(bearer) = &self.bearer {
            let authorization = bearer.authorization().ok_or_else(|| {
                SendError::Misconfigured(told("The token for the SMS gateway cannot be signed", None))
            })?;
            request = request.header(AUTHORIZATION, authorization);
        }
        match request.send().await {
            Ok(response) => judge(response.status().as_u16()),
            Err(error) => Err(no_answer(Broken::why(&error))),
        }
    }
}

/// Texts as the protocol has them (P-039, P-040).
fn judge(status: u16) -> Result<(), SendError> {
    match status {
        200 => Ok(()),
        401 => Err(SendError::Misconfigured(told(
            "Authentication failed while calling the SMS gateway: 401",
            Some(401),
        ))),
        _ => Err(SendError::NotSent(told(
            format!("Unexpected response while calling the SMS gateway: {status}"),
            Some(status.into()),
        ))),
    }
}

fn no_answer(broken: Broken) -> SendError {
    match broken {
        Broken::Denied => {
            SendError::Misconfigured(told("The SMS gateway's address leads to no public address", None))
        }
        Broken::NotConnected => SendError::NotSent(told("The SMS gateway could not be reached", None)),
        // P-041
        Broken::TimedOut => {
            SendError::Unclear(told("Timeout while calling the SMS gateway: ETIMEDOUT", None))
        }
        Broken::Cut => SendError::Unclear(told("The SMS gateway broke the connection", None)),
    }
}
