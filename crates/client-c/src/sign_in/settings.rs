//! What an app decides about its sign-in.

use std::ffi::c_char;

use latchkey_client::{Channel, Country, Locale, SendKind, SignInSettings};

use crate::text::read;

/// How people sign in. Begin with all of it zero; what is NULL or 0 has its default.
#[repr(C)]
pub struct LkSignInSettings {
    /// A number of `LkChannel`: what is asked for. 0: a phone number, or an email address for who wants that.
    pub channel: u32,
    /// A number of `LkSend`; 0 for a code.
    pub send: u32,
    /// The region that numbers without a country are of, until another is chosen: `DE`.
    pub region: *const c_char,
    /// The name of the app, for the title.
    pub app: *const c_char,
    /// The connection, where it is not called `sms` or `email`. Only with a `channel`.
    pub connection: *const c_char,
    pub scope: *const c_char,
    pub audience: *const c_char,
    /// How the old pipeline calls the device that its refresh token is for.
    pub device: *const c_char,
}

/// # Safety
///
/// The texts are NULL or end with a NUL.
#[expect(unsafe_code, reason = "pointers of the caller are read")]
pub(super) unsafe fn read_settings(settings: Option<&LkSignInSettings>, locale: Locale) -> SignInSettings {
    let Some(given) = settings else { return SignInSettings::either(locale) };
    // SAFETY: the caller's promise, for each.
    let read = |text| unsafe { read(text) };
    let channel = match given.channel {
        number if number == crate::LkChannel::Sms as u32 => Some(Channel::Sms),
        number if number == crate::LkChannel::Email as u32 => Some(Channel::Email),
        _ => None,
    };
    let mut settings = match channel {
        Some(Channel::Sms) => SignInSettings::sms(locale),
        Some(Channel::Email) => SignInSettings::email(locale),
        None => SignInSettings::either(locale),
    };
    settings.send = match given.send {
        number if number == crate::LkSend::Link as u32 => SendKind::Link,
        number if number == crate::LkSend::LinkIos as u32 => SendKind::LinkIos,
        number if number == crate::LkSend::LinkAndroid as u32 => SendKind::LinkAndroid,
        _ => SendKind::Code,
    };
    settings.country = read(given.region).and_then(|region| Country::find(&region));
    settings.app = read(given.app).filter(|app| !app.is_empty());
    if let (Some(channel), Some(name)) = (channel, read(given.connection)) {
        settings.connections.push((channel, name));
    }
    settings.scope = read(given.scope);
    settings.audience = read(given.audience);
    settings.device = read(given.device);
    settings
}
