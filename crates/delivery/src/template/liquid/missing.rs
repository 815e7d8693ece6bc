//! The value of a name that does not exist: prints nothing, is false, equals nil and empty, holds
//! nothing, and so does whatever is asked of it. The library would fail instead.

use std::fmt;

use liquid_core::model::{DisplayCow, KStringCow, State, Value};
use liquid_core::{ObjectView, ValueView};

#[derive(Clone, Copy, Debug)]
pub(super) struct Missing;

pub(super) static MISSING: Missing = Missing;

static NIL: Value = Value::Nil;

impl ValueView for Missing {
    fn as_debug(&self) -> &dyn fmt::Debug {
        self
    }

    fn render(&self) -> DisplayCow<'_> {
        NIL.render()
    }

    fn source(&self) -> DisplayCow<'_> {
        NIL.source()
    }

    fn type_name(&self) -> &'static str {
        NIL.type_name()
    }

    fn query_state(&self, state: State) -> bool {
        NIL.query_state(state)
    }

    fn to_kstr(&self) -> KStringCow<'_> {
        KStringCow::from_static("")
    }

    fn to_value(&self) -> Value {
        Value::Nil
    }

    /// An empty object, which is what `contains` and a further name need.
    fn as_object(&self) -> Option<&dyn ObjectView> {
        Some(self)
    }

    fn is_nil(&self) -> bool {
        true
    }
}

impl ObjectView for Missing {
    fn as_value(&self) -> &dyn ValueView {
        self
    }

    fn size(&self) -> i64 {
        0
    }

    fn keys<'k>(&'k self) -> Box<dyn Iterator<Item = KStringCow<'k>> + 'k> {
        Box::new(std::iter::empty())
    }

    fn values<'k>(&'k self) -> Box<dyn Iterator<Item = &'k dyn ValueView> + 'k> {
        Box::new(std::iter::empty())
    }

    fn iter<'k>(&'k self) -> Box<dyn Iterator<Item = (KStringCow<'k>, &'k dyn ValueView)> + 'k> {
        Box::new(std::iter::empty())
    }

    fn contains_key(&self, _index: &str) -> bool {
        false
    }

    fn get<'s>(&'s self, _index: &str) -> Option<&'s dyn ValueView> {
        None
    }
}
