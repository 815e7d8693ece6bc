//! Messages kept in memory for reading: the newest thousand, oldest dropped first.
//!
//! Whoever may read the inbox sees codes, so it exists only where an operator asked for it. Readers
//! may wait for what is not there yet; nobody waits for readers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use latchkey_core::model::Channel;
use latchkey_core::sender::{BadOption, InboxFilter, InboxMessage, InboxReader};
use latchkey_core::{Clock, Timestamp};
use latchkey_wire::Secret;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::Delivery;
use crate::options::Options;

/// Messages kept.
const CAPACITY: usize = 1000;

/// The longest wait of a reader, in seconds.
const MAX_WAIT: u64 = 30;

pub struct Inbox {
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
    /// Counts messages, so that waiting readers wake.
    pushed: watch::Sender<u64>,
}

#[derive(Default)]
struct Kept {
    /// Oldest first.
    messages: VecDeque<InboxMessage>,
    sequence: u64,
    newest: Timestamp,
}

/// What a sender hands to the inbox. `Debug` is left out on purpose.
#[derive(Clone)]
pub struct NewMessage {
    pub channel: Channel,
    pub to: String,
    pub from: Option<String>,
    pub subject: Option<String>,
    pub text: Secret,
    pub html: Option<Secret>,
    pub code: Option<Secret>,
    pub link: Option<Secret>,
}

impl Inbox {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, kept: Mutex::default(), pushed: watch::Sender::new(0) }
    }

    /// Keeps a message and wakes the readers.
    pub fn push(&self, message: NewMessage) {
        let now = self.clock.now();
        let sequence = self.kept().push(message, now);
        self.pushed.send_replace(sequence);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps messages of either channel in place of sending them.
pub(crate) struct InboxSender {
    pub inbox: Arc<Inbox>,
    pub from: Option<String>,
}

impl InboxSender {
    pub fn build(delivery: &Delivery, options: &Options<'_>) -> Result<Self, BadOption> {
        let Some(inbox) = delivery.settings.inbox.clone() else {
            return Err(options.bad("provider", "the inbox is not enabled on this server"));
        };
        Ok(Self { inbox, from: options.text("from")?.map(str::to_owned) })
    }
}

#[async_trait]
impl InboxReader for Inbox {
    async fn list(&self, filter: &InboxFilter) -> Vec<InboxMessage> {
        let deadline = Instant::now() + Duration::from_secs(filter.wait.min(MAX_WAIT));
        // Watching starts before looking, so that a message that comes in between wakes.
        let mut pushed = self.pushed.subscribe();
        loop {
            let found = self.kept().list(filter);
            if !found.is_empty() || filter.wait == 0 {
                return found;
            }
            match timeout_at(deadline, pushed.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Vec::new(),
            }
        }
    }

    fn clear(&self) {
        self.kept().messages.clear();
    }
}

impl Kept {
    fn push(&mut self, message: NewMessage, now: Timestamp) -> u64 {
        // Ids keep their order when the clock steps back.
        self.newest = self.newest.max(now);
        self.sequence = self.sequence.wrapping_add(1);
        if self.messages.len() >= CAPACITY {
            self.messages.pop_front();
        }
        self.messages.push_back(InboxMessage {
            id: format!("{:08x}{:016x}", self.newest.0.clamp(0, i64::from(u32::MAX)), self.sequence),
            channel: message.channel,
            to: message.to,
            from: message.from,
            subject: message.subject,
            text: message.text,
            html: message.html,
            code: message.code,
            link: message.link,
            created_at: now,
        });
        self.sequence
    }

    fn list(&self, filter: &InboxFilter) -> Vec<InboxMessage> {
        let after = filter.after.as_deref().unwrap_or_default();
        self.messages
            .iter()
            .rev()
            .take_while(|message| message.id.as_str() > after)
            .filter(|message| filter.to.as_ref().is_none_or(|to| *to == message.to))
            .cloned()
            .collect()
    }
}
