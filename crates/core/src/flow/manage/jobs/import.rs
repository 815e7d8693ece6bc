//! An import, once its file has come in: what it is for, and off it goes.

use super::{Engine, Entity, Intake, Job, JobState, JobWork, ManageError, Operator};
use crate::model::{Connection, ConnectionId, EventKind};
use crate::store::AdvanceJob;

const MAX_EXTERNAL_ID: usize = 255;

/// What stands beside the file, as it was written.
#[derive(Clone, Debug, Default)]
pub struct ImportFields {
    pub connection_id: Option<String>,
    pub upsert: Option<String>,
    pub external_id: Option<String>,
    pub send_completion_email: Option<String>,
}

impl Engine {
    /// The job waits, or has failed already where the file is none.
    pub async fn start_import(
        &self,
        operator: &Operator,
        mut intake: Intake,
        fields: ImportFields,
    ) -> Result<Job, ManageError> {
        let checked = async {
            self.received(&mut intake).await?;
            self.check_fields(&fields).await
        };
        let (connection, upsert) = match checked.await {
            Ok(checked) => checked,
            Err(refused) => {
                self.drop_intake(intake).await?;
                return Err(refused);
            }
        };
        let now = self.now();
        let Intake { mut job, parts, broken, .. } = intake;
        job.created_at = now;
        job.expires_at = now.plus(self.settings.jobs.keep);
        job.state = JobState::Pending;
        if let JobWork::Import(work) = &mut job.work {
            work.connection_id = connection.id;
            work.connection = connection.name;
            work.upsert = upsert;
            work.external_id = fields.external_id;
            work.parts = parts;
        }
        let mut events = vec![self.asked(operator, &job)];
        if let Some(why) = broken {
            job.state = JobState::Failed;
            job.failure = Some(why);
            events.push(self.import_event(EventKind::UsersImportFailed, &job));
        }
        let step = AdvanceJob { job: job.clone(), parts: Vec::new(), events };
        if !self.store.advance_job(step).await? {
            return Err(ManageError::invalid("users", "The file took too long to arrive"));
        }
        self.job_bell.notify_one();
        Ok(job)
    }

    async fn check_fields(&self, fields: &ImportFields) -> Result<(Connection, bool), ManageError> {
        flag("send_completion_email", fields.send_completion_email.as_deref())?;
        let upsert = flag("upsert", fields.upsert.as_deref())?;
        if let Some(id) = &fields.external_id
            && (id.len() > MAX_EXTERNAL_ID || id.chars().any(char::is_control))
        {
            let reason = "Must be at most 255 bytes, without control characters";
            return Err(ManageError::invalid("external_id", reason));
        }
        let id = fields.connection_id.as_deref().ok_or(ManageError::MissingProperty("connection_id"))?;
        Ok((self.job_connection(id).await?, upsert))
    }

    /// Every kind of connection that there is takes users.
    pub(super) async fn job_connection(&self, id: &str) -> Result<Connection, ManageError> {
        let found = match id.contains('\0') {
            true => None,
            false => self.store.find_connection_by_id(&ConnectionId::from(id)).await?,
        };
        found.ok_or(ManageError::NotFound(Entity::Connection))
    }
}

fn flag(name: &'static str, text: Option<&str>) -> Result<bool, ManageError> {
    match text {
        None | Some("" | "false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(ManageError::invalid(name, "Expected type boolean")),
    }
}
