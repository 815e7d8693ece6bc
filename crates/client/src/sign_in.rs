//! What a sign-in screen does, without the screen: state, events and effects, no clock and no network.
//!
//! ```text
//! Identify --Submit--> (sending) --Sent--> Code --Submit--> (checking) --SignedIn--> Done
//!     ^  \--HaveCode----------------------->^ |
//!     \-----------------Change----------------/      every error stays where it is, with its text
//! ```
//!
//! A link is a shorter way through it: [`Event::Received`] has the code of one that opened the app, [`Event::Opened`]
//! where a browser came back to. Either may come at any time, also to an app that was started by it.
//!
//! A front end shows [`SignIn::view`], turns what people do into an [`Event`], and does each [`Effect`];
//! [`Client::perform`](crate::Client::perform) does those that are calls.
//!
//! ```
//! use latchkey_client::{Country, Effect, Event, Locale, Screen, SignIn, SignInSettings};
//!
//! let settings = SignInSettings { country: Country::find("US"), ..SignInSettings::sms(Locale::En) };
//! let mut sign_in = SignIn::new(settings);
//! sign_in.handle(Event::Identifier("415 555 0100".into()), 0);
//! let effects = sign_in.handle(Event::Submit, 0);
//! assert!(matches!(&effects[..], [Effect::Start { start, .. }] if start.address().as_str() == "+14155550100"));
//! assert!(sign_in.view(0).busy && sign_in.view(0).screen == Screen::Identify);
//! ```

mod effect;
mod event;
mod links;
mod perform;
mod sent;
mod settings;
mod view;

pub use effect::{CallId, Effect, SignedIn};
pub use event::{Event, Outcome};
pub use settings::SignInSettings;
pub use view::{Button, CountryField, Field, FieldKind, Resend, Screen, View};

use links::Held;
use sent::Messages;

use crate::address::{Address, Channel};
use crate::browser::BrowserSignIn;
use crate::code::CodeSignIn;
use crate::country::Country;
use crate::error::{Error, ErrorKind};
use crate::start::Start;

/// Most characters of a field that are kept.
const MAX_TYPED: usize = 320;

/// One sign-in, from the question who it is to the tokens. See the module.
#[derive(Clone)]
pub struct SignIn {
    settings: SignInSettings,
    screen: Screen,
    channel: Channel,
    country: Option<Country>,
    identifier: String,
    code: String,
    /// Whose code is asked for.
    address: Option<Address>,
    call: Option<Call>,
    next_call: u64,
    sent: Messages,
    /// What a link brought, to be gone on with.
    held: Option<Held>,
    /// The link that was asked for last, where it ends in a browser that comes back.
    link: Option<BrowserSignIn>,
    error: Option<Error>,
    /// Another message went out, on the wish of the person.
    resent: bool,
    /// A tick is on its way.
    ticking: bool,
}

#[derive(Clone, Debug)]
struct Call {
    id: CallId,
    what: Calling,
}

#[derive(Clone, Debug)]
enum Calling {
    Start(Address),
    Code,
    Link,
}

impl SignIn {
    /// At the question who it is.
    #[must_use]
    pub fn new(settings: SignInSettings) -> Self {
        Self {
            screen: Screen::Identify,
            channel: settings.first_channel(),
            country: settings.country,
            settings,
            identifier: String::new(),
            code: String::new(),
            address: None,
            call: None,
            next_call: 0,
            sent: Messages::default(),
            held: None,
            link: None,
            error: None,
            resent: false,
            ticking: false,
        }
    }

    /// What failed last, for programs; the view has its text.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// What happens, at this time in seconds since 1970. What makes no sense where the sign-in stands is ignored, so
    /// that a button which is pressed twice does one thing.
    pub fn handle(&mut self, event: Event, now: i64) -> Vec<Effect> {
        if matches!(self.screen, Screen::Done | Screen::Closed) {
            return Vec::new();
        }
        self.sent.follow_clock(now);
        let mut effects = match event {
            Event::Answered { call, outcome } => self.answered(call, outcome, now),
            Event::Tick => {
                self.ticking = false;
                Vec::new()
            }
            Event::Close => self.close(now),
            Event::Change => self.change(now),
            Event::Received(code) if self.call.is_some() => {
                self.hold(Held::Code(code));
                Vec::new()
            }
            Event::Opened(callback) if self.call.is_some() => {
                self.hold(Held::Callback(callback));
                Vec::new()
            }
            _ if self.call.is_some() => Vec::new(),
            other => self.act(other, now),
        };
        effects.extend(self.tick(now));
        effects
    }

