//! What devices of people hold, as Auth0 lists it (section 2.8): the keys that they enrolled, and refresh
//! tokens, by the ids that those have in every other list. A person is shown their own, and may take those back.

use latchkey_wire::management::BadQuery;
use latchkey_wire::management::device::DeviceCredentialBody;
use latchkey_wire::text::{MAX_DEVICE_NAME, is_device_name, is_name};
use serde_json::{Map, Value, json};

use super::{Entity, ManageError, Operator};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::touch_id::{EnrolledKey, Enrolment, Holder, PublicKeyError};
use crate::model::{
    ClientId, CredentialId, DeviceKey, EventKind, FamilyId, MAX_DEVICE_KEYS, RefreshFamily, UserId,
};
use crate::store::{DeviceKeyFilter, KeyRemoved, Page};

/// Most that are listed, as in Auth0.
const MOST: u32 = 1_000;
/// Of the store at a time.
const PAGE: u32 = 100;
/// So many are looked at for those of one kind, times [`PAGE`].
const MOST_PAGES: usize = 200;

/// Which device credentials to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeviceFilter<'a> {
    pub user: Option<&'a str>,
    pub client: Option<&'a str>,
    /// As in Auth0, all but those that rotate, where none is named.
    pub kind: Option<DeviceKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    PublicKey,
    RefreshToken,
    /// Of a client whose refresh tokens rotate.
    RotatingRefreshToken,
}

impl DeviceKind {
    pub fn parse(text: &str) -> Result<Self, BadQuery> {
        match text {
            "public_key" => Ok(Self::PublicKey),
            "refresh_token" => Ok(Self::RefreshToken),
            "rotating_refresh_token" => Ok(Self::RotatingRefreshToken),
            _ => Err(BadQuery {
                name: String::from("type"),
                reason: String::from("Must be public_key, refresh_token or rotating_refresh_token"),
            }),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::PublicKey => "public_key",
            Self::RefreshToken => "refresh_token",
            Self::RotatingRefreshToken => "rotating_refresh_token",
        }
    }
}

impl Engine {
    /// In the order of their ids.
    pub async fn device_credentials(
        &self,
        filter: DeviceFilter<'_>,
    ) -> Result<Vec<Map<String, Value>>, ManageError> {
        let mut shown = self.shown_keys(filter).await?;
        if filter.kind == Some(DeviceKind::PublicKey) {
            return Ok(shown);
        }
        if filter.user.is_some() {
            let all = self.search_refresh_tokens(filter.user, filter.client).await?;
            self.show_wanted(filter, &all, &mut shown).await?;
            return Ok(shown);
        }
        if filter.client.is_some_and(|client| client.contains('\0')) {
            return Ok(shown);
        }
        let client = filter.client.map(ClientId::from);
        let mut page = Page { after: None, limit: PAGE };
        for _ in 0..MOST_PAGES {
            let found = self.store.list_live_families(client.as_ref(), self.now(), &page).await?;
            self.show_wanted(filter, &found, &mut shown).await?;
            page.after = found.last().map(|family| family.id.to_string());
            if shown.len() >= MOST as usize || found.len() < PAGE as usize {
                break;
            }
        }
        shown.truncate(MOST as usize);
        Ok(shown)
    }

    /// The oldest first.
    async fn shown_keys(&self, filter: DeviceFilter<'_>) -> Result<Vec<Map<String, Value>>, Fault> {
        let is_wanted = matches!(filter.kind, None | Some(DeviceKind::PublicKey));
        // No database has such an id, and not every one may be asked for it.
        let can_be = [filter.user, filter.client].into_iter().flatten().all(|id| !id.contains('\0'));
        if !is_wanted || !can_be {
            return Ok(Vec::new());
        }
        let asked = DeviceKeyFilter {
            user: filter.user.map(UserId::from),
            client: filter.client.map(ClientId::from),
        };
        let mut keys = self.store.list_device_keys(&asked, MOST).await?;
        let life = self.tenant().await?.device_key_life;
        keys.retain(|key| key.is_live(self.now(), life));
        Ok(keys.iter().map(|key| show_key(key, life)).collect())
    }

    async fn show_wanted(
        &self,
        filter: DeviceFilter<'_>,
        families: &[RefreshFamily],
        shown: &mut Vec<Map<String, Value>>,
    ) -> Result<(), Fault> {
        for family in families {
            let kind = self.kind_of(family).await?;
            let is_wanted = match filter.kind {
                Some(wanted) => wanted == kind,
                None => kind != DeviceKind::RotatingRefreshToken,
            };
            if is_wanted {
                shown.push(show(family, kind));
            }
        }
        Ok(())
    }

