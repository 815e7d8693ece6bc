//! What people call themselves.

use serde_json::{Map, Value, json};

use super::{AccountError, Act};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::manage::users::describe;
use crate::model::{EventKind, User};
use crate::store::{ChangeUser, Changed, StoreError};

/// Changes of others that one change puts up with.
const TRIES: usize = 5;

impl Engine {
    /// `name` within the limits that operators have; an empty one takes the name away.
    pub async fn rename_oneself(&self, act: Act<'_>, name: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        let name = name.trim();
        let given =
            Map::from_iter([(String::from("name"), if name.is_empty() { Value::Null } else { json!(name) })]);
        let mut seen: User = known.user;
        for _ in 0..TRIES {
            let mut user = seen.clone();
            describe(&mut user, given.clone()).map_err(|_| AccountError::Name)?;
            if user == seen {
                return Ok(());
            }
            user.updated_at = self.now();
            let events = vec![self.act_event(EventKind::AccountChanged, &user, "rename", act)];
            let change =
                ChangeUser { seen: seen.clone(), user, apart: None, ends: Default::default(), events };
            match self.store.change_user(change).await? {
                Changed::Done => return Ok(()),
                Changed::Gone => return Err(AccountError::SignedOut),
                Changed::Overtaken => {
                    let found = self.store.find_user(&seen.id).await?;
                    seen = found.filter(|user| !user.blocked).ok_or(AccountError::SignedOut)?;
                }
            }
        }
        let reason = String::from("others changed the same user all the time");
        Err(Fault::from(StoreError::Unavailable(reason)).into())
    }
}
