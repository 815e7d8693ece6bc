//! What shields tell (management 2.21): somebody whose address is guessed at, and the owners of the server of a place that
//! guesses.
//!
//! Invariant: it is done behind the request's back, and no answer waits for it or says of it: who is asked for and who
//! is told would tell who has an account (S-006). It goes out as mail alone, since whoever guesses would choose when a
//! text message is paid for.

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Weak};

use super::notices::News;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::Bucket;
use crate::model::{Address, Channel, Event};
use crate::notice::NoticeKind;
use crate::protection::{BRUTE_FORCE, SUSPICIOUS_IP};

/// Of one address in a day, and of all addresses that guess in an hour, on each node.
const TO_A_PERSON: Bucket = Bucket::new(1, 1, 86_400);
const TO_OWNERS: Bucket = Bucket::new(5, 5, 3600);

impl Engine {
    /// Writes the entry of a block, and tells who has the address of it.
    pub(super) fn write_block(&self, event: Event, connection: &str, address: &Address) {
        let (connection, address, alone) = (connection.to_owned(), address.clone(), event.clone());
        let told = self.behind(move |engine| async move {
            let event = match engine.warned(event.clone(), &connection, &address).await {
                Ok(event) => event,
                Err(error) => {
                    tracing::warn!(%error, "a warning could not be made");
                    event
                }
            };
            engine.write_behind(event);
        });
        if !told {
            self.write_behind(alone);
        }
    }

    /// The entry with a mail to the user, where there is one with an address that was proved.
    async fn warned(&self, event: Event, connection: &str, address: &Address) -> Result<Event, Fault> {
        if !self.has_shield(BRUTE_FORCE, "user_notification").await? {
            return Ok(event);
        }
        let Some(user) = self.store.find_user_by_address(connection, address).await? else {
            return Ok(event);
        };
        let is_proved = user
            .identities
            .iter()
            .any(|identity| identity.channel == Channel::Email && identity.verified_at.is_some());
        let micros = self.clock.now_micros();
        let is_first = || self.buckets.take("warned", address.as_str(), TO_A_PERSON, micros).is_ok();
        if user.blocked || !is_proved || !is_first() {
            return Ok(event);
        }
        Ok(self.with_notice(event, &user, News::by(NoticeKind::CodesRefused, None)).await)
    }

    /// Tells the owners of a place that guesses.
    pub(super) fn warn_owners(&self, ip: IpAddr) {
        self.behind(move |engine| async move {
            let told = match engine.has_shield(SUSPICIOUS_IP, "admin_notification").await {
                Ok(true)
                    if engine
                        .buckets
                        .take("warned", "owners", TO_OWNERS, engine.clock.now_micros())
                        .is_ok() =>
                {
                    engine.tell_owners(ip).await
                }
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = told {
                tracing::warn!(%error, "the owners could not be told");
            }
        });
    }

    /// False, and nothing happens, where the engine is not shared.
    fn behind<F: Future<Output = ()> + Send + 'static>(&self, act: impl FnOnce(Arc<Self>) -> F) -> bool {
        let engine = self.itself.get().and_then(Weak::upgrade);
        engine.map(|engine| self.runtime.spawn(Box::pin(act(engine)))).is_some()
    }
}
