//! What people allowed clients: one row per user, client and audience.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{ClientId, Consent, ConsentId, Event, UserId};
use latchkey_core::store::{ConsentFilter, ConsentStore, Page, StoreError, StoreResult};
use latchkey_wire::Scopes;

use super::{SqlStore, after, credentials, device_keys, events, limit, refresh_tokens, users};
use crate::tx::{Act, Columns, Engine, Tx, queries, values};

macro_rules! consents {
    ($before:literal, $after:literal) => {
        concat!($before, "id, user_id, client, audience, scope, created_at, updated_at", $after)
    };
}

queries! {
    FIND = consents!("SELECT ", " FROM consents WHERE user_id = $1 AND client = $2 AND audience = $3");
    FIND_BY_ID = consents!("SELECT ", " FROM consents WHERE id = $1");
    /// Takes a row that is there.
    LOCK = consents!("UPDATE consents SET updated_at = updated_at \
        WHERE user_id = $1 AND client = $2 AND audience = $3 RETURNING ", "");
    LIST = consents!("SELECT ", " FROM consents WHERE id > $1 AND ($2 = '' OR client = $2) \
        AND ($3 = '' OR audience = $3) ORDER BY id LIMIT $4");
    LIST_OF_USER = consents!("SELECT ", " FROM consents WHERE user_id = $5 AND id > $1 \
        AND ($2 = '' OR client = $2) AND ($3 = '' OR audience = $3) ORDER BY id LIMIT $4");
    PARTIES = "SELECT u.id FROM users u, clients c WHERE u.id = $1 AND c.id = $2";
    /// Of callers that race, one inserts.
    INSERT = consents!("INSERT INTO consents (", ") VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (user_id, client, audience) DO NOTHING");
    UPDATE = "UPDATE consents SET scope = $2, updated_at = $3 WHERE id = $1";
    DELETE = consents!("DELETE FROM consents WHERE id = $1 RETURNING ", "");
    DELETE_OF_PAIR = "DELETE FROM consents WHERE user_id = $1 AND client = $2";
    DELETE_OF_USER = "DELETE FROM consents WHERE user_id = $1";
    DELETE_OF_CLIENT = "DELETE FROM consents WHERE client = $1";
}

/// With the commit.
pub(super) fn delete_of_user<T: Tx>(tx: &T, user: &UserId) -> StoreResult<()> {
    tx.later(&DELETE_OF_USER, values![user])
}

/// With the commit.
pub(super) fn delete_of_client<T: Tx>(tx: &T, client: &ClientId) -> StoreResult<()> {
    tx.later(&DELETE_OF_CLIENT, values![client])
}