    /// What a person does while nothing is on its way.
    fn act(&mut self, event: Event, now: i64) -> Vec<Effect> {
        match (self.screen, event) {
            (Screen::Identify, Event::Identifier(typed)) => self.type_identifier(&typed),
            (Screen::Identify, Event::Country(country)) => {
                self.country = Some(country);
                self.error = None;
                Vec::new()
            }
            (Screen::Identify, Event::Channel(channel)) => self.switch(channel),
            (Screen::Identify, Event::HaveCode) => self.have_code(),
            (Screen::Identify, Event::Submit) => self.submit_identifier(now),
            (Screen::Code, Event::Code(typed)) => {
                self.code = typed.chars().take(MAX_TYPED).collect();
                self.error = None;
                Vec::new()
            }
            (_, Event::Received(code)) => self.receive(code),
            (_, Event::Opened(callback)) => self.open(callback),
            (Screen::Code, Event::Submit) => self.submit_code(),
            (Screen::Code, Event::Resend) => self.resend(now),
            _ => Vec::new(),
        }
    }

    fn type_identifier(&mut self, typed: &str) -> Vec<Effect> {
        self.identifier = typed.chars().take(MAX_TYPED).collect();
        self.error = None;
        Vec::new()
    }

    fn switch(&mut self, channel: Channel) -> Vec<Effect> {
        if self.settings.channels.contains(&channel) && channel != self.channel {
            self.channel = channel;
            self.identifier.clear();
            self.error = None;
        }
        Vec::new()
    }

    fn have_code(&mut self) -> Vec<Effect> {
        match self.typed_address() {
            Ok(address) => self.go_to_code(address),
            Err(error) => {
                self.error = Some(error);
                Vec::new()
            }
        }
    }

    /// Invariant: while a message to the address is on its way, or just went out, there is no second one, however one
    /// comes back to this screen. Nor is there one for who came by a link.
    fn submit_identifier(&mut self, now: i64) -> Vec<Effect> {
        match self.typed_address() {
            Ok(address) if self.waits_for_address() => self.go_to_code(address),
            Ok(address) if self.sent.was_sent(&address) && self.sent.seconds_left(&address, now) > 0 => {
                self.go_to_code(address)
            }
            Ok(address) => vec![self.start(address)],
            Err(error) => {
                self.error = Some(error);
                Vec::new()
            }
        }
    }

    /// Where a link brought the code already, it is submitted.
    fn go_to_code(&mut self, address: Address) -> Vec<Effect> {
        self.ask_for_code(address);
        match self.take_held_code() {
            Some(code) => self.receive(code),
            None => Vec::new(),
        }
    }

    fn resend(&mut self, now: i64) -> Vec<Effect> {
        match self.address.clone() {
            Some(address) if self.sent.seconds_left(&address, now) == 0 => vec![self.start(address)],
            _ => Vec::new(),
        }
    }

    fn start(&mut self, address: Address) -> Effect {
        let mut start = Start::of(address.clone(), self.settings.send);
        if let Some(name) = self.settings.connection(address.channel()) {
            start = start.connection(name);
        }
        let authorize = self.settings.authorize(address.channel());
        let call = self.begin(Calling::Start(address));
        match authorize {
            Some(authorize) => Effect::StartLink { call, start, authorize },
            None => Effect::Start { call, start },
        }
    }

    fn submit_code(&mut self) -> Vec<Effect> {
        let Some(address) = self.address.clone() else { return Vec::new() };
        let connection = self.settings.connection(address.channel()).map(str::to_owned);
        let mut sign_in = match CodeSignIn::new(address, &self.code) {
            Ok(sign_in) => sign_in,
            Err(error) => {
                self.error = Some(error);
                return Vec::new();
            }
        };
        if let Some(name) = connection {
            sign_in = sign_in.connection(&name);
        }
        let sign_in = self.settings.dress(sign_in);
        let call = self.begin(Calling::Code);
        vec![Effect::SignIn { call, sign_in, profile: self.settings.profile }]
    }

