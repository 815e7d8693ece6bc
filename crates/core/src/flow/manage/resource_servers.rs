//! Resource servers: the APIs that tokens are for (section 2.11). Named by their identifier, which never
//! changes.

use latchkey_wire::Scopes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::documents::{Draft, merge, typed};
use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Document, DocumentKind, TokenDialect};

const KIND: DocumentKind = DocumentKind::ResourceServer;
const SECRET: [&str; 1] = ["/signing_secret"];
/// Where a resource server that sets none has tokens of these seconds.
const TOKEN_LIFETIME: u32 = 86_400;
const TOKEN_LIFETIME_FOR_WEB: u32 = 7_200;
/// Thirty days.
const MAX_LIFETIME: u32 = 2_592_000;
const MAX_SCOPES: usize = 1_000;

/// What the rules read of a resource server.
#[derive(Clone, Debug, Deserialize)]
pub struct ResourceServer {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub identifier: String,
    #[serde(default)]
    pub scopes: Vec<ScopeItem>,
    #[serde(default)]
    pub token_lifetime: Option<u32>,
    #[serde(default)]
    pub token_lifetime_for_web: Option<u32>,
    #[serde(default)]
    pub allow_offline_access: bool,
    #[serde(default)]
    pub token_dialect: Option<String>,
    /// Checked and shown only: tokens are signed with RS256, whatever it says.
    #[serde(default)]
    signing_alg: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct ScopeItem {
    pub value: String,
    #[serde(default)]
    pub description: Option<String>,
}

impl ResourceServer {
    pub fn read(document: &Document) -> Result<Self, ManageError> {
        typed(&document.body)
    }

    /// Seconds that a token lives.
    pub fn lifetime(&self) -> u32 {
        self.token_lifetime.unwrap_or(TOKEN_LIFETIME)
    }

    /// Seconds that a token lives in a browser.
    pub fn lifetime_for_web(&self) -> u32 {
        self.token_lifetime_for_web.unwrap_or(TOKEN_LIFETIME_FOR_WEB).min(self.lifetime())
    }

    pub fn all_scopes(&self) -> Scopes {
        self.scopes.iter().map(|scope| scope.value.clone()).collect()
    }

    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known.value == scope)
    }

    pub fn dialect(&self) -> TokenDialect {
        match self.token_dialect.as_deref() {
            Some("rfc9068_profile" | "rfc9068_profile_authz") => TokenDialect::Rfc9068Profile,
            _ => TokenDialect::AccessToken,
        }
    }

    fn check(&self) -> Result<(), ManageError> {
        let bad = |property, reason: &str| Err(ManageError::invalid(property, reason));
        if self.name.chars().count() > 200 || self.name.contains(['<', '>']) {
            return bad("name", "Must be at most 200 characters, without '<' and '>'");
        }
        let length = self.identifier.chars().count();
        if !(1..=600).contains(&length) || self.identifier.chars().any(|c| c.is_control() || c == ' ') {
            return bad("identifier", "Must be 1 to 600 characters, without spaces");
        }
        if self.scopes.len() > MAX_SCOPES {
            return bad("scopes", "Must be at most 1000");
        }
        for scope in &self.scopes {
            let sound = (1..=280).contains(&scope.value.len())
                // RFC 6749 section 3.3.
                && scope.value.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
            if !sound || scope.description.as_ref().is_some_and(|text| text.chars().count() > 500) {
                return bad(
                    "scopes",
                    "A value is 1 to 280 characters without spaces, a description at most 500",
                );
            }
        }
        let lifetime = self.token_lifetime.unwrap_or(TOKEN_LIFETIME);
        if !(1..=MAX_LIFETIME).contains(&lifetime) {
            return bad("token_lifetime", "Must be 1 to 2592000 seconds");
        }
        if self.token_lifetime_for_web.is_some_and(|web| web == 0 || web > lifetime) {
            return bad("token_lifetime_for_web", "Must be at least 1 and at most token_lifetime");
        }
        if !matches!(self.signing_alg.as_deref(), None | Some("RS256" | "HS256" | "PS256")) {
            return bad("signing_alg", "Must be RS256, HS256 or PS256");
        }
        match self.token_dialect.as_deref() {
            None
            | Some("access_token" | "access_token_authz" | "rfc9068_profile" | "rfc9068_profile_authz") => {
                Ok(())
            }
            Some(_) => bad("token_dialect", "Must be access_token or rfc9068_profile"),
        }
    }
}

