//! All that the page shows.

use super::addresses::may_change_addresses;
use super::remove_address::may_remove;
use super::{AccountError, App, OwnDevice, SignInEntry, WORD};
use crate::engine::Engine;
use crate::flow::authorize::Known;
use crate::flow::browser::Browser;
use crate::model::{CredentialId, Identity, Passkey, PasskeyId, Session, User};
use crate::store::WaysIn;

/// What a person sees of their account.
#[derive(Clone, Debug)]
pub struct AccountView {
    pub user: User,
    /// The session of this browser.
    pub session: Session,
    /// They proved themselves lately: the page has forms.
    pub is_fresh: bool,
    /// As that, as far as no way in changes: they may sign out elsewhere and take their data along.
    pub is_fresh_here: bool,
    /// In the order in which they were made.
    pub passkeys: Vec<Passkey>,
    /// In the order in which they were enrolled.
    pub devices: Vec<OwnDevice>,
    /// Every live session, this browser's first, then the one that was used last.
    pub sessions: Vec<Session>,
    /// In the order of their names.
    pub apps: Vec<App>,
    /// Newest first.
    pub history: Vec<SignInEntry>,
    /// What is typed to delete the account; `None` where an operator does not let people.
    pub word: Option<String>,
    /// Addresses can be added.
    pub can_add_address: bool,
    /// Passkeys can be added, by this browser at least.
    pub can_add_passkey: bool,
    ways: WaysIn,
}

impl AccountView {
    /// Of what is known of the user, the address of this key may be exchanged for another one.
    pub fn can_change_address(&self, key: &str) -> bool {
        may_change_addresses(&self.user, Some(key))
    }

    /// As that, the address may go.
    pub fn can_remove_address(&self, key: &str) -> bool {
        may_remove(&self.user, key, &self.passkeys, &self.ways)
    }

    /// Nothing leads to the account but this passkey, for good: the key of a device ends by itself.
    pub fn is_last_passkey(&self, id: &PasskeyId) -> bool {
        let others: Vec<_> = self.passkeys.iter().filter(|one| one.id != *id).cloned().collect();
        !self.ways.lead_to(&self.user, &others, &[])
    }

    /// Nothing leads to the account but the key of this device.
    pub fn is_last_device(&self, id: &CredentialId) -> bool {
        let others = self.devices.iter().map(|one| &one.key).filter(|key| key.id != *id);
        !self.ways.lead_to(&self.user, &self.passkeys, &others.cloned().collect::<Vec<_>>())
    }
}

impl Engine {
    pub async fn account(&self, browser: &Browser) -> Result<AccountView, AccountError> {
        let known = self.account_person(browser).await?;
        let (is_fresh, is_fresh_here) = (self.is_fresh(&known).await?, self.is_fresh_here(&known).await?);
        let Known { session, user } = known;
        let mut sessions = self.store.list_sessions(&user.id).await?;
        sessions.retain(|one| one.is_live(self.now()));
        sessions.sort_by_key(|one| (one.id != session.id, std::cmp::Reverse(one.last_seen_at)));
        let passkeys = self.store.list_passkeys(&user.id).await?;
        let devices = self.devices_of(&user).await?;
        let ways = self.ways_in(&user, &passkeys).await?;
        Ok(AccountView {
            is_fresh,
            is_fresh_here,
            ways,
            devices,
            passkeys,
            sessions,
            apps: self.apps_of(&user.id).await?,
            history: self.sign_ins_of(&user.id).await?,
            word: self.tenant().await?.account_deletion.then(|| word(&user)),
            can_add_address: self.can_add_address(&user).await?,
            can_add_passkey: self.passkey_home(&user).await?.is_some(),
            session,
            user,
        })
    }
}

/// What is typed to delete an account: an address of it, which nobody types by mistake.
pub(super) fn word(user: &User) -> String {
    let address = user.identities.iter().find_map(Identity::reachable);
    address.map_or_else(|| String::from(WORD), |address| address.as_str().to_owned())
}
