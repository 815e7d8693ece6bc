//! The passwordless OTP grant: an address and a code become tokens (protocol 2.9.1, 4.1, 4.4).
//!
//! Every endpoint that takes a code redeems it here, so that one ledger counts all tries (S-028).

use std::net::IpAddr;

use latchkey_wire::scope::OFFLINE_ACCESS;
use latchkey_wire::token::{self, PasswordlessOtpRequest, TokenResponse};
use latchkey_wire::{Scopes, Secret};

use super::ExchangeError;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::ProvenClient;
use crate::limit::{self, LimitState};
use crate::model::{
    Address, Challenge, ChallengeKey, Channel, Client, Connection, EmailAddress, Event, EventKind, FamilyId,
    PhoneNumber, RefreshFamily, RefreshKind, Strategy, TokenHash, User,
};
use crate::store::{Candidate, Redeem, Redeemed, StoreError};
use crate::token::issue::{Authenticated, Proof};

/// Why a code is not accepted. The wrong-code text depends on the channel.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    #[error("wrong code")]
    Wrong { channel: Channel },
    #[error("the right code, too late")]
    Expired,
    #[error("the code has no tries left")]
    NoTriesLeft,
    #[error("the user is blocked")]
    UserBlocked,
    /// Too many failures on the address, or from this IP on it.
    #[error("too many failed attempts")]
    TooManyAttempts,
    /// Too many failures from this IP, whatever the address.
    #[error("too many failures from this address range")]
    TooManyFailures(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for RedeemError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a code is redeemed for.
pub struct Redemption<'a> {
    pub client: &'a Client,
    pub connection: &'a Connection,
    pub username: &'a str,
    pub code: &'a Secret,
    pub ip: IpAddr,
    /// A family to save with the sign-in, but for its user.
    pub refresh: Option<RefreshFamily>,
    /// The log codes of success and failure at this endpoint.
    pub on_success: EventKind,
    pub on_failure: EventKind,
}

