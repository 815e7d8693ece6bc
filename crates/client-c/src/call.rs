//! A call under way: its thread, its end, its one callback.

use std::collections::HashMap;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{AbortHandle, Abortable};
use latchkey_client::{Channel, Error, block_on};

use crate::answer::{LkAnswer, Success, show};

use crate::client::LkClient;
use crate::error::{Failure, LkErrorKind};
use crate::handle;

/// Is told how a call ended: once, on a thread of the library. `answer` and all that it points to lives until the
/// callback returns, which must not throw.
pub type LkCallback = Option<unsafe extern "C" fn(context: *mut c_void, answer: *const LkAnswer)>;

/// Names a call of one client, for [`lk_call_cancel`]; 0 names none. It needs no freeing and is never used again.
pub type LkCallId = u64;

/// Whom to tell, and what of theirs goes along.
pub(crate) struct Waiting {
    callback: LkCallback,
    context: *mut c_void,
}

// SAFETY: the pointer is not followed here; it goes back to the caller, who was told that this happens on another
// thread.
#[expect(unsafe_code, reason = "the caller's pointer crosses to the thread of the call")]
unsafe impl Send for Waiting {}

impl Waiting {
    pub(crate) fn new(callback: LkCallback, context: *mut c_void) -> Self {
        Self { callback, context }
    }

    #[expect(unsafe_code, reason = "a function of the caller is called")]
    fn tell(self, outcome: &Result<Success, Failure>) {
        let Some(callback) = self.callback else { return };
        show(outcome, |answer| {
            // SAFETY: the function and its context are the caller's own; `answer` lives until this returns.
            unsafe { callback(self.context, answer) }
        });
    }
}

/// The calls of one client that can still be cancelled.
#[derive(Default)]
pub(crate) struct Calls(Mutex<Running>);

#[derive(Default)]
struct Running {
    last: LkCallId,
    handles: HashMap<LkCallId, AbortHandle>,
}

impl Calls {
    fn begin(&self) -> (LkCallId, futures_util::future::AbortRegistration) {
        let (handle, registration) = AbortHandle::new_pair();
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.last = running.last.wrapping_add(1);
        let id = running.last;
        running.handles.insert(id, handle);
        (id, registration)
    }

    fn end(&self, id: LkCallId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).handles.remove(&id);
    }

    fn cancel(&self, id: LkCallId) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = running.handles.get(&id) {
            handle.abort();
        }
    }

    pub(crate) fn cancel_all(&self) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.handles.values().for_each(AbortHandle::abort);
    }
}

/// Runs `work` on a thread of its own and tells who waits how it ended, whatever happens.
///
/// `channel` is how the person was signing in, for the texts of errors.
pub(crate) fn run<F>(
    client: Option<Arc<LkClient>>,
    channel: Channel,
    waiting: Waiting,
    work: impl FnOnce(latchkey_client::Client) -> F + Send + 'static,
) -> LkCallId
where
    F: Future<Output = Result<Success, Error>>,
{
    let Some(client) = client else {
        waiting.tell(&Err(Failure::ours(LkErrorKind::Misconfigured, "no_client", "there is no client")));
        return 0;
    };
    let (id, registration) = client.calls.begin();
    let shared = Arc::clone(&client);
    // Held where both sides can take it: a thread that cannot be started drops what was to run on it.
    let waiting = Arc::new(Mutex::new(Some(waiting)));
    let theirs = Arc::clone(&waiting);
    let started = std::thread::Builder::new().name(String::from("latchkey-call")).spawn(move || {
        let future = || Abortable::new(work(shared.client.clone()), registration);
        let done = catch_unwind(AssertUnwindSafe(|| block_on(future())));
        let outcome = match done {
            Ok(Ok(done)) => done.map_err(|error| Failure::of(&error, shared.locale, channel)),
            Ok(Err(_)) => Err(Failure::ours(LkErrorKind::Cancelled, "cancelled", "the call was cancelled")),
            Err(_) => Err(Failure::ours(LkErrorKind::Device, "panic", "the library failed")),
        };
        shared.calls.end(id);
        take_and_tell(&theirs, &outcome);
    });
    if started.is_err() {
        client.calls.end(id);
        take_and_tell(
            &waiting,
            &Err(Failure::ours(LkErrorKind::Device, "no_thread", "no thread can be started")),
        );
        return 0;
    }
    id
}

fn take_and_tell(waiting: &Mutex<Option<Waiting>>, outcome: &Result<Success, Failure>) {
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(waiting) = waiting {
        waiting.tell(outcome);
    }
}

/// Ends a call early: its callback comes soon, with `LkErrorKind_Cancelled`, unless it is on its way already. Whether
/// the server did what it was asked is then not known. Does nothing for a call that ended.
///
/// # Safety
///
/// `client` is NULL, or came from `lk_client_new` and was not freed.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_call_cancel(client: *const LkClient, call: LkCallId) {
    // SAFETY: the caller's promise.
    if let Some(client) = unsafe { handle::share(client) } {
        client.calls.cancel(call);
    }
}
