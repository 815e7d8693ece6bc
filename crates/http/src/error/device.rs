//! `POST /oauth/device/code` (RFC 8628 section 3.2, RFC 6749 section 5.2), and what a device is told while it
//! waits (section 3.5).

use http::{HeaderValue, StatusCode, header};
use latchkey_core::flow::device::AskForDeviceError;
use latchkey_wire::error as codes;
use latchkey_wire::token::DEVICE_CODE;

use super::{OauthError, client_auth, fault, grant_not_allowed, invalid, too_many_requests};

pub fn ask_for_device(error: AskForDeviceError, issuer: &str, basic: bool) -> OauthError {
    match error {
        AskForDeviceError::Client(error) => client_auth(error, basic),
        AskForDeviceError::GrantNotAllowed => grant_not_allowed(DEVICE_CODE, issuer),
        AskForDeviceError::AudienceNotAllowed => {
            invalid("The audience is not known or not granted to the client")
        }
        AskForDeviceError::TooManyRequests(limit) => too_many_requests(limit),
        AskForDeviceError::Fault(error) => fault(&error),
    }
}

/// Auth0 counts a device that polls too fast among those who ask too often.
pub(super) fn slow_down(interval: u32) -> OauthError {
    OauthError::new(StatusCode::TOO_MANY_REQUESTS, codes::SLOW_DOWN, "Wait longer between two polls.")
        .with(header::RETRY_AFTER, HeaderValue::from(interval))
}
