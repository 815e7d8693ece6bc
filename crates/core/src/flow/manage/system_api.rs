//! The API of this server among the resource servers. It is there without being stored, until somebody
//! changes how long its tokens live; its scopes are ours.

use data_encoding::HEXLOWER;
use latchkey_wire::management::scope;
use serde_json::{Map, Value, json};

use super::documents::Draft;
use super::operator::API;
use super::{ManageError, Operator, resource_servers};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::model::{Document, DocumentKind};

const KIND: DocumentKind = DocumentKind::ResourceServer;
/// Tools know it by this name, and leave it alone.
const NAME: &str = "Auth0 Management API";
const EDITABLE: [&str; 2] = ["token_lifetime", "token_lifetime_for_web"];
/// Seconds that a token of it lives at most, whoever gets hold of it (S-130).
pub(crate) const MAX_LIFETIME: u32 = 86_400;

impl Engine {
    /// Whether `id` is its id or its identifier.
    pub(super) fn is_system_api(&self, id: &str) -> bool {
        let identifier = self.url(API);
        id == identifier || id == id_of(&identifier)
    }

    pub(super) async fn read_system_api(&self) -> Result<Document, ManageError> {
        let stored = self.store.find_document_by_name(KIND, &self.url(API)).await?;
        Ok(self.system_api(stored))
    }

    /// As it is stored, with what always holds.
    pub(super) fn system_api(&self, stored: Option<Document>) -> Document {
        let identifier = self.url(API);
        let mut document = stored.unwrap_or_else(|| Document {
            kind: KIND,
            id: id_of(&identifier),
            name: identifier.clone(),
            body: Map::new(),
            secrets: Default::default(),
            version: 0,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        });
        let scopes: Vec<Value> = scope::ALL.iter().map(|name| json!({ "value": name })).collect();
        let body = &mut document.body;
        for (name, value) in [("token_lifetime", 86_400), ("token_lifetime_for_web", 7_200)] {
            body.entry(name).or_insert(json!(value));
        }
        // A release that knew no bound may have stored a longer one.
        let lifetime = body.get("token_lifetime").and_then(Value::as_u64);
        if lifetime.is_some_and(|seconds| seconds > MAX_LIFETIME.into()) {
            body.insert(String::from("token_lifetime"), json!(MAX_LIFETIME));
        }
        for (name, value) in [
            ("name", json!(NAME)),
            ("identifier", json!(identifier)),
            ("scopes", json!(scopes)),
            ("signing_alg", json!("RS256")),
            ("allow_offline_access", json!(false)),
            ("skip_consent_for_verifiable_first_party_clients", json!(false)),
            ("is_system", json!(true)),
        ] {
            body.insert(name.to_owned(), value);
        }
        document
    }

    /// Only lifetimes change; whatever else is sent must be what it is.
    pub(super) async fn update_system_api(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        let shown = self.read_system_api().await?;
        let mut changes = Map::new();
        for (name, value) in given {
            match EDITABLE.contains(&name.as_str()) {
                true => drop(changes.insert(name, value)),
                false if shown.body.get(&name) == Some(&value) || name == "id" => {}
                false => {
                    return Err(ManageError::invalid(name, "System APIs allow changes of lifetimes only"));
                }
            }
        }
        check_lifetime(&changes)?;
        let change = |document: &mut Document| resource_servers::change(document, changes.clone());
        let stored = match self.store.find_document_by_name(KIND, &shown.name).await? {
            Some(stored) => self.replace_one(operator, (KIND, &stored.id), &[], change).await?,
            None => {
                let mut document = Document { body: lasting(&shown.body), ..shown };
                change(&mut document)?;
                let Document { id, name, body, .. } = document;
                self.insert_one(operator, Draft { kind: KIND, id, name, body, secret: &[] }).await?
            }
        };
        Ok(self.system_api(Some(stored)))
    }
}

fn check_lifetime(changes: &Map<String, Value>) -> Result<(), ManageError> {
    let lifetime = changes.get("token_lifetime").and_then(Value::as_u64);
    match lifetime.is_some_and(|seconds| seconds > MAX_LIFETIME.into()) {
        true => Err(ManageError::invalid("token_lifetime", "Must be 1 to 86400 seconds for this API")),
        false => Ok(()),
    }
}

/// What of it is stored: its scopes grow with the releases.
fn lasting(body: &Map<String, Value>) -> Map<String, Value> {
    let mut kept = body.clone();
    kept.remove("scopes");
    kept
}

/// The same on every node and after every start.
fn id_of(identifier: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, identifier.as_bytes());
    HEXLOWER.encode(digest.as_ref().split_at(12).0)
}
