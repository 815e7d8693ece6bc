//! `POST /passkey/challenge`: somebody may sign in with a passkey now (protocol 2.6).
//!
//! Nobody says who they are: the authenticator finds the passkey by the domain, and the answer is the same for
//! everybody (S-056).

use latchkey_wire::passkey::{ChallengeRequest, RequestOptions};

use super::{Asking, BeginPasskeyError, Begun, CEREMONY_LIFE, Purpose, usable};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::authenticate_client::ClientCredentials;
use crate::model::EventKind;

impl Engine {
    pub async fn challenge_passkey(
        &self,
        credentials: &ClientCredentials,
        request: &ChallengeRequest,
        caller: &Caller,
    ) -> Result<Begun<RequestOptions>, BeginPasskeyError> {
        let asking = self.passkey_client(credentials, caller).await?;
        let purpose = Purpose::SignIn { connection: request.realm.clone() };
        if let Err(refused) = self.check_realm(&asking, request.realm.as_deref()).await {
            let mut event = self.passkey_event(EventKind::PasskeyStartFailed, &asking, caller, &purpose);
            event.detail.insert(String::from("error"), "connection".into());
            self.store.insert_events(vec![event]).await?;
            return Err(refused);
        }
        let mut event = self.passkey_event(EventKind::PasskeyStarted, &asking, caller, &purpose);
        event.connection.clone_from(&request.realm);
        let Asking { who, party, limit } = asking;
        let (auth_session, ceremony) =
            self.begin_ceremony(&who.client.id, party, purpose, vec![event]).await?;
        let options = RequestOptions {
            challenge: ceremony.challenge,
            timeout: timeout(),
            rp_id: ceremony.party.id,
            user_verification: String::from("preferred"),
        };
        Ok(Begun { auth_session, options, limit })
    }

    async fn check_realm(&self, asking: &Asking, realm: Option<&str>) -> Result<(), BeginPasskeyError> {
        let Some(name) = realm else { return Ok(()) };
        let connection = self.connection(name).await?.ok_or(BeginPasskeyError::ConnectionUnknown)?;
        usable(&connection, &asking.who.client).map(drop)
    }
}

/// In milliseconds.
pub(crate) fn timeout() -> u32 {
    u32::try_from(CEREMONY_LIFE).unwrap_or(u32::MAX).saturating_mul(1000)
}
