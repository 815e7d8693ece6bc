//! Sessions and refresh tokens of users (sections 2.6 and 2.9): a session is named by its `sid`, a chain of
//! refresh tokens by its family. Neither is a token, or the hash of one.

use latchkey_wire::management::user::{RevokeAccessBody, RevokeTokensBody};
use serde_json::{Map, Value, json};

use super::{Entity, Event, ManageError, Operator, missing};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::manage::documents::merge;
use crate::model::{Ending, FamilyId, LogoutInitiator, RefreshFamily, Session, User, UserId};

/// Most refresh tokens of one call.
const MAX_IDS: usize = 100;
const MAX_METADATA_KEYS: usize = 25;
const MAX_METADATA_TEXT: usize = 255;

impl Engine {
    /// Those that are live, in the order that they were made.
    pub async fn sessions_of(&self, id: &str) -> Result<Vec<Session>, ManageError> {
        let user = self.known_user(id).await?;
        let mut sessions = self.store.list_sessions(&user.id).await?;
        sessions.retain(|session| session.is_live(self.now()));
        sessions.sort_by(|a, b| a.sid.cmp(&b.sid));
        Ok(sessions)
    }

    pub async fn refresh_tokens_of(&self, id: &str) -> Result<Vec<RefreshFamily>, ManageError> {
        let user = self.known_user(id).await?;
        Ok(self.live_families(&user.id).await?)
    }

    /// `GET /refresh-tokens`: of a user, perhaps at one client.
    pub async fn search_refresh_tokens(
        &self,
        user: Option<&str>,
        client: Option<&str>,
    ) -> Result<Vec<RefreshFamily>, ManageError> {
        let user = user.ok_or_else(|| missing("user_id"))?;
        if user.contains('\0') {
            return Ok(Vec::new());
        }
        let mut families = self.live_families(&UserId::from(user)).await?;
        families.retain(|family| client.is_none_or(|client| family.client.as_str() == client));
        Ok(families)
    }

    async fn live_families(&self, user: &UserId) -> Result<Vec<RefreshFamily>, Fault> {
        let mut families = self.store.list_refresh_families(user).await?;
        families.retain(|family| family.is_live(self.now()));
        families.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(families)
    }

    pub async fn read_session(&self, sid: &str) -> Result<Session, ManageError> {
        let live = self.kept_session(sid).await?.filter(|session| session.is_live(self.now()));
        live.ok_or(ManageError::NotFound(Entity::Session))
    }

    /// Live or not.
    async fn kept_session(&self, sid: &str) -> Result<Option<Session>, Fault> {
        match sid.contains('\0') {
            true => Ok(None),
            false => Ok(self.store.find_session_by_sid(sid).await?),
        }
    }

    pub async fn read_refresh_token(&self, id: &str) -> Result<RefreshFamily, ManageError> {
        let found = match id.contains('\0') {
            true => None,
            false => self.store.find_refresh_family_by_id(&FamilyId::from(id)).await?,
        };
        let live = found.filter(|family| family.is_live(self.now()));
        live.ok_or(ManageError::NotFound(Entity::RefreshToken))
    }

    /// Every session of a user; the clients that want to know are told.
    /// How many sessions ended, and how many clients will be told.
    pub async fn end_sessions_of(&self, operator: &Operator, id: &str) -> Result<Value, ManageError> {
        let user = self.known_user(id).await?;
        let event = self.access_event(operator, Entity::Session, id, &user.id, json!({}));
        let ended = self.store.delete_sessions(&user.id, self.revoked(), vec![event]).await?;
        Ok(json!({"sessions": ended.sessions, "told": ended.notices}))
    }

    pub async fn revoke_tokens_of(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        let user = self.known_user(id).await?;
        let families = self.live_families(&user.id).await?;
        self.revoke_families(operator, families).await
    }

    /// One session, or all of them; with refresh tokens, unless they are to stay. The tokens go first: who
    /// asks again after a crash still finds the session.
    pub async fn revoke_access(
        &self,
        operator: &Operator,
        id: &str,
        body: RevokeAccessBody,
    ) -> Result<(), ManageError> {
        let user = self.known_user(id).await?;
        let sid = body.session_id.as_deref();
        let families = match body.preserve_refresh_tokens {
            true => Vec::new(),
            false => self.families_from(&user.id, sid).await?,
        };
        let is_there = match sid {
            None => true,
            Some(sid) => self.has_session(&user, sid).await?,
        };
        // A session that is gone may have left tokens behind.
        if !is_there && families.is_empty() {
            return Err(ManageError::NotFound(Entity::Session));
        }
        self.revoke_families(operator, families).await?;
        if !is_there {
            return Ok(());
        }
        let events = vec![self.access_event(operator, Entity::Session, id, &user.id, json!({}))];
        match sid {
            None => self.store.delete_sessions(&user.id, self.revoked(), events).await?,
            Some(sid) => self.store.delete_session_by_sid(sid, self.revoked(), events).await?,
        };
        Ok(())
    }

    /// Live, and not somebody else's.
    async fn has_session(&self, user: &User, sid: &str) -> Result<bool, ManageError> {
        match self.read_session(sid).await {
            Err(ManageError::NotFound(_)) => Ok(false),
            other => Ok(other?.user == user.id),
        }
    }

    /// Those that came from one session, or all.
    async fn families_from(&self, user: &UserId, sid: Option<&str>) -> Result<Vec<RefreshFamily>, Fault> {
        let mut families = self.live_families(user).await?;
        families.retain(|family| sid.is_none_or(|sid| family.session.as_deref() == Some(sid)));
        Ok(families)
    }

