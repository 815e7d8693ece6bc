//! A person deletes their account.

use super::view::word;
use super::{AccountError, Act};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::notices::News;
use crate::model::EventKind;
use crate::notice::NoticeKind;

impl Engine {
    /// `typed` is the word of [`AccountView`](super::AccountView). Sessions, passkeys, consents and addresses go;
    /// what the log says stays as long as it does of everybody.
    pub async fn delete_own_account(
        &self,
        act: Act<'_>,
        typed: &str,
        caller: &Caller,
    ) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        if !self.tenant().await?.account_deletion {
            return Err(AccountError::Off);
        }
        if typed.trim() != word(&known.user) {
            return Err(AccountError::NotConfirmed);
        }
        let event = self.account_event(EventKind::AccountDeleted, &known.user, "delete");
        let news = News::by(NoticeKind::AccountDeleted, Some(caller));
        let event = self.with_notice(event, &known.user, news).await;
        match self.store.delete_user(&known.user.id, self.now(), vec![event]).await? {
            true => Ok(()),
            false => Err(AccountError::SignedOut),
        }
    }
}
