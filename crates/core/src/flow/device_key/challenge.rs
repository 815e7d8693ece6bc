//! `POST /device-keys/challenge`: what a device signs next.
//!
//! A challenge is its own record, sealed by the vault: giving one out writes nothing, so that strangers who ask for
//! many fill no table, and every node knows it, also after a restart. That it was answered is written down in the
//! transaction of what the answer does: of any number of answers one is taken (S-064).

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::device_key::{ChallengePurpose, ChallengeRequest};
use latchkey_wire::token::JWT_BEARER;
use serde::{Deserialize, Serialize};

use super::may_use_device_keys;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::{ClientAuthError, ClientCredentials};
use crate::limit::{self, LimitState};
use crate::model::{ClientId, CredentialId};
use crate::store::StoreError;
use crate::token::jwt::LEEWAY;
use crate::vault::Sealed;

const CONTEXT: &str = "device-key-challenge";
/// Seconds that a device has to sign in: whoever unlocks it is there.
const SIGN_IN_LIFE: i64 = 60;
/// Seconds that a device has to enrol: it makes a key, and may ask its vendor to vouch for it.
const ENROL_LIFE: i64 = 300;

/// Why there is no challenge.
#[derive(Debug, thiserror::Error)]
pub enum ChallengeError {
    /// The tenant has none.
    #[error("there are no device keys here")]
    Off,
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// It has not got the grant, is not first-party, or is a page.
    #[error("the client may not use device keys")]
    ClientNotAllowed,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ChallengeError {
    /// What the client lacks.
    pub const GRANT: &'static str = JWT_BEARER;
}

impl From<StoreError> for ChallengeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a client is given to hand to its device.
#[derive(Clone, Debug)]
pub struct BegunChallenge {
    pub challenge: String,
    /// Seconds.
    pub expires_in: i64,
    pub now: Timestamp,
    /// The IP limit's state, for headers.
    pub limit: LimitState,
}

/// What a challenge says, under its seal. Short names: it travels twice.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Challenge {
    #[serde(rename = "c")]
    client: ClientId,
    #[serde(rename = "p")]
    purpose: ChallengePurpose,
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(rename = "e")]
    expires_at: Timestamp,
}

/// What answers a challenge.
pub(super) struct Answer<'a> {
    pub challenge: &'a str,
    pub client: &'a ClientId,
    pub purpose: ChallengePurpose,
    pub key: Option<&'a CredentialId>,
}

/// Names an answered challenge, and when nobody would take it any more.
pub(super) type Mark = (String, Timestamp);

impl Engine {
    /// Whether there is a key of the id that is named shows nowhere: nobody looks.
    pub async fn challenge_device(
        &self,
        credentials: &ClientCredentials,
        request: &ChallengeRequest,
        caller: &Caller,
    ) -> Result<BegunChallenge, ChallengeError> {
        if !self.tenant().await?.device_keys {
            return Err(ChallengeError::Off);
        }
        let who = self.named_client(credentials, caller).await?;
        let (bucket, micros) = (self.settings.limits.passkeys_per_ip, self.clock.now_micros());
        let limit = self
            .buckets
            .take("device_challenges", &limit::prefix(who.user_ip(caller)), bucket, micros)
            .map_err(ChallengeError::TooManyRequests)?;
        if !may_use_device_keys(&who.client) {
            return Err(ChallengeError::ClientNotAllowed);
        }
        let expires_in = match request.purpose {
            ChallengePurpose::Enrol => ENROL_LIFE,
            ChallengePurpose::SignIn => SIGN_IN_LIFE,
        };
        let now = self.now();
        let challenge = Challenge {
            client: who.client.id.clone(),
            purpose: request.purpose,
            key: request.key_id.clone(),
            expires_at: now.plus(expires_in),
        };
        let text = serde_json::to_vec(&challenge).map_err(|e| Fault::Signing(e.to_string()))?;
        let sealed = self.vault.seal(CONTEXT, &text).map_err(Fault::from)?;
        Ok(BegunChallenge { challenge: BASE64URL_NOPAD.encode(&sealed.0), expires_in, now, limit })
    }

    /// `None` where the challenge is not ours, over, or for another client, purpose or key. Whether it was answered
    /// before is for the store to say, by the mark.
    pub(super) fn answered(&self, answer: &Answer<'_>) -> Option<Mark> {
        let bytes = BASE64URL_NOPAD.decode(answer.challenge.as_bytes()).ok()?;
        let text = self.vault.open_sealed(CONTEXT, &Sealed(bytes)).ok()?;
        let challenge: Challenge = serde_json::from_slice(&text).ok()?;
        let fits = challenge.client == *answer.client
            && challenge.purpose == answer.purpose
            && challenge.key.as_deref().is_none_or(|id| answer.key.is_some_and(|key| key.as_str() == id))
            && self.now() < challenge.expires_at;
        let digest = digest::digest(&digest::SHA256, answer.challenge.as_bytes());
        let mark = format!("device challenge|{}", BASE64URL_NOPAD.encode(digest.as_ref()));
        // Longer than the clock of any node would take it.
        fits.then_some((mark, challenge.expires_at.plus(LEEWAY + 1)))
    }
}
