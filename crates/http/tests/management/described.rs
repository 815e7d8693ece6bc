//! Holds every exchange of these tests to the description that is served: what is taken, with which status it is
//! answered, and what the answer looks like.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use http::Method;
use jsonschema::Validator;
use latchkey_wire::management::operations::{self, Operation};
use serde_json::{Value, json};

use crate::support::{Answer, TestServer};

static DOCUMENT: OnceLock<Value> = OnceLock::new();
static VALIDATORS: Mutex<Option<HashMap<String, Validator>>> = Mutex::new(None);

/// Panics where the exchange is none of the description. Refusals are held to their own tests, and what is shown in
/// part lacks what it lacks.
pub async fn holds(
    server: &TestServer,
    (method, path): (&Method, &str),
    body: Option<&Value>,
    answer: &Answer,
) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let Some(operation) = operation(method, path).filter(|_| answer.status.is_success()) else { return };
    let document = match DOCUMENT.get() {
        Some(document) => document,
        None => {
            let served = server.get("/api/v2/openapi.json", &[]).await.json();
            DOCUMENT.get_or_init(|| served)
        }
    };
    let name = format!("{method} {}", operation.path);
    let described = &document["paths"][operation.path][method.as_str().to_lowercase()];
    let response = &described["responses"][answer.status.as_str()];
    assert!(response.is_object(), "{name} answered {}, which its description has not", answer.status);
    let taken = &described["requestBody"]["content"]["application/json"]["schema"];
    if let Some(body) = body.filter(|_| described["requestBody"]["required"] == json!(true)) {
        is_valid(&format!("{name} takes"), document, taken, body);
    }
    let given = &response["content"]["application/json"]["schema"];
    if given.is_object() && !query.contains("fields=") {
        is_valid(&format!("{name} gives"), document, given, &answer.json());
    }
}

fn operation(method: &Method, path: &str) -> Option<&'static Operation> {
    let fits = |operation: &&Operation| {
        let (known, asked) = (operation.path.split('/'), path.split('/'));
        operation.method == method.as_str()
            && known.clone().count() == asked.clone().count()
            && known.zip(asked).all(|(known, asked)| known.starts_with('{') || known == asked)
    };
    let parameters = |operation: &&Operation| operation.parameters().count();
    operations::ALL.iter().filter(fits).min_by_key(parameters)
}

fn is_valid(what: &str, document: &Value, schema: &Value, value: &Value) {
    let mut validators = VALIDATORS.lock().unwrap();
    let validator = validators.get_or_insert_default().entry(what.to_owned()).or_insert_with(|| {
        let mut root = schema.clone();
        root["components"] = document["components"].clone();
        jsonschema::validator_for(&root).unwrap()
    });
    let wrong: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    drop(validators);
    assert!(wrong.is_empty(), "{what} what its description has not: {wrong:#?}\n{value:#}");
}
