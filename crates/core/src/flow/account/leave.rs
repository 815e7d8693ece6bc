//! A person deletes their account.

use super::view::word;
use super::{AccountError, Act};
use crate::engine::Engine;
use crate::flow::notices::{News, counted_of};
use crate::model::EventKind;
use crate::notice::NoticeKind;

impl Engine {
    /// `typed` is the word of [`AccountView`](super::AccountView). Sessions, passkeys, consents and addresses go;
    /// what the log says stays as long as it does of everybody.
    pub async fn delete_own_account(&self, act: Act<'_>, typed: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        if !self.tenant().await?.account_deletion {
            return Err(AccountError::Off);
        }
        if typed.trim() != word(&known.user) {
            return Err(AccountError::NotConfirmed);
        }
        let event = self.act_event(EventKind::AccountDeleted, &known.user, "delete", act);
        let news = News::by(NoticeKind::AccountDeleted, Some(act.caller));
        let gone = self.account_event(EventKind::UserDeleted, &known.user, "delete");
        let events = vec![self.with_notice(event, &known.user, news).await, gone];
        let counted = counted_of(&events);
        if self.store.delete_user(&known.user.id, self.now(), events).await? {
            return Ok(());
        }
        self.uncount(counted).await?;
        Err(AccountError::SignedOut)
    }
}
