//! The chain over the entries of the log that tell what operators did. A link seals its entry and the link before
//! it, so that an entry that is changed, taken out or put in shows.
//!
//! Left out: who can write to the database can also make the whole chain anew. Against that helps an end that was
//! noted elsewhere ([`ChainEnd`]).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{Context, SHA256, digest};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use super::{EventId, EventKind};
use crate::clock::Timestamp;

/// SHA-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// What the first link goes on from.
    pub const START: Self = Self([0; 32]);

    /// Of the columns of an entry as they are kept, in an order that never changes. Two entries are sealed alike
    /// only where every column is.
    pub fn of_entry<'a>(columns: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut context = Context::new(&SHA256);
        for column in columns {
            match column {
                None => context.update(&[0]),
                Some(text) => {
                    context.update(&[1]);
                    context.update(&(text.len() as u64).to_be_bytes());
                    context.update(text.as_bytes());
                }
            }
        }
        Self::from(context.finish().as_ref())
    }

    /// The hash of a link. Only the last part of what it seals has no fixed length.
    pub fn of_link(previous: &[u8], content: &[u8]) -> Self {
        Self::from(digest(&SHA256, &[previous, content].concat()).as_ref())
    }
}

impl From<&[u8]> for ChainHash {
    /// Of a digest of that length; what has another is nobody's hash.
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.try_into().unwrap_or_default())
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where a chain ends, or ended: what an operator notes elsewhere, as `SEQ:HASH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainEnd {
    /// The last link; 0 before the first.
    pub seq: u64,
    pub hash: ChainHash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Must be the number of a link and its hash, as 12:9f86d0…")]
pub struct BadChainEnd;

impl FromStr for ChainEnd {
    type Err = BadChainEnd;

    fn from_str(text: &str) -> Result<Self, BadChainEnd> {
        let (seq, hash) = text.split_once(':').ok_or(BadChainEnd)?;
        let bytes = HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).map_err(|_| BadChainEnd)?;
        let hash = ChainHash(bytes.try_into().map_err(|_| BadChainEnd)?);
        let seq = Some(seq).filter(|seq| seq.bytes().all(|b| b.is_ascii_digit()));
        let seq = seq.and_then(|seq| seq.parse().ok()).ok_or(BadChainEnd)?;
        Ok(Self { seq, hash })
    }
}

impl fmt::Display for ChainEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLink {
    /// From 1, without gaps.
    pub seq: u64,
    pub event: EventId,
    /// When the event was.
    pub at: Timestamp,
    /// Of its entry as it was written.
    pub entry: ChainHash,
    /// The hash of the link before it.
    pub previous: ChainHash,
    pub hash: ChainHash,
    /// Of the entry as it is kept by now; `None` when it is gone.
    pub kept: Option<ChainHash>,
}

impl AuditLink {
    /// What its hash seals beside the link before it.
    pub fn content(event: &EventId, at: Timestamp, entry: ChainHash) -> Vec<u8> {
        [&at.0.to_be_bytes()[..], &entry.0, event.as_str().as_bytes()].concat()
    }

    fn is_sealed(&self) -> bool {
        let content = Self::content(&self.event, self.at, self.entry);
        self.hash == ChainHash::of_link(&self.previous.0, &content)
    }
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    #[error("the log holds links or entries that cannot be read")]
    Unreadable,
    #[error("the chain begins later than the log is kept")]
    StartMissing,
    #[error("a link is missing")]
    LinkMissing,
    #[error("a link was changed")]
    LinkChanged,
    #[error("the entry was deleted before its time")]
    EntryMissing,
    #[error("the entry was changed")]
    EntryChanged,
    #[error("the entry is in no link: it was not written by this server, or by an older release")]
    EntryUnchained,
    #[error("the chain was cut off at its end")]
    EndMissing,
    #[error("the link that was noted is missing")]
    NotedMissing,
    #[error("the link that was noted is another one by now: the chain was made anew")]
    NotedChanged,
}

impl AuditFault {
    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::StartMissing => "start_missing",
            Self::LinkMissing => "link_missing",
            Self::LinkChanged => "link_changed",
            Self::EntryMissing => "entry_missing",
            Self::EntryChanged => "entry_changed",
            Self::EntryUnchained => "entry_unchained",
            Self::EndMissing => "end_missing",
            Self::NotedMissing => "noted_missing",
            Self::NotedChanged => "noted_changed",
        }
    }
}

/// Goes along a chain, link after link.
#[derive(Clone, Debug)]
pub struct AuditWalk {
    /// Entries from before then may be gone.
    kept_since: Timestamp,
    pub links: u64,
    /// The first link, and when its event was.
    pub first: Option<(u64, Timestamp)>,
    pub last: Option<ChainEnd>,
}

impl AuditWalk {
    pub fn new(kept_since: Timestamp) -> Self {
        Self { kept_since, links: 0, first: None, last: None }
    }

    /// The next link to come.
    pub fn next_seq(&self) -> u64 {
        self.last.map_or(0, |last| last.seq).saturating_add(1)
    }

    pub fn step(&mut self, link: &AuditLink) -> Result<(), AuditFault> {
        self.follow(link)?;
        if !link.is_sealed() {
            return Err(AuditFault::LinkChanged);
        }
        match link.kept {
            Some(kept) if kept != link.entry => return Err(AuditFault::EntryChanged),
            None if link.at >= self.kept_since => return Err(AuditFault::EntryMissing),
            _ => {}
        }
        self.links = self.links.saturating_add(1);
        self.first.get_or_insert((link.seq, link.at));
        self.last = Some(ChainEnd { seq: link.seq, hash: link.hash });
        Ok(())
    }

    /// Whether the link goes on from the one before it. What the sweep leaves as the first one is older than
    /// entries are kept.
    fn follow(&self, link: &AuditLink) -> Result<(), AuditFault> {
        let previous = match self.last {
            Some(last) if link.seq != last.seq.saturating_add(1) => return Err(AuditFault::LinkMissing),
            Some(last) => last.hash,
            None if link.seq == 1 => ChainHash::START,
            None if link.at < self.kept_since => link.previous,
            None => return Err(AuditFault::StartMissing),
        };
        if previous == link.previous { Ok(()) } else { Err(AuditFault::LinkChanged) }
    }
}

impl EventKind {
    /// Those that tell what operators did.
    pub const CHAINED: [Self; 6] = [
        Self::OperatorActed,
        Self::EmailChanged,
        Self::PhoneNumberChanged,
        Self::UserUnblocked,
        Self::KeyRotated,
        Self::KeyRevoked,
    ];

    pub fn is_chained(self) -> bool {
        Self::CHAINED.contains(&self)
    }
}

#[cfg(test)]
mod tests;
