//! The records that the tests start from, and short ways to ask what a store holds.

use std::sync::atomic::{AtomicU32, Ordering};

use latchkey_core::Timestamp;
use latchkey_core::model::{
    Address, BackchannelLogout, Challenge, ChallengeKey, Channel, Client, ClientId, ClientKind, CodeHash,
    Ending, Event, EventId, EventKind, FamilyId, Handle, HandleKind, JwtSettings, LedgerKey, LogoutInitiator,
    OutboxRow, Proof, RefreshFamily, RefreshKind, RefreshSettings, SendRules, Session, Tier,
    TokenEndpointAuthMethod, TokenHash, TryRules, User, UserId,
};
use latchkey_core::store::{Candidate, EventFilter, OpenChallenge, Opened, Page, Redeem, Store, UseHandle};
use latchkey_core::vault::Sealed;
use latchkey_wire::Scopes;
use serde_json::Map;

pub(crate) const NOW: Timestamp = Timestamp(1_795_521_600);
pub(crate) const DAY: i64 = 86_400;

/// What opens a challenge of [`open`] in each tier.
pub(crate) const RIGHT: [CodeHash; 3] = [CodeHash([1; 32]), CodeHash([2; 32]), CodeHash([3; 32])];
pub(crate) const WRONG: CodeHash = CodeHash([9; 32]);
pub(crate) const CLIENT: &str = "native";
pub(crate) const ENDING: Ending = Ending { initiator: LogoutInitiator::RpLogout, at: NOW };

/// Rules that never refuse.
pub(crate) const FREE_TRIES: TryRules =
    TryRules { raised_at: 1000, high_at: 1000, per_day: 1000, consecutive: 1000, block: 600 };
pub(crate) const FREE_SENDS: SendRules = SendRules { gaps: Vec::new(), per_day: 1000, coalesce: 0 };

/// 24 hex digits, in the order of time and then of `n`.
pub(crate) fn id(at: Timestamp, n: u32) -> String {
    format!("{:08x}{n:016x}", at.0)
}

pub(crate) fn client_id(id: &str) -> ClientId {
    ClientId::from(id)
}

