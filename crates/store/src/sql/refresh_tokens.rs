//! Refresh tokens: families, and the tokens of each. Tokens are stored as hashes only.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{
    ClientId, CredentialId, Event, FamilyId, RefreshFamily, RefreshKind, TokenHash, User, UserId,
    revoked_mark,
};
use latchkey_core::store::{Page, RefreshTokenStore, Rotate, Rotated, StoreError, StoreResult};
use latchkey_wire::Scopes;
use serde_json::{Map, Value};

use super::{SqlStore, after, events, limit, meta};
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

macro_rules! family_columns {
    ($table:literal) => {
        concat!(
            $table,
            "id, ",
            $table,
            "kind, ",
            $table,
            "client, ",
            $table,
            "user_id, ",
            $table,
            "scope, ",
            $table,
            "audience, ",
            $table,
            "connection, ",
            $table,
            "device, ",
            $table,
            "created_at, ",
            $table,
            "auth_time, ",
            $table,
            "expires_at, ",
            $table,
            "idle_expires_at, ",
            $table,
            "revoked_at, ",
            $table,
            "session, ",
            $table,
            "used_at, ",
            $table,
            "credential, ",
            $table,
            "metadata"
        )
    };
}
pub(super) use family_columns;

queries! {
    INSERT_FAMILY = concat!("INSERT INTO refresh_families (", family_columns!(""), ", dead_at, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 0)");
    INSERT_TOKEN = "INSERT INTO refresh_tokens (hash, family, parent) VALUES ($1, $2, $3)";
    DELETE_OF_DEVICE = "DELETE FROM refresh_families \
        WHERE user_id = $1 AND client = $2 AND kind = $3 AND device = $4 AND coalesce(credential, '') = $5";
    /// Keeps the newest `$4` live ones besides the new one, `$5`. The inner query, which needs the index
    /// only, finds nobody unless the user has so many at all.
    DELETE_OLDEST = "DELETE FROM refresh_families WHERE id IN (SELECT id FROM refresh_families \
        WHERE user_id = (SELECT user_id FROM refresh_families WHERE user_id = $1 AND client = $2 \
        LIMIT 1 OFFSET $4) AND client = $2 AND revoked_at IS NULL AND dead_at > $3 AND id <> $5 \
        ORDER BY id DESC LIMIT 1000 OFFSET $4)";
    FIND_LIVE = concat!("SELECT ", family_columns!("f."), " FROM refresh_tokens t \
        JOIN refresh_families f ON f.id = t.family WHERE t.hash = $1 AND t.rotated_at IS NULL \
        AND f.revoked_at IS NULL AND f.dead_at > $2");
    FIND_OF_TOKEN = concat!("SELECT ", family_columns!("f."), " FROM refresh_tokens t \
        JOIN refresh_families f ON f.id = t.family WHERE t.hash = $1");
    LIST = concat!("SELECT ", family_columns!(""), " FROM refresh_families \
        WHERE user_id = $1 ORDER BY client, id");
    LIST_LIVE = concat!("SELECT ", family_columns!(""), " FROM refresh_families \
        WHERE id > $1 AND revoked_at IS NULL AND dead_at > $2 AND ($3 = '' OR client = $3) \
        ORDER BY id LIMIT $4");
    REVOKE = "UPDATE refresh_families SET revoked_at = $2, \
        dead_at = CASE WHEN dead_at < $3 THEN dead_at ELSE $3 END \
        WHERE id = $1 AND revoked_at IS NULL";
    LIVE_OF_USER = "SELECT id FROM refresh_families WHERE user_id = $1 AND revoked_at IS NULL";
    MOVE = "UPDATE refresh_families SET user_id = $2 WHERE user_id = $1";
    SET_METADATA = "UPDATE refresh_families SET metadata = $2 WHERE id = $1 AND revoked_at IS NULL";
    FIND_FAMILY = concat!("SELECT ", family_columns!(""), " FROM refresh_families WHERE id = $1");
    LIVE_OF_CREDENTIAL = "SELECT id FROM refresh_families \
        WHERE user_id = $1 AND credential = $2 AND revoked_at IS NULL";
    LIVE_OF = "SELECT id FROM refresh_families \
        WHERE user_id = $1 AND client = $2 AND revoked_at IS NULL";
}

/// Seconds that a revoked family is kept: a token that comes back is still known as one of ours. No access
/// token lives longer.
const KEEP_REVOKED: i64 = 30 * 86_400;

/// As [`insert_family`], for somebody who proves themselves in this transaction.
pub(super) fn insert_family_of<T: Tx>(
    tx: &T,
    user: &User,
    family: &RefreshFamily,
    token: TokenHash,
    max_families: u32,
) -> StoreResult<()> {
    let auth_time = user.proved_at(family.auth_time);
    let family = RefreshFamily { user: user.id.clone(), auth_time, ..family.clone() };
    insert_family(tx, &family, token, max_families)
}

