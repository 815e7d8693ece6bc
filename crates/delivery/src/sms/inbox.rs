//! `provider: "inbox"`: keeps the message for reading.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_core::model::Channel;
use latchkey_core::sender::{SendError, Sender, SmsMessage};

use crate::Delivery;
use crate::inbox::{InboxSender, NewMessage};
use crate::options::Options;
use crate::registry::BuiltSender;

pub(super) fn build(delivery: &Delivery, options: &Options<'_>) -> BuiltSender<SmsMessage> {
    Ok(Arc::new(InboxSender::build(delivery, options)?))
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
