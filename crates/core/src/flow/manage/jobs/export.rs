//! An export: which users, which of their properties, and the steps by which they are written.

use std::collections::HashSet;

use latchkey_wire::management::job::{ExportBody, ExportField, ExportFormat};

use super::export_file::{self, Path};
use super::work::GoOn;
use super::{AdvanceJob, Engine, Fault, Job, JobPart, JobWork, ManageError, Operator};
use crate::flow::patiently::patiently;
use crate::model::ExportWork;
use crate::store::{
    FoundUsers, TextTest, UserColumn, UserFilter, UserSearch, UserSort, UserText, UserWindow,
};

/// Users of one step.
const BATCH: u32 = 200;
/// Columns of a table, and properties of an object.
const MAX_COLUMNS: usize = 30;
const MAX_FIELDS: usize = 100;
const MAX_NAME: usize = 200;

impl Engine {
    pub async fn start_export(&self, operator: &Operator, body: ExportBody) -> Result<Job, ManageError> {
        let connection = match &body.connection_id {
            None => None,
            Some(id) => {
                let found = self.job_connection(id).await?;
                Some((found.id, found.name))
            }
        };
        if body.limit == Some(0) {
            return Err(ManageError::invalid("limit", "Value 0 is less than minimum 1"));
        }
        let format = body.format.unwrap_or_default();
        let fields = checked(body.fields.unwrap_or_default(), format)?;
        if self.store.count_open_jobs(self.now()).await? >= super::intake::MOST_OPEN {
            return Err(ManageError::TooManyJobs);
        }
        let job = self.draft_job(
            operator,
            JobWork::Export(ExportWork {
                connection,
                format,
                fields,
                limit: body.limit,
                after: None,
                written: 0,
                total: 0,
                parts: 0,
                bytes: 0,
            }),
        );
        self.store.insert_job(&job, vec![self.asked(operator, &job)]).await?;
        self.job_bell.notify_one();
        Ok(job)
    }

    pub(super) async fn work_export(&self, mut job: Job, go_on: GoOn<'_>) -> Result<(), Fault> {
        loop {
            if !self.may_go_on(&job, go_on).await? {
                return Ok(());
            }
            let pace = self.keep_pace().await;
            let JobWork::Export(work) = &mut job.work else { return Ok(()) };
            let number = work.parts;
            let (part, is_last) = self.export_part(work).await?;
            work.parts = number.saturating_add(1);
            work.bytes = work.bytes.saturating_add(part.len() as u64);
            let parts = vec![(JobPart::Output, number, part)];
            if is_last {
                let job = self.ended(job, None);
                return self.end_with(AdvanceJob { job, parts, events: Vec::new() }).await;
            }
            job = self.leased(job);
            let step = AdvanceJob { job: job.clone(), parts, events: Vec::new() };
            if !self.store.advance_job(step).await? {
                return Ok(());
            }
            self.breathe(pace).await;
        }
    }

    /// The next users, packed, and whether they are the last.
    async fn export_part(&self, work: &mut ExportWork) -> Result<(Vec<u8>, bool), Fault> {
        let is_first = work.parts == 0;
        let most = work.limit.unwrap_or(u64::MAX);
        if is_first {
            work.total = self.exported(work, None, 0).await?.total.unwrap_or(0).min(most);
        }
        let left = most.saturating_sub(work.written);
        let limit = BATCH.min(u32::try_from(left).unwrap_or(BATCH));
        let FoundUsers { users, next, .. } = self.exported(work, work.after.clone(), limit).await?;
        let shown = users.iter().map(|user| self.shown_user(user));
        let is_last = next.is_none() || users.len() as u64 >= left;
        let part = export_file::part(work, shown, is_first, is_last);
        work.written = work.written.saturating_add(users.len() as u64);
        work.after = next;
        Ok((part, is_last))
    }

    /// In the order of ids, which never change: nobody is passed over, and nobody comes twice.
    async fn exported(
        &self,
        work: &ExportWork,
        key: Option<String>,
        limit: u32,
    ) -> Result<FoundUsers, Fault> {
        let filter = match &work.connection {
            Some((_, name)) => UserFilter::Text(UserText::Connection, TextTest::Is(name.clone())),
            None => UserFilter::Everybody,
        };
        let window = match limit {
            0 => UserWindow::Page { start: 0, limit, total: true },
            limit => UserWindow::After { key, limit },
        };
        let sort = UserSort { by: UserColumn::Text(UserText::Id), descending: false };
        let search = UserSearch { filter, sort, window };
        Ok(patiently(|| self.store.search_users(&search)).await?)
    }
}

fn checked(fields: Vec<ExportField>, format: ExportFormat) -> Result<Vec<ExportField>, ManageError> {
    let invalid = |reason: String| Err(ManageError::invalid("fields", reason));
    let is_table = format == ExportFormat::Csv;
    let most = if is_table { MAX_COLUMNS } else { MAX_FIELDS };
    if fields.len() > most {
        return invalid(format!("Array is too long ({}), maximum {most}", fields.len()));
    }
    let mut names = HashSet::new();
    for field in &fields {
        let name = field.export_as.as_ref().unwrap_or(&field.name);
        let is_sound =
            |text: &String| !text.is_empty() && text.len() <= MAX_NAME && !text.chars().any(char::is_control);
        if !is_sound(&field.name) || !is_sound(name) || Path::parse(&field.name).is_none() {
            return invalid(format!("{:.40} is not the name of a property, or too long", field.name));
        }
        if is_table && export_file::NESTED.contains(&field.name.as_str()) {
            return invalid(format!("{} is exported to CSV by its parts only", field.name));
        }
        if !names.insert(name) {
            return invalid(format!("{name:.40} is exported twice"));
        }
    }
    Ok(fields)
}
