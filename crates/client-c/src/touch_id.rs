//! Touch ID as Lock for iOS 1.x does it: an account with an address, then a key of this device.

use std::ffi::{c_char, c_void};

use latchkey_client::{AuthenticatorError, Channel, DeviceKey, Error, Profile};

use crate::answer::Success;
use crate::call::{LkCallId, LkCallback, Waiting, run};
use crate::client::LkClient;
use crate::handle::share;
use crate::signer::{LkSigner, PlatformSigner};
use crate::text::read;

/// Whose key it is. Begin with all of it zero.
#[repr(C)]
pub struct LkDevice {
    /// To sign in. What `lk_touch_id_enrol` gave as the profile's `user_id`.
    pub user_id: *const c_char,
    /// To enrol: an email address.
    pub email: *const c_char,
    /// How its person calls the device. Required.
    pub device: *const c_char,
    /// The database; NULL for the one that Lock uses.
    pub connection: *const c_char,
}

/// Makes an account for an email address and gives it the key of this device. The answer is a profile that has
/// `user_id` alone: keep it for `lk_touch_id_sign_in`.
///
/// # Safety
///
/// `client` is NULL, or came from `lk_client_new` and was not freed. `device` is NULL, or its texts are NULL or end with
/// a NUL. The functions of `signer`, and `callback`, may be called with their contexts on another thread.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_touch_id_enrol(
    client: *const LkClient,
    device: *const LkDevice,
    signer: LkSigner,
    callback: LkCallback,
    context: *mut c_void,
) -> LkCallId {
    let signer = PlatformSigner::new(signer);
    // SAFETY: the caller's promise.
    let client = unsafe { share(client) };
    // SAFETY: the same.
    let device = unsafe { device.as_ref() }.map(|device| unsafe { Device::of(device) });
    run(client, Channel::Email, Waiting::new(callback, context), move |client| async move {
        let Device { email, name, connection, .. } = device.ok_or(NO_DEVICE)?;
        let id = client.enrol_for_touch_id(&signer, &email, &name, connection.as_deref()).await?;
        Ok(Success::default().profile(&Profile { id, claims: serde_json::Map::new() }))
    })
}

/// Signs in by the key of this device: tokens and profile.
///
/// # Safety
///
/// As [`lk_touch_id_enrol`].
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_touch_id_sign_in(
    client: *const LkClient,
    device: *const LkDevice,
    signer: LkSigner,
    callback: LkCallback,
    context: *mut c_void,
) -> LkCallId {
    let signer = PlatformSigner::new(signer);
    // SAFETY: the caller's promise.
    let client = unsafe { share(client) };
    // SAFETY: the same.
    let device = unsafe { device.as_ref() }.map(|device| unsafe { Device::of(device) });
    run(client, Channel::Email, Waiting::new(callback, context), move |client| async move {
        let device = device.ok_or(NO_DEVICE)?;
        let key = DeviceKey {
            user_id: &device.user_id,
            device: &device.name,
            connection: device.connection.as_deref(),
        };
        let tokens = client.sign_in_with_device_key(&signer, &key).await?;
        let id_token = tokens.id_token.as_ref().ok_or(Error::NotSignedIn)?;
        // What the old pipeline gave, it describes.
        let profile = client.token_info(id_token).await?;
        Ok(Success::default().tokens(&tokens).profile(&profile))
    })
}

const NO_DEVICE: Error = Error::Authenticator(AuthenticatorError::NoKey);

struct Device {
    user_id: String,
    email: String,
    name: String,
    connection: Option<String>,
}

impl Device {
    /// # Safety
    ///
    /// The texts are NULL or end with a NUL.
    #[expect(unsafe_code, reason = "pointers of the caller are read")]
    unsafe fn of(device: &LkDevice) -> Self {
        // SAFETY: the caller's promise, for each.
        let read = |text| unsafe { read(text) };
        Self {
            user_id: read(device.user_id).unwrap_or_default(),
            email: read(device.email).unwrap_or_default(),
            name: read(device.device).unwrap_or_default(),
            connection: read(device.connection),
        }
    }
}
