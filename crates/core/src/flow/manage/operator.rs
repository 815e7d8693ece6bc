//! Who calls: a client with an access token for the Management API. What it may do is asked anew at every
//! call, since a token outlives a change of its client's grant.

use jsonwebtoken::{Algorithm, DecodingKey};
use latchkey_wire::Scopes;
use latchkey_wire::management::scope::{
    CREATE_CURRENT_USER_DEVICE_CREDENTIALS, DELETE_CURRENT_USER_DEVICE_CREDENTIALS, READ_DEVICE_CREDENTIALS,
};
use latchkey_wire::profile::Claims;
use serde_json::Value;

use super::ManageError;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::touch_id::Holder;
use crate::flow::whole_proof::tells_key;
use crate::limit::LimitState;
use crate::model::{Client, ClientId, CredentialId, Role, UserId, revoked_mark};
use crate::store::StoreError;
use crate::token::issue::GRANT_ID;
use crate::token::jwt;

/// The path that the API stands under; with the issuer before it, the audience of its tokens.
pub const API: &str = "api/v2/";

/// The client that events name where an administrator acts.
pub(super) const DASHBOARD: &str = "latchkey-dashboard";

/// The client that events name where a command of the console acts.
const CONSOLE: &str = "latchkey-cli";

/// The client that a person is shown as who proved a password and named no client.
const DEVICES: &str = "latchkey-devices";

/// What people may do here with tokens of their own.
const OF_PEOPLE: [&str; 2] = [CREATE_CURRENT_USER_DEVICE_CREDENTIALS, DELETE_CURRENT_USER_DEVICE_CREDENTIALS];

/// A caller who may do what its scopes say.
#[derive(Clone, Debug)]
pub struct Operator {
    pub client: ClientId,
    pub scopes: Scopes,
    /// The id of the administrator, where a person calls by the dashboard.
    pub admin: Option<String>,
    /// The user of the machine, where a command of its console calls.
    pub local_user: Option<String>,
    /// The user, where a person calls with a token, or a password, of their own: it is about nobody else.
    pub holder: Option<Holder>,
    /// An administrator signed in a short while ago; a client always has.
    pub fresh: bool,
    /// Where the client stands with its pace.
    pub limit: LimitState,
}

#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    #[error("the token has expired")]
    Expired,
    /// Not ours, changed, or of a client that is gone or lost its grant.
    #[error("the token is not valid")]
    Invalid,
    #[error("the token is for another audience")]
    BadAudience,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for OperatorError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Who holds the machine: the command line.
    pub fn console() -> Self {
        Self { client: ClientId::from(CONSOLE), admin: None, ..Self::of_admin("", Role::Owner) }
    }

    /// As [`Operator::console`], and events name the user of the machine.
    pub fn console_of(user: &str) -> Self {
        Self { local_user: Some(user.to_owned()), ..Self::console() }
    }

    /// An administrator, who may do what their role says.
    pub(super) fn of_admin(id: &str, role: Role) -> Self {
        let limit = LimitState { limit: 0, remaining: 0, reset_at: 0, retry_after: 0 };
        Self {
            client: ClientId::from(DASHBOARD),
            scopes: role.scopes(),
            admin: Some(id.to_owned()),
            local_user: None,
            holder: None,
            fresh: true,
            limit,
        }
    }

    /// A person who proved their password: what they may do about their own devices.
    pub fn of_holder(holder: Holder) -> Self {
        let words = [READ_DEVICE_CREDENTIALS].into_iter().chain(OF_PEOPLE);
        let scopes = words.map(String::from).collect();
        let client = ClientId::from(DEVICES);
        Self { client, admin: None, holder: Some(holder), scopes, ..Self::of_admin("", Role::Viewer) }
    }

    /// Somebody at the dashboard or at the machine's console, and not a tool with a token.
    pub(super) fn is_person(&self) -> bool {
        [DASHBOARD, CONSOLE].contains(&self.client.as_str())
    }

    /// A person who proved a password, and no client with a token of theirs.
    pub fn is_by_password(&self) -> bool {
        self.holder.is_some() && self.client.as_str() == DEVICES
    }

    /// One scope of the list is enough.
    pub fn must(&self, any_of: &'static [&'static str]) -> Result<(), ManageError> {
        match self.may(any_of) {
            true => Ok(()),
            false if self.has(any_of) => Err(ManageError::StaleSignIn),
            false => Err(ManageError::InsufficientScope { any_of }),
        }
    }

    pub fn may(&self, any_of: &[&str]) -> bool {
        let may = |scope: &str| self.scopes.contains(scope) && (self.fresh || !needs_fresh(scope));
        any_of.iter().any(|scope| may(scope))
    }

    /// Whether it may once it has signed in again: what a page offers, which never goes stale itself.
    pub fn has(&self, any_of: &[&str]) -> bool {
        any_of.iter().any(|scope| self.scopes.contains(scope))
    }

    /// For what no scope tells apart: taking every user along.
    pub fn must_be_fresh(&self) -> Result<(), ManageError> {
        if self.fresh { Ok(()) } else { Err(ManageError::StaleSignIn) }
    }
}

