//! Works the jobs that wait. One step at a time, each whole in the store before the next begins, so that a
//! worker may die at any moment: another one goes on where the last step ended (decision 19).

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};

use super::record::Reader;
use super::{AdvanceJob, Engine, Fault, Job, JobState, JobWork};
use crate::model::{Event, EventKind, ImportRecord, ImportWork, RecordError};
use crate::store::{ImportUsers, StoreError};

/// Seconds that a job is its worker's: longer than a step may take.
const LEASE: i64 = 30;
/// Steps that are undone by others before a worker gives up for now.
const TRIES: u32 = 5;
/// Rows that one sweep deletes: parts of some kilobytes each.
const SWEEP: u32 = 100;
/// Sweeps after a job: more than the parts of the largest file need.
const SWEEPS: u32 = 10_000;
/// Parts that are read again at a time by who takes over a job.
const AGAIN: usize = 4;
/// Parts that one step imports while nobody signs in.
const AT_ONCE: u32 = 3;
/// Microseconds without anybody after which nobody is signing in.
const QUIET: i64 = 200_000;
/// How much longer than a step the pause after it is while people sign in.
const PAUSE: u64 = 19;
/// Longest pause between two steps, in milliseconds: an import goes on however much else is done.
const MAX_PAUSE: u64 = 100;

/// A step under way.
pub(super) struct Pace<'a> {
    begun: i64,
    /// Until the pause is over.
    _turn: Option<tokio::sync::MutexGuard<'a, ()>>,
}

/// What a step came to.
pub(super) enum Step {
    More(Job),
    /// Nothing is left to do.
    Done(Job),
    Failed(Job, String),
    /// Another worker has the job.
    Overtaken,
}

/// Asked before each step.
pub type GoOn<'a> = &'a (dyn Fn() -> bool + Send + Sync);

impl Engine {
    /// Works whatever waits until nothing does, or `go_on` says no.
    pub async fn work_jobs(&self, go_on: GoOn<'_>) -> Result<(), Fault> {
        while go_on() {
            let now = self.now();
            let claimed = self.store.claim_job(now, now.plus(LEASE), self.settings.jobs.places).await?;
            let Some(job) = claimed else { break };
            self.work_job(job, go_on).await?;
            self.sweep_jobs(SWEEPS, go_on).await?;
        }
        Ok(())
    }

    /// Waits for the next job of this process.
    pub async fn job_added(&self) {
        self.job_bell.notified().await;
    }

    /// Deletes what ended jobs left, at the pace of their steps and in `most` of them at most.
    pub(in crate::flow) async fn sweep_jobs(&self, most: u32, go_on: GoOn<'_>) -> Result<u64, Fault> {
        let mut all = 0;
        for _ in 0..most {
            if !go_on() {
                break;
            }
            let pace = self.keep_pace().await;
            let gone = self.store.sweep_jobs(self.now(), SWEEP).await?;
            self.breathe(pace).await;
            all += gone;
            if gone == 0 {
                break;
            }
        }
        Ok(all)
    }

    async fn work_job(&self, job: Job, go_on: GoOn<'_>) -> Result<(), Fault> {
        match &job.work {
            JobWork::Import(work) => {
                let work = work.clone();
                self.work_import(job, work, go_on).await
            }
            JobWork::Export(_) => self.work_export(job, go_on).await,
            JobWork::VerificationEmail => self.end_job(job, None).await,
        }
    }

    async fn work_import(&self, mut job: Job, work: ImportWork, go_on: GoOn<'_>) -> Result<(), Fault> {
        let Some(connection) = self.store.find_connection_by_id(&work.connection_id).await? else {
            return self.end_job(job, Some("The connection was deleted")).await;
        };
        let connections = self.list_connections(&Default::default()).await?;
        let reader = Reader { engine: self, connection, connections, now: self.now() };
        let mut seen = Seen::default();
        for first in (0..work.done).step_by(AGAIN) {
            let pace = self.keep_pace().await;
            // Who was there before has imported these: they are read for what may not come again.
            for number in (first..work.done).take(AGAIN) {
                for kept in self.input(&job.id, number).await?.into_iter().flatten() {
                    seen.note(&mut reader.read(kept).0);
                }
            }
            if !self.renew(&mut job).await? || !self.may_go_on(&job, go_on).await? {
                return Ok(());
            }
            self.breathe(pace).await;
        }
        loop {
            if !self.may_go_on(&job, go_on).await? {
                return Ok(());
            }
            let pace = self.keep_pace().await;
            match self.import_part(job, &reader, &mut seen).await? {
                Step::More(next) => job = next,
                Step::Done(job) => return self.end_job(job, None).await,
                Step::Failed(job, why) => return self.end_job(job, Some(&why)).await,
                Step::Overtaken => return Ok(()),
            }
            self.breathe(pace).await;
        }
    }

