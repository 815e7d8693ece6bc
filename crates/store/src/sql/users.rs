//! Users and their identities. One statement reads a user whole: a row per identity, folded here.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{
    Address, Channel, Ending, Event, Identity, LogoutInitiator, Strategy, TokenHash, User, UserId,
};
use latchkey_core::store::{
    ChangeUser, Changed, FoundUsers, IdentityRemoved, LinkUsers, Page, Redeem, RemoveIdentity, StoreError,
    StoreResult, UserSearch, UserStore, UserText,
};

use super::{SqlStore, after, consents, credentials, events, limit, passkeys, refresh_tokens, sessions};
use crate::tx::{Act, Columns, Engine, Tx, Value, from_json, queries, to_json, values};

/// The columns that [`read`] reads, after `FROM` whatever names `u` and `i`.
macro_rules! select_users {
    ($from:literal) => {
        concat!(
            "SELECT u.id, u.blocked, u.block_decided, u.attributes, u.user_metadata, u.app_metadata, \
             u.foreign_identities, u.created_at, u.updated_at, u.last_login, u.last_ip, u.logins_count, \
             u.proofs_since, u.address_changes, i.connection, i.strategy, i.channel, i.address, i.provider_user_id, i.verified_at ",
            $from
        )
    };
}
pub(super) use select_users;

queries! {
    FIND = select_users!("FROM users u LEFT JOIN identities i ON i.user_id = u.id \
        WHERE u.id = $1 ORDER BY i.position");
    FIND_BY_ADDRESS = select_users!("FROM identities k JOIN users u ON u.id = k.user_id \
        JOIN identities i ON i.user_id = u.id \
        WHERE k.connection = $1 AND k.address = $2 ORDER BY i.position");
    FIND_OF_TOKEN = select_users!("FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family \
        JOIN users u ON u.id = f.user_id LEFT JOIN identities i ON i.user_id = u.id \
        WHERE t.hash = $1 ORDER BY i.position");
    LIST = select_users!("FROM users u LEFT JOIN identities i ON i.user_id = u.id \
        WHERE u.id IN (SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT $2) \
        ORDER BY u.id, i.position");
    INSERT_IDENTITY = "INSERT INTO identities \
        (connection, address, user_id, position, channel, provider_user_id, verified_at, strategy) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (connection, address) DO NOTHING";
    INSERT = "INSERT INTO users (id, blocked, block_decided, attributes, user_metadata, app_metadata, \
        created_at, updated_at, email, email_backwards, phone, name, nickname, given_name, family_name, \
        username, foreign_identities, address_changes, last_login, last_ip, logins_count, proofs_since) \
        VALUES ($1, $2, $3, $4, $5, $6, \
        $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) ON CONFLICT (id) DO NOTHING";
    UPDATE = "UPDATE users SET blocked = $2, block_decided = $3, attributes = $4, user_metadata = $5, \
        app_metadata = $6, created_at = $7, updated_at = $8, email = $9, email_backwards = $10, \
        phone = $11, name = $12, nickname = $13, given_name = $14, family_name = $15, username = $16, \
        foreign_identities = $17, address_changes = $18 WHERE id = $1";
    /// What only sign-ins change otherwise.
    SET_LOGINS = "UPDATE users SET last_login = $2, last_ip = $3, logins_count = $4 WHERE id = $1";
    /// Takes a row that is there.
    LOCK = "UPDATE users SET blocked = blocked WHERE id = $1";
    LIST_BY_ADDRESS = select_users!("FROM users u JOIN identities i ON i.user_id = u.id \
        WHERE u.id IN (SELECT user_id FROM identities WHERE address = $1) \
        ORDER BY u.created_at, u.id, i.position");
    COUNT_LOGIN = "UPDATE users SET logins_count = logins_count + 1, last_login = $2, last_ip = $3, \
        updated_at = $2 WHERE id = $1";
    /// Once a day is enough: a write for every login would touch pages all over the file.
    VERIFY = "UPDATE identities SET verified_at = $3 WHERE connection = $1 AND address = $2 \
        AND (verified_at IS NULL OR verified_at < $4)";
    DELETE = "DELETE FROM users WHERE id = $1";
    DELETE_IDENTITIES = "DELETE FROM identities WHERE user_id = $1";
    /// Kept by the triggers of the table.
    COUNT = "SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts";
}

/// Whoever has the address.
pub(super) async fn find_by_address<T: Tx>(
    tx: &T,
    connection: &str,
    address: &Address,
) -> StoreResult<Option<User>> {
    let rows = tx.all(&FIND_BY_ADDRESS, values![connection, address], read).await?;
    Ok(fold(rows).pop())
}

