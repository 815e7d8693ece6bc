//! The JWT bearer grant: what the key of a device signed becomes tokens (RFC 7523, `docs/guide/device-keys.md`).

use latchkey_wire::device_key::{AssertionRequest, EnrolmentRequest};
use latchkey_wire::token::TokenResponse;

use super::ExchangeError;
use super::passwordless_otp::Wanted;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::ProvenClient;
use crate::flow::device_key::{KeyOfCode, Presented, Refused, RightCode};
use crate::model::TokenHash;
use crate::token::issue::Authenticated;

impl From<Refused> for ExchangeError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Assertion => Self::DeviceKeyRefused,
            Refused::Blocked => Self::UserBlocked,
            Refused::TooMany(limit) => Self::TooManyRequests(limit),
            Refused::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Engine {
    pub(super) async fn device_key(
        &self,
        who: &ProvenClient,
        request: AssertionRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let client = &*who.client;
        let wanted = self.wanted(client, "", request.scope, request.audience.as_deref()).await?;
        let token = wanted.refresh.is_some().then(|| self.random.token());
        let presented = Presented {
            client,
            assertion: &request.assertion,
            ip: who.user_ip(caller),
            refresh: wanted.refresh.clone().zip(token.as_ref().map(TokenHash::of)),
        };
        let found = self.accept_device(presented).await?;
        let Wanted { scope, audience, refresh } = wanted;
        let authenticated = Authenticated {
            client,
            user: &found.user,
            scope,
            audience: audience.as_ref(),
            nonce: None,
            auth_time: found.user.proved_at(self.now()),
            proof: Some(found.proof),
            acr: None,
            legacy: false,
            sid: None,
            family: refresh.as_ref().map(|family| &family.id),
            credential: Some(&found.key),
        };
        Ok(self.issue(&authenticated, token).await?)
    }

    /// The key that comes beside a code, looked at before the code is.
    pub(super) async fn key_beside_code(
        &self,
        who: &ProvenClient,
        request: Option<&EnrolmentRequest>,
        caller: &Caller,
    ) -> Result<Option<KeyOfCode>, ExchangeError> {
        match request {
            None => Ok(None),
            Some(request) => {
                let proven = self.key_of_code(&who.client, request, who.user_ip(caller)).await;
                Ok(Some(proven.map_err(ExchangeError::DeviceKeyNotEnrolled)?))
            }
        }
    }

    /// Enrols that key for whoever the code was right for. The tokens go out whatever becomes of it.
    pub(super) async fn with_key(
        &self,
        mut tokens: TokenResponse,
        key: Option<KeyOfCode>,
        (who, connection, code): (&ProvenClient, &str, RightCode),
        caller: &Caller,
    ) -> Result<TokenResponse, Fault> {
        let Some(key) = key else { return Ok(tokens) };
        let person = Caller { ip: who.user_ip(caller), ..caller.clone() };
        let enrolled = self.enrol_with_code(&who.client, connection, &code, key, &person).await;
        match enrolled {
            Ok(key) => tokens.device_key = Some(self.shown_key(&key).await?),
            Err(refused) => tokens.device_key_error = Some(refused.word().to_owned()),
        }
        Ok(tokens)
    }
}
