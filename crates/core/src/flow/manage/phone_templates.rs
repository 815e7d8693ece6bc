//! The tenant's text messages (section 2.16), one of each type. Those that nobody wrote are listed with our
//! words and without an id: tools write them by making them. We send `otp_verify`; the others are kept.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::documents::{Draft, merge, typed};
use super::phone_providers::Trial;
use super::{ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Document, DocumentKind};
use crate::sender::{Syntax, Variables};

const KIND: DocumentKind = DocumentKind::PhoneTemplate;
const OURS: [&str; 6] = ["id", "tenant", "channel", "customizable", "created_at", "updated_at"];
/// Each type with our words.
const DEFAULTS: [(&str, &str); 5] = [
    ("otp_verify", "Your verification code is: {{ code }}"),
    ("otp_enroll", "Your verification code is: {{ code }}"),
    ("change_password", "Your verification code is: {{ code }}"),
    ("blocked_account", "Your account at {{ friendly_name }} was blocked after too many failed sign-ins."),
    ("password_breach", "Your password at {{ friendly_name }} was found in a leak of another site."),
];

/// What must be of its type.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, rename = "disabled")]
    _disabled: Option<bool>,
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    syntax: Option<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    body: Texts,
}

#[derive(Default, Deserialize)]
struct Texts {
    #[serde(default)]
    text: Option<String>,
    #[serde(default, rename = "voice")]
    _voice: Option<String>,
}

/// A template, and the body of one that nobody wrote.
#[derive(Clone, Debug)]
pub enum PhoneTemplate {
    Written(Document),
    Default(Map<String, Value>),
}

impl Engine {
    /// Every type there is.
    pub async fn list_phone_templates(&self, disabled: Option<bool>) -> Result<Vec<PhoneTemplate>, Fault> {
        let mut written = self.list_all(KIND).await?;
        let all = DEFAULTS.iter().map(|(kind, _)| match written.iter().position(|one| one.name == *kind) {
            Some(at) => PhoneTemplate::Written(written.swap_remove(at)),
            None => PhoneTemplate::Default(default_body(kind)),
        });
        let is_off = |template: &PhoneTemplate| {
            let body = match template {
                PhoneTemplate::Written(document) => &document.body,
                PhoneTemplate::Default(body) => body,
            };
            body.get("disabled") == Some(&json!(true))
        };
        Ok(all.filter(|template| disabled.is_none_or(|wanted| is_off(template) == wanted)).collect())
    }

    pub async fn read_phone_template(&self, id: &str) -> Result<Document, ManageError> {
        self.find_one(KIND, id).await
    }

    pub async fn create_phone_template(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        let kind = match given.get("type") {
            None | Some(Value::Null) => return Err(ManageError::MissingProperty("type")),
            Some(kind) => kind.as_str().unwrap_or_default().to_owned(),
        };
        let mut body = default_body(&kind);
        put(&mut body, given);
        self.check_phone_template(&body)?;
        let id = format!("tem_{}", self.random.alphanumeric(16));
        self.insert_one(operator, Draft { kind: KIND, id, name: kind, body, secret: &[] }).await
    }

    pub async fn update_phone_template(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        self.replace_one(operator, (KIND, id), &[], |document| {
            if given.get("type").is_some_and(|kind| *kind != json!(document.name)) {
                return Err(ManageError::invalid("type", "Cannot be changed"));
            }
            put(&mut document.body, given.clone());
            self.check_phone_template(&document.body)
        })
        .await
    }

    /// Our words again, under the id that it has.
    pub async fn reset_phone_template(&self, operator: &Operator, id: &str) -> Result<Document, ManageError> {
        self.replace_one(operator, (KIND, id), &[], |document| {
            document.body = default_body(&document.name);
            Ok(())
        })
        .await
    }

    pub async fn remove_phone_template(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        match self.delete_one(operator, KIND, id).await? {
            true => Ok(()),
            false => Err(ManageError::NotFound(KIND.into())),
        }
    }

    /// Sends it by the tenant's provider, with a code that opens nothing.
    pub async fn try_phone_template(
        &self,
        operator: &Operator,
        id: &str,
        trial: &Trial,
    ) -> Result<Value, ManageError> {
        let template: Written = typed(&self.find_one(KIND, id).await?.body)?;
        let kind = DocumentKind::PhoneProvider;
        let provider = self.store.find_document_by_name(kind, kind.word()).await?;
        let provider = provider.ok_or_else(|| {
            ManageError::NotSupported(String::from("There is not a configured phone provider"))
        })?;
        let friendly_name = self.tenant().await?.friendly_name;
        let variables = Variables {
            code: self.random.digits(6),
            phone_number: Some(trial.to.clone()),
            application_name: friendly_name.clone(),
            locale: String::from("en"),
            send: "code",
            tenant: self.settings.tenant.clone(),
            friendly_name,
            minutes: 3,
            ..Variables::default()
        };
        let text = template.content.body.text.unwrap_or_default();
        let rendered = self.renderer.render(Syntax::Liquid, &text, &variables);
        let rendered = rendered.map_err(|bad| ManageError::invalid("content.body.text", bad.to_string()))?;
        self.send_trial(operator, &provider, trial, rendered.expose().to_owned()).await
    }

    fn check_phone_template(&self, body: &Map<String, Value>) -> Result<(), ManageError> {
        let Written { kind, content, .. } = typed(body)?;
        if !DEFAULTS.iter().any(|(known, _)| *known == kind) {
            let known: Vec<&str> = DEFAULTS.iter().map(|(known, _)| *known).collect();
            return Err(ManageError::invalid("type", format!("Must be one of {}", known.join(", "))));
        }
        if content.syntax.is_some_and(|syntax| syntax != "liquid") {
            return Err(ManageError::invalid("content.syntax", "Must be liquid"));
        }
        if content.from.is_some_and(|from| from.is_empty()) {
            return Err(ManageError::invalid("content.from", "Must not be empty"));
        }
        let Some(text) = content.body.text else { return Ok(()) };
        match kind.as_str() {
            "otp_verify" => self
                .renderer
                .check(Syntax::Liquid, &text)
                .map_err(|bad| ManageError::invalid("content.body.text", bad.to_string())),
            _ if text.chars().count() > 5_000 => {
                Err(ManageError::invalid("content.body.text", "Must be at most 5000 characters"))
            }
            _ => Ok(()),
        }
    }
}

fn default_body(kind: &str) -> Map<String, Value> {
    let words = DEFAULTS.iter().find(|(known, _)| *known == kind).map_or("", |(_, words)| words);
    let body = json!({
        "type": kind, "disabled": false, "content": {"syntax": "liquid", "body": {"text": words, "voice": words}},
    });
    body.as_object().cloned().unwrap_or_default()
}

/// Parts of the content are written one by one.
fn put(body: &mut Map<String, Value>, mut given: Map<String, Value>) {
    given.retain(|name, _| !OURS.contains(&name.as_str()));
    if let Some(Value::Object(content)) = given.get_mut("content") {
        let mut whole = body.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
        if let Some(Value::Object(texts)) = content.get_mut("body") {
            let mut all = whole.get("body").and_then(Value::as_object).cloned().unwrap_or_default();
            merge(&mut all, std::mem::take(texts));
            *texts = all;
        }
        merge(&mut whole, std::mem::take(content));
        *content = whole;
    }
    merge(body, given);
}
