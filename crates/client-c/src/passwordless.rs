//! A code or a link, and the tokens for it.

use std::ffi::{c_char, c_void};

use latchkey_client::{
    Address, BadAddress, CallId, Channel, Client, CodeSignIn, Effect, Error, Event, Outcome, SendKind, Start,
};
use serde_json::{Map, Value};

use crate::answer::Success;
use crate::call::{LkCallId, LkCallback, Waiting, run};
use crate::client::LkClient;
use crate::handle::share;
use crate::text::read;

/// How a message travels.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkChannel {
    Sms = 1,
    Email = 2,
}

/// What a message holds.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkSend {
    Code = 1,
    /// A link that ends in a browser.
    Link = 2,
    /// A link that opens the app on an iPhone, with a code in it.
    LinkIos = 3,
    LinkAndroid = 4,
}

/// Whom to send what. Begin with all of it zero. `channel` and `send` are numbers of `LkChannel` and `LkSend`.
#[repr(C)]
pub struct LkStart {
    pub channel: u32,
    pub send: u32,
    /// A phone number with its country's code, or an email address, as people write them. Required.
    pub address: *const c_char,
    /// The connection, where it is not called `sms` or `email`.
    pub connection: *const c_char,
    /// What a link carries (`scope`, `redirect_uri`, `state`, …): a JSON object.
    pub auth_params: *const c_char,
}

/// A code that a person typed, and whose it is. Begin with all of it zero.
#[repr(C)]
pub struct LkCode {
    pub channel: u32,
    /// As it was given to `lk_start_passwordless`. Required.
    pub address: *const c_char,
    /// As the person typed it, spaces and all. Required.
    pub code: *const c_char,
    pub connection: *const c_char,
    /// Words with spaces between; NULL for `openid profile email offline_access` (with `legacy`, `openid
    /// offline_access`).
    pub scope: *const c_char,
    /// The API that the access token is for.
    pub audience: *const c_char,
    /// How the old pipeline calls the device that its refresh token is for.
    pub device: *const c_char,
}

/// Has the server send a message. Never repeated by itself: each call is at most one message. Success says nothing of
/// whether anybody has the address.
///
/// # Safety
///
/// `client` is NULL, or came from `lk_client_new` and was not freed. `start` is NULL, or its texts are NULL or end with
/// a NUL. `callback` may be called with `context` on another thread.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_start_passwordless(
    client: *const LkClient,
    start: *const LkStart,
    callback: LkCallback,
    context: *mut c_void,
) -> LkCallId {
    // SAFETY: the caller's promise.
    let client = unsafe { share(client) };
    // SAFETY: the same.
    let asked = unsafe { start.as_ref() }.map(|start| unsafe { AskedStart::of(start) });
    let channel = asked.as_ref().map_or(Channel::Sms, |asked| asked.channel);
    run(client, channel, Waiting::new(callback, context), move |client| async move {
        let start = asked.ok_or(Error::Address(BadAddress::Phone))?.build()?;
        client.start_passwordless(&start).await?;
        Ok(Success::default())
    })
}

/// Turns a code into tokens and the profile of who typed it. Never repeated by itself: a code works once.
///
/// # Safety
///
/// As [`lk_start_passwordless`].
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_sign_in_with_code(
    client: *const LkClient,
    code: *const LkCode,
    callback: LkCallback,
    context: *mut c_void,
) -> LkCallId {
    // SAFETY: the caller's promise.
    let client = unsafe { share(client) };
    // SAFETY: the same.
    let asked = unsafe { code.as_ref() }.map(|code| unsafe { AskedCode::of(code) });
    let channel = asked.as_ref().map_or(Channel::Sms, |asked| asked.channel);
    run(client, channel, Waiting::new(callback, context), move |client| async move {
        sign_in(&client, asked.ok_or(Error::BadCode)?).await
    })
}