pub(crate) fn client(id: &str) -> Client {
    Client {
        id: client_id(id),
        name: format!("Client {id}"),
        kind: ClientKind::Native,
        auth_method: TokenEndpointAuthMethod::ClientSecretPost,
        secret: Some(Sealed(vec![0, 255, 7])),
        assertion_keys: Vec::new(),
        credentials: Vec::new(),
        grant_types: vec!["refresh_token".into()],
        callbacks: vec!["https://app.example/cb".into()],
        web_origins: Vec::new(),
        logout_urls: Vec::new(),
        backchannel_logout: BackchannelLogout::default(),
        audiences: Vec::new(),
        jwt: JwtSettings::default(),
        refresh: RefreshSettings::default(),
        oidc_conformant: true,
        first_party: true,
        require_pushed_authorization_requests: false,
        trust_forwarded_for: false,
        cross_origin_login: false,
        cross_origin_loc: None,
        ios_bundle: None,
        android_package: None,
        ios_team: None,
        android_fingerprints: Vec::new(),
        further: Default::default(),
        version: 0,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// A client that is told of sessions that end.
pub(crate) fn listening(id: &str) -> Client {
    let urls = vec![format!("https://{id}.example/logout")];
    let backchannel_logout = BackchannelLogout { urls, ..BackchannelLogout::default() };
    Client { backchannel_logout, ..client(id) }
}

pub(crate) fn address(n: u32) -> Address {
    Address::from_canonical(format!("+1415555{n:04}"))
}

pub(crate) fn user_id(n: u32) -> UserId {
    UserId::new(format!("sms|{}", id(NOW, n)))
}

/// A user as the first right code on [`address`] makes them.
pub(crate) fn user(n: u32) -> User {
    User::first_seen("sms", Channel::Sms, address(n), &id(NOW, n), NOW)
}

pub(crate) fn ledger_key(n: u32) -> LedgerKey {
    LedgerKey((u128::from(n) << 64).to_be_bytes())
}

pub(crate) fn challenge_key(n: u32) -> ChallengeKey {
    ChallengeKey { connection: "sms".into(), address: address(n), client: client_id(CLIENT) }
}

/// A start for address `n` that nothing refuses, with a message in the outbox.
pub(crate) fn open(n: u32) -> OpenChallenge {
    let id = id(NOW, n);
    OpenChallenge {
        challenge: Challenge {
            key: challenge_key(n),
            id: id.clone(),
            code_hash: RIGHT[0],
            tier: Tier::Quiet,
            attempts: 0,
            max_attempts: 3,
            created_at: NOW,
            expires_at: NOW.plus(300),
            consumed_at: None,
            detail: String::from(r#"{"asked":"by a test"}"#),
        },
        code_hashes: RIGHT,
        least_tier: Tier::Quiet,
        address_ledger: ledger_key(n),
        send_rules: FREE_SENDS,
        try_rules: FREE_TRIES,
        lane: 1,
        also_count: Vec::new(),
        mailbox: None,
        known_users_only: false,
        outbox: Some([0, 1, 2].map(|tier| outbox_row(&id, tier))),
        link: None,
        events: vec![event(EventKind::CodeSent)],
    }
}

/// [`open`] for another client.
pub(crate) fn open_for(client: &str, n: u32, challenge: u32) -> OpenChallenge {
    let mut open = open(n);
    open.challenge.key.client = client_id(client);
    open.challenge.id = id(NOW, challenge);
    open.outbox = Some([0, 1, 2].map(|tier| outbox_row(&id(NOW, challenge), tier)));
    open
}

/// The message of a tier; a sender may have it from the start, for as long as the code lives.
pub(crate) fn outbox_row(id: &str, tier: u8) -> OutboxRow {
    OutboxRow {
        id: id.to_owned(),
        message: Sealed(vec![tier, 0, 255]),
        due_at: NOW,
        expires_at: NOW.plus(300),
        calls: 0,
    }
}

/// The right code for [`open`] in the quiet tier, ten seconds later.
pub(crate) fn redeem(n: u32) -> Redeem {
    Redeem {
        key: challenge_key(n),
        candidate: Candidate::Code(RIGHT[0]),
        now: NOW.plus(10),
        address_ledger: ledger_key(n),
        try_rules: FREE_TRIES,
        pair: None,
        new_user: Some(user(n)),
        refresh: None,
        ip: Some("192.0.2.1".into()),
        max_families: 10,
        stronger: None,
        keep: false,
        on_success: vec![event(EventKind::SignedUp), event(EventKind::SignedIn)],
        on_failure: vec![event(EventKind::WrongCode)],
    }
}

pub(crate) fn wrong(n: u32) -> Redeem {
    Redeem { candidate: Candidate::Code(WRONG), ..redeem(n) }
}

/// A press of the link of the challenge that [`open`] makes.
pub(crate) fn pressed(n: u32) -> Redeem {
    Redeem { candidate: Candidate::Link { challenge: id(NOW, n) }, ..redeem(n) }
}

/// A handle that lives for ten minutes.
pub(crate) fn handle(n: u32) -> Handle {
    Handle {
        id: hash(n),
        kind: HandleKind::Link,
        body: format!("{{\"n\":{n}}}"),
        expires_at: NOW.plus(600),
        used_at: None,
    }
}

/// The one use of [`handle`], ten seconds later.
pub(crate) fn use_of(n: u32) -> UseHandle {
    UseHandle {
        id: hash(n),
        kind: HandleKind::Link,
        now: NOW.plus(10),
        refresh: None,
        max_families: 10,
        events: Vec::new(),
    }
}

/// Session `n` of a user, made one second after the one before.
pub(crate) fn session(user: u32, n: u32) -> Session {
    let at = NOW.plus(n.into());
    Session {
        id: hash(n),
        sid: id(at, n),
        user: user_id(user),
        connection: "sms".into(),
        proof: Proof::SmsCode,
        auth_time: at,
        created_at: at,
        last_seen_at: at,
        expires_at: NOW.plus(30 * DAY),
        idle_expires_at: NOW.plus(3 * DAY),
        device: Some("Firefox on Linux".into()),
        ip: Some("192.0.2.1".into()),
        clients: vec![client_id(CLIENT)],
        metadata: Map::new(),
    }
}

pub(crate) fn hash(n: u32) -> TokenHash {
    let mut bytes = [0xff; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    TokenHash(bytes)
}

/// A family of user `user`, the `n`-th of all.
pub(crate) fn family(user: u32, n: u32) -> RefreshFamily {
    RefreshFamily {
        id: FamilyId::new(id(NOW, n)),
        kind: RefreshKind::Standard,
        client: client_id(CLIENT),
        user: user_id(user),
        scope: Scopes::parse("openid offline_access").unwrap(),
        audience: Some("https://api.example/".into()),
        connection: "sms".into(),
        device: None,
        created_at: NOW,
        auth_time: NOW.minus(5),
        expires_at: Some(NOW.plus(30 * DAY)),
        idle_expires_at: Some(NOW.plus(15 * DAY)),
        revoked_at: None,
        session: None,
        used_at: None,
        credential: None,
        metadata: Map::new(),
    }
}

/// Later made, greater id.
pub(crate) fn event(kind: EventKind) -> Event {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    Event {
        id: EventId::new(id(NOW, COUNT.fetch_add(1, Ordering::SeqCst))),
        at: NOW,
        kind,
        client: Some(client_id(CLIENT)),
        connection: Some("sms".into()),
        user: None,
        ip: Some("192.0.2.1".into()),
        address: Some("+1415•••0100".into()),
        detail: Map::new(),
        request: None,
        notices: Vec::new(),
    }
}

pub(crate) fn page(after: Option<&str>, limit: u32) -> Page {
    Page { after: after.map(String::from), limit }
}

/// Starts for address `n` and expects that the code is sent.
pub(crate) async fn send(store: &dyn Store, open: OpenChallenge) -> Tier {
    match store.open_challenge(open).await.unwrap() {
        Opened::Send { tier } => tier,
        other => panic!("{other:?}"),
    }
}

/// Every event, oldest first, with its user.
pub(crate) async fn history(store: &dyn Store) -> Vec<(EventKind, Option<UserId>)> {
    let mut events = store.list_events(&EventFilter::default(), &page(None, 100)).await.unwrap();
    events.reverse();
    events.into_iter().map(|event| (event.kind, event.user)).collect()
}

/// The ids of the messages due now, in order; leases them to nobody.
pub(crate) async fn promised(store: &dyn Store) -> Vec<String> {
    let rows = store.claim_outbox(NOW, NOW, 100).await.unwrap();
    let mut ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
    ids.sort();
    ids
}
