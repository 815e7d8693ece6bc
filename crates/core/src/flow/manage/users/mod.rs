//! Users, as the Management API has them (sections 1.8, 2.4 and 2.7 of its contract).

mod access;
mod access_shown;
mod blocks;
mod body;
mod held;
mod identities;
mod methods;
pub(super) mod passkeys;
mod shown;
mod update;

use latchkey_wire::management::scope::{READ_CURRENT_USER, READ_USERS};
use latchkey_wire::management::{BadQuery, Form, Paging, Part};
use serde_json::{Map, Value, json};

use super::search::{self, BadSearch};
use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{
    Address, Channel, Connection, ConnectionId, EmailAddress, Event, EventKind, PhoneNumber, Strategy, User,
    UserId,
};
use crate::store::{
    FoundUsers, StoreError, TextTest, UserFilter, UserSearch, UserSort, UserText, UserWindow,
};
use body::UserBody;
pub(super) use body::{MAX_METADATA, MAX_USER_ID, TEXTS, fault_of_id};

/// Changes of others that one change puts up with.
const TRIES: usize = 5;

/// Which users to list, in words of the request.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserQuery<'a> {
    pub q: Option<&'a str>,
    pub sort: Option<&'a str>,
    /// The name of a connection that they have an identity on.
    pub connection: Option<&'a str>,
}

impl UserQuery<'_> {
    fn search(self, window: UserWindow) -> Result<UserSearch, ManageError> {
        let read = |text| search::parse(text).and_then(|query| search::users::filter(&query));
        let mut filter = read(self.q.unwrap_or_default()).map_err(|bad| bad.of("q"))?;
        if let Some(name) = self.connection {
            if name.contains('\0') {
                return Err(BadSearch(String::from("Unknown connection")).of("connection"));
            }
            let on = UserFilter::Text(UserText::Connection, TextTest::Is(name.to_owned()));
            filter = UserFilter::All(vec![on, filter]);
        }
        let sort = match self.sort {
            None => UserSort::default(),
            Some(text) => search::users::sort(text).map_err(|bad| bad.of("sort"))?,
        };
        Ok(UserSearch { filter, sort, window })
    }
}

impl Engine {
    /// Read-your-writes, and as far as anybody likes to read (section 1.6).
    pub async fn list_users(&self, query: UserQuery<'_>, paging: &Paging) -> Result<Part<User>, ManageError> {
        let window = match paging.form {
            Form::Checkpoint => UserWindow::After { key: paging.after.clone(), limit: paging.limit },
            form => {
                UserWindow::Page { start: paging.start, limit: paging.limit, total: form == Form::Totals }
            }
        };
        let found = match self.store.search_users(&query.search(window)?).await {
            Err(StoreError::Conflict(_)) => {
                return Err(BadSearch(String::from("Unknown checkpoint")).of("from"));
            }
            other => other?,
        };
        let FoundUsers { users, total, next } = found;
        let total = total.and_then(|total| usize::try_from(total).ok()).unwrap_or_default();
        Ok(Part { items: users, total, next })
    }

    /// Whoever has an identity of that address, on whatever connection.
    pub async fn users_by_email(&self, email: Option<&str>) -> Result<Vec<User>, ManageError> {
        let email = email.ok_or_else(|| missing("email"))?;
        match EmailAddress::parse(email) {
            Ok(email) => Ok(self.store.list_users_by_address(&email.address()).await?),
            Err(_) => Ok(Vec::new()),
        }
    }

