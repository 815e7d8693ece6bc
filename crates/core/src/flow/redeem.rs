//! A code or a link is redeemed (protocol 4.1, 4.4). Every endpoint that takes one does it here, so that
//! one ledger counts all tries (S-028).

use std::net::IpAddr;

use latchkey_wire::Secret;

use super::otp_challenge::AuthSession;
use super::passkey::{may_use_passkeys, usable};
use super::working::PasskeyReach;
use crate::channel::CodesBesidePasskeys;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::tally::FACTOR;
use crate::model::{
    Address, Challenge, ChallengeKey, Channel, Client, Connection, EmailAddress, Event, EventKind, LedgerKey,
    PhoneNumber, Proof, RefreshFamily, Strategy, TokenHash, User,
};
use crate::protection::Protection;
use crate::store::{Candidate, Redeem, Redeemed, StoreError, Stronger};

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
    /// The operator wants what they enrolled, and no code.
    #[error("the user has something stronger than a code")]
    Weaker,
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

/// What someone holds against a challenge.
#[derive(Clone, Copy)]
pub enum Presented<'a> {
    Code(&'a Secret),
    /// A link of ours was opened and confirmed: the challenge of this id.
    Link(&'a str),
    /// A code on a database connection, and what the session of its challenge says.
    CodeOf(&'a AuthSession, &'a Secret),
}

/// What a code is redeemed for.
pub struct Redemption<'a> {
    pub client: &'a Client,
    pub connection: &'a Connection,
    /// The address as a person typed it, or canonical.
    pub username: &'a str,
    pub presented: Presented<'a>,
    pub ip: IpAddr,
    /// A family to save with the sign-in, but for its user.
    pub refresh: Option<RefreshFamily>,
    /// The log codes of success and failure at this endpoint.
    pub on_success: EventKind,
    pub on_failure: EventKind,
}

impl Redemption<'_> {
    fn channel(&self) -> Channel {
        match self.presented {
            Presented::CodeOf(session, _) => session.channel,
            Presented::Code(_) | Presented::Link(_) => self.connection.strategy.channel(),
        }
    }
}

/// Someone signed in.
pub struct SignedIn {
    pub user: User,
    pub refresh_token: Option<Secret>,
    pub proof: Proof,
}

impl SignedIn {
    /// When it was, as sessions and tokens tell it.
    pub fn at(&self, now: Timestamp) -> Timestamp {
        self.user.proved_at(now)
    }
}

impl Engine {
    /// Takes one try of the live challenge, and on the right code signs its owner in. At most one
    /// call succeeds per code, over all nodes and endpoints (P-053, P-059).
    pub async fn redeem(&self, redemption: Redemption<'_>) -> Result<SignedIn, RedeemError> {
        self.note_arrival();
        let channel = redemption.channel();
        let signed_in = count(self.redeem_code(redemption, false).await)?;
        // Only a code that is kept signs nobody in.
        signed_in.ok_or(RedeemError::Wrong { channel })
    }

    /// Says whether a code is right: a wrong one counts, a right one is not used up and signs nobody in.
    pub async fn check_code(&self, redemption: Redemption<'_>) -> Result<(), RedeemError> {
        count(self.redeem_code(redemption, true).await).map(drop)
    }

