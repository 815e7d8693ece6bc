//! From values to HTML, and from HTML to text.

use latchkey_core::sender::{TemplateError, Variables};
use latchkey_wire::Secret;

use super::super::error;

/// Tags of a body, closing ones included. The library takes seconds for thousands that are nested.
const MAX_TAGS: usize = 3000;

/// Columns of the text: no line is broken, so that no code and no link is.
const WIDTH: usize = 10_000;

/// For HTML text and for attributes in quotes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

pub(super) fn escape_variables(variables: &Variables) -> Variables {
    let optional = |text: &Option<String>| text.as_deref().map(escape);
    Variables {
        code: Secret::new(escape(variables.code.expose())),
        link: variables.link.as_ref().map(|link| Secret::new(escape(link.expose()))),
        phone_number: optional(&variables.phone_number),
        email: optional(&variables.email),
        application_name: escape(&variables.application_name),
        request_language: escape(&variables.request_language),
        locale: escape(&variables.locale),
        send: variables.send,
        tenant: escape(&variables.tenant),
        friendly_name: escape(&variables.friendly_name),
        support_email: optional(&variables.support_email),
        support_url: optional(&variables.support_url),
        connection_name: escape(&variables.connection_name),
        operation: optional(&variables.operation),
        minutes: variables.minutes,
        device: optional(&variables.device),
        look: variables.look.clone(),
    }
}

/// The text of a body, for those whose programs show no HTML. Links stand at its end.
pub(super) fn to_text(html: &str) -> Result<String, TemplateError> {
    if html.matches('<').count() > MAX_TAGS {
        return Err(error(format!("the body holds more than {MAX_TAGS} tags")));
    }
    let config = html2text::config::plain_no_decorate().link_footnotes(true).raw_mode(true);
    let text = config.string_from_read(html.as_bytes(), WIDTH);
    text.map_err(|_| error("the body cannot be turned into text"))
}
