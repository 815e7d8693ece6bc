//! A password is tried: at `/oauth/ro`, and by HTTP Basic at `/api/v2/device-credentials`.
//!
//! A try is counted before it is compared, or as many could be compared at once as arrive at once. Whose address
//! nobody has takes as long and gets the same answer (S-006).

use std::net::IpAddr;

use latchkey_wire::Secret;

use super::{ByCredential, FAILURES, LOGINS};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::redeem::canonical;
use crate::limit::{self, LimitState};
use crate::model::{
    Address, Channel, ClientId, Connection, Event, EventKind, Password, RefreshFamily, TokenHash,
};
use crate::store::{CredentialOutcome, CredentialSignIn, PasswordSignIn, PasswordTry, StoreError};

/// Why a password signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("wrong address or password")]
    Wrong,
    #[error("the user is blocked")]
    UserBlocked,
    /// Too many failures on the account, or from this IP on it.
    #[error("too many failed attempts")]
    TooManyAttempts,
    /// Too many failures from this IP, whatever the account.
    #[error("too many failures from this address range")]
    TooManyFailures(LimitState),
    /// Too many tries, right or wrong, on one account from one IP.
    #[error("too many sign-ins")]
    TooManyLogins(LimitState),
    /// Too many hash passwords at this moment. No try was counted.
    #[error("too many passwords are hashed")]
    Busy,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for PasswordError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a password is tried for.
pub(in crate::flow) struct PasswordProof<'a> {
    /// `None` where no client is named.
    pub client: Option<&'a ClientId>,
    pub connection: &'a Connection,
    /// The address as a person typed it.
    pub username: &'a str,
    pub password: &'a Secret,
    pub ip: IpAddr,
    /// It is a sign-in, which counts among those of the user.
    pub counts: bool,
    /// A family to save with the sign-in, but for its user.
    pub refresh: Option<RefreshFamily>,
}

impl Engine {
    pub(in crate::flow) async fn by_password(
        &self,
        proof: PasswordProof<'_>,
    ) -> Result<ByCredential, PasswordError> {
        self.note_arrival();
        let address = canonical(Channel::Email, proof.username);
        // Whoever is refused by these takes nobody's place.
        self.take_login_permit(&proof, &address).await?;
        let place = self.hashing.take().ok_or(PasswordError::Busy)?;
        let charged = self.charge(&proof, &address).await?;
        let password = self.store.find_password(&proof.connection.name, &address).await?;
        let hash = password.as_ref().map(|password| self.stored_hash(password)).transpose()?;
        let fits = self.password_fits(place, proof.password, hash).await?;
        // Which of the two it was only the log is told.
        let wrong = if password.is_some() { EventKind::WrongCode } else { EventKind::WrongUser };
        let Some(password) = password.filter(|_| fits) else {
            return Err(self.refuse(wrong, &proof, &address).await?);
        };
        let token = proof.refresh.is_some().then(|| self.random.token());
        let event = |kind| {
            vec![Event { user: Some(password.user.clone()), ..self.password_event(kind, &proof, &address) }]
        };
        let sign_in = CredentialSignIn {
            credential: password.id.clone(),
            user: password.user.clone(),
            now: self.now(),
            ip: Some(proof.ip.to_string()),
            counts: proof.counts,
            refresh: proof.refresh.clone().zip(token.as_ref().map(TokenHash::of)),
            max_families: self.settings.max_refresh_families,
            on_success: if proof.counts { event(EventKind::SignedIn) } else { Vec::new() },
            on_failure: event(EventKind::SignInFailed),
        };
        match self.store.sign_in_by_password(PasswordSignIn { sign_in, charged }).await? {
            CredentialOutcome::Accepted(user) => {
                Ok(ByCredential { user: *user, credential: password.id, refresh_token: token })
            }
            CredentialOutcome::Blocked => Err(PasswordError::UserBlocked),
            CredentialOutcome::Gone | CredentialOutcome::Replayed | CredentialOutcome::Refused => {
                Err(self.refuse(EventKind::WrongCode, &proof, &address).await?)
            }
        }
    }

    /// Asks the limits of this node.
    async fn take_login_permit(
        &self,
        proof: &PasswordProof<'_>,
        address: &Address,
    ) -> Result<(), PasswordError> {
        let (prefix, micros) = (limit::prefix(proof.ip), self.clock.now_micros());
        if let Some(bucket) = self.protection(proof.ip).await?.failures_per_ip {
            self.buckets.peek(FAILURES, &prefix, bucket, micros).map_err(|limit| {
                self.note_failures(proof.client, proof.ip);
                PasswordError::TooManyFailures(limit)
            })?;
        }
        let key = format!("{}|{}|{prefix}", proof.connection.name, address.as_str());
        self.buckets.take(LOGINS, &key, self.settings.limits.logins_per_user, micros).map(drop).map_err(
            |limit| {
                self.note_password(EventKind::UserLimited, proof, address);
                PasswordError::TooManyLogins(limit)
            },
        )
    }

    /// Asks the ledgers, and counts the try.
    async fn charge(
        &self,
        proof: &PasswordProof<'_>,
        address: &Address,
    ) -> Result<PasswordTry, PasswordError> {
        let (name, protection) = (&proof.connection.name, self.protection(proof.ip).await?);
        let options = self.code_options(proof.connection, Channel::Email)?;
        let pair_tries = protection.pair_tries.filter(|_| options.brute_force_protection);
        let act = PasswordTry {
            account: (self.password_ledger(name, address), protection.address_tries),
            pair: pair_tries.map(|rules| (self.password_pair_ledger(name, address, proof.ip), rules)),
            now: self.now(),
        };
        if self.store.claim_password_try(act).await? {
            return Ok(act);
        }
        if self.is_news(EventKind::PairBlocked, None, &about_password(proof, address)) {
            let event = self.password_event(EventKind::PairBlocked, proof, address);
            self.write_block(event, &proof.connection.name, address);
        }
        self.store.insert_events(vec![self.password_event(EventKind::WrongCode, proof, address)]).await?;
        Err(PasswordError::TooManyAttempts)
    }

    async fn refuse(
        &self,
        kind: EventKind,
        proof: &PasswordProof<'_>,
        address: &Address,
    ) -> Result<PasswordError, Fault> {
        if let Some(bucket) = self.protection(proof.ip).await?.failures_per_ip {
            let micros = self.clock.now_micros();
            let _ = self.buckets.take(FAILURES, &limit::prefix(proof.ip), bucket, micros);
        }
        self.store.insert_events(vec![self.password_event(kind, proof, address)]).await?;
        Ok(PasswordError::Wrong)
    }

    fn stored_hash(&self, password: &Password) -> Result<Secret, Fault> {
        let context = Password::context(&password.user, &password.connection);
        Ok(self.vault.open_text(&context, &password.hash)?)
    }

    fn note_password(&self, kind: EventKind, proof: &PasswordProof<'_>, address: &Address) {
        let about = about_password(proof, address);
        self.note_seldom(kind, None, &about, |event| *event = self.password_event(kind, proof, address));
    }

    fn password_event(&self, kind: EventKind, proof: &PasswordProof<'_>, address: &Address) -> Event {
        let mut event = self.event(kind, proof.client);
        event.connection = Some(proof.connection.name.clone());
        event.ip = Some(proof.ip.to_string());
        event.address = Some(address.masked());
        event.detail.insert(String::from("by"), serde_json::json!("password"));
        event
    }
}

fn about_password(proof: &PasswordProof<'_>, address: &Address) -> String {
    format!("{}|{}|{}", proof.connection.name, address.as_str(), limit::prefix(proof.ip))
}
