//! A sign-in and the calls that it wants.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{AbortHandle, AbortRegistration, Abortable};
use latchkey_client::{
    CallId, Effect, Error, Event, Outcome, SignIn, SignInSettings, SignedIn, TransportError, View, block_on,
};

use super::listener::Listener;
use crate::client::LkClient;

/// A sign-in. Opaque; any thread may use it.
pub struct LkSignIn {
    client: Arc<LkClient>,
    state: Mutex<State>,
    listener: Arc<Listener>,
}

struct State {
    flow: SignIn,
    calls: HashMap<CallId, AbortHandle>,
    /// When the view changes by itself.
    tick_at: Option<i64>,
    signed_in: Option<Box<SignedIn>>,
}

/// A call to be made once the state is let go of.
struct Call {
    id: CallId,
    effect: Effect,
    registration: AbortRegistration,
}

impl LkSignIn {
    pub(super) fn new(client: Arc<LkClient>, settings: SignInSettings, listener: Listener) -> Self {
        let state =
            State { flow: SignIn::new(settings), calls: HashMap::new(), tick_at: None, signed_in: None };
        Self { client, state: Mutex::new(state), listener: Arc::new(listener) }
    }

    /// A panic inside of the flow leaves it as it stood; what came of it is ignored.
    pub(super) fn happen(self: &Arc<Self>, event: Event) {
        let calls = catch_unwind(AssertUnwindSafe(|| {
            let mut state = self.state();
            if matches!(event, Event::Tick) {
                state.tick_at = None;
            }
            let effects = state.flow.handle(event, self.client.client.now());
            effects.into_iter().filter_map(|effect| state.take_on(effect)).collect::<Vec<_>>()
        }));
        for call in calls.unwrap_or_default() {
            self.make(call);
        }
    }

    pub(super) fn view(&self) -> (View, Option<i64>) {
        let state = self.state();
        (state.flow.view(self.client.client.now()), state.tick_at)
    }

    pub(super) fn take(&self) -> Option<Box<SignedIn>> {
        self.state().signed_in.take()
    }

    pub(super) fn cancel_all(&self) {
        self.state().calls.values().for_each(AbortHandle::abort);
    }

    fn make(self: &Arc<Self>, Call { id, effect, registration }: Call) {
        let this = Arc::clone(self);
        let started = std::thread::Builder::new().name(String::from("latchkey-sign-in")).spawn(move || {
            let client = this.client.client.clone();
            let work = Abortable::new(client.perform(effect), registration);
            match catch_unwind(AssertUnwindSafe(|| block_on(work))) {
                // Cancelled: nobody waits.
                Ok(Err(_) | Ok(None)) => this.state().forget(id),
                Ok(Ok(Some(answered))) => this.answered(id, answered),
                Err(_) => this.answered(id, failed(id, "the library failed")),
            }
        });
        if started.is_err() {
            self.answered(id, failed(id, "no thread can be started"));
        }
    }

    fn answered(self: &Arc<Self>, id: CallId, answered: Event) {
        self.state().forget(id);
        self.happen(answered);
        self.listener.tell();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Does what is done at once; gives back what is a call.
    fn take_on(&mut self, effect: Effect) -> Option<Call> {
        if let Some(id) = effect.call() {
            let (handle, registration) = AbortHandle::new_pair();
            self.calls.insert(id, handle);
            return Some(Call { id, effect, registration });
        }
        match effect {
            Effect::Cancel(id) => {
                if let Some(handle) = self.calls.remove(&id) {
                    handle.abort();
                }
            }
            Effect::Tick { at } => self.tick_at = Some(at),
            Effect::Finished(signed_in) => self.signed_in = Some(signed_in),
            Effect::Closed => self.tick_at = None,
            Effect::Start { .. }
            | Effect::StartLink { .. }
            | Effect::SignIn { .. }
            | Effect::FinishLink { .. } => {}
        }
        None
    }

    fn forget(&mut self, id: CallId) {
        self.calls.remove(&id);
    }
}

fn failed(call: CallId, why: &str) -> Event {
    let error = Error::Transport(TransportError::Unreachable(why.to_owned()));
    Event::Answered { call, outcome: Outcome::Failed(error) }
}
