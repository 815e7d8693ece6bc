//! Changes of users that touch more than one record, whole or not at all.

use latchkey_core::Timestamp;
use latchkey_core::model::{Address, Ending, LogoutInitiator, User};
use latchkey_core::store::{
    ChangeEnds, ChangeUser, Changed, IdentityRemoved, LinkUsers, RemoveIdentity, StoreError, StoreResult,
};

use super::{events, ledgers, passkeys, proofs, refresh_tokens, sessions, users};
use crate::tx::{Act, Tx, queries, values};

queries! {
    DELETE_MESSAGES = "DELETE FROM outbox WHERE id IN \
        (SELECT id FROM challenges WHERE connection = $1 AND address = $2)";
    DELETE_CHALLENGES = "DELETE FROM challenges WHERE connection = $1 AND address = $2";
}

impl Act for ChangeUser {
    type Out = Changed;
    // A block must not come undone.
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Changed> {
        let Some(found) = users::hold(tx, &self.seen.id).await? else { return Ok(Changed::Gone) };
        if !is_as_seen(&found, &self.seen) {
            return Ok(Changed::Overtaken);
        }
        if self.user.identities != self.seen.identities {
            users::remove_identities(tx, &self.seen.id).await?;
            if !users::insert_identities(tx, &self.user).await? {
                return Err(StoreError::Conflict("address"));
            }
            forget_lost(tx, &self.seen, &self.user)?;
        }
        if let Some(apart) = &self.apart {
            if !users::insert(tx, apart).await? {
                return Err(StoreError::Conflict("address"));
            }
            users::forget_earlier(tx, &apart.id, apart.updated_at).await?;
            for identity in &apart.identities {
                passkeys::move_with(tx, identity, &self.user.id, &apart.id).await?;
            }
        }
        let now = self.user.updated_at;
        let dropped = match self.ends {
            ChangeEnds::ByIdentities => proofs::end_changed(tx, &self.seen, &self.user, now).await?,
            ChangeEnds::Everything => proofs::end_everything(tx, &self.seen.id, now).await?,
            ChangeEnds::OtherSessions(kept) => {
                let ending = Ending { initiator: LogoutInitiator::SessionRevoked, at: now };
                sessions::end_others(tx, &self.user.id, &kept, ending).await?;
                false
            }
        };
        users::replace(tx, &self.user).await?;
        events::insert(tx, proofs::told(&self.events, dropped))?;
        Ok(Changed::Done)
    }
}

impl Act for RemoveIdentity {
    type Out = IdentityRemoved;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<IdentityRemoved> {
        let change = &self.change;
        // Held, so that of two removals the second one counts what the first one left.
        if users::hold(tx, &change.seen.id).await?.is_none() {
            return Ok(IdentityRemoved::Changed(Changed::Gone));
        }
        let passkeys = passkeys::list_of_user(tx, &change.seen.id).await?;
        if passkeys.iter().any(|passkey| passkey.is_of(&change.seen) && !passkey.is_of(&change.user)) {
            // It was made since.
            return Ok(IdentityRemoved::Changed(Changed::Overtaken));
        }
        if !self.ways.lead_to(&change.user, &passkeys, &[]) {
            return Ok(IdentityRemoved::LastWay);
        }
        change.run(tx).await.map(IdentityRemoved::Changed)
    }
}

impl Act for LinkUsers {
    type Out = Changed;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Changed> {
        for key in &self.ledgers {
            if !T::ALONE {
                ledgers::lock_or_insert(tx, *key, Timestamp::default()).await?;
            }
        }
        // In the order of ids, or two links could wait for each other.
        let (primary, secondary) = match self.primary.id < self.secondary.id {
            true => {
                let primary = users::hold(tx, &self.primary.id).await?;
                (primary, users::hold(tx, &self.secondary.id).await?)
            }
            false => {
                let secondary = users::hold(tx, &self.secondary.id).await?;
                (users::hold(tx, &self.primary.id).await?, secondary)
            }
        };
        let (Some(primary), Some(secondary)) = (primary, secondary) else { return Ok(Changed::Gone) };
        if !is_as_seen(&primary, &self.primary) || !is_as_seen(&secondary, &self.secondary) {
            return Ok(Changed::Overtaken);
        }
        let dropped = proofs::end_linked(tx, &primary, &secondary, self.linked.updated_at).await?;
        passkeys::move_all(tx, &secondary.id, &primary.id).await?;
        users::remove(tx, &secondary.id).await?;
        users::remove_identities(tx, &primary.id).await?;
        if !users::insert_identities(tx, &self.linked).await? {
            return Err(StoreError::Conflict("address"));
        }
        users::replace(tx, &self.linked).await?;
        sessions::move_all(tx, &secondary.id, &primary.id).await?;
        refresh_tokens::move_all(tx, &secondary.id, &primary.id).await?;
        events::insert(tx, proofs::told(&self.events, dropped))?;
        Ok(Changed::Done)
    }
}

/// Sign-ins do not count as a change, but for the proof of an address.
fn is_as_seen(found: &User, seen: &User) -> bool {
    let found = User {
        last_login: seen.last_login,
        last_ip: seen.last_ip.clone(),
        logins_count: seen.logins_count,
        updated_at: seen.updated_at,
        ..found.clone()
    };
    found == *seen
}

/// Codes and links on the way to an address that is no longer the user's die.
pub(super) fn forget_lost<T: Tx>(tx: &T, before: &User, after: &User) -> StoreResult<()> {
    for lost in &before.identities {
        let kept = |connection: &str, address: &Address| {
            after.identities.iter().any(|now| now.connection == connection && now.address == *address)
        };
        if !kept(&lost.connection, &lost.address) {
            tx.later(&DELETE_MESSAGES, values![&lost.connection, &lost.address])?;
            tx.later(&DELETE_CHALLENGES, values![&lost.connection, &lost.address])?;
        }
    }
    Ok(())
}
