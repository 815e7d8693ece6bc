//! Words mails: by an operator's template, part by part, and by our own words where a part is absent.
//!
//! Invariant: values are escaped before they reach the HTML of a body, and lose line breaks before
//! they reach the head. Otherwise a name could bring markup, or another header.

mod html;
pub(super) mod notice;
mod ours;

use latchkey_core::sender::{BadOption, Mail, MailTemplate, Syntax, TemplateError, Variables};
use latchkey_wire::Secret;

use super::bounds::{BODY, Bounds, LINE};
use super::liquid::Output;
use super::{Templates, error, plain, samples};
use crate::email::mailbox::Mailbox;

/// Longest subject, in characters.
const MAX_SUBJECT: usize = 255;

/// Refuses what could not be sent, and names the option.
pub(super) fn check(templates: &Templates, template: &MailTemplate) -> Result<(), BadOption> {
    let syntax = template.syntax.unwrap_or(Syntax::Liquid);
    let bad = |option: &'static str| move |e: TemplateError| BadOption { option: option.into(), reason: e.0 };
    if let Some(from) = written(&template.from) {
        each_sample(templates, syntax, Output::Text, from, &LINE, |text, _| mailbox(text).map(|_| ()))
            .map_err(bad("email.from"))?;
    }
    if let Some(subject) = written(&template.subject) {
        each_sample(templates, syntax, Output::Text, subject, &LINE, |text, _| check_subject(text))
            .map_err(bad("email.subject"))?;
    }
    if let Some(body) = written(&template.body) {
        check_body(templates, syntax, body).map_err(bad("email.body"))?;
    }
    Ok(())
}

fn check_body(templates: &Templates, syntax: Syntax, body: &str) -> Result<(), TemplateError> {
    let mut as_text = [false; 2];
    each_sample(templates, syntax, Output::Html, body, &BODY, |html, variables| {
        let mut enough = samples::says_enough(html, variables);
        // Reading the HTML takes longer than the rest, so it is done once for each way of sending.
        let read = as_text.get_mut(usize::from(variables.send == "link"));
        if let Some(read) = read.filter(|read| !**read) {
            *read = true;
            enough &= samples::says_enough(&html::to_text(html)?, variables);
        }
        if enough { Ok(()) } else { Err(samples::says_too_little(variables)) }
    })
}

fn each_sample(
    templates: &Templates,
    syntax: Syntax,
    output: Output,
    template: &str,
    bounds: &Bounds,
    mut judge: impl FnMut(&str, &Variables) -> Result<(), TemplateError>,
) -> Result<(), TemplateError> {
    let prepared = templates.parse(syntax, output, template, bounds)?;
    samples::samples(template, output)
        .into_iter()
        .try_for_each(|variables| judge(&prepared.render(&variables, bounds)?, &variables))
}

pub(super) fn word(
    templates: &Templates,
    template: &MailTemplate,
    variables: &Variables,
) -> Result<Mail, TemplateError> {
    let syntax = template.syntax.unwrap_or(Syntax::Liquid);
    let variables = plain::variables(variables);
    let line =
        |template: &str| templates.parsed(syntax, Output::Text, template, &LINE)?.render(&variables, &LINE);
    let from = written(&template.from).map(line).transpose()?.map(|from| one_line(&from));
    if let Some(from) = &from
        && is_auth0(&mailbox(from)?)
    {
        return Ok(ours::word(&variables));
    }
    let ours = ours::word(&variables);
    let subject = written(&template.subject).map(line).transpose()?.map(|subject| one_line(&subject));
    let subject = subject.filter(|subject| !subject.is_empty()).map_or(ours.subject, Secret::new);
    let Some(body) = written(&template.body) else { return Ok(Mail { from, subject, ..ours }) };
    let html = templates
        .parsed(syntax, Output::Html, body, &BODY)?
        .render(&html::escape_variables(&variables), &BODY)?;
    let text = Secret::new(html::to_text(&html)?);
    Ok(Mail { from, subject, text, html: Some(Secret::new(html)) })
}

/// Absent and empty are the same.
fn written(part: &Option<String>) -> Option<&str> {
    part.as_deref().filter(|text| !text.trim().is_empty())
}

fn mailbox(text: &str) -> Result<Mailbox, TemplateError> {
    Mailbox::parse(&one_line(text)).map_err(|e| error(e.to_string()))
}

/// At Auth0 such a sender switches custom templates off (protocol 3.3); it is not ours to send as.
fn is_auth0(from: &Mailbox) -> bool {
    let domain = from.address.as_str().rsplit('@').next().unwrap_or_default();
    domain == "auth0.com" || domain.ends_with(".auth0.com")
}

fn check_subject(text: &str) -> Result<(), TemplateError> {
    if text.chars().count() > MAX_SUBJECT {
        return Err(error(format!("the subject is longer than {MAX_SUBJECT} characters")));
    }
    Ok(())
}

/// Without control characters, and cut where names made it too long.
fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().chars().take(MAX_SUBJECT).collect()
}

#[cfg(test)]
mod tests;
