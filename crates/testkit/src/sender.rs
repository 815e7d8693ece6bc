//! Senders that keep what they are given, and fail when told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use latchkey_core::model::Connection;
use latchkey_core::notice::{NoticeText, WordedNotice};
use latchkey_core::sender::{
    BadOption, EmailMessage, LogRequest, LogoutToken, Mail, MailTemplate, ProviderError, Renderer, SendError,
    Sender, SenderList, Senders, SmsMessage, Syntax, TemplateError, Told, Variables,
};
use latchkey_wire::Secret;
use serde_json::{Map, Value};

/// What one call to a sender should come to.
pub enum Script {
    Fail(SendError),
    /// Never answers.
    Hang,
    /// Takes the message, but not at once.
    Take(Duration),
    /// Takes the message, and the answer gets lost.
    TakeUnheard,
    /// Takes the message, and answers once told.
    Hold(tokio::sync::oneshot::Receiver<()>),
    /// Fails once told.
    FailLate(tokio::sync::oneshot::Receiver<()>, SendError),
}

#[derive(Default)]
struct Mailbox {
    sent: Mutex<Vec<SmsMessage>>,
    mailed: Mutex<Vec<EmailMessage>>,
    /// Addresses of clients, and the logout tokens that they took.
    told: Mutex<Vec<(String, Secret)>>,
    /// Addresses of log streams, and the requests that they took.
    streamed: Mutex<Vec<(String, LogRequest)>>,
    /// Outcomes of the next calls, first come first; empty: accepted.
    script: Mutex<VecDeque<Script>>,
    calls: Mutex<Vec<&'static str>>,
    remote: Mutex<bool>,
    /// What the senders were last made from.
    options: Mutex<Map<String, Value>>,
}

/// Two senders that share a mailbox, tried one after the other.
#[derive(Clone, Default)]
pub struct TestSenders(Arc<Mailbox>);

impl TestSenders {
    pub fn sent(&self) -> Vec<SmsMessage> {
        self.0.sent.lock().unwrap().clone()
    }

    pub fn mailed(&self) -> Vec<EmailMessage> {
        self.0.mailed.lock().unwrap().clone()
    }

    /// Addresses of clients, and the logout tokens that they took.
    pub fn told(&self) -> Vec<(String, Secret)> {
        self.0.told.lock().unwrap().clone()
    }

    /// Addresses of log streams, and the requests that they took.
    pub fn streamed(&self) -> Vec<(String, LogRequest)> {
        self.0.streamed.lock().unwrap().clone()
    }

    pub fn last_mail(&self) -> EmailMessage {
        self.mailed().last().expect("no mail was sent").clone()
    }

    pub fn last(&self) -> SmsMessage {
        self.sent().last().expect("no message was sent").clone()
    }

    /// The options that senders were last made from, secrets in clear.
    pub fn options(&self) -> Map<String, Value> {
        self.0.options.lock().unwrap().clone()
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

impl TestSenders {
    fn list<M: Sync>(&self, options: &Map<String, Value>) -> Result<SenderList<M>, BadOption>
    where
        TestSender: Sender<M>,
    {
        if options.get("provider").and_then(Value::as_str) == Some("broken") {
            return Err(BadOption { option: "provider".into(), reason: "is broken".into() });
        }
        self.0.options.lock().unwrap().clone_from(options);
        let make =
            |kind| -> Arc<dyn Sender<M>> { Arc::new(TestSender { kind, mailbox: Arc::clone(&self.0) }) };
        Ok(Arc::from([make("first"), make("second")]))
    }
}

impl Senders for TestSenders {
    fn sms(&self, _: &Connection, options: &Map<String, Value>) -> Result<SenderList<SmsMessage>, BadOption> {
        self.list(options)
    }

    fn email(
        &self,
        _: &Connection,
        options: &Map<String, Value>,
    ) -> Result<SenderList<EmailMessage>, BadOption> {
        // As the real one.
        if options.get("provider").and_then(Value::as_str) == Some("smtp") && !options.contains_key("from") {
            return Err(BadOption { option: "from".into(), reason: "is required".into() });
        }
        self.list(options)
    }

    fn logout(&self, url: &str) -> Result<Arc<dyn Sender<LogoutToken>>, BadOption> {
        if !url.starts_with("https://") {
            return Err(BadOption {
                option: "backchannel_logout_urls".into(),
                reason: "must be https".into(),
            });
        }
        let sender = TestSender { kind: "logout", mailbox: Arc::clone(&self.0) };
        Ok(Arc::new(TestBackchannel { sender, url: url.to_owned() }))
    }

    /// What the guard of the real one knows of networks is tested with it.
    fn check_url(&self, url: &str) -> Result<(), String> {
        if url.starts_with("https://") { Ok(()) } else { Err("must be https".into()) }
    }

    fn log_stream(&self, url: &str) -> Result<Arc<dyn Sender<LogRequest>>, BadOption> {
        if !url.starts_with("https://") {
            return Err(BadOption { option: "httpEndpoint".into(), reason: "must be https".into() });
        }
        let sender = TestSender { kind: "log_stream", mailbox: Arc::clone(&self.0) };
        Ok(Arc::new(TestEndpoint { sender, url: url.to_owned() }))
    }
}

struct TestBackchannel {
    sender: TestSender,
    url: String,
}

#[async_trait]
impl Sender<LogoutToken> for TestBackchannel {
    fn kind(&self) -> &'static str {
        self.sender.kind
    }

    async fn send(&self, token: &LogoutToken) -> Result<(), SendError> {
        let told = (self.url.clone(), token.0.clone());
        self.sender.play(|| self.sender.mailbox.told.lock().unwrap().push(told)).await
    }
}

struct TestEndpoint {
    sender: TestSender,
    url: String,
}

#[async_trait]
impl Sender<LogRequest> for TestEndpoint {
    fn kind(&self) -> &'static str {
        self.sender.kind
    }

