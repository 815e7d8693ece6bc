//! What a template sees: the variables of protocol 6.3 and what it assigns itself. Any other name
//! stands for what does not exist ([`MISSING`]).

use std::cell::RefCell;
use std::collections::BTreeSet;

use latchkey_core::sender::Variables;
use liquid_core::ValueView;
use liquid_core::error::Result;
use liquid_core::model::{KString, KStringCow, KStringRef, Object, ScalarCow, Value, ValueCow, try_find};
use liquid_core::runtime::{PartialStore, Registers, Runtime, RuntimeCore};

use super::filters::size;
use super::missing::MISSING;
use super::work::Work;
use crate::template::bounds::Bounds;

pub(super) struct Scope {
    /// What was asked for and stands for nothing, where somebody wants to know.
    unknown: Option<RefCell<BTreeSet<String>>>,
    variables: Object,
    assigned: RefCell<Object>,
    core: RuntimeCore<'static>,
}

impl Scope {
    pub fn new(variables: &Variables, bounds: &Bounds) -> Self {
        let core = RuntimeCore::new();
        core.registers().get_mut::<Work>().bind(bounds);
        Self { unknown: None, variables: object(variables), assigned: RefCell::default(), core }
    }

    pub fn noting_unknown(self) -> Self {
        Self { unknown: Some(RefCell::default()), ..self }
    }

    pub fn unknown(self) -> BTreeSet<String> {
        self.unknown.map(RefCell::into_inner).unwrap_or_default()
    }

    fn note(&self, path: &[ScalarCow<'_>]) {
        let Some(unknown) = &self.unknown else { return };
        let name = path.iter().map(|part| part.to_kstr().into_owned()).collect::<Vec<_>>().join(".");
        if !ABSENT_AT_TIMES.contains(&name.as_str()) {
            unknown.borrow_mut().insert(name);
        }
    }

    /// The rendering spent its budget, or a value grew larger than any may be.
    pub fn exhausted(&self) -> bool {
        self.core.registers().get_mut::<Work>().exhausted()
    }
}

/// Variables that some messages lack.
const ABSENT_AT_TIMES: [&str; 9] = [
    "link",
    "phone_number",
    "support_email",
    "support_url",
    "operation",
    "user",
    "user.email",
    "organization.name",
    "organization",
];

/// `operation` is absent at sign-in, so that it is null there and can still be compared (P-196).
fn object(variables: &Variables) -> Object {
    let text = |text: &str| Value::scalar(text.to_owned());
    let holding = |name, value: &str| Value::Object(Object::from_iter([(name, text(value))]));
    let one = |value: &str| holding(KString::from_static("name"), value);
    let mut object = Object::from_iter([
        (KString::from_static("code"), text(variables.code.expose())),
        (KString::from_static("password"), text(variables.code.expose())),
        (KString::from_static("application"), one(&variables.application_name)),
        (KString::from_static("connection"), one(&variables.connection_name)),
        (KString::from_static("request_language"), text(&variables.request_language)),
        (KString::from_static("locale"), text(&variables.locale)),
        (KString::from_static("send"), text(variables.send)),
        (KString::from_static("tenant"), text(&variables.tenant)),
        (KString::from_static("friendly_name"), text(&variables.friendly_name)),
    ]);
    let optional = [
        (KString::from_static("link"), variables.link.as_ref().map(|link| link.expose())),
        (KString::from_static("phone_number"), variables.phone_number.as_deref()),
        (KString::from_static("support_email"), variables.support_email.as_deref()),
        (KString::from_static("support_url"), variables.support_url.as_deref()),
        (KString::from_static("operation"), variables.operation.as_deref()),
    ];
    if let Some(email) = &variables.email {
        object.insert(KString::from_static("user"), holding(KString::from_static("email"), email));
    }
    object.extend(optional.into_iter().filter_map(|(name, value)| Some((name, text(value?)))));
    object
}

impl Runtime for Scope {
    fn partials(&self) -> &dyn PartialStore {
        self.core.partials()
    }

    fn name(&self) -> Option<KStringRef<'_>> {
        None
    }

    fn roots(&self) -> BTreeSet<KStringCow<'_>> {
        self.variables.keys().map(|name| KStringCow::from_ref(name.as_str())).collect()
    }

    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        let assigned = self.assigned.borrow();
        if assigned.contains_key(path.first()?.to_kstr().as_str()) {
            return try_find(&*assigned, path).map(|value| value.into_owned().into());
        }
        let found = try_find(&self.variables, path);
        if found.is_none() {
            self.note(path);
        }
        found
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> Result<ValueCow<'_>> {
        let Some(value) = self.try_get(path) else { return Ok(ValueCow::Borrowed(&MISSING)) };
        if let ValueCow::Owned(copied) = &value {
            self.core.registers().get_mut::<Work>().spend_bytes(size(copied))?;
        }
        Ok(value)
    }

    fn set_global(&self, name: KString, value: Value) -> Option<Value> {
        self.core.registers().get_mut::<Work>().afford_value(size(&value)).ok()?;
        self.assigned.borrow_mut().insert(name, value)
    }

    /// No tag of ours counts.
    fn set_index(&self, _name: KString, _value: Value) -> Option<Value> {
        None
    }

    fn get_index<'a>(&'a self, _name: &str) -> Option<ValueCow<'a>> {
        None
    }

    fn registers(&self) -> &Registers {
        self.core.registers()
    }
}
