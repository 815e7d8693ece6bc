//! Linking and unlinking (section 2.5): two users become one, and an identity a user of its own.

use latchkey_wire::management::scope::{UPDATE_CURRENT_USER_IDENTITIES, UPDATE_USERS};
use latchkey_wire::management::user::LinkBody;
use serde_json::{Map, Value, json};

use super::{Entity, ManageError, Operator, StoreError, TRIES, TextTest, User, UserFilter, UserText, told};
use crate::engine::Engine;
use crate::flow::notices::{News, counted_of};
use crate::flow::token_info::proved_at;
use crate::model::{ClientId, FamilyId, UserId, revoked_mark};
use crate::notice::NoticeKind;
use crate::store::{ChangeUser, Changed, LinkUsers, UserSearch, UserSort, UserWindow};
use crate::token::issue::GRANT_ID;
use crate::token::jwt;

impl Engine {
    /// The linked user. The secondary one is gone: its metadata is dropped, whoever signs in by its identity
    /// is the primary.
    pub async fn link_identity(
        &self,
        operator: &Operator,
        primary: &str,
        body: LinkBody,
    ) -> Result<User, ManageError> {
        may_link(operator)?;
        for _ in 0..TRIES {
            let primary = self.known_user(primary).await?;
            let secondary = self.secondary(&primary, &body).await?;
            // The block of one would else fall on the other, or be lost.
            if primary.blocked || secondary.blocked {
                return Err(ManageError::NotSupported(String::from("A blocked user cannot be linked")));
            }
            let link = self.link(operator, &primary, secondary).await;
            let counted = counted_of(&link.events);
            let linked = self.store.link_users(link).await;
            if !matches!(linked, Ok(Changed::Done)) {
                self.uncount(counted).await?;
            }
            match linked {
                Ok(Changed::Done) => return self.known_user(primary.id.as_str()).await,
                Ok(Changed::Overtaken | Changed::Gone) => {}
                Err(StoreError::Conflict(_)) => return Err(ManageError::Conflict(Entity::Identity)),
                Err(other) => return Err(other.into()),
            }
        }
        Err(super::overtaken())
    }

    async fn link(&self, operator: &Operator, primary: &User, secondary: User) -> LinkUsers {
        let mut linked = primary.clone();
        linked.identities.extend(secondary.identities.iter().cloned());
        linked.foreign_identities.extend(secondary.foreign_identities.iter().cloned());
        linked.updated_at = self.now();
        let records = (Some(told(primary)), Some(told(&linked)));
        let mut event = self.change(operator, "link", Entity::Identity, primary.id.as_str(), records);
        event.detail.insert(String::from("linked"), json!(secondary.id));
        event.user = Some(primary.id.clone());
        let news = News::by(NoticeKind::AddressAdded, None);
        let event = self.with_notice(event, primary, news).await;
        // Whoever had the other account is told, too, but nobody twice.
        let mut others = secondary.clone();
        others.identities.retain(|one| primary.identities.iter().all(|own| own.address != one.address));
        let news = News::by(NoticeKind::AccountLinked, None);
        let event = self.with_notice(event, &others, news).await;
        let mut ledgers: Vec<_> =
            secondary.identities.iter().map(|identity| self.address_ledger(&identity.address)).collect();
        ledgers.sort_unstable_by_key(|key| key.0);
        ledgers.dedup();
        let events = vec![event, self.dropped_event(operator, &primary.id)];
        LinkUsers { primary: primary.clone(), secondary, linked, ledgers, events }
    }

    async fn secondary(&self, primary: &User, body: &LinkBody) -> Result<User, ManageError> {
        let id = match (&body.link_with, &body.provider, &body.user_id) {
            (Some(token), ..) => self.proved_by(token).await?,
            (None, Some(provider), Some(user_id)) => named(provider, user_id)?,
            (None, None, _) => return Err(ManageError::MissingProperty("provider")),
            (None, _, None) => return Err(ManageError::MissingProperty("user_id")),
        };
        if id == primary.id {
            return Err(ManageError::invalid("user_id", "Main and secondary users must not be the same"));
        }
        match self.known_user(id.as_str()).await {
            Err(ManageError::NotFound(_)) if self.is_linked(&id).await? => {
                Err(ManageError::Conflict(Entity::Identity))
            }
            other => other,
        }
    }

    /// Whether the user of this id became part of another one.
    async fn is_linked(&self, id: &UserId) -> Result<bool, ManageError> {
        let Some((provider, user_id)) = id.as_str().split_once('|') else { return Ok(false) };
        if id.as_str().contains('\0') {
            return Ok(false);
        }
        let filter = UserFilter::Text(UserText::ProviderUserId, TextTest::Is(user_id.to_owned()));
        let window = UserWindow::Page { start: 0, limit: 10, total: false };
        let search = UserSearch { filter, sort: UserSort::default(), window };
        let found = self.store.search_users(&search).await?;
        Ok(found.users.iter().any(|user| user.identity(provider, user_id).is_some()))
    }

