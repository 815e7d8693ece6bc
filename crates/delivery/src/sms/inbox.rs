//! `provider: "inbox"`: keeps the message for reading.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_core::model::Channel;
use latchkey_core::sender::{SendError, Sender, SmsMessage};

use super::BuiltSender;
use super::options::Options;
use crate::Delivery;
use crate::inbox::{Inbox, NewMessage};

struct InboxSender {
    inbox: Arc<Inbox>,
    from: Option<String>,
}

pub(super) fn build(delivery: &Delivery, options: &Options<'_>) -> BuiltSender {
    let Some(inbox) = delivery.settings.inbox.clone() else {
        return Err(options.bad("provider", "the inbox is not enabled on this server"));
    };
    Ok(Arc::new(InboxSender { inbox, from: options.text("from")?.map(str::to_owned) }))
}

#[async_trait]
impl Sender<SmsMessage> for InboxSender {
    fn kind(&self) -> &'static str {
        "inbox"
    }

    fn is_remote(&self) -> bool {
        false
    }

    async fn send(&self, message: &SmsMessage) -> Result<(), SendError> {
        self.inbox.push(NewMessage {
            channel: Channel::Sms,
            to: message.to.clone(),
            from: self.from.clone(),
            subject: None,
            text: message.body.clone(),
            html: None,
            code: Some(message.code.clone()).filter(|code| !code.is_empty()),
            link: message.link.clone(),
        });
        Ok(())
    }
}
