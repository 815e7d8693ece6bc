//! How pages look and what they say (sections 2.15 and 2.22): branding, the experience of prompts, and texts
//! of prompts by language. Here they are checked, kept and given back; [`crate::branding`] reads them for pages and mails.

use serde_json::{Map, Value, json};

use super::documents::merge;
use super::rules::{ANYTHING, FLAG, Rule, check, is_text};
use super::{ManageError, Operator};
use crate::branding::color::Color;
use crate::branding::custom_text;
use crate::branding::{Background, file_url};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Document, DocumentKind};

impl Engine {
    pub async fn read_branding(&self) -> Result<Map<String, Value>, Fault> {
        self.body_of(DocumentKind::Branding, DocumentKind::Branding.word()).await
    }

    pub async fn update_branding(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Map<String, Value>, ManageError> {
        check(&given, look)?;
        self.put_parts(operator, DocumentKind::Branding, given).await
    }

    pub async fn read_prompts(&self) -> Result<Map<String, Value>, Fault> {
        let written = self.body_of(DocumentKind::Prompts, DocumentKind::Prompts.word()).await?;
        Ok(whole_prompts(written))
    }

    pub async fn update_prompts(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Map<String, Value>, ManageError> {
        check(&given, experience)?;
        Ok(whole_prompts(self.put_parts(operator, DocumentKind::Prompts, given).await?))
    }

    /// Nothing where nobody wrote any, whatever the names.
    pub async fn read_custom_text(&self, prompt: &str, language: &str) -> Result<Map<String, Value>, Fault> {
        self.body_of(DocumentKind::CustomText, &format!("{prompt}/{language}")).await
    }

    /// Replaces the whole.
    pub async fn put_custom_text(
        &self,
        operator: &Operator,
        (prompt, language): (&str, &str),
        given: Map<String, Value>,
    ) -> Result<Map<String, Value>, ManageError> {
        check_word("prompt", prompt)?;
        check_word("language", language)?;
        custom_text::check(&given).map_err(|(screen, reason)| ManageError::invalid(screen, reason))?;
        let name = format!("{prompt}/{language}");
        let change = |document: &mut Document| {
            document.body.clone_from(&given);
            Ok(())
        };
        Ok(self.put_one(operator, (DocumentKind::CustomText, &name), &[], change).await?.body)
    }

    async fn body_of(&self, kind: DocumentKind, name: &str) -> Result<Map<String, Value>, Fault> {
        let found = self.store.find_document_by_name(kind, name).await?;
        Ok(found.map(|document| document.body).unwrap_or_default())
    }

    async fn put_parts(
        &self,
        operator: &Operator,
        kind: DocumentKind,
        given: Map<String, Value>,
    ) -> Result<Map<String, Value>, ManageError> {
        let change = |document: &mut Document| {
            merge(&mut document.body, given.clone());
            Ok(())
        };
        Ok(self.put_one(operator, (kind, kind.word()), &[], change).await?.body)
    }
}

fn whole_prompts(written: Map<String, Value>) -> Map<String, Value> {
    let mut whole = Map::from_iter([
        (String::from("universal_login_experience"), json!("new")),
        (String::from("identifier_first"), json!(true)),
        (String::from("webauthn_platform_first_factor"), json!(false)),
    ]);
    whole.extend(written);
    whole
}

fn look(name: &str) -> Rule {
    match name {
        "colors" => (are_colors, "Must be colours such as #0059d6, or a gradient as the background"),
        "favicon_url" | "logo_url" => (|value| is_text(value, is_file), "Must be the URL of an image"),
        "font" => (is_font, "Must hold the URL of a font"),
        _ => ANYTHING,
    }
}

fn experience(name: &str) -> Rule {
    match name {
        "universal_login_experience" => {
            (|value| is_text(value, |text| matches!(text, "new" | "classic")), "Must be new or classic")
        }
        "identifier_first" | "webauthn_platform_first_factor" => FLAG,
        _ => ANYTHING,
    }
}

fn are_colors(value: &Value) -> bool {
    let is_sound = |name: &str, color: &Value| match (name, color) {
        (_, Value::Null) => true,
        ("page_background", background) => Background::read(background).is_some(),
        (_, color) => is_text(color, |text| Color::read(text).is_some()),
    };
    value.as_object().is_some_and(|colors| colors.iter().all(|(name, color)| is_sound(name, color)))
}

/// Nothing is no file, and fine.
fn is_file(text: &str) -> bool {
    text.is_empty() || file_url(text).is_some()
}

fn is_font(value: &Value) -> bool {
    let url = value.as_object().map(|font| font.get("url").unwrap_or(&Value::Null));
    url.is_some_and(|url| url.is_null() || is_text(url, is_file))
}

/// A segment of a path that is kept.
fn check_word(property: &'static str, text: &str) -> Result<(), ManageError> {
    let sound = (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    match sound {
        true => Ok(()),
        false => Err(ManageError::InvalidPath {
            property,
            reason: String::from("Must be letters, digits and '-'"),
        }),
    }
}
