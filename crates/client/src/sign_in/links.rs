//! Links of messages: codes that come with them, and browsers that come back from them.

use latchkey_wire::Secret;

use super::{Calling, Effect, Screen, SignIn};
use crate::address;

/// What a link brought before anything could be done with it: while a call was on its way, or before it was known whose
/// code it is. An app that was ended meanwhile, or a link that was opened on another device, begins with this.
#[derive(Clone)]
pub(super) enum Held {
    Code(String),
    Callback(String),
}

impl SignIn {
    /// A code that came by itself is of the latest message. Where none went out, whose it is must be said first.
    pub(super) fn receive(&mut self, code: String) -> Vec<Effect> {
        if self.screen == Screen::Identify {
            if address::code(&code).is_none() {
                return Vec::new();
            }
            let Some(address) = self.sent.latest().cloned() else {
                self.held = Some(Held::Code(code));
                self.error = None;
                return Vec::new();
            };
            self.ask_for_code(address);
        }
        self.code = code;
        self.submit_code()
    }

    /// The system handed over where a browser came back to.
    pub(super) fn open(&mut self, callback: String) -> Vec<Effect> {
        let Some(pending) = self.link.clone().filter(|pending| pending.is_callback(&callback)) else {
            return Vec::new();
        };
        let call = self.begin(Calling::Link);
        vec![Effect::FinishLink {
            call,
            pending,
            callback: Secret::new(callback),
            profile: self.settings.profile,
        }]
    }

    /// Keeps what comes while a call is on its way. The same link opened twice is one.
    pub(super) fn hold(&mut self, held: Held) {
        let is_checked = match (&held, self.call.as_ref().map(|call| &call.what)) {
            (Held::Code(code), Some(Calling::Code)) => address::code(code) == address::code(&self.code),
            (Held::Code(_), Some(Calling::Start(_))) => false,
            (Held::Callback(_), call) => matches!(call, Some(Calling::Link)),
            _ => true,
        };
        if !is_checked {
            self.held = Some(held);
        }
    }

    /// Goes on with what was held, once the call is over.
    pub(super) fn take_up(&mut self) -> Vec<Effect> {
        match self.held.take() {
            _ if self.screen == Screen::Done => Vec::new(),
            None => Vec::new(),
            Some(Held::Code(code)) => self.receive(code),
            Some(Held::Callback(callback)) => self.open(callback),
        }
    }

    /// The code of a link that waits for its address.
    pub(super) fn take_held_code(&mut self) -> Option<String> {
        match self.held.take()? {
            Held::Code(code) => Some(code),
            Held::Callback(_) => None,
        }
    }

    /// Who comes by a link is asked whose it is.
    pub(super) fn waits_for_address(&self) -> bool {
        matches!(self.held, Some(Held::Code(_))) && self.call.is_none()
    }
}
