//! What a sign-in screen does, without the screen.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use latchkey_client as core;

use crate::client::Client;
use crate::error::LatchkeyError;
use crate::values::{Channel, Profile, SendKind, Tokens};
use crate::view::SignInView;

/// How people sign in to an app.
#[derive(Clone, Debug, uniffi::Record)]
pub struct SignInSettings {
    /// What people may give; the first is asked for.
    pub channels: Vec<Channel>,
    /// The country that numbers without one are of, until another is chosen: its region, or a language tag with one.
    #[uniffi(default = None)]
    pub country: Option<String>,
    /// The name of the app, for the title.
    #[uniffi(default = None)]
    pub app: Option<String>,
    /// What the message carries.
    #[uniffi(default = None)]
    pub send: Option<SendKind>,
    /// Where a browser comes back to that opened a `Link` of a mail: a callback of the client's that the system hands to the
    /// app, for `Opened`. Without it, such a link signs in the browser alone.
    #[uniffi(default = None)]
    pub callback: Option<String>,
    /// Connections that are not called `sms` and `email`.
    #[uniffi(default = None)]
    pub connections: Option<HashMap<Channel, String>>,
    /// In place of `openid profile email offline_access`.
    #[uniffi(default = None)]
    pub scope: Option<String>,
    /// The API that the access token is for.
    #[uniffi(default = None)]
    pub audience: Option<String>,
    /// The name of this device, for the old pipeline's refresh tokens.
    #[uniffi(default = None)]
    pub device: Option<String>,
}

impl SignInSettings {
    fn of(self, locale: core::Locale) -> core::SignInSettings {
        let channels = self.channels.into_iter().map(core::Channel::from).collect();
        let find = |tag: &str| core::Country::of_tag(tag).or_else(|| core::Country::find(tag));
        core::SignInSettings {
            channels,
            country: self.country.as_deref().and_then(find),
            send: self.send.map_or(core::SendKind::Code, core::SendKind::from),
            callback: self.callback,
            app: self.app,
            connections: self
                .connections
                .into_iter()
                .flatten()
                .map(|(channel, name)| (channel.into(), name))
                .collect(),
            scope: self.scope,
            audience: self.audience,
            device: self.device,
            ..core::SignInSettings::sms(locale)
        }
    }
}

/// Something that a person or the time did.
#[derive(Clone, uniffi::Enum)]
pub enum SignInEvent {
    /// The field for the phone number or email address has this text now.
    Identifier { text: String },
    /// The country of the number was chosen.
    Country { region: String },
    /// A phone number in place of an email address, or the other way round.
    Channel { channel: Channel },
    /// The field for the code has this text now.
    Code { text: String },
    /// A code came by itself, as by an app link: it is typed and submitted. It may come at any time, also to an app that was
    /// started by it: then whose it is will be asked for first.
    Received { code: String },
    /// The system handed this URL to the app. Where it is not what the browser of a link came back to, nothing happens.
    Opened { url: String },
    /// The main button, or return.
    Submit,
    /// "Send a new code".
    Resend,
    /// "I already have a code".
    HaveCode,
    /// "Change number". While something is on its way, this cancels it.
    Change,
    /// The screen was closed.
    Close,
    /// The time of a `Tick` is there.
    Tick,
}

/// Something for the front end to do.
#[derive(Clone, uniffi::Enum)]
pub enum SignInEffect {
    /// Await `perform` with this number, and do what it gives.
    Perform { call: u64 },
    /// Send `Tick` in so many seconds: the view changes with it.
    Tick { seconds: u32 },
    /// The end: take the tokens.
    Finished { tokens: Arc<Tokens>, profile: Option<Profile> },
    /// The end without tokens.
    Closed,
}

/// One sign-in, from the question who it is to the tokens: a screen shows `view`, tells what people do to `handle`,
/// and does the effects.
#[derive(uniffi::Object)]
pub struct SignIn {
    client: Arc<Client>,
    state: Mutex<State>,
}