    async fn redeem_code(
        &self,
        redemption: Redemption<'_>,
        keep: bool,
    ) -> Result<Option<SignedIn>, RedeemError> {
        let channel = redemption.channel();
        let prefix = limit::prefix(redemption.ip);
        let protection = self.protection(redemption.ip).await?;
        let micros = self.clock.now_micros();
        // A link is no guess: nobody's failures stop it (S-030), and it is nobody's failure.
        let guessed = !matches!(redemption.presented, Presented::Link(_));
        let guesses = protection.failures_per_ip.filter(|_| guessed);
        if let Some(bucket) = guesses {
            self.buckets.peek("code_failures", &prefix, bucket, micros).map_err(|limit| {
                self.note_failures(Some(&redemption.client.id), redemption.ip);
                RedeemError::TooManyFailures(limit)
            })?;
        }
        let wrong = || RedeemError::Wrong { channel };
        if !redemption.connection.is_enabled_for(&redemption.client.id) {
            return Err(wrong());
        }
        let (address, country) = located(channel, redemption.username);
        let token = redemption.refresh.is_some().then(|| self.random.token());
        let redeem = self.prepare(&redemption, &protection, (channel, address), token.as_ref())?;
        let stronger = self.stronger(&redemption, channel).await?;
        let redeem = in_country(Redeem { keep, stronger, ..redeem }, country.as_deref());
        let redeem = self.with_welcome(redeem, redemption.client).await;
        let redeemed = self.store.redeem_challenge(redeem).await?;
        if let Some(bucket) = guesses
            && matches!(
                redeemed,
                Redeemed::Wrong { .. } | Redeemed::Absent | Redeemed::Exhausted | Redeemed::Replayed
            )
        {
            let _ = self.buckets.take("code_failures", &prefix, bucket, micros);
        }
        if guessed && redeemed == Redeemed::Replayed {
            // Two people have this code (S-026); a link is merely pressed twice.
            let address = canonical(channel, redemption.username);
            let event = self.redeem_event(EventKind::CodeReplayed, &redemption, &address);
            self.store.insert_events(vec![event]).await?;
        }
        match redeemed {
            Redeemed::Accepted { user, weaker, .. } => {
                if channel == Channel::Sms {
                    self.conversions.verified(|| country);
                }
                let proof = match (channel, redemption.presented) {
                    (Channel::Sms, _) => Proof::SmsCode,
                    (Channel::Email, Presented::Code(_) | Presented::CodeOf(..)) => Proof::EmailCode,
                    (Channel::Email, Presented::Link(_)) => Proof::EmailLink,
                };
                let proof = if weaker { proof.beside_stronger() } else { proof };
                Ok(Some(SignedIn { user: *user, refresh_token: token, proof }))
            }
            Redeemed::Right => Ok(None),
            Redeemed::Wrong { exhausted: false } | Redeemed::Absent | Redeemed::Replayed => Err(wrong()),
            Redeemed::Wrong { exhausted: true } | Redeemed::Exhausted => Err(RedeemError::NoTriesLeft),
            Redeemed::Expired => Err(RedeemError::Expired),
            Redeemed::Blocked { .. } => Err(RedeemError::UserBlocked),
            Redeemed::Weaker { .. } => Err(RedeemError::Weaker),
            Redeemed::Refused { .. } => {
                let address = canonical(channel, redemption.username);
                let about = format!("{}|{prefix}", address.as_str());
                if self.is_news(EventKind::PairBlocked, None, &about) {
                    let event = self.redeem_event(EventKind::PairBlocked, &redemption, &address);
                    self.write_block(event, &redemption.connection.name, &address);
                }
                Err(RedeemError::TooManyAttempts)
            }
        }
    }

    fn prepare(
        &self,
        redemption: &Redemption<'_>,
        protection: &Protection,
        (channel, address): (Channel, Address),
        token: Option<&Secret>,
    ) -> Result<Redeem, RedeemError> {
        let now = self.now();
        let options = self.code_options(redemption.connection, channel)?;
        let hex = self.new_id();
        let first_seen =
            || User::first_seen(&redemption.connection.name, channel, address.clone(), &hex, now);
        let new_user = match redemption.connection.strategy {
            Strategy::Sms | Strategy::Email => {
                (redemption.client.signs_up() && !options.disable_signup).then(first_seen)
            }
            Strategy::Database => {
                let open = matches!(redemption.presented, Presented::CodeOf(session, _) if session.signup);
                (open && !options.disable_signup).then(|| first_seen().of_database())
            }
        };
        let key = ChallengeKey {
            connection: redemption.connection.name.clone(),
            address,
            client: redemption.client.id.clone(),
        };
        let pair_key = self.pair_ledger(&key.address, redemption.ip);
        let pair_tries = protection.pair_tries.filter(|_| options.brute_force_protection);
        let event = |kind| self.redeem_event(kind, redemption, &key.address);
        Ok(Redeem {
            candidate: match redemption.presented {
                Presented::Code(code) => Candidate::Code(self.vault.hash_code(&key, code)),
                Presented::CodeOf(session, code) => {
                    Candidate::Code(self.vault.hash_code_of(&key, &session.challenge, code))
                }
                Presented::Link(challenge) => Candidate::Link { challenge: challenge.to_owned() },
            },
            now,
            address_ledger: self.address_ledger(&key.address),
            try_rules: options.try_rules(&protection.address_tries),
            pair: pair_tries.map(|rules| (pair_key, rules)),
            new_user,
            refresh: redemption.refresh.clone().zip(token.map(TokenHash::of)),
            ip: Some(redemption.ip.to_string()),
            max_families: self.settings.max_refresh_families,
            on_success: vec![
                event(EventKind::CredentialsDropped),
                event(EventKind::SignedUp),
                by_factor(event(redemption.on_success), redemption, channel),
            ],
            on_failure: vec![event(redemption.on_failure)],
            stronger: None,
            keep: false,
            key,
        })
    }

