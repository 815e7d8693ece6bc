//! A device enrols its key: with a token of its person, or together with a code.

use std::net::IpAddr;

use latchkey_wire::Secret;
use latchkey_wire::device_key::{ChallengePurpose, EnrolmentRequest};
use serde_json::json;

use super::challenge::{Answer, Mark};
use super::may_use_device_keys;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::notices::{News, counted_of};
use crate::flow::redeem::SignedIn;
use crate::flow::touch_id::Holder;
use crate::key_attestation::{BadAttestation, ExpectedKey};
use crate::limit::LimitState;
use crate::model::{
    Client, CredentialId, DeviceKey, Event, EventKind, KeyAttestation, MAX_DEVICE_KEYS, User, UserId,
};
use crate::notice::NoticeKind;
use crate::store::{EnrolKey, Enrolled, StoreError};
use crate::token::device_jws::{self, DevicePublicKey};

/// Why a key is not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolKeyError {
    /// The tenant has none.
    #[error("there are no device keys here")]
    Off,
    /// Not ours, expired, changed, or of a credential that is gone.
    #[error("the token is not valid")]
    TokenInvalid,
    #[error("the token lacks the scope {0}")]
    InsufficientScope(&'static str),
    #[error("the person has to sign in again")]
    Stale,
    #[error("the client may not use device keys")]
    ClientNotAllowed,
    /// The user has no account on a connection of the client.
    #[error("the user has no account that keys are for")]
    NoAccount,
    /// What exactly is for the log.
    #[error("the proof of the key does not hold")]
    ProofRefused,
    #[error(transparent)]
    Attestation(#[from] BadAttestation),
    /// The challenge was answered before.
    #[error("the challenge was used")]
    ChallengeUsed,
    #[error("the user has too many keys")]
    TooMany,
    /// There is no such key of this person.
    #[error("there is no such key")]
    Unknown,
    #[error("nothing else leads to the account")]
    LastWay,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for EnrolKeyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl EnrolKeyError {
    /// For clients whose code was right all the same, and for the log.
    pub fn word(&self) -> &'static str {
        match self {
            Self::TooMany => "too_many_keys",
            Self::ChallengeUsed => "challenge_used",
            Self::TooManyRequests(_) => "too_many_requests",
            Self::ProofRefused => "proof",
            Self::Attestation(_) => "attestation",
            Self::Stale => "stale",
            Self::Fault(_) => "fault",
            _ => "gone",
        }
    }
}

/// A key that a device has, by its word and perhaps its vendor's; not enrolled yet.
pub struct KeyOfCode {
    key: DevicePublicKey,
    attestation: Option<KeyAttestation>,
    mark: Mark,
    name: String,
}

/// Whom a code signed in, and when.
pub(crate) struct RightCode {
    user: User,
    at: Timestamp,
}

impl RightCode {
    /// `now`: right after the code was right. What ends proofs later on must end this one.
    pub fn of(signed_in: &SignedIn, now: Timestamp) -> Self {
        Self { user: signed_in.user.clone(), at: signed_in.at(now) }
    }
}

/// Whose key it becomes.
pub(super) struct Owner<'a> {
    pub client: &'a Client,
    pub user: &'a User,
    pub connection: String,
    /// The credential that proved them, where it was one.
    pub proof: Option<CredentialId>,
    /// When that was.
    pub proved_at: Timestamp,
    pub caller: &'a Caller,
}

impl Engine {
    /// `POST /device-keys`, by a token of the person.
    pub async fn enrol_key(
        &self,
        token: &Secret,
        request: EnrolmentRequest,
        caller: &Caller,
    ) -> Result<DeviceKey, EnrolKeyError> {
        let holder = self.key_holder_to_enrol(token).await?;
        let enrolled = self.enrol_for(&holder.client, &holder.holder, &request, caller).await;
        if let Err(refused) = &enrolled
            && !matches!(refused, EnrolKeyError::Fault(_))
        {
            let user = Some(&holder.holder.user);
            let event = self.refused_enrolment(&holder.client, user, refused.word(), caller.ip);
            self.store.insert_events(vec![event]).await?;
        }
        enrolled
    }

    async fn enrol_for(
        &self,
        client: &Client,
        holder: &Holder,
        request: &EnrolmentRequest,
        caller: &Caller,
    ) -> Result<DeviceKey, EnrolKeyError> {
        if !self.is_fresh_holder(holder) {
            return Err(EnrolKeyError::Stale);
        }
        let proven = self.prove_key(client, request)?;
        let user = self.store.find_user(&holder.user).await?.ok_or(EnrolKeyError::TokenInvalid)?;
        let connection = self.home_of_key(&user, client).await?.ok_or(EnrolKeyError::NoAccount)?;
        let (proof, proved_at) = (holder.credential.clone(), holder.proved_at);
        self.keep_key(proven, Owner { client, user: &user, connection, proof, proved_at, caller }).await
    }

    /// Looks at a key that is to be enrolled together with a code, before anybody looks at the code.
    pub(crate) async fn key_of_code(
        &self,
        client: &Client,
        request: &EnrolmentRequest,
        ip: IpAddr,
    ) -> Result<KeyOfCode, EnrolKeyError> {
        if !self.tenant().await?.device_keys {
            return Err(EnrolKeyError::Off);
        }
        if !may_use_device_keys(client) {
            return Err(EnrolKeyError::ClientNotAllowed);
        }
        match self.prove_key(client, request) {
            Ok(proven) => Ok(proven),
            Err(refused) => {
                let event = self.refused_enrolment(client, None, refused.word(), ip);
                self.store.insert_events(vec![event]).await?;
                Err(refused)
            }
        }
    }