/// Whose refresh token it is.
pub(super) async fn find_of_token<T: Tx>(tx: &T, token: TokenHash) -> StoreResult<Option<User>> {
    Ok(fold(tx.all(&FIND_OF_TOKEN, values![token], read).await?).pop())
}

/// The columns up to those that sign-ins change: the record, then what it is searched by.
fn row_of(user: &User) -> StoreResult<Vec<Value>> {
    let text = |of| searched_text(user, of);
    let email = text(UserText::Email);
    let backwards: Option<String> = email.as_ref().map(|email| email.chars().rev().collect());
    Ok(values![
        &user.id,
        user.blocked,
        user.block_decided,
        to_json(&user.attributes)?,
        to_json(&user.user_metadata)?,
        to_json(&user.app_metadata)?,
        user.created_at,
        user.updated_at,
        email,
        backwards,
        text(UserText::Phone),
        text(UserText::Name),
        text(UserText::Nickname),
        text(UserText::GivenName),
        text(UserText::FamilyName),
        text(UserText::Username),
        match user.foreign_identities.as_slice() {
            [] => None,
            foreign => Some(to_json(&foreign)?),
        },
        match user.address_changes.as_slice() {
            [] => None,
            changes => Some(to_json(&changes)?),
        },
    ])
}

/// What a user is searched and sorted by. PostgreSQL keeps no character zero, and nobody searches for one.
pub(super) fn searched_text(user: &User, of: UserText) -> Option<String> {
    let root = |name| user.root(name).map(|text| text.replace('\0', ""));
    let small = |name| root(name).map(|text| text.to_lowercase());
    match of {
        UserText::Id => Some(user.id.as_str().to_owned()),
        UserText::Email => small("email"),
        UserText::Phone => root("phone_number"),
        UserText::Name => small("name"),
        UserText::Nickname => small("nickname"),
        UserText::GivenName => small("given_name"),
        UserText::FamilyName => small("family_name"),
        UserText::Username => small("username"),
        UserText::LastIp => user.last_ip.clone(),
        UserText::EmailDomain | UserText::Connection | UserText::Provider | UserText::ProviderUserId => None,
    }
}

/// False when another user has one of the addresses: the transaction must not be committed then.
pub(super) async fn insert<T: Tx>(tx: &T, user: &User) -> StoreResult<bool> {
    if !insert_identities(tx, user).await? {
        return Ok(false);
    }
    let mut row = row_of(user)?;
    row.extend(values![user.last_login, user.last_ip.as_deref(), user.logins_count, user.proofs_since]);
    if tx.change(&INSERT, row).await? == 0 {
        return Err(StoreError::Conflict("user id"));
    }
    Ok(true)
}

