//! `provider: "smtp"`: a mail server of the operator's or of a provider's (RFC 5321, RFC 6409).
//!
//! The dialogue is lettre's, step by step, since what a failure means depends on the step that it
//! came in ([`outcome`]). The server's name is resolved and checked like every address that comes
//! from options, and TLS is never optional ([`server`]). Connections are used again ([`pool`]).

mod by_line;
mod outcome;
mod pool;
mod server;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use latchkey_core::Clock;
use latchkey_core::sender::{EmailMessage, SendError, Sender};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use tokio::time::{Instant, timeout_at};

use super::dkim::Dkim;
use super::mailbox::Mailbox;
use super::mime::{Composed, compose};
use crate::Delivery;
use crate::options::Options;
use crate::registry::BuiltSender;
use outcome::{Cause, Failed, Step, content, refused, unfit};
use pool::Pool;
use server::Server;

struct Smtp {
    server: Server,
    pool: Pool,
    /// For mails that name no sender.
    from: Mailbox,
    /// What `Message-ID` ends with.
    host: String,
    dkim: Option<Dkim>,
    clock: Arc<dyn Clock>,
    /// For a whole call.
    timeout: Duration,
    /// Until the server waits for the mail's content.
    patience: Duration,
}

/// How long a server may take until it waits for a mail. Less than the engine gives one call, so that it
/// hears of a certain failure, which may be tried again for as long as the code lives.
const PATIENCE: Duration = Duration::from_secs(8);
/// The same where another sender follows: it gets its turn while the request still waits.
const PATIENCE_BEFORE_ANOTHER: Duration = Duration::from_secs(3);

pub(super) fn build(delivery: &Delivery, options: &Options<'_>) -> BuiltSender<EmailMessage> {
    let server = Server::build(delivery, options)?;
    let from = options.required("from")?;
    let from = Mailbox::parse(from).map_err(|e| options.bad("from", e.to_string()))?;
    let dkim = match options.object("dkim")? {
        Some(dkim) => Some(Dkim::build(&dkim)?),
        None => None,
    };
    let patience = if options.followed { PATIENCE_BEFORE_ANOTHER } else { PATIENCE };
    Ok(Arc::new(Smtp {
        pool: Pool::default(),
        from,
        host: server.own_name(),
        server,
        dkim,
        clock: delivery.clock.clone(),
        timeout: delivery.settings.timeout,
        patience: patience.min(delivery.settings.timeout),
    }))
}

#[async_trait]
impl Sender<EmailMessage> for Smtp {
    fn kind(&self) -> &'static str {
        "smtp"
    }

    async fn send(&self, message: &EmailMessage) -> Result<(), SendError> {
        let mail = self.compose(message)?;
        let begun = Instant::now();
        let (_slot, mut connection) = timeout_at(begun + self.patience, self.prepare(&mail))
            .await
            .map_err(|_| Failed::new(Step::Connect, Cause::TimedOut))??;
        // From here on the server may have the mail.
        let answer = timeout_at(begun + self.timeout, connection.message(&mail.bytes)).await;
        content(answer)?;
        self.pool.put(connection);
        Ok(())
    }
}

impl Smtp {
    fn compose(&self, message: &EmailMessage) -> Result<Composed, SendError> {
        let now = self.clock.now();
        let written = message.from.as_deref().map(Mailbox::parse).transpose();
        let from = written.map_err(|_| unfit())?.unwrap_or_else(|| self.from.clone());
        let mut mail = compose(message, &from, &self.host, now)?;
        if let Some(dkim) = &self.dkim {
            mail.bytes = dkim.sign(&mail.bytes, now).ok_or_else(unfit)?;
        }
        Ok(mail)
    }

    /// A connection whose server waits for the mail's content.
    async fn prepare(&self, mail: &Composed) -> Result<(pool::Slot<'_>, AsyncSmtpConnection), Failed> {
        let slot = self.pool.slot().await;
        if let Some(mut idle) = self.pool.take() {
            match envelope(&mut idle, mail).await {
                Ok(()) => return Ok((slot, idle)),
                // Nothing of the mail's content left: a fresh connection sends it for the first time.
                Err(failed) if failed.is_closed() => {}
                Err(failed) => return Err(failed),
            }
        }
        let mut fresh = self.server.connect().await?;
        envelope(&mut fresh, mail).await?;
        Ok((slot, fresh))
    }
}

/// Invariant: one sender, one recipient, and content only after the server said that it waits for it.
/// A server that answered out of step would take lines of the mail for commands.
async fn envelope(connection: &mut AsyncSmtpConnection, mail: &Composed) -> Result<(), Failed> {
    let answer = connection.command(Mail::new(Some(mail.from.clone()), Vec::new())).await;
    refused(Step::Sender, answer, 250..=259)?;
    let answer = connection.command(Rcpt::new(mail.to.clone(), Vec::new())).await;
    refused(Step::Recipient, answer, 250..=259)?;
    let answer = connection.command(Data).await;
    refused(Step::Data, answer, 354..=354)
}