    /// Enrols the key of whoever the code was right for. Not in the transaction of the code: whoever loses the answer
    /// in between has used the code, and enrols by the token of the next one.
    pub(crate) async fn enrol_with_code(
        &self,
        client: &Client,
        connection: &str,
        code: &RightCode,
        proven: KeyOfCode,
        caller: &Caller,
    ) -> Result<DeviceKey, EnrolKeyError> {
        let (user, connection) = (&code.user, connection.to_owned());
        let owner = Owner { client, user, connection, proof: None, proved_at: code.at, caller };
        let enrolled = match self.is_whole_proof(user, false).await? {
            true => self.keep_key(proven, owner).await,
            false => Err(EnrolKeyError::Stale),
        };
        if let Err(refused) = &enrolled
            && !matches!(refused, EnrolKeyError::Fault(_))
        {
            let event = self.refused_enrolment(client, Some(&user.id), refused.word(), caller.ip);
            self.store.insert_events(vec![event]).await?;
        }
        enrolled
    }

    /// The device has the private half, and answers a challenge of ours. Nothing is written.
    fn prove_key(&self, client: &Client, request: &EnrolmentRequest) -> Result<KeyOfCode, EnrolKeyError> {
        let (key, claims) = device_jws::enrolment(&request.proof).ok_or(EnrolKeyError::ProofRefused)?;
        if self.fault_of_statement(&claims, client).is_some() {
            return Err(EnrolKeyError::ProofRefused);
        }
        let answer = Answer {
            challenge: &claims.challenge,
            client: &client.id,
            purpose: ChallengePurpose::Enrol,
            key: None,
        };
        let mark = self.answered(&answer).ok_or(EnrolKeyError::ProofRefused)?;
        let point = key.point();
        let expected = ExpectedKey {
            client,
            proof: &request.proof,
            challenge: &claims.challenge,
            point: point.as_deref(),
            now: self.now(),
        };
        let given = request.attestation.as_ref();
        let attestation = given.map(|given| self.key_attestor.attested(expected, given)).transpose()?;
        Ok(KeyOfCode { key, attestation, mark, name: request.name.clone() })
    }

    async fn keep_key(&self, proven: KeyOfCode, owner: Owner<'_>) -> Result<DeviceKey, EnrolKeyError> {
        self.take_key_permit(&owner.user.id).map_err(EnrolKeyError::TooManyRequests)?;
        let KeyOfCode { key, attestation, mark, name } = proven;
        let id = CredentialId::new(format!("dcr_{}", self.random.alphanumeric(16)));
        let life = self.tenant().await?.device_key_life;
        let key = DeviceKey {
            user: owner.user.id.clone(),
            client: owner.client.id.clone(),
            connection: owner.connection,
            name,
            device: Some(id.as_str().to_owned()),
            public_key: key.to_stored().ok_or(EnrolKeyError::ProofRefused)?,
            fingerprint: key.thumbprint().ok_or(EnrolKeyError::ProofRefused)?,
            algorithm: key.algorithm,
            attestation,
            created_at: self.now(),
            last_used_at: None,
            expires_at: self.now().plus(life),
            id,
        };
        let mut event = self.own_key_event(EventKind::DeviceKeyEnrolled, &key, owner.caller);
        event.detail.insert(String::from("algorithm"), json!(key.algorithm.as_str()));
        if let Some(attestation) = &key.attestation {
            event.detail.insert(String::from("attestation"), json!(attestation.format));
        }
        let news = News::of(NoticeKind::DeviceKeyAdded, &key.name, Some(owner.caller));
        let events = vec![self.with_notice(event, owner.user, news).await];
        let counted = counted_of(&events);
        let (most, challenge) = (MAX_DEVICE_KEYS, Some(mark));
        let (proof, proved_at) = (owner.proof, owner.proved_at);
        let act = EnrolKey { key: key.clone(), most, proof, proved_at, challenge, events };
        let enrolled = self.store.enrol_device_key(act).await?;
        if enrolled != Enrolled::Done {
            self.uncount(counted).await?;
        }
        match enrolled {
            Enrolled::Done => Ok(key),
            Enrolled::TooMany => Err(EnrolKeyError::TooMany),
            Enrolled::Replayed => Err(EnrolKeyError::ChallengeUsed),
            Enrolled::Gone => Err(EnrolKeyError::TokenInvalid),
        }
    }

    /// The first account of the user on a connection that the client may use.
    async fn home_of_key(&self, user: &User, client: &Client) -> Result<Option<String>, Fault> {
        for identity in &user.identities {
            let connection = self.connection(&identity.connection).await?;
            if connection.is_some_and(|connection| connection.is_enabled_for(&client.id)) {
                return Ok(Some(identity.connection.clone()));
            }
        }
        Ok(None)
    }

    fn refused_enrolment(
        &self,
        client: &Client,
        user: Option<&UserId>,
        word: &'static str,
        ip: IpAddr,
    ) -> Event {
        let mut event = self.event(EventKind::MethodChangeFailed, Some(&client.id));
        event.user = user.cloned();
        event.ip = Some(ip.to_string());
        event.detail.insert(String::from("act"), json!("enrol_device_key"));
        event.detail.insert(String::from("error"), json!(word));
        event
    }
}
