//! What a start stores: a code for every tier, its message where one could be lost, and the challenge.

use std::net::IpAddr;

use latchkey_wire::Secret;
use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::passwordless::{SendKind, StartRequest};
use latchkey_wire::token;

use super::authenticate_client::ProvenClient;
use super::authorize::{Asked, RequestError};
use super::browser::write_body;
use super::deliver::{Message, Route};
use super::sign_in::LinkBody;
use super::start_passwordless::{MAX_ATTEMPTS, Sound, StartPasswordlessError};
use crate::caller::Caller;
use crate::channel::{Destination, EmailOptions, Occasion};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit;
use crate::model::tally::NOBODY;
use crate::model::{
    Address, Authorization, Challenge, ChallengeKey, CodeHash, Event, EventKind, Handle, HandleKind,
    LedgerKey, OutboxRow, PhoneNumber, Strategy, Tier, TokenHash,
};
use crate::store::OpenChallenge;

/// Seconds after which the outbox takes over a message whose request died.
const REQUEST_LEASE: i64 = 15;

/// A link on its way into a mail.
pub(super) struct DraftLink {
    pub url: Secret,
    handle: Handle,
}

/// A code for each [`Tier`], of which one is used.
pub(super) struct Drafts {
    pub codes: [Secret; 3],
    /// What the log says of who sends it.
    sender: &'static str,
    /// A test number: nothing is sent.
    pub silent: bool,
    /// Their messages, where the outbox has to keep one before the tier is known, or where only users get
    /// one: wording it would take time that strangers are not given (S-006).
    messages: Option<[Message; 3]>,
    /// The outbox keeps the message until a sender has it.
    pub kept: bool,
}

impl Engine {
    /// Test numbers have a fixed code and no message.
    pub(super) fn draft_codes(
        &self,
        sound: &Sound,
        about: &Occasion<'_>,
        route: &Route,
    ) -> Result<Drafts, Fault> {
        let (remote, sender) = (route.is_remote(), route.first_kind());
        if let Destination::Sms { options, number } = &sound.to
            && let Some(code) = options.test_code(number, self.now())
        {
            let codes = std::array::from_fn(|_| code.clone());
            return Ok(Drafts { codes, sender: NOBODY, silent: true, messages: None, kept: false });
        }
        let codes = sound.to.code_options().lengths().map(|length| self.random.digits(length));
        let messages = if remote || sound.is_for_users_only() {
            let [quiet, raised, high] = &codes;
            Some([self.compose(about, quiet)?, self.compose(about, raised)?, self.compose(about, high)?])
        } else {
            None
        };
        Ok(Drafts { codes, sender, silent: false, messages, kept: remote })
    }

    /// What is sent once the tier is known.
    pub(super) fn message_of(
        &self,
        drafts: Drafts,
        about: &Occasion<'_>,
        tier: Tier,
    ) -> Result<Message, Fault> {
        match drafts.messages {
            Some(messages) => Ok(pick(messages, tier)),
            None => self.compose(about, &pick(drafts.codes, tier)),
        }
    }

    pub(super) fn draft_challenge(
        &self,
        sound: &Sound,
        id: &str,
        drafts: &Drafts,
        link: Option<&DraftLink>,
    ) -> Result<OpenChallenge, Fault> {
        let now = self.now();
        let options = sound.to.code_options();
        let key = ChallengeKey {
            connection: sound.connection.name.clone(),
            address: sound.to.address(),
            client: sound.who.client.id.clone(),
        };
        let bound_to = (sound.connection.strategy == Strategy::Database).then_some(id);
        let code_hashes = [0, 1, 2].map(|at| self.hash_at(&key, bound_to, drafts, at));
        let expires_at = now.plus(options.totp.time_step.into());
        let outbox = match &drafts.messages {
            Some(messages) if drafts.kept => {
                Some(self.outbox_rows(id, &sound.sender.name, messages, expires_at)?)
            }
            _ => None,
        };
        let limits = &self.settings.limits;
        let mut sent = self.sent_event(sound, link);
        sent.detail.insert(String::from("sender"), drafts.sender.into());
        Ok(OpenChallenge {
            address_ledger: self.address_ledger(&key.address),
            challenge: Challenge {
                key,
                id: id.to_owned(),
                code_hash: CodeHash([0; 32]),
                tier: Tier::Quiet,
                attempts: 0,
                max_attempts: MAX_ATTEMPTS,
                created_at: now,
                expires_at,
                consumed_at: None,
                detail: String::from("{}"),
            },
            code_hashes,
            least_tier: Tier::Quiet,
            send_rules: limits.address_sends.clone(),
            try_rules: options.try_rules(&sound.protection.address_tries),
            lane: self.lane(&sound.who, sound.ip),
            also_count: self.shared_ledgers(&sound.to),
            mailbox: self.mailbox_ledger(&sound.to),
            known_users_only: sound.is_for_users_only(),
            outbox,
            link: link.map(|link| link.handle.clone()),
            events: vec![sent],
        })
    }

