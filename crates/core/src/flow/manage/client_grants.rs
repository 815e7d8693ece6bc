//! Client grants: what lets a client have tokens for an API (section 2.12). They stand in the record of their
//! client, one for each audience and kind of subject.

use data_encoding::HEXLOWER;
use latchkey_wire::Scopes;
use latchkey_wire::management::scope::is_known;
use serde_json::{Map, Value, json};

use super::client_parts::parse;
use super::clients::client_key;
use super::documents::merge;
use super::resource_servers::ResourceServer;
use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{AudienceGrant, Client, DocumentKind, TokenDialect};

/// Seconds that tokens live where no resource server says it any more.
const TOKEN_LIFETIME: u32 = 86_400;
/// Auth0's grants are for clients that act for themselves unless they say otherwise.
const SUBJECT: &str = "client";
/// What a grant never changes.
const FIXED: [&str; 3] = ["client_id", "audience", "subject_type"];
/// What is kept beside the scopes.
const KEPT: [&str; 6] = [
    "subject_type",
    "allow_all_scopes",
    "organization_usage",
    "allow_any_organization",
    "authorization_details_types",
    "default_for",
];

/// A grant, and whose it is.
#[derive(Clone, Debug)]
pub struct ManagedGrant {
    pub id: String,
    pub body: Map<String, Value>,
    /// Where it stands in lists.
    pub key: String,
}

/// Which grants to list.
#[derive(Clone, Debug, Default)]
pub struct GrantFilter {
    pub client: Option<String>,
    pub audience: Option<String>,
    pub subject_type: Option<String>,
    pub allow_any_organization: Option<bool>,
    pub default_for: Option<String>,
}

impl GrantFilter {
    fn takes(&self, grant: &ManagedGrant) -> bool {
        let is = |name: &str, wanted: &Option<String>| {
            let found = grant.body.get(name).and_then(Value::as_str);
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        let flag = grant.body.get("allow_any_organization") == Some(&json!(true));
        let said = grant.body.contains_key("subject_type");
        let subject = is("subject_type", &self.subject_type)
            || (!said && self.subject_type.as_deref() == Some(SUBJECT));
        is("client_id", &self.client)
            && is("audience", &self.audience)
            && is("default_for", &self.default_for)
            && subject
            && self.allow_any_organization.is_none_or(|wanted| wanted == flag)
    }
}

impl Engine {
    /// By client in the order that these were made.
    pub async fn list_client_grants(&self, filter: &GrantFilter) -> Result<Vec<ManagedGrant>, Fault> {
        let mut all: Vec<ManagedGrant> = self.all_clients().await?.iter().flat_map(grants_of).collect();
        all.retain(|grant| filter.takes(grant));
        all.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(all)
    }

    pub async fn read_client_grant(&self, id: &str) -> Result<ManagedGrant, ManageError> {
        Ok(self.find_grant(id).await?.1)
    }

    pub async fn create_client_grant(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<ManagedGrant, ManageError> {
        let mut body = Map::new();
        merge(&mut body, given);
        let text = |name: &'static str| -> Result<String, ManageError> {
            parse(name, body.get(name).ok_or(ManageError::MissingProperty(name))?)
        };
        let (client_id, audience) = (text("client_id")?, text("audience")?);
        let server = self.server_of(&audience).await?;
        if server.is_none() && !self.is_system_api(&audience) {
            return Err(ManageError::NotFound(DocumentKind::ResourceServer.into()));
        }
        let grant = self.grant_from(&audience, &body, server.as_ref())?;
        let id = grant_id(&client_id, &grant);
        let changed = self
            .change_client(&client_id, |client| {
                if client.audiences.iter().any(|known| grant_id(&client_id, known) == id) {
                    return Err(ManageError::Conflict(Entity::ClientGrant));
                }
                client.audiences.push(grant.clone());
                let after = Some(json!(shown(client, &grant)));
                Ok(self.change(operator, "create", Entity::ClientGrant, &id, (None, after)))
            })
            .await?;
        pick(&changed, &id)
    }

    /// `scope` replaces what was there.
    pub async fn update_client_grant(
        &self,
        operator: &Operator,
        id: &str,
        mut given: Map<String, Value>,
    ) -> Result<ManagedGrant, ManageError> {
        let (client, found) = self.find_grant(id).await?;
        for name in FIXED {
            let fixed = found.body.get(name).cloned().unwrap_or_else(|| json!(SUBJECT));
            if given.remove(name).is_some_and(|given| given != fixed) {
                return Err(ManageError::invalid(name, "Cannot be changed"));
            }
        }
        let audience: String = parse("audience", found.body.get("audience").unwrap_or(&Value::Null))?;
        let server = self.server_of(&audience).await?;
        let client_id = client.id.as_str();
        let changed = self
            .change_client(client_id, |client| {
                let found = client.audiences.iter().find(|known| grant_id(client_id, known) == id);
                let before = found.cloned().ok_or(ManageError::NotFound(Entity::ClientGrant))?;
                let mut body = shown(client, &before);
                body.remove("id");
                merge(&mut body, given.clone());
                let grant = self.grant_from(&audience, &body, server.as_ref())?;
                let records = (Some(json!(shown(client, &before))), Some(json!(shown(client, &grant))));
                let (token_lifetime, dialect) = (before.token_lifetime, before.dialect);
                if let Some(place) = client.audiences.iter_mut().find(|known| **known == before) {
                    *place = AudienceGrant { token_lifetime, dialect, ..grant };
                }
                Ok(self.change(operator, "update", Entity::ClientGrant, id, records))
            })
            .await?;
        pick(&changed, id)
    }

