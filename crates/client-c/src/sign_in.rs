//! The sign-in flow of the screens: state that C looks at, events that it reports.
//!
//! The calls that the flow wants are made here, on threads; the front end hears that something changed, and looks.

mod flow;
mod listener;
mod settings;
mod view;

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use latchkey_client::{Channel, Country, Event};

use crate::answer::{Success, show};
use crate::call::LkCallback;
use crate::client::LkClient;
use crate::handle;
use crate::text::read;

pub use flow::LkSignIn;
use listener::Listener;
pub use listener::{LkChanged, LkRelease};
pub use settings::LkSignInSettings;
pub use view::{
    LkButton, LkCountry, LkCountryLook, LkField, LkFieldKind, LkLook, LkScreen, LkView, lk_countries,
};

/// What a person did. `lk_sign_in_event` takes the number, and the text that stands beside it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkEvent {
    /// The field for the phone number or email address has this text now.
    Identifier = 1,
    /// The country of this region (`DE`) was chosen.
    Country = 2,
    /// The other way to sign in: `sms` or `email`.
    Channel = 3,
    /// The field for the code has this text now.
    Code = 4,
    /// This code came by itself, as by a link: it is typed and submitted.
    Received = 5,
    /// The main button, or return.
    Submit = 6,
    Resend = 7,
    /// "I already have a code".
    HaveCode = 8,
    /// "Change number". Cancels what is on its way.
    Change = 9,
    /// The screen was closed. Cancels what is on its way.
    Close = 10,
    /// The time of `tick_at` is there.
    Tick = 11,
}

/// Begins a sign-in of `client`, which may be freed before it. NULL when there is no client.
///
/// `changed` is called with `context` on a thread of the library when an answer changed what is to be shown: hop to the
/// thread of the screen and look there. `release` is called with `context` once, when `changed` will not be called any
/// more: after `lk_sign_in_free`, or at once when NULL is returned.
///
/// # Safety
///
/// `client` is NULL, or came from `lk_client_new` and was not freed. `settings` is NULL, or its texts are NULL or end
/// with a NUL. `changed` and `release` may be called with `context` on any thread.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_sign_in_new(
    client: *const LkClient,
    settings: *const LkSignInSettings,
    changed: LkChanged,
    release: LkRelease,
    context: *mut c_void,
) -> *mut LkSignIn {
    let listener = Listener::new(changed, release, context);
    // SAFETY: the caller's promise.
    let client = unsafe { handle::share(client) };
    // SAFETY: the same.
    let settings = unsafe { settings.as_ref() };
    let Some(client) = client else { return std::ptr::null_mut() };
    // SAFETY: the same.
    let settings = unsafe { settings::read_settings(settings, client.locale) };
    handle::give(Arc::new(LkSignIn::new(client, settings, listener)))
}

/// Ends a sign-in; what is on its way is cancelled. Does nothing for NULL.
///
/// # Safety
///
/// `sign_in` is NULL, or came from `lk_sign_in_new`, and is not used any more.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_sign_in_free(sign_in: *mut LkSignIn) {
    // SAFETY: the caller's promise.
    if let Some(sign_in) = unsafe { handle::end(sign_in) } {
        sign_in.cancel_all();
    }
}

/// Something happened. What makes no sense where the sign-in stands is ignored, so that a button which is pressed twice
/// does one thing. Look afterwards: `changed` does not tell of what happened here.
///
/// # Safety
///
/// `sign_in` is NULL, or came from `lk_sign_in_new` and was not freed. `text` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_sign_in_event(sign_in: *const LkSignIn, event: u32, text: *const c_char) {
    // SAFETY: the caller's promise, for both.
    let (sign_in, text) = (unsafe { handle::share(sign_in) }, unsafe { read(text) });
    if let (Some(sign_in), Some(event)) = (sign_in, event_of(event, text.unwrap_or_default())) {
        sign_in.happen(event);
    }
}

/// Shows the screen as it is now to `look`, before this returns.
///
/// # Safety
///
/// `sign_in` is NULL, or came from `lk_sign_in_new` and was not freed. `look` may be called with `context`.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_sign_in_look(sign_in: *const LkSignIn, look: LkLook, context: *mut c_void) {
    // SAFETY: the caller's promise.
    if let (Some(sign_in), Some(look)) = (unsafe { handle::share(sign_in) }, look) {
        let (view, tick_at) = sign_in.view();
        view::show(&view, tick_at, |view| {
            // SAFETY: the function and its context are the caller's; `view` lives until it returns.
            unsafe { look(context, view) }
        });
    }
}

/// Gives what the sign-in gave, once, to `callback`, before this returns. False, and no callback, while there is
/// nothing to take.
///
/// # Safety
///
/// As [`lk_sign_in_look`].
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_sign_in_take(
    sign_in: *const LkSignIn,
    callback: LkCallback,
    context: *mut c_void,
) -> bool {
    // SAFETY: the caller's promise.
    let (Some(sign_in), Some(callback)) = (unsafe { handle::share(sign_in) }, callback) else { return false };
    let Some(taken) = sign_in.take() else { return false };
    let mut success = Success::default().tokens(&taken.tokens);
    if let Some(profile) = &taken.profile {
        success = success.profile(profile);
    }
    show(&Ok(success), |answer| {
        // SAFETY: the function and its context are the caller's; `answer` lives until it returns.
        unsafe { callback(context, answer) }
    });
    true
}

fn event_of(event: u32, text: String) -> Option<Event> {
    let is = |known: LkEvent| event == known as u32;
    Some(match event {
        _ if is(LkEvent::Identifier) => Event::Identifier(text),
        _ if is(LkEvent::Country) => Event::Country(Country::find(&text)?),
        _ if is(LkEvent::Channel) => Event::Channel(match &*text {
            "sms" => Channel::Sms,
            "email" => Channel::Email,
            _ => return None,
        }),
        _ if is(LkEvent::Code) => Event::Code(text),
        _ if is(LkEvent::Received) => Event::Received(text),
        _ if is(LkEvent::Submit) => Event::Submit,
        _ if is(LkEvent::Resend) => Event::Resend,
        _ if is(LkEvent::HaveCode) => Event::HaveCode,
        _ if is(LkEvent::Change) => Event::Change,
        _ if is(LkEvent::Close) => Event::Close,
        _ if is(LkEvent::Tick) => Event::Tick,
        _ => return None,
    })
}