/// Secrets, keys, and who else may come in (S-125).
fn needs_fresh(scope: &str) -> bool {
    match scope.split_once(':') {
        Some((_, "client_keys") | ("read", "connections_options")) => true,
        Some((act, "admins" | "signing_keys" | "client_credentials" | "client_grants")) => act != "read",
        _ => false,
    }
}

impl Engine {
    /// The caller of an access token (M-002).
    pub async fn operator(&self, token: &str) -> Result<Operator, OperatorError> {
        let api = self.url(API);
        let claims = match self.read_jwt(token, Some(&api)) {
            Some(claims) => claims,
            None if self.read_jwt(token, None).is_some() => return Err(OperatorError::BadAudience),
            None => return Err(OperatorError::Invalid),
        };
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        if !number("exp").is_some_and(|exp| jwt::is_current(number("iat"), exp, self.now(), 0)) {
            return Err(OperatorError::Expired);
        }
        let id = text("azp").or_else(|| text("client_id")).map(ClientId::from);
        let client = match id {
            Some(id) => self.client(&id).await?,
            None => None,
        };
        let client = client.ok_or(OperatorError::Invalid)?;
        if text("sub") != Some(&format!("{}@clients", client.id)) {
            return self.person(&client, &api, &claims).await;
        }
        let granted = self.api_for_machine(&client, &api).await?.ok_or(OperatorError::Invalid)?;
        let scopes =
            Scopes::of_any_length(text("scope").unwrap_or_default()).map_err(|_| OperatorError::Invalid)?;
        let limits = &self.settings.limits;
        let limit = self
            .buckets
            .take("management", client.id.as_str(), limits.management_per_client, self.clock.now_micros())
            .map_err(|limit| {
                self.note_rate(Some(&client.id), "management", None);
                OperatorError::TooManyRequests(limit)
            })?;
        let scopes = scopes.filtered(|scope| granted.scopes.contains(scope));
        Ok(Operator {
            client: client.id.clone(),
            scopes,
            admin: None,
            local_user: None,
            holder: None,
            fresh: true,
            limit,
        })
    }

    /// A person by their own access token: of what the API has, they may only do what is for people.
    async fn person(&self, client: &Client, api: &str, claims: &Claims) -> Result<Operator, OperatorError> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let subject = text("sub").map(UserId::from).ok_or(OperatorError::Invalid)?;
        let user = self.store.find_user(&subject).await?.filter(|user| !user.blocked);
        let user = user.ok_or(OperatorError::Invalid)?;
        let granted = self.api_for_people(client, api).await?.ok_or(OperatorError::Invalid)?;
        // A chain of refresh tokens, or the key of a device: either ends what it gave.
        let credential = text(GRANT_ID).map(CredentialId::from);
        if let Some(credential) = &credential
            && self.store.is_seen(&revoked_mark(&credential.family()), self.now()).await?
        {
            return Err(OperatorError::Invalid);
        }
        let scopes =
            Scopes::of_any_length(text("scope").unwrap_or_default()).map_err(|_| OperatorError::Invalid)?;
        let scopes = scopes.filtered(|scope| granted.scopes.contains(scope) && OF_PEOPLE.contains(&scope));
        let proved_at = Timestamp(claims.get("auth_time").and_then(Value::as_i64).unwrap_or_default());
        if !user.counts_proof_of(proved_at) {
            return Err(OperatorError::Invalid);
        }
        let is_whole = self.is_whole_proof(&user, tells_key(claims)).await?;
        let holder = Holder { user: user.id, proved_at, is_whole, credential, connection: None };
        let (bucket, micros) = (self.settings.limits.management_per_client, self.clock.now_micros());
        let limit = self
            .buckets
            .take("management", holder.user.as_str(), bucket, micros)
            .map_err(OperatorError::TooManyRequests)?;
        Ok(Operator {
            client: client.id.clone(),
            scopes,
            admin: None,
            local_user: None,
            holder: Some(holder),
            fresh: true,
            limit,
        })
    }

    /// The claims of a JWT of ours, whatever its times.
    pub(super) fn read_jwt(&self, token: &str, audience: Option<&str>) -> Option<Claims> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let check = |algorithm: Algorithm, key: &DecodingKey| {
            jwt::verify::<Claims>(token, algorithm, key, &self.settings.issuer, audience)
        };
        self.keys.with_verifier(&kid, check)
    }
}
