//! What the machine gives: time, randomness, threads. Tests bring their own time and randomness.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_channel::oneshot;
use ring::rand::{SecureRandom, SystemRandom};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Seconds since 1970, UTC.
    fn now(&self) -> i64;
}

/// Gives bytes that nobody can guess.
pub trait Random: Send + Sync {
    /// # Errors
    ///
    /// When the machine has none to give. Nothing is signed in then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The machine gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the machine gives no random bytes")]
pub struct NoRandomness;

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the machine's clock is read")]
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }
}

/// The randomness of the operating system.
#[derive(Clone, Debug)]
pub struct SystemRandomness(SystemRandom);

impl SystemRandomness {
    /// The randomness of the operating system.
    #[must_use]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemRandomness {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill(bytes).map_err(|_| NoRandomness)
    }
}

/// Waits on this thread until the future is done: for programs that have no async runtime.
///
/// ```
/// assert_eq!(latchkey_client::block_on(async { 1 + 1 }), 2);
/// ```
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(done) => return done,
            Poll::Pending => std::thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Does work that blocks on a thread of its own, so that no runtime waits for it. `None` when the thread
/// could not be started, ended early, or would tell nobody any more.
pub(crate) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    if ANSWERS.ended.load(SeqCst) {
        return None;
    }
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new()
        .name(String::from("latchkey-client"))
        .spawn(move || {
            let done = work();
            while !ANSWERS.may_give() {
                // Dropping the channel would wake too: the end of the program ends this thread.
                std::thread::park();
            }
            // Whoever asked may be gone by now.
            let _ = tell.send(done);
            ANSWERS.given();
        })
        .ok()?;
    told.await.ok()
}

/// Lets no thread of this crate wake anybody any more, and waits for those that do so at the moment, a second at most.
///
/// For hosts that run a waker of their own on the threads of this crate and take down what it needs when their program
/// ends, as Python's interpreter does. What is under way then is never answered; calls of [`HttpTransport`] that begin
/// later fail at once, with [`TransportError::NoAnswer`].
///
/// [`HttpTransport`]: crate::HttpTransport
/// [`TransportError::NoAnswer`]: crate::TransportError::NoAnswer
pub fn give_no_more_answers() {
    ANSWERS.end(1_000);
}

static ANSWERS: Answers = Answers { ended: AtomicBool::new(false), being_given: AtomicUsize::new(0) };

/// Atomic numbers, as a lock may be held by a thread that a fork left behind.
struct Answers {
    ended: AtomicBool,
    being_given: AtomicUsize,
}

impl Answers {
    /// Whether an answer may be given. If so, [`Self::given`] has to follow.
    fn may_give(&self) -> bool {
        self.being_given.fetch_add(1, SeqCst);
        let may = !self.ended.load(SeqCst);
        if !may {
            self.given();
        }
        may
    }

    fn given(&self) {
        self.being_given.fetch_sub(1, SeqCst);
    }

    fn end(&self, milliseconds: usize) {
        self.ended.store(true, SeqCst);
        for _ in 0..milliseconds {
            if self.being_given.load(SeqCst) == 0 {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> &'static Answers {
        Box::leak(Box::new(Answers { ended: AtomicBool::new(false), being_given: AtomicUsize::new(0) }))
    }

    #[test]
    fn the_end_waits_for_an_answer_that_is_being_given() {
        let answers = answers();
        assert!(answers.may_give());
        let ender = std::thread::spawn(|| answers.end(usize::MAX));
        while !answers.ended.load(SeqCst) {
            std::thread::yield_now();
        }
        assert!(!ender.is_finished());
        answers.given();
        ender.join().unwrap();
    }

    #[test]
    fn the_end_gives_up_on_an_answer_that_takes_too_long() {
        let answers = answers();
        assert!(answers.may_give());
        answers.end(2);
        assert_eq!(answers.being_given.load(SeqCst), 1);
    }

    #[test]
    fn nothing_is_answered_after_the_end() {
        let answers = answers();
        answers.end(0);
        assert!(!answers.may_give());
        assert_eq!(answers.being_given.load(SeqCst), 0);
    }
}
