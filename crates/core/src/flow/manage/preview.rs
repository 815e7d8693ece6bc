//! The message of a connection as people would read it, from options that need not be saved, with what is
//! to be said about it. Nothing is sent or stored.

use std::net::{IpAddr, Ipv4Addr};

use latchkey_wire::Secret;
use latchkey_wire::passwordless::SendKind;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::ManageError;
use super::findings::{Findings, Sample};
use crate::channel::{Destination, EmailOptions, Occasion, SmsOptions, first_language, take_secrets};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::deliver::Message;
use crate::model::{Client, ClientId, ClientKind, Connection, EmailAddress, PhoneNumber, SmsParts, Strategy};
use crate::sender::{BadOption, EmailMessage, Syntax};

/// A code that looks like one; as many digits of it as the connection asks for.
const CODE: &str = "4829130576";
const NUMBER: &str = "+14155550100";
const MAILBOX: &str = "person@example.com";

/// What a message is rendered with; what is absent is as stored.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PreviewBody {
    #[serde(default)]
    pub options: Option<Map<String, Value>>,
    #[serde(default)]
    pub client_id: Option<String>,
    /// As in `Accept-Language`.
    #[serde(default)]
    pub language: Option<String>,
    /// `code` or `link`.
    #[serde(default)]
    pub send: Option<String>,
}

impl Engine {
    pub async fn preview_connection(&self, id: &str, body: PreviewBody) -> Result<Value, ManageError> {
        let stored = self.read_connection(id).await?;
        if stored.strategy == Strategy::Database {
            return Err(ManageError::NotSupported(String::from("A database has no messages of its own")));
        }
        let send = send_kind(body.send.as_deref(), stored.strategy)?;
        let client = self.client_of_preview(&stored, body.client_id.as_deref()).await?;
        let mut options = body.options.unwrap_or_else(|| stored.options.clone());
        take_secrets(&mut options);
        let draft = Connection { options, ..stored };
        let mut findings = Findings::default();
        self.about_sender(&draft, &mut findings).await?;
        let shown = match destination(&draft) {
            Ok(to) => {
                let to = self.worded(to).await?;
                self.render_preview(&draft, &client, (to, send), body.language.as_deref(), &mut findings)
                    .await?
            }
            Err(bad) => {
                findings.error("option", &bad.option, format!("{} {}.", bad.option, bad.reason));
                Map::new()
            }
        };
        let mut answer = Map::from_iter([
            (String::from("channel"), json!(draft.strategy.as_str())),
            (String::from("language"), json!(first_language(body.language.as_deref()))),
            (String::from("application"), json!(client.name)),
        ]);
        answer.extend(shown);
        answer.insert(String::from("findings"), json!(findings.all()));
        Ok(Value::Object(answer))
    }

    async fn client_of_preview(
        &self,
        connection: &Connection,
        id: Option<&str>,
    ) -> Result<Client, ManageError> {
        let asked = id.filter(|id| !id.is_empty()).map(ClientId::from);
        let id = asked.as_ref().or(connection.enabled_clients.first());
        let found = match id {
            Some(id) => self.store.find_client(id).await?,
            None => None,
        };
        match (found, asked) {
            (Some(client), _) => Ok(client),
            (None, Some(id)) => Err(ManageError::invalid("client_id", format!("There is no client {id}"))),
            (None, None) => {
                let id = ClientId::from("sample");
                Ok(self.draft_client(id, "Your application", ClientKind::RegularWeb)?.0)
            }
        }
    }

