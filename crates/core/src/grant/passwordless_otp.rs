//! The passwordless OTP grant: an address and a code become tokens (protocol 2.9.1).

use latchkey_wire::Scopes;
use latchkey_wire::scope::OFFLINE_ACCESS;
use latchkey_wire::token::{self, PasswordlessOtpRequest, TokenResponse};

use super::ExchangeError;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::authenticate_client::ProvenClient;
use crate::flow::device_key::RightCode;
use crate::flow::redeem::{Presented, Redemption, SignedIn};
use crate::model::{Client, EventKind, FamilyId, RefreshFamily, RefreshKind, Strategy};
use crate::token::api::Api;
use crate::token::issue::Authenticated;

/// What a code is traded for.
pub(super) struct Wanted {
    pub scope: Scopes,
    pub audience: Option<Api>,
    pub refresh: Option<RefreshFamily>,
}

impl Engine {
    pub(super) async fn passwordless_otp(
        &self,
        who: &ProvenClient,
        request: PasswordlessOtpRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let client = &*who.client;
        let connection = self
            .connection(&request.realm)
            .await?
            .filter(|connection| connection.strategy != Strategy::Database)
            .ok_or_else(|| ExchangeError::UnknownRealm { realm: request.realm.clone() })?;
        if request.redirect_uri.is_some_and(|uri| !client.callbacks.contains(&uri)) {
            return Err(ExchangeError::RedirectUriNotAllowed);
        }
        let key = self.key_beside_code(who, request.device_key.as_ref(), caller).await?;
        let wanted =
            self.wanted(client, &connection.name, request.scope, request.audience.as_deref()).await?;
        let signed_in = self
            .redeem(Redemption {
                client,
                connection: &connection,
                username: &request.username,
                presented: Presented::Code(&request.otp),
                ip: who.user_ip(caller),
                refresh: wanted.refresh.clone(),

                on_success: EventKind::OtpExchanged,
                on_failure: EventKind::OtpExchangeFailed,
            })
            .await?;
        let code = RightCode::of(&signed_in, self.now());
        let tokens = self.issue_for_code(client, signed_in, wanted).await?;
        Ok(self.with_key(tokens, key, (who, &connection.name, code), caller).await?)
    }

    /// What the client gets once the code is right.
    pub(super) async fn wanted(
        &self,
        client: &Client,
        connection: &str,
        scope: Option<Scopes>,
        audience: Option<&str>,
    ) -> Result<Wanted, ExchangeError> {
        let audience = self.wanted_api(client, audience).await?;
        let scope = granted(client, scope, audience.as_ref());
        let name = audience.as_ref().map(|api| api.audience.clone());
        let refresh =
            scope.contains(OFFLINE_ACCESS).then(|| self.new_family(client, connection, &scope, name));
        Ok(Wanted { scope, audience, refresh })
    }

    pub(super) async fn issue_for_code(
        &self,
        client: &Client,
        signed_in: SignedIn,
        wanted: Wanted,
    ) -> Result<TokenResponse, ExchangeError> {
        let family = wanted.refresh.as_ref().map(|family| family.id.clone());
        let authenticated = Authenticated {
            client,
            user: &signed_in.user,
            scope: wanted.scope,
            audience: wanted.audience.as_ref(),
            nonce: None,
            auth_time: signed_in.at(self.now()),
            proof: Some(signed_in.proof),
            acr: None,
            legacy: false,
            sid: None,
            family: family.as_ref(),
            credential: None,
        };
        Ok(self.issue(&authenticated, signed_in.refresh_token).await?)
    }

    /// A refresh family by the client's settings; the user is filled in with the sign-in.
    pub fn new_family(
        &self,
        client: &Client,
        connection: &str,
        scope: &Scopes,
        audience: Option<String>,
    ) -> RefreshFamily {
        let now = self.now();
        let after = |seconds: Option<u32>| seconds.map(|seconds| now.plus(seconds.into()));
        RefreshFamily {
            id: FamilyId::new(self.new_id()),
            kind: RefreshKind::Standard,
            client: client.id.clone(),
            user: crate::model::UserId::new(""),
            scope: scope.clone(),
            audience,
            connection: connection.to_owned(),
            device: None,
            created_at: now,
            auth_time: now,
            expires_at: after(client.refresh.lifetime),
            idle_expires_at: after(client.refresh.idle_lifetime),
            revoked_at: None,
            session: None,
            used_at: None,
            credential: None,
            metadata: Default::default(),
        }
    }
}

/// What a client gets of what it asks: the words of OpenID Connect, those of the audience, and
/// `offline_access` only where it and the API may have refresh tokens. Other words are dropped (P-082).
pub(crate) fn granted(client: &Client, asked: Option<Scopes>, api: Option<&Api>) -> Scopes {
    let standard = Scopes::default_grant();
    let asked = asked.unwrap_or_else(|| standard.clone());
    asked.filtered(|word| match word {
        OFFLINE_ACCESS => client.allows(token::REFRESH_TOKEN) && api.is_none_or(|api| api.offline),
        word => standard.contains(word) || api.is_some_and(|api| api.scopes.contains(word)),
    })
}