/// As [`insert`]; first, since they are what two first sign-ins race for.
pub(super) async fn insert_identities<T: Tx>(tx: &T, user: &User) -> StoreResult<bool> {
    for (position, identity) in (0i64..).zip(&user.identities) {
        let Identity { connection, strategy, channel, address, provider_user_id, verified_at } = identity;
        let identity = values![
            connection,
            address,
            &user.id,
            position,
            channel.as_str(),
            provider_user_id,
            *verified_at,
            strategy.as_str()
        ];
        if tx.change(&INSERT_IDENTITY, identity).await? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Replaces everything but identities, login counters, and since when proofs count. False when there is none.
pub(super) async fn replace<T: Tx>(tx: &T, user: &User) -> StoreResult<bool> {
    if tx.change(&UPDATE, row_of(user)?).await? == 0 {
        return Ok(false);
    }
    if user.blocked {
        sign_out(tx, &user.id, LogoutInitiator::AccountDeactivated, user.updated_at).await?;
    }
    Ok(true)
}

/// With the commit: last login and how many there were.
pub(super) fn set_logins<T: Tx>(tx: &T, user: &User) -> StoreResult<()> {
    let logins = values![&user.id, user.last_login, user.last_ip.as_deref(), user.logins_count];
    tx.later(&SET_LOGINS, logins)
}

/// Ends sessions and chains of refresh tokens.
pub(super) async fn sign_out<T: Tx>(
    tx: &T,
    user: &UserId,
    initiator: LogoutInitiator,
    at: Timestamp,
) -> StoreResult<()> {
    sessions::end_all(tx, user, Ending { initiator, at }).await?;
    refresh_tokens::revoke_all(tx, user, at).await.map(drop)
}

/// Passwords, device keys, passkeys and chains of refresh tokens that an earlier user of the id left: operators
/// choose ids, and a node of the release before leaves the credentials of whom it deletes.
pub(super) async fn forget_earlier<T: Tx>(tx: &T, id: &UserId, now: Timestamp) -> StoreResult<()> {
    credentials::drop_all(tx, id, now).await?;
    passkeys::delete_of_user(tx, id).await?;
    refresh_tokens::revoke_all(tx, id, now).await.map(drop)
}

/// Without its sessions and chains of refresh tokens. False when there is none.
pub(super) async fn remove<T: Tx>(tx: &T, id: &UserId) -> StoreResult<bool> {
    let deleted = tx.change(&DELETE, values![id]).await?;
    remove_identities(tx, id).await?;
    passkeys::delete_of_user(tx, id).await?;
    consents::delete_of_user(tx, id)?;
    Ok(deleted > 0)
}

pub(super) async fn remove_identities<T: Tx>(tx: &T, id: &UserId) -> StoreResult<()> {
    tx.change(&DELETE_IDENTITIES, values![id]).await.map(drop)
}

/// The user, its row held.
pub(super) async fn hold<T: Tx>(tx: &T, id: &UserId) -> StoreResult<Option<User>> {
    if !T::ALONE && tx.change(&LOCK, values![id]).await? == 0 {
        return Ok(None);
    }
    Ok(fold(tx.all(&FIND, values![id], read).await?).pop())
}

/// Counts a login in the store and in `user`.
pub(super) fn count_login<T: Tx>(tx: &T, user: &mut User, redeem: &Redeem) -> StoreResult<()> {
    mark_login(user, redeem);
    tx.later(&COUNT_LOGIN, values![&user.id, redeem.now, redeem.ip.as_deref()])?;
    tx.later(&VERIFY, values![&redeem.key.connection, &redeem.key.address, redeem.now, redeem.now.minus(DAY)])
}

/// Counts a login that proves no address, in the store and in `user`.
pub(super) fn count_visit<T: Tx>(
    tx: &T,
    user: &mut User,
    ip: Option<&str>,
    now: Timestamp,
) -> StoreResult<()> {
    user.logins_count = user.logins_count.saturating_add(1);
    user.last_login = Some(now);
    user.last_ip = ip.map(str::to_owned);
    user.updated_at = now;
    tx.later(&COUNT_LOGIN, values![&user.id, now, ip])
}

const DAY: i64 = 86_400;

/// Counts a login in `user` only.
pub(super) fn mark_login(user: &mut User, redeem: &Redeem) {
    user.logins_count = user.logins_count.saturating_add(1);
    user.last_login = Some(redeem.now);
    user.last_ip.clone_from(&redeem.ip);
    user.updated_at = redeem.now;
    for identity in &mut user.identities {
        if identity.connection == redeem.key.connection && identity.address == redeem.key.address {
            identity.verified_at = Some(redeem.now);
        }
    }
}

pub(super) fn read(row: &mut Columns<'_>) -> StoreResult<User> {
    let mut user = User {
        id: row.next()?,
        identities: Vec::new(),
        blocked: row.next()?,
        block_decided: row.next()?,
        attributes: row.next_json()?,
        user_metadata: row.next_json()?,
        app_metadata: row.next_json()?,
        foreign_identities: match row.next_opt::<String>()? {
            Some(text) => from_json(&text)?,
            None => Vec::new(),
        },
        created_at: row.next()?,
        updated_at: row.next()?,
        last_login: row.next_opt()?,
        last_ip: row.next_opt()?,
        logins_count: row.next()?,
        proofs_since: row.next_opt()?,
        address_changes: match row.next_opt::<String>()? {
            Some(text) => from_json(&text)?,
            None => Vec::new(),
        },
    };
    if let Some(connection) = row.next_opt()? {
        let strategy: Option<String> = row.next_opt()?;
        let channel: String = row.next()?;
        user.identities.push(Identity {
            connection,
            strategy: strategy_of(strategy.as_deref().unwrap_or(&channel))?,
            channel: channel_of(&channel)?,
            address: row.next()?,
            provider_user_id: row.next()?,
            verified_at: row.next_opt()?,
        });
    }
    Ok(user)
}

fn channel_of(text: &str) -> StoreResult<Channel> {
    [Channel::Sms, Channel::Email]
        .into_iter()
        .find(|channel| channel.as_str() == text)
        .ok_or_else(|| StoreError::Corrupt(String::from("an identity has an unknown channel")))
}

fn strategy_of(text: &str) -> StoreResult<Strategy> {
    [Strategy::Sms, Strategy::Email, Strategy::Database]
        .into_iter()
        .find(|strategy| strategy.as_str() == text)
        .ok_or_else(|| StoreError::Corrupt(String::from("an identity is on an unknown kind of connection")))
}

/// Gives each user the identities of the rows that follow.
pub(super) fn fold(rows: Vec<User>) -> Vec<User> {
    let mut users: Vec<User> = Vec::new();
    for row in rows {
        match users.last_mut() {
            Some(user) if user.id == row.id => user.identities.extend(row.identities),
            _ => users.push(row),
        }
    }
    users
}

/// The statement that tells how many users there are.
pub(super) fn count_of_all() -> &'static str {
    COUNT.text
}

struct Find(UserId);
struct FindByAddress(String, Address);
struct List(Page);
struct ListByAddress(Address);
struct Insert(User, Vec<Event>);
struct Update(User);
struct Delete(UserId, Timestamp, Vec<Event>);
struct Count;

impl Act for Find {
    type Out = Option<User>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<User>> {
        Ok(fold(tx.all(&FIND, values![&self.0], read).await?).pop())
    }
}

impl Act for FindByAddress {
    type Out = Option<User>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<User>> {
        find_by_address(tx, &self.0, &self.1).await
    }
}

impl Act for List {
    type Out = Vec<User>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<User>> {
        Ok(fold(tx.all(&LIST, values![after(&self.0), limit(&self.0)], read).await?))
    }
}

impl Act for Insert {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let Self(user, written) = self;
        if !insert(tx, user).await? {
            return Err(StoreError::Conflict("address"));
        }
        forget_earlier(tx, &user.id, user.created_at).await?;
        events::insert(tx, written)
    }
}

