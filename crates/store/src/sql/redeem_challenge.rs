//! One try of a code: counted, compared, and on success turned into a sign-in, all or nothing.

use latchkey_core::model::{CodeHash, Event, EventKind, Ledger, User, UserId};
use latchkey_core::store::{Candidate, DeviceKeyFilter, Redeem, Redeemed, StoreError, StoreResult, Stronger};
use subtle::ConstantTimeEq;

use super::challenges::{self, Stored};
use super::{device_keys, events, ledgers, outbox, passkeys, proofs, refresh_tokens, users};
use crate::tx::{Act, Tx};

/// The ledgers that a try is charged on; `None` where there is no row yet.
struct Held {
    address: Option<Ledger>,
    pair: Option<Ledger>,
}

impl Act for Redeem {
    type Out = Redeemed;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Redeemed> {
        // Invariant: the ledger of the address is taken before the pair's and the challenge, as a start
        // does; pair ledgers are only ever taken under it, so that an absent one needs no lock.
        let (address, pair, claimed) = tokio::join!(
            biased;
            ledgers::lock(tx, self.address_ledger),
            async {
                match &self.pair {
                    Some((key, _)) => ledgers::lock(tx, *key).await,
                    None => Ok(None),
                }
            },
            async {
                match &self.candidate {
                    Candidate::Code(_) => challenges::claim(tx, &self.key, self.now).await,
                    Candidate::Link { challenge } => {
                        challenges::hold(tx, &self.key, challenge, self.now).await
                    }
                }
            },
        );
        let held = Held { address: address?, pair: pair? };
        let claimed = claimed?;

        if let Some(pair) = refused_by_pair(self, &held) {
            if let Some(challenge) = claimed {
                // Nothing is compared, so nothing is counted.
                challenges::settle(tx, &self.key, challenge.attempts.saturating_sub(1), None)?;
            }
            events::insert(tx, &self.on_failure)?;
            return Ok(Redeemed::Refused { pair });
        }
        match claimed {
            Some(challenge) if self.keep && fits(&challenge, &self.candidate) => {
                // A right code is no guess: the try is given back.
                challenges::settle(tx, &self.key, challenge.attempts.saturating_sub(1), None)?;
                Ok(Redeemed::Right)
            }
            Some(challenge) if fits(&challenge, &self.candidate) => accept(tx, self, held, &challenge).await,
            Some(challenge) if matches!(self.candidate, Candidate::Code(_)) => {
                reject(tx, self, held, &challenge).await
            }
            _ => {
                events::insert(tx, &self.on_failure)?;
                explain(tx, self).await
            }
        }
    }
}

/// Whether a ledger refuses the try: `Some(true)` when it is the pair's.
fn refused_by_pair(redeem: &Redeem, held: &Held) -> Option<bool> {
    if matches!(redeem.candidate, Candidate::Link { .. }) {
        return None;
    }
    let pair = redeem.pair.as_ref().zip(held.pair.as_ref());
    if pair.is_some_and(|((_, rules), ledger)| ledger.is_blocked(rules, redeem.now)) {
        return Some(true);
    }
    let address = held.address.as_ref();
    address.is_some_and(|ledger| ledger.is_blocked(&redeem.try_rules, redeem.now)).then_some(false)
}

/// A withheld challenge fits nothing: its link never left either.
fn fits(challenge: &Stored, candidate: &Candidate) -> bool {
    match candidate {
        Candidate::Code(hash) => same(&challenge.code_hash, hash),
        Candidate::Link { challenge: id } => challenge.id == *id && challenge.code_hash != CodeHash([0; 32]),
    }
}

/// Invariant: in constant time, or the time of an answer would spell the hash.
fn same(stored: &CodeHash, candidate: &CodeHash) -> bool {
    stored.0.ct_eq(&candidate.0).into()
}

/// Why there is no live challenge. Nothing is counted.
async fn explain<T: Tx>(tx: &T, redeem: &Redeem) -> StoreResult<Redeemed> {
    let Some(challenge) = challenges::find(tx, &redeem.key).await? else {
        // The same work as for a dead challenge.
        if let Candidate::Code(hash) = &redeem.candidate {
            let _ = same(&CodeHash([0; 32]), hash);
        }
        return Ok(Redeemed::Absent);
    };
    let expired = challenge.expires_at <= redeem.now;
    let tried_out = challenge.attempts >= challenge.max_attempts;
    if tried_out && challenge.consumed_at.is_none() && matches!(redeem.candidate, Candidate::Code(_)) {
        return Ok(if expired { Redeemed::Absent } else { Redeemed::Exhausted });
    }
    let right = fits(&challenge, &redeem.candidate);
    Ok(match (right, challenge.consumed_at) {
        (true, Some(_)) => Redeemed::Replayed,
        (true, None) if expired => Redeemed::Expired,
        _ => Redeemed::Absent,
    })
}

/// A wrong code: both ledgers are charged, and the challenge dies with its last try or when the
/// address now asks for longer codes.
async fn reject<T: Tx>(tx: &T, redeem: &Redeem, held: Held, challenge: &Stored) -> StoreResult<Redeemed> {
    let now = redeem.now;
    let mut address = match held.address {
        Some(ledger) => ledger,
        None => ledgers::lock_or_insert(tx, redeem.address_ledger, now).await?,
    };
    address.charge_failure(&redeem.try_rules, now);
    ledgers::save(tx, redeem.address_ledger, &address, now)?;
    if let Some((key, rules)) = &redeem.pair {
        let mut pair = held.pair.unwrap_or_default();
        pair.charge_failure(rules, now);
        ledgers::save(tx, *key, &pair, now)?;
    }
    let outgrown = address.tier(&redeem.try_rules, now) > challenge.tier;
    if outgrown {
        challenges::settle(tx, &redeem.key, challenge.max_attempts, None)?;
    } else {
        challenges::count(tx, &redeem.key, challenge)?;
    }
    events::insert(tx, &redeem.on_failure)?;
    Ok(Redeemed::Wrong { exhausted: outgrown || challenge.attempts >= challenge.max_attempts })
}