/// Saves a family and its first token with the commit, and drops what it replaces.
pub(super) fn insert_family<T: Tx>(
    tx: &T,
    family: &RefreshFamily,
    token: TokenHash,
    max_families: u32,
) -> StoreResult<()> {
    let (user, client) = (&family.user, &family.client);
    if family.kind == RefreshKind::Device {
        let device = family.device.as_deref().unwrap_or_default();
        // Two devices may have one name; their keys tell them apart.
        let credential = family.credential.as_ref().map_or("", |id| id.as_str());
        tx.later(&DELETE_OF_DEVICE, values![user, client, kind_text(family.kind), device, credential])?;
    }
    let row = values![
        &family.id,
        kind_text(family.kind),
        client,
        user,
        family.scope.to_string(),
        family.audience.as_deref(),
        &family.connection,
        family.device.as_deref(),
        family.created_at,
        family.auth_time,
        family.expires_at,
        family.idle_expires_at,
        family.revoked_at,
        family.session.as_deref(),
        family.used_at,
        family.credential.as_ref(),
        to_json(&family.metadata)?,
        dead_at(family.expires_at, family.idle_expires_at),
    ];
    tx.later(&INSERT_FAMILY, row)?;
    insert_token(tx, token, &family.id, None)?;
    let others = max_families.saturating_sub(1);
    tx.later(&DELETE_OLDEST, values![user, client, family.created_at, others, &family.id])
}

pub(super) fn insert_token<T: Tx>(
    tx: &T,
    token: TokenHash,
    family: &FamilyId,
    parent: Option<TokenHash>,
) -> StoreResult<()> {
    tx.later(&INSERT_TOKEN, values![token, family, parent])
}

/// True when this call revoked the family.
pub(super) async fn revoke<T: Tx>(tx: &T, family: &FamilyId, now: Timestamp) -> StoreResult<bool> {
    // The family first, as a use of its tokens takes it: the other way round two could wait for each other.
    let revoked = tx.change(&REVOKE, values![family, now, now.plus(KEEP_REVOKED)]).await? > 0;
    mark_revoked(tx, family, now).await?;
    Ok(revoked)
}

/// Leaves the mark that ends the tokens of a family, whether or not there is a row of it.
pub(super) async fn mark_revoked<T: Tx>(tx: &T, family: &FamilyId, now: Timestamp) -> StoreResult<()> {
    meta::see(tx, &revoked_mark(family), now.plus(KEEP_REVOKED), now).await.map(drop)
}

/// Revokes the families of a user that came by one credential.
pub(super) async fn revoke_of_credential<T: Tx>(
    tx: &T,
    user: &UserId,
    credential: &CredentialId,
    now: Timestamp,
) -> StoreResult<()> {
    let values = values![user, credential];
    for family in tx.all(&LIVE_OF_CREDENTIAL, values, |row| row.next::<FamilyId>()).await? {
        revoke(tx, &family, now).await?;
    }
    Ok(())
}

/// Revokes all families of a user and client; how many there were.
pub(super) async fn revoke_of<T: Tx>(
    tx: &T,
    user: &UserId,
    client: &ClientId,
    now: Timestamp,
) -> StoreResult<u64> {
    let families = tx.all(&LIVE_OF, values![user, client], |row| row.next::<FamilyId>()).await?;
    revoke_each(tx, &families, now).await
}

/// Revokes all families of a user; how many there were.
pub(super) async fn revoke_all<T: Tx>(tx: &T, user: &UserId, now: Timestamp) -> StoreResult<u64> {
    let families = tx.all(&LIVE_OF_USER, values![user], |row| row.next::<FamilyId>()).await?;
    revoke_each(tx, &families, now).await
}

async fn revoke_each<T: Tx>(tx: &T, families: &[FamilyId], now: Timestamp) -> StoreResult<u64> {
    let mut revoked = 0u64;
    for family in families {
        revoked = revoked.saturating_add(u64::from(revoke(tx, family, now).await?));
    }
    Ok(revoked)
}

/// What was one user's is another's.
pub(super) async fn move_all<T: Tx>(tx: &T, from: &UserId, to: &UserId) -> StoreResult<()> {
    tx.change(&MOVE, values![from, to]).await.map(drop)
}

/// When a family dies by itself.
pub(super) fn dead_at(expires_at: Option<Timestamp>, idle_expires_at: Option<Timestamp>) -> Timestamp {
    let never = Timestamp(i64::MAX);
    expires_at.unwrap_or(never).min(idle_expires_at.unwrap_or(never))
}

