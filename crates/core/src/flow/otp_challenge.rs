//! `POST /otp/challenge`: a code for somebody on a database connection, and the session that it is entered
//! with (protocol 2.5, flow F17).
//!
//! The session is the challenge's name under our seal: it needs no row, works for nobody but the client that
//! asked, and ends with its challenge (docs/decisions/0012). Whether anybody has the address shows nowhere,
//! not in the time either: no answer waits for a sender.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use latchkey_wire::otp::{Addressee, ChallengeRequest};
use latchkey_wire::passwordless::SendKind;
use serde::{Deserialize, Serialize};

use super::authenticate_client::{ClientAuthError, ClientCredentials, ProvenClient};
use super::start_passwordless::{NotNow, Sound};
use crate::caller::Caller;
use crate::channel::{DatabaseOptions, Destination, EmailOptions, SmsOptions};
use crate::engine::Engine;
use crate::error::Fault;
use crate::grant::may_enter_codes;
use crate::limit::LimitState;
use crate::model::{
    Address, BadPhoneNumber, Channel, ClientId, Connection, EmailAddress, PhoneNumber, SendDenied, Strategy,
};
use crate::sender::BadOption;
use crate::store::{Opened, StoreError};
use crate::vault::Sealed;

#[derive(Debug)]
pub struct Challenged {
    pub auth_session: Secret,
    /// The IP limit's state, for headers; absent for authenticated clients.
    pub limit: Option<LimitState>,
}

