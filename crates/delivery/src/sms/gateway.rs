//! `provider: "sms_gateway"`: an HTTP endpoint of the operator's own (protocol 6.2).
//!
//! Judged by the status alone: 200 is sent, all else is not. The body of an answer is never read
//! (S-136).

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_core::sender::{SendError, Sender, SmsMessage, Told};
use reqwest::Client;
use reqwest::header::AUTHORIZATION;
use serde::Serialize;
use url::Url;

use crate::Delivery;
use crate::answer::{Broken, told};
use crate::bearer::Bearer;
use crate::options::Options;
use crate::registry::BuiltSender;

struct Gateway {
    client: Client,
    url: Url,
    sender: String,
    forward_req_info: bool,
    bearer: Option<Bearer>,
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

pub(super) fn build(delivery: &Delivery, options: &Options<'_>) -> BuiltSender<SmsMessage> {
    let (url, client) = delivery.endpoint(options, "gateway_url")?;
    let bearer = match options.object("gateway_authentication")? {
        Some(authentication) => Some(Bearer::build(delivery, &authentication)?),
        None => None,
    };
    Ok(Arc::new(Gateway {
        client,
        url,
        sender: options.text("from")?.unwrap_or_default().to_owned(),
        forward_req_info: options.flag("forward_req_info")?,
        bearer,
    }))
}

#[async_trait]
impl Sender<SmsMessage> for Gateway {
    fn kind(&self) -> &'static str {
        "sms_gateway"
    }

    async fn send(&self, message: &SmsMessage) -> Result<(), SendError> {
        self.call(message).await.and_then(judge)
    }

    /// Nothing of its body is read (S-136), so there is no more to tell.
    async fn try_out(&self, message: &SmsMessage, told: &mut Told) -> Result<(), SendError> {
        let status = self.call(message).await?;
        told.status = Some(status);
        judge(status)
    }
}

impl Gateway {
    /// The status of the answer.
    async fn call(&self, message: &SmsMessage) -> Result<u16, SendError> {
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
            Ok(response) => Ok(response.status().as_u16()),
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
