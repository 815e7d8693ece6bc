//! Jobs and the parts of their files.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{Event, Job, JobId, JobPart, JobState};
use latchkey_core::store::{AdvanceJob, ImportUsers, JobStore, StoreResult};

use super::{SqlStore, events};
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

queries! {
    INSERT = "INSERT INTO jobs (id, state, place, turn, lease_until, created_at, expires_at, body) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "SELECT body FROM jobs WHERE id = $1";
    RUNNING = "SELECT body FROM jobs WHERE place IS NOT NULL";
    WAITING = "SELECT body FROM jobs WHERE state = 'pending' ORDER BY created_at, id LIMIT 1";
    OPEN = "SELECT count(*) FROM jobs WHERE state IN ('pending', 'processing') \
        OR (state = 'receiving' AND expires_at > $1)";
    /// Of several workers, one goes from a turn to the next.
    CLAIM = "UPDATE jobs SET state = $2, place = $3, turn = $4, lease_until = $5, body = $6 \
        WHERE id = $1 AND turn = $7 AND lease_until <= $8 AND state IN ('pending', 'processing')";
    ADVANCE = "UPDATE jobs SET state = $2, place = $3, lease_until = $4, expires_at = $5, body = $6 \
        WHERE id = $1 AND turn = $7 AND state IN ('receiving', 'processing')";
    /// Takes a row that is there.
    LOCK = "UPDATE jobs SET turn = turn WHERE id = $1";
    PUT_PART = "INSERT INTO job_parts (job, part, number, body) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (job, part, number) DO UPDATE SET body = excluded.body";
    FIND_PART = "SELECT body FROM job_parts WHERE job = $1 AND part = $2 AND number = $3";
    /// A cross join, from few jobs to their parts: otherwise SQLite goes through all parts that there are.
    SWEEP_INPUT = "DELETE FROM job_parts WHERE (job, part, number) IN \
        (SELECT p.job, p.part, p.number FROM jobs j CROSS JOIN job_parts p \
        WHERE p.job = j.id AND p.part = 'input' AND j.state IN ('completed', 'failed') LIMIT $1)";
    SWEEP_PARTS = "DELETE FROM job_parts WHERE (job, part, number) IN \
        (SELECT p.job, p.part, p.number FROM jobs j CROSS JOIN job_parts p \
        WHERE p.job = j.id AND j.expires_at <= $1 AND j.state NOT IN ('pending', 'processing') LIMIT $2)";
    SWEEP = "DELETE FROM jobs WHERE expires_at <= $1 AND state NOT IN ('pending', 'processing')";
}

fn read(row: &mut Columns<'_>) -> StoreResult<Job> {
    row.next_json()
}

/// The job, its row held.
pub(super) async fn hold<T: Tx>(tx: &T, id: &JobId) -> StoreResult<Option<Job>> {
    if !T::ALONE && tx.change(&LOCK, values![id]).await? == 0 {
        return Ok(None);
    }
    tx.first(&FIND, values![id], read).await
}

/// False when it has ended or went on to another turn.
pub(super) async fn advance<T: Tx>(tx: &T, job: &Job) -> StoreResult<bool> {
    let values = values![
        &job.id,
        job.state.as_str(),
        job.place,
        job.lease_until,
        job.expires_at,
        to_json(job)?,
        job.turn
    ];
    Ok(tx.change(&ADVANCE, values).await? > 0)
}

/// With the commit.
pub(super) fn put_part<T: Tx>(
    tx: &T,
    id: &JobId,
    part: JobPart,
    number: u32,
    body: Vec<u8>,
) -> StoreResult<()> {
    tx.later(&PUT_PART, values![id, part.as_str(), number, body])
}

struct Insert(Job, Vec<Event>);
struct Find(JobId);
struct CountOpen(Timestamp);
struct PutParts(JobId, JobPart, u32, Vec<Vec<u8>>);
struct FindPart(JobId, JobPart, u32);
struct Claim {
    now: Timestamp,
    lease_until: Timestamp,
    places: u32,
}
struct Sweep(Timestamp, u32);

impl Act for Insert {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let Self(job, told) = self;
        let values = values![
            &job.id,
            job.state.as_str(),
            job.place,
            job.turn,
            job.lease_until,
            job.created_at,
            job.expires_at,
            to_json(job)?
        ];
        tx.change(&INSERT, values).await?;
        events::insert(tx, told)
    }
}