/// Someone signed in.
pub struct SignedIn {
    pub user: User,
    pub refresh_token: Option<Secret>,
    pub proof: Proof,
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
        let audience = match &request.audience {
            None => None,
            Some(name) if *name == self.url("userinfo") => None,
            Some(name) => Some(client.audience(name).ok_or(ExchangeError::AudienceNotAllowed)?),
        };
        let scope = granted(client, request.scope, audience.map(|api| &api.scopes));
        let refresh = scope.contains(OFFLINE_ACCESS).then(|| {
            self.new_family(client, &connection.name, &scope, audience.map(|api| api.audience.clone()))
        });
        let signed_in = self
            .redeem(Redemption {
                client,
                connection: &connection,
                username: &request.username,
                code: &request.otp,
                ip: who.user_ip(caller),
                refresh,
                on_success: EventKind::OtpExchanged,
                on_failure: EventKind::OtpExchangeFailed,
            })
            .await?;
        let authenticated = Authenticated {
            client,
            user: &signed_in.user,
            scope,
            audience,
            nonce: None,
            auth_time: self.now(),
            proof: signed_in.proof,
            legacy: false,
        };
        Ok(self.issue(&authenticated, signed_in.refresh_token).await?)
    }

    /// Takes one try of the live challenge, and on the right code signs its owner in. At most one
    /// call succeeds per code, over all nodes and endpoints (P-053, P-059).
    pub async fn redeem(&self, redemption: Redemption<'_>) -> Result<SignedIn, RedeemError> {
        let result = self.redeem_code(redemption).await;
        let outcome = match &result {
            Ok(_) => "accepted",
            Err(RedeemError::Wrong { .. }) => "wrong",
            Err(RedeemError::Expired) => "expired",
            Err(RedeemError::NoTriesLeft) => "exhausted",
            Err(RedeemError::UserBlocked) => "blocked",
            Err(RedeemError::TooManyAttempts | RedeemError::TooManyFailures(_)) => "limited",
            Err(RedeemError::Fault(_)) => "fault",
        };
        metrics::counter!("latchkey_verifications_total", "outcome" => outcome).increment(1);
        result
    }

    async fn redeem_code(&self, redemption: Redemption<'_>) -> Result<SignedIn, RedeemError> {
        let channel = match redemption.connection.strategy {
            Strategy::Email => Channel::Email,
            Strategy::Sms | Strategy::Database => Channel::Sms,
        };
        let prefix = limit::prefix(redemption.ip);
        let (bucket, micros) = (self.settings.limits.failures_per_ip, self.clock.now_micros());
        self.buckets.peek("code_failures", &prefix, bucket, micros).map_err(RedeemError::TooManyFailures)?;
        let wrong = || RedeemError::Wrong { channel };
        if !redemption.connection.is_enabled_for(&redemption.client.id) {
            return Err(wrong());
        }
        let address = canonical(channel, redemption.username);
        let token = redemption.refresh.is_some().then(|| self.random.token());
        let redeem = self.prepare(&redemption, channel, address, token.as_ref())?;
        let redeemed = self.store.redeem_challenge(redeem).await?;
        if matches!(
            redeemed,
            Redeemed::Wrong { .. } | Redeemed::Absent | Redeemed::Exhausted | Redeemed::Replayed
        ) {
            let _ = self.buckets.take("code_failures", &prefix, bucket, micros);
        }
        if redeemed == Redeemed::Replayed {
            // Two people have this code (S-026).
            let address = canonical(channel, redemption.username);
            let event = self.redeem_event(EventKind::CodeReplayed, &redemption, &address);
            self.store.insert_events(vec![event]).await?;
        }
        match redeemed {
            Redeemed::Accepted { user, .. } => {
                let proof = match channel {
                    Channel::Sms => Proof::SmsCode,
                    Channel::Email => Proof::EmailCode,
                };
                Ok(SignedIn { user: *user, refresh_token: token, proof })
            }
            Redeemed::Wrong { exhausted: false } | Redeemed::Absent | Redeemed::Replayed => Err(wrong()),
            Redeemed::Wrong { exhausted: true } | Redeemed::Exhausted => Err(RedeemError::NoTriesLeft),
            Redeemed::Expired => Err(RedeemError::Expired),
            Redeemed::Blocked { .. } => Err(RedeemError::UserBlocked),
            Redeemed::Refused { .. } => Err(RedeemError::TooManyAttempts),
        }
    }

    fn prepare(
        &self,
        redemption: &Redemption<'_>,
        channel: Channel,
        address: Address,
        token: Option<&Secret>,
    ) -> Result<Redeem, RedeemError> {
        let now = self.now();
        let limits = &self.settings.limits;
        let (brute_force_protection, closed, try_rules) = match redemption.connection.strategy {
            Strategy::Sms | Strategy::Email => {
                let options = self.code_options(redemption.connection)?;
                let try_rules = options.try_rules(&limits.address_tries);
                (options.brute_force_protection, options.disable_signup, try_rules)
            }
            Strategy::Database => (true, true, limits.address_tries),
        };
        let hex = self.new_id();
        let new_user = (!closed)
            .then(|| User::first_seen(&redemption.connection.name, channel, address.clone(), &hex, now));
        let key = ChallengeKey {
            connection: redemption.connection.name.clone(),
            address,
            client: redemption.client.id.clone(),
        };
        let prefix = limit::prefix(redemption.ip);
        let pair_key = self.vault.ledger_key(&["pair", key.address.as_str(), &prefix]);
        let event = |kind| self.redeem_event(kind, redemption, &key.address);
        Ok(Redeem {
            candidate: Candidate::Code(self.vault.hash_code(&key, redemption.code)),
            now,
            address_ledger: self.address_ledger(&key.address),
            try_rules,
            pair: brute_force_protection.then_some((pair_key, limits.pair_tries)),
            new_user,
            refresh: redemption.refresh.clone().zip(token.map(TokenHash::of)),
            ip: Some(redemption.ip.to_string()),
            max_families: self.settings.max_refresh_families,
            on_success: vec![event(EventKind::SignedUp), event(redemption.on_success)],
            on_failure: vec![event(redemption.on_failure)],
            key,
        })
    }

    fn redeem_event(&self, kind: EventKind, redemption: &Redemption<'_>, address: &Address) -> Event {
        let mut event = self.event(kind, Some(&redemption.client.id));
        event.connection = Some(redemption.connection.name.clone());
        event.ip = Some(redemption.ip.to_string());
        event.address = Some(address.masked());
        event
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
        }
    }

    /// The live challenge of a key, if any (for operators and tests).
    pub async fn live_challenge(&self, key: &ChallengeKey) -> Result<Option<Challenge>, Fault> {
        let now: Timestamp = self.now();
        let found = self.store.find_challenge(key).await?;
        Ok(found.filter(|challenge| challenge.consumed_at.is_none() && now < challenge.expires_at))
    }
}

/// The canonical address, or the text itself where there is none: an address that cannot exist has
/// no challenge, and takes the same path as one that was never asked for (P-073).
fn canonical(channel: Channel, username: &str) -> Address {
    match channel {
        Channel::Sms => PhoneNumber::parse(username)
            .map_or_else(|_| Address::from_canonical(username), |number| number.address()),
        Channel::Email => EmailAddress::parse(username)
            .map_or_else(|_| Address::from_canonical(username), |email| email.address()),
    }
}

/// What a client gets of what it asks: the words of OpenID Connect, those of the audience, and
/// `offline_access` only where it may have refresh tokens. Other words are dropped (P-082).
fn granted(client: &Client, asked: Option<Scopes>, api: Option<&Scopes>) -> Scopes {
    let standard = Scopes::default_grant();
    let asked = asked.unwrap_or_else(|| standard.clone());
    asked.filtered(|word| match word {
        OFFLINE_ACCESS => client.allows(token::REFRESH_TOKEN),
        word => standard.contains(word) || api.is_some_and(|scopes| scopes.contains(word)),
    })
}
