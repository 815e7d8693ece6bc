//! The passkeys of an administrator: listed, renamed, taken away. They are made at the dashboard by the authenticator of
//! their administrator alone (`admin_passkey_ceremonies.rs`).

use serde_json::{Map, Value, json};

use super::admin_mails::PasskeyChange;
use super::users::passkeys::new_name;
use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::model::{AdminPasskey, Document, Event, PasskeyId};

const NONE: ManageError = ManageError::NotFound(Entity::AdminPasskey);

impl Engine {
    /// In the order in which they were made.
    pub async fn list_admin_passkeys(&self, admin: &str) -> Result<Vec<AdminPasskey>, ManageError> {
        Ok(self.store.list_admin_passkeys(admin).await?)
    }

    /// `given`: the body of the request. The name is all that can be changed, soon after a sign-in (S-061).
    pub async fn rename_admin_passkey(
        &self,
        operator: &Operator,
        admin: &Document,
        id: &str,
        given: &Map<String, Value>,
    ) -> Result<AdminPasskey, ManageError> {
        operator.must_be_fresh()?;
        let passkey = self.admin_passkey(admin, id).await?;
        let name = new_name(given)?;
        let event = self.about_admin_passkey(operator, "update", &passkey);
        match self.store.rename_admin_passkey(&admin.id, &passkey.id, &name, vec![event]).await? {
            true => Ok(AdminPasskey { name, ..passkey }),
            false => Err(NONE),
        }
    }

    /// Takes one away, soon after a sign-in (S-061), and tells its administrator. Their code stays, so that none is
    /// the last way in.
    pub async fn remove_admin_passkey(
        &self,
        operator: &Operator,
        admin: &Document,
        id: &str,
    ) -> Result<(), ManageError> {
        operator.must_be_fresh()?;
        let passkey = self.admin_passkey(admin, id).await?;
        let event = self.about_admin_passkey(operator, "delete", &passkey);
        if !self.store.delete_admin_passkey(&admin.id, &passkey.id, vec![event]).await? {
            return Err(NONE);
        }
        let by = match operator.admin.as_deref() {
            Some(own) if own == admin.id => None,
            Some(other) => self.read_admin(other).await.ok().map(|other| other.name),
            None => Some(String::from("Whoever runs the server")),
        };
        let change = PasskeyChange::Removed { by: by.as_deref() };
        Ok(self.tell_of_passkey(&admin.name, change, None).await?)
    }

    async fn admin_passkey(&self, admin: &Document, id: &str) -> Result<AdminPasskey, ManageError> {
        let id = PasskeyId::from(id);
        let all = self.store.list_admin_passkeys(&admin.id).await?;
        all.into_iter().find(|passkey| passkey.id == id).ok_or(NONE)
    }

    /// Who did what to which passkey, and whose. What it is called is no word of the log.
    pub(super) fn about_admin_passkey(
        &self,
        operator: &Operator,
        act: &'static str,
        passkey: &AdminPasskey,
    ) -> Event {
        let record = json!({"administrator": passkey.admin, "relying_party": passkey.relying_party});
        let records = match act {
            "create" => (None, Some(record)),
            "delete" => (Some(record), None),
            _ => (Some(record), Some(json!({"name": "changed"}))),
        };
        self.change(operator, act, Entity::AdminPasskey, passkey.id.as_str(), records)
    }
}

/// As the API has it; absent where nothing is known.
pub fn shown(passkey: &AdminPasskey) -> Value {
    let kind = if passkey.backup_eligible { "multi_device" } else { "single_device" };
    let mut object = Map::from_iter([
        (String::from("id"), json!(passkey.id)),
        (String::from("name"), json!(passkey.name)),
        (String::from("created_at"), json!(passkey.created_at.to_iso8601())),
        (String::from("credential_device_type"), json!(kind)),
        (String::from("credential_backed_up"), json!(passkey.backed_up)),
        (String::from("transports"), json!(passkey.transports)),
        (String::from("relying_party_identifier"), json!(passkey.relying_party)),
    ]);
    let further =
        [("used_at", passkey.used_at.map(|at| at.to_iso8601())), ("aaguid", passkey.aaguid.clone())];
    for (name, value) in further {
        if let Some(value) = value {
            object.insert(name.to_owned(), json!(value));
        }
    }
    Value::Object(object)
}
