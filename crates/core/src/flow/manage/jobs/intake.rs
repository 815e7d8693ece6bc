//! A file of users on its way in: unpacked, cut into records and kept in parts while it comes, so that no file
//! is ever whole in memory.

use std::io::Write;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::{DeflateEncoder, MultiGzDecoder};
use latchkey_wire::ParamError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::split::{Fault, Splitter};
use crate::engine::Engine;
use crate::flow::manage::{ManageError, Operator};
use crate::model::{Job, JobId, JobPart, JobState};

/// Records of a part: what one transaction imports, and how long the one writer of SQLite keeps sign-ins waiting.
pub(super) const PART: usize = 2;
/// Parts that are kept by one transaction: while nobody signs in, and while people do.
const TOGETHER: usize = 50;
const TOGETHER_BESIDE: usize = 10;
/// Bytes of records that may wait for it.
const MOST_WAITING: usize = 256 * 1024;
/// Packed bytes that are unpacked at once, so that little of what swells is ever in memory.
const BITE: usize = 2048;
/// Seconds that a file may be on its way.
const PATIENCE: i64 = 3600;
/// Most records of a file: what they name is kept in memory while they are imported.
const MOST_RECORDS: u64 = 500_000;
/// Jobs that may wait or run.
pub(super) const MOST_OPEN: u64 = 50;

/// What other people could sign in by, or find out a password with: never kept, not even with the file.
const SECRET: [&str; 4] = ["password", "password_hash", "custom_password_hash", "mfa_factors"];
/// The same, of an identity.
const SECRET_OF_IDENTITY: [&str; 4] = ["access_token", "access_token_secret", "refresh_token", "id_token"];

/// A record as it is kept until it is imported.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kept {
    Record(Value),
    /// JSON, but nothing to read.
    Wrong(String),
}

pub struct Intake {
    pub(super) job: Job,
    source: Source,
    received: u64,
    /// Records that wait to be kept together, and how long they are in the file.
    waiting: Vec<Kept>,
    waiting_bytes: usize,
    pub(super) parts: u32,
    records: u64,
    /// Why the file is no file of users. What follows is not read.
    pub(super) broken: Option<String>,
}

enum Source {
    /// The first bytes say whether it is packed.
    Unknown(Vec<u8>),
    Plain(Splitter),
    Packed(Box<MultiGzDecoder<Splitter>>),
}

impl Engine {
    /// Makes room for a file of users.
    pub async fn receive_users(&self, operator: &Operator) -> Result<Intake, ManageError> {
        let now = self.now();
        if self.store.count_open_jobs(now).await? >= MOST_OPEN {
            return Err(ManageError::TooManyJobs);
        }
        let mut job = self.draft_job(operator, super::no_import());
        job.state = JobState::Receiving;
        job.expires_at = now.plus(PATIENCE);
        self.store.insert_job(&job, Vec::new()).await?;
        let source = Source::Unknown(Vec::new());
        Ok(Intake {
            job,
            source,
            received: 0,
            waiting: Vec::new(),
            waiting_bytes: 0,
            parts: 0,
            records: 0,
            broken: None,
        })
    }

    /// The next piece of the file.
    pub async fn receive_more(&self, intake: &mut Intake, bytes: &[u8]) -> Result<(), ManageError> {
        let rules = &self.settings.jobs;
        intake.received = intake.received.saturating_add(bytes.len() as u64);
        if intake.received > rules.max_upload {
            return Err(ManageError::TooLarge(rules.max_upload));
        }
        self.in_time(intake)?;
        for bite in bytes.chunks(BITE) {
            if intake.broken.is_some() {
                return Ok(());
            }
            let fed = intake.source.feed(bite, rules.max_unpacked);
            self.keep_read(intake, false).await?;
            intake.note(fed)?;
        }
        Ok(())
    }

    /// Later, what is kept would belong to a job that is swept away.
    fn in_time(&self, intake: &Intake) -> Result<(), ManageError> {
        match self.now() < intake.job.expires_at {
            true => Ok(()),
            false => Err(ManageError::invalid("users", "The file took too long to arrive")),
        }
    }

    /// The file has ended.
    pub(super) async fn received(&self, intake: &mut Intake) -> Result<(), ManageError> {
        self.in_time(intake)?;
        if intake.broken.is_none() {
            let ended = intake.source.end(self.settings.jobs.max_unpacked);
            self.keep_read(intake, true).await?;
            intake.note(ended)?;
        }
        Ok(())
    }

    /// Nothing comes of it; the sweep takes what was kept.
    pub async fn drop_intake(&self, intake: Intake) -> Result<(), ManageError> {
        self.end_unseen(intake.job).await
    }

