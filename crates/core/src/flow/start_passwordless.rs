//! `POST /passwordless/start`: a code is made, stored as a keyed hash, and sent (protocol 2.1, 4).
//!
//! Everything is checked before any money is spent; the code is durable before its message leaves;
//! and the answer never tells whether anybody has the address (decision 3.1).

use std::net::IpAddr;
use std::sync::Arc;

use latchkey_wire::passwordless::{SendKind, StartRequest, StartResponse};

use super::authenticate_client::{ClientAuthError, ClientCredentials, ProvenClient};
use super::deliver::{Delivered, Route, RouteError};
use super::draft_challenge::DraftLink;
use crate::caller::Caller;
use crate::channel::{CodeOptions, Destination, EmailOptions, Occasion, SmsOptions};
use crate::clock::Timestamp;
use crate::conversion::Passage;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::{
    Address, Authorization, BadPhoneNumber, Channel, ClientKind, Connection, EmailAddress, Event, EventKind,
    LedgerKey, PhoneNumber, SendDenied, Strategy, TokenHash,
};
use crate::protection::Protection;
use crate::sender::{BadOption, ProviderError};
use crate::store::{Opened, StoreError};
use crate::tenant::TenantSettings;

/// Compares that one code allows (P-054, M-03).
pub const MAX_ATTEMPTS: i64 = 3;

