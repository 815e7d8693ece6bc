//! What the API can do, for tools that read OpenAPI: `/api/v2/openapi.json`. Open to everybody: it tells nothing of
//! this server but its address.

mod queries;
mod records;
mod schema;
mod shape;
mod shapes;
mod table;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;
use latchkey_wire::management::operations::{self, Operation};
use serde_json::{Map, Value, json};

use crate::answer::APPLICATION_JSON;
use crate::app::SharedApp;
use shape::Shape;
use shapes::SHAPES;
pub use table::Table;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/api/v2/openapi.json", get(describe))
}

async fn describe(State(app): State<SharedApp>) -> Response {
    let description = app.description.get_or_init(|| document(&app.engine.url("")).to_string().into());
    ([(header::CONTENT_TYPE, APPLICATION_JSON)], description.clone()).into_response()
}

/// For people: what an operation takes and gives, by the names of their schemas.
pub fn names_of(operation: &Operation) -> (Option<&'static str>, Option<&'static str>) {
    shape_of(operation).map_or((None, None), Shape::names)
}

/// For people: a schema as a table.
pub fn table_of(name: &str) -> Option<Table> {
    let mut schemas = Map::new();
    records::all().for_each(|record| record.put_into(&mut schemas));
    schemas.get(name).map(Table::of)
}

/// OpenAPI 3.1. `issuer` ends with a slash.
fn document(issuer: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations::ALL {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_lowercase(), described(operation));
        }
    }
    let mut schemas = Map::from_iter([(String::from("Error"), error_schema())]);
    records::all().for_each(|record| record.put_into(&mut schemas));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Latchkey Management API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Everything that the dashboard does. Tokens come from `/oauth/token` by \
                `client_credentials`, for the audience `/api/v2/` of this server.",
        },
        "servers": [{ "url": format!("{issuer}api/v2") }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            },
            "schemas": schemas,
            "responses": responses(),
        },
    })
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "required": ["statusCode", "error", "message"],
        "properties": {
            "statusCode": { "type": "integer" },
            "error": { "type": "string" },
            "message": { "type": "string" },
            "errorCode": { "type": "string" },
        },
    })
}

fn described(operation: &Operation) -> Value {
    let in_path = operation
        .parameters()
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let shape = shape_of(operation);
    let in_query = shape.map(Shape::parameters).unwrap_or_default();
    let mut responses = json!({
        "400": { "$ref": "#/components/responses/BadRequest" },
        "401": { "$ref": "#/components/responses/Unauthorized" },
        "403": { "$ref": "#/components/responses/Forbidden" },
        "404": { "$ref": "#/components/responses/NotFound" },
        "429": { "$ref": "#/components/responses/TooManyRequests" },
    });
    if let (Some(shape), Some(responses)) = (shape, responses.as_object_mut()) {
        responses.extend(shape.responses());
        if shape.makes() {
            responses.insert(String::from("409"), json!({ "$ref": "#/components/responses/Conflict" }));
        }
    }
    let mut described = json!({
        "tags": [operation.group],
        "operationId": id(operation),
        "summary": operation.summary,
        "description": format!("Needs one of the scopes {}.", operation.scopes.join(", ")),
        "security": security(operation),
        "parameters": in_path.chain(in_query).collect::<Vec<_>>(),
        "responses": responses,
    });
    if let (Some(body), Some(object)) = (shape.and_then(Shape::request_body), described.as_object_mut()) {
        object.insert(String::from("requestBody"), body);
    }
    described
}

fn shape_of(operation: &Operation) -> Option<&'static Shape> {
    let name = format!("{} {}", operation.method, operation.path);
    SHAPES.iter().find(|shape| shape.operation == name)
}

/// One scope is enough: alternatives, where a list of scopes would ask for all of them.
fn security(operation: &Operation) -> Vec<Value> {
    operation.scopes.iter().map(|scope| json!({ "token": [scope] })).collect()
}

/// `get_users_id`: unique, since the path and the method are.
fn id(operation: &Operation) -> String {
    let path = operation.path.replace(['{', '}'], "").replace(['/', '-'], "_");
    format!("{}{path}", operation.method.to_lowercase())
}

fn responses() -> Value {
    let error = |about: &str| {
        json!({
            "description": about,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
        })
    };
    json!({
        "BadRequest": error("Something that was sent cannot be; the message names it."),
        "Unauthorized": error("There is no token, or it is not good here."),
        "Forbidden": error("The token lacks the scope, or the feature is not here."),
        "NotFound": error("There is no such record."),
        "Conflict": error("Another record has that name, id or address."),
        "TooManyRequests": error("Too many requests; `retry-after` says when to come back."),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_says_what_it_takes_and_gives() {
        let names = |names: Vec<String>| names.into_iter().collect::<BTreeSet<String>>();
        let operations =
            operations::ALL.iter().map(|operation| format!("{} {}", operation.method, operation.path));
        let shapes = SHAPES.iter().map(|shape| shape.operation.to_owned());
        assert_eq!(names(shapes.collect()), names(operations.collect()));
        assert_eq!(SHAPES.len(), operations::ALL.len());
    }

    #[test]
    fn every_schema_that_is_named_is_there_and_every_one_that_is_there_is_named() {
        let document = document("https://login.example/");
        let text = document.to_string();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let named: BTreeSet<&str> =
            text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let there: BTreeSet<&str> = schemas.keys().map(String::as_str).collect();
        assert_eq!(named, there);
    }
}