    /// Keeps whole parts, and at the end what is left.
    async fn keep_read(&self, intake: &mut Intake, all: bool) -> Result<(), ManageError> {
        for record in intake.source.take() {
            intake.records = intake.records.saturating_add(1);
            if intake.records > MOST_RECORDS {
                intake.broken = Some(format!("The file has more than {MOST_RECORDS} records: divide it"));
                return Ok(());
            }
            match kept(&record) {
                Ok(kept) => intake.waiting.push(kept),
                Err(()) => {
                    let at = intake.records;
                    intake.broken = Some(format!("The file breaks at record {at}: it is not valid JSON"));
                    return Ok(());
                }
            }
            intake.waiting_bytes = intake.waiting_bytes.saturating_add(record.len());
            let together = if self.is_busy() { TOGETHER_BESIDE } else { TOGETHER };
            if intake.waiting.len() >= PART * together || intake.waiting_bytes >= MOST_WAITING {
                self.keep_parts(intake).await?;
            }
        }
        if all {
            self.keep_parts(intake).await?;
        }
        Ok(())
    }

    async fn keep_parts(&self, intake: &mut Intake) -> Result<(), ManageError> {
        let pace = self.keep_pace().await;
        let parts: Vec<_> = std::mem::take(&mut intake.waiting).chunks(PART).map(packed).collect();
        intake.waiting_bytes = 0;
        let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        self.store.put_job_parts(&intake.job.id, JobPart::Input, intake.parts, parts).await?;
        self.breathe(pace).await;
        intake.parts = intake.parts.saturating_add(count);
        Ok(())
    }

    /// The records of a part.
    pub(super) async fn input(
        &self,
        id: &JobId,
        number: u32,
    ) -> Result<Option<Vec<Kept>>, crate::error::Fault> {
        let part = self.store.find_job_part(id, JobPart::Input, number).await?;
        Ok(part.and_then(|part| serde_json::from_reader(DeflateDecoder::new(part.as_slice())).ok()))
    }
}

impl Intake {
    fn note(&mut self, fed: Result<(), Fault>) -> Result<(), ManageError> {
        match fed {
            Ok(()) => Ok(()),
            Err(Fault::TooLarge(most)) => Err(ManageError::TooLarge(most)),
            Err(Fault::Broken(why)) => {
                self.broken.get_or_insert(why);
                Ok(())
            }
        }
    }
}

impl Source {
    fn feed(&mut self, bytes: &[u8], most: u64) -> Result<(), Fault> {
        match self {
            Self::Unknown(first) => {
                first.extend_from_slice(bytes);
                if first.len() < 2 {
                    return Ok(());
                }
                let first = std::mem::take(first);
                *self = match first.starts_with(&[0x1f, 0x8b]) {
                    true => Self::Packed(Box::new(MultiGzDecoder::new(Splitter::new(most)))),
                    false => Self::Plain(Splitter::new(most)),
                };
                self.feed(&first, most)
            }
            Self::Plain(splitter) => splitter.feed(bytes),
            Self::Packed(unpack) => {
                let written = unpack.write_all(bytes).is_ok();
                unpack_fault(unpack.get_ref(), written)
            }
        }
    }

    fn end(&mut self, most: u64) -> Result<(), Fault> {
        match self {
            Self::Unknown(first) => {
                let mut splitter = Splitter::new(most);
                let read = splitter.feed(first).and_then(|()| splitter.end());
                *self = Self::Plain(splitter);
                read
            }
            Self::Plain(splitter) => splitter.end(),
            Self::Packed(unpack) => {
                let written = unpack.try_finish().is_ok();
                unpack_fault(unpack.get_ref(), written)?;
                unpack.get_mut().end()
            }
        }
    }

    fn take(&mut self) -> Vec<Vec<u8>> {
        match self {
            Self::Unknown(_) => Vec::new(),
            Self::Plain(splitter) => splitter.take(),
            Self::Packed(unpack) => unpack.get_mut().take(),
        }
    }
}

fn unpack_fault(splitter: &Splitter, written: bool) -> Result<(), Fault> {
    match (splitter.fault(), written) {
        (Some(fault), _) => Err(fault.clone()),
        (None, false) => Err(Fault::Broken(String::from("The file is damaged: it cannot be unpacked"))),
        (None, true) => Ok(()),
    }
}

/// A record without its secrets; an error where it is no JSON.
fn kept(record: &[u8]) -> Result<Kept, ()> {
    match latchkey_wire::params::json_of(record) {
        Ok(mut value) => {
            cleanse(&mut value);
            Ok(Kept::Record(value))
        }
        Err(ParamError::TooComplex) => Ok(Kept::Wrong(String::from("It is nested too deeply"))),
        Err(ParamError::Repeated) => Ok(Kept::Wrong(String::from("It names a property twice"))),
        Err(_) => Err(()),
    }
}

/// What is taken away leaves its name, so that the operator hears of it.
fn cleanse(record: &mut Value) {
    for name in SECRET {
        if let Some(secret) = record.get_mut(name) {
            *secret = Value::Null;
        }
    }
    let identities = record.get_mut("identities").and_then(Value::as_array_mut);
    for identity in identities.into_iter().flatten().filter_map(Value::as_object_mut) {
        identity.retain(|name, _| !SECRET_OF_IDENTITY.contains(&name.as_str()));
    }
}

fn packed(records: &[Kept]) -> Vec<u8> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
    // Into memory, and of a value that serialises: neither fails.
    let _ = serde_json::to_writer(&mut packer, records);
    packer.finish().unwrap_or_default()
}
