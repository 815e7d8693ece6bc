//! Words messages from templates (protocol 6.3, S-138, S-141).
//!
//! What a template prints is data: it is put in once and never read as template text again. What
//! comes from outside (names, the language header) is reduced to plain words before. A template is
//! bounded in length, in what it computes and in what it prints, and one that leaves the code out
//! is refused when it is saved.

mod liquid;
mod macros;
mod plain;
mod samples;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use latchkey_core::sender::{BadOption, Mail, MailTemplate, Renderer, Syntax, TemplateError, Variables};
use latchkey_wire::Secret;

use liquid::{Language, Parsed};

/// Longest template, in bytes.
const MAX_TEMPLATE: usize = 16 * 1024;

/// Longest message, in bytes. An SMS of ten parts holds 1530 characters.
const MAX_OUTPUT: usize = 4 * 1024;

/// Templates kept parsed; past it the store of parsed templates starts anew.
const MAX_PARSED: usize = 256;

/// Renders both syntaxes, and keeps Liquid templates parsed.
pub struct Templates {
    language: Language,
    parsed: RwLock<HashMap<String, Arc<Parsed>>>,
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl Templates {
    pub fn new() -> Self {
        Self { language: Language::new(), parsed: RwLock::default() }
    }

    fn parsed(&self, template: &str) -> Result<Arc<Parsed>, TemplateError> {
        let known = self.parsed.read().unwrap_or_else(PoisonError::into_inner).get(template).cloned();
        if let Some(parsed) = known {
            return Ok(parsed);
        }
        let parsed = Arc::new(self.language.parse(template)?);
        let mut kept = self.parsed.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_PARSED {
            kept.clear();
        }
        kept.insert(template.to_owned(), parsed.clone());
        Ok(parsed)
    }
}

impl Renderer for Templates {
    fn check(&self, syntax: Syntax, template: &str) -> Result<(), TemplateError> {
        check_length(template)?;
        let parsed = match syntax {
            Syntax::MdWithMacros => None,
            // Not kept: it may never be saved.
            Syntax::Liquid => Some(self.language.parse(template)?),
        };
        for variables in samples::samples(template) {
            let text = match &parsed {
                None => macros::render(template, &variables, MAX_OUTPUT),
                Some(parsed) => parsed.render(&variables, MAX_OUTPUT),
            }?;
            if !samples::says_enough(&text, &variables) {
                return Err(error(format!(
                    "the message holds no code when request_language is {:?} and send is {:?}",
                    variables.request_language, variables.send
                )));
            }
        }
        Ok(())
    }

    fn render(&self, syntax: Syntax, template: &str, variables: &Variables) -> Result<Secret, TemplateError> {
        check_length(template)?;
        let variables = plain::variables(variables);
        let text = match syntax {
            Syntax::MdWithMacros => macros::render(template, &variables, MAX_OUTPUT),
            Syntax::Liquid => self.parsed(template)?.render(&variables, MAX_OUTPUT),
        }?;
        Ok(Secret::new(text))
    }

    fn check_mail(&self, _: &MailTemplate) -> Result<(), BadOption> {
        Ok(())
    }

    fn mail(&self, _: &MailTemplate, _: &Variables) -> Result<Mail, TemplateError> {
        Err(error("mails are not worded yet"))
    }
}

fn check_length(template: &str) -> Result<(), TemplateError> {
    if template.len() > MAX_TEMPLATE {
        return Err(error(format!("the template is longer than {MAX_TEMPLATE} bytes")));
    }
    Ok(())
}

fn error(text: impl Into<String>) -> TemplateError {
    TemplateError(text.into())
}

fn too_long() -> TemplateError {
    error(format!("the message is longer than {MAX_OUTPUT} bytes"))
}

#[cfg(test)]
mod tests;