fn read(row: &mut Columns<'_>) -> StoreResult<Consent> {
    Ok(Consent {
        id: row.next()?,
        user: row.next()?,
        client: row.next()?,
        audience: Some(row.next::<String>()?).filter(|name| !name.is_empty()),
        scope: {
            let text: String = row.next()?;
            let broken = |_| StoreError::Corrupt(String::from("a consent has an impossible scope"));
            Scopes::parse(&text).map_err(broken)?
        },
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

/// Both scopes; only the newer one where they are longer than a scope may be.
fn merged(old: &Scopes, new: &Scopes) -> String {
    let both: Scopes = old.iter().chain(new.iter()).map(String::from).collect();
    Scopes::parse(&both.to_string()).as_ref().unwrap_or(new).to_string()
}

struct Find(UserId, ClientId, String);
struct FindById(ConsentId);
struct List(ConsentFilter, Page);
struct Put(Consent, Vec<Event>);
struct Revoke(ConsentId, Timestamp, Vec<Event>);
struct RevokeClient(UserId, ClientId, Timestamp, Vec<Event>);

impl Act for Find {
    type Out = Option<Consent>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Consent>> {
        tx.first(&FIND, values![&self.0, &self.1, &self.2], read).await
    }
}

impl Act for FindById {
    type Out = Option<Consent>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Consent>> {
        tx.first(&FIND_BY_ID, values![&self.0], read).await
    }
}

impl Act for List {
    type Out = Vec<Consent>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<Consent>> {
        let Self(ConsentFilter { user, client, audience }, page) = self;
        let client = client.as_ref().map_or("", ClientId::as_str);
        let mut values = values![after(page), client, audience.as_deref().unwrap_or_default(), limit(page)];
        match user {
            None => tx.all(&LIST, values, read).await,
            Some(user) => {
                values.push(user.into());
                tx.all(&LIST_OF_USER, values, read).await
            }
        }
    }
}

impl Act for Put {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(consent, events) = self;
        let Consent { id, user, client, audience, scope, created_at, updated_at } = consent;
        let audience = audience.as_deref().unwrap_or_default();
        let parties = tx.first(&PARTIES, values![user, client], |row| row.next::<UserId>()).await?;
        if parties.is_none() {
            return Ok(false);
        }
        let lock = if T::ALONE { &FIND } else { &LOCK };
        // Each further round means that another caller revoked what this one found in the way.
        loop {
            let row = values![id, user, client, audience, scope.to_string(), *created_at, *updated_at];
            if tx.change(&INSERT, row).await? > 0 {
                break;
            }
            if let Some(known) = tx.first(lock, values![user, client, audience], read).await? {
                tx.later(&UPDATE, values![&known.id, merged(&known.scope, scope), *updated_at])?;
                break;
            }
        }
        events::insert(tx, events)?;
        Ok(true)
    }
}

impl Act for Revoke {
    type Out = Option<Consent>;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Consent>> {
        let Self(id, now, events) = self;
        let Some(consent) = tx.first(&DELETE, values![id], read).await? else { return Ok(None) };
        refresh_tokens::revoke_of(tx, &consent.user, &consent.client, *now).await?;
        let of_it = |event: &Event| Event {
            user: event.user.clone().or_else(|| Some(consent.user.clone())),
            client: event.client.clone().or_else(|| Some(consent.client.clone())),
            ..event.clone()
        };
        events::insert(tx, &events.iter().map(of_it).collect::<Vec<_>>())?;
        Ok(Some(consent))
    }
}

impl Act for RevokeClient {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(user, client, now, events) = self;
        // First, as a sign-in by a key takes it.
        users::hold(tx, user).await?;
        let consents = tx.change(&DELETE_OF_PAIR, values![user, client]).await?;
        let keys = device_keys::delete_of_pair(tx, user, client).await?;
        for key in &keys {
            credentials::end(tx, key, user, *now).await?;
        }
        let families = refresh_tokens::revoke_of(tx, user, client, *now).await?;
        if consents == 0 && families == 0 && keys.is_empty() {
            return Ok(false);
        }
        events::insert(tx, events)?;
        Ok(true)
    }
}

#[async_trait]
impl<E: Engine> ConsentStore for SqlStore<E> {
    async fn find_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        audience: Option<&str>,
    ) -> StoreResult<Option<Consent>> {
        self.0.read(Find(user.clone(), client.clone(), audience.unwrap_or_default().to_owned())).await
    }

    async fn find_consent_by_id(&self, id: &ConsentId) -> StoreResult<Option<Consent>> {
        self.0.read(FindById(id.clone())).await
    }

    async fn list_consents(&self, filter: &ConsentFilter, page: &Page) -> StoreResult<Vec<Consent>> {
        self.0.read(List(filter.clone(), page.clone())).await
    }

    async fn put_consent(&self, consent: &Consent, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Put(consent.clone(), events)).await
    }

    async fn revoke_consent(
        &self,
        id: &ConsentId,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<Option<Consent>> {
        self.0.write(Revoke(id.clone(), now, events)).await
    }

    async fn revoke_client_access(
        &self,
        user: &UserId,
        client: &ClientId,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(RevokeClient(user.clone(), client.clone(), now, events)).await
    }
}