    /// Whom an ID token of ours is about.
    async fn proved_by(&self, token: &str) -> Result<UserId, ManageError> {
        let refused = || ManageError::invalid("link_with", "The token is not a valid ID token");
        let claims = self.read_jwt(token, None).ok_or_else(refused)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        let is_current = number("exp").is_some_and(|exp| jwt::is_current(number("iat"), exp, self.now(), 0));
        // Access tokens are for an API, logout tokens tell of an event.
        let audience = text("aud").map(ClientId::from).ok_or_else(refused)?;
        let is_id_token = claims.get("events").is_none() && claims.get("scope").is_none();
        if !is_current || !is_id_token || self.client(&audience).await?.is_none() {
            return Err(refused());
        }
        // What came by a password or key that is gone proves nobody any more (S-148).
        if let Some(credential) = text(GRANT_ID).map(FamilyId::from)
            && self.store.is_seen(&revoked_mark(&credential), self.now()).await?
        {
            return Err(refused());
        }
        let user = text("sub").map(UserId::from).ok_or_else(refused)?;
        // Nor does what was proved before an address of theirs changed hands.
        match self.store.find_user(&user).await? {
            Some(found) if !found.counts_proof_of(proved_at(&claims)) => Err(refused()),
            _ => Ok(user),
        }
    }

    /// The user without that identity, which is a user of its own again, by its former id.
    pub async fn unlink_identity(
        &self,
        operator: &Operator,
        id: &str,
        provider: &str,
        user_id: &str,
    ) -> Result<User, ManageError> {
        may_link(operator)?;
        let user_id = user_id.strip_prefix(&format!("{provider}|")).unwrap_or(user_id);
        for _ in 0..TRIES {
            let seen = self.known_user(id).await?;
            let at = secondary_at(&seen, provider, user_id)?;
            let mut user = seen.clone();
            let apart = self.parted(&mut user, at);
            let records = (Some(told(&seen)), Some(told(&user)));
            let mut event = self.change(operator, "unlink", Entity::Identity, id, records);
            event.detail.insert(String::from("unlinked"), json!(apart.id));
            event.user = Some(user.id.clone());
            let news = News::by(NoticeKind::AddressRemoved, None);
            let event = self.with_notice(event, &user, news).await;
            let events = vec![event, self.dropped_event(operator, &user.id)];
            let counted = counted_of(&events);
            let act =
                ChangeUser { seen, user: user.clone(), apart: Some(apart), ends: Default::default(), events };
            let changed = self.store.change_user(act).await;
            if !matches!(changed, Ok(Changed::Done)) {
                self.uncount(counted).await?;
            }
            match changed {
                Ok(Changed::Done) => return Ok(user),
                Ok(Changed::Overtaken) => {}
                Ok(Changed::Gone) => return Err(ManageError::NotFound(Entity::User)),
                Err(StoreError::Conflict(_)) => return Err(ManageError::Conflict(Entity::User)),
                Err(other) => return Err(other.into()),
            }
        }
        Err(super::overtaken())
    }

    /// Takes an identity out of `user`. Who is blocked stays so on either side.
    fn parted(&self, user: &mut User, at: usize) -> User {
        let now = self.now();
        let identity = user.identities.remove(at);
        // What an operator decides is not undone by whoever had an address before.
        user.address_changes.retain(|change| change.identity != identity.key());
        user.updated_at = now;
        User {
            id: identity.first_owner(),
            identities: vec![identity],
            blocked: user.blocked,
            block_decided: user.block_decided,
            attributes: Map::new(),
            user_metadata: Map::new(),
            app_metadata: Map::new(),
            foreign_identities: Vec::new(),
            created_at: now,
            updated_at: now,
            last_login: None,
            last_ip: None,
            logins_count: 0,
            // Tokens of before the link are about this id.
            proofs_since: Some(user.proofs_after(now)),
            address_changes: Vec::new(),
        }
    }
}

/// Where the identity stands; the main one does not part.
fn secondary_at(user: &User, provider: &str, user_id: &str) -> Result<usize, ManageError> {
    let refused = |text: &str| Err(ManageError::NotSupported(text.to_owned()));
    let at = user
        .identities
        .iter()
        .position(|identity| identity.strategy.as_str() == provider && identity.provider_user_id == user_id);
    match at {
        None => refused("The user has no such identity"),
        Some(0) => refused("The main identity of a user cannot be unlinked"),
        Some(at) => Ok(at),
    }
}

/// What people may link themselves is not for tools.
fn may_link(operator: &Operator) -> Result<(), ManageError> {
    operator.must(&[UPDATE_USERS, UPDATE_CURRENT_USER_IDENTITIES])?;
    operator.must(&[UPDATE_USERS])
}

/// By provider and id, which may begin with the provider.
fn named(provider: &str, user_id: &Value) -> Result<UserId, ManageError> {
    let text = match user_id {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(ManageError::invalid("user_id", "Expected type string")),
    };
    let prefix = format!("{provider}|");
    let id = text.strip_prefix(&prefix).unwrap_or(&text);
    Ok(UserId::new(format!("{prefix}{id}")))
}
