//! `POST /passwordless/verify` as the SDKs send it, and what `verify_redirect` makes of it (protocol F5,
//! 2.2, 2.3; S-191, S-192). The first only checks the code; the second uses it up, and does so at once
//! only in the browser that has checked it within the last minute.

use std::sync::Arc;

use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::{Secret, error as codes};
use serde::{Deserialize, Serialize};

use super::authorize::{Asked, RequestError, error_response};
use super::browser::{Browser, Proved, read_body, write_body};
use super::redeem::{Presented, RedeemError, Redemption};
use super::sign_in::{Entered, Entry, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit;
use crate::model::{
    Authorization, AuthorizationResponse, Client, ClientId, Connection, EventKind, Handle, HandleKind,
    Strategy, TokenHash,
};
use crate::store::{HandleUse, StoreError, UseHandle};

/// Seconds between the check and the redirect.
const TICKET_LIFE: i64 = 60;

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("no such client")]
    ClientUnknown,
    #[error("the origin is not allowed for the client")]
    OriginNotAllowed,
    #[error("the connection was not found")]
    ConnectionUnknown,
    #[error("the connection was disabled")]
    ConnectionDisabled,
    #[error(transparent)]
    Code(#[from] RedeemError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for VerifyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A code and what it is for, as both requests name them.
#[derive(Clone, Copy)]
pub struct NamedCode<'a> {
    pub connection: &'a str,
    /// The address as the client sent it.
    pub username: &'a str,
    pub code: &'a Secret,
}

/// What a redirect came to.
#[derive(Debug)]
pub enum Redirected {
    Entered(Entered),
    Refused(AuthorizationResponse),
    /// This browser checked no code: a page asks for a press.
    Confirm {
        client: Arc<Client>,
        authorization: Box<Authorization>,
    },
}

/// The body of a ticket.
#[derive(Serialize, Deserialize)]
struct Ticket {
    browser: TokenHash,
}

impl Engine {
    /// Checks a code without using it up; the try counts. auth0.js 6 names no client (P-090): then it is
    /// the one that asked last.
    pub async fn verify_code(
        &self,
        client: Option<&ClientId>,
        named: NamedCode<'_>,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<(), VerifyError> {
        let connection = self.passwordless_connection(named.connection).await?;
        let client = match client {
            Some(id) => self.client(id).await?.ok_or(VerifyError::ClientUnknown)?,
            None => match self.client_that_asked(&connection, named.username).await? {
                Some(client) => client,
                None => return Err(self.refuse_unasked(&connection, named.username, caller).await?.into()),
            },
        };
        // Invariant: what a check leaves in a browser signs it in. A page of strangers must not have it left
        // there for an account of its own (S-113).
        if let Some(origin) = &caller.origin
            && !self.is_own_origin(origin)
            && !client.allows_origin(origin)
        {
            self.note_origin(Some(&client.id), origin);
            return Err(VerifyError::OriginNotAllowed);
        }
        if !connection.is_enabled_for(&client.id) {
            return Err(VerifyError::ConnectionDisabled);
        }
        self.check_code(redemption(&client, &connection, named, caller)).await?;
        let handle = Handle {
            id: ticket_id(browser, &client.id, named),
            kind: HandleKind::VerifyTicket,
            body: write_body(&Ticket { browser: browser.hash() })?,
            expires_at: self.now().plus(TICKET_LIFE),
            used_at: None,
        };
        self.store.insert_handle(handle).await?;
        Ok(())
    }