/// The right code: it is used up, and whoever has the address is signed in.
///
/// Invariant: nobody looks for a user before the code was right. Reading one takes longer than finding none,
/// and the time of a wrong code would tell who has the address (S-006).
async fn accept<T: Tx>(tx: &T, redeem: &Redeem, held: Held, challenge: &Stored) -> StoreResult<Redeemed> {
    challenges::settle(tx, &redeem.key, challenge.attempts, Some(redeem.now))?;
    outbox::delete(tx, &challenge.id)?;
    let found = users::find_by_address(tx, &redeem.key.connection, &redeem.key.address).await?;
    let (user, created) = match found {
        Some(user) => (user, false),
        None => match insert(tx, redeem).await? {
            Some(inserted) => inserted,
            None => {
                events::insert(tx, &redeem.on_failure)?;
                return Ok(Redeemed::Absent);
            }
        },
    };
    if user.blocked {
        events::insert(tx, &of_user(&redeem.on_failure, &user.id))?;
        return Ok(Redeemed::Blocked { user: user.id });
    }
    let proved = !created && is_proved(&user, redeem);
    let beside = match &redeem.stronger {
        Some(stronger) if proved => beside(tx, stronger, &user).await?,
        _ => Beside::Nothing,
    };
    let weaker = beside != Beside::Nothing;
    if beside == Beside::Here && redeem.stronger.as_ref().is_some_and(|stronger| stronger.refuse) {
        events::insert(tx, &told_weaker(of_user(&redeem.on_failure, &user.id)))?;
        return Ok(Redeemed::Weaker { user: user.id });
    }
    let mut user = user;
    let mut dropped = false;
    if !created {
        if !proved {
            dropped = proofs::end_unproved(tx, &mut user, redeem.now).await?;
        }
        users::count_login(tx, &mut user, redeem)?;
    }
    forgive(tx, redeem, held)?;
    if let Some((family, token)) = &redeem.refresh {
        refresh_tokens::insert_family_of(tx, &user, family, *token, redeem.max_families)?;
    }
    let mut written = of_user(&redeem.on_success, &user.id);
    written.retain(|event| created || event.kind != EventKind::SignedUp);
    if weaker {
        written = told_weaker(written);
    }
    events::insert(tx, proofs::told(&written, dropped))?;
    Ok(Redeemed::Accepted { user: Box::new(user), created, weaker })
}

/// Where somebody signs in by something stronger than a code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// At other clients alone.
    Elsewhere,
    /// At the client of the challenge.
    Here,
}

async fn beside<T: Tx>(tx: &T, stronger: &Stronger, user: &User) -> StoreResult<Beside> {
    let mut passkeys = passkeys::list_of_user(tx, &user.id).await?;
    passkeys.retain(|passkey| passkey.relying_party == stronger.relying_party && passkey.is_of(user));
    let is_on = |names: &[String]| passkeys.iter().any(|passkey| names.contains(&passkey.connection));
    if is_on(&stronger.passkeys) {
        return Ok(Beside::Here);
    }
    let of_client =
        DeviceKeyFilter { user: Some(user.id.clone()), client: Some(stronger.keys.client.clone()) };
    let keys = device_keys::list(tx, &of_client, u32::MAX).await?;
    if keys.iter().any(|key| stronger.keys.lets_in(key) && key.is_of(user)) {
        return Ok(Beside::Here);
    }
    Ok(match is_on(&stronger.passkeys_elsewhere) {
        true => Beside::Elsewhere,
        false => Beside::Nothing,
    })
}

/// The log says that there was something stronger.
fn told_weaker(mut events: Vec<Event>) -> Vec<Event> {
    for event in &mut events {
        event.detail.insert(String::from("weaker"), true.into());
    }
    events
}

/// Somebody proved the address before.
fn is_proved(user: &User, redeem: &Redeem) -> bool {
    user.identities.iter().any(|identity| {
        identity.connection == redeem.key.connection
            && identity.address == redeem.key.address
            && identity.verified_at.is_some()
    })
}

/// The new user, with this login counted; or whoever took the address in the meantime. `None` when
/// sign-up is closed.
async fn insert<T: Tx>(tx: &T, redeem: &Redeem) -> StoreResult<Option<(User, bool)>> {
    let Some(mut user) = redeem.new_user.clone() else {
        return Ok(None);
    };
    users::mark_login(&mut user, redeem);
    if users::insert(tx, &user).await? {
        return Ok(Some((user, true)));
    }
    let other = users::find_by_address(tx, &redeem.key.connection, &redeem.key.address).await?;
    other.map(|user| Some((user, false))).ok_or(StoreError::Conflict("address"))
}

/// A success ends the runs of failures. Rows that are not there stay away.
fn forgive<T: Tx>(tx: &T, redeem: &Redeem, held: Held) -> StoreResult<()> {
    let pair_key = redeem.pair.as_ref().map(|(key, _)| *key);
    for (key, ledger) in [(Some(redeem.address_ledger), held.address), (pair_key, held.pair)] {
        let (Some(key), Some(before)) = (key, ledger) else {
            continue;
        };
        let mut ledger = before.clone();
        ledger.succeed();
        if ledger != before {
            ledgers::save(tx, key, &ledger, redeem.now)?;
        }
    }
    Ok(())
}

fn of_user(events: &[Event], user: &UserId) -> Vec<Event> {
    events.iter().map(|event| Event { user: Some(user.clone()), ..event.clone() }).collect()
}