    async fn kind_of(&self, family: &RefreshFamily) -> Result<DeviceKind, Fault> {
        let client = self.client(&family.client).await?;
        Ok(match client.is_some_and(|client| client.refresh.rotating) {
            true => DeviceKind::RotatingRefreshToken,
            false => DeviceKind::RefreshToken,
        })
    }

    /// An unknown one is as good as deleted; so is, to a person, one that is not theirs.
    pub async fn remove_device_credential(
        &self,
        operator: &Operator,
        id: &str,
        caller: &Caller,
    ) -> Result<(), ManageError> {
        let key = match is_name(id) {
            true => self.store.find_device_key(&CredentialId::from(id)).await?,
            false => None,
        };
        match (&operator.holder, key) {
            (Some(holder), key) => self.remove_own(holder, key, id, caller).await,
            (None, None) => self.revoke_refresh_token(operator, id).await,
            (None, Some(key)) => self.take_device_key(operator, &key).await,
        }
    }

    async fn take_device_key(&self, operator: &Operator, key: &DeviceKey) -> Result<(), ManageError> {
        let before = Some(Value::Object(show_key(key, self.tenant().await?.device_key_life)));
        let mut event = self.change(operator, "delete", Entity::DeviceKey, key.id.as_str(), (before, None));
        event.user = Some(key.user.clone());
        Ok(self.remove_and_tell(key, event, None).await?)
    }

    /// Every key that a user has, those that ended too.
    pub(super) async fn take_device_keys(
        &self,
        operator: &Operator,
        user: &UserId,
    ) -> Result<(), ManageError> {
        let of_user = DeviceKeyFilter { user: Some(user.clone()), client: None };
        for key in self.store.list_device_keys(&of_user, MAX_DEVICE_KEYS).await? {
            self.take_device_key(operator, &key).await?;
        }
        Ok(())
    }

    /// What operators read of a device. One of Touch ID says its name at each sign-in: it keeps it.
    pub async fn rename_device_credential(
        &self,
        operator: &Operator,
        id: &str,
        name: &str,
    ) -> Result<Map<String, Value>, ManageError> {
        if !is_device_name(name) {
            let reason =
                format!("Must be 1 to {MAX_DEVICE_NAME} characters, without any that hide or reorder others");
            return Err(ManageError::invalid("device_name", reason));
        }
        let found = match is_name(id) {
            true => self.store.find_device_key(&CredentialId::from(id)).await?,
            false => None,
        };
        let life = self.tenant().await?.device_key_life;
        let key = found.filter(|key| key.is_live(self.now(), life));
        let key = key.ok_or(ManageError::NotFound(Entity::DeviceKey))?;
        if key.is_legacy() {
            let text = "A device of Touch ID says its name at each sign-in: it keeps it";
            return Err(ManageError::NotSupported(String::from(text)));
        }
        let before = show_key(&key, life);
        let key = DeviceKey { name: name.to_owned(), ..key };
        let after = show_key(&key, life);
        let states = (Some(Value::Object(before)), Some(Value::Object(after.clone())));
        let mut event = self.change(operator, "update", Entity::DeviceKey, id, states);
        event.user = Some(key.user.clone());
        match self.store.rename_device_key(&key.user, &key.id, &key.name, vec![event]).await? {
            true => Ok(after),
            false => Err(ManageError::NotFound(Entity::DeviceKey)),
        }
    }

    async fn remove_own(
        &self,
        holder: &Holder,
        key: Option<DeviceKey>,
        id: &str,
        caller: &Caller,
    ) -> Result<(), ManageError> {
        self.take_key_permit(&holder.user).map_err(ManageError::TooManyRequests)?;
        if let Some(key) = key.filter(|key| key.user == holder.user) {
            if !holder.is_whole {
                return Err(PublicKeyError::Stale.into());
            }
            if key.is_legacy() {
                // Lock of 2014 exchanges its key for the next one so, and has the password of the account.
                return Ok(self.remove_own_key(&key, caller).await?);
            }
            // As `/device-keys/{id}` asks (S-061).
            if !self.is_fresh_holder(holder) {
                return Err(PublicKeyError::Stale.into());
            }
            return match self.take_key_away(&holder.user, &key, caller).await? {
                KeyRemoved::Done | KeyRemoved::Gone => Ok(()),
                KeyRemoved::LastWay => Err(ManageError::NotSupported(String::from(
                    "Nothing else leads to the account: the key stays",
                ))),
            };
        }
        let family = match is_name(id) {
            true => self.store.find_refresh_family_by_id(&FamilyId::from(id)).await?,
            false => None,
        };
        if let Some(family) = family.filter(|family| family.user == holder.user) {
            let mut event = self.event(EventKind::RefreshRevoked, Some(&family.client));
            event.user = Some(family.user);
            event.ip = Some(caller.ip.to_string());
            self.store.revoke_refresh_family(&family.id, self.now(), vec![event]).await?;
        }
        Ok(())
    }

