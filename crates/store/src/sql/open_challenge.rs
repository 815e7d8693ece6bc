//! One start: the ledgers are asked and charged, the challenge takes its place, all or nothing.

use latchkey_core::Timestamp;
use latchkey_core::model::{
    Address, Challenge, CodeHash, Event, EventKind, Ledger, LedgerKey, OutboxRow, SendRules, Tier,
};
use latchkey_core::store::{OpenChallenge, Opened, StoreError, StoreResult};

use super::{challenges, events, handles, ledgers, outbox};
use crate::tx::{Act, Tx, queries, values};

queries! {
    /// The user of the address or, where nobody has it, of the next one: a look at no user at all would be
    /// faster, and tell (S-006).
    FIND_NEXT = "SELECT i.address, u.blocked FROM identities i JOIN users u ON u.id = i.user_id \
        WHERE i.connection = $1 AND i.address >= $2 ORDER BY i.connection, i.address LIMIT 1";
    /// The message of the challenge that is replaced: its code is dead.
    DELETE_REPLACED = "DELETE FROM outbox WHERE id = \
        (SELECT id FROM challenges WHERE connection = $1 AND address = $2 AND client = $3)";
}

/// Opens to no code: no HMAC is all zeros.
///
/// Invariant: a withheld challenge counts its tries like a live one. If it were exhausted from the start,
/// the first wrong code would tell that nobody has the address.
const DEAD: CodeHash = CodeHash([0; 32]);

impl Act for OpenChallenge {
    type Out = Opened;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Opened> {
        let now = self.challenge.created_at;
        let key = &self.challenge.key;
        let next = tx.first(&FIND_NEXT, values![&key.connection, &key.address], |row| {
            Ok((row.next::<Address>()?, row.next::<bool>()?))
        });
        let (held, next) = tokio::join!(hold(tx, self, now), next);
        let (mut held, next) = (held?, next?);
        let blocked = next.filter(|(address, _)| *address == key.address).map(|(_, blocked)| blocked);

        let tier = match charge(self, &mut held, now)? {
            Ok(tier) => tier,
            Err(denied) => {
                tx.abandon();
                return Ok(Opened::Denied(denied));
            }
        };
        let withheld = blocked.unwrap_or(self.known_users_only);
        let suppressed = !withheld && ledger_of(&mut held, self.address_ledger)?.is_suppressed(now);
        // Where only users get messages, strangers pay for each that they do not get: so does a user who gets
        // none, or the limits would tell them apart (S-006).
        let refunded = suppressed && !self.known_users_only;
        for (key, ledger) in &mut held {
            if refunded {
                ledger.refund_send();
            }
            ledgers::save(tx, *key, ledger, now)?;
        }
        let challenge = if withheld { dead(&self.challenge, tier) } else { live(self, tier) };
        tx.later(&DELETE_REPLACED, challenges::key_values(key))?;
        challenges::put(tx, &challenge)?;
        if let Some(link) = &self.link {
            handles::insert(tx, link)?;
        }
        if let Some(row) = self.outbox.as_ref().filter(|_| self.known_users_only && (withheld || suppressed))
        {
            // Nobody ever claims it, since it has expired: that a stranger has none would show in the time.
            outbox::put(tx, &OutboxRow { expires_at: now, ..of_tier(row, tier).clone() })?;
        }
        if suppressed {
            events::insert(tx, &withheld_events(self, Some("suppressed")))?;
            return Ok(Opened::Suppressed);
        }
        if withheld {
            events::insert(tx, &withheld_events(self, None))?;
            return Ok(Opened::Withhold { blocked: blocked.is_some() });
        }
        if let Some(row) = &self.outbox {
            outbox::put(tx, of_tier(row, tier))?;
        }
        events::insert(tx, &self.events)?;
        Ok(Opened::Send { tier })
    }
}

/// The events of a start without a message, and why it has none where they say so.
fn withheld_events(open: &OpenChallenge, reason: Option<&'static str>) -> Vec<Event> {
    let mut events = open.events.clone();
    for event in
        events.iter_mut().filter(|event| matches!(event.kind, EventKind::CodeSent | EventKind::MailSent))
    {
        event.kind = EventKind::SendWithheld;
        if let Some(reason) = reason {
            event.detail.insert(String::from("reason"), reason.into());
        }
    }
    events
}

/// Every ledger of the start, held in the order of keys.
async fn hold<T: Tx>(tx: &T, open: &OpenChallenge, now: Timestamp) -> StoreResult<Vec<(LedgerKey, Ledger)>> {
    let mut keys: Vec<LedgerKey> = open.ledgers().collect();
    keys.sort_unstable_by_key(|key| key.0);
    keys.dedup();
    let mut held = Vec::with_capacity(keys.len());
    for key in keys {
        held.push((key, ledgers::lock_or_insert(tx, key, now).await?));
    }
    Ok(held)
}

/// Charges the address, then what is counted with it; the tier when nobody refuses.
fn charge(
    open: &OpenChallenge,
    held: &mut [(LedgerKey, Ledger)],
    now: Timestamp,
) -> StoreResult<Result<Tier, latchkey_core::model::SendDenied>> {
    let address = ledger_of(held, open.address_ledger)?;
    if let Err(denied) = address.charge_send(&open.send_rules, open.lane, now) {
        return Ok(Err(denied));
    }
    let tier = address.tier(&open.try_rules, now).max(open.least_tier);
    if let Some((key, per_day)) = open.mailbox {
        let rules = SendRules { gaps: Vec::new(), per_day, coalesce: 0 };
        if let Err(denied) = ledger_of(held, key)?.charge_send(&rules, open.lane, now) {
            return Ok(Err(denied));
        }
    }
    for (key, per_day) in &open.also_count {
        if let Err(denied) = ledger_of(held, *key)?.charge_count(*per_day, now) {
            return Ok(Err(denied));
        }
    }
    Ok(Ok(tier))
}

fn ledger_of(held: &mut [(LedgerKey, Ledger)], key: LedgerKey) -> StoreResult<&mut Ledger> {
    let lost = || StoreError::Corrupt(String::from("a ledger is not held"));
    held.iter_mut().find(|(held, _)| *held == key).map(|(_, ledger)| ledger).ok_or_else(lost)
}

fn live(open: &OpenChallenge, tier: Tier) -> Challenge {
    Challenge { code_hash: *of_tier(&open.code_hashes, tier), tier, ..open.challenge.clone() }
}

fn dead(challenge: &Challenge, tier: Tier) -> Challenge {
    Challenge { code_hash: DEAD, tier, ..challenge.clone() }
}

fn of_tier<V>([quiet, raised, high]: &[V; 3], tier: Tier) -> &V {
    match tier {
        Tier::Quiet => quiet,
        Tier::Raised => raised,
        Tier::High => high,
    }
}
