//! A change of a user (section 2.4): metadata merges, other properties are replaced, a new address makes old
//! codes and links worthless, and who is blocked is signed out.

use latchkey_wire::management::scope::{
    UPDATE_CURRENT_USER_METADATA, UPDATE_USERS, UPDATE_USERS_APP_METADATA,
};
use serde_json::{Map, Value, json};

use super::body::{UserBody, not_for, read_address};
use super::{
    Channel, Entity, Event, EventKind, Fault, ManageError, Operator, StoreError, Strategy, TRIES, User, told,
};
use crate::engine::Engine;
use crate::flow::notices::{News, counted_of};
use crate::model::Identity;
use crate::notice::NoticeKind;
use crate::store::{ChangeUser, Changed};

impl Engine {
    pub async fn update_user(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
    ) -> Result<User, ManageError> {
        may_change(operator, &given)?;
        let body = UserBody::of_change(given)?;
        for _ in 0..TRIES {
            let seen = self.known_user(id).await?;
            let mut user = seen.clone();
            let moved = self.set_address(&mut user, &body)?;
            if moved.is_some() {
                // What an operator decides is not undone by whoever had an address before.
                user.address_changes.clear();
            }
            body.apply(&mut user)?;
            if user == seen {
                return Ok(seen);
            }
            user.updated_at = self.now();
            let events = self.update_events(operator, &seen, &user, moved, &body).await;
            let counted = counted_of(&events);
            let act = ChangeUser { seen, user, apart: None, ends: Default::default(), events };
            let changed = self.store.change_user(act).await;
            if !matches!(changed, Ok(Changed::Done)) {
                self.uncount(counted).await?;
            }
            match changed {
                Ok(Changed::Done) => return self.known_user(id).await,
                Ok(Changed::Overtaken) => {}
                Ok(Changed::Gone) => return Err(ManageError::NotFound(Entity::User)),
                Err(StoreError::Conflict(_)) => return Err(self.address_taken(id, moved).await?),
                Err(other) => return Err(other.into()),
            }
        }
        Err(super::overtaken())
    }

    /// Sets address and proof of the identity that the body names. Which address changed.
    fn set_address(&self, user: &mut User, body: &UserBody) -> Result<Option<Channel>, ManageError> {
        let asked = ["email", "email_verified", "phone_number", "phone_verified"];
        if !body.names().any(|name| asked.contains(&name)) {
            return Ok(None);
        }
        let now = self.now();
        let identity = named_identity(user, body.text("connection")?)?;
        let channel = channel_of(identity, body);
        let (own, proof, foreign) = match channel {
            Channel::Sms => ("phone_number", "phone_verified", ["email", "email_verified"]),
            Channel::Email => ("email", "email_verified", ["phone_number", "phone_verified"]),
        };
        if let Some(name) = foreign.into_iter().find(|name| body.names().any(|given| given == *name)) {
            return Err(not_for(name, channel));
        }
        let mut moved = None;
        if let Some(text) = body.text(own)? {
            let address = read_address(channel, text)?;
            if address != identity.address {
                identity.address = address;
                identity.channel = channel;
                identity.verified_at = None;
                moved = Some(channel);
            }
        }
        match body.flag(proof) {
            Some(true) if identity.reachable().is_none() => {
                return Err(ManageError::invalid(proof, "There is no address to vouch for"));
            }
            Some(true) if identity.verified_at.is_none() => identity.verified_at = Some(now),
            Some(false) => identity.verified_at = None,
            _ => {}
        }
        Ok(moved)
    }

    async fn update_events(
        &self,
        operator: &Operator,
        seen: &User,
        user: &User,
        moved: Option<Channel>,
        body: &UserBody,
    ) -> Vec<Event> {
        let records = (Some(told(seen)), Some(told(user)));
        let mut event = self.change(operator, "update", Entity::User, user.id.as_str(), records);
        event.detail.insert(String::from("properties"), json!(body.names().collect::<Vec<_>>()));
        super::about(&mut event, user);
        let mut events = vec![event];
        if let Some(channel) = moved {
            let kind = match channel {
                Channel::Email => EventKind::EmailChanged,
                Channel::Sms => EventKind::PhoneNumberChanged,
            };
            let mut event = self.event(kind, Some(&operator.client));
            super::about(&mut event, user);
            // Whoever has the address that it was.
            let news = News::by(NoticeKind::AddressChanged, None);
            events.push(self.with_notice(event, seen, news).await);
        }
        events.push(self.dropped_event(operator, &user.id));
        events
    }

    async fn address_taken(&self, id: &str, moved: Option<Channel>) -> Result<ManageError, Fault> {
        let channel = moved.unwrap_or(Channel::Email);
        let kind = match channel {
            Channel::Email => EventKind::EmailChangeFailed,
            Channel::Sms => EventKind::PhoneNumberChangeFailed,
        };
        let mut event = self.event(kind, None);
        event.user = Some(id.into());
        self.store.insert_events(vec![event]).await?;
        Ok(ManageError::AddressTaken(channel))
    }
}

/// Who may write `app_metadata` only, writes nothing else. What people may write of themselves is not for
/// tools.
fn may_change(operator: &Operator, given: &Map<String, Value>) -> Result<(), ManageError> {
    operator.must(&[UPDATE_USERS, UPDATE_USERS_APP_METADATA, UPDATE_CURRENT_USER_METADATA])?;
    let only_app = given.keys().all(|name| name == "app_metadata");
    match only_app && operator.may(&[UPDATE_USERS_APP_METADATA]) {
        true => Ok(()),
        false => operator.must(&[UPDATE_USERS]),
    }
}

/// On a database, one that has no address yet may get either kind.
fn channel_of(identity: &Identity, body: &UserBody) -> Channel {
    let is_open = identity.reachable().is_none() && identity.strategy == Strategy::Database;
    match is_open && body.names().any(|name| name == "email") {
        true => Channel::Email,
        false => identity.channel,
    }
}

/// The identity on that connection; without one the primary.
fn named_identity<'a>(user: &'a mut User, connection: Option<&str>) -> Result<&'a mut Identity, ManageError> {
    let found = match connection {
        None => user.identities.first_mut(),
        Some(name) => user.identities.iter_mut().find(|identity| identity.connection == name),
    };
    found.ok_or_else(|| ManageError::invalid("connection", "The user has no identity on this connection"))
}