impl Act for Update {
    type Out = bool;
    // A block must not come undone.
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        replace(tx, &self.0).await
    }
}

impl Act for Delete {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(id, now, written) = self;
        let gone = remove(tx, id).await?;
        credentials::drop_all(tx, id, *now).await?;
        let ending = Ending { initiator: LogoutInitiator::AccountDeleted, at: *now };
        sessions::end_all(tx, id, ending).await?;
        if gone {
            events::insert(tx, written)?;
        }
        Ok(gone)
    }
}

impl Act for ListByAddress {
    type Out = Vec<User>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<User>> {
        Ok(fold(tx.all(&LIST_BY_ADDRESS, values![&self.0], read).await?))
    }
}

impl Act for Count {
    type Out = u64;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<u64> {
        let count = tx.first(&COUNT, values![], |row| row.next::<i64>()).await?;
        Ok(count.and_then(|count| count.try_into().ok()).unwrap_or(0))
    }
}

#[async_trait]
impl<E: Engine> UserStore for SqlStore<E> {
    async fn find_user(&self, id: &UserId) -> StoreResult<Option<User>> {
        self.0.read(Find(id.clone())).await
    }

    async fn find_user_by_address(&self, connection: &str, address: &Address) -> StoreResult<Option<User>> {
        self.0.read(FindByAddress(connection.to_owned(), address.clone())).await
    }

    async fn list_users(&self, page: &Page) -> StoreResult<Vec<User>> {
        self.0.read(List(page.clone())).await
    }

    async fn insert_user(&self, user: &User, events: Vec<Event>) -> StoreResult<()> {
        self.0.write(Insert(user.clone(), events)).await
    }

    async fn update_user(&self, user: &User) -> StoreResult<bool> {
        self.0.write(Update(user.clone())).await
    }

    async fn delete_user(&self, id: &UserId, now: Timestamp, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Delete(id.clone(), now, events)).await
    }

    async fn count_users(&self) -> StoreResult<u64> {
        self.0.read(Count).await
    }

    async fn list_users_by_address(&self, address: &Address) -> StoreResult<Vec<User>> {
        self.0.read(ListByAddress(address.clone())).await
    }

    async fn search_users(&self, search: &UserSearch) -> StoreResult<FoundUsers> {
        self.0.read(search.clone()).await
    }

    async fn change_user(&self, change: ChangeUser) -> StoreResult<Changed> {
        self.0.write(change).await
    }

    async fn remove_identity(&self, act: RemoveIdentity) -> StoreResult<IdentityRemoved> {
        self.0.write(act).await
    }

    async fn link_users(&self, link: LinkUsers) -> StoreResult<Changed> {
        self.0.write(link).await
    }
}
