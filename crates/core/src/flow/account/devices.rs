//! The devices that sign in to one's own account by a key: renamed, taken away. Touch ID of 2014 is among them.

use latchkey_wire::text::is_device_name;

use super::{AccountError, Act};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{CredentialId, DeviceKey, User};
use crate::store::KeyRemoved;

/// A device with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnDevice {
    pub key: DeviceKey,
    /// What its app is called, where it still is there.
    pub app: Option<String>,
    /// From then on it has to enrol anew.
    pub ends_at: Timestamp,
}

impl Engine {
    /// The oldest first.
    pub(super) async fn devices_of(&self, user: &User) -> Result<Vec<OwnDevice>, Fault> {
        let life = self.tenant().await?.device_key_life;
        let mut devices = Vec::new();
        for key in self.keys_of(&user.id).await? {
            let app = self.client(&key.client).await?.map(|client| client.name.clone());
            devices.push(OwnDevice { ends_at: key.ends_at(life), app, key });
        }
        Ok(devices)
    }

    /// Not one of Touch ID, which says its name at each sign-in.
    pub async fn rename_own_device(&self, act: Act<'_>, id: &str, name: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        let name = name.trim();
        if !is_device_name(name) {
            return Err(AccountError::Name);
        }
        self.take_device_permit(&known.user)?;
        let key = self.own_device(&known.user, id).await?;
        let key = DeviceKey { name: name.to_owned(), ..key };
        match !key.is_legacy() && self.put_key_name(&known.user.id, &key, act.caller.ip).await? {
            true => Ok(()),
            false => Err(AccountError::Gone),
        }
    }

    /// Takes the key of a device away, with all that came by it, unless nothing else leads to the account.
    pub async fn remove_own_device(&self, act: Act<'_>, id: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        self.take_device_permit(&known.user)?;
        let key = self.own_device(&known.user, id).await?;
        match self.take_key_away(&known.user.id, &key, act.caller).await? {
            KeyRemoved::Done => Ok(()),
            KeyRemoved::LastWay => Err(AccountError::LastDevice),
            KeyRemoved::Gone => Err(AccountError::Gone),
        }
    }

    /// As at `/device-keys` (protocol 4.3).
    fn take_device_permit(&self, user: &User) -> Result<(), AccountError> {
        self.take_key_permit(&user.id).map_err(AccountError::TooManyRequests)
    }

    async fn own_device(&self, user: &User, id: &str) -> Result<DeviceKey, AccountError> {
        let found = match id.contains('\0') {
            true => None,
            false => self.store.find_device_key(&CredentialId::from(id)).await?,
        };
        found.filter(|key| key.user == user.id).ok_or(AccountError::Gone)
    }
}
