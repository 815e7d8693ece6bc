//! Email: what the options of a connection mean (protocol 3.3) and what a mail holds (6.3).

use latchkey_wire::Secret;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Occasion;
use super::code_options::{CodeOptions, bad, typed};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Channel, Connection, EmailAddress};
use crate::sender::{BadOption, EmailMessage, MailTemplate, Variables};

/// The options of an email connection that the rules read. Senders read theirs themselves.
#[derive(Clone, Debug)]
pub struct EmailOptions {
    pub code: CodeOptions,
    pub template: MailTemplate,
    /// Merged under those of a request when a link is asked for.
    pub auth_params: Map<String, Value>,
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    email: MailTemplate,
    #[serde(default, rename = "authParams")]
    auth_params: Value,
}

impl EmailOptions {
    /// Reads and checks the options.
    pub fn read(connection: &Connection) -> Result<Self, BadOption> {
        let code = CodeOptions::read(connection, Channel::Email)?;
        let written: Written = typed(connection)?;
        Ok(Self { code, template: written.email, auth_params: auth_params(written.auth_params)? })
    }

    /// Those of a connection that sends for a database: the codes are the database's.
    pub fn lent(sender: &Connection, database: &Connection) -> Result<Self, BadOption> {
        Ok(Self { code: CodeOptions::read(database, Channel::Email)?, ..Self::read(sender)? })
    }
}

/// An object, or in newer types the text of one.
fn auth_params(written: Value) -> Result<Map<String, Value>, BadOption> {
    match written {
        Value::Null => Ok(Map::new()),
        Value::Object(map) => Ok(map),
        Value::String(text) if text.is_empty() => Ok(Map::new()),
        Value::String(text) => serde_json::from_str(&text)
            .map_err(|_| bad("authParams", "must be an object, or the JSON text of one")),
        _ => Err(bad("authParams", "must be an object, or the JSON text of one")),
    }
}

impl Engine {
    pub(super) fn compose_email(
        &self,
        about: &Occasion<'_>,
        options: &EmailOptions,
        address: &EmailAddress,
        code: &Secret,
    ) -> Result<EmailMessage, Fault> {
        let link = about.link.cloned().or_else(|| self.app_link(about, code));
        let variables = Variables {
            email: Some(address.as_str().to_owned()),
            ..self.variables(about, code, link.as_ref())
        };
        let mail = self.renderer.mail(&options.template, &variables).map_err(|e| Fault::Template {
            connection: about.connection.name.clone(),
            reason: e.to_string(),
        })?;
        Ok(EmailMessage {
            id: about.id.to_owned(),
            to: address.as_str().to_owned(),
            from: mail.from,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            code: code.clone(),
            link,
        })
    }
}
