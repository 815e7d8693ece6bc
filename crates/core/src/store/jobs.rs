//! The verbs about jobs.

use async_trait::async_trait;

use super::StoreResult;
use crate::clock::Timestamp;
use crate::model::{Event, ImportRecord, Job, JobId, JobPart};

/// What a worker did for a job, or how the job ended.
#[derive(Clone, Debug)]
pub struct AdvanceJob {
    /// As it is from now on, in the turn of whoever asks.
    pub job: Job,
    /// New parts of its files.
    pub parts: Vec<(JobPart, u32, Vec<u8>)>,
    pub events: Vec<Event>,
}

/// Some parts of a file of users, read.
#[derive(Clone, Debug)]
pub struct ImportUsers {
    pub job: JobId,
    pub turn: u32,
    /// The first of them: the job has done those before it.
    pub part: u32,
    /// How many they are.
    pub parts: u32,
    pub records: Vec<ImportRecord>,
    /// For each record, where it may replace somebody: written where credentials of theirs are dropped.
    pub on_dropped: Vec<Event>,
    /// Properties that were ignored, each time that they were.
    pub ignored: Vec<String>,
    pub now: Timestamp,
    pub lease_until: Timestamp,
}

#[async_trait]
pub trait JobStore {
    /// Writes the events, too.
    async fn insert_job(&self, job: &Job, events: Vec<Event>) -> StoreResult<()>;
    async fn find_job(&self, id: &JobId) -> StoreResult<Option<Job>>;
    /// How many are received, wait or run at `now`.
    async fn count_open_jobs(&self, now: Timestamp) -> StoreResult<u64>;
    /// Parts that are numbered from `first` on, all of them or none. Each replaces one of its number.
    async fn put_job_parts(
        &self,
        id: &JobId,
        part: JobPart,
        first: u32,
        bodies: Vec<Vec<u8>>,
    ) -> StoreResult<()>;
    async fn find_job_part(&self, id: &JobId, part: JobPart, number: u32) -> StoreResult<Option<Vec<u8>>>;
    /// A job whose lease ended, or else the one that waits the longest, leased to the caller until
    /// `lease_until`. Counts a turn on it.
    ///
    /// Invariant: of any number of concurrent calls, each job goes to one, and no more than `places` run.
    async fn claim_job(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        places: u32,
    ) -> StoreResult<Option<Job>>;
    /// Replaces a job that is received or runs, with its new parts and events. False, and nothing is written,
    /// when it has ended or another worker claimed it since.
    async fn advance_job(&self, step: AdvanceJob) -> StoreResult<bool>;
    /// Atomically: the users of one part, the errors of its records, and the progress of the job, which is
    /// returned. A user is found by the id that the record names, or else by the address of its first
    /// identity; the job says whether who is there is replaced. `None`, and nothing is written, when another
    /// worker claimed the job since.
    ///
    /// Invariant: a part counts once, however often its worker dies.
    async fn import_users(&self, batch: ImportUsers) -> StoreResult<Option<Job>>;
    /// Deletes at most `limit` rows: files that came in for jobs that ended, and jobs that expired.
    async fn sweep_jobs(&self, now: Timestamp, limit: u32) -> StoreResult<u64>;
}