    /// What a code must not replace, where the operator says so.
    async fn stronger(
        &self,
        redemption: &Redemption<'_>,
        channel: Channel,
    ) -> Result<Option<Stronger>, RedeemError> {
        let beside = self.code_options(redemption.connection, channel)?.beside_passkeys();
        if beside == CodesBesidePasskeys::Same {
            return Ok(None);
        }
        let refuse = beside == CodesBesidePasskeys::Refused;
        Ok(Some(self.stronger_at(redemption.client, refuse).await?))
    }

    /// What signs nobody in any more must not keep its person out; nor does what signs in at other clients alone, but
    /// there a session of this code is worth what the code is.
    async fn stronger_at(&self, client: &Client, refuse: bool) -> Result<Stronger, Fault> {
        let has_passkeys = self.tenant().await?.passkeys && may_use_passkeys(client);
        let connections = self.every_connection().await?;
        let (mut passkeys, mut passkeys_elsewhere) = (Vec::new(), Vec::new());
        for connection in &connections {
            if has_passkeys && usable(connection, client).is_ok() {
                passkeys.push(connection.name.clone());
            } else if self.reach_of_passkeys(connection).await? != PasskeyReach::Nowhere {
                passkeys_elsewhere.push(connection.name.clone());
            }
        }
        let keys = self.key_rule(client, &connections).await?;
        let relying_party = self.relying_party_id().await?;
        Ok(Stronger { relying_party, passkeys, passkeys_elsewhere, keys, refuse })
    }

    /// The ledger of an address as it is tried from one IP.
    pub fn pair_ledger(&self, address: &Address, ip: IpAddr) -> LedgerKey {
        self.vault.ledger_key(&["pair", address.as_str(), &limit::prefix(ip)])
    }

    fn redeem_event(&self, kind: EventKind, redemption: &Redemption<'_>, address: &Address) -> Event {
        let mut event = self.event(kind, Some(&redemption.client.id));
        event.connection = Some(redemption.connection.name.clone());
        event.ip = Some(redemption.ip.to_string());
        event.address = Some(address.masked());
        event
    }

    /// The live challenge of a key, if any (for operators and tests).
    pub async fn live_challenge(&self, key: &ChallengeKey) -> Result<Option<Challenge>, Fault> {
        let now = self.now();
        let found = self.store.find_challenge(key).await?;
        Ok(found.filter(|challenge| challenge.consumed_at.is_none() && now < challenge.expires_at))
    }
}

/// Counts what a try came to.
fn count<T>(result: Result<T, RedeemError>) -> Result<T, RedeemError> {
    let outcome = match &result {
        Ok(_) => "accepted",
        Err(RedeemError::Wrong { .. }) => "wrong",
        Err(RedeemError::Expired) => "expired",
        Err(RedeemError::NoTriesLeft) => "exhausted",
        Err(RedeemError::UserBlocked) => "blocked",
        Err(RedeemError::Weaker) => "weaker",
        Err(RedeemError::TooManyAttempts | RedeemError::TooManyFailures(_)) => "limited",
        Err(RedeemError::Fault(_)) => "fault",
    };
    metrics::counter!("latchkey_verifications_total", "outcome" => outcome).increment(1);
    result
}

/// The log says what the code came by.
fn by_factor(mut event: Event, redemption: &Redemption<'_>, channel: Channel) -> Event {
    let factor = match (channel, redemption.presented) {
        (_, Presented::Link(_)) => "link",
        (Channel::Sms, _) => "sms",
        (Channel::Email, _) => "email",
    };
    event.detail.insert(FACTOR.to_owned(), factor.into());
    event
}

/// The log says where the number is from.
fn in_country(mut redeem: Redeem, country: Option<&str>) -> Redeem {
    if let Some(country) = country {
        for event in redeem.on_success.iter_mut().chain(&mut redeem.on_failure) {
            event.detail.insert(String::from("country"), country.into());
        }
    }
    redeem
}

/// The canonical address, or the text itself where there is none: an address that cannot exist has
/// no challenge, and takes the same path as one that was never asked for (P-073).
pub(super) fn canonical(channel: Channel, username: &str) -> Address {
    located(channel, username).0
}

/// With the country of a number.
fn located(channel: Channel, username: &str) -> (Address, Option<String>) {
    let unread = || Address::from_canonical(username);
    match channel {
        Channel::Sms => match PhoneNumber::parse(username) {
            Ok(number) => (number.address(), Some(number.region().to_owned())),
            Err(_) => (unread(), None),
        },
        Channel::Email => {
            (EmailAddress::parse(username).map_or_else(|_| unread(), |email| email.address()), None)
        }
    }
}
