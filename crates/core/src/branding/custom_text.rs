//! Texts of the operator's in place of ours (management API, section 2.22): by prompt, screen and language, as Auth0
//! names them.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::model::{Document, DocumentKind};

/// Most characters of one text, texts of a screen, and screens of a prompt.
const MAX_CHARACTERS: usize = 1000;
const MAX_TEXTS: usize = 100;
const MAX_SCREENS: usize = 30;

/// What an operator wrote for one screen in one language; empty at first.
#[derive(Clone, Debug, Default)]
pub struct CustomText(Option<(Arc<Option<Document>>, String)>);

impl CustomText {
    /// `None`, too, where it was emptied.
    pub fn get(&self, key: &str) -> Option<&str> {
        let (document, screen) = self.0.as_ref()?;
        let texts = Option::as_ref(document)?.body.get(screen)?;
        texts.get(key)?.as_str().filter(|text| !text.trim().is_empty())
    }
}

/// Why texts of a prompt are not kept: the screen, and the reason.
pub(crate) fn check(given: &Map<String, Value>) -> Result<(), (&str, String)> {
    if given.len() > MAX_SCREENS {
        return Err(("screens", format!("Must be at most {MAX_SCREENS}")));
    }
    for (screen, texts) in given {
        let Some(texts) = texts.as_object().filter(|texts| texts.values().all(Value::is_string)) else {
            return Err((screen, String::from("Must be an object of texts")));
        };
        if texts.len() > MAX_TEXTS {
            return Err((screen, format!("Must have at most {MAX_TEXTS} texts")));
        }
        let is_short =
            |text: &Value| text.as_str().is_some_and(|text| text.chars().count() <= MAX_CHARACTERS);
        if let Some((name, _)) = texts.iter().find(|(_, text)| !is_short(text)) {
            return Err((screen, format!("Must have at most {MAX_CHARACTERS} characters in {name}")));
        }
    }
    Ok(())
}

/// The names that tools have for one of our languages: its tag, and then others.
pub fn names_of(language: &str) -> impl Iterator<Item = &str> {
    let others: &[&str] = match language {
        "zh-Hans" => &["zh-CN"],
        "pt" => &["pt-BR", "pt-PT"],
        "es" => &["es-MX", "es-419"],
        "fr" => &["fr-FR", "fr-CA"],
        _ => &[],
    };
    std::iter::once(language).chain(others.iter().copied())
}

impl Engine {
    /// Read from the store at most once a second. What cannot be read is not shown: people sign in without it.
    ///
    /// `language` is the tag of one of ours; `places` are prompts with their screens, of which the first that has
    /// texts wins.
    pub async fn custom_text(&self, language: &str, places: &[(&str, &str)]) -> CustomText {
        for (prompt, screen) in places {
            for name in names_of(language) {
                let read = self.document(DocumentKind::CustomText, &format!("{prompt}/{name}")).await;
                let Ok(document) = read else { return CustomText::default() };
                let has_some = |document: &Document| {
                    let texts = document.body.get(*screen).and_then(Value::as_object);
                    texts.is_some_and(|texts| !texts.is_empty())
                };
                if Option::as_ref(&document).is_some_and(has_some) {
                    return CustomText(Some((document, (*screen).to_owned())));
                }
            }
        }
        CustomText::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_have_bounds() {
        let refused = |given: Value| {
            check(given.as_object().unwrap()).map_err(|(screen, reason)| format!("{screen}: {reason}"))
        };
        assert_eq!(refused(json!({"login": {"title": "x".repeat(1000)}})), Ok(()));
        assert_eq!(
            refused(json!({"login": {"title": "é".repeat(1001)}})),
            Err(String::from("login: Must have at most 1000 characters in title"))
        );
        let many: Map<String, Value> = (0..101).map(|n| (format!("k{n}"), json!("x"))).collect();
        assert_eq!(refused(json!({"login": many})), Err(String::from("login: Must have at most 100 texts")));
        let many: Map<String, Value> = (0..31).map(|n| (format!("s{n}"), json!({}))).collect();
        assert_eq!(refused(Value::Object(many)), Err(String::from("screens: Must be at most 30")));
    }
}
