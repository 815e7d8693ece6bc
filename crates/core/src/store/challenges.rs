//! The verbs about challenges: opening one, and trying it.

use async_trait::async_trait;

use super::StoreResult;
use crate::clock::Timestamp;
use crate::model::{
    Address, Challenge, ChallengeKey, ClientId, CodeHash, Event, Handle, KeyRule, LedgerKey, OutboxRow,
    RefreshFamily, SendDenied, SendRules, Tier, TokenHash, TryRules, User, UserId,
};

/// Everything that a start commits together.
#[derive(Clone, Debug)]
pub struct OpenChallenge {
    /// With the quiet tier's hash; the store puts in the hash of the tier that the ledger asks for.
    pub challenge: Challenge,
    /// The hash for each of [`Tier::Quiet`], [`Tier::Raised`], [`Tier::High`].
    pub code_hashes: [CodeHash; 3],
    /// The tier is at least this one.
    pub least_tier: Tier,
    /// The ledger of the address: send rules and the tier come from here.
    pub address_ledger: LedgerKey,
    pub send_rules: SendRules,
    pub try_rules: TryRules,
    /// Who asks (a keyed hash of the IP prefix or of the authenticated client).
    pub lane: u64,
    /// Further ledgers that this send is counted on with [`crate::model::Ledger::charge_count`] (number block,
    /// country, all), each with the most messages in 24 h. When one refuses, nothing is charged
    /// anywhere.
    pub also_count: Vec<(LedgerKey, u32)>,
    /// The mailbox behind the address, where this is one of its other spellings, with the most messages in 24 h (S-005).
    /// Counted by [`crate::model::Ledger::charge_send`], without gaps.
    pub mailbox: Option<(LedgerKey, u32)>,
    /// Unknown addresses get no code (`disable_signup`).
    pub known_users_only: bool,
    /// One sealed message per tier (same order as `code_hashes`), when the sender can lose one.
    pub outbox: Option<[OutboxRow; 3]>,
    /// The link that the message carries.
    pub link: Option<Handle>,
    pub events: Vec<Event>,
}