    /// An unknown one is as good as ended. `tokens`: what came from it, too; first, as in
    /// [`Self::revoke_access`], and of an expired one as well.
    pub async fn end_session_of_sid(
        &self,
        operator: &Operator,
        sid: &str,
        tokens: bool,
    ) -> Result<(), ManageError> {
        let Some(session) = self.kept_session(sid).await? else { return Ok(()) };
        if tokens {
            let families = self.families_from(&session.user, Some(sid)).await?;
            self.revoke_families(operator, families).await?;
        }
        if !session.is_live(self.now()) {
            return Ok(());
        }
        let event = self.access_event(operator, Entity::Session, sid, &session.user, json!({}));
        self.store.delete_session_by_sid(sid, self.revoked(), vec![event]).await?;
        Ok(())
    }

    /// An unknown one is as good as revoked.
    pub async fn revoke_refresh_token(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        match self.read_refresh_token(id).await {
            Err(ManageError::NotFound(_)) => Ok(()),
            Err(other) => Err(other),
            Ok(family) => self.revoke_families(operator, vec![family]).await,
        }
    }

    /// These, or those of a user.
    pub async fn revoke_refresh_tokens(
        &self,
        operator: &Operator,
        body: RevokeTokensBody,
    ) -> Result<(), ManageError> {
        if let Some(ids) = body.ids {
            if body.user_id.is_some() || body.client_id.is_some() || body.audience.is_some() {
                return Err(ManageError::invalid("ids", "Must be the only property"));
            }
            if ids.len() > MAX_IDS {
                return Err(ManageError::invalid("ids", format!("Array is too long, maximum {MAX_IDS}")));
            }
            for id in &ids {
                self.revoke_refresh_token(operator, id).await?;
            }
            return Ok(());
        }
        let user = body.user_id.ok_or(ManageError::MissingProperty("user_id"))?;
        let client = body.client_id.as_deref();
        let mut families = self.search_refresh_tokens(Some(&user), client).await?;
        families.retain(|family| body.audience.is_none() || family.audience == body.audience);
        self.revoke_families(operator, families).await
    }

    async fn revoke_families(
        &self,
        operator: &Operator,
        families: Vec<RefreshFamily>,
    ) -> Result<(), ManageError> {
        for family in families {
            let id = family.id.as_str();
            let mut event = self.access_event(operator, Entity::RefreshToken, id, &family.user, json!({}));
            event.detail.insert(String::from("client"), json!(family.client));
            self.store.revoke_refresh_family(&family.id, self.now(), vec![event]).await?;
        }
        Ok(())
    }

    pub async fn keep_with_session(
        &self,
        operator: &Operator,
        sid: &str,
        body: &Map<String, Value>,
    ) -> Result<Session, ManageError> {
        let session = self.read_session(sid).await?;
        let metadata = kept("session_metadata", session.metadata, body)?;
        let event = self.kept_event(operator, Entity::Session, sid, &session.user, &metadata);
        match self.store.set_session_metadata(sid, metadata, vec![event]).await? {
            true => self.read_session(sid).await,
            false => Err(ManageError::NotFound(Entity::Session)),
        }
    }

    pub async fn keep_with_refresh_token(
        &self,
        operator: &Operator,
        id: &str,
        body: &Map<String, Value>,
    ) -> Result<RefreshFamily, ManageError> {
        let family = self.read_refresh_token(id).await?;
        let metadata = kept("refresh_token_metadata", family.metadata, body)?;
        let event = self.kept_event(operator, Entity::RefreshToken, id, &family.user, &metadata);
        match self.store.set_refresh_metadata(&family.id, metadata, vec![event]).await? {
            true => self.read_refresh_token(id).await,
            false => Err(ManageError::NotFound(Entity::RefreshToken)),
        }
    }

    fn revoked(&self) -> Ending {
        Ending { initiator: LogoutInitiator::SessionRevoked, at: self.now() }
    }

    fn access_event(
        &self,
        operator: &Operator,
        entity: Entity,
        id: &str,
        user: &UserId,
        detail: Value,
    ) -> Event {
        let mut event = self.change(operator, "revoke", entity, id, (None, Some(detail)));
        event.user = Some(user.clone());
        event
    }

    /// The names of what is kept, not the values.
    fn kept_event(
        &self,
        operator: &Operator,
        entity: Entity,
        id: &str,
        user: &UserId,
        metadata: &Map<String, Value>,
    ) -> Event {
        let names = json!({"metadata": metadata.keys().collect::<Vec<_>>()});
        let mut event = self.change(operator, "update", entity, id, (None, Some(names)));
        event.user = Some(user.clone());
        event
    }
}

/// First level only: `null` takes a key away, and instead of an object all of them.
fn kept(
    name: &'static str,
    mut metadata: Map<String, Value>,
    body: &Map<String, Value>,
) -> Result<Map<String, Value>, ManageError> {
    match body.get(name) {
        None => return Err(ManageError::MissingProperty(name)),
        Some(Value::Null) => metadata.clear(),
        Some(Value::Object(given)) => merge(&mut metadata, given.clone()),
        Some(_) => return Err(ManageError::invalid(name, "Expected type object")),
    }
    let short = |value: &Value| value.as_str().is_none_or(|text| text.chars().count() <= MAX_METADATA_TEXT);
    let sound = metadata.len() <= MAX_METADATA_KEYS
        && metadata.iter().all(|(key, value)| {
            key.chars().count() <= MAX_METADATA_TEXT
                && short(value)
                && !value.is_object()
                && !value.is_array()
        });
    match sound {
        true => Ok(metadata),
        false => Err(ManageError::invalid(name, "Must be at most 25 texts of at most 255 characters")),
    }
}
