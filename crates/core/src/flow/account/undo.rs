//! A proved address is put in its place; whoever had the account before is told, and may undo it for three days
//! (S-153).
//!
//! One link undoes all that the person changed in those days: somebody in their place would have made a second change,
//! of which they are told at the address from the first.

use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};

use super::AccountError;
use super::addresses::AddressProof;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authorize::Known;
use crate::flow::browser::{read_body, write_body};
use crate::flow::notices::{News, counted_of};
use crate::model::{
    Address, AddressChange, Channel, EventKind, Handle, HandleKind, Identity, TokenHash, User, UserId,
};
use crate::notice::NoticeKind;
use crate::store::{ChangeEnds, ChangeUser, Changed, StoreError};

/// Seconds that a change can be undone.
const UNDO_LIFE: i64 = 72 * 3600;
/// Changes of others that one change puts up with.
const ATTEMPTS: usize = 5;

/// The body of the handle that undoes changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Undo {
    user: UserId,
}

impl Engine {
    pub(super) async fn put_own_address(
        &self,
        known: &Known,
        proof: &AddressProof,
        caller: &Caller,
    ) -> Result<(), AccountError> {
        let seen = &known.user;
        let (user, before) = self.with_address(seen, proof)?;
        let (kind, word) = match before {
            Some(_) => (NoticeKind::AddressChanged, "change_address"),
            None => (NoticeKind::AddressAdded, "add_address"),
        };
        // Before the change, which it is nothing without.
        let undo = self.new_undo(&seen.id).await?;
        // Whoever had the address that goes, or else an address beside the new one.
        let told = match before {
            Some(before) => User { identities: vec![before], ..seen.clone() },
            None => seen.clone(),
        };
        let mut event = self.account_event(changed(proof.channel), &user, word);
        event.ip = Some(caller.ip.to_string());
        let news = News { undo: Some(&undo), ..News::by(kind, Some(caller)) };
        let events = vec![self.with_notice(event, &told, news).await];
        let counted = counted_of(&events);
        let change = ChangeUser {
            seen: seen.clone(),
            user,
            apart: None,
            ends: ChangeEnds::OtherSessions(known.session.id),
            events,
        };
        let changed = self.store.change_user(change).await;
        if !matches!(changed, Ok(Changed::Done)) {
            self.uncount(counted).await?;
        }
        match changed {
            Ok(Changed::Done) => Ok(()),
            // Somebody got the address since, or something else changed: it is asked for once more.
            Ok(Changed::Overtaken) | Err(StoreError::Conflict(_)) => Err(AccountError::Gone),
            Ok(Changed::Gone) => Err(AccountError::SignedOut),
            Err(error) => Err(error.into()),
        }
    }

    /// The link that undoes what this person changes.
    pub(super) async fn new_undo(&self, user: &UserId) -> Result<Secret, Fault> {
        let token = self.random.token();
        let handle = Handle {
            id: TokenHash::of(&token),
            kind: HandleKind::AddressUndo,
            body: write_body(&Undo { user: user.clone() })?,
            expires_at: self.now().plus(UNDO_LIFE),
            used_at: None,
        };
        self.store.insert_handle(handle).await?;
        Ok(Secret::new(self.url(&format!("account/undo/{}", token.expose()))))
    }

    /// The user with the address, and the identity that had another one before.
    fn with_address(
        &self,
        seen: &User,
        proof: &AddressProof,
    ) -> Result<(User, Option<Identity>), AccountError> {
        let now = self.now();
        let mut user = User { updated_at: now, ..seen.clone() };
        user.address_changes.retain(|change| is_open(change, now));
        let (identity, before) = match &proof.instead_of {
            Some(key) => {
                let mut all = user.identities.iter_mut();
                let identity = all.find(|one| one.key() == *key).ok_or(AccountError::Gone)?;
                let before = identity.clone();
                identity.address = proof.address.clone();
                identity.channel = proof.channel;
                identity.verified_at = Some(now);
                (key.clone(), Some(before))
            }
            None => {
                let identity = Identity {
                    connection: proof.connection.clone(),
                    strategy: proof.strategy,
                    channel: proof.channel,
                    address: proof.address.clone(),
                    provider_user_id: self.new_id(),
                    verified_at: Some(now),
                };
                let key = identity.key();
                user.identities.push(identity);
                (key, None)
            }
        };
        user.address_changes.push(AddressChange {
            at: now,
            identity,
            before: before.clone(),
            removed_from: None,
        });
        Ok((user, before))
    }