impl OpenChallenge {
    /// Every ledger that it is counted on.
    pub fn ledgers(&self) -> impl Iterator<Item = LedgerKey> {
        let further = self.mailbox.iter().chain(&self.also_count).map(|(key, _)| *key);
        std::iter::once(self.address_ledger).chain(further)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The challenge is stored; send its code.
    Send { tier: Tier },
    /// As `Send` to every eye outside, but no message may leave: nobody has this address, or its
    /// owner is blocked. The challenge is stored dead.
    Withhold { blocked: bool },
    /// As `Send` to every eye outside, but no message may leave: an earlier one was for nobody
    /// ([`super::LedgerStore::suppress`]). The send is refunded, as that one was, but
    /// for starts that only users get messages of.
    Suppressed,
    /// Nothing was changed.
    Denied(SendDenied),
}

/// What is held against a challenge.
#[derive(Clone, Debug)]
pub enum Candidate {
    /// The hash of what was typed.
    Code(CodeHash),
    /// The challenge of this id, by a link that was proved already. Such a try is never a wrong guess:
    /// it is counted nowhere, and neither failures of others nor a code without tries stop it (S-030).
    /// Use and expiry it shares with the code (S-048).
    Link { challenge: String },
}

/// What is something stronger than a code, where somebody has it: a passkey of the domain, or a key of a device. What
/// signs in nowhere as things are counts for nothing.
#[derive(Clone, Debug)]
pub struct Stronger {
    /// The domain that passkeys are made for today.
    pub relying_party: String,
    /// Connections whose passkeys sign in at the client of the challenge.
    pub passkeys: Vec<String>,
    /// Connections whose passkeys sign in at others alone.
    pub passkeys_elsewhere: Vec<String>,
    /// Which keys of devices sign in at the client.
    pub keys: KeyRule,
    /// Who has what signs in at the client is not signed in by a code. Else, and where it signs in elsewhere, it is
    /// told.
    pub refuse: bool,
}

/// Everything that a try commits together.
#[derive(Clone, Debug)]
pub struct Redeem {
    pub key: ChallengeKey,
    pub candidate: Candidate,
    pub now: Timestamp,
    pub address_ledger: LedgerKey,
    pub try_rules: TryRules,
    /// The ledger of address and IP together, unless the connection switched that protection off.
    pub pair: Option<(LedgerKey, TryRules)>,
    /// Inserted when nobody has the address yet; `None` when sign-up is closed.
    pub new_user: Option<User>,
    /// Saved with the sign-in; its `user` is overwritten by whoever the address belongs to.
    pub refresh: Option<(RefreshFamily, TokenHash)>,
    pub ip: Option<String>,
    /// Most live refresh families of a user and client; older ones are dropped.
    pub max_families: u32,
    /// What a right code must not replace in silence. It counts once the address was proved: what was enrolled
    /// before is somebody else's, maybe.
    pub stronger: Option<Stronger>,
    /// A right code is answered as [`Redeemed::Right`], and nothing happens; a wrong one counts.
    pub keep: bool,
    /// Written on success (`user` is filled in) and on failure.
    pub on_success: Vec<Event>,
    pub on_failure: Vec<Event>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Redeemed {
    /// This call, and no other, used the code. `created` when the user is new; `weaker` when they have something
    /// stronger, as far as [`Redeem::stronger`] asks.
    Accepted { user: Box<User>, created: bool, weaker: bool },
    /// The right code, which was to be kept.
    Right,
    /// A compare was made and failed. `exhausted` when it was the last one that the code had.
    Wrong { exhausted: bool },
    /// The code has no compares left; nothing was compared.
    Exhausted,
    /// The right code, too late.
    Expired,
    /// The right code, already used.
    Replayed,
    /// No live challenge, or a wrong code on a dead one. Nothing was counted.
    Absent,
    /// The right code, but its user is blocked. The code is used up.
    Blocked { user: UserId },
    /// The right code, but its user has something stronger ([`Stronger::refuse`]). The code is used up.
    Weaker { user: UserId },
    /// Too many failures on the address, or on the address and IP together; nothing was compared.
    Refused { pair: bool },
}

#[async_trait]
pub trait ChallengeStore {
    /// Atomically: asks and charges the ledgers, replaces the challenge of the key, writes the
    /// outbox row of the tier and the events.
    async fn open_challenge(&self, open: OpenChallenge) -> StoreResult<Opened>;

    /// Atomically: refuses blocked ledgers; takes one try of the live challenge; compares in constant
    /// time; on success consumes it, finds or inserts the user, counts the login, saves the refresh
    /// family, drops the oldest families past the limit and the outbox row; on failure charges the
    /// ledgers, and kills the challenge when the address reaches a longer tier. Writes the events.
    ///
    /// Invariant: the first proof of an address ends all that its user was given without one, in the same
    /// transaction: passwords, device keys, passkeys, sessions, refresh families. Whoever signed up with somebody
    /// else's address keeps nothing of what becomes theirs (S-148).
    ///
    /// Invariant: of any number of concurrent calls with the right code exactly one is `Accepted`,
    /// and no more than `max_attempts` compares are ever made on one challenge.
    async fn redeem_challenge(&self, redeem: Redeem) -> StoreResult<Redeemed>;

    async fn find_challenge(&self, key: &ChallengeKey) -> StoreResult<Option<Challenge>>;

    /// The client whose live challenge of an address was opened last.
    async fn find_asking_client(
        &self,
        connection: &str,
        address: &Address,
        now: Timestamp,
    ) -> StoreResult<Option<ClientId>>;

    /// Deletes challenges that expired before `before`, ledgers, refresh families and outbox rows past
    /// use. Looks at no more than `limit` rows of each, and the next call at the rows after those.
    /// Returns how many went.
    async fn sweep(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
