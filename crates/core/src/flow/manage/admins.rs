//! Administrators: who they are. The first one is made by whoever holds the set-up link.

use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::documents::{Draft, typed};
use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::{read_body, write_body};
use crate::model::{Admin, Document, DocumentKind, EmailAddress, Handle, HandleKind, Role, TokenHash};
use crate::store::Page;

const KIND: DocumentKind = DocumentKind::Admin;
/// Seconds that an entry link works.
pub const LINK_LIFE: i64 = 30 * 60;
/// The id of the administrator that the set-up link makes. Of two links that are used at once one makes it.
const FIRST: &str = "adm_first";

/// What an entry link opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The dashboard of a server that has no administrator yet: whoever comes becomes the first.
    SetUp,
    /// The dashboard, for one administrator. The id, so that whoever gets the address later is somebody else.
    Admin { id: String, email: String },
}

impl Engine {
    pub async fn has_admin(&self) -> Result<bool, Fault> {
        let page = Page { after: None, limit: 1 };
        Ok(!self.store.list_documents(KIND, &page).await?.is_empty())
    }

    /// A one-time link for the first administrator; `None` once there is one (S-124).
    pub async fn set_up_link(&self) -> Result<Option<Secret>, Fault> {
        match self.has_admin().await? {
            true => Ok(None),
            false => Ok(Some(self.entry_link(&Entry::SetUp).await?)),
        }
    }

    /// A one-time link for an administrator who cannot sign in otherwise. That it was made is an event.
    pub async fn admin_link(&self, operator: &Operator, email: &str) -> Result<Secret, ManageError> {
        let Document { id, name: email, .. } = self.find_admin(email).await?;
        let event = self.change(operator, "make a link for", Entity::Document(KIND), &id, (None, None));
        self.store.insert_events(vec![event]).await?;
        Ok(self.entry_link(&Entry::Admin { id, email }).await?)
    }

    /// By the address, however it is written.
    pub async fn find_admin(&self, email: &str) -> Result<Document, ManageError> {
        let found = self.store.find_document_by_name(KIND, &address(email)?).await?;
        found.ok_or(ManageError::NotFound(Entity::Document(KIND)))
    }

    pub async fn read_admin(&self, id: &str) -> Result<Document, ManageError> {
        self.find_one(KIND, id).await
    }

    async fn entry_link(&self, entry: &Entry) -> Result<Secret, Fault> {
        let token = self.random.token();
        self.store
            .insert_handle(Handle {
                id: TokenHash::of(&token),
                kind: HandleKind::AdminLink,
                body: write_body(entry)?,
                expires_at: self.now().plus(LINK_LIFE),
                used_at: None,
            })
            .await?;
        Ok(token)
    }

    /// What a link would open now. Looking at it uses nothing up.
    pub async fn entry(&self, link: &Secret) -> Result<Option<Entry>, Fault> {
        let found = self.store.find_handle(&TokenHash::of(link), HandleKind::AdminLink).await?;
        let Some(handle) = found.filter(|handle| handle.is_live(self.now())) else { return Ok(None) };
        match read_body(&handle.body)? {
            Entry::SetUp if self.has_admin().await? => Ok(None),
            entry => Ok(Some(entry)),
        }
    }

    pub async fn list_admins(&self) -> Result<Vec<Document>, Fault> {
        self.list_all(KIND).await
    }

    pub async fn create_admin(
        &self,
        operator: &Operator,
        email: &str,
        role: Role,
    ) -> Result<Document, ManageError> {
        if role != Role::Owner && !self.has_admin().await? {
            return Err(ManageError::invalid("role", "The first administrator is an owner"));
        }
        self.insert_admin(operator, format!("adm_{}", self.random.alphanumeric(16)), email, role).await
    }

    /// As [`Engine::create_admin`], and a mail tells them. The flag says whether one could be sent.
    pub async fn invite_admin(
        &self,
        operator: &Operator,
        email: &str,
        role: Role,
    ) -> Result<(Document, bool), ManageError> {
        let made = self.create_admin(operator, email, role).await?;
        let is_told = self.invite(operator, &made.name, role.as_str()).await?;
        Ok((made, is_told))
    }

    pub(super) async fn create_first_admin(&self, email: &str) -> Result<Document, ManageError> {
        let operator = Operator::of_admin(FIRST, Role::Owner);
        self.insert_admin(&operator, String::from(FIRST), email, Role::Owner).await
    }

    async fn insert_admin(
        &self,
        operator: &Operator,
        id: String,
        email: &str,
        role: Role,
    ) -> Result<Document, ManageError> {
        let name = address(email)?;
        let body =
            Map::from_iter([(String::from("email"), json!(name)), (String::from("role"), json!(role))]);
        self.insert_one(operator, Draft { kind: KIND, id, name, body, secret: &[] }).await
    }

    /// One owner stays.
    pub async fn change_role(
        &self,
        operator: &Operator,
        id: &str,
        role: Role,
    ) -> Result<Document, ManageError> {
        if role != Role::Owner {
            self.keep_an_owner(id).await?;
        }
        let change = |document: &mut Document| {
            document.body.insert(String::from("role"), json!(role));
            Ok(())
        };
        self.replace_one(operator, (KIND, id), &[], change).await
    }

    /// Ends their sessions, too. One owner stays.
    pub async fn remove_admin(&self, operator: &Operator, id: &str) -> Result<bool, ManageError> {
        let Some(found) = self.store.find_document(KIND, id).await? else { return Ok(false) };
        self.keep_an_owner(id).await?;
        let gone = self.delete_one(operator, KIND, id).await?;
        self.end_admin_sessions(operator, &found.name, None).await?;
        Ok(gone)
    }

    async fn keep_an_owner(&self, id: &str) -> Result<(), ManageError> {
        let is_owner = |other: &Document| other.body.get("role") == Some(&json!(Role::Owner));
        let all = self.list_admins().await?;
        match all.iter().any(|other| other.id != id && is_owner(other)) {
            true => Ok(()),
            false => Err(ManageError::invalid("role", "The last owner stays an owner")),
        }
    }

    /// What the administrator of an address may do by now.
    pub async fn admin_operator(&self, email: &str) -> Result<Option<Operator>, Fault> {
        Ok(self.admin(email).await?.map(|(operator, _)| operator))
    }

    /// The administrator of an address, as every request of theirs asks.
    pub(super) async fn admin(&self, email: &str) -> Result<Option<(Operator, Admin)>, Fault> {
        let found = self.document(KIND, email).await?;
        let Some(document) = &*found else { return Ok(None) };
        let admin = typed::<Admin>(&document.body).ok();
        Ok(admin.map(|admin| (Operator::of_admin(&document.id, admin.role), admin)))
    }
}

fn address(email: &str) -> Result<String, ManageError> {
    match EmailAddress::parse(email) {
        Ok(address) => Ok(address.as_str().to_owned()),
        Err(_) => Err(ManageError::invalid("email", "Must be an email address")),
    }
}

/// As the API has it.
pub fn shown(document: &Document) -> Value {
    let mut object = document.body.clone();
    object.insert(String::from("id"), json!(document.id));
    object.insert(String::from("created_at"), json!(document.created_at.to_iso8601()));
    Value::Object(object)
}