    async fn import_part(&self, job: Job, reader: &Reader<'_>, seen: &mut Seen) -> Result<Step, Fault> {
        let JobWork::Import(work) = &job.work else { return Ok(Step::Done(job)) };
        let part = work.done;
        if part >= work.parts {
            return Ok(Step::Done(job));
        }
        if self.store.find_connection_by_id(&work.connection_id).await?.is_none() {
            return Ok(Step::Failed(job, String::from("The connection was deleted")));
        }
        let parts = if self.is_busy() { 1 } else { AT_ONCE }.min(work.parts.saturating_sub(part));
        let mut records = Vec::new();
        let mut ignored = Vec::new();
        for number in part..part.saturating_add(parts) {
            let Some(kept) = self.input(&job.id, number).await? else {
                return Ok(Step::Failed(job, String::from("A part of the file is gone")));
            };
            for kept in kept {
                let (mut record, more) = reader.read(kept);
                seen.note(&mut record);
                records.push(record);
                ignored.extend(more);
            }
        }
        let on_dropped = match work.upsert {
            true => records.iter().map(|_| self.import_dropped_event(&job)).collect(),
            false => Vec::new(),
        };
        let now = self.now();
        let batch = ImportUsers {
            job: job.id.clone(),
            turn: job.turn,
            part,
            parts,
            records,
            on_dropped,
            ignored,
            now,
            lease_until: now.plus(LEASE),
        };
        for _ in 0..TRIES {
            match self.store.import_users(batch.clone()).await {
                Ok(Some(job)) => return Ok(Step::More(job)),
                Ok(None) => return Ok(Step::Overtaken),
                // A user came or went in between.
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable(String::from("others changed the same users all the time")).into())
    }

    /// Before a step. Where people are signing in, one job of this node has its turn at a time.
    pub(super) async fn keep_pace(&self) -> Pace<'_> {
        let turn = match self.is_busy() {
            true => Some(self.job_pace.lock().await),
            false => None,
        };
        Pace { begun: self.clock.now_micros(), _turn: turn }
    }

    /// After it. Where people are signing in, leaves the store to them for a while: SQLite has one writer.
    pub(super) async fn breathe(&self, pace: Pace<'_>) {
        if !self.is_busy() {
            return;
        }
        let taken = u64::try_from(self.clock.now_micros().saturating_sub(pace.begun)).unwrap_or(0);
        if taken > 0 {
            let pause = taken.saturating_mul(PAUSE).min(MAX_PAUSE * 1000);
            self.runtime.sleep(Duration::from_micros(pause)).await;
        }
    }

    /// Whether people are signing in.
    pub(super) fn is_busy(&self) -> bool {
        self.clock.now_micros().saturating_sub(self.last_arrival.load(Ordering::Relaxed)) <= QUIET
    }

    /// Asked before each step. False when the process stops: the job is for another worker then, at once. False when
    /// it took too long, too: that ends it.
    pub(super) async fn may_go_on(&self, job: &Job, go_on: GoOn<'_>) -> Result<bool, Fault> {
        if !go_on() {
            let job = Job { lease_until: self.now(), ..job.clone() };
            self.store.advance_job(AdvanceJob { job, parts: Vec::new(), events: Vec::new() }).await?;
            return Ok(false);
        }
        let began = job.started_at.unwrap_or(job.created_at);
        if self.now().since(began) > self.settings.jobs.timeout {
            self.end_job(job.clone(), Some("The job took too long and was ended")).await?;
            return Ok(false);
        }
        Ok(true)
    }

    /// False when another worker has the job.
    async fn renew(&self, job: &mut Job) -> Result<bool, Fault> {
        let now = self.now();
        if job.lease_until.since(now) > LEASE / 2 {
            return Ok(true);
        }
        job.lease_until = now.plus(LEASE);
        let step = AdvanceJob { job: job.clone(), parts: Vec::new(), events: Vec::new() };
        Ok(self.store.advance_job(step).await?)
    }

    pub(super) fn leased(&self, job: Job) -> Job {
        Job { lease_until: self.now().plus(LEASE), ..job }
    }

    /// As it is once nothing is left to do.
    pub(super) fn ended(&self, mut job: Job, failure: Option<&str>) -> Job {
        job.state = if failure.is_some() { JobState::Failed } else { JobState::Completed };
        job.failure = failure.map(str::to_owned);
        job.place = None;
        job.expires_at = self.now().plus(self.settings.jobs.keep);
        job
    }

    pub(super) async fn end_job(&self, job: Job, failure: Option<&str>) -> Result<(), Fault> {
        let job = self.ended(job, failure);
        let kind = match failure {
            None => EventKind::UsersImported,
            Some(_) => EventKind::UsersImportFailed,
        };
        let events: Vec<Event> = match &job.work {
            JobWork::Import(_) => vec![self.import_event(kind, &job)],
            _ => Vec::new(),
        };
        self.end_with(AdvanceJob { job, parts: Vec::new(), events }).await
    }

    /// The last step of a job.
    pub(super) async fn end_with(&self, step: AdvanceJob) -> Result<(), Fault> {
        let outcome = step.job.state.as_str();
        if self.store.advance_job(step).await? {
            metrics::counter!("latchkey_jobs_total", "outcome" => outcome).increment(1);
        }
        // A place is free.
        self.job_bell.notify_one();
        Ok(())
    }
}

/// What the records of a file have named so far, by hash.
#[derive(Default)]
struct Seen(HashSet<[u8; 16]>);

impl Seen {
    /// Notes the record, or makes a failure of it where one before has its id or an address.
    fn note(&mut self, record: &mut ImportRecord) {
        let Ok(imported) = &record.read else { return };
        let keys: Vec<[u8; 16]> = imported.keys().iter().map(|key| hash(key)).collect();
        if keys.iter().any(|key| self.0.contains(key)) {
            let error = RecordError::duplicate("The file has the user further up already");
            record.read = Err(vec![error]);
        } else {
            self.0.extend(keys);
        }
    }
}

fn hash(key: &str) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref().split_at(16).0);
    hash
}
