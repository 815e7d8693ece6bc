//! The verbs about passkeys of administrators. They go with their administrator
//! ([`super::DocumentStore::delete_document`]).

use async_trait::async_trait;

use super::StoreResult;
use crate::clock::Timestamp;
use crate::model::{AdminPasskey, Event, PasskeyId};

/// An administrator who is signed in makes one.
#[derive(Clone, Debug)]
pub struct AddAdminPasskey {
    pub passkey: AdminPasskey,
    /// Most that an administrator has.
    pub most: u32,
    pub events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminPasskeyAdded {
    Done,
    /// Another passkey, of whatever administrator, has the credential id.
    Taken,
    /// The administrator has as many as they may.
    Full,
    /// The administrator is gone.
    Gone,
}

/// A passkey signed, and what was signed is proved.
#[derive(Clone, Debug)]
pub struct UseAdminPasskey {
    pub id: PasskeyId,
    /// Whose it was when it was found.
    pub admin: String,
    pub counter: i64,
    pub backed_up: bool,
    pub now: Timestamp,
    /// Written when the counter did not grow (S-059).
    pub on_clone: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminPasskeyUsed {
    /// `cloned`: the counter did not grow, so that there may be two of the authenticator.
    Accepted { cloned: bool },
    /// The passkey or its administrator is gone. Nothing happened.
    Gone,
}

#[async_trait]
pub trait AdminPasskeyStore {
    async fn find_admin_passkey(&self, credential_id: &[u8]) -> StoreResult<Option<AdminPasskey>>;
    /// In the order in which they were made.
    async fn list_admin_passkeys(&self, admin: &str) -> StoreResult<Vec<AdminPasskey>>;
    /// Atomically: counts, inserts, writes the events.
    ///
    /// Invariant: of any number of concurrent calls no more pass than the administrator may have.
    async fn add_admin_passkey(&self, act: AddAdminPasskey) -> StoreResult<AdminPasskeyAdded>;
    /// Atomically: compares and keeps the counter, which never falls; writes the events.
    async fn use_admin_passkey(&self, act: UseAdminPasskey) -> StoreResult<AdminPasskeyUsed>;
    /// Writes the events. False, and nothing happens, when the administrator has none of that id.
    async fn rename_admin_passkey(
        &self,
        admin: &str,
        id: &PasskeyId,
        name: &str,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
    /// Writes the events. False, and nothing happens, when the administrator has none of that id.
    async fn delete_admin_passkey(
        &self,
        admin: &str,
        id: &PasskeyId,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
}