    async fn send(&self, request: &LogRequest) -> Result<(), SendError> {
        let taken = (self.url.clone(), request.clone());
        self.sender.play(|| self.sender.mailbox.streamed.lock().unwrap().push(taken)).await
    }
}

struct TestSender {
    kind: &'static str,
    mailbox: Arc<Mailbox>,
}

impl TestSender {
    /// What this call comes to; `take` where the message is taken.
    async fn play(&self, take: impl FnOnce()) -> Result<(), SendError> {
        self.mailbox.calls.lock().unwrap().push(self.kind);
        let next = self.mailbox.script.lock().unwrap().pop_front();
        match next {
            Some(Script::Fail(error)) => return Err(error),
            Some(Script::Hang) => std::future::pending().await,
            Some(Script::Take(time)) => {
                tokio::time::sleep(time).await;
                take();
            }
            Some(Script::TakeUnheard) => {
                take();
                let text = String::from("no answer");
                return Err(SendError::Unclear(ProviderError {
                    text,
                    code: None,
                    tell: false,
                    reason: None,
                }));
            }
            Some(Script::Hold(told)) => {
                take();
                let _ = told.await;
            }
            Some(Script::FailLate(told, error)) => {
                let _ = told.await;
                return Err(error);
            }
            None => take(),
        }
        Ok(())
    }

    fn is_far(&self) -> bool {
        *self.mailbox.remote.lock().unwrap()
    }
}

#[async_trait]
impl Sender<SmsMessage> for TestSender {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn is_remote(&self) -> bool {
        self.is_far()
    }

    async fn send(&self, message: &SmsMessage) -> Result<(), SendError> {
        self.play(|| self.mailbox.sent.lock().unwrap().push(message.clone())).await
    }

    async fn try_out(&self, message: &SmsMessage, told: &mut Told) -> Result<(), SendError> {
        told.message_id = Some(String::from("SM1"));
        self.send(message).await
    }
}

#[async_trait]
impl Sender<EmailMessage> for TestSender {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn is_remote(&self) -> bool {
        self.is_far()
    }

    async fn send(&self, message: &EmailMessage) -> Result<(), SendError> {
        self.play(|| self.mailbox.mailed.lock().unwrap().push(message.clone())).await
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

    fn unknown(&self, _: Syntax, template: &str) -> Vec<String> {
        template
            .split("@@")
            .skip(1)
            .step_by(2)
            .filter(|name| *name != "password")
            .map(str::to_owned)
            .collect()
    }

    fn check_mail(&self, _: &MailTemplate) -> Result<(), BadOption> {
        Ok(())
    }

    fn notice(&self, text: &NoticeText) -> WordedNotice {
        let name = text.name.as_deref().unwrap_or_default();
        let device = text.device.as_deref().unwrap_or_default();
        let said = format!("{:?}: {name}; {device}; {}; {}", text.kind, text.time, text.language);
        WordedNotice {
            mail: Mail {
                from: None,
                subject: Secret::new(format!("{:?}", text.kind)),
                text: Secret::new(said.clone()),
                html: None,
            },
            text_message: Secret::new(said),
        }
    }

    fn mail(&self, _: &MailTemplate, variables: &Variables) -> Result<Mail, TemplateError> {
        let link = variables.link.as_ref().map_or("", |link| link.expose());
        Ok(Mail {
            from: None,
            subject: Secret::new(format!("{} for {}", variables.code.expose(), variables.application_name)),
            text: Secret::new(format!("{} {link}", variables.code.expose())),
            html: None,
        })
    }
}