    /// The link of a mail, where one is asked for and there is somewhere to go from it.
    ///
    /// Invariant: it is built from the issuer alone; no header of a request moves its host (S-044).
    pub(super) async fn draft_link(
        &self,
        sound: &Sound,
        id: &str,
        request: &StartRequest,
        caller: &Caller,
        page: Option<(&Authorization, TokenHash)>,
    ) -> Result<Option<DraftLink>, StartPasswordlessError> {
        let Destination::Email { options, address } = &sound.to else { return Ok(None) };
        if sound.send != SendKind::Link {
            return Ok(None);
        }
        let (authorization, transaction) = match page {
            Some((authorization, transaction)) => (authorization.clone(), Some(transaction)),
            None => match self.link_authorization(sound, options, request).await? {
                Some(authorization) => (authorization, None),
                None => return Ok(None),
            },
        };
        let token = self.random.token();
        let now = self.now();
        let body = LinkBody {
            challenge: id.to_owned(),
            connection: sound.connection.name.clone(),
            address: address.address(),
            authorization,
            transaction,
            device: caller.user_agent.as_deref().and_then(crate::device::describe),
            asked_at: now,
        };
        let handle = Handle {
            id: TokenHash::of(&token),
            kind: HandleKind::Link,
            body: write_body(&body)?,
            expires_at: now.plus(options.code.totp.time_step.into()),
            used_at: None,
        };
        Ok(Some(DraftLink { url: Secret::new(self.url(&format!("link/{}", token.expose()))), handle }))
    }

    /// The `authParams` of a start, checked like any authorization request before a mail leaves. `None`
    /// where a link would lead nowhere: the client has no callbacks, or no grant that answers there. Such
    /// mails hold the code only.
    async fn link_authorization(
        &self,
        sound: &Sound,
        options: &EmailOptions,
        request: &StartRequest,
    ) -> Result<Option<Authorization>, StartPasswordlessError> {
        let mut params = options.auth_params.clone();
        params.extend(request.auth_params.clone());
        let client = &sound.who.client;
        let nowhere = client.callbacks.is_empty() && !params.contains_key("redirect_uri");
        let unanswered = !client.allows(token::AUTHORIZATION_CODE) && !params.contains_key("response_type");
        if nowhere || unanswered {
            return Ok(None);
        }
        params.insert(String::from("client_id"), client.id.as_str().into());
        // A press is a fresh proof, by this connection: nothing is left to prompt for (S-016).
        let asked = AuthorizeRequest {
            connection: None,
            realm: None,
            prompt: None,
            ..AuthorizeRequest::from_json(&params)
        };
        match self.check_authorization(&asked, Asked::ForLink).await {
            Ok((_, authorization)) => Ok(Some(authorization)),
            Err(RequestError::Refused { description, .. }) => {
                Err(StartPasswordlessError::AuthParams { reason: description })
            }
            Err(RequestError::Unanswerable(_)) => {
                Err(StartPasswordlessError::AuthParams { reason: "redirect_uri is not registered" })
            }
            Err(RequestError::Fault(fault)) => Err(fault.into()),
        }
    }

