//! The client credentials grant: a machine gets a token for an API (protocol 2.9.4).

use latchkey_wire::token::{ClientCredentialsRequest, TokenResponse};

use super::ExchangeError;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::authenticate_client::ProvenClient;
use crate::model::{Client, EventKind};

impl Engine {
    pub(super) async fn client_credentials(
        &self,
        who: &ProvenClient,
        request: ClientCredentialsRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let client = &*who.client;
        // Without an audience: the tenant's, or the only one that the client has.
        let usual = self.tenant().await?.default_audience.filter(|name| client.machine_grant(name).is_some());
        let api = match request.audience.or(usual).or_else(|| only_audience(client)) {
            Some(name) => self.api_for_machine(client, &name).await?,
            None => None,
        };
        let mut event = self.event(EventKind::ClientCredentialsExchanged, Some(&client.id));
        event.ip = Some(who.user_ip(caller).to_string());
        let Some(api) = api else {
            event.kind = EventKind::ClientCredentialsFailed;
            self.store.insert_events(vec![event]).await?;
            return Err(ExchangeError::AudienceNotAllowed);
        };
        let scope = match request.scope {
            // What is asked beside what was granted is left out (M-001).
            Some(asked) if !asked.is_empty() => {
                let had = asked.filtered(|word| api.scopes.contains(word));
                if had.is_empty() {
                    return Err(ExchangeError::ScopeTooWide);
                }
                had
            }
            _ => api.scopes.clone(),
        };
        let access_token = self.machine_access_token(client, &api, &scope).await?;
        self.store.insert_events(vec![event]).await?;
        Ok(TokenResponse {
            access_token,
            refresh_token: None,
            id_token: None,
            scope: (!scope.is_empty()).then_some(scope),
            expires_in: api.token_lifetime.into(),
            token_type: String::from("Bearer"),
            device_key: None,
            device_key_error: None,
        })
    }
}

/// Of several the client must say which.
fn only_audience(client: &Client) -> Option<String> {
    let mut grants = client.machine_grants();
    match (grants.next(), grants.next()) {
        (Some(only), None) => Some(only.audience.clone()),
        _ => None,
    }
}
