//! `POST /passwordless/start`: a code is made, stored as a keyed hash, and sent (protocol 2.1, 4).
//!
//! Everything is checked before any money is spent; the code is durable before its message leaves;
//! and the answer never tells whether anybody has the address (decision 3.1).

use std::net::IpAddr;
use std::sync::Arc;

use latchkey_wire::Secret;
use latchkey_wire::passwordless::{SendKind, StartRequest, StartResponse};

use super::authenticate_client::{ClientAuthError, ClientCredentials, ProvenClient};
use super::deliver::Delivered;
use crate::caller::Caller;
use crate::channel::sms::{Occasion, SmsOptions};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::{
    Address, BadPhoneNumber, Challenge, ChallengeKey, ClientKind, CodeHash, Connection, Event, EventKind,
    LedgerKey, OutboxRow, PhoneNumber, SendDenied, Strategy, Tier,
};
use crate::sender::SmsMessage;
use crate::store::{OpenChallenge, Opened, StoreError};

/// Compares that one code allows (P-054, M-03).
pub const MAX_ATTEMPTS: i64 = 3;
/// Seconds after which the outbox takes over a message whose request died.
const REQUEST_LEASE: i64 = 15;

#[derive(Debug)]
pub struct Started {
    pub response: StartResponse,
    /// The IP limit's state, for headers; absent for authenticated clients.
    pub limit: Option<LimitState>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartPasswordlessError {
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    #[error("this client cannot sign users in")]
    ClientCannotSignIn,
    #[error("the origin is not allowed for the client")]
    OriginNotAllowed,
    #[error("no such connection")]
    ConnectionUnknown,
    #[error("the connection is not passwordless")]
    ConnectionStrategy,
    #[error("the connection is disabled")]
    ConnectionDisabled,
    #[error("phone_number is missing")]
    PhoneNumberMissing,
    #[error(transparent)]
    PhoneNumberRejected(#[from] BadPhoneNumber),
    /// Only with `auth0_oracles`.
    #[error("sign-up is closed")]
    SignupClosed,
    /// Only with `auth0_oracles`.
    #[error("the user is blocked")]
    UserBlocked,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    /// Every sender said no, and the reason says nothing about who owns the number.
    #[error("no sender took the message: {text}")]
    SenderRefused { text: String },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for StartPasswordlessError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a start works with once its request is found sound.
struct Sound {
    who: ProvenClient,
    connection: Arc<Connection>,
    options: SmsOptions,
    number: PhoneNumber,
    send: SendKind,
    ip: IpAddr,
}

/// A code for each [`Tier`], of which one is used.
struct Drafts {
    codes: [Secret; 3],
    /// A test number: nothing is sent.
    silent: bool,
    /// Their messages, where the outbox has to keep one before the tier is known.
    messages: Option<[SmsMessage; 3]>,
}

impl Sound {
    fn occasion<'a>(&'a self, caller: &'a Caller) -> Occasion<'a> {
        Occasion {
            client: &self.who.client,
            connection: &self.connection,
            options: &self.options,
            number: &self.number,
            send: self.send,
            language: caller.language(),
            ip: self.ip.to_string(),
            user_agent: caller.user_agent.as_deref(),
        }
    }
}

impl Engine {
    pub async fn start_passwordless(
        &self,
        credentials: &ClientCredentials,
        request: &StartRequest,
        caller: &Caller,
    ) -> Result<Started, StartPasswordlessError> {
        let started = self.start_sms(credentials, request, caller).await;
        metrics::counter!("latchkey_starts_total", "outcome" => outcome(&started)).increment(1);
        started
    }

    async fn start_sms(
        &self,
        credentials: &ClientCredentials,
        request: &StartRequest,
        caller: &Caller,
    ) -> Result<Started, StartPasswordlessError> {
        let sound = self.check_start(credentials, request, caller).await?;
        let limit = self.take_start_permit(&sound)?;
        let senders = self.senders_of(&sound.connection)?;
        let drafts = self.draft(&sound, caller, senders.iter().any(|sender| sender.is_remote()))?;
        let open = self.open(&sound, &drafts)?;
        let challenge = open.challenge.id.clone();
        let charged: Vec<LedgerKey> =
            std::iter::once(open.address_ledger).chain(open.also_count.iter().map(|(key, _)| *key)).collect();
        let tier = match self.store.open_challenge(open).await? {
            Opened::Send { tier } => tier,
            Opened::Withhold { blocked } => return self.withheld(&sound, caller, blocked, limit),
            Opened::Denied(SendDenied::Coalesced) => return Ok(self.started(&sound, caller, limit)),
            Opened::Denied(SendDenied::Wait { until, mine: true }) => {
                return Err(StartPasswordlessError::TooManyRequests(self.waiting(until)));
            }
            // Somebody else asked for this address: telling it would tell on them (S-018).
            Opened::Denied(SendDenied::Wait { mine: false, .. }) => {
                return Ok(self.started(&sound, caller, limit));
            }
        };
        if drafts.silent {
            return Ok(self.started(&sound, caller, limit));
        }
        let outbox = drafts.messages.is_some().then_some(challenge.as_str());
        let message = match drafts.messages {
            Some(messages) => pick(messages, tier),
            None => self.compose_sms(&sound.occasion(caller), &pick(drafts.codes, tier))?,
        };
        if let Delivered::No { error } = self.deliver(&sound.connection, &senders, message, outbox).await? {
            self.store.refund_send(charged).await?;
            self.record_send_failure(&sound, error.code).await?;
            if error.tell {
                return Err(StartPasswordlessError::SenderRefused { text: error.text });
            }
        }
        Ok(self.started(&sound, caller, limit))
    }

    async fn check_start(
        &self,
        credentials: &ClientCredentials,
        request: &StartRequest,
        caller: &Caller,
    ) -> Result<Sound, StartPasswordlessError> {
        let who = self.authenticate_client(credentials, caller).await?;
        if who.client.kind == ClientKind::NonInteractive {
            return Err(StartPasswordlessError::ClientCannotSignIn);
        }
        if let Some(origin) = &caller.origin
            && !self.is_own_origin(origin)
            && !who.client.allows_origin(origin)
        {
            return Err(StartPasswordlessError::OriginNotAllowed);
        }
        let connection =
            self.connection(&request.connection).await?.ok_or(StartPasswordlessError::ConnectionUnknown)?;
        if connection.strategy == Strategy::Database {
            return Err(StartPasswordlessError::ConnectionStrategy);
        }
        // Email has no channel yet: such a connection answers as switched off.
        if connection.strategy != Strategy::Sms || !connection.is_enabled_for(&who.client.id) {
            return Err(StartPasswordlessError::ConnectionDisabled);
        }
        let options = self.sms_options(&connection)?;
        let text = request.phone_number.as_deref().ok_or(StartPasswordlessError::PhoneNumberMissing)?;
        let number = PhoneNumber::parse(text)?;
        options.check_country(&number, self.settings.sms_countries.as_deref())?;
        let ip = who.user_ip(caller);
        Ok(Sound { who, connection, options, number, send: request.send.unwrap_or(SendKind::Code), ip })
    }

    /// Unauthenticated starts are limited by IP (P-042, P-043).
    fn take_start_permit(&self, sound: &Sound) -> Result<Option<LimitState>, StartPasswordlessError> {
        if sound.who.proven && !sound.who.client.trust_forwarded_for {
            return Ok(None);
        }
        let now = self.clock.now_micros();
        let limits = &self.settings.limits;
        self.buckets
            .take("start_wide", &limit::wide_prefix(sound.ip), limits.start_per_wide_ip, now)
            .map_err(StartPasswordlessError::TooManyRequests)?;
        self.buckets
            .take("start", &limit::prefix(sound.ip), limits.start_per_ip, now)
            .map(Some)
            .map_err(StartPasswordlessError::TooManyRequests)
    }

    /// Test numbers have a fixed code and no message.
    fn draft(&self, sound: &Sound, caller: &Caller, remote: bool) -> Result<Drafts, Fault> {
        if let Some(code) = sound.options.test_code(&sound.number, self.now()) {
            let codes = std::array::from_fn(|_| code.clone());
            return Ok(Drafts { codes, silent: true, messages: None });
        }
        let codes = sound.options.lengths().map(|length| self.random.digits(length));
        let messages = if remote {
            let about = sound.occasion(caller);
            let [quiet, raised, high] = &codes;
            Some([
                self.compose_sms(&about, quiet)?,
                self.compose_sms(&about, raised)?,
                self.compose_sms(&about, high)?,
            ])
        } else {
            None
        };
        Ok(Drafts { codes, silent: false, messages })
    }

    fn open(&self, sound: &Sound, drafts: &Drafts) -> Result<OpenChallenge, Fault> {
        let now = self.now();
        let key = ChallengeKey {
            connection: sound.connection.name.clone(),
            address: sound.number.address(),
            client: sound.who.client.id.clone(),
        };
        let id = self.new_id();
        let code_hashes = [0, 1, 2].map(|at| hash_at(self, &key, drafts, at));
        let expires_at = now.plus(sound.options.totp.time_step.into());
        let outbox = match &drafts.messages {
            Some(messages) => Some(self.outbox_rows(&id, &sound.connection.name, messages, expires_at)?),
            None => None,
        };
        let limits = &self.settings.limits;
        Ok(OpenChallenge {
            address_ledger: self.address_ledger(&key.address),
            challenge: Challenge {
                key,
                id,
                code_hash: CodeHash([0; 32]),
                tier: Tier::Quiet,
                attempts: 0,
                max_attempts: MAX_ATTEMPTS,
                created_at: now,
                expires_at,
                consumed_at: None,
                detail: String::from("{}"),
            },
            code_hashes,
            least_tier: Tier::Quiet,
            send_rules: limits.address_sends.clone(),
            try_rules: sound.options.try_rules(&limits.address_tries),
            lane: self.lane(&sound.who, sound.ip),
            also_count: self.shared_ledgers(&sound.number),
            known_users_only: sound.options.disable_signup,
            outbox,
            events: vec![self.start_event(EventKind::CodeSent, sound)],
        })
    }

    /// One sealed copy of the message per tier.
    fn outbox_rows(
        &self,
        id: &str,
        connection: &str,
        messages: &[SmsMessage; 3],
        expires_at: Timestamp,
    ) -> Result<[OutboxRow; 3], Fault> {
        let row = |message: &SmsMessage| -> Result<OutboxRow, Fault> {
            Ok(OutboxRow {
                id: id.to_owned(),
                message: self.seal_message(id, connection, message)?,
                due_at: self.now().plus(REQUEST_LEASE),
                expires_at,
                calls: 0,
            })
        };
        let [quiet, raised, high] = messages;
        Ok([row(quiet)?, row(raised)?, row(high)?])
    }

    /// Ledgers that many addresses share: number block, country, everything (RL-05, RL-06, RL-08).
    /// A limit that is off costs nothing.
    fn shared_ledgers(&self, number: &PhoneNumber) -> Vec<(LedgerKey, u32)> {
        let limits = &self.settings.limits;
        let block = number.e164().get(..8).unwrap_or(number.e164());
        [
            (["sends", "block", block], limits.number_block_sends_per_day),
            (["sends", "country", number.region()], limits.country_sends_per_day),
            (["sends", "all", ""], limits.sends_per_day),
        ]
        .into_iter()
        .filter(|(_, per_day)| *per_day != u32::MAX)
        .map(|(parts, per_day)| (self.vault.ledger_key(&parts), per_day))
        .collect()
    }

    /// The ledger of an address: shared by all clients and connections of the tenant (S-024).
    pub fn address_ledger(&self, address: &Address) -> LedgerKey {
        self.vault.ledger_key(&["address", address.as_str()])
    }

    fn lane(&self, who: &ProvenClient, ip: IpAddr) -> u64 {
        if who.proven {
            self.vault.lane(&["client", who.client.id.as_str()])
        } else {
            self.vault.lane(&["ip", &limit::prefix(ip)])
        }
    }

    /// The same answer as if a message had left, unless the operator wants Auth0's.
    fn withheld(
        &self,
        sound: &Sound,
        caller: &Caller,
        blocked: bool,
        limit: Option<LimitState>,
    ) -> Result<Started, StartPasswordlessError> {
        match (sound.options.latchkey.auth0_oracles, blocked) {
            (true, true) => Err(StartPasswordlessError::UserBlocked),
            (true, false) => Err(StartPasswordlessError::SignupClosed),
            (false, _) => Ok(self.started(sound, caller, limit)),
        }
    }

    fn started(&self, sound: &Sound, caller: &Caller, limit: Option<LimitState>) -> Started {
        // `_id` is random: an id of the user would tell that there is one (S-006).
        let response = StartResponse::Sms {
            id: self.new_id(),
            phone_number: sound.number.e164().to_owned(),
            phone_verified: false,
            request_language: caller.language().map(str::to_owned),
        };
        Started { response, limit }
    }

    fn waiting(&self, until: Timestamp) -> LimitState {
        let wait = until.since(self.now()).max(1);
        LimitState {
            limit: self.settings.limits.address_sends.per_day,
            remaining: 0,
            reset_at: until.0,
            retry_after: u32::try_from(wait).unwrap_or(u32::MAX),
        }
    }

    fn start_event(&self, kind: EventKind, sound: &Sound) -> Event {
        let mut event = self.event(kind, Some(&sound.who.client.id));
        event.connection = Some(sound.connection.name.clone());
        event.ip = Some(sound.ip.to_string());
        event.address = Some(sound.number.address().masked());
        event
    }

    async fn record_send_failure(&self, sound: &Sound, code: Option<i64>) -> Result<(), Fault> {
        let mut event = self.start_event(EventKind::SendFailed, sound);
        if let Some(code) = code {
            event.detail.insert(String::from("provider_code"), code.into());
        }
        Ok(self.store.insert_events(vec![event]).await?)
    }

    /// The options of an SMS connection; they were checked when they were saved.
    pub fn sms_options(&self, connection: &Connection) -> Result<SmsOptions, Fault> {
        SmsOptions::read(connection)
            .map_err(|e| Fault::Sender { connection: connection.name.clone(), reason: e.to_string() })
    }

    /// Pages of this server call from its own origin.
    pub fn is_own_origin(&self, origin: &str) -> bool {
        url::Url::parse(&self.settings.issuer)
            .is_ok_and(|issuer| issuer.origin().ascii_serialization() == origin)
    }
}

fn hash_at(engine: &Engine, key: &ChallengeKey, drafts: &Drafts, at: usize) -> CodeHash {
    match drafts.codes.get(at) {
        Some(code) => engine.vault.hash_code(key, code),
        None => CodeHash([0; 32]),
    }
}

fn pick<T>(all: [T; 3], tier: Tier) -> T {
    let [quiet, raised, high] = all;
    match tier {
        Tier::Quiet => quiet,
        Tier::Raised => raised,
        Tier::High => high,
    }
}

/// A word for the metric.
fn outcome(started: &Result<Started, StartPasswordlessError>) -> &'static str {
    match started {
        Ok(_) => "accepted",
        Err(StartPasswordlessError::TooManyRequests(_)) => "limited",
        Err(StartPasswordlessError::SenderRefused { .. }) => "sender_refused",
        Err(StartPasswordlessError::Fault(_)) => "fault",
        Err(_) => "rejected",
    }
}
