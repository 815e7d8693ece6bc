//! Words messages from templates (protocol 6.3, S-138, S-141).
//!
//! What a template prints is data: it is put in once and never read as template text again. What
//! comes from outside (names, the language header) is reduced to plain words before. A template is
//! bounded in length, in what it computes and in what it prints, and one that leaves the code out
//! is refused when it is saved.

mod bounds;
mod liquid;
mod macros;
mod mail;
mod plain;
mod samples;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use latchkey_core::notice::{NoticeText, WordedNotice};
use latchkey_core::sender::{BadOption, Mail, MailTemplate, Renderer, Syntax, TemplateError, Variables};
use latchkey_wire::Secret;

use bounds::{BODY, Bounds, MESSAGE};
use liquid::{Language, Output, Parsed};

/// Templates kept parsed; past it the store of parsed templates starts anew.
const MAX_PARSED: usize = 256;

/// Unknown names told of one template.
const MAX_UNKNOWN: usize = 10;

/// Renders both syntaxes, and keeps Liquid templates parsed.
pub struct Templates {
    text: Language,
    html: Language,
    parsed: RwLock<HashMap<(Output, String), Arc<Parsed>>>,
}

/// A template that can be rendered.
enum Prepared<'a> {
    Macros(Cow<'a, str>),
    Liquid(Arc<Parsed>),
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl Templates {
    pub fn new() -> Self {
        let (text, html) = (Language::new(Output::Text), Language::new(Output::Html));
        Self { text, html, parsed: RwLock::default() }
    }

    fn language(&self, output: Output) -> &Language {
        match output {
            Output::Text => &self.text,
            Output::Html => &self.html,
        }
    }

    /// Not kept: it may never be saved.
    fn parse<'a>(
        &self,
        syntax: Syntax,
        output: Output,
        template: &'a str,
        bounds: &Bounds,
    ) -> Result<Prepared<'a>, TemplateError> {
        bounds.check_length(template)?;
        match syntax {
            Syntax::MdWithMacros => Ok(Prepared::Macros(macros::prepare(output, template))),
            Syntax::Liquid => Ok(Prepared::Liquid(Arc::new(self.language(output).parse(template)?))),
        }
    }

    /// As [`Templates::parse`], and kept.
    fn parsed<'a>(
        &self,
        syntax: Syntax,
        output: Output,
        template: &'a str,
        bounds: &Bounds,
    ) -> Result<Prepared<'a>, TemplateError> {
        let key = (output, template.to_owned());
        let known = self.parsed.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let (Syntax::Liquid, Some(parsed)) = (syntax, known) {
            return Ok(Prepared::Liquid(parsed));
        }
        let prepared = self.parse(syntax, output, template, bounds)?;
        if let Prepared::Liquid(parsed) = &prepared {
            let mut kept = self.parsed.write().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= MAX_PARSED {
                kept.clear();
            }
            kept.insert(key, parsed.clone());
        }
        Ok(prepared)
    }
}

impl Prepared<'_> {
    /// For HTML the variables have to be escaped already.
    fn render(&self, variables: &Variables, bounds: &Bounds) -> Result<String, TemplateError> {
        match self {
            Self::Macros(template) => macros::render(template, variables, bounds),
            Self::Liquid(parsed) => parsed.render(variables, bounds),
        }
    }
}

impl Renderer for Templates {
    fn check(&self, syntax: Syntax, template: &str) -> Result<(), TemplateError> {
        let prepared = self.parse(syntax, Output::Text, template, &MESSAGE)?;
        for variables in samples::samples(template, Output::Text) {
            let text = prepared.render(&variables, &MESSAGE)?;
            if !samples::says_enough(&text, &variables) {
                return Err(samples::says_too_little(&variables));
            }
        }
        Ok(())
    }

    fn render(&self, syntax: Syntax, template: &str, variables: &Variables) -> Result<Secret, TemplateError> {
        let prepared = self.parsed(syntax, Output::Text, template, &MESSAGE)?;
        prepared.render(&plain::variables(variables), &MESSAGE).map(Secret::new)
    }

    fn unknown(&self, syntax: Syntax, template: &str) -> Vec<String> {
        if syntax == Syntax::MdWithMacros {
            return macros::unknown(template).into_iter().collect();
        }
        let Ok(Prepared::Liquid(parsed)) = self.parse(syntax, Output::Text, template, &BODY) else {
            return Vec::new();
        };
        // Each of its branches may ask for others.
        let all = samples::samples(template, Output::Html).into_iter();
        let unknown: BTreeSet<String> = all.flat_map(|variables| parsed.unknown(&variables, &BODY)).collect();
        unknown.into_iter().take(MAX_UNKNOWN).collect()
    }

    fn check_mail(&self, template: &MailTemplate) -> Result<(), BadOption> {
        mail::check(self, template)
    }

    fn mail(&self, template: &MailTemplate, variables: &Variables) -> Result<Mail, TemplateError> {
        mail::word(self, template, variables)
    }

    fn notice(&self, text: &NoticeText) -> WordedNotice {
        mail::notice::word(text)
    }
}

fn error(text: impl Into<String>) -> TemplateError {
    TemplateError(text.into())
}

#[cfg(test)]
mod tests;
