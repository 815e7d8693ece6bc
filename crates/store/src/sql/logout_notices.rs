//! Clients that are to be told of the end of a session, leased to one sender at a time.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{
    BackchannelLogout, ClientId, Ending, Event, LogoutInitiator, LogoutNotice, Session,
};
use latchkey_core::store::{Ended, LogoutNoticeStore, StoreError, StoreResult};

use super::{SqlStore, clients, events};
use crate::tx::{Act, Columns, Engine, Tx, queries, values};

queries! {
    PUT = "INSERT INTO logout_notices (sid, client, user_id, initiator, ended_at, due_at, tries) \
        VALUES ($1, $2, $3, $4, $5, $5, 0) ON CONFLICT (sid, client) DO UPDATE SET \
        initiator = excluded.initiator, ended_at = excluded.ended_at, due_at = excluded.due_at, tries = 0";
    /// The outer condition is asked again once the row is free: of two nodes, one gets it.
    CLAIM = "UPDATE logout_notices SET due_at = $2, tries = tries + 1 WHERE (sid, client) IN \
        (SELECT sid, client FROM logout_notices WHERE due_at <= $1 ORDER BY due_at LIMIT $3) \
        AND due_at <= $1 RETURNING sid, client, user_id, initiator, ended_at, due_at, tries";
    /// Every claim counts a try: one that was overtaken changes nothing.
    AGAIN = "UPDATE logout_notices SET due_at = $4 WHERE sid = $1 AND client = $2 AND tries = $3";
    DELETE = "DELETE FROM logout_notices WHERE sid = $1 AND client = $2 AND tries = $3";
    DELETE_OF_CLIENT = "DELETE FROM logout_notices WHERE client = $1";
}

/// Writes the notices of sessions that end in this transaction.
pub(super) async fn write<T: Tx>(tx: &T, sessions: &[Session], ending: Ending) -> StoreResult<Ended> {
    let mut known: Vec<(ClientId, BackchannelLogout)> = Vec::new();
    let mut ended = Ended::default();
    for session in sessions {
        ended.sessions = ended.sessions.saturating_add(1);
        for client in &session.clients {
            if !known.iter().any(|(id, _)| id == client) {
                let found = clients::find(tx, client).await?;
                let settings = found.map(|client| client.backchannel_logout).unwrap_or_default();
                known.push((client.clone(), settings));
            }
            let is_told =
                known.iter().any(|(id, settings)| id == client && settings.is_told_of(ending.initiator));
            if is_told {
                let initiator = ending.initiator.as_str();
                tx.later(&PUT, values![&session.sid, client, &session.user, initiator, ending.at])?;
                ended.notices = ended.notices.saturating_add(1);
            }
        }
    }
    Ok(ended)
}

/// With the commit.
pub(super) fn delete_of_client<T: Tx>(tx: &T, client: &ClientId) -> StoreResult<()> {
    tx.later(&DELETE_OF_CLIENT, values![client])
}

fn read(row: &mut Columns<'_>) -> StoreResult<LogoutNotice> {
    Ok(LogoutNotice {
        sid: row.next()?,
        client: row.next()?,
        user: row.next()?,
        ending: Ending {
            initiator: {
                let text: String = row.next()?;
                LogoutInitiator::parse(&text).ok_or_else(|| {
                    StoreError::Corrupt(String::from("a logout notice has an unknown initiator"))
                })?
            },
            at: row.next()?,
        },
        due_at: row.next()?,
        tries: row.next()?,
    })
}

struct Claim {
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
}

struct Settle(LogoutNotice, Option<Timestamp>, Vec<Event>);

impl Act for Claim {
    type Out = Vec<LogoutNotice>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<LogoutNotice>> {
        tx.all(&CLAIM, values![self.now, self.lease_until, self.limit], read).await
    }
}

impl Act for Settle {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(notice, due_at, events) = self;
        let changed = match due_at {
            Some(at) => tx.change(&AGAIN, values![&notice.sid, &notice.client, notice.tries, *at]).await?,
            None => tx.change(&DELETE, values![&notice.sid, &notice.client, notice.tries]).await?,
        };
        if changed == 0 {
            return Ok(false);
        }
        events::insert(tx, events)?;
        Ok(true)
    }
}

#[async_trait]
impl<E: Engine> LogoutNoticeStore for SqlStore<E> {
    async fn claim_logout_notices(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<LogoutNotice>> {
        self.0.write(Claim { now, lease_until, limit }).await
    }

    async fn settle_logout_notice(
        &self,
        notice: &LogoutNotice,
        due_at: Option<Timestamp>,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(Settle(notice.clone(), due_at, events)).await
    }
}
