//! What tokens for an audience are: with which scopes, for how long, in which shape. The resource server of
//! that name says it where there is one, else the client's grant.

use latchkey_wire::Scopes;
use latchkey_wire::management::scope::{ALL, is_known};

use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::manage::operator::API;
use crate::flow::manage::resource_servers::ResourceServer;
use crate::flow::manage::system_api::MAX_LIFETIME;
use crate::model::{AudienceGrant, Client, ClientKind, DocumentKind, TokenDialect};
use crate::store::StoreError;

/// An audience, as one client may ask tokens for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    pub audience: String,
    /// Those that the client may have.
    pub scopes: Scopes,
    /// Seconds that an access token lives.
    pub token_lifetime: u32,
    /// Seconds that one lives which `/authorize` itself hands out, where the API says so.
    pub implicit_lifetime: Option<u32>,
    pub dialect: TokenDialect,
    /// Refresh tokens may be had beside it.
    pub offline: bool,
}

/// Why there is none for a client that asks.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("the audience is not known or not granted")]
    NotGranted,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Api {
    fn of_grant(grant: &AudienceGrant) -> Self {
        Self {
            audience: grant.audience.clone(),
            scopes: grant.scopes.clone(),
            token_lifetime: grant.token_lifetime,
            implicit_lifetime: None,
            dialect: grant.dialect,
            offline: true,
        }
    }

    fn of_server(server: &ResourceServer, scopes: Scopes) -> Self {
        Self {
            audience: server.identifier.clone(),
            scopes,
            token_lifetime: server.lifetime(),
            implicit_lifetime: Some(server.lifetime_for_web()),
            dialect: server.dialect(),
            offline: server.allow_offline_access,
        }
    }
}

impl Engine {
    /// For a client that acts for itself: it needs a grant, and has no more than the API still has.
    pub async fn api_for_machine(&self, client: &Client, audience: &str) -> Result<Option<Api>, Fault> {
        let Some(grant) = client.machine_grant(audience) else { return Ok(None) };
        let server = self.resource_server(audience).await?;
        let is_system = audience == self.url(API);
        let scopes = match &server {
            _ if is_system && grant.is_for_all_scopes() => {
                // Those of people's own tokens open nothing to a machine.
                ALL.iter()
                    .filter(|scope| !scope.contains("current_user"))
                    .map(|scope| (*scope).to_owned())
                    .collect()
            }
            _ if is_system => grant.scopes.filtered(is_known),
            None => grant.scopes.clone(),
            Some(server) if grant.is_for_all_scopes() => server.all_scopes(),
            Some(server) => grant.scopes.filtered(|scope| server.has_scope(scope)),
        };
        let mut api = match server {
            None => Api { scopes, ..Api::of_grant(grant) },
            Some(server) => Api::of_server(&server, scopes),
        };
        if is_system {
            api.token_lifetime = api.token_lifetime.min(MAX_LIFETIME);
        }
        Ok(Some(api))
    }

    /// As [`Engine::api_for_people`], for a request that may name an audience and may not ask for just any.
    pub async fn asked_api(&self, client: &Client, name: Option<&str>) -> Result<Option<Api>, ApiError> {
        match name {
            None => Ok(None),
            Some(name) => {
                let api = self.api_for_people(client, name).await?;
                api.map(Some).ok_or(ApiError::NotGranted)
            }
        }
    }

    /// What a new request of a client is for: without an audience it is the tenant's, where the client may
    /// have it. `/userinfo` is no API.
    pub async fn wanted_api(&self, client: &Client, name: Option<&str>) -> Result<Option<Api>, ApiError> {
        match name {
            Some(name) if name == self.url("userinfo") => Ok(None),
            Some(name) => self.asked_api(client, Some(name)).await,
            None => match self.tenant().await?.default_audience {
                Some(name) => Ok(self.api_for_people(client, &name).await?),
                None => Ok(None),
            },
        }
    }

    /// For people who sign in at a client. An API with a resource server is open to every client of the
    /// operator's own, with all of its scopes; any other client needs a grant.
    pub async fn api_for_people(&self, client: &Client, audience: &str) -> Result<Option<Api>, Fault> {
        let grant = client.people_grant(audience);
        // Invariant: the API of this server is nobody's by default.
        let server = match audience == self.url(API) {
            true => None,
            false => self.resource_server(audience).await?,
        };
        let Some(server) = server else {
            let mut api = grant.map(Api::of_grant);
            if let Some(api) = api.as_mut().filter(|api| api.audience == self.url(API)) {
                api.token_lifetime = api.token_lifetime.min(MAX_LIFETIME);
            }
            return Ok(api);
        };
        let scopes = match (client.first_party, grant) {
            (true, _) => server.all_scopes(),
            (false, None) => return Ok(None),
            (false, Some(grant)) if grant.is_for_all_scopes() => server.all_scopes(),
            (false, Some(grant)) => grant.scopes.filtered(|scope| server.has_scope(scope)),
        };
        let mut api = Api::of_server(&server, scopes);
        if client.kind == ClientKind::Spa {
            api.token_lifetime = server.lifetime_for_web();
        }
        Ok(Some(api))
    }

    async fn resource_server(&self, audience: &str) -> Result<Option<ResourceServer>, Fault> {
        let document = self.document(DocumentKind::ResourceServer, audience).await?;
        let read = document.as_ref().as_ref().map(ResourceServer::read).transpose();
        let broken = |_| StoreError::Corrupt(String::from("a resource server cannot be read")).into();
        read.map_err(broken)
    }
}