/// As the flow of the screens does it: a profile that cannot be had does not throw the tokens away.
async fn sign_in(client: &Client, asked: AskedCode) -> Result<Success, Error> {
    let effect = Effect::SignIn { call: CallId(0), sign_in: asked.build()?, profile: true };
    match client.perform(effect).await {
        Some(Event::Answered { outcome: Outcome::SignedIn(signed_in), .. }) => {
            let success = Success::default().tokens(&signed_in.tokens);
            Ok(match &signed_in.profile {
                Some(profile) => success.profile(profile),
                None => success,
            })
        }
        Some(Event::Answered { outcome: Outcome::Failed(error), .. }) => Err(error),
        _ => Err(Error::BadAnswer("another call's")),
    }
}

struct AskedStart {
    channel: Channel,
    send: u32,
    address: String,
    connection: Option<String>,
    auth_params: Option<String>,
}

impl AskedStart {
    /// # Safety
    ///
    /// The texts are NULL or end with a NUL.
    #[expect(unsafe_code, reason = "pointers of the caller are read")]
    unsafe fn of(start: &LkStart) -> Self {
        // SAFETY: the caller's promise, for each.
        let read = |text| unsafe { read(text) };
        Self {
            channel: channel(start.channel),
            send: start.send,
            address: read(start.address).unwrap_or_default(),
            connection: read(start.connection),
            auth_params: read(start.auth_params),
        }
    }

    fn build(&self) -> Result<Start, Error> {
        let send = match self.send {
            number if number == LkSend::Link as u32 => SendKind::Link,
            number if number == LkSend::LinkIos as u32 => SendKind::LinkIos,
            number if number == LkSend::LinkAndroid as u32 => SendKind::LinkAndroid,
            _ => SendKind::Code,
        };
        let mut start = Start::of(address(self.channel, &self.address)?, send);
        if let Some(connection) = &self.connection {
            start = start.connection(connection);
        }
        // What is no object carries nothing.
        let params = self.auth_params.as_deref().map(serde_json::from_str::<Map<String, Value>>);
        Ok(start.auth_params(params.and_then(Result::ok).unwrap_or_default()))
    }
}

struct AskedCode {
    channel: Channel,
    address: String,
    code: String,
    connection: Option<String>,
    scope: Option<String>,
    audience: Option<String>,
    device: Option<String>,
}

impl AskedCode {
    /// # Safety
    ///
    /// The texts are NULL or end with a NUL.
    #[expect(unsafe_code, reason = "pointers of the caller are read")]
    unsafe fn of(code: &LkCode) -> Self {
        // SAFETY: the caller's promise, for each.
        let read = |text| unsafe { read(text) };
        Self {
            channel: channel(code.channel),
            address: read(code.address).unwrap_or_default(),
            code: read(code.code).unwrap_or_default(),
            connection: read(code.connection),
            scope: read(code.scope),
            audience: read(code.audience),
            device: read(code.device),
        }
    }

    fn build(&self) -> Result<CodeSignIn, Error> {
        let mut sign_in = CodeSignIn::new(address(self.channel, &self.address)?, &self.code)?;
        if let Some(connection) = &self.connection {
            sign_in = sign_in.connection(connection);
        }
        if let Some(scope) = &self.scope {
            sign_in = sign_in.scope(scope);
        }
        if let Some(audience) = &self.audience {
            sign_in = sign_in.audience(audience);
        }
        if let Some(device) = &self.device {
            sign_in = sign_in.device(device);
        }
        Ok(sign_in)
    }
}

/// Whatever is not email is taken for a phone number, which then is refused as one.
fn channel(number: u32) -> Channel {
    match number {
        number if number == LkChannel::Email as u32 => Channel::Email,
        _ => Channel::Sms,
    }
}

fn address(channel: Channel, text: &str) -> Result<Address, BadAddress> {
    match channel {
        Channel::Sms => Address::phone(text),
        Channel::Email => Address::email(text),
    }
}
