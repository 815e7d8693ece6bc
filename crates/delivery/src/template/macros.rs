//! `md_with_macros`: `@@name@@` is replaced, anything else stays as it is. Markdown is for the bodies
//! of mails; a text message shows it as written.

use std::borrow::Cow;
use std::collections::BTreeSet;

use latchkey_core::sender::{TemplateError, Variables};
use latchkey_wire::Secret;
use pulldown_cmark::{Options, Parser};

use super::bounds::Bounds;
use super::liquid::Output;

/// The template as its output's language. Markdown becomes HTML before anything is put in, so that
/// no value is read as Markdown. A body that begins with a tag is HTML already.
pub(super) fn prepare(output: Output, template: &str) -> Cow<'_, str> {
    if output == Output::Text || template.trim_start().starts_with('<') {
        return Cow::Borrowed(template);
    }
    let mut html = String::with_capacity(template.len() * 2);
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(template, Options::ENABLE_TABLES));
    Cow::Owned(html)
}

/// One pass from left to right: what was put in is not looked at again (S-138).
pub(super) fn render(
    template: &str,
    variables: &Variables,
    bounds: &Bounds,
) -> Result<String, TemplateError> {
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
    if text.len() > bounds.output { Err(bounds.too_long()) } else { Ok(text) }
}

/// The names between marks that stand for nothing.
pub(super) fn unknown(template: &str) -> BTreeSet<String> {
    let variables = Variables { link: Some(Secret::default()), ..Variables::default() };
    let names = template.split(MARK).skip(1).step_by(2);
    let is_name = |name: &&str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b))
    };
    names
        .filter(is_name)
        .filter(|name| value(name, &variables).is_none())
        .map(|name| format!("@@{name}@@"))
        .collect()
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
