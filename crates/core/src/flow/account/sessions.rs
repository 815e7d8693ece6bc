//! Signing out elsewhere. Clients that want to know are told, as of every end of a session.

use super::{AccountError, Act};
use crate::engine::Engine;
use crate::model::{Ending, EventKind, LogoutInitiator};

impl Engine {
    /// Ends one session of theirs, by its `sid`; this browser's too.
    pub async fn end_own_session(&self, act: Act<'_>, sid: &str) -> Result<(), AccountError> {
        let known = self.proven_here(act).await?;
        let found = match sid.contains('\0') {
            true => None,
            false => self.store.find_session_by_sid(sid).await?,
        };
        let theirs = found.filter(|session| session.user == known.user.id && session.is_live(self.now()));
        if theirs.is_none() {
            return Err(AccountError::Gone);
        }
        let event = self.act_event(EventKind::LoggedOut, &known.user, "sign_out", act);
        self.store.delete_session_by_sid(sid, self.by_person(), vec![event]).await?;
        Ok(())
    }

    /// Ends every session but this browser's. How many there were.
    pub async fn end_other_sessions(&self, act: Act<'_>) -> Result<u64, AccountError> {
        let known = self.proven_here(act).await?;
        let event = self.act_event(EventKind::LoggedOut, &known.user, "sign_out_others", act);
        let (user, own) = (&known.user.id, &known.session.id);
        let ended = self.store.delete_other_sessions(user, own, self.by_person(), vec![event]).await?;
        Ok(ended.sessions)
    }

    fn by_person(&self) -> Ending {
        Ending { initiator: LogoutInitiator::RpLogout, at: self.now() }
    }
}