#[derive(Debug)]
pub struct Started {
    pub response: StartResponse,
    /// The IP limit's state, for headers; absent for authenticated clients.
    pub limit: Option<LimitState>,
    /// Canonical.
    pub address: Address,
    /// Seconds that the code lives, and its least number of digits.
    pub code_life: u32,
    pub code_length: u8,
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
    /// They are no sound authorization request (S-016).
    #[error("authParams are refused: {reason}")]
    AuthParams { reason: &'static str },
    #[error("email is missing")]
    EmailMissing,
    /// The caller's own text goes back to the caller, and nowhere else.
    #[error("the email address cannot be written to")]
    EmailRejected { email: String },
    /// Only with `auth0_oracles`.
    #[error("sign-up is closed")]
    SignupClosed,
    /// Only with `auth0_oracles`.
    #[error("the user is blocked")]
    UserBlocked,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    /// Neither the connection nor the tenant says who sends.
    #[error("nobody sends for the connection")]
    NoSender,
    /// Every sender said no, and the reason says nothing about who owns the number.
    #[error("no sender took the message: {text}")]
    SenderRefused { text: String },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<RouteError> for StartPasswordlessError {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::NoSender { .. } => Self::NoSender,
            RouteError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<StoreError> for StartPasswordlessError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Why a start that is sound has to wait.
pub(super) enum NotNow {
    TooManyRequests(LimitState),
    Fault(Fault),
}

impl From<NotNow> for StartPasswordlessError {
    fn from(not_now: NotNow) -> Self {
        match not_now {
            NotNow::TooManyRequests(limit) => Self::TooManyRequests(limit),
            NotNow::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// What a start works with once its request is found sound.
pub(super) struct Sound {
    pub tenant: TenantSettings,
    pub protection: Protection,
    pub who: ProvenClient,
    pub connection: Arc<Connection>,
    /// The connection whose senders carry the message: the same one, unless that is a database.
    pub sender: Arc<Connection>,
    /// Strangers get a code too, where the connection lets them sign up.
    pub signup: bool,
    pub to: Destination,
    pub send: SendKind,
    pub ip: IpAddr,
}

impl Sound {
    /// Strangers get no message.
    pub fn is_for_users_only(&self) -> bool {
        self.to.code_options().disable_signup || !self.signup
    }

    /// Only users get messages, and nobody is to know who they are.
    fn hides_users(&self) -> bool {
        self.is_for_users_only() && !self.to.code_options().auth0_oracles()
    }

    pub fn occasion<'a>(
        &'a self,
        id: &'a str,
        caller: &'a Caller,
        link: Option<&'a DraftLink>,
    ) -> Occasion<'a> {
        Occasion {
            id,
            tenant: &self.tenant,
            client: &self.who.client,
            connection: &self.connection,
            to: &self.to,
            send: self.send,
            link: link.map(|link| &link.url),
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
        let started = match self.authenticate_client(credentials, caller).await {
            Ok(who) => self.start_of(who, request, caller).await,
            Err(error) => Err(error.into()),
        };
        metrics::counter!("latchkey_starts_total", "outcome" => outcome(&started)).increment(1);
        started
    }

    /// Tenants may want proof of every client (M-031).
    async fn start_of(
        &self,
        who: ProvenClient,
        request: &StartRequest,
        caller: &Caller,
    ) -> Result<Started, StartPasswordlessError> {
        if !who.proven && self.tenant().await?.proves_starts {
            return Err(ClientAuthError::Required.into());
        }
        self.start(who, request, caller, None).await
    }

    /// As [`Engine::start_passwordless`], for a sign-in on a page of ours.
    pub(super) async fn start_for_page(
        &self,
        who: ProvenClient,
        request: &StartRequest,
        caller: &Caller,
        authorization: &Authorization,
        transaction: TokenHash,
    ) -> Result<Started, StartPasswordlessError> {
        self.note_arrival();
        let started = self.start(who, request, caller, Some((authorization, transaction))).await;
        metrics::counter!("latchkey_starts_total", "outcome" => outcome(&started)).increment(1);
        started
    }

    async fn start(
        &self,
        who: ProvenClient,
        request: &StartRequest,
        caller: &Caller,
        page: Option<(&Authorization, TokenHash)>,
    ) -> Result<Started, StartPasswordlessError> {
        let sound = self.check_start(who, request, caller).await?;
        let limit = self.take_start_permit(&sound)?;
        let route = self.route_of(&sound.sender).await?;
        self.take_passage(&sound, route.is_remote()).await?;
        let id = self.new_id();
        let link = self.draft_link(&sound, &id, request, caller, page).await?;
        let about = sound.occasion(&id, caller, link.as_ref());
        let drafts = self.draft_codes(&sound, &about, &route)?;
        let open = self.draft_challenge(&sound, &id, &drafts, link.as_ref())?;
        let charged: Vec<LedgerKey> = open.ledgers().collect();
        let opened = self.store.open_challenge(open).await?;
        self.settle_passage(&sound, route.is_remote(), &opened);
        let nobody = matches!(opened, Opened::Suppressed | Opened::Withhold { .. });
        if nobody && sound.hides_users() {
            self.hand_nothing_over(drafts);
            return Ok(self.started(&sound, caller, limit));
        }
        let tier = match opened {
            Opened::Send { tier } => tier,
            // Its mail server said that there is nobody: the answer is that of the first time (S-147).
            Opened::Suppressed => return Ok(self.started(&sound, caller, limit)),
            Opened::Withhold { blocked } => return self.withheld(&sound, caller, blocked, limit),
            Opened::Denied(SendDenied::Coalesced) => return Ok(self.started(&sound, caller, limit)),
            Opened::Denied(SendDenied::Wait { until, mine }) => {
                self.note_sends(&sound, until);
                return match mine {
                    true => Err(StartPasswordlessError::TooManyRequests(self.waiting(until))),
                    // Somebody else asked for this address: telling it would tell on them (S-018).
                    false => Ok(self.started(&sound, caller, limit)),
                };
            }
        };
        if drafts.silent {
            return Ok(self.started(&sound, caller, limit));
        }
        let outbox = drafts.kept.then_some(id.as_str());
        let message = self.message_of(drafts, &about, tier)?;
        if sound.hides_users() {
            // Only users get messages: how long a sender takes, and what it says, would tell who is one (S-006).
            let failed = self.send_failed(&sound, &route);
            self.hand_over(&route, message, outbox, failed);
            return Ok(self.started(&sound, caller, limit));
        }
        match self.deliver(&route, message, outbox).await {
            Delivered::Yes => {}
            Delivered::No { error } | Delivered::Never { error } => {
                self.store.refund_send(charged).await?;
                self.record_send_failure(&sound, &route, &error).await?;
                if error.tell {
                    return Err(StartPasswordlessError::SenderRefused { text: error.text });
                }
            }
            unclear => {
                // Whoever asked has waited long enough.
                if let Some(event) = unclear.event(self.send_failed(&sound, &route)) {
                    self.write_behind(event);
                }
            }
        }
        Ok(self.started(&sound, caller, limit))
    }

    async fn check_start(
        &self,
        who: ProvenClient,
        request: &StartRequest,
        caller: &Caller,
    ) -> Result<Sound, StartPasswordlessError> {
        if who.client.kind == ClientKind::NonInteractive {
            return Err(StartPasswordlessError::ClientCannotSignIn);
        }
        if let Some(origin) = &caller.origin
            && !self.is_own_origin(origin)
            && !who.client.allows_origin(origin)
        {
            self.note_origin(Some(&who.client.id), origin);
            return Err(StartPasswordlessError::OriginNotAllowed);
        }
        let connection =
            self.connection(&request.connection).await?.ok_or(StartPasswordlessError::ConnectionUnknown)?;
        if connection.strategy == Strategy::Database {
            return Err(StartPasswordlessError::ConnectionStrategy);
        }
        if !connection.is_enabled_for(&who.client.id) {
            return Err(StartPasswordlessError::ConnectionDisabled);
        }
        let to = self.worded(self.destination(&connection, request)?).await?;
        let send = request.send.unwrap_or(match to.channel() {
            Channel::Sms => SendKind::Code,
            Channel::Email => SendKind::Link,
        });
        let ip = who.user_ip(caller);
        let sender = Arc::clone(&connection);
        let (tenant, protection) = (self.tenant().await?, self.protection(ip).await?);
        let signup = who.client.signs_up();
        Ok(Sound { tenant, protection, who, connection, sender, signup, to, send, ip })
    }

    pub(super) fn destination(
        &self,
        connection: &Connection,
        request: &StartRequest,
    ) -> Result<Destination, StartPasswordlessError> {
        let faulty = |error: BadOption| Fault::Sender {
            connection: connection.name.clone(),
            reason: error.to_string(),
        };
        if connection.strategy == Strategy::Email {
            let text = request.email.as_deref().ok_or(StartPasswordlessError::EmailMissing)?;
            let address = EmailAddress::parse(text)
                .map_err(|_| StartPasswordlessError::EmailRejected { email: text.to_owned() })?;
            let options = EmailOptions::read(connection).map_err(faulty)?;
            return Ok(Destination::Email { options, address });
        }
        let options = SmsOptions::read(connection).map_err(faulty)?;
        let text = request.phone_number.as_deref().ok_or(StartPasswordlessError::PhoneNumberMissing)?;
        let number = PhoneNumber::parse(text)?;
        options.check_country(&number, self.settings.sms_countries.as_deref())?;
        Ok(Destination::Sms { options, number })
    }

    /// Whoever asks about strangers sends nothing, and must not pause a country by it.
    pub(super) fn settle_passage(&self, sound: &Sound, remote: bool, opened: &Opened) {
        if let Destination::Sms { number, .. } = &sound.to
            && remote
            && !matches!(opened, Opened::Send { .. })
        {
            self.conversions.give_back(number.region());
        }
    }

    /// Messages that cost money go only where codes come back (RL-07).
    pub(super) async fn take_passage(&self, sound: &Sound, remote: bool) -> Result<(), NotNow> {
        let Destination::Sms { number, .. } = &sound.to else { return Ok(()) };
        if !remote {
            return Ok(());
        }
        let (rules, now) = (self.settings.limits.country_conversion, self.now());
        let Passage::Paused { until, new } = self.conversions.take(number.region(), rules, now) else {
            return Ok(());
        };
        if new {
            tracing::warn!(country = number.region(), "codes sent to a country do not come back: paused");
            let event = self.start_event(EventKind::CountryPaused, sound);
            self.store.insert_events(vec![event]).await.map_err(|error| NotNow::Fault(error.into()))?;
        }
        metrics::counter!("latchkey_country_pauses_total", "country" => number.region().to_owned())
            .increment(1);
        Err(NotNow::TooManyRequests(self.waiting(until)))
    }

    /// Unauthenticated starts are limited by IP (P-042, P-043).
    pub(super) fn take_start_permit(&self, sound: &Sound) -> Result<Option<LimitState>, NotNow> {
        if sound.who.proven && !sound.who.client.trust_forwarded_for {
            return Ok(None);
        }
        let refused = |limit| {
            self.note_rate(None, "start", Some(sound.ip));
            NotNow::TooManyRequests(limit)
        };
        let now = self.clock.now_micros();
        if let Some(bucket) = sound.protection.start_per_wide_ip {
            self.buckets.take("start_wide", &limit::wide_prefix(sound.ip), bucket, now).map_err(refused)?;
        }
        let Some(bucket) = sound.protection.start_per_ip else { return Ok(None) };
        self.buckets.take("start", &limit::prefix(sound.ip), bucket, now).map(Some).map_err(refused)
    }

    /// The same answer as if a message had left, unless the operator wants Auth0's.
    fn withheld(
        &self,
        sound: &Sound,
        caller: &Caller,
        blocked: bool,
        limit: Option<LimitState>,
    ) -> Result<Started, StartPasswordlessError> {
        match (sound.to.code_options().auth0_oracles(), blocked) {
            (true, true) => Err(StartPasswordlessError::UserBlocked),
            (true, false) => Err(StartPasswordlessError::SignupClosed),
            (false, _) => Ok(self.started(sound, caller, limit)),
        }
    }

    fn started(&self, sound: &Sound, caller: &Caller, limit: Option<LimitState>) -> Started {
        // `_id` is random: an id of the user would tell that there is one (S-006).
        let id = self.new_id();
        let response = match &sound.to {
            Destination::Sms { number, .. } => StartResponse::Sms {
                id,
                phone_number: number.e164().to_owned(),
                phone_verified: false,
                request_language: caller.language().map(str::to_owned),
            },
            Destination::Email { address, .. } => {
                StartResponse::Email { id, email: address.as_str().to_owned(), email_verified: false }
            }
        };
        let totp = sound.to.code_options().totp;
        Started {
            response,
            limit,
            address: sound.to.address(),
            code_life: totp.time_step,
            code_length: totp.length,
        }
    }

    pub(super) fn waiting(&self, until: Timestamp) -> LimitState {
        let wait = until.since(self.now()).max(1);
        LimitState {
            limit: self.settings.limits.address_sends.per_day,
            remaining: 0,
            reset_at: until.0,
            retry_after: u32::try_from(wait).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn start_event(&self, kind: EventKind, sound: &Sound) -> Event {
        let mut event = self.event(kind, Some(&sound.who.client.id));
        event.connection = Some(sound.connection.name.clone());
        event.ip = Some(sound.ip.to_string());
        event.address = Some(sound.to.address().masked());
        if let Destination::Sms { number, .. } = &sound.to {
            event.detail.insert(String::from("country"), number.region().into());
        }
        event
    }

    pub(super) fn send_failed(&self, sound: &Sound, route: &Route) -> Event {
        let mut event = self.start_event(EventKind::SendFailed, sound);
        event.detail.insert(String::from("sender"), route.first_kind().into());
        event
    }

    async fn record_send_failure(
        &self,
        sound: &Sound,
        route: &Route,
        error: &ProviderError,
    ) -> Result<(), Fault> {
        let event = self.send_failed(sound, route).with_detail(error.detail());
        Ok(self.store.insert_events(vec![event]).await?)
    }

    /// The options about codes; they were checked when they were saved.
    pub fn code_options(&self, connection: &Connection, channel: Channel) -> Result<CodeOptions, Fault> {
        CodeOptions::read(connection, channel)
            .map_err(|e| Fault::Sender { connection: connection.name.clone(), reason: e.to_string() })
    }

    /// Pages of this server call from its own origin.
    pub fn is_own_origin(&self, origin: &str) -> bool {
        !origin.is_empty() && self.own_origin() == origin
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
