//! The kinds of senders of one channel, what makes senders from a connection's options, and where
//! those that were made are kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use latchkey_core::model::{Connection, ConnectionId};
use latchkey_core::sender::{BadOption, Sender, SenderList};
use serde_json::{Map, Value};

use crate::Delivery;
use crate::options::Options;

/// Senders of one connection, the first one included.
const MAX_SENDERS: usize = 5;

/// Connections kept built; past it the store of built senders starts anew.
const MAX_BUILT: usize = 1024;

pub(crate) type BuiltSender<M> = Result<Arc<dyn Sender<M>>, BadOption>;

/// A kind of sender: the word in `options.provider`, and what makes one from the options.
pub(crate) struct Kind<M> {
    pub name: &'static str,
    pub build: fn(&Delivery, &Options<'_>) -> BuiltSender<M>,
}

pub(crate) struct Registry<M: 'static> {
    pub kinds: &'static [Kind<M>],
    /// What options that name no kind mean.
    pub default: Option<&'static str>,
}

impl<M: Sync> Registry<M> {
    /// The senders in the order they are tried: the one that the options themselves describe, then
    /// those of `latchkey.senders`, which take the same keys.
    pub fn build_all(
        &self,
        delivery: &Delivery,
        options: &Map<String, Value>,
    ) -> Result<SenderList<M>, BadOption> {
        let primary = Options::new(options, "");
        let mut all = primary.further_senders()?;
        if all.len() >= MAX_SENDERS {
            let reason = format!("holds more than {} senders", MAX_SENDERS - 1);
            return Err(primary.bad("latchkey.senders", reason));
        }
        all.insert(0, primary);
        let last = all.len() - 1;
        for options in all.iter_mut().take(last) {
            options.followed = true;
        }
        all.iter().map(|options| self.build_one(delivery, options)).collect()
    }

    fn build_one(&self, delivery: &Delivery, options: &Options<'_>) -> BuiltSender<M> {
        let named = options.text("provider")?.or(self.default);
        match self.kinds.iter().find(|kind| Some(kind.name) == named) {
            Some(kind) => (kind.build)(delivery, options),
            None => {
                let known: Vec<_> = self.kinds.iter().map(|kind| kind.name).collect();
                Err(options.bad("provider", format!("must be one of {}", known.join(", "))))
            }
        }
    }
}

/// Senders of connections, kept until the options change.
pub(crate) struct Kept<M>(RwLock<HashMap<ConnectionId, Built<M>>>);

/// The senders of one connection and the options they were made from.
struct Built<M> {
    options: Map<String, Value>,
    senders: SenderList<M>,
}

impl<M> Default for Kept<M> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<M: Sync> Kept<M> {
    /// The senders of a connection, made where none are kept.
    pub fn senders(
        &self,
        connection: &Connection,
        options: &Map<String, Value>,
        make: impl FnOnce() -> Result<SenderList<M>, BadOption>,
    ) -> Result<SenderList<M>, BadOption> {
        if let Some(senders) = self.find(&connection.id, options) {
            return Ok(senders);
        }
        let senders = make()?;
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_BUILT {
            kept.clear();
        }
        kept.insert(connection.id.clone(), Built { options: options.clone(), senders: senders.clone() });
        Ok(senders)
    }

    fn find(&self, id: &ConnectionId, options: &Map<String, Value>) -> Option<SenderList<M>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(id).filter(|built| built.options == *options).map(|built| built.senders.clone())
    }
}
