//! What the machine gives the engine: its clock, its randomness, its threads.

use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use latchkey_core::runtime::{BoxFuture, Runtime};
use latchkey_core::{Clock, Random};
use tokio::sync::Notify;

/// The system's clock, moved by an offset that a file holds where tests ask for it.
pub struct HostClock {
    offset_file: Option<PathBuf>,
}

impl HostClock {
    pub fn new(offset_file: Option<PathBuf>) -> Self {
        Self { offset_file }
    }

    fn offset_micros(&self) -> i64 {
        let text = self.offset_file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        text.and_then(|text| text.trim().parse::<i64>().ok()).unwrap_or(0).saturating_mul(1_000_000)
    }
}

impl Clock for HostClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the machine's clock is read")]
    fn now_micros(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX).saturating_add(self.offset_micros())
    }
}

/// The operating system's randomness.
pub struct HostRandom(SystemRandom);

impl HostRandom {
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Random for HostRandom {
    #[expect(
        clippy::panic,
        reason = "without randomness nothing here is safe: better no server than a weak one"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            panic!("the operating system gives no random bytes");
        }
    }
}

/// Repeats from run to run: SHA-256 over a seed and a counter. Development only.
pub struct SeededRandom {
    seed: u64,
    counter: AtomicU64,
}

impl SeededRandom {
    pub fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let count = self.counter.fetch_add(1, Ordering::Relaxed);
            let block = digest(&SHA256, &[self.seed.to_be_bytes(), count.to_be_bytes()].concat());
            for (to, from) in chunk.iter_mut().zip(block.as_ref()) {
                *to = *from;
            }
        }
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// Tokio for waiting and background work, threads of its own for slow arithmetic.
pub struct HostRuntime {
    handle: tokio::runtime::Handle,
    jobs: mpsc::Sender<Job>,
    running: Arc<AtomicUsize>,
    idle: Arc<Notify>,
}

impl HostRuntime {
    pub fn new(handle: tokio::runtime::Handle) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        for n in 0..cores {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("compute-{n}"))
                .stack_size(256 * 1024)
                .spawn(move || work(&queue))?;
        }
        Ok(Self { handle, jobs, running: Arc::default(), idle: Arc::default() })
    }

    /// Waits until nothing runs in the background, at most so long.
    pub async fn drain(&self, patience: Duration) {
        let all_done = async {
            while self.running.load(Ordering::SeqCst) > 0 {
                let waiting = self.idle.notified();
                if self.running.load(Ordering::SeqCst) == 0 {
                    break;
                }
                waiting.await;
            }
        };
        let _ = tokio::time::timeout(patience, all_done).await;
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A job that panics must not take its thread along.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
    }
}

impl Runtime for HostRuntime {
    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn spawn(&self, task: BoxFuture<()>) {
        self.running.fetch_add(1, Ordering::SeqCst);
        let counted = Counted { running: Arc::clone(&self.running), idle: Arc::clone(&self.idle) };
        self.handle.spawn(finish(task, counted));
    }

    fn compute(&self, job: Job) {
        // The threads live as long as this value: the queue is open.
        let _ = self.jobs.send(job);
    }
}

async fn finish(task: impl Future<Output = ()>, counted: Counted) {
    task.await;
    drop(counted);
}

struct Counted {
    running: Arc<AtomicUsize>,
    idle: Arc<Notify>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.idle.notify_waiters();
        }
    }
}