pub(super) fn read(row: &mut Columns<'_>) -> StoreResult<RefreshFamily> {
    Ok(RefreshFamily {
        id: row.next()?,
        kind: kind_of(&row.next::<String>()?)?,
        client: row.next()?,
        user: row.next()?,
        scope: {
            let text: String = row.next()?;
            let broken = |_| StoreError::Corrupt(String::from("a refresh family has an impossible scope"));
            Scopes::parse(&text).map_err(broken)?
        },
        audience: row.next_opt()?,
        connection: row.next()?,
        device: row.next_opt()?,
        created_at: row.next()?,
        auth_time: row.next()?,
        expires_at: row.next_opt()?,
        idle_expires_at: row.next_opt()?,
        revoked_at: row.next_opt()?,
        session: row.next_opt()?,
        used_at: row.next_opt()?,
        credential: row.next_opt()?,
        metadata: row.next_json()?,
    })
}

fn kind_text(kind: RefreshKind) -> &'static str {
    match kind {
        RefreshKind::Standard => "standard",
        RefreshKind::Device => "device",
    }
}

fn kind_of(text: &str) -> StoreResult<RefreshKind> {
    match text {
        "standard" => Ok(RefreshKind::Standard),
        "device" => Ok(RefreshKind::Device),
        _ => Err(StoreError::Corrupt(String::from("a refresh family has an unknown kind"))),
    }
}

struct Insert(RefreshFamily, TokenHash, u32);
struct FindLive(TokenHash, Timestamp);
struct FindOfToken(TokenHash);
struct List(UserId);
struct ListLive(Option<ClientId>, Timestamp, Page);
struct Find(FamilyId);
struct SetMetadata(FamilyId, Map<String, Value>, Vec<Event>);
struct Revoke(FamilyId, Timestamp, Vec<Event>);

impl Act for Insert {
    type Out = ();
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        insert_family(tx, &self.0, self.1, self.2)
    }
}

impl Act for FindLive {
    type Out = Option<RefreshFamily>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<RefreshFamily>> {
        tx.first(&FIND_LIVE, values![self.0, self.1], read).await
    }
}

impl Act for FindOfToken {
    type Out = Option<RefreshFamily>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<RefreshFamily>> {
        tx.first(&FIND_OF_TOKEN, values![self.0], read).await
    }
}

impl Act for List {
    type Out = Vec<RefreshFamily>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<RefreshFamily>> {
        tx.all(&LIST, values![&self.0], read).await
    }
}

impl Act for ListLive {
    type Out = Vec<RefreshFamily>;

    fn is_long(&self) -> bool {
        true
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<RefreshFamily>> {
        let Self(client, now, page) = self;
        let client = client.as_ref().map_or("", ClientId::as_str);
        tx.all(&LIST_LIVE, values![after(page), *now, client, limit(page)], read).await
    }
}

impl Act for Find {
    type Out = Option<RefreshFamily>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<RefreshFamily>> {
        tx.first(&FIND_FAMILY, values![&self.0], read).await
    }
}

impl Act for SetMetadata {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let set = tx.change(&SET_METADATA, values![&self.0, to_json(&self.1)?]).await? > 0;
        if set {
            events::insert(tx, &self.2)?;
        }
        Ok(set)
    }
}

impl Act for Revoke {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        if !revoke(tx, &self.0, self.1).await? {
            return Ok(false);
        }
        events::insert(tx, &self.2)?;
        Ok(true)
    }
}

#[async_trait]
impl<E: Engine> RefreshTokenStore for SqlStore<E> {
    async fn insert_refresh_family(
        &self,
        family: RefreshFamily,
        token: TokenHash,
        max_families: u32,
    ) -> StoreResult<()> {
        self.0.write(Insert(family, token, max_families)).await
    }

    async fn rotate_refresh_token(&self, rotate: Rotate) -> StoreResult<Rotated> {
        self.0.write(rotate).await
    }

    async fn find_refresh_family(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> StoreResult<Option<RefreshFamily>> {
        self.0.read(FindLive(*token, now)).await
    }

    async fn find_family_of_token(&self, token: &TokenHash) -> StoreResult<Option<RefreshFamily>> {
        self.0.read(FindOfToken(*token)).await
    }

    async fn list_refresh_families(&self, user: &UserId) -> StoreResult<Vec<RefreshFamily>> {
        self.0.read(List(user.clone())).await
    }

    async fn list_live_families(
        &self,
        client: Option<&ClientId>,
        now: Timestamp,
        page: &Page,
    ) -> StoreResult<Vec<RefreshFamily>> {
        self.0.read(ListLive(client.cloned(), now, page.clone())).await
    }

    async fn find_refresh_family_by_id(&self, id: &FamilyId) -> StoreResult<Option<RefreshFamily>> {
        self.0.read(Find(id.clone())).await
    }

    async fn set_refresh_metadata(
        &self,
        id: &FamilyId,
        metadata: Map<String, Value>,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(SetMetadata(id.clone(), metadata, events)).await
    }

    async fn revoke_refresh_family(
        &self,
        family: &FamilyId,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(Revoke(family.clone(), now, events)).await
    }
}