    /// Answers the client when this browser has just checked the code; else `confirmed` says that the
    /// person pressed the button of our page.
    pub async fn verify_redirect(
        &self,
        request: &AuthorizeRequest,
        named: NamedCode<'_>,
        browser: &Browser,
        caller: &Caller,
        confirmed: bool,
    ) -> Result<Redirected, RequestError> {
        let asked = AuthorizeRequest { connection: None, realm: None, ..request.clone() };
        let (client, authorization) = self.check_authorization(&asked, Asked::ForLink).await?;
        if !confirmed && !self.use_ticket(browser, &client.id, named).await? {
            return Ok(Redirected::Confirm { client, authorization: Box::new(authorization) });
        }
        let refused = |error: &'static str, text: &'static str| {
            let issuer = &self.settings.issuer;
            Redirected::Refused(error_response(&authorization.target, issuer, error, text))
        };
        let connection = match self.passwordless_connection(named.connection).await {
            Ok(connection) => connection,
            Err(VerifyError::Fault(fault)) => return Err(fault.into()),
            Err(_) => return Ok(refused(codes::ACCESS_DENIED, "The connection was not found")),
        };
        let signed_in = match self.redeem(redemption(&client, &connection, named, caller)).await {
            Ok(signed_in) => signed_in,
            Err(RedeemError::Fault(fault)) => return Err(fault.into()),
            Err(RedeemError::UserBlocked) => {
                return Ok(refused(codes::UNAUTHORIZED, "user is blocked"));
            }
            Err(RedeemError::Weaker) => {
                return Ok(refused(codes::UNAUTHORIZED, "The user signs in with a passkey or a device key"));
            }
            Err(_) => {
                return Ok(refused(codes::ACCESS_DENIED, "The verification code is wrong or has expired"));
            }
        };
        let proved = Proved {
            user: signed_in.user.id.clone(),
            client: client.id.clone(),
            browser: browser.hash(),
            connection: connection.name.clone(),
            proof: signed_in.proof,
            at: signed_in.at(self.now()),
        };
        let entry =
            Entry { client: &client, authorization: &authorization, remember: false, makes_passkeys: false };
        match self.admit(entry, &signed_in.user, &proved, browser, caller).await {
            Ok(entered) => Ok(Redirected::Entered(entered)),
            Err(SignInError::Fault(fault)) => Err(fault.into()),
            Err(_) => Ok(refused(codes::ACCESS_DENIED, "The sign-in could not be finished")),
        }
    }

    async fn use_ticket(
        &self,
        browser: &Browser,
        client: &ClientId,
        named: NamedCode<'_>,
    ) -> Result<bool, Fault> {
        let used = self
            .store
            .use_handle(UseHandle {
                id: ticket_id(browser, client, named),
                kind: HandleKind::VerifyTicket,
                now: self.now(),
                refresh: None,
                max_families: 0,
                events: Vec::new(),
            })
            .await?;
        match used {
            HandleUse::First(handle) => Ok(browser.is(&read_body::<Ticket>(&handle.body)?.browser)),
            HandleUse::Again(_) | HandleUse::Absent => Ok(false),
        }
    }

    pub(super) async fn passwordless_connection(&self, name: &str) -> Result<Arc<Connection>, VerifyError> {
        let found = self.connection(name).await?;
        found
            .filter(|connection| connection.strategy != Strategy::Database)
            .ok_or(VerifyError::ConnectionUnknown)
    }

    async fn client_that_asked(
        &self,
        connection: &Connection,
        username: &str,
    ) -> Result<Option<Arc<Client>>, Fault> {
        let address = super::redeem::canonical(connection.strategy.channel(), username);
        match self.store.find_asking_client(&connection.name, &address, self.now()).await? {
            Some(id) => Ok(self.client(&id).await?),
            None => Ok(None),
        }
    }

    /// Nobody asked for a code: the answer to a wrong one, at its price. Without the price, the answer of an
    /// IP that has used up its failures would tell who is signing in just now (S-018).
    async fn refuse_unasked(
        &self,
        connection: &Connection,
        username: &str,
        caller: &Caller,
    ) -> Result<RedeemError, Fault> {
        let (bucket, micros) = (self.protection(caller.ip).await?.failures_per_ip, self.clock.now_micros());
        if let Some(bucket) = bucket
            && let Err(limit) = self.buckets.take("code_failures", &limit::prefix(caller.ip), bucket, micros)
        {
            return Ok(RedeemError::TooManyFailures(limit));
        }
        let mut event = self.event(EventKind::WrongCode, None);
        event.connection = Some(connection.name.clone());
        event.ip = Some(caller.ip.to_string());
        event.address = Some(super::redeem::canonical(connection.strategy.channel(), username).masked());
        self.store.insert_events(vec![event]).await?;
        Ok(RedeemError::Wrong { channel: connection.strategy.channel() })
    }
}

fn redemption<'a>(
    client: &'a Client,
    connection: &'a Connection,
    named: NamedCode<'a>,
    caller: &Caller,
) -> Redemption<'a> {
    Redemption {
        client,
        connection,
        username: named.username,
        presented: Presented::Code(named.code),
        ip: caller.ip,
        refresh: None,
        on_success: EventKind::SignedIn,
        on_failure: EventKind::WrongCode,
    }
}

/// Only the browser that checked the code can name its ticket.
fn ticket_id(browser: &Browser, client: &ClientId, named: NamedCode<'_>) -> TokenHash {
    let code = named.code.expose();
    let parts = [browser.cookie.expose(), client.as_str(), named.connection, named.username, code];
    // No part holds a line break: clients, connections and codes by their grammar, addresses as parsed.
    TokenHash::of(&Secret::new(parts.join("\n")))
}
