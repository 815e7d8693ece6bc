//! What tokens are good for afterwards.

use std::ffi::{c_char, c_void};

use latchkey_client::{Channel, Error, Secret};

use crate::answer::Success;
use crate::call::{LkCallId, LkCallback, Waiting, run};
use crate::client::LkClient;
use crate::handle::share;
use crate::text::read;

/// What is given for new tokens. Numbers for `lk_renew`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkRenewal {
    /// A refresh token, at `/oauth/token`. The answer always has a refresh token to keep.
    RefreshToken = 1,
    /// A refresh token of the old pipeline, at `/delegation`: the answer has an `id_token` only.
    LegacyRefreshToken = 2,
    /// An `id_token` that still works, at `/delegation`: the same.
    LegacyIdToken = 3,
}

/// New tokens for one that is there. `renewal` is a number of `LkRenewal`.
///
/// # Safety
///
/// `client` is NULL, or came from `lk_client_new` and was not freed. `token` is NULL or ends with a NUL. `callback` may
/// be called with `context` on another thread.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_renew(
    client: *const LkClient,
    renewal: u32,
    token: *const c_char,
    callback: LkCallback,
    context: *mut c_void,
) -> LkCallId {
    // SAFETY: the caller's promise.
    let client = unsafe { share(client) };
    // SAFETY: the same.
    let token = unsafe { secret(token) };
    run(client, Channel::Sms, Waiting::new(callback, context), move |client| async move {
        let token = token.ok_or(Error::NotSignedIn)?;
        let success = Success::default();
        match renewal {
            kind if kind == LkRenewal::LegacyRefreshToken as u32 => {
                Ok(success.delegated(&client.delegate_refresh_token(&token).await?))
            }
            kind if kind == LkRenewal::LegacyIdToken as u32 => {
                Ok(success.delegated(&client.delegate_id_token(&token).await?))
            }
            _ => Ok(success.tokens(&client.refresh(&token, None).await?)),
        }
    })
}

/// Ends a refresh token and what it gave. One that is over already is ended, too.
///
/// # Safety
///
/// As [`lk_renew`].
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_revoke(
    client: *const LkClient,
    refresh_token: *const c_char,
    callback: LkCallback,
    context: *mut c_void,
) -> LkCallId {
    // SAFETY: the caller's promise.
    let client = unsafe { share(client) };
    // SAFETY: the same.
    let token = unsafe { secret(refresh_token) };
    run(client, Channel::Sms, Waiting::new(callback, context), move |client| async move {
        client.revoke(&token.ok_or(Error::NotSignedIn)?).await?;
        Ok(Success::default())
    })
}

/// Whose access token it is, by `/userinfo`.
///
/// # Safety
///
/// As [`lk_renew`].
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_profile_of_access_token(
    client: *const LkClient,
    access_token: *const c_char,
    callback: LkCallback,
    context: *mut c_void,
) -> LkCallId {
    // SAFETY: the caller's promise.
    let client = unsafe { share(client) };
    // SAFETY: the same.
    let token = unsafe { secret(access_token) };
    run(client, Channel::Sms, Waiting::new(callback, context), move |client| async move {
        let profile = client.user_info(&token.ok_or(Error::NotSignedIn)?).await?;
        Ok(Success::default().profile(&profile))
    })
}

/// Whose `id_token` it is, by `/tokeninfo`: only servers with the old pipeline say.
///
/// # Safety
///
/// As [`lk_renew`].
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_profile_of_id_token(
    client: *const LkClient,
    id_token: *const c_char,
    callback: LkCallback,
    context: *mut c_void,
) -> LkCallId {
    // SAFETY: the caller's promise.
    let client = unsafe { share(client) };
    // SAFETY: the same.
    let token = unsafe { secret(id_token) };
    run(client, Channel::Sms, Waiting::new(callback, context), move |client| async move {
        let profile = client.token_info(&token.ok_or(Error::NotSignedIn)?).await?;
        Ok(Success::default().profile(&profile))
    })
}

/// # Safety
///
/// `token` is NULL or ends with a NUL.
#[expect(unsafe_code, reason = "a pointer of the caller is read")]
unsafe fn secret(token: *const c_char) -> Option<Secret> {
    // SAFETY: the caller's promise.
    unsafe { read(token) }.filter(|token| !token.is_empty()).map(Secret::new)
}
