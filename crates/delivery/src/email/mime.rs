//! A mail as it travels (RFC 5322, RFC 2045): headers, then the text and its HTML as alternatives.
//!
//! Invariant: everything is built by the library from parsed addresses and from text without control
//! characters, and the envelope has one recipient. Otherwise a name or a subject could add headers or
//! readers (S-155), and a body could end the message early (S-140).

use std::time::{Duration, SystemTime};

use latchkey_core::Timestamp;
use latchkey_core::sender::EmailMessage;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use lettre::{Address, Message};

use super::mailbox::Mailbox;

/// A mail and its envelope.
pub(super) struct Composed {
    pub from: Address,
    pub to: Address,
    pub bytes: Vec<u8>,
}

/// Why there is no mail to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    Sender,
    Recipient,
}

/// `host` is what `Message-ID` ends with; `at` is the `Date`.
pub(super) fn compose(
    message: &EmailMessage,
    from: &Mailbox,
    host: &str,
    at: Timestamp,
) -> Result<Composed, Unfit> {
    let sender: Address = from.address.as_str().parse().map_err(|_| Unfit::Sender)?;
    let recipient: Address = message.to.parse().map_err(|_| Unfit::Recipient)?;
    let id: String = message.id.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    let builder = Message::builder()
        .from(lettre::message::Mailbox::new(from.name.clone(), sender.clone()))
        .to(recipient.clone().into())
        .subject(one_line(message.subject.expose()))
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.0).unwrap_or(0)))
        .message_id(Some(format!("<{id}@{host}>")))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"));
    let text = part(ContentType::TEXT_PLAIN, message.text.expose());
    let mail = match &message.html {
        Some(html) => {
            // Encoded bodies never hold `=_`, and nobody knows the id before the mail is made.
            let alternatives = MultiPart::alternative().boundary(format!("=_{id}"));
            let html = part(ContentType::TEXT_HTML, html.expose());
            builder.multipart(alternatives.singlepart(text).singlepart(html))
        }
        None => builder.singlepart(text),
    };
    let mail = mail.map_err(|_| Unfit::Sender)?;
    Ok(Composed { from: sender, to: recipient, bytes: mail.formatted() })
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Lines end as the sender's system likes, and the library ends them with CR LF; other control
/// characters go.
fn part(kind: ContentType, text: &str) -> SinglePart {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    SinglePart::builder().header(kind).body(text)
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