    fn begin(&mut self, what: Calling) -> CallId {
        let id = CallId(self.next_call);
        self.next_call = self.next_call.wrapping_add(1);
        self.call = Some(Call { id, what });
        self.error = None;
        self.resent = false;
        id
    }

    /// Answers of calls that were cancelled come to nobody.
    fn answered(&mut self, id: CallId, outcome: Outcome, now: i64) -> Vec<Effect> {
        let Some(call) = self.call.take_if(|call| call.id == id) else { return Vec::new() };
        match (call.what, outcome) {
            (Calling::Start(address), Outcome::Sent) => self.went_out(address, now),
            (Calling::Start(address), Outcome::LinkSent(pending)) => {
                self.link = Some(*pending);
                self.went_out(address, now);
            }
            (Calling::Code | Calling::Link, Outcome::SignedIn(signed_in)) => {
                self.screen = Screen::Done;
                self.code.clear();
                return vec![Effect::Finished(signed_in)];
            }
            (Calling::Start(address), Outcome::Failed(error)) => {
                if let ErrorKind::TooMany { seconds: Some(seconds) } = error.kind() {
                    self.sent.wait(&address, seconds, now);
                } else if !error.had_no_effect() {
                    // The message may be on its way: the next press of the button is no second one.
                    self.sent.remember(&address, now);
                }
                self.error = Some(error);
            }
            (Calling::Link, Outcome::Failed(error)) => self.error = Some(error),
            (Calling::Code, Outcome::Failed(error)) => {
                // What did not reach the server can be tried again as it stands.
                if error.kind() != ErrorKind::NoAnswer {
                    self.code.clear();
                }
                self.error = Some(error);
            }
            (_, Outcome::Sent | Outcome::LinkSent(_) | Outcome::SignedIn(_)) => {
                self.error = Some(Error::BadAnswer("another call's"));
            }
        }
        self.take_up()
    }

    fn went_out(&mut self, address: Address, now: i64) {
        self.resent = self.screen == Screen::Code;
        self.sent.remember(&address, now);
        self.ask_for_code(address);
    }

    /// Back to the question who it is.
    fn change(&mut self, now: i64) -> Vec<Effect> {
        let cancelled = self.cancel(now);
        self.screen = Screen::Identify;
        self.address = None;
        self.code.clear();
        self.held = None;
        self.error = None;
        self.resent = false;
        cancelled
    }

    fn close(&mut self, now: i64) -> Vec<Effect> {
        let mut effects = self.cancel(now);
        self.screen = Screen::Closed;
        self.code.clear();
        self.held = None;
        effects.push(Effect::Closed);
        effects
    }

    /// A message whose sending is cancelled may be on its way all the same.
    fn cancel(&mut self, now: i64) -> Vec<Effect> {
        let Some(call) = self.call.take() else { return Vec::new() };
        if let Calling::Start(address) = call.what {
            self.sent.remember(&address, now);
        }
        vec![Effect::Cancel(call.id)]
    }

    fn ask_for_code(&mut self, address: Address) {
        self.screen = Screen::Code;
        self.address = Some(address);
        self.code.clear();
        self.error = None;
    }

    fn typed_address(&self) -> Result<Address, Error> {
        let address = match (self.channel, self.country) {
            (Channel::Email, _) => Address::email(&self.identifier),
            (Channel::Sms, Some(country)) => country.number(&self.identifier),
            (Channel::Sms, None) => Address::phone(&self.identifier),
        };
        Ok(address?)
    }

    /// As long as somebody watches a countdown.
    fn tick(&mut self, now: i64) -> Option<Effect> {
        let counts = self.screen == Screen::Code
            && self.address.as_ref().is_some_and(|address| self.sent.seconds_left(address, now) > 0);
        if !counts || self.ticking {
            return None;
        }
        self.ticking = true;
        Some(Effect::Tick { at: now.saturating_add(1) })
    }
}

impl std::fmt::Debug for SignIn {
    /// Without anything that was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("screen", &self.screen)
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