    /// A person's device enrols its key: for the client that the token is for, or that the body names.
    pub async fn enrol_device_key(
        &self,
        operator: &Operator,
        body: &DeviceCredentialBody,
        caller: &Caller,
    ) -> Result<EnrolledKey, ManageError> {
        let holder = operator.holder.clone().ok_or_else(|| {
            let text = "A key is enrolled by its person, with a token or a password of their own";
            ManageError::NoFeature(String::from(text))
        })?;
        if body.kind != "public_key" {
            return Err(ManageError::invalid("type", "Must be public_key"));
        }
        let by_password = operator.is_by_password();
        let client = match (&body.client_id, by_password) {
            (Some(client), true) => client.as_str(),
            (None, true) => return Err(ManageError::MissingProperty("client_id")),
            (Some(client), false) if client != operator.client.as_str() => {
                return Err(ManageError::invalid("client_id", "Must be the client of the token"));
            }
            (_, false) => operator.client.as_str(),
        };
        let enrolment = Enrolment {
            holder,
            client,
            key: ("value", &body.value),
            name: ("device_name", &body.device_name),
            device: Some(&body.device_id),
            caller,
        };
        Ok(self.enrol(enrolment).await?)
    }
}

impl From<PublicKeyError> for ManageError {
    fn from(error: PublicKeyError) -> Self {
        match error {
            PublicKeyError::TokenInvalid => Self::PersonUnproved,
            PublicKeyError::OtherUser => {
                Self::NoFeature(String::from("The token is not of the user whom the path names"))
            }
            PublicKeyError::Stale => Self::StalePerson,
            PublicKeyError::ClientNotAllowed => {
                Self::NoFeature(String::from("The client does not have the grants of Touch ID"))
            }
            PublicKeyError::NoAccount => Self::NotSupported(String::from(
                "The user has no account on a database connection of the client",
            )),
            PublicKeyError::Invalid { property, reason } => Self::invalid(property, reason),
            PublicKeyError::TooMany => Self::NotSupported(String::from(
                "The user has as many device keys as may be: delete one of them first",
            )),
            PublicKeyError::TooManyRequests(limit) => Self::TooManyRequests(limit),
            PublicKeyError::Fault(fault) => Self::Fault(fault),
        }
    }
}

fn show_key(key: &DeviceKey, life: i64) -> Map<String, Value> {
    let mut shown = Map::from_iter([
        (String::from("id"), json!(key.id)),
        (String::from("type"), json!(DeviceKind::PublicKey.as_str())),
        (String::from("user_id"), json!(key.user)),
        (String::from("client_id"), json!(key.client)),
        (String::from("device_name"), json!(key.name)),
        (String::from("fingerprint"), json!(key.fingerprint)),
        (String::from("algorithm"), json!(key.algorithm.as_str())),
        (String::from("created_at"), json!(key.created_at.to_iso8601())),
        (String::from("expires_at"), json!(key.ends_at(life).to_iso8601())),
    ]);
    if let Some(device) = &key.device {
        shown.insert(String::from("device_id"), json!(device));
    }
    if let Some(attestation) = &key.attestation {
        shown.insert(String::from("attestation"), json!(attestation.format));
    }
    if let Some(at) = key.last_used_at {
        shown.insert(String::from("last_used_at"), json!(at.to_iso8601()));
    }
    shown
}

fn show(family: &RefreshFamily, kind: DeviceKind) -> Map<String, Value> {
    let mut shown = Map::from_iter([
        (String::from("id"), json!(family.id)),
        (String::from("type"), json!(kind.as_str())),
        (String::from("user_id"), json!(family.user)),
        (String::from("client_id"), json!(family.client)),
    ]);
    if let Some(device) = &family.device {
        shown.insert(String::from("device_name"), json!(device));
    }
    shown
}
