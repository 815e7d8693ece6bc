//! Whether the log of what operators did is whole (S-128): the chain is walked from its first link to its end.

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::maintain::KEEP_EVENTS;
use crate::flow::patiently::patiently;
use crate::model::{AuditFault, AuditLink, AuditWalk, ChainEnd, ChainHash, EventId};
use crate::store::{Store, StoreError, StoreResult};

/// Links in one go.
const PAGE: u32 = 100;
/// Seconds by which the clock of a node that swept may be ahead: entries go that much too early.
const SKEW: i64 = 3600;
/// Walks, where the sweep shortens the chain meanwhile.
const TRIES: usize = 3;
/// The end of a chain that has not begun.
const NO_LINK: ChainEnd = ChainEnd { seq: 0, hash: ChainHash::START };

/// What came of a walk along the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// Those that are as they should be.
    pub links: u64,
    /// When the event of the first link was.
    pub first_at: Option<Timestamp>,
    /// What to note elsewhere.
    pub end: ChainEnd,
    /// What became of an end that was noted earlier; `None` where none was given, or the walk did not get there.
    pub noted: Option<Noted>,
    /// The first thing that is wrong.
    pub broken: Option<Broken>,
    first: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It is there as it was noted.
    Found,
    /// Its link is from before the time that the log is kept: nothing compares with it.
    Swept,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub seq: Option<u64>,
    pub event: Option<EventId>,
    pub fault: AuditFault,
}

impl Engine {
    /// `noted`: an end of the chain that was noted earlier.
    pub async fn check_audit_chain(&self, noted: Option<ChainEnd>) -> Result<AuditReport, Fault> {
        let _alone = self.audit_check.lock().await;
        Ok(check_chain(&*self.store, self.now().minus(KEEP_EVENTS - SKEW), noted).await?)
    }
}

/// Entries from before `kept_since` may be gone.
pub async fn check_chain(
    store: &dyn Store,
    kept_since: Timestamp,
    noted: Option<ChainEnd>,
) -> StoreResult<AuditReport> {
    let mut tries = TRIES;
    loop {
        let report = walk(store, kept_since, noted).await?;
        tries = tries.saturating_sub(1);
        if report.broken.is_none() || tries == 0 || first_seq(store).await? == report.first {
            return Ok(report);
        }
    }
}

async fn first_seq(store: &dyn Store) -> StoreResult<Option<u64>> {
    match store.list_audit_links(0, 1).await {
        Err(StoreError::Corrupt(_)) => Ok(None),
        other => Ok(other?.first().map(|link| link.seq)),
    }
}

async fn walk(store: &dyn Store, kept_since: Timestamp, noted: Option<ChainEnd>) -> StoreResult<AuditReport> {
    let mut check = Check { walk: AuditWalk::new(kept_since), noted, found: None, begun: None };
    // What comes to the chain meanwhile may be beyond this end, and is not beyond the one after the walk.
    let broken = match find_end(store).await? {
        Some(end) => check.along(store, end).await?,
        None => Some(Broken { seq: None, event: None, fault: AuditFault::EndMissing }),
    };
    let AuditWalk { links, first, last, .. } = check.walk;
    Ok(AuditReport {
        links,
        first_at: first.map(|(_, at)| at),
        end: last.unwrap_or(NO_LINK),
        noted: check.found.filter(|_| broken.is_none()),
        broken,
        first: check.begun,
    })
}

/// `None` where it cannot be read.
async fn find_end(store: &dyn Store) -> StoreResult<Option<ChainEnd>> {
    match store.find_audit_end().await {
        Err(StoreError::Corrupt(_)) => Ok(None),
        other => other.map(Some),
    }
}

struct Check {
    walk: AuditWalk,
    noted: Option<ChainEnd>,
    found: Option<Noted>,
    /// The first link that there was, sound or not.
    begun: Option<u64>,
}

impl Check {
    /// What is wrong first.
    async fn along(&mut self, store: &dyn Store, end: ChainEnd) -> StoreResult<Option<Broken>> {
        let mut reached = end.seq == 0;
        loop {
            let after = self.walk.last.map_or(0, |last| last.seq);
            let page = match patiently(|| store.list_audit_links(after, PAGE)).await {
                Err(StoreError::Corrupt(_)) => return Ok(Some(self.here(AuditFault::Unreadable))),
                other => other?,
            };
            for link in &page {
                if let Err(broken) = self.step(link) {
                    return Ok(Some(broken));
                }
                if link.seq == end.seq {
                    if link.hash != end.hash {
                        return Ok(Some(of_link(link, AuditFault::LinkChanged)));
                    }
                    reached = true;
                }
            }
            if page.is_empty() {
                break;
            }
        }
        if !reached {
            return Ok(Some(self.here(AuditFault::EndMissing)));
        }
        self.beyond(store).await
    }

    fn step(&mut self, link: &AuditLink) -> Result<(), Broken> {
        self.begun.get_or_insert(link.seq);
        let awaited = self.walk.next_seq();
        self.walk.step(link).map_err(|fault| match fault {
            AuditFault::LinkMissing => Broken { seq: Some(awaited), event: None, fault },
            _ => of_link(link, fault),
        })?;
        match self.noted {
            Some(noted) if noted.seq == link.seq && noted.hash == link.hash => {
                self.found = Some(Noted::Found)
            }
            Some(noted) if noted.seq == link.seq => return Err(of_link(link, AuditFault::NotedChanged)),
            _ => {}
        }
        Ok(())
    }

    /// What no link of the chain shows.
    async fn beyond(&mut self, store: &dyn Store) -> StoreResult<Option<Broken>> {
        let last = self.walk.last.map_or(0, |last| last.seq);
        if find_end(store).await?.is_none_or(|end| end.seq < last) {
            return Ok(Some(Broken { seq: Some(last), event: None, fault: AuditFault::EndMissing }));
        }
        if let (Some(noted), None) = (self.noted, self.found) {
            let is_before = noted.seq > 0 && self.begun.is_some_and(|first| noted.seq < first);
            if noted != NO_LINK && !is_before {
                let fault = AuditFault::NotedMissing;
                return Ok(Some(Broken { seq: Some(noted.seq), event: None, fault }));
            }
            self.found = Some(if is_before { Noted::Swept } else { Noted::Found });
        }
        let Some((_, first_at)) = self.walk.first else { return Ok(None) };
        let unchained = patiently(|| store.find_unchained_event(first_at)).await?;
        let fault = AuditFault::EntryUnchained;
        Ok(unchained.map(|event| Broken { seq: None, event: Some(event), fault }))
    }

    /// Where the next link would be.
    fn here(&self, fault: AuditFault) -> Broken {
        Broken { seq: Some(self.walk.next_seq()), event: None, fault }
    }
}

fn of_link(link: &AuditLink, fault: AuditFault) -> Broken {
    Broken { seq: Some(link.seq), event: Some(link.event.clone()), fault }
}

/// As the API has it.
pub fn shown(report: &AuditReport) -> Value {
    let noted = report.noted.map(|noted| match noted {
        Noted::Found => "found",
        Noted::Swept => "swept",
    });
    json!({
        "whole": report.broken.is_none(),
        "links": report.links,
        "first_at": report.first_at.map(Timestamp::to_iso8601),
        "end": report.end.to_string(),
        "noted": noted,
        "broken": report.broken.as_ref().map(|broken| json!({
            "seq": broken.seq,
            "log_id": broken.event,
            "reason": broken.fault.word(),
            "message": broken.fault.to_string(),
        })),
    })
}
