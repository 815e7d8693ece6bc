//! Jobs: users in by a file and out by one (sections 2.20, 5.1 and 5.2), as operators ask for them. The work is
//! in `work.rs`; decision 19 tells how it survives.

mod download;
mod export;
mod export_file;
mod import;
mod intake;
mod record;
mod shown;
mod split;
mod work;

use latchkey_wire::management::job::VerificationEmailBody;
use serde_json::json;

pub use download::Download;
pub use import::ImportFields;
pub use intake::Intake;

use super::{Entity, ManageError, Operator};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{ConnectionId, ImportSummary, ImportWork, Job, JobId, JobPart, JobState, JobWork};
use crate::store::AdvanceJob;

impl Engine {
    pub async fn read_job(&self, id: &str) -> Result<Job, ManageError> {
        let absent = ManageError::NotFound(Entity::Job);
        if id.contains('\0') {
            return Err(absent);
        }
        let found = self.store.find_job(&JobId::from(id)).await?;
        found.filter(|job| job.state != JobState::Receiving && self.is_kept(job)).ok_or(absent)
    }

    fn is_kept(&self, job: &Job) -> bool {
        matches!(job.state, JobState::Pending | JobState::Processing) || self.now() < job.expires_at
    }

    /// A part of the errors of a job.
    pub async fn job_errors(&self, id: &JobId, number: u32) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.store.find_job_part(id, JobPart::Errors, number).await?)
    }

    /// Nobody proves an address here but by signing in: the job has failed when it is asked for.
    pub async fn verification_email(
        &self,
        operator: &Operator,
        body: VerificationEmailBody,
    ) -> Result<Job, ManageError> {
        let user = self.known_user(&body.user_id).await?;
        let mut job = self.draft_job(operator, JobWork::VerificationEmail);
        job.state = JobState::Failed;
        job.failure = Some(String::from(
            "Addresses are proved by signing in with a code: no verification email is sent",
        ));
        let mut event = self.change(operator, "create", Entity::Job, job.id.as_str(), (None, None));
        event.user = Some(user.id);
        self.store.insert_job(&job, vec![event]).await?;
        Ok(job)
    }

    /// Told to whoever asked for it: it waits.
    pub fn shown_new_job(&self, job: &Job) -> serde_json::Map<String, serde_json::Value> {
        let waiting = Job { state: JobState::Pending, failure: None, ..job.clone() };
        self.shown_job(&waiting)
    }

    fn draft_job(&self, operator: &Operator, work: JobWork) -> Job {
        let now = self.now();
        Job {
            id: JobId::new(format!("job_{}", self.random.alphanumeric(16))),
            client: operator.client.clone(),
            state: JobState::Pending,
            turn: 0,
            place: None,
            lease_until: Timestamp::default(),
            created_at: now,
            started_at: None,
            expires_at: now.plus(self.settings.jobs.keep),
            work,
            failure: None,
        }
    }

    /// Ends a job that nobody was told of.
    async fn end_unseen(&self, mut job: Job) -> Result<(), ManageError> {
        job.state = JobState::Failed;
        job.expires_at = self.now();
        self.store.advance_job(AdvanceJob { job, parts: Vec::new(), events: Vec::new() }).await?;
        Ok(())
    }

    /// The event of who asked for it.
    fn asked(&self, operator: &Operator, job: &Job) -> crate::model::Event {
        let about = match &job.work {
            JobWork::Import(work) => json!({"connection": work.connection, "upsert": work.upsert}),
            JobWork::Export(work) => json!({
                "connection": work.connection.as_ref().map(|(_, name)| name),
                "fields": work.fields.iter().map(|field| &field.name).collect::<Vec<_>>(),
            }),
            JobWork::VerificationEmail => json!({}),
        };
        self.change(operator, "create", Entity::Job, job.id.as_str(), (None, Some(about)))
    }
}

/// What a file is for is said after it.
fn no_import() -> JobWork {
    JobWork::Import(ImportWork {
        connection_id: ConnectionId::new(""),
        connection: String::new(),
        upsert: false,
        external_id: None,
        parts: 0,
        done: 0,
        summary: ImportSummary::default(),
        errors: 0,
        warnings: Default::default(),
    })
}
