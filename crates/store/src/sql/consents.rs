//! What people allowed clients: one row per user, client and audience.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{ClientId, Consent, ConsentId, Event, UserId};
use latchkey_core::store::{
    AccessRevoked, ConsentFilter, ConsentStore, DeviceKeyFilter, Page, RevokeAccess, StoreError, StoreResult,
};
use latchkey_wire::Scopes;

use super::{SqlStore, after, credentials, device_keys, events, limit, passkeys, refresh_tokens, users};
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

impl Act for RevokeAccess {
    type Out = AccessRevoked;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<AccessRevoked> {
        let Self { user, client, ways, keys, now, events } = self;
        // Held from here on, as a sign-in by a key takes it, and so that of two calls the second one counts what the
        // first one left.
        let Some(held) = users::hold(tx, user).await? else { return Ok(AccessRevoked::Nothing) };
        let of_user = DeviceKeyFilter { user: Some(user.clone()), client: None };
        let all = device_keys::list(tx, &of_user, u32::MAX).await?;
        let (gone, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|key| key.client == *client);
        let is_way = gone.iter().any(|key| ways.keys.contains(&key.id));
        let passkeys = passkeys::list_of_user(tx, user).await?;
        if is_way && !ways.lead_to(&held, &passkeys, &others) {
            return Ok(AccessRevoked::LastWay);
        }
        let consents = tx.change(&DELETE_OF_PAIR, values![user, client]).await?;
        let ended = device_keys::delete_of_pair(tx, user, client).await?;
        for key in &ended {
            credentials::end(tx, key, user, *now).await?;
        }
        let families = refresh_tokens::revoke_of(tx, user, client, *now).await?;
        if consents == 0 && families == 0 && ended.is_empty() {
            return Ok(AccessRevoked::Nothing);
        }
        let told = keys.iter().filter(|(key, _)| ended.contains(key)).map(|(_, event)| event);
        events::insert(tx, &told.chain(events).cloned().collect::<Vec<_>>())?;
        Ok(AccessRevoked::Done)
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

    async fn revoke_client_access(&self, act: RevokeAccess) -> StoreResult<AccessRevoked> {
        self.0.write(act).await
    }
}
