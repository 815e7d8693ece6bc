//! `md_with_macros`: `@@name@@` is replaced, anything else stays as it is. Markdown is for mail; a
//! text message shows it as written.

use latchkey_core::sender::{TemplateError, Variables};

use super::too_long;

/// One pass from left to right: what was put in is not looked at again (S-138).
pub(super) fn render(template: &str, variables: &Variables, limit: usize) -> Result<String, TemplateError> {
    let mut text = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once(MARK) {
        text.push_str(before);
        let known = after.split_once(MARK).and_then(|(name, left)| Some((value(name, variables)?, left)));
        let Some((value, left)) = known else {
            text.push_str(MARK);
            rest = after;
            continue;
        };
        text.push_str(value);
        rest = left;
    }
    text.push_str(rest);
    if text.len() > limit { Err(too_long()) } else { Ok(text) }
}

const MARK: &str = "@@";

fn value<'a>(name: &str, variables: &'a Variables) -> Option<&'a str> {
    match name {
        "password" | "code" => Some(variables.code.expose()),
        "application.name" => Some(&variables.application_name),
        "link" => variables.link.as_ref().map(|link| link.expose()),
        _ => None,
    }
}
