//! The passkeys of a user, as operators see them (section 2.6): listed, renamed, taken away. They are made by the
//! authenticators of their people alone.

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::text::is_label;
use serde_json::{Map, Value, json};

use super::{Entity, ManageError, Operator, User};
use crate::engine::Engine;
use crate::flow::notices::{News, counted_of};
use crate::model::{Event, MAX_PASSKEY_NAME, Passkey, PasskeyId};
use crate::notice::NoticeKind;

impl Engine {
    pub(super) async fn passkeys_of(&self, user: &User) -> Result<Vec<Passkey>, ManageError> {
        Ok(self.store.list_passkeys(&user.id).await?)
    }

    /// Its name is all that can be changed.
    pub(super) async fn rename_passkey(
        &self,
        operator: &Operator,
        user: &User,
        passkey: &Passkey,
        given: &Map<String, Value>,
    ) -> Result<Value, ManageError> {
        let name = new_name(given)?;
        let event =
            self.passkey_change(operator, "update", user, passkey, Some(json!({ "name": "changed" })));
        match self.store.rename_passkey(&user.id, &passkey.id, &name, vec![event]).await? {
            true => Ok(shown(&Passkey { name, ..passkey.clone() })),
            false => Err(ManageError::NotFound(Entity::AuthenticationMethod)),
        }
    }

    /// One, or all there are. None is as good as deleted.
    pub(super) async fn remove_passkeys(
        &self,
        operator: &Operator,
        user: &User,
        passkeys: &[Passkey],
    ) -> Result<(), ManageError> {
        for passkey in passkeys {
            let event = self.passkey_change(operator, "delete", user, passkey, None);
            let news = News::of(NoticeKind::PasskeyRemoved, &passkey.name, None);
            let events = vec![self.with_notice(event, user, news).await];
            let counted = counted_of(&events);
            if self.store.delete_passkeys(&user.id, Some(&passkey.id), events).await? == 0 {
                self.uncount(counted).await?;
            }
        }
        Ok(())
    }

    /// What a passkey is called is its person's affair, and no word of the log.
    fn passkey_change(
        &self,
        operator: &Operator,
        act: &'static str,
        user: &User,
        passkey: &Passkey,
        after: Option<Value>,
    ) -> Event {
        let before = json!({ "relying_party": passkey.relying_party });
        let entity = Entity::AuthenticationMethod;
        let mut event = self.change(operator, act, entity, passkey.id.as_str(), (Some(before), after));
        event.user = Some(user.id.clone());
        event.connection = Some(passkey.connection.clone());
        event.detail.insert(String::from("passkey"), json!(passkey.id));
        event
    }
}

pub(in crate::flow::manage) fn new_name(given: &Map<String, Value>) -> Result<String, ManageError> {
    if let Some(other) = given.keys().find(|name| *name != "name") {
        return Err(ManageError::invalid(format!("{other:.40}"), "Cannot be changed"));
    }
    let name = given.get("name").ok_or(ManageError::MissingProperty("name"))?;
    let name = name.as_str().ok_or_else(|| ManageError::invalid("name", "Expected type string"))?.trim();
    if !is_label(name, MAX_PASSKEY_NAME) {
        let reason =
            format!("Must be 1 to {MAX_PASSKEY_NAME} characters, without any that hide or reorder others");
        return Err(ManageError::invalid("name", reason));
    }
    Ok(name.to_owned())
}

/// One of a user's, by the id that lists show.
pub(super) fn named<'a>(passkeys: &'a [Passkey], id: &str) -> Option<&'a Passkey> {
    passkeys.iter().find(|passkey| passkey.id == PasskeyId::from(id))
}

/// Absent where nothing is known. The public key is a COSE key (RFC 9052).
pub(super) fn shown(passkey: &Passkey) -> Value {
    let kind = if passkey.backup_eligible { "multi_device" } else { "single_device" };
    let mut object = Map::from_iter([
        (String::from("id"), json!(passkey.id)),
        (String::from("type"), json!("passkey")),
        (String::from("confirmed"), json!(true)),
        (String::from("name"), json!(passkey.name)),
        (String::from("created_at"), json!(passkey.created_at.to_iso8601())),
        (String::from("enrolled_at"), json!(passkey.created_at.to_iso8601())),
        (String::from("key_id"), json!(BASE64URL_NOPAD.encode(&passkey.credential_id))),
        (String::from("public_key"), json!(BASE64URL_NOPAD.encode(&passkey.public_key))),
        (String::from("credential_device_type"), json!(kind)),
        (String::from("credential_backed_up"), json!(passkey.backed_up)),
        (String::from("identity_user_id"), json!(passkey.provider_user_id)),
        (String::from("user_handle"), json!(BASE64URL_NOPAD.encode(&passkey.user_handle))),
        (String::from("transports"), json!(passkey.transports)),
        (String::from("relying_party_identifier"), json!(passkey.relying_party)),
    ]);
    let further = [
        ("last_auth_at", passkey.used_at.map(|at| at.to_iso8601())),
        ("user_agent", passkey.user_agent.clone()),
        ("aaguid", passkey.aaguid.clone()),
        ("authenticator", passkey.authenticator().map(str::to_owned)),
    ];
    for (name, value) in further {
        if let Some(value) = value {
            object.insert(name.to_owned(), json!(value));
        }
    }
    Value::Object(object)
}