    /// An unknown id is as good as deleted.
    pub async fn remove_client_grant(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        let client = match self.find_grant(id).await {
            Ok((client, _)) => client,
            Err(ManageError::NotFound(_)) => return Ok(()),
            Err(other) => return Err(other),
        };
        self.drop_grants(operator, &client, |grant| grant_id(client.id.as_str(), grant) == id).await
    }

    /// Nobody has tokens for an API that is gone.
    pub(super) async fn remove_grants_for(
        &self,
        operator: &Operator,
        audience: &str,
    ) -> Result<(), ManageError> {
        for client in self.all_clients().await? {
            self.drop_grants(operator, &client, |grant| grant.audience == audience).await?;
        }
        Ok(())
    }

    async fn drop_grants(
        &self,
        operator: &Operator,
        client: &Client,
        is_meant: impl Fn(&AudienceGrant) -> bool + Send + Sync,
    ) -> Result<(), ManageError> {
        for grant in client.audiences.iter().filter(|grant| is_meant(grant)) {
            let id = grant_id(client.id.as_str(), grant);
            self.change_client(client.id.as_str(), |client| {
                client.audiences.retain(|known| grant_id(client.id.as_str(), known) != id);
                let before = Some(json!(shown(client, grant)));
                Ok(self.change(operator, "delete", Entity::ClientGrant, &id, (before, None)))
            })
            .await?;
        }
        Ok(())
    }

    async fn find_grant(&self, id: &str) -> Result<(Client, ManagedGrant), ManageError> {
        for client in self.all_clients().await? {
            let found = grants_of(&client).into_iter().find(|grant| grant.id == id);
            if let Some(grant) = found {
                return Ok((client, grant));
            }
        }
        Err(ManageError::NotFound(Entity::ClientGrant))
    }

    /// None for the API of this server, and for what only the command line granted.
    async fn server_of(&self, audience: &str) -> Result<Option<ResourceServer>, ManageError> {
        if self.is_system_api(audience) {
            return Ok(None);
        }
        let found = self.store.find_document_by_name(DocumentKind::ResourceServer, audience).await?;
        found.as_ref().map(ResourceServer::read).transpose()
    }

    /// A grant as a tool wrote it, of scopes that the API has.
    fn grant_from(
        &self,
        audience: &str,
        body: &Map<String, Value>,
        server: Option<&ResourceServer>,
    ) -> Result<AudienceGrant, ManageError> {
        let known = |name: &&String| ["client_id", "audience", "scope"].contains(&name.as_str());
        let mut further = Map::new();
        for (name, value) in body.iter().filter(|(name, _)| !known(name)) {
            if !KEPT.contains(&name.as_str()) {
                return Err(ManageError::invalid(name, "Additional properties not allowed"));
            }
            let sound = match name.as_str() {
                "subject_type" => matches!(value.as_str(), Some("client" | "user")),
                "allow_all_scopes" | "allow_any_organization" => value.is_boolean(),
                "authorization_details_types" => value.is_array(),
                _ => value.is_string(),
            };
            if !sound {
                return Err(ManageError::invalid(name, "Has the wrong type, or an unknown value"));
            }
            further.insert(name.clone(), value.clone());
        }
        let scope: Vec<String> = match body.get("scope") {
            Some(list) => parse("scope", list)?,
            None if further.get("allow_all_scopes") == Some(&json!(true)) => Vec::new(),
            None => return Err(ManageError::MissingProperty("scope")),
        };
        self.check_scopes(audience, &scope, server)?;
        let (token_lifetime, dialect) = (TOKEN_LIFETIME, TokenDialect::default());
        let scopes = Scopes::from_iter(scope);
        Ok(AudienceGrant { audience: audience.to_owned(), scopes, token_lifetime, dialect, further })
    }

    /// An audience that the command line granted has no resource server: its scopes are words.
    fn check_scopes(
        &self,
        audience: &str,
        scope: &[String],
        server: Option<&ResourceServer>,
    ) -> Result<(), ManageError> {
        let is_sound = |word: &String| match server {
            Some(server) => server.has_scope(word),
            None if self.is_system_api(audience) => is_known(word),
            None => Scopes::of_any_length(word).is_ok_and(|words| words.contains(word)),
        };
        match scope.iter().find(|word| !is_sound(word)) {
            None => Ok(()),
            Some(word) => {
                Err(ManageError::invalid("scope", format!("The API does not have the scope {word:.280}")))
            }
        }
    }
}

fn grants_of(client: &Client) -> Vec<ManagedGrant> {
    let place = |(index, grant)| ManagedGrant {
        id: grant_id(client.id.as_str(), grant),
        body: shown(client, grant),
        key: format!("{}/{index:06}", client_key(client)),
    };
    client.audiences.iter().enumerate().map(place).collect()
}

fn pick(client: &Client, id: &str) -> Result<ManagedGrant, ManageError> {
    let found = grants_of(client).into_iter().find(|grant| grant.id == id);
    found.ok_or(ManageError::NotFound(Entity::ClientGrant))
}

fn shown(client: &Client, grant: &AudienceGrant) -> Map<String, Value> {
    let mut body = grant.further.clone();
    body.insert(String::from("id"), json!(grant_id(client.id.as_str(), grant)));
    body.insert(String::from("client_id"), json!(client.id));
    body.insert(String::from("audience"), json!(grant.audience));
    body.insert(String::from("scope"), json!(grant.scopes.iter().collect::<Vec<_>>()));
    body
}

/// `cgr_` and 16 characters, the same for as long as client, audience and kind of subject are.
fn grant_id(client: &str, grant: &AudienceGrant) -> String {
    let text = json!([client, grant.audience, grant.subject_type().unwrap_or(SUBJECT)]).to_string();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    format!("cgr_{}", HEXLOWER.encode(digest.as_ref().split_at(8).0))
}
