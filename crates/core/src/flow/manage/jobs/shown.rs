//! A job as operators read it.

use serde_json::{Map, Value, json};

use super::{Engine, Job, JobState, JobWork};
use crate::model::{ConnectionId, Event, EventKind, ImportWork, OTHER_PROPERTIES};

impl Engine {
    pub fn shown_job(&self, job: &Job) -> Map<String, Value> {
        let mut shown = Map::new();
        let mut put = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
        put("id", json!(job.id));
        put("type", json!(kind(&job.work)));
        put("status", json!(job.state.as_str()));
        put("created_at", json!(job.created_at.to_iso8601()));
        if let Some(why) = &job.failure {
            put("status_details", json!(why));
        }
        match &job.work {
            JobWork::Import(work) => {
                put_connection(&mut put, &work.connection_id, &work.connection);
                if let Some(id) = &work.external_id {
                    put("external_id", json!(id));
                }
                if job.state != JobState::Pending {
                    put("summary", json!(work.summary));
                    put("percentage_done", json!(percentage(job, work.done.into(), work.parts.into())));
                }
                if !work.warnings.is_empty() {
                    put("warnings", json!(warnings(work)));
                }
                self.put_time_left(&mut put, job, work.done.into(), work.parts.into());
            }
            JobWork::Export(work) => {
                if let Some((id, name)) = &work.connection {
                    put_connection(&mut put, id, name);
                }
                put("format", json!(work.format));
                if !work.fields.is_empty() {
                    put("fields", json!(work.fields));
                }
                if let Some(limit) = work.limit {
                    put("limit", json!(limit));
                }
                if job.state != JobState::Pending {
                    put("percentage_done", json!(percentage(job, work.written, work.total)));
                }
                self.put_time_left(&mut put, job, work.written, work.total);
            }
            JobWork::VerificationEmail => {}
        }
        shown
    }

    /// As long again as it took so far, for as much.
    fn put_time_left(&self, put: &mut impl FnMut(&str, Value), job: &Job, done: u64, total: u64) {
        let left = total.saturating_sub(done);
        if let (JobState::Processing, Some(started)) = (job.state, job.started_at)
            && done > 0
        {
            let taken = u64::try_from(self.now().since(started).max(1)).unwrap_or(1);
            put("time_left_seconds", json!(taken.saturating_mul(left).div_ceil(done)));
        }
    }

    /// Written for a user whose credentials an import drops.
    pub(super) fn import_dropped_event(&self, job: &Job) -> Event {
        let mut event = self.event(EventKind::CredentialsDropped, Some(&job.client));
        if let JobWork::Import(work) = &job.work {
            event.connection = Some(work.connection.clone());
        }
        event.detail.insert(String::from("job"), json!(job.id));
        event
    }

    /// The one event of an import as a whole. It names nobody.
    pub(super) fn import_event(&self, kind: EventKind, job: &Job) -> Event {
        let mut event = self.event(kind, Some(&job.client));
        if let JobWork::Import(work) = &job.work {
            event.connection = Some(work.connection.clone());
            event.detail.insert(String::from("summary"), json!(work.summary));
        }
        event.detail.insert(String::from("job"), json!(job.id));
        if let Some(why) = &job.failure {
            event.detail.insert(String::from("reason"), json!(why));
        }
        event
    }
}

fn kind(work: &JobWork) -> &'static str {
    match work {
        JobWork::Import(_) => "users_import",
        JobWork::Export(_) => "users_export",
        JobWork::VerificationEmail => "verification_email",
    }
}

fn put_connection(put: &mut impl FnMut(&str, Value), id: &ConnectionId, name: &str) {
    put("connection_id", json!(id));
    put("connection", json!(name));
}

fn percentage(job: &Job, done: u64, total: u64) -> u64 {
    match job.state {
        JobState::Completed => 100,
        _ => done.saturating_mul(100).checked_div(total).unwrap_or(0).min(99),
    }
}

fn warnings(work: &ImportWork) -> Vec<Value> {
    let warning = |(path, count): (&String, &u64)| {
        let message = match path.as_str() {
            OTHER_PROPERTIES => String::from("Further properties have no meaning here and were ignored"),
            path => format!("The property {path} has no meaning here and was ignored"),
        };
        json!({"code": "PROPERTY_IGNORED", "path": path, "count": count, "message": message})
    };
    work.warnings.iter().map(warning).collect()
}
