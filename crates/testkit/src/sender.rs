//! Senders that keep what they are given, and fail when told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use latchkey_core::model::Connection;
use latchkey_core::sender::{
    BadOption, Renderer, SendError, Senders, SmsMessage, SmsSender, Syntax, TemplateError, Variables,
};
use latchkey_wire::Secret;
use serde_json::{Map, Value};

/// What one call to a sender should come to.
pub enum Script {
    Fail(SendError),
    /// Never answers.
    Hang,
}

#[derive(Default)]
struct Mailbox {
    sent: Mutex<Vec<SmsMessage>>,
    /// Outcomes of the next calls, first come first; empty: accepted.
    script: Mutex<VecDeque<Script>>,
    calls: Mutex<Vec<&'static str>>,
    remote: Mutex<bool>,
}

/// Two senders that share a mailbox, tried one after the other.
#[derive(Clone, Default)]
pub struct TestSenders(Arc<Mailbox>);

impl TestSenders {
    pub fn sent(&self) -> Vec<SmsMessage> {
        self.0.sent.lock().unwrap().clone()
    }

    pub fn last(&self) -> SmsMessage {
        self.sent().last().expect("no message was sent").clone()
    }

    /// Kinds of the senders asked so far.
    pub fn calls(&self) -> Vec<&'static str> {
        self.0.calls.lock().unwrap().clone()
    }

    pub fn script(&self, script: impl IntoIterator<Item = Script>) {
        self.0.script.lock().unwrap().extend(script);
    }

    /// Messages go through the outbox.
    pub fn be_remote(&self) {
        *self.0.remote.lock().unwrap() = true;
    }
}

impl Senders for TestSenders {
    fn sms(
        &self,
        _: &Connection,
        options: &Map<String, Value>,
    ) -> Result<Arc<[Arc<dyn SmsSender>]>, BadOption> {
        if options.get("provider").and_then(Value::as_str) == Some("broken") {
            return Err(BadOption { option: "provider".into(), reason: "is broken".into() });
        }
        let make =
            |kind| -> Arc<dyn SmsSender> { Arc::new(TestSender { kind, mailbox: Arc::clone(&self.0) }) };
        Ok(Arc::from([make("first"), make("second")]))
    }
}

struct TestSender {
    kind: &'static str,
    mailbox: Arc<Mailbox>,
}

#[async_trait]
impl SmsSender for TestSender {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn is_remote(&self) -> bool {
        *self.mailbox.remote.lock().unwrap()
    }

    async fn send(&self, message: &SmsMessage) -> Result<(), SendError> {
        self.mailbox.calls.lock().unwrap().push(self.kind);
        let next = self.mailbox.script.lock().unwrap().pop_front();
        match next {
            None => {
                self.mailbox.sent.lock().unwrap().push(message.clone());
                Ok(())
            }
            Some(Script::Fail(error)) => Err(error),
            Some(Script::Hang) => std::future::pending().await,
        }
    }
}

/// Puts the code in place of `@@password@@`; refuses templates without it.
pub struct TestRenderer;

impl Renderer for TestRenderer {
    fn check(&self, _: Syntax, template: &str) -> Result<(), TemplateError> {
        match template.contains("@@password@@") {
            true => Ok(()),
            false => Err(TemplateError("the template does not print the code".into())),
        }
    }

    fn render(&self, _: Syntax, template: &str, variables: &Variables) -> Result<Secret, TemplateError> {
        Ok(Secret::new(template.replace("@@password@@", variables.code.expose())))
    }
}
