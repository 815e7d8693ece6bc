//! Logout tokens to clients (OpenID Connect Back-Channel Logout section 2.5 to 2.8).
//!
//! Judged by the status alone: what is in the two hundreds is taken, all else is not. The body of an
//! answer is never read.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_core::sender::{BadOption, LogoutToken, SendError, Sender};
use reqwest::Client;
use url::Url;

use crate::Delivery;
use crate::answer::{Broken, untold};

struct Backchannel {
    client: Client,
    url: Url,
}

pub(crate) fn build(delivery: &Delivery, url: &str) -> Result<Arc<dyn Sender<LogoutToken>>, BadOption> {
    let bad = |reason: String| BadOption { option: String::from("backchannel_logout_urls"), reason };
    let url = delivery.guarded(url).map_err(bad)?;
    let outbound = delivery.outbound().map_err(|error| bad(error.to_string()))?;
    Ok(Arc::new(Backchannel { client: outbound.client_for(&url), url }))
}

#[async_trait]
impl Sender<LogoutToken> for Backchannel {
    fn kind(&self) -> &'static str {
        "backchannel_logout"
    }

    async fn send(&self, token: &LogoutToken) -> Result<(), SendError> {
        let form = [("logout_token", token.0.expose())];
        match self.client.post(self.url.clone()).form(&form).send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => {
                let status = response.status().as_u16();
                Err(SendError::NotSent(untold("The client refused the logout token", Some(status.into()))))
            }
            Err(error) => Err(no_answer(Broken::why(&error))),
        }
    }
}

fn no_answer(broken: Broken) -> SendError {
    match broken {
        Broken::Denied => SendError::Misconfigured(untold("The address leads to no public address", None)),
        Broken::NotConnected => SendError::NotSent(untold("The client could not be reached", None)),
        Broken::TimedOut => SendError::Unclear(untold("The client did not answer in time", None)),
        Broken::Cut => SendError::Unclear(untold("The client broke the connection", None)),
    }
}
