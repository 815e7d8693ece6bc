//! `POST /oauth/device/code` (RFC 8628 section 3.1): two codes, for the device and for its person.

use latchkey_wire::device::{DeviceCodeRequest, DeviceCodeResponse};
use latchkey_wire::{Secret, token};

use super::user_code;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::{ClientAuthError, ClientCredentials};
use crate::flow::browser::write_body;
use crate::grant::granted;
use crate::limit::{self, LimitState};
use crate::model::{DeviceGrant, Handle, HandleKind, POLL_INTERVAL, TokenHash};
use crate::store::StoreError;
use crate::token::api::ApiError;

/// Seconds that both codes live.
const LIFE: u32 = 900;
/// Seconds more that a device is told that its time is over.
const EPILOGUE: i64 = 3600;

#[derive(Debug, thiserror::Error)]
pub enum AskForDeviceError {
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    #[error("the client may not use the grant of devices")]
    GrantNotAllowed,
    #[error("the audience is not known or not granted")]
    AudienceNotAllowed,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for AskForDeviceError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<ApiError> for AskForDeviceError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::NotGranted => Self::AudienceNotAllowed,
            ApiError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Engine {
    pub async fn ask_for_device(
        &self,
        credentials: &ClientCredentials,
        request: DeviceCodeRequest,
        caller: &Caller,
    ) -> Result<DeviceCodeResponse, AskForDeviceError> {
        let who = self.authenticate_client(credentials, caller).await?;
        let client = &*who.client;
        let ip = who.user_ip(caller);
        let (bucket, micros) = (self.settings.limits.device_codes_per_ip, self.clock.now_micros());
        self.buckets
            .take("device_code", &limit::prefix(ip), bucket, micros)
            .map_err(AskForDeviceError::TooManyRequests)?;
        if !client.allows(token::DEVICE_CODE) {
            return Err(AskForDeviceError::GrantNotAllowed);
        }
        let audience = self.wanted_api(client, request.audience.as_deref()).await?;
        let now = self.now();
        let device_code = self.random.token();
        let (user_code, user_code_id) = self.unused_user_code().await?;
        let grant = DeviceGrant {
            client: client.id.clone(),
            scope: granted(client, request.scope, audience.as_ref()),
            audience: audience.map(|api| api.audience.clone()),
            asked_at: now,
            device: caller.user_agent.as_deref().and_then(crate::device::describe),
            ip: ip.to_string(),
            user_code: user_code_id,
            until: now.plus(LIFE.into()),
            interval: POLL_INTERVAL,
            last_poll: None,
            decision: None,
        };
        let device = Handle {
            id: TokenHash::of(&device_code),
            kind: HandleKind::DeviceCode,
            body: write_body(&grant)?,
            expires_at: grant.until.plus(EPILOGUE),
            used_at: None,
        };
        let user = Handle {
            id: user_code_id,
            kind: HandleKind::UserCode,
            body: write_body(&device.id)?,
            expires_at: grant.until,
            used_at: None,
        };
        self.store.insert_handle(device).await?;
        self.store.insert_handle(user).await?;
        let verification_uri = self.url("activate");
        Ok(DeviceCodeResponse {
            verification_uri_complete: Secret::new(format!(
                "{verification_uri}?user_code={}",
                user_code.expose()
            )),
            verification_uri,
            device_code,
            user_code,
            expires_in: LIFE.into(),
            interval: POLL_INTERVAL.into(),
        })
    }

    /// Of 25 600 000 000 codes one that nobody has; a second draw is rare.
    async fn unused_user_code(&self) -> Result<(Secret, TokenHash), Fault> {
        loop {
            let code = user_code::new(&*self.random);
            let id = self.vault.hash_user_code(&code);
            if self.store.find_handle(&id, HandleKind::UserCode).await?.is_none() {
                return Ok((code, id));
            }
        }
    }
}