impl Act for Find {
    type Out = Option<Job>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Job>> {
        tx.first(&FIND, values![&self.0], read).await
    }
}

impl Act for CountOpen {
    type Out = u64;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<u64> {
        let count = tx.first(&OPEN, values![self.0], |row| row.next::<i64>()).await?;
        Ok(count.and_then(|count| count.try_into().ok()).unwrap_or(0))
    }
}

impl Act for PutParts {
    type Out = ();
    const PATIENT: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let Self(id, part, first, bodies) = self;
        for (number, body) in (*first..).zip(bodies) {
            put_part(tx, id, *part, number, body.clone())?;
        }
        Ok(())
    }
}

impl Act for FindPart {
    type Out = Option<Vec<u8>>;
    const PATIENT: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Vec<u8>>> {
        let part = values![&self.0, self.1.as_str(), self.2];
        tx.first(&FIND_PART, part, |row| row.next()).await
    }
}

impl Act for Claim {
    type Out = Option<Job>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Job>> {
        let running = tx.all(&RUNNING, values![], read).await?;
        let left = running.iter().filter(|job| job.lease_until <= self.now).min_by_key(|job| job.lease_until);
        let mut job = match left {
            Some(job) => job.clone(),
            None => {
                let is_free = |place: &u32| running.iter().all(|job| job.place != Some(*place));
                let Some(place) = (0..self.places).find(is_free) else { return Ok(None) };
                let Some(waiting) = tx.first(&WAITING, values![], read).await? else { return Ok(None) };
                Job { state: JobState::Processing, place: Some(place), started_at: Some(self.now), ..waiting }
            }
        };
        let seen = job.turn;
        job.turn = seen.saturating_add(1);
        job.lease_until = self.lease_until;
        let values = values![
            &job.id,
            job.state.as_str(),
            job.place,
            job.turn,
            job.lease_until,
            to_json(&job)?,
            seen,
            self.now
        ];
        Ok((tx.change(&CLAIM, values).await? > 0).then_some(job))
    }
}

impl Act for AdvanceJob {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        if !advance(tx, &self.job).await? {
            return Ok(false);
        }
        for (part, number, body) in &self.parts {
            put_part(tx, &self.job.id, *part, *number, body.clone())?;
        }
        events::insert(tx, &self.events)?;
        Ok(true)
    }
}

impl Act for Sweep {
    type Out = u64;
    const PATIENT: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<u64> {
        let Self(now, limit) = self;
        let inputs = tx.change(&SWEEP_INPUT, values![*limit]).await?;
        let parts = tx.change(&SWEEP_PARTS, values![*now, *limit]).await?;
        let gone = inputs.saturating_add(parts);
        if gone > 0 {
            return Ok(gone);
        }
        tx.change(&SWEEP, values![*now]).await
    }
}

#[async_trait]
impl<E: Engine> JobStore for SqlStore<E> {
    async fn insert_job(&self, job: &Job, events: Vec<Event>) -> StoreResult<()> {
        self.0.write(Insert(job.clone(), events)).await
    }

    async fn find_job(&self, id: &JobId) -> StoreResult<Option<Job>> {
        self.0.read(Find(id.clone())).await
    }

    async fn count_open_jobs(&self, now: Timestamp) -> StoreResult<u64> {
        self.0.read(CountOpen(now)).await
    }

    async fn put_job_parts(
        &self,
        id: &JobId,
        part: JobPart,
        first: u32,
        bodies: Vec<Vec<u8>>,
    ) -> StoreResult<()> {
        if bodies.is_empty() {
            return Ok(());
        }
        self.0.write(PutParts(id.clone(), part, first, bodies)).await
    }

    async fn find_job_part(&self, id: &JobId, part: JobPart, number: u32) -> StoreResult<Option<Vec<u8>>> {
        self.0.read(FindPart(id.clone(), part, number)).await
    }

    async fn claim_job(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        places: u32,
    ) -> StoreResult<Option<Job>> {
        self.0.write(Claim { now, lease_until, places }).await
    }

    async fn advance_job(&self, step: AdvanceJob) -> StoreResult<bool> {
        self.0.write(step).await
    }

    async fn import_users(&self, batch: ImportUsers) -> StoreResult<Option<Job>> {
        self.0.write(batch).await
    }

    async fn sweep_jobs(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.0.write(Sweep(now, limit)).await
    }
}
