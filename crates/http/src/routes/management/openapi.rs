//! What the API can do, for tools that read OpenAPI: `/api/v2/openapi.json`. Open to everybody: it tells nothing of
//! this server but its address.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::operations::{self, Operation};
use serde_json::{Map, Value, json};

use crate::answer;
use crate::app::SharedApp;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/api/v2/openapi.json", get(describe))
}

async fn describe(State(app): State<SharedApp>) -> Response {
    answer::json(StatusCode::OK, &document(&app.engine.url("")))
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
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["statusCode", "error", "message"],
                    "properties": {
                        "statusCode": { "type": "integer" },
                        "error": { "type": "string" },
                        "message": { "type": "string" },
                        "errorCode": { "type": "string" },
                    },
                },
            },
            "responses": responses(),
        },
    })
}

fn described(operation: &Operation) -> Value {
    let in_path = operation
        .parameters()
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let of_list = operation.is_list().then(paging).into_iter().flatten();
    let body = json!({ "content": { "application/json": { "schema": { "type": ["object", "array"] } } } });
    let mut described = json!({
        "tags": [operation.group],
        "operationId": id(operation),
        "summary": operation.summary,
        "description": format!("Needs one of the scopes {}.", operation.scopes.join(", ")),
        "security": security(operation),
        "parameters": in_path.chain(of_list).collect::<Vec<_>>(),
        "responses": {
            "2XX": { "description": "Done.", "content": { "application/json": { "schema": {} } } },
            "400": { "$ref": "#/components/responses/BadRequest" },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": { "$ref": "#/components/responses/Forbidden" },
            "404": { "$ref": "#/components/responses/NotFound" },
            "429": { "$ref": "#/components/responses/TooManyRequests" },
        },
    });
    if let Some(object) = described.as_object_mut().filter(|_| operation.has_body()) {
        object.insert(String::from("requestBody"), body);
    }
    described
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

fn paging() -> Vec<Value> {
    let number = |name: &str, about: &str| json!({ "name": name, "in": "query", "description": about, "schema": { "type": "integer", "minimum": 0 } });
    vec![
        number("page", "The page, from 0."),
        number("per_page", "Items on a page; at most 100."),
        number("take", "Items after `from`; at most 100. Wins over pages."),
        json!({ "name": "from", "in": "query", "schema": { "type": "string" },
            "description": "Where the part before ended: its `next`." }),
        json!({ "name": "include_totals", "in": "query", "schema": { "type": "boolean" },
            "description": "The answer is an object that also says how many there are." }),
    ]
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
        "TooManyRequests": error("Too many requests; `retry-after` says when to come back."),
    })
}
