//! `provider: "http"`: an endpoint of the operator's own that takes mails as JSON.
//!
//! Called, signed and guarded like the gateway of text messages; the body of an answer is never read
//! (S-136). An endpoint that gets an `id` twice should send one mail.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_core::sender::{EmailMessage, SendError, Sender, Told};
use reqwest::Client;
use reqwest::header::AUTHORIZATION;
use serde::Serialize;
use url::Url;

use super::mailbox::Mailbox;
use crate::Delivery;
use crate::answer::{Broken, untold};
use crate::bearer::Bearer;
use crate::options::Options;
use crate::registry::BuiltSender;

struct Endpoint {
    client: Client,
    url: Url,
    from: Option<String>,
    bearer: Option<Bearer>,
}

#[derive(Serialize)]
struct Payload<'a> {
    id: &'a str,
    to: &'a str,
    from: Option<&'a str>,
    subject: &'a str,
    text: &'a str,
    html: Option<&'a str>,
}

pub(super) fn build(delivery: &Delivery, options: &Options<'_>) -> BuiltSender<EmailMessage> {
    let (url, client) = delivery.endpoint(options, "http_url")?;
    let bearer = match options.object("http_authentication")? {
        Some(authentication) => Some(Bearer::build(delivery, &authentication)?),
        None => None,
    };
    let from = options.text("from")?;
    if let Some(from) = from {
        Mailbox::parse(from).map_err(|e| options.bad("from", e.to_string()))?;
    }
    Ok(Arc::new(Endpoint { client, url, from: from.map(str::to_owned), bearer }))
}

#[async_trait]
impl Sender<EmailMessage> for Endpoint {
    fn kind(&self) -> &'static str {
        "http"
    }

    async fn send(&self, message: &EmailMessage) -> Result<(), SendError> {
        self.call(message).await.and_then(judge)
    }

    /// Nothing of its body is read (S-136), so there is no more to tell.
    async fn try_out(&self, message: &EmailMessage, told: &mut Told) -> Result<(), SendError> {
        let status = self.call(message).await?;
        told.status = Some(status);
        judge(status)
    }
}

impl Endpoint {
    /// The status of the answer.
    async fn call(&self, message: &EmailMessage) -> Result<u16, SendError> {
        let payload = Payload {
            id: &message.id,
            to: &message.to,
            from: message.from.as_deref().or(self.from.as_deref()),
            subject: message.subject.expose(),
            text: message.text.expose(),
            html: message.html.as_ref().map(|html| html.expose()),
        };
        let mut request = self.client.post(self.url.clone()).json(&payload);
        if let Some(bearer) = &self.bearer {
            let authorization = bearer.authorization().ok_or_else(|| {
                SendError::Misconfigured(untold("The token for the mail endpoint cannot be signed", None))
            })?;
            request = request.header(AUTHORIZATION, authorization);
        }
        match request.send().await {
            Ok(response) => Ok(response.status().as_u16()),
            Err(error) => Err(no_answer(Broken::why(&error))),
        }
    }
}

fn judge(status: u16) -> Result<(), SendError> {
    let error = || untold(format!("The mail endpoint answered {status}"), Some(status.into()));
    match status {
        200..=299 => Ok(()),
        401 | 403 => Err(SendError::Misconfigured(error())),
        // Both say that nothing was done.
        429 | 503 => Err(SendError::Later(error())),
        500.. => Err(SendError::Unclear(error())),
        _ => Err(SendError::NotSent(error())),
    }
}

fn no_answer(broken: Broken) -> SendError {
    let say = |text: &str| untold(text, None);
    match broken {
        Broken::Denied => {
            SendError::Misconfigured(say("The mail endpoint's address leads to no public address"))
        }
        Broken::NotConnected => SendError::Later(say("The mail endpoint could not be reached")),
        Broken::TimedOut => SendError::Unclear(say("The mail endpoint did not answer in time")),
        Broken::Cut => SendError::Unclear(say("The mail endpoint broke the connection")),
    }
}
