//! A new address of one's own account: asked for, and proved by a code that is sent to it (S-153).
//!
//! Whether somebody has the address already shows in its own mailbox and nowhere else: the page, its limits and the
//! work are the same, and so is a code that is not right.

use latchkey_wire::{Secret, token};
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::{AccountError, Act};
use crate::channel::SmsOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authorize::Known;
use crate::flow::browser::{read_body, write_body};
use crate::flow::notices::News;
use crate::model::{
    ACCOUNT_CLIENT, Address, ChallengeKey, Channel, Client, CodeHash, Connection, EmailAddress, EventKind,
    Handle, HandleKind, LedgerKey, PhoneNumber, Strategy, TokenHash, User, UserId,
};
use crate::notice::NoticeKind;
use crate::store::{HandleUse, Page, UseHandle};

/// Seconds that a code to a new address lives, its digits, and the compares that it allows.
const LIFE: i64 = 600;
const DIGITS: u8 = 8;
const TRIES: u8 = 3;
/// Codes that one person asks for, and that one address is sent, in 24 hours.
const ASKS: u32 = 10;
const ASKS_FOR_ADDRESS: u32 = 5;
/// Most identities that people give themselves.
const MAX_IDENTITIES: usize = 10;

/// What was typed, and which of the person's addresses goes for it, by [`Identity::key`](crate::model::Identity::key).
#[derive(Clone, Copy, Debug)]
pub struct NewAddress<'a> {
    pub typed: &'a str,
    pub instead_of: Option<&'a str>,
}

/// A code is on its way, as far as anybody here is told.
#[derive(Clone, Debug)]
pub struct AddressAsked {
    /// Goes back with the code.
    pub token: Secret,
    pub address: Address,
}

/// The body of the handle that waits for the code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct AddressProof {
    user: UserId,
    /// The `sid` of the session that asked.
    session: String,
    pub connection: String,
    pub strategy: Strategy,
    pub channel: Channel,
    pub address: Address,
    pub instead_of: Option<String>,
    /// The addresses that the person had: one change voids what was asked for besides it.
    before: Vec<(String, Address)>,
    /// The keyed hash.
    code: TokenHash,
    tries: u8,
}

/// Where a new address belongs, and what sends to it.
pub(super) struct Place {
    connection: String,
    strategy: Strategy,
    sender: Connection,
}

/// Nobody else may prove one of them later, or all that the person added would be in that one's account (S-148).
pub fn may_change_addresses(user: &User, instead_of: Option<&str>) -> bool {
    let mut others = user
        .identities
        .iter()
        .filter(|identity| identity.reachable().is_some() && instead_of != Some(identity.key().as_str()));
    others.all(|identity| identity.verified_at.is_some())
}

impl Engine {
    /// Sends a code to the address, or a word to whoever has it.
    pub async fn ask_own_address(
        &self,
        act: Act<'_>,
        new: NewAddress<'_>,
    ) -> Result<AddressAsked, AccountError> {
        let known = self.proven(act).await?;
        let (channel, address) = read_address(new.typed)?;
        if !may_change_addresses(&known.user, new.instead_of) {
            return Err(AccountError::Gone);
        }
        let place = self.place_of(&known.user, channel, new.instead_of).await?;
        let route = self.route_of(&place.sender).await.map_err(Fault::from)?;
        self.charge_ask(&known.user, channel, &address, &place.sender).await?;
        let owner = self.store.find_user_by_address(&place.connection, &address).await?;
        let (token, code) = (self.random.token(), self.random.digits(DIGITS));
        let id = TokenHash::of(&token);
        let mut proof = AddressProof {
            user: known.user.id.clone(),
            session: known.session.sid.clone(),
            connection: place.connection.clone(),
            strategy: place.strategy,
            channel,
            address: address.clone(),
            instead_of: new.instead_of.map(str::to_owned),
            before: addresses_of(&known.user),
            code: id,
            tries: 0,
        };
        proof.code = TokenHash(self.hash_proof(&proof, &token, &code).0);
        let expires_at = self.now().plus(LIFE);
        let body = write_body(&proof)?;
        let handle = Handle { id, kind: HandleKind::AddressProof, body, expires_at, used_at: None };
        self.store.insert_handle(handle.clone()).await?;
        let (kind, code) = match owner {
            None => (NoticeKind::AddressCode, Some(&code)),
            Some(_) => (NoticeKind::AddressTaken, None),
        };
        let sent = match channel {
            Channel::Sms => EventKind::CodeSent,
            Channel::Email => EventKind::MailSent,
        };
        let mut event = self.act_event(sent, &known.user, "prove_address", act);
        event.connection = Some(place.connection);
        event.address = Some(address.masked());
        event.detail.insert(String::from("sender"), json!(route.first_kind()));
        if let Ok(number) = PhoneNumber::parse(address.as_str()) {
            event.detail.insert(String::from("country"), json!(number.region()));
        }
        let news = News { code, ..News::by(kind, Some(act.caller)) };
        let about = (&known.user, &handle);
        self.send_news(event, (channel, &address), (&place.sender, &route), news, about).await?;
        Ok(AddressAsked { token, address })
    }

