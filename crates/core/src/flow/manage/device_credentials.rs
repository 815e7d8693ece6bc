//! What devices of people hold, as Auth0 lists it (section 2.8): refresh tokens, by the ids that they have
//! in every other list.

use latchkey_wire::management::BadQuery;
use serde_json::{Map, Value, json};

use super::{ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{ClientId, RefreshFamily};
use crate::store::Page;

/// Most that are listed, as in Auth0.
const MOST: u32 = 1_000;
/// So many are looked at for those of one kind, times [`MOST`].
const MOST_PAGES: usize = 20;

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
        let mut shown = Vec::new();
        // Nobody can have enrolled a key.
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
        let mut page = Page { after: None, limit: MOST };
        for _ in 0..MOST_PAGES {
            let found = self.store.list_live_families(client.as_ref(), self.now(), &page).await?;
            self.show_wanted(filter, &found, &mut shown).await?;
            page.after = found.last().map(|family| family.id.to_string());
            if shown.len() >= MOST as usize || found.len() < MOST as usize {
                break;
            }
        }
        shown.truncate(MOST as usize);
        Ok(shown)
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

    /// An unknown one is as good as deleted.
    pub async fn remove_device_credential(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        self.revoke_refresh_token(operator, id).await
    }
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
