//! `POST /co/authenticate`: a code proved on a page of the client's own becomes a ticket for `/authorize`
//! (protocol 2.7, F4).

use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};

use super::browser::{Browser, Proved, write_body};
use super::redeem::{Presented, RedeemError, Redemption};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{ClientId, EventKind, Handle, HandleKind, Strategy, TokenHash};
use crate::store::StoreError;

/// Seconds from the proof to `/authorize` (S-194).
const TICKET_LIFE: i64 = 60;

#[derive(Debug, thiserror::Error)]
pub enum CoAuthenticateError {
    /// Of a page that the client did not register. The origin goes back to it.
    #[error("the origin is not allowed")]
    OriginNotAllowed,
    #[error("no such client, or its pages may not sign in from their own origin")]
    NotAllowed,
    #[error("unknown realm {realm}")]
    UnknownRealm { realm: String },
    #[error(transparent)]
    Code(#[from] RedeemError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for CoAuthenticateError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a page proves.
pub struct CrossOriginLogin<'a> {
    pub client: &'a ClientId,
    pub username: &'a str,
    pub otp: &'a Secret,
    pub realm: &'a str,
}

/// What the page gets for it.
pub struct LoginTicket {
    pub login_ticket: Secret,
    /// Under this name the page keeps the verifier, for a browser that drops our cookie.
    pub co_id: String,
    pub co_verifier: Secret,
}

/// What a login ticket stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ticket {
    #[serde(flatten)]
    pub proved: Proved,
    pub co_id: String,
    pub co_verifier: TokenHash,
}

impl Engine {
    pub async fn co_authenticate(
        &self,
        login: CrossOriginLogin<'_>,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<LoginTicket, CoAuthenticateError> {
        let client = self.client(login.client).await?.ok_or(CoAuthenticateError::NotAllowed)?;
        let origin = caller.origin.as_deref().unwrap_or_default();
        if !self.is_own_origin(origin) && !client.allows_origin(origin) {
            self.note_origin(Some(&client.id), origin);
            return Err(CoAuthenticateError::OriginNotAllowed);
        }
        if !client.first_party || !client.cross_origin_login {
            return Err(CoAuthenticateError::NotAllowed);
        }
        let found = self.connection(login.realm).await?;
        let connection = found
            .filter(|connection| connection.strategy != Strategy::Database)
            .ok_or_else(|| CoAuthenticateError::UnknownRealm { realm: login.realm.to_owned() })?;
        let signed_in = self
            .redeem(Redemption {
                client: &client,
                connection: &connection,
                username: login.username,
                presented: Presented::Code(login.otp),
                ip: caller.ip,
                refresh: None,
                on_success: EventKind::CrossOriginProved,
                on_failure: EventKind::CrossOriginFailed,
            })
            .await?;
        let proved = Proved {
            user: signed_in.user.id.clone(),
            client: client.id.clone(),
            browser: browser.hash(),
            connection: connection.name.clone(),
            proof: signed_in.proof,
            at: signed_in.at(self.now()),
        };
        let (login_ticket, co_verifier) = (self.random.token(), self.random.token());
        let co_id = self.random.alphanumeric(12);
        let ticket = Ticket { proved, co_id: co_id.clone(), co_verifier: TokenHash::of(&co_verifier) };
        self.store
            .insert_handle(Handle {
                id: TokenHash::of(&login_ticket),
                kind: HandleKind::LoginTicket,
                body: write_body(&ticket)?,
                expires_at: self.now().plus(TICKET_LIFE),
                used_at: None,
            })
            .await?;
        Ok(LoginTicket { login_ticket, co_id, co_verifier })
    }
}
