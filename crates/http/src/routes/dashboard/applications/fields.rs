//! The fields of an application's settings, as the client has them or as they were typed.

use latchkey_wire::management::Query;
use serde_json::Value;

use super::groups::{Group, METHOD, groups};
use crate::routes::dashboard::api::Refused;
use crate::routes::dashboard::form::{self, Field};

/// A group with what stands in its fields.
pub struct Shown {
    pub group: &'static Group,
    pub fields: Vec<Field>,
}

impl Shown {
    pub fn has_error(&self) -> bool {
        self.fields.iter().any(|field| field.error.is_some())
    }
}

/// A client whose keys prove it: they stand under Credentials.
pub fn has_keys(client: &Value) -> bool {
    client.pointer("/client_authentication_methods/private_key_jwt").is_some()
}

pub fn shown(client: &Value) -> Vec<Shown> {
    fill(client, |group| form::shown(group.specs, object_of(group, client)))
}

pub fn typed(client: &Value, fields: &Query, refused: &Refused) -> Vec<Shown> {
    fill(client, |group| form::typed(group.specs, fields, group.root, refused))
}

fn fill(client: &Value, read: impl Fn(&'static Group) -> Vec<Field>) -> Vec<Shown> {
    let has_keys = has_keys(client);
    let show = |group| {
        let mut fields = read(group);
        fields.retain(|field| !has_keys || field.spec.path != METHOD);
        Shown { group, fields }
    };
    groups().map(show).collect()
}

/// The object that the fields of a group stand in.
pub fn object_of<'a>(group: &Group, client: &'a Value) -> &'a Value {
    match group.root.strip_suffix('.') {
        None => client,
        Some(name) => client.get(name).unwrap_or(&Value::Null),
    }
}
