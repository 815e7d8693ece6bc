//! `provider: "smtp"`: a mail server of the operator's or of a provider's (RFC 5321, RFC 6409).
//!
//! The dialogue is lettre's, step by step, since what a failure means depends on the step that it
//! came in ([`outcome`]). The server's name is resolved and checked like every address that comes
//! from options, and TLS is never optional ([`server`]). Connections are used again ([`pool`]).

mod by_line;
mod dialogue;
mod outcome;
mod pool;
mod server;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use latchkey_core::Clock;
use latchkey_core::sender::{EmailMessage, SendError, Sender, Told};
use latchkey_wire::Secret;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use tokio::time::{Instant, timeout_at};

use super::dkim::Dkim;
use super::mailbox::Mailbox;
use super::mime::{Composed, compose};
use crate::Delivery;
use crate::answer::clean;
use crate::options::Options;
use crate::registry::BuiltSender;
use dialogue::Dialogue;
use outcome::{Cause, Failed, Step, content, refused, unfit};
use pool::Pool;
use server::Server;

struct Smtp {
    server: Server,
    pool: Pool,
    /// For mails that name no sender.
    from: Mailbox,
    /// What nobody is shown, whatever a server says.
    secrets: Vec<Secret>,
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
        secrets: options.text("smtp_pass")?.into_iter().map(Secret::new).collect(),
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

    async fn try_out(&self, message: &EmailMessage, told: &mut Told) -> Result<(), SendError> {
        let mail = self.compose(message)?;
        let mut dialogue = Dialogue::kept();
        let sent = timeout_at(Instant::now() + self.patience, self.speak(&mail, &mut dialogue)).await;
        let lines = dialogue.lines();
        told.lines = lines.iter().map(|line| clean(line, &self.secrets, 0)).collect();
        let sent = sent.unwrap_or(Err(Failed::new(Step::Connect, Cause::TimedOut)));
        told.code = sent.as_ref().err().and_then(Failed::code);
        Ok(sent?)
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

    /// A whole call by a connection of its own.
    async fn speak(&self, mail: &Composed, dialogue: &mut Dialogue) -> Result<(), Failed> {
        let mut connection = self.server.connect(dialogue).await?;
        envelope(&mut connection, mail, dialogue).await?;
        dialogue.ask(|| format!("({} bytes)", mail.bytes.len()));
        let answer = connection.message(&mail.bytes).await;
        dialogue.hear(&answer);
        content(Ok(answer))?;
        self.pool.put(connection);
        Ok(())
    }

    /// A connection whose server waits for the mail's content.
    async fn prepare(&self, mail: &Composed) -> Result<(pool::Slot<'_>, AsyncSmtpConnection), Failed> {
        let slot = self.pool.slot().await;
        if let Some(mut idle) = self.pool.take() {
            match envelope(&mut idle, mail, &mut Dialogue::default()).await {
                Ok(()) => return Ok((slot, idle)),
                // Nothing of the mail's content left: a fresh connection sends it for the first time.
                Err(failed) if failed.is_closed() => {}
                Err(failed) => return Err(failed),
            }
        }
        let mut silent = Dialogue::default();
        let mut fresh = self.server.connect(&mut silent).await?;
        envelope(&mut fresh, mail, &mut silent).await?;
        Ok((slot, fresh))
    }
}

/// Invariant: one sender, one recipient, and content only after the server said that it waits for it.
/// A server that answered out of step would take lines of the mail for commands.
async fn envelope(
    connection: &mut AsyncSmtpConnection,
    mail: &Composed,
    dialogue: &mut Dialogue,
) -> Result<(), Failed> {
    let from = Mail::new(Some(mail.from.clone()), Vec::new());
    step(connection, from, (Step::Sender, 250..=259), dialogue).await?;
    let to = Rcpt::new(mail.to.clone(), Vec::new());
    step(connection, to, (Step::Recipient, 250..=259), dialogue).await?;
    step(connection, Data, (Step::Data, 354..=354), dialogue).await
}

async fn step(
    connection: &mut AsyncSmtpConnection,
    command: impl std::fmt::Display + Send,
    (step, good): (Step, std::ops::RangeInclusive<u16>),
    dialogue: &mut Dialogue,
) -> Result<(), Failed> {
    dialogue.ask(|| command.to_string());
    let answer = connection.command(command).await;
    dialogue.hear(&answer);
    refused(step, answer, good)
}
