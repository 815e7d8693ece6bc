//! A device signs in: its answer to a challenge is held to the key that it names, then its person is let in.
//!
//! Whatever is wrong is told alike. The signature is proved before anything that is signed is believed; until then
//! `kid` only finds the key that may prove it (S-065).

use std::net::IpAddr;

use latchkey_wire::Secret;
use latchkey_wire::device_key::ChallengePurpose;
use serde_json::json;

use super::challenge::{Answer, Mark};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::touch_id::{FAILURES, KEY_FAILURES};
use crate::limit::{self, LimitState};
use crate::model::{
    Client, CredentialId, DeviceKey, Event, EventKind, Proof, RefreshFamily, TokenHash, User,
};
use crate::store::{CredentialOutcome, CredentialSignIn, KeySignIn, StoreError};
use crate::token::device_jws::{AssertionClaims, DevicePublicKey, key_named};

/// Why nobody is signed in. The log is told more.
#[derive(Debug)]
pub(crate) enum Refused {
    Assertion,
    Blocked,
    /// Too many failures from this IP, or in the name of this key.
    TooMany(LimitState),
    Fault(Fault),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A request to sign in by a key.
pub(crate) struct Presented<'a> {
    pub client: &'a Client,
    pub assertion: &'a Secret,
    pub ip: IpAddr,
    /// Saved with the sign-in; user and connection are filled in.
    pub refresh: Option<(RefreshFamily, TokenHash)>,
}

/// Somebody signed in with this key.
pub(crate) struct ByKey {
    pub user: User,
    pub key: CredentialId,
    pub proof: Proof,
}

impl Engine {
    pub(crate) async fn accept_device(&self, presented: Presented<'_>) -> Result<ByKey, Refused> {
        self.note_arrival();
        let tenant = self.tenant().await?;
        let (prefix, micros) = (limit::prefix(presented.ip), self.clock.now_micros());
        if let Some(bucket) = self.protection(presented.ip).await?.failures_per_ip {
            self.buckets.peek(FAILURES, &prefix, bucket, micros).map_err(Refused::TooMany)?;
        }
        let token = presented.assertion.expose();
        let Some(id) = key_named(token).filter(|_| tenant.device_keys) else {
            return Err(self.refuse_unsigned(&presented, None, "form").await?);
        };
        // By what the request says, so that a key that is there is answered as one that is not.
        let failures = self.settings.limits.failures_per_key;
        self.buckets.peek(KEY_FAILURES, &id, failures, micros).map_err(Refused::TooMany)?;
        let found = self.store.find_device_key(&CredentialId::from(id.as_str())).await?;
        let key = found.filter(|key| {
            !key.is_legacy()
                && key.client == presented.client.id
                && key.is_live(self.now(), tenant.device_key_life)
        });
        let claims = key.as_ref().and_then(|key| asserted(key, token));
        let (Some(key), Some(claims)) = (&key, claims) else {
            let _ = self.buckets.take(KEY_FAILURES, &id, failures, micros);
            return Err(self.refuse_unsigned(&presented, key.as_ref(), "signature").await?);
        };
        // From here on the assertion is its key's: only the holder can have made it.
        match self.fault_of_assertion(&claims, key, presented.client).await? {
            Ok(mark) => self.sign_in_by_device(presented, key, mark).await,
            Err(fault) => {
                let event = self.asserted_event(EventKind::SignInFailed, &presented, Some(key), Some(fault));
                self.store.insert_events(vec![event]).await?;
                Err(Refused::Assertion)
            }
        }
    }

