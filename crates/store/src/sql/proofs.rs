//! What ends when an address is proved for the first time, or changes hands: the one rule of it (S-148).
//!
//! Invariant: the row of the user is held, or a key that is enrolled at this moment would stay.

use latchkey_core::Timestamp;
use latchkey_core::model::{Event, EventKind, Identity, LogoutInitiator, Strategy, User, UserId};
use latchkey_core::store::StoreResult;

use super::{credentials, passkeys, users};
use crate::tx::{Tx, queries, values};

queries! {
    /// As [`User::proofs_after`]: it never stays the same.
    SET_SINCE = "UPDATE users SET proofs_since = \
        CASE WHEN proofs_since >= $2 THEN proofs_since + 1 ELSE $2 END WHERE id = $1";
}

/// How much a change ends. Each ends what those before it end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Nothing,
    /// Passwords and device keys: the user got an identity more.
    Credentials,
    /// Sessions, refresh tokens and whatever else was proved before: an identity parted. The passkeys of those that
    /// stay may be all that leads to the account.
    Proofs,
    /// Passkeys, too: an address moved, or is proved for the first time.
    Everything,
}

/// Ends what a change of a user's identities ends. Whether there were passwords, keys or passkeys.
pub(super) async fn end_changed<T: Tx>(
    tx: &T,
    before: &User,
    after: &User,
    now: Timestamp,
) -> StoreResult<bool> {
    end(tx, &before.id, reach_of(before, after), now).await
}

/// All that was given to anybody. Whether there were passwords, keys or passkeys.
pub(super) async fn end_everything<T: Tx>(tx: &T, user: &UserId, now: Timestamp) -> StoreResult<bool> {
    end(tx, user, Reach::Everything, now).await
}

/// An address of the user was proved for the first time: `user` is told. Whether there were passwords, keys or
/// passkeys.
pub(super) async fn end_unproved<T: Tx>(tx: &T, user: &mut User, now: Timestamp) -> StoreResult<bool> {
    // Whoever is found by an address is not held yet.
    if let Some(held) = users::hold(tx, &user.id).await? {
        user.proofs_since = Some(held.proofs_after(now));
    }
    end(tx, &user.id, Reach::Everything, now).await
}

/// Of two users who become one: passwords and keys of the secondary, and whatever was made at an address that nobody
/// proved. Whether there were passwords, keys or passkeys of that.
pub(super) async fn end_linked<T: Tx>(
    tx: &T,
    primary: &User,
    secondary: &User,
    now: Timestamp,
) -> StoreResult<bool> {
    let mut dropped =
        end(tx, &secondary.id, reach_of_unproved(secondary).max(Reach::Credentials), now).await?;
    dropped |= end(tx, &primary.id, reach_of_unproved(primary), now).await?;
    Ok(dropped)
}

/// The events of an act: that something was dropped is only told where it was.
pub(super) fn told(events: &[Event], dropped: bool) -> impl Iterator<Item = &Event> {
    events.iter().filter(move |event| dropped || event.kind != EventKind::CredentialsDropped)
}

async fn end<T: Tx>(tx: &T, user: &UserId, reach: Reach, now: Timestamp) -> StoreResult<bool> {
    if reach == Reach::Nothing {
        return Ok(false);
    }
    let credentials = credentials::drop_all(tx, user, now).await?;
    let passkeys = reach == Reach::Everything && passkeys::delete_of_user(tx, user).await? > 0;
    if credentials || reach >= Reach::Proofs {
        let initiator = match credentials {
            true => LogoutInitiator::PasswordChanged,
            false => LogoutInitiator::SessionRevoked,
        };
        users::sign_out(tx, user, initiator, now).await?;
    }
    if reach >= Reach::Proofs {
        tx.later(&SET_SINCE, values![user, now.plus(1)])?;
    }
    Ok(credentials || passkeys)
}

fn reach_of(before: &User, after: &User) -> Reach {
    let of_kept = after.identities.iter().map(|new| {
        let Some(old) = before.identity(new.strategy.as_str(), &new.provider_user_id) else {
            return Reach::Credentials;
        };
        let moved = old.connection != new.connection || old.address != new.address;
        let is_proved = old.verified_at.is_none() && new.verified_at.is_some();
        match (moved, is_proved) {
            (false, false) => Reach::Nothing,
            // Who signed up with a passkey got an address, which nobody proved yet.
            (true, false) if old.reachable().is_none() => Reach::Credentials,
            // The address parts, and the identity stays for its passkeys.
            (true, false) if new.reachable().is_none() => Reach::Proofs,
            _ => Reach::Everything,
        }
    });
    let is_kept = |old: &Identity| after.identity(old.strategy.as_str(), &old.provider_user_id).is_some();
    let of_lost = before.identities.iter().filter(|old| !is_kept(old)).map(|_| Reach::Proofs);
    of_kept.chain(of_lost).max().unwrap_or(Reach::Nothing)
}

/// What a user keeps who becomes one with another one: only on a database is anybody signed in before an address is
/// proved, and who signed up with a passkey has no address to prove.
fn reach_of_unproved(user: &User) -> Reach {
    let is_unproved = |identity: &Identity| {
        identity.strategy == Strategy::Database
            && identity.reachable().is_some()
            && identity.verified_at.is_none()
    };
    match user.identities.iter().any(is_unproved) {
        true => Reach::Everything,
        false => Reach::Nothing,
    }
}
