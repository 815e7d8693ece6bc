//! The link to the file of an export: whoever has it within its minute may read the file, so that it works in
//! a browser and in `curl`. It is sealed, and holds nothing that a log should not.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{Engine, Fault, Job, JobId, JobPart, JobState, JobWork};
use crate::clock::Timestamp;
use latchkey_wire::management::job::ExportFormat;

/// Seconds that a link works.
const LIFETIME: i64 = 60;
const CONTEXT: &str = "file of an export";
const MAX_TOKEN: usize = 400;

#[derive(Serialize, Deserialize)]
struct Ticket {
    job: JobId,
    until: Timestamp,
}

/// A file that is there.
pub struct Download {
    pub job: JobId,
    pub parts: u32,
    pub bytes: u64,
    pub file_name: String,
}

impl Engine {
    /// A new link, where there is a file.
    pub fn download_link(&self, job: &Job) -> Result<Option<String>, Fault> {
        let JobWork::Export(_) = &job.work else { return Ok(None) };
        if job.state != JobState::Completed {
            return Ok(None);
        }
        let ticket = Ticket { job: job.id.clone(), until: self.now().plus(LIFETIME) };
        let text = serde_json::to_vec(&ticket).unwrap_or_default();
        let sealed = self.vault.seal(CONTEXT, &text)?;
        Ok(Some(self.url(&format!("exports/{}", BASE64URL_NOPAD.encode(&sealed.0)))))
    }

    /// What a link leads to, while it lives.
    pub async fn open_download(&self, token: &str) -> Result<Option<Download>, Fault> {
        let Some(ticket) = self.read_ticket(token) else { return Ok(None) };
        let job = self.store.find_job(&ticket.job).await?;
        let Some(job) = job.filter(|job| job.state == JobState::Completed && self.is_kept(job)) else {
            return Ok(None);
        };
        let JobWork::Export(work) = job.work else { return Ok(None) };
        let ending = match work.format {
            ExportFormat::Csv => "csv",
            ExportFormat::Json | ExportFormat::JsonArray => "json",
        };
        let tenant: String =
            self.settings.tenant.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let tenant = if tenant.is_empty() { "users" } else { &tenant };
        let file_name = format!("{tenant}.{ending}.gz");
        Ok(Some(Download { job: job.id, parts: work.parts, bytes: work.bytes, file_name }))
    }

    pub async fn download_part(&self, id: &JobId, number: u32) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.store.find_job_part(id, JobPart::Output, number).await?)
    }

    fn read_ticket(&self, token: &str) -> Option<Ticket> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let sealed = crate::vault::Sealed(BASE64URL_NOPAD.decode(token.as_bytes()).ok()?);
        let text = self.vault.open_sealed(CONTEXT, &sealed).ok()?;
        let ticket: Ticket = serde_json::from_slice(&text).ok()?;
        (self.now() < ticket.until).then_some(ticket)
    }
}