    /// The mark of its challenge, or what stops an assertion that its key did sign.
    async fn fault_of_assertion(
        &self,
        claims: &AssertionClaims,
        key: &DeviceKey,
        client: &Client,
    ) -> Result<Result<Mark, &'static str>, Fault> {
        let id = key.id.as_str();
        if claims.iss != id || claims.sub != id {
            return Ok(Err("subject"));
        }
        if let Some(fault) = self.fault_of_statement(&claims.statement, client) {
            return Ok(Err(fault));
        }
        let connection = self.connection(&key.connection).await?;
        if !connection.is_some_and(|connection| connection.is_enabled_for(&client.id)) {
            return Ok(Err("connection"));
        }
        let answer = Answer {
            challenge: &claims.statement.challenge,
            client: &client.id,
            purpose: ChallengePurpose::SignIn,
            key: Some(&key.id),
        };
        Ok(self.answered(&answer).ok_or("challenge"))
    }

    async fn sign_in_by_device(
        &self,
        presented: Presented<'_>,
        key: &DeviceKey,
        (mark, mark_ends): Mark,
    ) -> Result<ByKey, Refused> {
        let event = |kind, fault| vec![self.asserted_event(kind, &presented, Some(key), fault)];
        let (on_success, on_failure) = (
            event(EventKind::SignedIn, None),
            event(EventKind::SignInFailed, Some("replayed, blocked, off or removed")),
        );
        let sign_in = CredentialSignIn {
            credential: key.id.clone(),
            user: key.user.clone(),
            now: self.now(),
            ip: Some(presented.ip.to_string()),
            counts: true,
            refresh: presented.refresh.map(|(family, token)| {
                (RefreshFamily { connection: key.connection.clone(), ..family }, token)
            }),
            max_families: self.settings.max_refresh_families,
            on_success,
            on_failure,
        };
        let act = KeySignIn {
            sign_in,
            assertion: mark,
            assertion_ends: mark_ends,
            ledger: (self.device_key_ledger(&key.id), self.settings.limits.key_tries),
        };
        match self.store.sign_in_by_key(act).await? {
            CredentialOutcome::Accepted(user) => {
                let checked = key.attestation.as_ref().is_some_and(|attestation| attestation.checks_person);
                Ok(ByKey { user: *user, key: key.id.clone(), proof: Proof::of_device_key(checked) })
            }
            CredentialOutcome::Blocked => Err(Refused::Blocked),
            CredentialOutcome::Refused | CredentialOutcome::Replayed | CredentialOutcome::Gone => {
                Err(Refused::Assertion)
            }
        }
    }

    /// Nobody's key signed it: it counts on the IP, and on the key in whose name it came (RL-19).
    async fn refuse_unsigned(
        &self,
        presented: &Presented<'_>,
        key: Option<&DeviceKey>,
        fault: &'static str,
    ) -> Result<Refused, Fault> {
        if let Some(bucket) = self.protection(presented.ip).await?.failures_per_ip {
            let _ =
                self.buckets.take(FAILURES, &limit::prefix(presented.ip), bucket, self.clock.now_micros());
        }
        let events = vec![self.asserted_event(EventKind::SignInFailed, presented, key, Some(fault))];
        match key {
            None => self.store.insert_events(events).await?,
            Some(key) => {
                let ledger = (self.device_key_ledger(&key.id), self.settings.limits.key_tries);
                self.store.charge_key_failure(ledger, self.now(), events).await?;
            }
        }
        Ok(Refused::Assertion)
    }

    fn asserted_event(
        &self,
        kind: EventKind,
        presented: &Presented<'_>,
        key: Option<&DeviceKey>,
        fault: Option<&str>,
    ) -> Event {
        let mut event = self.event(kind, Some(&presented.client.id));
        event.ip = Some(presented.ip.to_string());
        event.detail.insert(String::from("by"), json!("device_key"));
        if let Some(key) = key {
            event.connection = Some(key.connection.clone());
            event.user = Some(key.user.clone());
            event.detail.insert(String::from("device_key"), json!(key.id));
            event.detail.insert(String::from("algorithm"), json!(key.algorithm.as_str()));
        }
        if let Some(fault) = fault {
            event.detail.insert(String::from("fault"), json!(fault));
        }
        event
    }
}

fn asserted(key: &DeviceKey, token: &str) -> Option<AssertionClaims> {
    let public = DevicePublicKey::from_stored(&key.public_key)?;
    (public.algorithm == key.algorithm).then(|| public.asserted(token)).flatten()
}
