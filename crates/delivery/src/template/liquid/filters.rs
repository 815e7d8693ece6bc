//! The filters, each wrapped so that neither what goes in nor what comes out is larger than a value may
//! be.
//!
//! `date` is left out: it would read the machine's clock behind the engine's back.

use std::fmt;

use liquid_core::error::Result;
use liquid_core::parser::{FilterArguments, PluginRegistry};
use liquid_core::{Filter, FilterReflection, ParseFilter, Runtime, Value, ValueView};
use liquid_lib::stdlib;

use super::Output;
use super::work::Work;

/// The size of a value in bytes of text; an element of an array counts one more.
pub(super) fn size(value: &dyn ValueView) -> usize {
    match value.as_array() {
        Some(array) => array.values().map(|element| 1 + size(element)).sum(),
        None => value.to_kstr().len(),
    }
}

pub(super) fn register(registry: &mut PluginRegistry<Box<dyn ParseFilter>>, output: Output) {
    for filter in all() {
        registry.register(filter.reflection().name().to_owned(), Bounded(filter).into());
    }
    if output == Output::Html {
        let once: Box<dyn ParseFilter> = stdlib::EscapeOnce.into();
        registry.register(String::from("escape"), Bounded(once).into());
    }
}

fn all() -> Vec<Box<dyn ParseFilter>> {
    vec![
        stdlib::Abs.into(),
        stdlib::Append.into(),
        stdlib::AtLeast.into(),
        stdlib::AtMost.into(),
        stdlib::Capitalize.into(),
        stdlib::Ceil.into(),
        stdlib::Compact.into(),
        stdlib::Concat.into(),
        stdlib::Default.into(),
        stdlib::DividedBy.into(),
        stdlib::Downcase.into(),
        stdlib::Escape.into(),
        stdlib::EscapeOnce.into(),
        stdlib::First.into(),
        stdlib::Floor.into(),
        stdlib::Join.into(),
        stdlib::Last.into(),
        stdlib::Lstrip.into(),
        stdlib::Minus.into(),
        stdlib::Modulo.into(),
        stdlib::NewlineToBr.into(),
        stdlib::Plus.into(),
        stdlib::Prepend.into(),
        stdlib::Remove.into(),
        stdlib::RemoveFirst.into(),
        stdlib::Replace.into(),
        stdlib::ReplaceFirst.into(),
        stdlib::Reverse.into(),
        stdlib::Round.into(),
        stdlib::Rstrip.into(),
        stdlib::Size.into(),
        stdlib::Slice.into(),
        stdlib::Sort.into(),
        stdlib::Split.into(),
        stdlib::Strip.into(),
        stdlib::StripHtml.into(),
        stdlib::StripNewlines.into(),
        stdlib::Times.into(),
        stdlib::Truncate.into(),
        stdlib::TruncateWords.into(),
        stdlib::Uniq.into(),
        stdlib::Upcase.into(),
        stdlib::UrlDecode.into(),
        stdlib::UrlEncode.into(),
    ]
}

#[derive(Clone)]
struct Bounded(Box<dyn ParseFilter>);

impl ParseFilter for Bounded {
    fn parse(&self, arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        Ok(Box::new(BoundedFilter(self.0.parse(arguments)?)))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self.0.reflection()
    }
}

#[derive(Debug)]
struct BoundedFilter(Box<dyn Filter>);

impl fmt::Display for BoundedFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Filter for BoundedFilter {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        spend(input, runtime)?;
        let output = self.0.evaluate(input, runtime)?;
        spend(&output, runtime)?;
        Ok(output)
    }
}

fn spend(value: &dyn ValueView, runtime: &dyn Runtime) -> Result<()> {
    let size = size(value);
    let mut work = runtime.registers().get_mut::<Work>();
    work.afford_value(size)?;
    work.spend_bytes(size)
}
