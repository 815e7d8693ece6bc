//! The users of some parts of a file, its errors and the progress of its job: whole or not at all.

use latchkey_core::model::{
    Event, Identity, ImportRecord, ImportSummary, ImportedUser, Job, JobPart, JobWork, MOST_IGNORED,
    OTHER_PROPERTIES, RecordError, User,
};
use latchkey_core::store::{ImportUsers, StoreError, StoreResult};

use super::{events, jobs, proofs, user_changes, users};
use crate::tx::{Act, Tx, to_json};

/// What became of a record.
enum Became {
    Inserted,
    Updated,
    Nothing(RecordError),
}

impl Act for ImportUsers {
    type Out = Option<Job>;
    const PATIENT: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Job>> {
        // First of all: of two workers one waits here until the other has ended.
        let Some(mut job) = jobs::hold(tx, &self.job).await? else { return Ok(None) };
        let JobWork::Import(work) = &mut job.work else { return Ok(None) };
        if job.turn != self.turn || work.done != self.part {
            return Ok(None);
        }
        let mut told = Vec::new();
        let on_dropped = self.on_dropped.iter().map(Some).chain(std::iter::repeat(None));
        for (record, on_dropped) in self.records.iter().zip(on_dropped) {
            let put = Put { upsert: work.upsert, batch: self, on_dropped };
            if let Some(failed) = put.record(tx, record, &mut work.summary).await? {
                told.push(to_json(&failed)?);
            }
        }
        for name in &self.ignored {
            let has_room = work.warnings.len() < MOST_IGNORED || work.warnings.contains_key(name);
            let name = if has_room { name.as_str() } else { OTHER_PROPERTIES };
            let count = work.warnings.entry(name.to_owned()).or_default();
            *count = count.saturating_add(1);
        }
        work.done = work.done.saturating_add(self.parts);
        if !told.is_empty() {
            jobs::put_part(tx, &self.job, JobPart::Errors, work.errors, told.join(",").into_bytes())?;
            work.errors = work.errors.saturating_add(1);
        }
        job.lease_until = self.lease_until;
        Ok(jobs::advance(tx, &job).await?.then_some(job))
    }
}

/// How a record is put.
struct Put<'a> {
    /// Whoever is there is replaced.
    upsert: bool,
    batch: &'a ImportUsers,
    /// Written where credentials of whoever is there are dropped.
    on_dropped: Option<&'a Event>,
}

impl Put<'_> {
    /// Counts the record; what is told of it where it failed.
    async fn record<T: Tx>(
        &self,
        tx: &T,
        record: &ImportRecord,
        summary: &mut ImportSummary,
    ) -> StoreResult<Option<serde_json::Value>> {
        summary.total = summary.total.saturating_add(1);
        let failed = match &record.read {
            Err(errors) => record.failed(errors),
            Ok(imported) => match self.user(tx, imported).await? {
                Became::Inserted => {
                    summary.inserted = summary.inserted.saturating_add(1);
                    return Ok(None);
                }
                Became::Updated => {
                    summary.updated = summary.updated.saturating_add(1);
                    return Ok(None);
                }
                Became::Nothing(error) => record.failed(&[error]),
            },
        };
        summary.failed = summary.failed.saturating_add(1);
        Ok(Some(failed))
    }

    async fn user<T: Tx>(&self, tx: &T, imported: &ImportedUser) -> StoreResult<Became> {
        let Some(main) = imported.user.primary() else {
            return Err(StoreError::Corrupt(String::from("a record has no identity")));
        };
        let by_id = match imported.names_id {
            true => users::hold(tx, &imported.user.id).await?,
            false => None,
        };
        let by_address = users::find_by_address(tx, &main.connection, &main.address).await?;
        let before = match (by_id, by_address) {
            (None, None) => return insert(tx, imported, self.batch).await,
            (Some(_), _) | (_, Some(_)) if !self.upsert => {
                return Ok(Became::Nothing(RecordError::duplicate("The user is there already")));
            }
            (Some(user), Some(other)) if user.id != other.id => {
                return Ok(Became::Nothing(RecordError::taken(main)));
            }
            (None, Some(_)) if imported.names_id => return Ok(Became::Nothing(RecordError::taken(main))),
            (Some(user), _) => user,
            // Read again, now that nobody else can change it.
            (None, Some(user)) => match users::hold(tx, &user.id).await? {
                Some(user) => user,
                None => return Err(StoreError::Conflict("user")),
            },
        };
        if before.identities.iter().any(|known| is_elsewhere(known, main))
            && !before.identities.iter().any(|known| known.connection == main.connection)
        {
            return Ok(Became::Nothing(RecordError::elsewhere()));
        }
        update(tx, imported, &before, self).await
    }
}

/// The same account of the same kind, by which somebody signs in on another connection.
fn is_elsewhere(known: &Identity, main: &Identity) -> bool {
    known.strategy == main.strategy
        && known.provider_user_id == main.provider_user_id
        && known.connection != main.connection
}

async fn insert<T: Tx>(tx: &T, imported: &ImportedUser, batch: &ImportUsers) -> StoreResult<Became> {
    let user = &imported.user;
    if !users::insert(tx, user).await? {
        if users::hold(tx, &user.id).await?.is_some() {
            // Somebody made the same user in between: those identities are theirs.
            return Err(StoreError::Conflict("user id"));
        }
        // These are the identities that went in before the one that is taken.
        users::remove_identities(tx, &user.id).await?;
        return Ok(Became::Nothing(taken(tx, user, None).await?));
    }
    if imported.names_id {
        users::forget_earlier(tx, &user.id, batch.now).await?;
    }
    Ok(Became::Inserted)
}

async fn update<T: Tx>(tx: &T, imported: &ImportedUser, before: &User, put: &Put<'_>) -> StoreResult<Became> {
    let Put { batch, on_dropped, .. } = *put;
    let user = imported.over(before, batch.now);
    if user.identities != before.identities {
        users::remove_identities(tx, &before.id).await?;
        if !users::insert_identities(tx, &user).await? {
            users::remove_identities(tx, &before.id).await?;
            users::insert_identities(tx, before).await?;
            return Ok(Became::Nothing(taken(tx, &user, Some(before)).await?));
        }
        user_changes::forget_lost(tx, before, &user)?;
    }
    if proofs::end_changed(tx, before, &user, batch.now).await?
        && let Some(event) = on_dropped
    {
        events::insert(tx, [&Event { user: Some(user.id.clone()), ..event.clone() }])?;
    }
    users::replace(tx, &user).await?;
    users::set_logins(tx, &user)?;
    Ok(Became::Updated)
}

/// Which of the user's addresses somebody else has.
async fn taken<T: Tx>(tx: &T, user: &User, before: Option<&User>) -> StoreResult<RecordError> {
    for identity in &user.identities {
        let owner = users::find_by_address(tx, &identity.connection, &identity.address).await?;
        if owner.is_some_and(|owner| before.is_none_or(|before| before.id != owner.id)) {
            return Ok(RecordError::taken(identity));
        }
    }
    // Two of the record's own.
    Ok(RecordError::duplicate("The same address is given twice"))
}
