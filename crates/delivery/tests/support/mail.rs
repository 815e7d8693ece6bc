//! What the tests of mails build senders from and send.

use std::sync::Arc;
use std::time::Duration;

use latchkey_core::model::Strategy;
use latchkey_core::sender::{BadOption, EmailMessage, SendError, SenderList, Senders};
use latchkey_delivery::{Delivery, DeliverySettings};
use latchkey_wire::Secret;
use serde_json::{Value, json};

use super::smtp::MailServer;
use super::{CODE, StoppedClock, connection, settings};

pub const TO: &str = "person@example.com";
pub const ID: &str = "6b05dfa5c0ffee0123456789";

/// Sends by the server, whose certificate is trusted, from an issuer that has a name; gives up after a
/// second.
pub fn mailer(server: &MailServer) -> Delivery {
    let settings = DeliverySettings {
        timeout: Duration::from_secs(1),
        extra_roots_pem: Some(server.pem.clone()),
        issuer: Some(String::from("https://login.example/")),
        ..settings("")
    };
    Delivery::new(settings, Arc::new(StoppedClock))
}

pub fn smtp_options(server: &MailServer, security: &str) -> Value {
    json!({ "provider": "smtp", "smtp_host": "localhost", "smtp_port": server.port,
        "smtp_security": security, "from": "Acme, Inc. <codes@acme.example>" })
}

pub fn build_email(delivery: &Delivery, options: &Value) -> Result<SenderList<EmailMessage>, BadOption> {
    let mut connection = connection();
    connection.strategy = Strategy::Email;
    delivery.email(&connection, options.as_object().unwrap())
}

pub async fn send_email(delivery: &Delivery, options: &Value) -> Result<(), SendError> {
    send_this(delivery, options, &mail()).await
}

pub async fn send_this(delivery: &Delivery, options: &Value, mail: &EmailMessage) -> Result<(), SendError> {
    build_email(delivery, options).unwrap()[0].send(mail).await
}

pub fn mail() -> EmailMessage {
    EmailMessage {
        id: ID.into(),
        to: TO.into(),
        from: None,
        subject: Secret::new(format!("{CODE} is your code")),
        text: Secret::new(format!("Your code: {CODE}\n")),
        html: Some(Secret::new(format!("<p>Your code: <b>{CODE}</b></p>\n"))),
        code: Secret::new(CODE),
        link: None,
    }
}
