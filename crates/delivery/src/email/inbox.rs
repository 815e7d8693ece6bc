//! `provider: "inbox"`: keeps the mail for reading.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_core::model::Channel;
use latchkey_core::sender::{EmailMessage, SendError, Sender};

use crate::Delivery;
use crate::inbox::{InboxSender, NewMessage};
use crate::options::Options;
use crate::registry::BuiltSender;

pub(super) fn build(delivery: &Delivery, options: &Options<'_>) -> BuiltSender<EmailMessage> {
    Ok(Arc::new(InboxSender::build(delivery, options)?))
}

#[async_trait]
impl Sender<EmailMessage> for InboxSender {
    fn kind(&self) -> &'static str {
        "inbox"
    }

    fn is_remote(&self) -> bool {
        false
    }

    async fn send(&self, message: &EmailMessage) -> Result<(), SendError> {
        self.inbox.push(NewMessage {
            channel: Channel::Email,
            to: message.to.clone(),
            from: message.from.clone().or_else(|| self.from.clone()),
            subject: Some(message.subject.expose().to_owned()),
            text: message.text.clone(),
            html: message.html.clone(),
            code: Some(message.code.clone()).filter(|code| !code.is_empty()),
            link: message.link.clone(),
        });
        Ok(())
    }
}
