//! The grant types of `POST /oauth/token`, one file each. [`GRANTS`] is what discovery lists.

mod authorization_code;
mod client_credentials;
mod device_code;
mod device_key;
mod otp_session;
mod passwordless_otp;
mod refresh_token;
mod webauthn;

use latchkey_wire::Scopes;
use latchkey_wire::token::{self, TokenRequest, TokenResponse};

use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::{ClientAuthError, ClientCredentials, ProvenClient};
use crate::flow::device_key::{EnrolKeyError, may_use_device_keys};
use crate::flow::passkey::may_use_passkeys;
use crate::flow::redeem::RedeemError;
use crate::limit::LimitState;
use crate::model::{Client, ClientKind};
use crate::store::StoreError;
use crate::token::api::ApiError;
use crate::trace;

pub(crate) use passwordless_otp::granted;

pub const GRANTS: [&str; 7] = [
    token::AUTHORIZATION_CODE,
    token::PASSWORDLESS_OTP,
    token::WEBAUTHN,
    token::JWT_BEARER,
    token::REFRESH_TOKEN,
    token::CLIENT_CREDENTIALS,
    token::DEVICE_CODE,
];

#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    #[error("the client may not use grant type {grant_type}")]
    GrantNotAllowed { grant_type: &'static str },
    #[error("unknown realm {realm}")]
    UnknownRealm { realm: String },
    #[error("the audience is not known or not granted")]
    AudienceNotAllowed,
    #[error("the redirect_uri is not registered")]
    RedirectUriNotAllowed,
    #[error(transparent)]
    Code(#[from] RedeemError),
    #[error("the auth_session is not of this client, or not ours")]
    AuthSessionRefused,
    /// A code that was entered with an `auth_session`: it has answers of its own (P-186).
    #[error(transparent)]
    SessionCode(RedeemError),
    /// The ceremony is over or another client's, or what the authenticator answered does not hold. Why is told to
    /// the log alone.
    #[error("the passkey is refused")]
    PasskeyRefused,
    /// The assertion of a device, the key that it names, or the challenge that it answers. Why is told to the log
    /// alone.
    #[error("the assertion of the device is refused")]
    DeviceKeyRefused,
    /// The key beside a code, which nobody looked at.
    #[error(transparent)]
    DeviceKeyNotEnrolled(EnrolKeyError),
    #[error("unknown, expired or used authorization code, or not for this client and redirect_uri")]
    AuthorizationCodeRefused,
    #[error("the code verifier does not fit the challenge")]
    CodeVerifier,
    /// Nobody has decided about the device.
    #[error("the device waits for its person")]
    AuthorizationPending,
    /// `interval`: seconds to wait from now on.
    #[error("the device polls too fast")]
    SlowDown { interval: u32 },
    #[error("the device code has expired")]
    DeviceExpired,
    #[error("the person declined")]
    DeviceDeclined,
    #[error("unknown or used device code, or not for this client")]
    DeviceCodeRefused,
    #[error("unknown, expired or revoked refresh token")]
    RefreshTokenRefused,
    #[error("the user of the refresh token was deleted")]
    UserGone,
    #[error("the user is blocked")]
    UserBlocked,
    /// More scope than was granted.
    #[error("the scope is wider than what was granted")]
    ScopeTooWide,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ExchangeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<ApiError> for ExchangeError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::NotGranted => Self::AudienceNotAllowed,
            ApiError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Engine {
    /// `POST /oauth/token`: proves the client, then does what the grant type asks.
    pub async fn exchange(
        &self,
        credentials: &ClientCredentials,
        request: TokenRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let grant_type = name(&request);
        let (audience, scope) = asked(&request);
        let work = Box::pin(self.exchange_by_type(credentials, request, caller));
        let result = trace::asking(audience.as_deref(), scope.as_ref(), work).await;
        let outcome = if result.is_ok() { "ok" } else { "refused" };
        metrics::counter!("latchkey_tokens_total", "grant" => metric(grant_type), "outcome" => outcome)
            .increment(1);
        result
    }

    async fn exchange_by_type(
        &self,
        credentials: &ClientCredentials,
        request: TokenRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let who = self.authenticate_client(credentials, caller).await?;
        self.buckets
            .take(
                "token",
                who.client.id.as_str(),
                self.settings.limits.token_per_client,
                self.clock.now_micros(),
            )
            .map_err(|limit| {
                self.note_rate(Some(&who.client.id), "token", None);
                ExchangeError::TooManyRequests(limit)
            })?;
        require_grant(&who, name(&request))?;
        match request {
            TokenRequest::PasswordlessOtp(request) => self.passwordless_otp(&who, request, caller).await,
            TokenRequest::OtpSession(request) => self.otp_session(&who, request, caller).await,
            TokenRequest::Webauthn(request) => self.webauthn(&who, request, caller).await,
            TokenRequest::DeviceKey(request) => self.device_key(&who, request, caller).await,
            TokenRequest::AuthorizationCode(request) => self.authorization_code(&who, request, caller).await,
            TokenRequest::DeviceCode(request) => self.device_code(&who, request, caller).await,
            TokenRequest::RefreshToken(request) => self.refresh_token(&who, request, caller).await,
            TokenRequest::ClientCredentials(request) => self.client_credentials(&who, request, caller).await,
        }
    }
}

/// What the log says was asked for: an authorization code asked when it was made.
fn asked(request: &TokenRequest) -> (Option<String>, Option<Scopes>) {
    let (audience, scope) = match request {
        TokenRequest::PasswordlessOtp(request) => (&request.audience, &request.scope),
        TokenRequest::OtpSession(request) => (&request.audience, &request.scope),
        TokenRequest::Webauthn(request) => (&request.audience, &request.scope),
        TokenRequest::RefreshToken(request) => (&request.audience, &request.scope),
        TokenRequest::ClientCredentials(request) => (&request.audience, &request.scope),
        TokenRequest::DeviceKey(_) | TokenRequest::AuthorizationCode(_) | TokenRequest::DeviceCode(_) => {
            (&None, &None)
        }
    };
    (audience.clone(), scope.clone())
}

fn name(request: &TokenRequest) -> &'static str {
    match request {
        TokenRequest::PasswordlessOtp(_) | TokenRequest::OtpSession(_) => token::PASSWORDLESS_OTP,
        TokenRequest::Webauthn(_) => token::WEBAUTHN,
        TokenRequest::DeviceKey(_) => token::JWT_BEARER,
        TokenRequest::AuthorizationCode(_) => token::AUTHORIZATION_CODE,
        TokenRequest::DeviceCode(_) => token::DEVICE_CODE,
        TokenRequest::RefreshToken(_) => token::REFRESH_TOKEN,
        TokenRequest::ClientCredentials(_) => token::CLIENT_CREDENTIALS,
    }
}

fn metric(grant_type: &'static str) -> &'static str {
    match grant_type {
        token::PASSWORDLESS_OTP => "passwordless_otp",
        token::WEBAUTHN => "webauthn",
        token::JWT_BEARER => "device_key",
        token::DEVICE_CODE => "device_code",
        other => other,
    }
}

/// The client has the grant; machine tokens only go to clients that proved themselves.
fn require_grant(who: &ProvenClient, grant_type: &'static str) -> Result<(), ExchangeError> {
    let fit = match grant_type {
        token::PASSWORDLESS_OTP => may_enter_codes(&who.client),
        token::WEBAUTHN => may_use_passkeys(&who.client),
        token::JWT_BEARER => may_use_device_keys(&who.client),
        token::CLIENT_CREDENTIALS => who.proven && who.client.allows(grant_type),
        _ => who.client.allows(grant_type),
    };
    match fit {
        true => Ok(()),
        false => Err(ExchangeError::GrantNotAllowed { grant_type }),
    }
}

/// A code is only taken from first-party clients (S-038) that are not browser applications (P-077).
pub(crate) fn may_enter_codes(client: &Client) -> bool {
    client.allows(token::PASSWORDLESS_OTP) && client.first_party && client.kind != ClientKind::Spa
}
