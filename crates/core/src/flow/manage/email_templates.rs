//! Texts of mails by their occasion (section 2.14): kept and given back. The mail of a code is the
//! connection's own.

use serde_json::{Map, Value, json};

use super::documents::{Draft, merge};
use super::rules::{ANYTHING, FLAG, Rule, TEXT, check, is_text, required};
use super::{ManageError, Operator};
use crate::engine::Engine;
use crate::model::{Document, DocumentKind};

const KIND: DocumentKind = DocumentKind::EmailTemplate;
const NAMES: [&str; 14] = [
    "verify_email",
    "verify_email_by_code",
    "auth_email_by_code",
    "reset_email",
    "reset_email_by_code",
    "welcome_email",
    "blocked_account",
    "stolen_credentials",
    "enrollment_email",
    "mfa_oob_code",
    "user_invitation",
    "change_password",
    "password_reset",
    "async_approval",
];

impl Engine {
    pub async fn read_email_template(&self, name: &str) -> Result<Document, ManageError> {
        self.find_one(KIND, known(name)?).await
    }

    pub async fn create_email_template(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        let name = required(&given, "template")?.to_owned();
        if !NAMES.contains(&name.as_str()) {
            return Err(ManageError::invalid("template", "Is not the name of a template"));
        }
        check(&given, rule)?;
        let mut body = Map::new();
        merge(&mut body, given);
        self.insert_one(operator, Draft { kind: KIND, id: name.clone(), name, body, secret: &[] }).await
    }

    /// `whole`: what is not written is gone.
    pub async fn update_email_template(
        &self,
        operator: &Operator,
        name: &str,
        given: Map<String, Value>,
        whole: bool,
    ) -> Result<Document, ManageError> {
        let name = known(name)?;
        if given.get("template").is_some_and(|template| *template != json!(name)) {
            return Err(ManageError::invalid("template", "Cannot be changed"));
        }
        check(&given, rule)?;
        self.replace_one(operator, (KIND, name), &[], |document| {
            if whole {
                document.body = Map::from_iter([(String::from("template"), json!(name))]);
            }
            merge(&mut document.body, given.clone());
            Ok(())
        })
        .await
    }
}

fn known(name: &str) -> Result<&'static str, ManageError> {
    let found = NAMES.iter().find(|known| **known == name);
    found.copied().ok_or_else(|| ManageError::InvalidPath {
        property: "templateName",
        reason: format!("Must be one of {}", NAMES.join(", ")),
    })
}

fn rule(name: &str) -> Rule {
    match name {
        "template" | "body" | "from" | "subject" | "resultUrl" => TEXT,
        "syntax" => (|value| is_text(value, |text| text == "liquid"), "Must be liquid"),
        "urlLifetimeInSeconds" => (|value| value.as_u64().is_some(), "Expected type integer"),
        "includeEmailInRedirect" | "enabled" => FLAG,
        _ => ANYTHING,
    }
}
