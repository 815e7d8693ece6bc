//! Entries of the log to an endpoint of the operator's (section 2.19, S-134 to S-136).
//!
//! Judged by the status alone: what is in the two hundreds is taken, all else is not. A small body is read to
//! its end so that the connection can be used again; nothing looks at it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use latchkey_core::sender::{BadOption, LogRequest, SendError, Sender};
use reqwest::Client;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::Delivery;
use crate::answer::{self, Broken, explained};

/// Most bytes of a body that are read, and how long they may take.
const MAX_BODY: usize = 64 * 1024;
const BODY_DEADLINE: Duration = Duration::from_millis(200);

struct LogEndpoint {
    client: Client,
    url: Url,
}

pub(crate) fn build(delivery: &Delivery, url: &str) -> Result<Arc<dyn Sender<LogRequest>>, BadOption> {
    let bad = |reason: String| BadOption { option: String::from("httpEndpoint"), reason };
    let url = delivery.guarded(url).map_err(bad)?;
    let outbound = delivery.outbound().map_err(|error| bad(error.to_string()))?;
    Ok(Arc::new(LogEndpoint { client: outbound.client_for(&url), url }))
}

#[async_trait]
impl Sender<LogRequest> for LogEndpoint {
    fn kind(&self) -> &'static str {
        "log_stream"
    }

    async fn send(&self, request: &LogRequest) -> Result<(), SendError> {
        let headers = headers(request)
            .ok_or_else(|| SendError::Misconfigured(explained("a header cannot be sent", None)))?;
        let call = self.client.post(self.url.clone()).headers(headers).body(request.body.clone());
        match call.send().await {
            Ok(response) => {
                let status = response.status();
                let _ = tokio::time::timeout(BODY_DEADLINE, answer::read(response, MAX_BODY)).await;
                let code = Some(status.as_u16().into());
                match status {
                    status if status.is_success() => Ok(()),
                    status if status.is_redirection() => {
                        Err(SendError::NotSent(explained("the endpoint redirects elsewhere", code)))
                    }
                    _ => Err(SendError::NotSent(explained("the endpoint refused the entries", code))),
                }
            }
            Err(error) => Err(no_answer(Broken::why(&error))),
        }
    }
}

fn headers(request: &LogRequest) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let mut value = HeaderValue::from_str(value.expose()).ok()?;
        value.set_sensitive(true);
        // One that the operator writes again is theirs.
        headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
    }
    Some(headers)
}

fn no_answer(broken: Broken) -> SendError {
    match broken {
        Broken::Denied => SendError::Misconfigured(explained("the address leads to no public address", None)),
        Broken::NotConnected => SendError::NotSent(explained("the endpoint could not be reached", None)),
        Broken::TimedOut => SendError::Unclear(explained("the endpoint did not answer in time", None)),
        Broken::Cut => SendError::Unclear(explained("the endpoint broke the connection", None)),
    }
}