struct State {
    machine: core::SignIn,
    /// Calls that `perform` was not asked for yet.
    waiting: HashMap<u64, core::Effect>,
    /// Calls that are on their way: dropped, they end.
    running: HashMap<u64, oneshot::Sender<()>>,
}

#[uniffi::export]
impl SignIn {
    #[uniffi::constructor]
    pub fn new(client: Arc<Client>, settings: SignInSettings) -> Arc<Self> {
        let machine = core::SignIn::new(settings.of(client.locale));
        let state = State { machine, waiting: HashMap::new(), running: HashMap::new() };
        Arc::new(Self { client, state: Mutex::new(state) })
    }

    /// The screen as it is now.
    pub fn view(&self) -> SignInView {
        self.state().machine.view(self.client.inner.now()).into()
    }

    /// What failed last, for programs; the view has its text.
    pub fn failure(&self) -> Option<LatchkeyError> {
        let state = self.state();
        state.machine.error().map(|error| self.client.said(error, Channel::Sms))
    }

    /// What happens. What makes no sense where the sign-in stands is ignored, so that a button which is pressed twice
    /// does one thing.
    pub fn handle(&self, event: SignInEvent) -> Vec<SignInEffect> {
        let event = match event {
            SignInEvent::Identifier { text } => core::Event::Identifier(text),
            SignInEvent::Country { region } => match core::Country::find(&region) {
                Some(country) => core::Event::Country(country),
                None => return Vec::new(),
            },
            SignInEvent::Channel { channel } => core::Event::Channel(channel.into()),
            SignInEvent::Code { text } => core::Event::Code(text),
            SignInEvent::Received { code } => core::Event::Received(code),
            SignInEvent::Opened { url } => core::Event::Opened(url),
            SignInEvent::Submit => core::Event::Submit,
            SignInEvent::Resend => core::Event::Resend,
            SignInEvent::HaveCode => core::Event::HaveCode,
            SignInEvent::Change => core::Event::Change,
            SignInEvent::Close => core::Event::Close,
            SignInEvent::Tick => core::Event::Tick,
        };
        self.happen(event)
    }

    /// Does a call, and says what comes of it. Once a call was cancelled, this ends at once, with nothing to do.
    pub async fn perform(&self, call: u64) -> Vec<SignInEffect> {
        let (stop, stopped) = oneshot::channel();
        let effect = {
            let mut state = self.state();
            let Some(effect) = state.waiting.remove(&call) else { return Vec::new() };
            state.running.insert(call, stop);
            effect
        };
        let answer = match select(pin!(self.client.inner.perform(effect)), stopped).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => None,
        };
        self.state().running.remove(&call);
        answer.map(|event| self.happen(event)).unwrap_or_default()
    }
}

impl SignIn {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn happen(&self, event: core::Event) -> Vec<SignInEffect> {
        let now = self.client.inner.now();
        let mut state = self.state();
        let effects = state.machine.handle(event, now);
        effects.into_iter().filter_map(|effect| state.translate(effect, now)).collect()
    }
}

impl State {
    fn translate(&mut self, effect: core::Effect, now: i64) -> Option<SignInEffect> {
        match effect {
            core::Effect::Start { call, .. }
            | core::Effect::StartLink { call, .. }
            | core::Effect::SignIn { call, .. }
            | core::Effect::FinishLink { call, .. } => {
                self.waiting.insert(call.0, effect);
                Some(SignInEffect::Perform { call: call.0 })
            }
            core::Effect::Cancel(call) => {
                self.waiting.remove(&call.0);
                self.running.remove(&call.0);
                None
            }
            core::Effect::Tick { at } => {
                let seconds = u32::try_from(at.saturating_sub(now)).unwrap_or_default();
                Some(SignInEffect::Tick { seconds })
            }
            core::Effect::Finished(signed_in) => Some(SignInEffect::Finished {
                tokens: Arc::new(Tokens(signed_in.tokens)),
                profile: signed_in.profile.map(Profile::from),
            }),
            core::Effect::Closed => Some(SignInEffect::Closed),
        }
    }
}
