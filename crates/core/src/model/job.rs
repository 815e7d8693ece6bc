//! Work that outlives the request that asked for it: users that come in by a file, and go out by one.
//!
//! A job stands whole in the store, with its file in parts, so that any node can go on with it. Who works it
//! has a lease; [`Job::turn`] tells a worker that was overtaken from the one that goes on.

use std::collections::BTreeMap;

use latchkey_wire::management::job::{ExportField, ExportFormat};
use serde::{Deserialize, Serialize};

use super::{ClientId, ConnectionId, JobId};
use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    /// Who asked for it.
    pub client: ClientId,
    pub state: JobState,
    /// Counts the claims.
    pub turn: u32,
    /// Which of the places for running jobs it has.
    pub place: Option<u32>,
    /// While it runs: when another worker may take it.
    pub lease_until: Timestamp,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    /// When it is forgotten, unless it waits or runs.
    pub expires_at: Timestamp,
    pub work: JobWork,
    /// Why it failed as a whole, in words for the operator.
    pub failure: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Its file is on the way: for nobody to see.
    Receiving,
    Pending,
    Processing,
    Completed,
    Failed,
}

impl JobState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobWork {
    Import(ImportWork),
    Export(ExportWork),
    VerificationEmail,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportWork {
    pub connection_id: ConnectionId,
    pub connection: String,
    pub upsert: bool,
    pub external_id: Option<String>,
    /// Parts of its file, and how many of them are in.
    pub parts: u32,
    pub done: u32,
    pub summary: ImportSummary,
    /// Parts of errors.
    pub errors: u32,
    /// What was ignored: how often, by the name of the property.
    #[serde(default)]
    pub warnings: BTreeMap<String, u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSummary {
    pub failed: u64,
    pub updated: u64,
    pub inserted: u64,
    pub total: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportWork {
    /// Those with an identity on it; everybody where there is none.
    pub connection: Option<(ConnectionId, String)>,
    pub format: ExportFormat,
    pub fields: Vec<ExportField>,
    pub limit: Option<u64>,
    /// Names the last user that is written.
    pub after: Option<String>,
    pub written: u64,
    /// How many there will be, as counted when it began.
    pub total: u64,
    /// Parts of the file, and bytes in all.
    pub parts: u32,
    pub bytes: u64,
}

/// Which file of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobPart {
    /// What came in.
    Input,
    /// The errors of an import, as JSON objects with commas between them.
    Errors,
    /// What an export wrote. Each part is a gzip file by itself; one after the other they are one again.
    Output,
}

impl JobPart {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Errors => "errors",
            Self::Output => "output",
        }
    }
}