    pub async fn users_by_phone(&self, phone_number: Option<&str>) -> Result<Vec<User>, ManageError> {
        let phone_number = phone_number.ok_or_else(|| missing("phone_number"))?;
        match PhoneNumber::parse(phone_number) {
            Ok(number) => Ok(self.store.list_users_by_address(&number.address()).await?),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Written where a change drops passwords, device keys or passkeys of the user.
    fn dropped_event(&self, operator: &Operator, user: &UserId) -> Event {
        let mut event = self.event(EventKind::CredentialsDropped, Some(&operator.client));
        event.user = Some(user.clone());
        event
    }

    /// A person's own token is not for here.
    pub async fn read_user(&self, operator: &Operator, id: &str) -> Result<User, ManageError> {
        operator.must(&[READ_USERS, READ_CURRENT_USER])?;
        operator.must(&[READ_USERS])?;
        self.known_user(id).await
    }

    pub(in crate::flow::manage) async fn known_user(&self, id: &str) -> Result<User, ManageError> {
        let absent = ManageError::NotFound(Entity::User);
        // No database has such an id, and not every one may be asked for it.
        if id.contains('\0') {
            return Err(absent);
        }
        self.store.find_user(&UserId::from(id)).await?.ok_or(absent)
    }

    pub async fn create_user(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<User, ManageError> {
        let body = UserBody::of_new(given)?;
        let name = body.text("connection")?.ok_or(ManageError::MissingProperty("connection"))?;
        let connection = match name.contains('\0') {
            true => None,
            false => self.store.find_connection(name).await?,
        };
        let connection =
            connection.ok_or_else(|| ManageError::invalid("connection", "The connection does not exist"))?;
        let user = self.draft_user(&connection, &body)?;
        let id = user.id.as_str();
        let mut event = self.change(operator, "create", Entity::User, id, (None, Some(told(&user))));
        about(&mut event, &user);
        match self.store.insert_user(&user, vec![event]).await {
            Err(StoreError::Conflict(_)) => Err(ManageError::Conflict(Entity::User)),
            other => Ok(other.map(|()| user)?),
        }
    }

    fn draft_user(&self, connection: &Connection, body: &UserBody) -> Result<User, ManageError> {
        let (channel, address, verified) = body.address(connection.strategy)?;
        let id = match body.user_id(connection.strategy)? {
            Some(id) => id,
            None => self.new_id(),
        };
        let now = self.now();
        let mut user = User::first_seen(&connection.name, channel, address, &id, now);
        if connection.strategy == Strategy::Database {
            user = user.of_database();
        }
        for identity in &mut user.identities {
            identity.verified_at = verified.then_some(now);
        }
        body.apply(&mut user)?;
        Ok(user)
    }

    /// An unknown id is as good as deleted.
    pub async fn remove_user(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        let user = match self.known_user(id).await {
            Err(ManageError::NotFound(_)) => return Ok(()),
            other => other?,
        };
        self.remove_known(operator, &user).await
    }

    async fn remove_known(&self, operator: &Operator, user: &User) -> Result<(), ManageError> {
        let id = user.id.as_str();
        let mut event = self.change(operator, "delete", Entity::User, id, (Some(told(user)), None));
        about(&mut event, user);
        let mut gone = self.event(EventKind::UserDeleted, Some(&operator.client));
        about(&mut gone, user);
        self.store.delete_user(&user.id, self.now(), vec![event, gone]).await?;
        Ok(())
    }

    /// The user of an address on one connection.
    pub async fn remove_user_of_connection(
        &self,
        operator: &Operator,
        connection: &str,
        email: Option<&str>,
        phone_number: Option<&str>,
    ) -> Result<(), ManageError> {
        let found = match connection.contains('\0') {
            true => None,
            false => self.store.find_connection_by_id(&ConnectionId::from(connection)).await?,
        };
        let connection = found.ok_or(ManageError::NotFound(Entity::Connection))?;
        let address = match (email, phone_number) {
            (Some(email), None) => EmailAddress::parse(email).ok().map(|email| email.address()),
            (None, Some(number)) => PhoneNumber::parse(number).ok().map(|number| number.address()),
            _ => return Err(missing("email")),
        };
        let user = match address {
            Some(address) => self.store.find_user_by_address(&connection.name, &address).await?,
            None => None,
        };
        self.remove_known(operator, &user.ok_or(ManageError::NotFound(Entity::User))?).await
    }
}

/// Sets what somebody says of themselves who signs up, within the limits that operators have. Addresses are none of
/// it. Else the property that is not sound, and why.
pub(in crate::flow) fn describe(user: &mut User, given: Map<String, Value>) -> Result<(), (String, String)> {
    UserBody::of_person(given).apply(user).map_err(|error| match error {
        ManageError::Invalid { property, reason } => (property, reason),
        other => (String::new(), other.to_string()),
    })
}

fn overtaken() -> ManageError {
    let reason = String::from("others changed the same user all the time");
    Fault::from(StoreError::Unavailable(reason)).into()
}

fn missing(name: &str) -> ManageError {
    ManageError::BadQuery(BadQuery {
        name: name.to_owned(),
        reason: format!("Missing required property: {name}"),
    })
}

/// What an event tells of a user: no address in full, and nothing that a person wrote.
fn told(user: &User) -> Value {
    json!({
        "blocked": user.blocked,
        "identities": user.identities.iter().map(|identity| json!({
            "connection": identity.connection,
            "address": identity.address.masked(),
            "verified": identity.verified_at.is_some(),
        })).collect::<Vec<_>>(),
        "attributes": user.attributes.keys().collect::<Vec<_>>(),
        "user_metadata": user.user_metadata.keys().collect::<Vec<_>>(),
        "app_metadata": user.app_metadata.keys().collect::<Vec<_>>(),
    })
}

fn about(event: &mut Event, user: &User) {
    event.user = Some(user.id.clone());
    if let Some(identity) = user.primary() {
        event.connection = Some(identity.connection.clone());
        event.address = Some(identity.address.masked());
    }
}
