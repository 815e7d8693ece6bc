//! `{% for x in list %} … {% else %} … {% endfor %}` with `limit`, `offset`, `reversed`, `forloop`,
//! `break` and `continue`, within the budget of [`Work`].

use std::collections::HashMap;
use std::io::Write;

use liquid_core::error::{Error, Result};
use liquid_core::model::{KString, KStringRef, ValueCow};
use liquid_core::parser::{BlockElement, TryMatchToken};
use liquid_core::runtime::{Interrupt, InterruptRegister, StackFrame};
use liquid_core::{
    BlockReflection, Expression, Language, ParseBlock, Renderable, Runtime, TagBlock, TagTokenIter, Template,
    ValueView,
};
use liquid_lib::stdlib::{ForloopObject, Range, RangeExpression};

use super::work::Work;

#[derive(Clone, Copy, Debug)]
pub(super) struct ForBlock;

impl BlockReflection for ForBlock {
    fn start_tag(&self) -> &str {
        "for"
    }

    fn end_tag(&self) -> &str {
        "endfor"
    }

    fn description(&self) -> &str {
        "repeats its body"
    }
}

impl ParseBlock for ForBlock {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut body: TagBlock<'_, '_>,
        language: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let name = arguments.expect_next("a name expected")?.expect_identifier().into_result()?;
        let name = KString::from_ref(name);
        arguments
            .expect_next("\"in\" expected")?
            .expect_str("in")
            .into_result_custom_msg("\"in\" expected")?;
        let over = match arguments.expect_next("a list expected")?.expect_value() {
            TryMatchToken::Matches(list) => RangeExpression::Array(list),
            TryMatchToken::Fails(token) => {
                let (from, to) = token.expect_range().into_result()?;
                RangeExpression::Counted(from, to)
            }
        };
        let mut parsed = For { name, over, ..For::empty() };
        while let Some(token) = arguments.next() {
            match token.as_str() {
                "limit" => parsed.limit = Some(attribute(&mut arguments)?),
                "offset" => parsed.offset = Some(attribute(&mut arguments)?),
                "reversed" => parsed.reversed = true,
                _ => return Err(token.raise_custom_error("limit, offset or reversed expected")),
            }
        }
        parsed.parse_body(&mut body, language)?;
        Ok(Box::new(parsed))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

fn attribute(arguments: &mut TagTokenIter<'_>) -> Result<Expression> {
    arguments.expect_next("\":\" expected")?.expect_str(":").into_result_custom_msg("\":\" expected")?;
    arguments.expect_next("a value expected")?.expect_value().into_result()
}

#[derive(Debug)]
struct For {
    name: KString,
    over: RangeExpression,
    limit: Option<Expression>,
    offset: Option<Expression>,
    reversed: bool,
    body: Template,
    otherwise: Option<Template>,
}

impl For {
    fn empty() -> Self {
        Self {
            name: KString::default(),
            over: RangeExpression::Array(Expression::Literal(liquid_core::Value::Nil)),
            limit: None,
            offset: None,
            reversed: false,
            body: Template::new(Vec::new()),
            otherwise: None,
        }
    }

    fn parse_body(&mut self, body: &mut TagBlock<'_, '_>, language: &Language) -> Result<()> {
        let mut elements = Vec::new();
        while let Some(element) = body.next()? {
            match element {
                BlockElement::Tag(mut tag) if tag.name() == "else" => {
                    tag.tokens().expect_nothing()?;
                    self.otherwise = Some(Template::new(body.parse_all(language)?));
                    break;
                }
                element => elements.push(element.parse(body, language)?),
            }
        }
        self.body = Template::new(elements);
        Ok(())
    }
}

impl Renderable for For {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let range = self.over.evaluate(runtime)?;
        // Asked before the list is made: a range can be longer than memory.
        if let Range::Counted(from, to) = range {
            let rounds = to.saturating_sub(from).saturating_add(1).max(0);
            runtime
                .registers()
                .get_mut::<Work>()
                .afford_rounds(usize::try_from(rounds).unwrap_or(usize::MAX))?;
        }
        let all = range.evaluate()?;
        let offset = whole(&self.offset, runtime)?.unwrap_or(0);
        let limit = whole(&self.limit, runtime)?.unwrap_or(usize::MAX);
        let mut list: Vec<ValueCow<'_>> = all.into_iter().skip(offset).take(limit).collect();
        if self.reversed {
            list.reverse();
        }
        match &self.otherwise {
            Some(otherwise) if list.is_empty() => otherwise.render_to(writer, runtime),
            _ => self.render_rounds(writer, runtime, &list),
        }
    }
}

impl For {
    fn render_rounds(
        &self,
        writer: &mut dyn Write,
        runtime: &dyn Runtime,
        list: &[ValueCow<'_>],
    ) -> Result<()> {
        for (at, value) in list.iter().enumerate() {
            runtime.registers().get_mut::<Work>().spend_round()?;
            let forloop = ForloopObject::new(at, list.len());
            let frame: HashMap<KStringRef<'_>, &dyn ValueView> =
                HashMap::from([("forloop".into(), &forloop as &dyn ValueView), (self.name.as_ref(), value)]);
            let scope = StackFrame::new(runtime, &frame);
            self.body.render_to(writer, &scope)?;
            let interrupt = runtime.registers().get_mut::<InterruptRegister>().reset();
            if interrupt == Some(Interrupt::Break) {
                break;
            }
        }
        Ok(())
    }
}

fn whole(attribute: &Option<Expression>, runtime: &dyn Runtime) -> Result<Option<usize>> {
    let Some(attribute) = attribute else { return Ok(None) };
    let value = attribute.evaluate(runtime)?;
    let number = value.as_scalar().and_then(|scalar| scalar.to_integer());
    let number = number.ok_or_else(|| Error::with_msg("whole number expected"))?;
    Ok(Some(usize::try_from(number).unwrap_or(0)))
}
