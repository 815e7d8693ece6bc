//! An address of one's own account is taken away, unless nothing else leads to the account: then its person, or in time
//! nobody, could come back.
//!
//! What was given so far ends, this session too, as with every identity that parts; the address that goes is told, and may
//! undo it (S-153).

use super::undo::{changed, is_open};
use super::{AccountError, Act};
use crate::engine::Engine;
use crate::flow::notices::{News, counted_of};
use crate::model::{AddressChange, EventKind, Identity, Passkey, User};
use crate::notice::NoticeKind;
use crate::store::{ChangeEnds, ChangeUser, Changed, IdentityRemoved, RemoveIdentity, WaysIn};

/// The user without the address of this identity, and the identity. It stays, without an address, where passkeys are
/// its; last, so that another one is the primary.
pub(super) fn without_address(
    seen: &User,
    key: &str,
    passkeys: &[Passkey],
) -> Option<(User, Identity, usize)> {
    let mut user = seen.clone();
    let is_asked = |one: &Identity| one.reachable().is_some() && one.key() == key;
    let at = user.identities.iter().position(is_asked)?;
    let removed = user.identities.remove(at);
    if passkeys.iter().any(|passkey| passkey.is_of(seen) && !passkey.is_of(&user)) {
        user.identities.push(removed.clone().without_address());
    }
    Some((user, removed, at))
}

/// Whether something leads to the account without the address that only its person can have: keys of devices end with
/// it, and an address that nobody proved may be another one's.
pub(super) fn may_remove(seen: &User, key: &str, passkeys: &[Passkey], ways: &WaysIn) -> bool {
    without_address(seen, key, passkeys)
        .is_some_and(|(user, ..)| ways.clone().of_proved(&user).lead_to(&user, passkeys, &[]))
}

impl Engine {
    /// `key`: of the identity, as [`Identity::key`] has it.
    pub async fn remove_own_address(&self, act: Act<'_>, key: &str) -> Result<(), AccountError> {
        let seen = self.proven(act).await?.user;
        let passkeys = self.store.list_passkeys(&seen.id).await?;
        let ways = self.ways_in(&seen, &passkeys).await?;
        let (mut user, removed, at) = without_address(&seen, key, &passkeys).ok_or(AccountError::Gone)?;
        if !may_remove(&seen, key, &passkeys, &ways) {
            return Err(AccountError::LastAddress);
        }
        let now = self.now();
        user.updated_at = now;
        user.address_changes.retain(|change| is_open(change, now));
        let (identity, before) = (removed.key(), Some(removed.clone()));
        user.address_changes.push(AddressChange { at: now, identity, before, removed_from: Some(at) });
        // Before the change, which it is nothing without.
        let undo = self.new_undo(&seen.id).await?;
        let news = News { undo: Some(&undo), ..News::by(NoticeKind::AddressRemoved, Some(act.caller)) };
        let event = self.act_event(changed(removed.channel), &user, "remove_address", act);
        let gone = User { identities: vec![removed], ..seen.clone() };
        let mut event = self.with_notice(event, &gone, news).await;
        if event.notices.is_empty() {
            event = self.with_notice(event, &user, news).await;
        }
        let dropped = self.act_event(EventKind::CredentialsDropped, &user, "remove_address", act);
        let events = vec![event, dropped];
        let counted = counted_of(&events);
        let ways = ways.of_proved(&user);
        let change = ChangeUser { seen, user, apart: None, ends: ChangeEnds::ByIdentities, events };
        let removed = self.store.remove_identity(RemoveIdentity { change, ways }).await?;
        if removed != IdentityRemoved::Changed(Changed::Done) {
            self.uncount(counted).await?;
        }
        match removed {
            IdentityRemoved::Changed(Changed::Done) => Ok(()),
            IdentityRemoved::Changed(Changed::Overtaken) => Err(AccountError::Gone),
            IdentityRemoved::Changed(Changed::Gone) => Err(AccountError::SignedOut),
            IdentityRemoved::LastWay => Err(AccountError::LastAddress),
        }
    }
}