    /// Mails say whether they carry a link: operators see which of the two people get.
    fn sent_event(&self, sound: &Sound, link: Option<&DraftLink>) -> Event {
        let Destination::Email { .. } = sound.to else {
            return self.start_event(EventKind::CodeSent, sound);
        };
        let mut event = self.start_event(EventKind::MailSent, sound);
        let send = if link.is_some() { "link" } else { "code" };
        event.detail.insert(String::from("send"), send.into());
        if link.is_some() {
            // Its path is what signs somebody in.
            event.detail.insert(String::from("link"), self.own_origin().into());
        }
        event
    }

    /// One sealed copy of the message per tier.
    fn outbox_rows(
        &self,
        id: &str,
        connection: &str,
        messages: &[Message; 3],
        expires_at: Timestamp,
    ) -> Result<[OutboxRow; 3], Fault> {
        let row = |message: &Message| -> Result<OutboxRow, Fault> {
            Ok(OutboxRow {
                id: id.to_owned(),
                message: self.seal_message(id, connection, message, None)?,
                due_at: self.now().plus(REQUEST_LEASE),
                expires_at,
                calls: 1,
            })
        };
        let [quiet, raised, high] = messages;
        Ok([row(quiet)?, row(raised)?, row(high)?])
    }

    /// Mails cost nothing that is worth counting together.
    fn shared_ledgers(&self, to: &Destination) -> Vec<(LedgerKey, u32)> {
        match to {
            Destination::Sms { number, .. } => self.number_ledgers(number),
            Destination::Email { .. } => Vec::new(),
        }
    }

    /// Of an address that is one of many spellings of a mailbox. One that has a single spelling costs nothing.
    fn mailbox_ledger(&self, to: &Destination) -> Option<(LedgerKey, u32)> {
        let per_day = self.settings.limits.mailbox_sends_per_day;
        let Destination::Email { address, .. } = to else { return None };
        let mailbox = address.mailbox().filter(|_| per_day != u32::MAX)?;
        Some((self.vault.ledger_key(&["sends", "mailbox", &mailbox]), per_day))
    }

    /// Ledgers that many numbers share: block, country, everything (RL-05, RL-06, RL-08).
    /// A limit that is off costs nothing.
    pub(super) fn number_ledgers(&self, number: &PhoneNumber) -> Vec<(LedgerKey, u32)> {
        let limits = &self.settings.limits;
        let block = number.e164().get(..8).unwrap_or(number.e164());
        [
            (["sends", "block", block], limits.number_block_sends_per_day),
            (["sends", "country", number.region()], limits.country_sends_per_day),
            (["sends", "all", ""], limits.sends_per_day),
        ]
        .into_iter()
        .filter(|(_, per_day)| *per_day != u32::MAX)
        .map(|(parts, per_day)| (self.vault.ledger_key(&parts), per_day))
        .collect()
    }

    /// The ledger of an address: shared by all clients and connections of the tenant (S-024).
    pub fn address_ledger(&self, address: &Address) -> LedgerKey {
        self.vault.ledger_key(&["address", address.as_str()])
    }

    /// `bound_to` is the challenge that a code on a database is entered for.
    fn hash_at(&self, key: &ChallengeKey, bound_to: Option<&str>, drafts: &Drafts, at: usize) -> CodeHash {
        match (drafts.codes.get(at), bound_to) {
            (Some(code), Some(challenge)) => self.vault.hash_code_of(key, challenge, code),
            (Some(code), None) => self.vault.hash_code(key, code),
            (None, _) => CodeHash([0; 32]),
        }
    }

    fn lane(&self, who: &ProvenClient, ip: IpAddr) -> u64 {
        if who.proven {
            self.vault.lane(&["client", who.client.id.as_str()])
        } else {
            self.vault.lane(&["ip", &limit::prefix(ip)])
        }
    }
}

fn pick<T>(all: [T; 3], tier: Tier) -> T {
    let [quiet, raised, high] = all;
    match tier {
        Tier::Quiet => quiet,
        Tier::Raised => raised,
        Tier::High => high,
    }
}
