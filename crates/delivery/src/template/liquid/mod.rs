//! `liquid`: the tags and filters that messages need, with bounds on all they can compute.
//!
//! The language is put together here rather than taken whole: no inclusion, no tables, no wall
//! clock. Loops are ours ([`loops`]), filters are wrapped ([`filters`]), both spend a budget ([`work`]),
//! and variables that do not exist print nothing ([`scope`]).

mod filters;
mod loops;
mod missing;
mod scope;
mod work;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use latchkey_core::sender::{TemplateError, Variables};
use liquid_core::parser::{self, PluginRegistry};
use liquid_core::{ParseBlock, ParseTag, Renderable, Template};
use liquid_lib::stdlib;

use super::bounds::Bounds;
use super::error;
use scope::Scope;

/// The parser and the renderer recurse: over nested tags, over conditions joined by `and` and
/// `or`, over `[` in variables. These bounds, counted without reading the template, keep the
/// recursion within a small stack.
const MAX_COUNTS: &[(&[&str], usize, &str)] = &[
    (&["{%"], 200, "tags"),
    (&["and", "or"], 500, "words with \"and\" or \"or\" in them"),
    (&["["], 50, "brackets"),
];

/// What a template prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Output {
    Text,
    /// Variables are escaped before, and the filter `escape` leaves them as they are.
    Html,
}

pub(super) struct Language(parser::Language);

pub(super) struct Parsed(Template);

impl Language {
    pub fn new(output: Output) -> Self {
        let mut language = parser::Language::empty();
        let tags: [Box<dyn ParseTag>; 3] =
            [stdlib::AssignTag.into(), stdlib::BreakTag.into(), stdlib::ContinueTag.into()];
        for tag in tags {
            language.tags.register(tag.reflection().tag().to_owned(), tag);
        }
        let blocks: [Box<dyn ParseBlock>; 7] = [
            stdlib::IfBlock.into(),
            stdlib::UnlessBlock.into(),
            stdlib::CaseBlock.into(),
            stdlib::CaptureBlock.into(),
            stdlib::CommentBlock.into(),
            stdlib::RawBlock.into(),
            loops::ForBlock.into(),
        ];
        for block in blocks {
            language.blocks.register(block.reflection().start_tag().to_owned(), block);
        }
        language.filters = PluginRegistry::new();
        filters::register(&mut language.filters, output);
        Self(language)
    }

    pub fn parse(&self, template: &str) -> Result<Parsed, TemplateError> {
        for (words, limit, what) in MAX_COUNTS {
            let in_one = |inside: &str| words.iter().map(|word| inside.matches(word).count()).sum::<usize>();
            let count: usize = inside_tags(template).map(in_one).sum();
            if count > *limit {
                return Err(error(format!("the template holds more than {limit} {what}")));
            }
        }
        // Invariant: nothing of the library's may take a request down; it is not ours to prove.
        let parsed = catch_unwind(AssertUnwindSafe(|| parser::parse(template, &self.0)));
        match parsed {
            Ok(Ok(elements)) => Ok(Parsed(Template::new(elements))),
            Ok(Err(e)) => Err(error(format!("the template cannot be read: {}", one_line(&e)))),
            Err(_) => Err(error("the template cannot be read")),
        }
    }
}

impl Parsed {
    /// The library's own errors quote values, so only ours are passed on.
    pub fn render(&self, variables: &Variables, bounds: &Bounds) -> Result<String, TemplateError> {
        let scope = Scope::new(variables, bounds);
        let mut output = Limited { bytes: Vec::with_capacity(256), limit: bounds.output, full: false };
        let rendered = catch_unwind(AssertUnwindSafe(|| self.0.render_to(&mut output, &scope)));
        if output.full {
            return Err(bounds.too_long());
        }
        if scope.exhausted() {
            return Err(error("the template computes too much"));
        }
        match rendered {
            Ok(Ok(())) => String::from_utf8(output.bytes).map_err(|_| error("the message is not text")),
            Ok(Err(_)) | Err(_) => Err(error("a filter or a comparison does not fit its value")),
        }
    }
}

impl Parsed {
    /// The names that this rendering asks for in vain. Of a template that cannot be rendered: those until then.
    pub fn unknown(&self, variables: &Variables, bounds: &Bounds) -> BTreeSet<String> {
        let scope = Scope::new(variables, bounds).noting_unknown();
        let mut output = Limited { bytes: Vec::new(), limit: bounds.output, full: false };
        let _ = catch_unwind(AssertUnwindSafe(|| self.0.render_to(&mut output, &scope)));
        scope.unknown()
    }
}

/// The tags and outputs of a template, each from its opening on. Where one ends is not ours to say, since
/// its strings may hold what looks like an end; so the last end before the next opening counts.
pub(super) fn inside_tags(template: &str) -> impl Iterator<Item = &str> {
    let openings = ["{%", "{{"].into_iter().flat_map(|opening| template.match_indices(opening));
    let mut starts: Vec<usize> = openings.map(|(at, _)| at).collect();
    starts.sort_unstable();
    let ends = starts.iter().skip(1).copied().chain([template.len()]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).filter_map(|(start, end)| {
        let region = template.get(start..end)?;
        let last = region.rfind("%}").max(region.rfind("}}"));
        Some(last.and_then(|last| region.get(..last)).unwrap_or(region))
    })
}

fn one_line(e: &liquid_core::Error) -> String {
    let words: Vec<_> = e.to_string().split_whitespace().map(str::to_owned).collect();
    words.join(" ").chars().take(300).collect()
}

/// Refuses to grow past its limit.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
