//! `provider: "twilio"`: Twilio's Messages API (protocol 6.1).

use std::sync::Arc;

use async_trait::async_trait;
use data_encoding::BASE64;
use latchkey_core::sender::{ProviderError, SendError, Sender, SmsMessage, Told};
use latchkey_wire::Secret;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::Delivery;
use crate::answer::{Broken, clean, read, told, untold};
use crate::options::Options;
use crate::registry::BuiltSender;

/// Answers are a few hundred bytes.
const MAX_ANSWER: usize = 64 * 1024;

struct Twilio {
    client: Client,
    url: Url,
    /// `Basic sid:token`, marked as sensitive.
    authorization: HeaderValue,
    /// What must not be shown again: the header's text, the token, the account.
    credentials: [Secret; 3],
    from: From,
}

/// Exactly one of the two goes into the form (P-190); a messaging service wins.
enum From {
    MessagingService(String),
    Number(String),
}

pub(super) fn build(delivery: &Delivery, options: &Options<'_>) -> BuiltSender<SmsMessage> {
    let sid = options.required("twilio_sid")?;
    let token = options.required("twilio_token")?;
    // It becomes a segment of the path.
    if !sid.bytes().all(|b| b.is_ascii_alphanumeric()) || sid.len() > 64 {
        return Err(options.bad("twilio_sid", "must be letters and digits"));
    }
    let from = match (options.text("messaging_service_sid")?, options.text("from")?) {
        (Some(service), _) => From::MessagingService(service.to_owned()),
        (None, Some(number)) => From::Number(number.to_owned()),
        (None, None) => return Err(options.bad("from", "is required without messaging_service_sid")),
    };
    let base = delivery.settings.twilio_base_url.trim_end_matches('/');
    let url = Url::parse(&format!("{base}/2010-04-01/Accounts/{sid}/Messages.json"))
        .map_err(|_| options.bad("provider", "the server's address for twilio is not a URL"))?;
    let basic = BASE64.encode(format!("{sid}:{token}").as_bytes());
    let mut authorization = HeaderValue::try_from(format!("Basic {basic}"))
        .map_err(|_| options.bad("twilio_token", "cannot be sent"))?;
    authorization.set_sensitive(true);
    let outbound = delivery.outbound().map_err(|e| options.bad("provider", e.to_string()))?;
    let credentials = [Secret::new(basic), Secret::new(token), Secret::new(sid)];
    Ok(Arc::new(Twilio { client: outbound.provider.clone(), url, authorization, credentials, from }))
}

#[async_trait]
impl Sender<SmsMessage> for Twilio {
    fn kind(&self) -> &'static str {
        "twilio"
    }

    async fn send(&self, message: &SmsMessage) -> Result<(), SendError> {
        match self.call(message).await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(self.refusal(response, None).await),
            Err(error) => Err(no_answer(Broken::why(&error))),
        }
    }

    async fn try_out(&self, message: &SmsMessage, told: &mut Told) -> Result<(), SendError> {
        match self.call(message).await {
            Ok(response) if response.status().is_success() => {
                self.acceptance(response, told).await;
                Ok(())
            }
            Ok(response) => Err(self.refusal(response, Some(told)).await),
            Err(error) => Err(no_answer(Broken::why(&error))),
        }
    }
}

impl Twilio {
    async fn call(&self, message: &SmsMessage) -> Result<Response, reqwest::Error> {
        let from = match &self.from {
            From::MessagingService(sid) => ("MessagingServiceSid", sid.as_str()),
            From::Number(number) => ("From", number.as_str()),
        };
        let form = [("To", message.to.as_str()), ("Body", message.body.expose()), from];
        let request = self.client.post(self.url.clone()).header(AUTHORIZATION, &self.authorization);
        request.form(&form).send().await
    }

    /// What it says of a message that it took: never the message itself, which holds the code.
    async fn acceptance(&self, response: Response, told: &mut Told) {
        told.status = Some(response.status().as_u16());
        let body = read(response, MAX_ANSWER).await.unwrap_or_default();
        let taken: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
        told.message_id =
            taken.get("sid").and_then(Value::as_str).map(|sid| clean(sid, &self.credentials, 0));
        for name in SHOWN {
            let value = match taken.get(name) {
                None | Some(Value::Null) => continue,
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            told.lines.push(clean(&format!("{name}: {value}"), &self.credentials, 0));
        }
    }

    async fn refusal(&self, response: Response, told: Option<&mut Told>) -> SendError {
        let status = response.status();
        let body = read(response, MAX_ANSWER).await.unwrap_or_default();
        let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
        if let Some(told) = told {
            (told.status, told.code) = (Some(status.as_u16()), refusal.code);
            let more = [("message", &refusal.message), ("more_info", &refusal.more_info)];
            let lines =
                more.into_iter().filter_map(|(name, text)| Some(format!("{name}: {}", text.as_ref()?)));
            told.lines.extend(lines.map(|line| clean(&line, &self.credentials, 0)));
        }
        let text = match (&refusal.message, refusal.code) {
            (Some(message), Some(code)) => {
                let code = format!(" (Code: {code})");
                format!("{}{code}", clean(message, &self.credentials, code.len()))
            }
            (None, Some(code)) => format!("The SMS provider refused the message (Code: {code})"),
            _ => format!("The SMS provider answered {}", status.as_u16()),
        };
        classify(status, refusal.code, text)
    }
}

/// The body of an answer that is not 2xx.
#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    code: Option<i64>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    more_info: Option<String>,
}

/// What is shown of a message that was taken.
const SHOWN: [&str; 7] =
    ["status", "num_segments", "from", "messaging_service_sid", "price", "error_code", "error_message"];

fn classify(status: StatusCode, code: Option<i64>, text: String) -> SendError {
    match (status.as_u16(), code) {
        // Perhaps queued.
        (500.., _) => SendError::Unclear(untold(text, code)),
        (429, _) | (_, Some(20429)) => SendError::NotSent(told(text, code)),
        // The form of the number, or the country of all its numbers: nothing about its owner.
        (_, Some(21211 | 21408 | 21614 | 21635)) => SendError::BadAddress(told(text, code)),
        // Invariant: that its owner opted out is the owner's business (S-007).
        (_, Some(21610)) => SendError::BadAddress(untold(text, code)),
        (401 | 403, _) | (_, Some(20003)) => SendError::Misconfigured(told(text, code)),
        (400..=499, Some(_)) => SendError::NotSent(told(text, code)),
        _ => SendError::NotSent(untold(text, code)),
    }
}

fn no_answer(broken: Broken) -> SendError {
    let error = |text: &str| -> ProviderError { told(text, None) };
    match broken {
        Broken::Denied | Broken::NotConnected => {
            SendError::NotSent(error("The SMS provider could not be reached"))
        }
        Broken::TimedOut => SendError::Unclear(error("The SMS provider did not answer in time")),
        Broken::Cut => SendError::Unclear(error("The SMS provider broke the connection")),
    }
}
