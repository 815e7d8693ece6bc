//! Signing up and in with passkeys, as Auth0's native API has it (protocol 2.6, 2.9.6): a challenge is given
//! out and kept, an authenticator answers it, and `crate::grant::webauthn` takes the answer.

mod add;
mod assert;
mod ceremony;
mod challenge;
mod made;
mod party;
mod register;
mod sign_up;

pub(in crate::flow) use add::Home;
pub use add::PageCreation;
pub(in crate::flow) use add::descriptor_of;
pub(crate) use assert::{Presented, Refused};
pub use ceremony::{Ceremony, NewPerson, Purpose};
pub(crate) use challenge::timeout;
pub(crate) use made::NewPasskey;
pub use party::PartyInUse;
pub(crate) use register::creation_options;
pub(crate) use sign_up::SigningUp;

use std::net::IpAddr;

use latchkey_wire::Secret;

use super::authenticate_client::{ClientAuthError, ClientCredentials, ClientProof, ProvenClient};
use crate::caller::Caller;
use crate::channel::PasskeyOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::{ACCOUNT_CLIENT, Client, ClientId, Connection, Event, EventKind, RelyingParty};
use crate::sender::BadOption;
use crate::store::StoreError;

/// Seconds that an authenticator has to answer (S-051).
pub const CEREMONY_LIFE: i64 = 300;

/// What a client is given to hand to an authenticator.
#[derive(Clone, Debug)]
pub struct Begun<O> {
    pub auth_session: Secret,
    pub options: O,
    /// The IP limit's state, for headers.
    pub limit: LimitState,
}

/// Why nobody can sign up or in with a passkey.
#[derive(Debug, thiserror::Error)]
pub enum BeginPasskeyError {
    /// The tenant has none.
    #[error("there are no passkeys here")]
    Off,
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// It has not got the grant, or is not first-party.
    #[error("the client may not use passkeys")]
    ClientNotAllowed,
    #[error("the origin is not allowed for the client")]
    OriginNotAllowed,
    #[error("no such connection")]
    ConnectionUnknown,
    /// None is named, and the client has none or several.
    #[error("the request names no connection")]
    ConnectionNotNamed,
    #[error("the connection is disabled for the client")]
    ConnectionDisabled,
    #[error("the connection has no passkeys")]
    MethodOff,
    #[error("the connection lets nobody sign up")]
    SignupClosed,
    /// What the connection knows its people by is not there.
    #[error("{0} is missing")]
    IdentifierMissing(&'static str),
    /// A part of the profile or the metadata is not what it may be.
    #[error("{property}: {reason}")]
    Profile { property: String, reason: String },
    /// Only with `auth0_oracles`.
    #[error("somebody has the identifier")]
    UserExists,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for BeginPasskeyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A client that may use passkeys, and the domain that they are for.
struct Asking {
    who: ProvenClient,
    party: RelyingParty,
    limit: LimitState,
}

impl Engine {
    /// `Off`, whatever is asked and by whom, where an operator switched passkeys off (P-183).
    pub async fn require_passkeys(&self) -> Result<(), BeginPasskeyError> {
        match self.tenant().await?.passkeys {
            true => Ok(()),
            false => Err(BeginPasskeyError::Off),
        }
    }

    /// Looks at the client, takes the permit of its person's address, and looks at the page that asks.
    async fn passkey_client(
        &self,
        credentials: &ClientCredentials,
        caller: &Caller,
    ) -> Result<Asking, BeginPasskeyError> {
        self.require_passkeys().await?;
        let who = self.named_client(credentials, caller).await?;
        let taken = self.take_passkey_permit(who.user_ip(caller));
        let limit = taken.map_err(BeginPasskeyError::TooManyRequests)?;
        // The account page has ceremonies of its own.
        if !may_use_passkeys(&who.client) || who.client.id.as_str() == ACCOUNT_CLIENT {
            return Err(BeginPasskeyError::ClientNotAllowed);
        }
        let party = self.relying_party(&who.client).await?;
        // Invariant: a challenge that a page asks for works on that page. One of a page that the domain does not
        // cover could only be answered on another.
        if let Some(origin) = &caller.origin
            && (!party.origins.contains(origin)
                || !(self.is_own_origin(origin) || who.client.allows_origin(origin)))
        {
            self.note_origin(Some(&who.client.id), origin);
            return Err(BeginPasskeyError::OriginNotAllowed);
        }
        Ok(Asking { who, party, limit })
    }

    /// For a ceremony that somebody asks for from there (RL-18).
    pub(in crate::flow) fn take_passkey_permit(&self, ip: IpAddr) -> Result<LimitState, LimitState> {
        let (bucket, micros) = (self.settings.limits.passkeys_per_ip, self.clock.now_micros());
        self.buckets.take("passkeys", &limit::prefix(ip), bucket, micros)
    }

    /// Web applications ask from the browser, where they have no secret; one that is sent is checked. Who a
    /// client is, it proves at the token endpoint.
    pub(crate) async fn named_client(
        &self,
        credentials: &ClientCredentials,
        caller: &Caller,
    ) -> Result<ProvenClient, ClientAuthError> {
        if !matches!(credentials.proof, ClientProof::None) {
            return self.authenticate_client(credentials, caller).await;
        }
        self.note_arrival();
        let client = self.client(&credentials.id).await?.ok_or(ClientAuthError::Unknown)?;
        Ok(ProvenClient { client, proven: false })
    }

    fn passkey_event(&self, kind: EventKind, asking: &Asking, caller: &Caller, purpose: &Purpose) -> Event {
        let mut event = self.event(kind, Some(&asking.who.client.id));
        event.ip = Some(asking.who.user_ip(caller).to_string());
        event.detail.insert(String::from("purpose"), purpose.word().into());
        event
    }
}

/// The grant is theirs, and they are the tenant's own (protocol 2.6).
pub(crate) fn may_use_passkeys(client: &Client) -> bool {
    client.allows(latchkey_wire::token::WEBAUTHN) && client.first_party
}

/// The options of a connection, which its client may use and which has passkeys.
pub(crate) fn usable(connection: &Connection, client: &Client) -> Result<PasskeyOptions, BeginPasskeyError> {
    usable_at(connection, &client.id)
}

pub(in crate::flow) fn usable_at(
    connection: &Connection,
    client: &ClientId,
) -> Result<PasskeyOptions, BeginPasskeyError> {
    if !connection.is_enabled_for(client) {
        return Err(BeginPasskeyError::ConnectionDisabled);
    }
    let options = PasskeyOptions::read(connection).map_err(|bad| faulty(connection, &bad))?;
    match options.enabled {
        true => Ok(options),
        false => Err(BeginPasskeyError::MethodOff),
    }
}

fn faulty(connection: &Connection, error: &BadOption) -> Fault {
    Fault::Sender { connection: connection.name.clone(), reason: error.to_string() }
}
