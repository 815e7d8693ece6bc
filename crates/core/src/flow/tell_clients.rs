//! Tells clients that a session of theirs ended (OpenID Connect Back-Channel Logout 1.0; S-102).
//!
//! A notice was stored with the end of the session. Its token is made anew for every try, so that it is
//! fresh however late the client takes it, and no signed token is ever kept.

use std::time::Duration;

use super::deliver::all;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{EventKind, LogoutNotice};
use crate::sender::LogoutToken;

/// Notices that are worked side by side.
const BATCH: u32 = 128;
/// Seconds that a client has to answer.
const CALL_DEADLINE: u64 = 5;
/// Seconds that a claimed notice is nobody else's: longer than a try can take.
const LEASE: i64 = 60;
/// Seconds after each failed try until the next one; a day in all. After the last one it is given up.
const RETRY_AFTER: [i64; 9] = [5, 30, 120, 600, 1800, 3600, 7200, 21_600, 43_200];

/// What one try came to.
enum Told {
    Taken,
    /// A word for the event, and the status of the answer.
    Failed(&'static str, Option<i64>),
    /// The client is gone, or wants to be told no more.
    Moot,
}

impl Engine {
    /// Works notices that are due. True when there may be more of them.
    pub async fn tell_clients(&self) -> Result<bool, Fault> {
        let now = self.now();
        let notices = self.store.claim_logout_notices(now, now.plus(LEASE), BATCH).await?;
        all(notices.iter().map(|notice| self.work(notice))).await;
        Ok(notices.len() >= BATCH as usize)
    }

    /// One notice that fails keeps none of the others waiting.
    async fn work(&self, notice: &LogoutNotice) {
        let told = self.tell(notice).await.unwrap_or_else(|error| {
            tracing::warn!(%error, client = %notice.client, "a logout token could not be made");
            Told::Failed("fault", None)
        });
        if let Err(error) = self.settle(notice, told).await {
            tracing::warn!(%error, "a logout notice could not be settled");
        }
    }

    async fn tell(&self, notice: &LogoutNotice) -> Result<Told, Fault> {
        let Some(client) = self.client(&notice.client).await? else { return Ok(Told::Moot) };
        let Some(url) = client.backchannel_logout.urls.first() else { return Ok(Told::Moot) };
        let Ok(sender) = self.senders.logout(url) else { return Ok(Told::Failed("bad_url", None)) };
        let token = LogoutToken(self.logout_token(&client, notice).await?);
        Ok(tokio::select! {
            sent = sender.send(&token) => match sent {
                Ok(()) => Told::Taken,
                Err(error) => Told::Failed(error.outcome(), error.provider().code),
            },
            () = self.runtime.sleep(Duration::from_secs(CALL_DEADLINE)) => Told::Failed("timeout", None),
        })
    }

    async fn settle(&self, notice: &LogoutNotice, told: Told) -> Result<(), Fault> {
        let again = usize::try_from(notice.tries - 1).ok().and_then(|failed| RETRY_AFTER.get(failed));
        let (outcome, due_at, event) = match told {
            Told::Moot => ("moot", None, None),
            Told::Taken => ("delivered", None, Some((EventKind::BackchannelLogoutSucceeded, None, None))),
            Told::Failed(reason, status) => match again {
                Some(after) => ("failed", Some(self.now().plus(*after)), None),
                None => {
                    tracing::warn!(client = %notice.client, reason, status, "a client was never told of a sign-out");
                    ("given_up", None, Some((EventKind::BackchannelLogoutFailed, Some(reason), status)))
                }
            },
        };
        metrics::counter!("latchkey_logout_tokens_total", "outcome" => outcome).increment(1);
        let events = event.map(|(kind, reason, status)| {
            let mut event = self.event(kind, Some(&notice.client));
            event.user = Some(notice.user.clone());
            event.detail.insert("initiator".into(), notice.ending.initiator.as_str().into());
            event.detail.insert("tries".into(), notice.tries.into());
            event.detail.extend(reason.map(|reason| ("reason".into(), reason.into())));
            event.detail.extend(status.map(|status| ("status".into(), status.into())));
            event
        });
        self.store.settle_logout_notice(notice, due_at, events.into_iter().collect()).await?;
        Ok(())
    }
}
