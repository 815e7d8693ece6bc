//! A sign-in under way as the store keeps it: begun, found again by its browser, changed, ended.

use std::sync::Arc;

use latchkey_wire::Secret;

use super::{LIFE, SignIn, SignInError};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::{Browser, read_body, write_body};
use crate::model::{Client, Handle, HandleKind, TokenHash};
use crate::store::{HandleUse, UseHandle};

/// A live transaction and what it says.
pub(super) struct Open {
    pub id: TokenHash,
    pub sign_in: SignIn,
    pub client: Arc<Client>,
}

impl Engine {
    pub(in crate::flow) async fn begin_sign_in(&self, sign_in: SignIn) -> Result<Secret, Fault> {
        let token = self.random.token();
        let handle = Handle {
            id: TokenHash::of(&token),
            kind: HandleKind::Transaction,
            body: write_body(&sign_in)?,
            expires_at: self.now().plus(LIFE),
            used_at: None,
        };
        self.store.insert_handle(handle).await?;
        Ok(token)
    }

    /// A transaction of this browser.
    pub(super) async fn open_sign_in(&self, token: &Secret, browser: &Browser) -> Result<Open, SignInError> {
        let id = TokenHash::of(token);
        let found = self.store.find_handle(&id, HandleKind::Transaction).await?;
        let handle = found.filter(|handle| self.now() < handle.expires_at).ok_or(SignInError::Gone)?;
        let sign_in: SignIn = read_body(&handle.body)?;
        if !browser.is(&sign_in.browser) {
            return Err(SignInError::OtherBrowser);
        }
        if handle.used_at.is_some() {
            return Err(SignInError::Done);
        }
        let client = self.client(&sign_in.authorization.client).await?;
        let client = client.ok_or(SignInError::Gone)?;
        if !self.still_stands(&client, &sign_in.authorization).await? {
            return Err(SignInError::Gone);
        }
        Ok(Open { id, sign_in, client })
    }

    /// What a live transaction says, whichever browser it is of.
    pub(super) async fn find_sign_in(&self, id: &TokenHash) -> Result<Option<SignIn>, Fault> {
        Ok(self.find_transaction(id).await?.map(|(_, sign_in)| sign_in))
    }

    /// Changes a live transaction, and keeps what other acts change of it at the same time. False when
    /// `change` found nothing to do.
    pub(super) async fn change_sign_in(
        &self,
        id: &TokenHash,
        change: impl Fn(&mut SignIn) -> bool,
    ) -> Result<bool, SignInError> {
        // Each further round means that another act got through.
        loop {
            let (handle, mut sign_in) = self.find_transaction(id).await?.ok_or(SignInError::Gone)?;
            if !change(&mut sign_in) {
                return Ok(false);
            }
            let changed = Handle { body: write_body(&sign_in)?, ..handle.clone() };
            if self.store.update_handle(&changed, &handle.body, self.now()).await? {
                return Ok(true);
            }
        }
    }

    /// The transaction is used up; only one call gets past here.
    pub(super) async fn finish(&self, open: &Open) -> Result<(), SignInError> {
        let used = self
            .store
            .use_handle(UseHandle {
                id: open.id,
                kind: HandleKind::Transaction,
                now: self.now(),
                refresh: None,
                max_families: 0,
                events: Vec::new(),
            })
            .await?;
        match used {
            HandleUse::First(_) => Ok(()),
            HandleUse::Again(_) | HandleUse::Absent => Err(SignInError::Gone),
        }
    }

    async fn find_transaction(&self, id: &TokenHash) -> Result<Option<(Handle, SignIn)>, Fault> {
        let found = self.store.find_handle(id, HandleKind::Transaction).await?;
        let Some(handle) = found.filter(|handle| handle.is_live(self.now())) else { return Ok(None) };
        let sign_in = read_body(&handle.body)?;
        Ok(Some((handle, sign_in)))
    }
}
