//! Sessions of administrators: how they come about, what they allow, how they end.

use data_encoding::HEXLOWER;
use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::admins::Entry;
use super::documents::{Draft, typed};
use super::{ManageError, Operator, OperatorError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::{Document, DocumentKind, HandleKind, Role, TokenHash};
use crate::store::{HandleUse, UseHandle};

const KIND: DocumentKind = DocumentKind::AdminSession;
/// Seconds from the sign-in to the end, whatever happens in between: a working day.
const LIFE: i64 = 12 * 3600;
/// Seconds without a request after which it ends (S-109).
const IDLE: i64 = 30 * 60;
/// Seconds within which further uses are not written down.
const PRECISION: i64 = 60;
/// Seconds from the sign-in within which secrets, keys and administrators are open (S-125).
pub const FRESH: i64 = 15 * 60;

/// The body of the document; its name is the hash of the cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminSession {
    /// The id: whoever gets the address later is somebody else.
    pub admin: String,
    pub email: String,
    pub ip: String,
    pub user_agent: Option<String>,
    /// What opened it; absent in those of a release before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<EntryMethod>,
    /// The last minute in which it was used.
    pub used_at: i64,
    pub expires_at: i64,
}

/// What an administrator came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryMethod {
    Link,
    Code,
    Passkey,
}

/// A browser whose administrator is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub email: String,
    pub role: Role,
    pub operator: Operator,
}

#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// Used, expired, never made, or somebody was faster.
    #[error("the link works no more")]
    DeadLink,
    #[error("that is no email address")]
    Email,
    /// Wrong, used, or too late.
    #[error("the code does not work")]
    Code,
    #[error("too many tries")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<ManageError> for EnterError {
    fn from(error: ManageError) -> Self {
        match error {
            ManageError::Fault(fault) => Self::Fault(fault),
            ManageError::Invalid { .. } => Self::Email,
            _ => Self::DeadLink,
        }
    }
}

impl Engine {
    /// Uses a link up: its administrator is signed in, by the cookie that this returns. `email`: who the
    /// first administrator is.
    ///
    /// Invariant: of any number of set-up links that are used at once, one makes an administrator.
    pub async fn enter_dashboard(
        &self,
        link: &Secret,
        email: &str,
        caller: &Caller,
    ) -> Result<Secret, EnterError> {
        let entry = self.entry(link).await?.ok_or(EnterError::DeadLink)?;
        let (id, email) = match entry {
            Entry::Admin { id, email } => (id, email),
            Entry::SetUp => {
                let first = self.create_first_admin(email).await?;
                (first.id, first.name)
            }
        };
        let used = self
            .store
            .use_handle(UseHandle {
                id: TokenHash::of(link),
                kind: HandleKind::AdminLink,
                now: self.now(),
                refresh: None,
                max_families: 0,
                events: Vec::new(),
            })
            .await
            .map_err(Fault::from)?;
        match used {
            HandleUse::First(_) => self.begin_admin_session(&id, &email, EntryMethod::Link, caller).await,
            _ => Err(EnterError::DeadLink),
        }
    }

    pub(super) async fn begin_admin_session(
        &self,
        id: &str,
        email: &str,
        method: EntryMethod,
        caller: &Caller,
    ) -> Result<Secret, EnterError> {
        let known = self.admin(email).await?.filter(|(operator, _)| operator.admin.as_deref() == Some(id));
        let (operator, admin) = known.ok_or(EnterError::DeadLink)?;
        self.sweep_admin_sessions().await?;
        let cookie = self.random.token();
        let now = self.now();
        let session = AdminSession {
            admin: id.to_owned(),
            email: admin.email,
            ip: caller.ip.to_string(),
            user_agent: caller.user_agent.clone(),
            method: Some(method),
            used_at: now.0,
            expires_at: now.plus(LIFE).0,
        };
        let body = match json!(session) {
            Value::Object(body) => body,
            _ => Default::default(),
        };
        let id = format!("ase_{}", self.random.alphanumeric(16));
        let draft = Draft { kind: KIND, id, name: hash(&cookie), body, secret: &[] };
        self.insert_one(&operator, draft).await?;
        Ok(cookie)
    }

    /// Whose browser it is, and what they may do by now.
    pub async fn signed_in_admin(&self, cookie: &Secret) -> Result<Option<SignedIn>, OperatorError> {
        let document = self.document(KIND, &hash(cookie)).await?;
        let Some(found) = &*document else { return Ok(None) };
        let Ok(session) = typed::<AdminSession>(&found.body) else { return Ok(None) };
        let now = self.now().0;
        if now >= session.expires_at || now.saturating_sub(session.used_at) >= IDLE {
            return Ok(None);
        }
        let Some((mut operator, admin)) = self.admin(&session.email).await? else { return Ok(None) };
        if operator.admin.as_ref() != Some(&session.admin) {
            return Ok(None);
        }
        let pace = self.settings.limits.management_per_client;
        operator.limit = self
            .buckets
            .take("management", &session.admin, pace, self.clock.now_micros())
            .map_err(OperatorError::TooManyRequests)?;
        operator.fresh = now.saturating_sub(found.created_at.0) < FRESH;
        if now.saturating_sub(session.used_at) >= PRECISION {
            let mut used = found.clone();
            used.body.insert(String::from("used_at"), json!(now));
            // Where another request was faster, it has written the same.
            self.store.replace_document(&used, Vec::new()).await?;
            self.directory.forget();
        }
        Ok(Some(SignedIn { email: admin.email, role: admin.role, operator }))
    }

    /// True when there was such a session.
    pub async fn leave_dashboard(&self, cookie: &Secret) -> Result<bool, ManageError> {
        let Some(found) = self.store.find_document_by_name(KIND, &hash(cookie)).await? else {
            return Ok(false);
        };
        let email = found.body.get("email").and_then(Value::as_str).unwrap_or_default();
        let Some((operator, _)) = self.admin(email).await? else { return Ok(false) };
        self.delete_one(&operator, KIND, &found.id).await
    }

    /// Of the administrator, newest last.
    pub async fn list_admin_sessions(&self, email: &str) -> Result<Vec<Document>, Fault> {
        let mut all = self.list_all(KIND).await?;
        all.retain(|session| session.body.get("email") == Some(&json!(email)));
        all.sort_by_key(|session| session.created_at);
        Ok(all)
    }

    /// All, or the one of that id.
    pub async fn end_admin_sessions(
        &self,
        operator: &Operator,
        email: &str,
        only: Option<&str>,
    ) -> Result<(), ManageError> {
        for session in self.list_admin_sessions(email).await? {
            if only.is_none_or(|id| session.id == id) {
                self.delete_one(operator, KIND, &session.id).await?;
            }
        }
        Ok(())
    }

    /// Sessions are few, so that each sign-in clears away what ended.
    async fn sweep_admin_sessions(&self) -> Result<(), Fault> {
        let now = self.now().0;
        for session in self.list_all(KIND).await? {
            let ends = session.body.get("expires_at").and_then(Value::as_i64);
            if ends.is_none_or(|ends| ends <= now) {
                self.store.delete_document(KIND, &session.id, Vec::new()).await?;
            }
        }
        Ok(())
    }
}

fn hash(cookie: &Secret) -> String {
    HEXLOWER.encode(&TokenHash::of(cookie).0)
}
