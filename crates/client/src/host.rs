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
/// could not be started, or ended early.
pub(crate) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new()
        .name(String::from("latchkey-client"))
        .spawn(move || {
            let done = work();
            // Whoever asked may be gone by now.
            ANSWERS.give(|| drop(tell.send(done)));
        })
        .ok()?;
    told.await.ok()
}

/// Lets no thread of this crate wake anybody any more, and waits for those that do so at the moment, a second at most.
///
/// For hosts that run a waker of their own on the threads of this crate and take down what it needs when their program
/// ends, as Python's interpreter does. What is under way then is never answered.
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
    fn give(&self, give: impl FnOnce()) {
        self.being_given.fetch_add(1, SeqCst);
        if self.ended.load(SeqCst) {
            self.being_given.fetch_sub(1, SeqCst);
            // Dropping the channel would wake too: the end of the program ends this thread.
            loop {
                std::thread::park();
            }
        }
        give();
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