    /// Whether there is something to undo by this link.
    pub async fn can_undo_addresses(&self, token: &Secret) -> Result<bool, Fault> {
        let Some(undo) = self.find_undo(token).await? else { return Ok(false) };
        let user = self.store.find_user(&undo.user).await?;
        Ok(user.is_some_and(|user| undone(&user, &[], self.now()).is_some()))
    }

    /// The addresses are what they were, and whoever used the account since is out: nobody knows who of them was its
    /// person. False where there is nothing to undo any more.
    ///
    /// Somebody may have an old address by now, most likely its person, who signed in and got a new account. Then the
    /// new address goes, and nothing comes in its place; an account that has no other is blocked until an operator
    /// looks at it.
    pub async fn undo_addresses(&self, token: &Secret, caller: &Caller) -> Result<bool, Fault> {
        let Some(undo) = self.find_undo(token).await? else { return Ok(false) };
        for _ in 0..ATTEMPTS {
            let Some(seen) = self.store.find_user(&undo.user).await? else { return Ok(false) };
            let taken = self.taken_since(&seen).await?;
            let Some(user) = undone(&seen, &taken, self.now()) else { return Ok(false) };
            let kinds = [EventKind::AccountChanged, EventKind::CredentialsDropped];
            let events = kinds.map(|kind| {
                let mut event = self.account_event(kind, &user, "undo_addresses");
                event.ip = Some(caller.ip.to_string());
                event.detail.insert(String::from("blocked"), user.blocked.into());
                event
            });
            let events = events.to_vec();
            let ends = ChangeEnds::Everything;
            let change = ChangeUser { seen, user, apart: None, ends, events };
            match self.store.change_user(change).await {
                Ok(Changed::Done) => return Ok(true),
                // A conflict: somebody took one of the addresses just now.
                Ok(Changed::Overtaken) | Err(StoreError::Conflict(_)) => {}
                Ok(Changed::Gone) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable(String::from("others changed the same user all the time")).into())
    }

    /// Of the addresses that the person had before, those that are somebody else's by now.
    async fn taken_since(&self, user: &User) -> Result<Vec<Place>, Fault> {
        let mut taken = Vec::new();
        for before in user.address_changes.iter().filter_map(|change| change.before.as_ref()) {
            let found = self.store.find_user_by_address(&before.connection, &before.address).await?;
            if found.is_some_and(|owner| owner.id != user.id) {
                taken.push((before.connection.clone(), before.address.clone()));
            }
        }
        Ok(taken)
    }

    async fn find_undo(&self, token: &Secret) -> Result<Option<Undo>, Fault> {
        let found = self.store.find_handle(&TokenHash::of(token), HandleKind::AddressUndo).await?;
        match found.filter(|handle| handle.is_live(self.now())) {
            Some(handle) => read_body(&handle.body).map(Some),
            None => Ok(None),
        }
    }
}

pub(super) fn is_open(change: &AddressChange, now: Timestamp) -> bool {
    now.since(change.at) < UNDO_LIFE
}

/// Where one user may be found: a connection, and an address on it.
type Place = (String, Address);

/// The user before what they changed lately, without the addresses that are `taken`; `None` where nothing of it is
/// there.
fn undone(given: &User, taken: &[Place], now: Timestamp) -> Option<User> {
    let mut user = User { updated_at: now, ..given.clone() };
    let mut is_undone = false;
    let changes: Vec<AddressChange> = std::mem::take(&mut user.address_changes);
    for change in changes.into_iter().rev().filter(|change| is_open(change, now)) {
        let found = user.identities.iter().position(|one| one.key() == change.identity);
        let Some(at) = change.removed_from.or(found) else { continue };
        if let Some(found) = found {
            user.identities.remove(found);
        }
        if let Some(before) = change.before {
            user.identities.insert(at.min(user.identities.len()), before);
        }
        is_undone = true;
    }
    // Last, since an address between two changes may be somebody's, and the one before them nobody's.
    let is_taken = |one: &Identity| {
        taken.iter().any(|(connection, address)| *connection == one.connection && *address == one.address)
    };
    user.identities.retain(|identity| !is_taken(identity));
    if user.identities.is_empty() {
        // Nobody but whoever took the account over would be left.
        user.identities.clone_from(&given.identities);
        (user.blocked, user.block_decided) = (true, true);
    }
    is_undone.then_some(user)
}

pub(super) fn changed(channel: Channel) -> EventKind {
    match channel {
        Channel::Email => EventKind::EmailChanged,
        Channel::Sms => EventKind::PhoneNumberChanged,
    }
}
