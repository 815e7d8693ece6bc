//! One use of a refresh token (RFC 9700 section 4.14.2): rotation, leeway, and the detection of reuse.

use latchkey_core::Timestamp;
use latchkey_core::model::{Event, RefreshFamily, RefreshKind, User};
use latchkey_core::store::{Rotate, Rotated, StoreResult};

use super::refresh_tokens::{self, family_columns};
use super::{events, users};
use crate::tx::{Act, Columns, Tx, queries, values};

queries! {
    FIND_FAMILY = concat!("SELECT ", family_columns!(""), " FROM refresh_families \
        WHERE id = (SELECT family FROM refresh_tokens WHERE hash = $1)");
    /// Invariant: uses of one family's tokens come one after the other, or two of them could both be
    /// the first.
    LOCK_FAMILY = concat!("UPDATE refresh_families SET version = version + 1 \
        WHERE id = (SELECT family FROM refresh_tokens WHERE hash = $1) RETURNING ", family_columns!(""));
    FIND_TOKEN = "SELECT used_at, rotated_at FROM refresh_tokens WHERE hash = $1";
    FIND_USED_CHILD = "SELECT c.used_at FROM refresh_tokens t \
        JOIN refresh_tokens c ON c.family = t.family AND c.parent = t.hash \
        WHERE t.hash = $1 AND c.used_at IS NOT NULL LIMIT 1";
    DELETE_CHILDREN = "DELETE FROM refresh_tokens WHERE family = $1 AND parent = $2";
    MARK = "UPDATE refresh_tokens SET used_at = $2, rotated_at = $3 WHERE hash = $1";
    TOUCH = "UPDATE refresh_families SET idle_expires_at = $2, dead_at = $3, used_at = $4 WHERE id = $1";
}

/// What is known of the presented token.
struct Token {
    used_at: Option<Timestamp>,
    rotated_at: Option<Timestamp>,
}

impl Act for Rotate {
    type Out = Rotated;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Rotated> {
        let lock = if T::ALONE { &FIND_FAMILY } else { &LOCK_FAMILY };
        let (family, token, user) = tokio::join!(
            biased;
            tx.first(lock, values![self.presented], refresh_tokens::read),
            tx.first(&FIND_TOKEN, values![self.presented], read_token),
            users::find_of_token(tx, self.presented),
        );
        let (Some(family), Some(token), user) = (family?, token?, user?) else {
            return refuse(tx, self);
        };
        if !is_usable(self, &family) {
            return match user {
                Some(user) if user.blocked && was_usable(self, &family) => blocked(tx, self, family, user),
                _ => refuse(tx, self),
            };
        }
        if let Some(at) = token.rotated_at
            && !(self.leeway > 0 && self.now <= at.plus(self.leeway.into()))
        {
            if !self.reuse_while_child_unused || has_used_child(tx, self).await? {
                return reused(tx, self, family).await;
            }
            // The answer that carried the child was lost: only its successor lives on.
            tx.later(&DELETE_CHILDREN, values![&family.id, self.presented])?;
        }
        succeed(tx, self, &token, family, user)
    }
}

fn is_usable(rotate: &Rotate, family: &RefreshFamily) -> bool {
    let dead_at = refresh_tokens::dead_at(family.expires_at, family.idle_expires_at);
    family.client == rotate.client
        && family.kind == RefreshKind::Standard
        && family.revoked_at.is_none()
        && rotate.now < dead_at
}

/// It was this client's to use until it was revoked.
fn was_usable(rotate: &Rotate, family: &RefreshFamily) -> bool {
    family.client == rotate.client && family.kind == RefreshKind::Standard && family.revoked_at.is_some()
}

/// Whoever is blocked is told so by what the block revoked, too. Nothing is rotated: the caller refuses them.
fn blocked<T: Tx>(tx: &T, rotate: &Rotate, family: RefreshFamily, user: User) -> StoreResult<Rotated> {
    events::insert(tx, &of_user(&rotate.on_failure, &family))?;
    Ok(Rotated::Ok { family: Box::new(family), user: Some(Box::new(user)) })
}

async fn has_used_child<T: Tx>(tx: &T, rotate: &Rotate) -> StoreResult<bool> {
    let used = tx.first(&FIND_USED_CHILD, values![rotate.presented], |row| row.next::<Timestamp>()).await?;
    Ok(used.is_some())
}

fn refuse<T: Tx>(tx: &T, rotate: &Rotate) -> StoreResult<Rotated> {
    events::insert(tx, &rotate.on_failure)?;
    Ok(Rotated::Refused)
}

async fn reused<T: Tx>(tx: &T, rotate: &Rotate, family: RefreshFamily) -> StoreResult<Rotated> {
    refresh_tokens::revoke(tx, &family.id, rotate.now).await?;
    events::insert(tx, &of_user(&rotate.on_reuse, &family))?;
    Ok(Rotated::Reused { family: family.id })
}

fn succeed<T: Tx>(
    tx: &T,
    rotate: &Rotate,
    token: &Token,
    mut family: RefreshFamily,
    user: Option<User>,
) -> StoreResult<Rotated> {
    let used_at = token.used_at.unwrap_or(rotate.now);
    let rotated_at = token.rotated_at.or(rotate.replacement.map(|_| rotate.now));
    if token.used_at.is_none() || rotated_at != token.rotated_at {
        tx.later(&MARK, values![rotate.presented, used_at, rotated_at])?;
    }
    if let Some(replacement) = rotate.replacement {
        refresh_tokens::insert_token(tx, replacement, &family.id, Some(rotate.presented))?;
    }
    family.idle_expires_at = rotate.idle_expires_at;
    family.used_at = Some(rotate.now);
    let dead_at = refresh_tokens::dead_at(family.expires_at, family.idle_expires_at);
    tx.later(&TOUCH, values![&family.id, family.idle_expires_at, dead_at, rotate.now])?;
    events::insert(tx, &of_user(&rotate.on_success, &family))?;
    Ok(Rotated::Ok { family: Box::new(family), user: user.map(Box::new) })
}

fn of_user(events: &[Event], family: &RefreshFamily) -> Vec<Event> {
    let user = &family.user;
    events.iter().map(|event| Event { user: Some(user.clone()), ..event.clone() }).collect()
}

fn read_token(row: &mut Columns<'_>) -> StoreResult<Token> {
    Ok(Token { used_at: row.next_opt()?, rotated_at: row.next_opt()? })
}