    /// Takes the code: the address is theirs from now on.
    pub async fn confirm_own_address(
        &self,
        act: Act<'_>,
        token: &Secret,
        code: &Secret,
    ) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        match self.take_address_code(&known, token, code).await {
            Ok(proof) => self.put_own_address(&known, &proof, act.caller).await,
            Err(error @ (AccountError::Fault(_) | AccountError::OtherSession)) => Err(error),
            Err(error) => {
                let kind = EventKind::MethodChangeFailed;
                let event = self.act_event(kind, &known.user, "prove_address", act);
                self.store.insert_events(vec![event]).await?;
                Err(error)
            }
        }
    }

    /// Invariant: a try is counted before it is compared, so that of any number at once three are compared.
    async fn take_address_code(
        &self,
        known: &Known,
        token: &Secret,
        code: &Secret,
    ) -> Result<AddressProof, AccountError> {
        let id = TokenHash::of(token);
        let proof = loop {
            let found = self.store.find_handle(&id, HandleKind::AddressProof).await?;
            let handle = found.filter(|handle| handle.is_live(self.now())).ok_or(AccountError::Gone)?;
            let mut proof: AddressProof = read_body(&handle.body)?;
            let is_theirs = proof.user == known.user.id && proof.session == known.session.sid;
            if !is_theirs || proof.tries >= TRIES || proof.before != addresses_of(&known.user) {
                return Err(AccountError::Gone);
            }
            proof.tries = proof.tries.saturating_add(1);
            let counted = Handle { body: write_body(&proof)?, ..handle.clone() };
            if self.store.update_handle(&counted, &handle.body, self.now()).await? {
                break proof;
            }
        };
        let given = self.hash_proof(&proof, token, code);
        if !bool::from(given.0.ct_eq(&proof.code.0)) {
            return Err(match proof.tries >= TRIES {
                true => AccountError::Gone,
                false => AccountError::AddressCode,
            });
        }
        let act = UseHandle {
            id,
            kind: HandleKind::AddressProof,
            now: self.now(),
            refresh: None,
            max_families: 0,
            events: Vec::new(),
        };
        match self.store.use_handle(act).await? {
            HandleUse::First(_) => Ok(proof),
            HandleUse::Again(_) | HandleUse::Absent => Err(AccountError::Gone),
        }
    }

    /// Whether the code that the handle waits for would still be taken.
    pub(in crate::flow) async fn awaits_address_code(&self, id: &TokenHash) -> Result<bool, Fault> {
        let found = self.store.find_handle(id, HandleKind::AddressProof).await?;
        let Some(handle) = found.filter(|handle| handle.is_live(self.now())) else { return Ok(false) };
        let proof: AddressProof = read_body(&handle.body)?;
        let user = self.store.find_user(&proof.user).await?;
        Ok(proof.tries < TRIES && user.is_some_and(|user| proof.before == addresses_of(&user)))
    }

    fn hash_proof(&self, proof: &AddressProof, token: &Secret, code: &Secret) -> CodeHash {
        let key = ChallengeKey {
            connection: proof.connection.clone(),
            address: proof.address.clone(),
            client: ACCOUNT_CLIENT.into(),
        };
        self.vault.hash_code_of(&key, token.expose(), code)
    }

    /// The connection of the address that goes; for one more, that which the sign-in pages would choose.
    async fn place_of(
        &self,
        user: &User,
        channel: Channel,
        instead_of: Option<&str>,
    ) -> Result<Place, AccountError> {
        let Some(id) = instead_of else { return self.place_of_another(user, channel).await };
        let mut reachable = user.identities.iter().filter(|identity| identity.reachable().is_some());
        let identity = reachable.find(|identity| identity.key() == id).ok_or(AccountError::Gone)?;
        if identity.channel != channel {
            return Err(AccountError::Address(identity.channel));
        }
        let found = self.connection(&identity.connection).await?;
        let connection = found.filter(|connection| connection.is_enabled_for(&ACCOUNT_CLIENT.into()));
        let connection = connection.ok_or(AccountError::NotSent)?;
        let sender = match connection.strategy {
            Strategy::Sms | Strategy::Email => Some(connection.clone()),
            Strategy::Database => self.sender_of(&connection, channel).await?,
        };
        let sender = Connection::clone(&*sender.ok_or(AccountError::NotSent)?);
        Ok(Place { connection: connection.name.clone(), strategy: connection.strategy, sender })
    }

    pub(super) async fn can_add_address(&self, user: &User) -> Result<bool, AccountError> {
        if !may_change_addresses(user, None) {
            return Ok(false);
        }
        for channel in [Channel::Email, Channel::Sms] {
            match self.place_of_another(user, channel).await {
                Ok(_) => return Ok(true),
                Err(AccountError::NotSent) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// The first of those on which this person could sign up as a stranger: an address must not lead where the operator
    /// lets nobody in, or only whom an application of theirs looked at first.
    pub(super) async fn place_of_another(
        &self,
        user: &User,
        channel: Channel,
    ) -> Result<Place, AccountError> {
        if user.identities.len() >= MAX_IDENTITIES {
            return Err(AccountError::NotSent);
        }
        let mut all = self.store.list_connections(&Page { after: None, limit: 100 }).await?;
        all.retain(|one| one.strategy.sends_by(channel) && one.is_enabled_for(&ACCOUNT_CLIENT.into()));
        all.sort_by_cached_key(|one| (one.name != channel.as_str(), one.name.clone()));
        for sender in all {
            if self.is_open_to_strangers(&sender, channel).await? {
                return Ok(Place { connection: sender.name.clone(), strategy: sender.strategy, sender });
            }
        }
        Err(AccountError::NotSent)
    }

    async fn is_open_to_strangers(&self, connection: &Connection, channel: Channel) -> Result<bool, Fault> {
        if self.code_options(connection, channel)?.disable_signup {
            return Ok(false);
        }
        let needs_secret = self.tenant().await?.proves_starts;
        for id in &connection.enabled_clients {
            let client = self.client(id).await?;
            // By its own page, or by ours.
            let lets_in = |client: &Client| {
                client.is_public() && !needs_secret || client.allows(token::AUTHORIZATION_CODE)
            };
            if client.is_some_and(|client| lets_in(&client)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A message is spent: by the person, on the address, and as every code is.
    async fn charge_ask(
        &self,
        user: &User,
        channel: Channel,
        address: &Address,
        sender: &Connection,
    ) -> Result<(), AccountError> {
        let mut counts: Vec<(LedgerKey, u32)> = vec![
            (self.vault.ledger_key(&["address asks", user.id.as_str()]), ASKS),
            (self.vault.ledger_key(&["address asked for", address.as_str()]), ASKS_FOR_ADDRESS),
        ];
        if channel == Channel::Sms {
            let number = PhoneNumber::parse(address.as_str()).map_err(|_| AccountError::Address(channel))?;
            let options = SmsOptions::read(sender).map_err(|_| AccountError::NotSent)?;
            options
                .check_country(&number, self.settings.sms_countries.as_deref())
                .map_err(|_| AccountError::Address(channel))?;
            counts.extend(self.number_ledgers(&number));
        }
        match self.store.charge_counts(counts, self.now()).await? {
            Ok(()) => Ok(()),
            Err(_) => Err(AccountError::NotSent),
        }
    }
}

fn read_address(typed: &str) -> Result<(Channel, Address), AccountError> {
    let typed = typed.trim();
    match typed.contains('@') {
        true => EmailAddress::parse(typed)
            .map(|email| (Channel::Email, email.address()))
            .map_err(|_| AccountError::Address(Channel::Email)),
        false => PhoneNumber::parse(typed)
            .map(|number| (Channel::Sms, number.address()))
            .map_err(|_| AccountError::Address(Channel::Sms)),
    }
}

fn addresses_of(user: &User) -> Vec<(String, Address)> {
    user.identities.iter().map(|identity| (identity.connection.clone(), identity.address.clone())).collect()
}