    async fn render_preview(
        &self,
        draft: &Connection,
        client: &Client,
        (to, send): (Destination, SendKind),
        language: Option<&str>,
        findings: &mut Findings,
    ) -> Result<Map<String, Value>, ManageError> {
        findings.about_codes(to.code_options());
        let length = usize::from(to.code_options().totp.length);
        let code = Secret::new(CODE.get(..length).unwrap_or(CODE));
        let link = (send == SendKind::Link).then(|| Secret::new(self.url("link/sample")));
        let tenant = self.tenant().await?;
        let about = Occasion {
            id: "sample",
            tenant: &tenant,
            client,
            connection: draft,
            to: &to,
            send,
            link: link.as_ref(),
            language,
            ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED).to_string(),
            user_agent: None,
        };
        self.about_template(&to, findings);
        let message = match self.compose(&about, &code) {
            Ok(message) => message,
            Err(Fault::Template { reason, .. }) => {
                findings.error("template", template_of(&to), format!("It cannot be rendered: {reason}."));
                return Ok(Map::new());
            }
            Err(fault) => return Err(fault.into()),
        };
        let host = url::Url::parse(&self.settings.issuer).ok();
        let sample = Sample {
            code: code.expose(),
            link: link.as_ref().map(|link| link.expose()),
            application: &client.name,
            tenant: &tenant.friendly_name,
            host: host.as_ref().and_then(|url| url.host_str()).unwrap_or_default(),
        };
        if link.is_some() && client.callbacks.is_empty() {
            let message = "The application has no callback: its mails carry a code only.";
            findings.hint("no_callback", "", message);
        }
        Ok(match message {
            Message::Sms(message) => shown_sms(message.body.expose(), &sample, findings),
            Message::Email(mail) => shown_mail(&mail, &sample, findings),
        })
    }

    /// What is refused when it is saved, and names that stand for nothing.
    fn about_template(&self, to: &Destination, findings: &mut Findings) {
        match to {
            Destination::Sms { options, .. } => {
                if let Err(bad) = self.renderer.check(options.syntax, &options.template) {
                    findings.error(kind_of(&bad.0), "template", sentence(&bad.0));
                }
                findings.unknown("template", self.renderer.unknown(options.syntax, &options.template));
            }
            Destination::Email { options, .. } => {
                let template = &options.template;
                if let Err(bad) = self.renderer.check_mail(template) {
                    findings.error(kind_of(&bad.reason), &bad.option, sentence(&bad.reason));
                }
                let syntax = template.syntax.unwrap_or(Syntax::Liquid);
                for (property, text) in [
                    ("email.from", &template.from),
                    ("email.subject", &template.subject),
                    ("email.body", &template.body),
                ] {
                    let text = text.as_deref().unwrap_or_default();
                    findings.unknown(property, self.renderer.unknown(syntax, text));
                }
            }
        }
    }

    /// Who sends, as far as the options tell.
    async fn about_sender(&self, draft: &Connection, findings: &mut Findings) -> Result<(), ManageError> {
        // Secrets say nothing here, and may be gone from where they stood.
        let bare = Connection { secrets: Default::default(), ..draft.clone() };
        let found = self.sender_options(&bare).await?;
        let provider = found.options.get("provider").and_then(Value::as_str).unwrap_or_default();
        let is_set =
            |name: &str| found.options.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        match (draft.strategy, provider) {
            (Strategy::Sms, "") if !is_set("twilio_sid") => {
                let message =
                    "Nobody sends: choose a provider here, or set up the phone provider of all connections.";
                findings.error("no_sender", "provider", message);
            }
            (Strategy::Sms, "" | "twilio") if !found.nobody => findings.about_sms_source(&found.options),
            (Strategy::Sms, "sms_gateway") if !is_set("gateway_url") => {
                findings.error("no_gateway", "gateway_url", "Give the URL of your gateway.");
            }
            (Strategy::Email, "") => {
                let message =
                    "Nobody sends: choose a provider here, or set up the email provider of all connections.";
                findings.error("no_sender", "provider", message);
            }
            (Strategy::Email, "smtp") if !is_set("from") => {
                findings.error("no_from", "from", "Give the address that mails come from.");
            }
            _ => {}
        }
        Ok(())
    }
}

pub(super) fn send_kind(text: Option<&str>, strategy: Strategy) -> Result<SendKind, ManageError> {
    match (text.filter(|text| !text.is_empty()), strategy) {
        (None, Strategy::Email) | (Some("link"), Strategy::Email) => Ok(SendKind::Link),
        (None | Some("code"), _) => Ok(SendKind::Code),
        (Some("link"), _) => Err(ManageError::invalid("send", "Text messages carry a code")),
        _ => Err(ManageError::invalid("send", "Must be code or link")),
    }
}

fn destination(draft: &Connection) -> Result<Destination, BadOption> {
    let impossible =
        |_| BadOption { option: String::new(), reason: String::from("the sample is no address") };
    Ok(match draft.strategy {
        Strategy::Email => Destination::Email {
            options: EmailOptions::read(draft)?,
            address: EmailAddress::parse(MAILBOX).map_err(|_| impossible(()))?,
        },
        Strategy::Sms | Strategy::Database => Destination::Sms {
            options: SmsOptions::read(draft)?,
            number: PhoneNumber::parse(NUMBER).map_err(|_| impossible(()))?,
        },
    })
}

fn template_of(to: &Destination) -> &'static str {
    match to {
        Destination::Sms { .. } => "template",
        Destination::Email { .. } => "email.body",
    }
}

fn kind_of(reason: &str) -> &'static str {
    if reason.contains("code") && reason.contains("no") { "no_code" } else { "template" }
}

/// Reasons are parts of sentences.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn shown_sms(text: &str, sample: &Sample<'_>, findings: &mut Findings) -> Map<String, Value> {
    let parts = SmsParts::of(text);
    findings.about_sms(text, &parts, sample);
    let mut shown = match json!(parts) {
        Value::Object(shown) => shown,
        _ => Map::new(),
    };
    shown.remove("beyond_gsm7");
    shown.insert(String::from("text"), json!(text));
    shown
}

fn shown_mail(mail: &EmailMessage, sample: &Sample<'_>, findings: &mut Findings) -> Map<String, Value> {
    findings.about_mail(mail.text.expose(), mail.subject.expose(), sample);
    let html = mail.html.as_ref().map(|html| html.expose());
    Map::from_iter([
        (String::from("from"), json!(mail.from)),
        (String::from("subject"), json!(mail.subject.expose())),
        (String::from("text"), json!(mail.text.expose())),
        (String::from("html"), json!(html)),
    ])
}