#[derive(Debug, thiserror::Error)]
pub enum OtpChallengeError {
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    #[error("the client may not enter codes")]
    GrantNotAllowed,
    #[error("the origin is not allowed for the client")]
    OriginNotAllowed,
    #[error("no such connection")]
    ConnectionUnknown,
    #[error("the connection is not a database")]
    ConnectionStrategy,
    #[error("the connection is disabled")]
    ConnectionDisabled,
    /// The connection has no codes by this channel, or nothing to send them with.
    #[error("the connection has no codes by {}", .0.as_str())]
    ChannelOff(Channel),
    #[error("the email address cannot be written to")]
    EmailRejected,
    #[error(transparent)]
    PhoneNumberRejected(#[from] BadPhoneNumber),
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for OtpChallengeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<NotNow> for OtpChallengeError {
    fn from(not_now: NotNow) -> Self {
        match not_now {
            NotNow::TooManyRequests(limit) => Self::TooManyRequests(limit),
            NotNow::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// What an `auth_session` says once it is opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthSession {
    pub client: ClientId,
    pub connection: String,
    pub channel: Channel,
    /// Canonical.
    pub address: Address,
    /// The challenge that a code is entered for; there may be none of this id.
    pub challenge: String,
    /// The right code may make a new user.
    pub signup: bool,
}

/// What sessions are sealed under.
const SEAL: &str = "auth_session/otp";

impl Engine {
    pub async fn challenge_otp(
        &self,
        credentials: &ClientCredentials,
        request: &ChallengeRequest,
        caller: &Caller,
    ) -> Result<Challenged, OtpChallengeError> {
        let challenged = match self.authenticate_client(credentials, caller).await {
            Ok(who) => self.challenge(who, request, caller).await,
            Err(error) => Err(error.into()),
        };
        metrics::counter!("latchkey_starts_total", "outcome" => outcome(&challenged)).increment(1);
        challenged
    }

    async fn challenge(
        &self,
        who: ProvenClient,
        request: &ChallengeRequest,
        caller: &Caller,
    ) -> Result<Challenged, OtpChallengeError> {
        let sound = self.check_challenge(who, request, caller).await?;
        let limit = self.take_start_permit(&sound)?;
        let route = self.route_of(&sound.sender).await.map_err(Fault::from)?;
        self.take_passage(&sound, route.is_remote()).await?;
        let id = self.new_id();
        let about = sound.occasion(&id, caller, None);
        let drafts = self.draft_codes(&sound, &about, &route)?;
        let open = self.draft_challenge(&sound, &id, &drafts, None)?;
        let key = open.challenge.key.clone();
        let opened = self.store.open_challenge(open).await?;
        self.settle_passage(&sound, route.is_remote(), &opened);
        let challenge = match opened {
            Opened::Send { tier } if !drafts.silent => {
                let outbox = drafts.kept.then_some(id.as_str());
                let message = self.message_of(drafts, &about, tier)?;
                let failed = self.send_failed(&sound, &route);
                self.hand_over(&route, message, outbox, failed);
                id
            }
            Opened::Send { .. } | Opened::Withhold { .. } | Opened::Suppressed => {
                self.hand_nothing_over(drafts);
                id
            }
            Opened::Denied(SendDenied::Wait { until, mine: true }) => {
                self.note_sends(&sound, until);
                return Err(OtpChallengeError::TooManyRequests(self.waiting(until)));
            }
            // Nothing is sent, and the code that is on its way stays good.
            Opened::Denied(_) => self.live_challenge(&key).await?.map_or(id, |standing| standing.id),
        };
        let auth_session = self.seal_auth_session(&AuthSession {
            client: key.client,
            connection: key.connection,
            channel: sound.to.channel(),
            address: key.address,
            challenge,
            signup: sound.signup,
        })?;
        Ok(Challenged { auth_session, limit })
    }

    async fn check_challenge(
        &self,
        who: ProvenClient,
        request: &ChallengeRequest,
        caller: &Caller,
    ) -> Result<Sound, OtpChallengeError> {
        if !may_enter_codes(&who.client) {
            return Err(OtpChallengeError::GrantNotAllowed);
        }
        if let Some(origin) = &caller.origin
            && !self.is_own_origin(origin)
            && !who.client.allows_origin(origin)
        {
            self.note_origin(Some(&who.client.id), origin);
            return Err(OtpChallengeError::OriginNotAllowed);
        }
        let connection =
            self.connection(&request.connection).await?.ok_or(OtpChallengeError::ConnectionUnknown)?;
        if connection.strategy != Strategy::Database {
            return Err(OtpChallengeError::ConnectionStrategy);
        }
        if !connection.is_enabled_for(&who.client.id) {
            return Err(OtpChallengeError::ConnectionDisabled);
        }
        let channel = match request.to {
            Addressee::Email(_) => Channel::Email,
            Addressee::PhoneNumber(_) => Channel::Sms,
        };
        let sender = self.sender_of(&connection, channel).await?;
        let sender = sender.ok_or(OtpChallengeError::ChannelOff(channel))?;
        let to = self.worded(self.addressee(&connection, &sender, &request.to)?).await?;
        let ip = who.user_ip(caller);
        let (tenant, protection) = (self.tenant().await?, self.protection(ip).await?);
        let signup = request.allow_signup;
        Ok(Sound { tenant, protection, who, connection, sender, signup, to, send: SendKind::Code, ip })
    }

    /// The connection that sends for a database by `channel`. `None` where such codes are off, or where it
    /// is gone or switched off.
    pub async fn sender_of(
        &self,
        database: &Connection,
        channel: Channel,
    ) -> Result<Option<Arc<Connection>>, Fault> {
        let options = DatabaseOptions::read(database).map_err(|error| faulty(database, &error))?;
        let Some(name) = options.sender(channel) else { return Ok(None) };
        let found = self.connection(name).await?;
        Ok(found.filter(|sender| sender.enabled && sender.strategy.sends_by(channel)))
    }

    fn addressee(
        &self,
        database: &Connection,
        sender: &Connection,
        to: &Addressee,
    ) -> Result<Destination, OtpChallengeError> {
        match to {
            Addressee::Email(text) => {
                let address = EmailAddress::parse(text).map_err(|_| OtpChallengeError::EmailRejected)?;
                let options = EmailOptions::lent(sender, database).map_err(|e| faulty(sender, &e))?;
                Ok(Destination::Email { options, address })
            }
            Addressee::PhoneNumber(text) => {
                let options = SmsOptions::lent(sender, database).map_err(|e| faulty(sender, &e))?;
                let number = PhoneNumber::parse(text)?;
                options.check_country(&number, self.settings.sms_countries.as_deref())?;
                Ok(Destination::Sms { options, number })
            }
        }
    }

    fn seal_auth_session(&self, session: &AuthSession) -> Result<Secret, Fault> {
        let text = serde_json::to_vec(session)
            .map_err(|_| Fault::Store(StoreError::Corrupt(String::from("an auth_session"))))?;
        Ok(Secret::new(BASE64URL_NOPAD.encode(&self.vault.seal(SEAL, &text)?.0)))
    }

    /// `None` for text that is no session of ours.
    pub(crate) fn open_auth_session(&self, text: &Secret) -> Option<AuthSession> {
        let sealed = Sealed(BASE64URL_NOPAD.decode(text.expose().as_bytes()).ok()?);
        serde_json::from_slice(&self.vault.open_sealed(SEAL, &sealed).ok()?).ok()
    }
}

fn faulty(connection: &Connection, error: &BadOption) -> Fault {
    Fault::Sender { connection: connection.name.clone(), reason: error.to_string() }
}

/// A word for the metric.
fn outcome(challenged: &Result<Challenged, OtpChallengeError>) -> &'static str {
    match challenged {
        Ok(_) => "accepted",
        Err(OtpChallengeError::TooManyRequests(_)) => "limited",
        Err(OtpChallengeError::Fault(_)) => "fault",
        Err(_) => "rejected",
    }
}