/// Merges what was given. No token lives longer in a browser than elsewhere, so that lifetime goes down with the
/// other.
pub(super) fn change(document: &mut Document, given: Map<String, Value>) -> Result<(), ManageError> {
    let is_named = |name: &str| given.contains_key(name);
    let follows = is_named("token_lifetime") && !is_named("token_lifetime_for_web");
    merge(&mut document.body, given);
    let mut changed = ResourceServer::read(document)?;
    if follows {
        let for_web = changed.lifetime_for_web();
        changed.token_lifetime_for_web = Some(for_web);
        document.body.insert(String::from("token_lifetime_for_web"), json!(for_web));
    }
    changed.check()
}

impl Engine {
    /// In the order that they were made, the API of this server first.
    pub async fn list_resource_servers(&self) -> Result<Vec<Document>, Fault> {
        let mut all = self.list_all(KIND).await?;
        let system = all.iter().position(|api| self.is_system_api(&api.name)).map(|at| all.remove(at));
        all.insert(0, self.system_api(system));
        Ok(all)
    }

    /// By its id, or by its identifier (M-027).
    pub async fn read_resource_server(&self, id: &str) -> Result<Document, ManageError> {
        if self.is_system_api(id) {
            return self.read_system_api().await;
        }
        match self.store.find_document(KIND, id).await? {
            Some(found) => Ok(found),
            None => {
                let named = self.store.find_document_by_name(KIND, id).await?;
                named.ok_or(ManageError::NotFound(Entity::Document(KIND)))
            }
        }
    }

    pub async fn create_resource_server(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        let mut body = Map::new();
        merge(&mut body, given);
        let identifier = match body.get("identifier") {
            None => return Err(ManageError::MissingProperty("identifier")),
            Some(Value::String(text)) => text.clone(),
            Some(_) => return Err(ManageError::invalid("identifier", "Expected type string")),
        };
        // Taken, so that a tenant that moves here keeps its ids.
        let id = match body.remove("id") {
            None => self.new_id(),
            Some(Value::String(id)) if is_id(&id) => id,
            Some(_) => return Err(ManageError::invalid("id", "Must be 24 hex digits")),
        };
        if self.is_system_api(&identifier) || self.is_system_api(&id) {
            return Err(ManageError::Conflict(KIND.into()));
        }
        let lifetime_for_web = typed::<ResourceServer>(&body)?.lifetime_for_web();
        let defaults = [
            ("scopes", json!([])),
            ("signing_alg", json!("RS256")),
            ("token_lifetime", json!(TOKEN_LIFETIME)),
            ("token_lifetime_for_web", json!(lifetime_for_web)),
            ("allow_offline_access", json!(false)),
            ("skip_consent_for_verifiable_first_party_clients", json!(false)),
        ];
        for (name, value) in defaults {
            body.entry(name).or_insert(value);
        }
        typed::<ResourceServer>(&body)?.check()?;
        body.insert(String::from("is_system"), json!(false));
        let draft = Draft { kind: KIND, id, name: identifier, body, secret: &SECRET };
        self.insert_one(operator, draft).await
    }

    pub async fn update_resource_server(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        if self.is_system_api(id) {
            return self.update_system_api(operator, given).await;
        }
        let id = self.read_resource_server(id).await?.id;
        self.replace_one(operator, (KIND, &id), &SECRET, |document| {
            let fixed = [("id", document.id.clone()), ("identifier", document.name.clone())];
            let mut given = given.clone();
            given.remove("is_system");
            for (property, value) in fixed {
                if given.remove(property).is_some_and(|given| given != json!(value)) {
                    return Err(ManageError::invalid(property, "Cannot be changed"));
                }
            }
            change(document, given)
        })
        .await
    }

    /// The API of this server stays. Of any other, the grants go with it, and first: without it they would
    /// stand for themselves.
    pub async fn remove_resource_server(&self, operator: &Operator, id: &str) -> Result<bool, ManageError> {
        let found = match self.read_resource_server(id).await {
            Ok(found) => found,
            Err(ManageError::NotFound(_)) => return Ok(false),
            Err(other) => return Err(other),
        };
        if found.body.get("is_system") == Some(&json!(true)) {
            return Err(ManageError::invalid("id", "System APIs cannot be deleted"));
        }
        self.remove_grants_for(operator, &found.name).await?;
        self.delete_one(operator, KIND, &found.id).await
    }
}

/// Where a resource server stands in lists: the API of this server first.
pub fn resource_server_key(document: &Document) -> String {
    let is_system = document.body.get("is_system") == Some(&json!(true));
    format!("{}{}", u8::from(!is_system), document.id)
}

fn is_id(id: &str) -> bool {
    id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit())
}
