//! The one thread that writes. It takes whatever waits as one transaction, a savepoint per act, and
//! answers everybody after the commit: many acts share one sync of the disk. Patient acts let all others go first.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use latchkey_core::store::{StoreError, StoreResult};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::conn::{Conn, at_once};
use super::file_lock::FileLock;
use super::unopened;
use crate::tx::Act;
use crate::{Durability, OpenError, StoreOptions};

/// Most acts of one transaction.
const BATCH: usize = 256;
/// Pages in the log after which it is copied into the file, by another thread. A page that changes often
/// is copied once: the longer the log, the fewer copies.
const CHECKPOINT: i64 = 8000;
/// Pages in the log after which the writer does not wait for the other thread any more.
const CHECKPOINT_NOW: i64 = 16_000;
/// Rounds of the other thread, each over what was written during the one before, and pages that are few enough to
/// be left to the writer: everybody waits while it copies and syncs them.
const COPIES: usize = 4;
const LEFT: u64 = 32;

/// The way to the writing thread.
pub(super) struct Writer {
    /// `None` once closed.
    queue: RwLock<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(
        mut db: Connection,
        checkpointer: Option<Connection>,
        lock: Option<FileLock>,
        options: &StoreOptions,
    ) -> Result<Self, OpenError> {
        let (queue, jobs) = sync_channel(options.queue.max(1));
        let log_pages = Arc::new(AtomicI64::new(0));
        let pages = Arc::clone(&log_pages);
        let count = move |_: &mut _, in_log: i32| {
            log_pages.store(in_log.into(), Ordering::Relaxed);
            Ok(())
        };
        db.wal_hook(Some(count)).map_err(unopened)?;
        let relaxed = options.durability == Durability::Relaxed;
        let patience = options.patience;
        let spawned = std::thread::Builder::new().name(String::from("store-writer")).spawn(move || {
            let log = Log { pages, copying: false, copied: Arc::default() };
            let patient = Vec::new();
            let mut desk = Desk { db: Conn::new(db), relaxed, patient, patience, synced: true, log };
            desk.serve(&jobs, checkpointer);
            desk.db.close();
            drop(lock);
        });
        let thread = spawned.map_err(|error| OpenError::Unavailable(error.to_string()))?;
        Ok(Self { queue: RwLock::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn write<A: Act>(&self, act: A) -> StoreResult<A::Out> {
        let (answer, outcome) = oneshot::channel();
        self.enqueue(Box::new(Waiting { act, outcome: None, answer }))?;
        outcome.await.unwrap_or_else(|_| Err(unavailable("the writer has stopped")))
    }

    fn enqueue(&self, job: Box<dyn Job>) -> StoreResult<()> {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        let queue = queue.as_ref().ok_or_else(|| unavailable("the store is closed"))?;
        queue.try_send(job).map_err(|_| unavailable("too many acts are waiting"))
    }

    pub(super) async fn close(&self) {
        if let Some(thread) = self.stop() {
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }

    /// No more acts; the thread ends after those that wait.
    fn stop(&self) -> Option<JoinHandle<()>> {
        self.queue.write().unwrap_or_else(PoisonError::into_inner).take();
        self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(thread) = self.stop() {
            let _ = thread.join();
        }
    }
}

/// An act in the queue, whatever it answers.
trait Job: Send {
    fn is_forced(&self) -> bool;
    fn is_patient(&self) -> bool;
    /// False when its changes must be undone.
    fn run(&mut self, db: &Conn) -> bool;
    fn answer(self: Box<Self>, committed: Result<(), &str>);
}

struct Waiting<A: Act> {
    act: A,
    outcome: Option<StoreResult<A::Out>>,
    answer: oneshot::Sender<StoreResult<A::Out>>,
}

impl<A: Act> Job for Waiting<A> {
    fn is_forced(&self) -> bool {
        A::FORCED
    }

    fn is_patient(&self) -> bool {
        A::PATIENT
    }

    fn run(&mut self, db: &Conn) -> bool {
        let outcome = at_once(self.act.run(db));
        let keep = !db.take_abandoned() && outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), &str>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(unavailable("the act was not run")),
            (Err(reason), _) => Err(unavailable(reason)),
        };
        // Whoever asked may be gone; what they asked for is done.
        let _ = self.answer.send(outcome);
    }
}

/// What the writing thread works with.
struct Desk {
    db: Conn,
    relaxed: bool,
    /// Patient acts, and since when each waits.
    patient: Vec<(Box<dyn Job>, Instant)>,
    /// How long a patient act lets others go first.
    patience: Duration,
    /// The connection syncs at each commit.
    synced: bool,
    log: Log,
}

/// The write-ahead log, and who copies it into the file.
struct Log {
    pages: Arc<AtomicI64>,
    /// The other thread was asked to copy.
    copying: bool,
    /// It is done; what was written meanwhile is still to be copied.
    copied: Arc<AtomicBool>,
}

impl Desk {
    fn serve(&mut self, jobs: &Receiver<Box<dyn Job>>, checkpointer: Option<Connection>) {
        let (due, signals) = sync_channel::<()>(1);
        let copied = Arc::clone(&self.log.copied);
        let thread = checkpointer.map(|db| std::thread::spawn(move || copy_log(&db, &signals, &copied)));
        while let Some(batch) = self.gather(jobs) {
            self.commit(batch);
            self.care_for_log(&due);
        }
        drop(due);
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    /// What is written next: whatever waits. Patient acts come by themselves, once nobody else waits or the first of
    /// them has waited for long enough. Nothing once the store is closed and all is written.
    fn gather(&mut self, jobs: &Receiver<Box<dyn Job>>) -> Option<Vec<Box<dyn Job>>> {
        let mut batch = Vec::new();
        if self.patient.is_empty() {
            self.sort(jobs.recv().ok()?, &mut batch);
        }
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            self.sort(job, &mut batch);
        }
        let is_late = |(_, since): &(_, Instant)| since.elapsed() >= self.patience;
        if batch.is_empty() || self.patient.first().is_some_and(is_late) {
            batch.extend(self.patient.drain(..).map(|(job, _)| job));
        }
        Some(batch)
    }

    fn sort(&mut self, job: Box<dyn Job>, batch: &mut Vec<Box<dyn Job>>) {
        match job.is_patient() {
            true => self.patient.push((job, now())),
            false => batch.push(job),
        }
    }

    fn commit(&mut self, mut batch: Vec<Box<dyn Job>>) {
        let started = now();
        let committed = self.run(&mut batch);
        if let Err(error) = &committed {
            tracing::error!(%error, acts = batch.len(), "a transaction of the store failed");
            let _ = self.db.with(|db| if db.is_autocommit() { Ok(()) } else { db.execute_batch("ROLLBACK") });
        }
        metrics::counter!("latchkey_store_commits_total").increment(1);
        metrics::histogram!("latchkey_store_batch_size").record(batch.len() as f64);
        metrics::histogram!("latchkey_store_commit_seconds").record(started.elapsed());
        let reason = committed.err().map(|error| match error {
            StoreError::Unavailable(reason) => reason,
            other => other.to_string(),
        });
        for job in batch {
            job.answer(reason.as_deref().map_or(Ok(()), Err));
        }
    }

    fn run(&mut self, batch: &mut [Box<dyn Job>]) -> StoreResult<()> {
        self.choose_sync(batch.iter().any(|job| job.is_forced()))?;
        self.execute("BEGIN IMMEDIATE")?;
        if let [job] = batch {
            let end = if job.run(&self.db) { "COMMIT" } else { "ROLLBACK" };
            return self.end_of(end);
        }
        for job in batch {
            self.execute("SAVEPOINT act")?;
            if !job.run(&self.db) {
                self.stay_open()?;
                self.execute("ROLLBACK TO act")?;
            }
            self.execute("RELEASE act")?;
        }
        self.end_of("COMMIT")
    }

    fn end_of(&self, statement: &str) -> StoreResult<()> {
        self.stay_open()?;
        self.execute(statement)
    }

    /// A full disk or an I/O error ends the whole transaction, whichever act met it.
    fn stay_open(&self) -> StoreResult<()> {
        match self.db.with(|db| Ok(db.is_autocommit()))? {
            true => Err(unavailable("the disk is full or failed")),
            false => Ok(()),
        }
    }

    /// Relaxed batches do not wait for the disk, unless one act in them must.
    fn choose_sync(&mut self, forced: bool) -> StoreResult<()> {
        let synced = forced || !self.relaxed;
        if synced != self.synced {
            let level = if synced { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" };
            self.db.with(|db| db.execute_batch(level))?;
            self.synced = synced;
        }
        Ok(())
    }

    fn execute(&self, statement: &str) -> StoreResult<()> {
        self.db.with(|db| db.prepare_cached(statement)?.raw_execute().map(drop))
    }

    /// The other thread copies a long log while commits go on; then little is left, which is copied
    /// between two commits, so that the log starts anew.
    fn care_for_log(&mut self, due: &SyncSender<()>) {
        let pages = self.log.pages.load(Ordering::Relaxed);
        if self.log.copied.swap(false, Ordering::Acquire) {
            self.log.copying = false;
            let _ = self.db.with(checkpoint);
        } else if pages >= CHECKPOINT_NOW {
            let _ = self.db.with(checkpoint);
        } else if pages >= CHECKPOINT && !self.log.copying {
            self.log.copying = due.try_send(()).is_ok();
        }
    }
}

/// On Linux a thread has a priority of its own, elsewhere only the process.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        tracing::debug!(%error, "the thread that copies the log has the priority of all others");
    }
}

fn copy_log(db: &Connection, signals: &Receiver<()>, copied: &AtomicBool) {
    yield_to_others();
    while signals.recv().is_ok() {
        let mut before = 0;
        for _ in 0..COPIES {
            match checkpoint(db) {
                // Little was written since the last round: the writer has little left to copy.
                Ok(pages) if pages.abs_diff(before) <= LEFT => break,
                Ok(pages) => before = pages,
                Err(error) => {
                    tracing::warn!(%error, "the log of the store could not be copied into its file");
                    break;
                }
            }
        }
        copied.store(true, Ordering::Release);
    }
}

/// Copies the log; how many pages it had.
fn checkpoint(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))
}

fn unavailable(reason: &str) -> StoreError {
    StoreError::Unavailable(reason.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "measures how long a commit took; decides nothing")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
