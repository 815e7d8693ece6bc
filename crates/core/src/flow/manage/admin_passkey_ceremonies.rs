//! Administrators sign in by a passkey, and make one (WebAuthn Level 3 sections 7.1 and 7.2, decision 34).
//!
//! Nothing that operators set has a say in it: no connection, client or switch of the tenant. Nobody says who they are
//! before their authenticator does, so that the answers tell nothing of who is an administrator (S-056).

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use latchkey_wire::passkey::{Assertion, Attestation, CreationOptions, PasskeyResponse, RequestOptions};

use super::admin_mails::PasskeyChange;
use super::admin_sessions::{EnterError, EntryMethod, SignedIn};
use super::operator::DASHBOARD;
use super::{ManageError, Operator};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::passkey::{Ceremony, Purpose, creation_options, descriptor_of, timeout};
use crate::limit::{self, Bucket, LimitState};
use crate::model::{
    AdminPasskey, ClientId, DocumentKind, Event, EventKind, MAX_PASSKEY_NAME, PasskeyId, TokenHash,
};
use crate::passkey::{Credential, PasskeyRefused};
use crate::store::{AddAdminPasskey, AdminPasskeyAdded, AdminPasskeyUsed, StoreError, UseAdminPasskey};

/// Ceremonies of one network: a page asks when it is opened, and every few minutes while it stays open.
const ASKS: Bucket = Bucket::new(60, 60, 600);
/// Answers of one network: none is taken apart before.
const TRIES: Bucket = Bucket::new(30, 30, 600);

/// Why no passkey of an administrator was made or taken.
#[derive(Debug, thiserror::Error)]
pub enum AdminPasskeyError {
    /// The server's host is no name: browsers make none for it.
    #[error("the server has no host name")]
    NoHostName,
    /// It is too long ago (S-061).
    #[error("this needs a fresh sign-in")]
    StaleSignIn,
    /// Unknown, wrong, late, used, or somebody else's.
    #[error("the passkey was not accepted")]
    Refused,
    /// The administrator has as many as they may.
    #[error("there are too many passkeys")]
    Full,
    #[error("too many tries")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for AdminPasskeyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<PasskeyRefused> for AdminPasskeyError {
    fn from(_: PasskeyRefused) -> Self {
        Self::Refused
    }
}

impl From<EnterError> for AdminPasskeyError {
    fn from(error: EnterError) -> Self {
        match error {
            EnterError::Fault(fault) => Self::Fault(fault),
            EnterError::TooManyRequests(limit) => Self::TooManyRequests(limit),
            EnterError::DeadLink | EnterError::Email | EnterError::Code => Self::Refused,
        }
    }
}

impl From<ManageError> for AdminPasskeyError {
    fn from(error: ManageError) -> Self {
        match error {
            ManageError::Fault(fault) => Self::Fault(fault),
            ManageError::StaleSignIn => Self::StaleSignIn,
            _ => Self::Refused,
        }
    }
}

impl Engine {
    /// Browsers can make passkeys for the host of the dashboard.
    pub fn has_admin_passkeys(&self) -> bool {
        self.dashboard_party().is_some()
    }

    /// The host that passkeys of administrators are made for; empty where there is none.
    pub fn dashboard_host(&self) -> String {
        self.dashboard_party().map(|party| party.id).unwrap_or_default()
    }

    /// Begins a ceremony for the sign-in page of the dashboard. `me`: whoever is signed in there already.
    pub async fn begin_admin_sign_in(
        &self,
        me: Option<&SignedIn>,
        caller: &Caller,
    ) -> Result<PasskeyResponse<RequestOptions>, AdminPasskeyError> {
        let party = self.dashboard_party().ok_or(AdminPasskeyError::NoHostName)?;
        self.pace("admin-passkey-asks", &limit::prefix(caller.ip), ASKS)
            .map_err(AdminPasskeyError::TooManyRequests)?;
        let purpose = Purpose::Dashboard { admin: me.and_then(|me| me.operator.admin.clone()) };
        // No entry of the log: a page asks by itself, whoever looks at it.
        let (auth_session, ceremony) = self.begin_ceremony(&dashboard(), party, purpose, Vec::new()).await?;
        let options = RequestOptions {
            challenge: ceremony.challenge,
            timeout: timeout(),
            rp_id: ceremony.party.id,
            user_verification: String::from("required"),
        };
        Ok(PasskeyResponse { auth_session, authn_params_public_key: options })
    }

    /// Signs in by what an authenticator answered to [`Engine::begin_admin_sign_in`]: by the cookie that this returns.
    pub async fn enter_by_admin_passkey(
        &self,
        auth_session: &Secret,
        answer: &Assertion,
        caller: &Caller,
    ) -> Result<Secret, AdminPasskeyError> {
        self.pace("admin-passkey-tries", &limit::prefix(caller.ip), TRIES)
            .map_err(AdminPasskeyError::TooManyRequests)?;
        let ceremony = self.take_ceremony(&dashboard(), auth_session).await?;
        let ceremony = ceremony.ok_or(AdminPasskeyError::Refused)?;
        let Purpose::Dashboard { admin: asked } = &ceremony.purpose else {
            return Err(AdminPasskeyError::Refused);
        };
        let found = self.store.find_admin_passkey(&answer.credential_id).await?;
        let passkey = found.ok_or(AdminPasskeyError::Refused)?;
        // Invariant: who signs in again stays who they were; the page goes on with what they had begun.
        if asked.as_ref().is_some_and(|asked| *asked != passkey.admin) {
            return Err(AdminPasskeyError::Refused);
        }
        self.accept_admin_assertion(&ceremony, &passkey, answer, caller).await?;
        let admin = self.store.find_document(DocumentKind::Admin, &passkey.admin).await?;
        let admin = admin.ok_or(AdminPasskeyError::Refused)?;
        Ok(self.begin_admin_session(&admin.id, &admin.name, EntryMethod::Passkey, caller).await?)
    }

    async fn accept_admin_assertion(
        &self,
        ceremony: &Ceremony,
        passkey: &AdminPasskey,
        answer: &Assertion,
        caller: &Caller,
    ) -> Result<(), AdminPasskeyError> {
        let challenge = ceremony.challenge_bytes().ok_or(AdminPasskeyError::Refused)?;
        // Who was not asked for before is told by the authenticator (WebAuthn section 7.2 step 6).
        if answer.user_handle.as_ref() != Some(&passkey.user_handle)
            || passkey.relying_party != ceremony.party.id
        {
            return Err(AdminPasskeyError::Refused);
        }
        let credential = Credential {
            id: &passkey.credential_id,
            public_key: &passkey.public_key,
            backup_eligible: passkey.backup_eligible,
        };
        // Invariant: the person is checked by the authenticator, since a passkey is all that they show (S-053).
        let asserted =
            self.passkey_verifier.asserted(ceremony.expected(&challenge, true), credential, answer)?;
        let act = UseAdminPasskey {
            id: passkey.id.clone(),
            admin: passkey.admin.clone(),
            counter: asserted.counter.into(),
            backed_up: asserted.backed_up,
            now: self.now(),
            on_clone: vec![self.cloned(passkey, caller)],
        };
        match self.store.use_admin_passkey(act).await? {
            AdminPasskeyUsed::Accepted { .. } => Ok(()),
            AdminPasskeyUsed::Gone => Err(AdminPasskeyError::Refused),
        }
    }

    fn cloned(&self, passkey: &AdminPasskey, caller: &Caller) -> Event {
        let mut event = self.event(EventKind::PasskeyCloned, Some(&dashboard()));
        event.ip = Some(caller.ip.to_string());
        event.detail.insert(String::from("administrator"), passkey.admin.as_str().into());
        event.detail.insert(String::from("passkey"), passkey.id.as_str().into());
        event
    }

    /// Begins to make a passkey, for the administrator and the session whose page asks. `cookie`: of that session.
    pub async fn begin_admin_passkey(
        &self,
        me: &SignedIn,
        cookie: &Secret,
    ) -> Result<PasskeyResponse<CreationOptions>, AdminPasskeyError> {
        let party = self.dashboard_party().ok_or(AdminPasskeyError::NoHostName)?;
        me.operator.must_be_fresh()?;
        let admin = own_id(&me.operator)?;
        let passkeys = self.store.list_admin_passkeys(&admin).await?;
        // An authenticator tells accounts apart by the handle: one administrator has one.
        let user_handle = match passkeys.first() {
            Some(first) => BASE64URL_NOPAD.encode(&first.user_handle),
            None => BASE64URL_NOPAD.encode(&self.random.bytes::<64>()),
        };
        let (session, handle) = (TokenHash::of(cookie), user_handle.clone());
        let purpose = Purpose::AddToDashboard { admin, session, user_handle: handle };
        let (auth_session, ceremony) = self.begin_ceremony(&dashboard(), party, purpose, Vec::new()).await?;
        // The same person may have a passkey as a user of the tenant, at the same domain: lists show both.
        let label: String = format!("{} (dashboard)", me.email).chars().take(MAX_PASSKEY_NAME).collect();
        let mut options = creation_options(&ceremony, user_handle, label.clone(), label);
        options.authenticator_selection.user_verification = String::from("required");
        options.exclude_credentials =
            passkeys.iter().map(|known| descriptor_of(&known.credential_id, &known.transports)).collect();
        Ok(PasskeyResponse { auth_session, authn_params_public_key: options })
    }

    /// Keeps the passkey that an authenticator made, and tells its administrator. That the sign-in was fresh is asked
    /// where the ceremony begins, which is five minutes before this at most: a passkey is not lost to the clock.
    pub async fn finish_admin_passkey(
        &self,
        me: &SignedIn,
        cookie: &Secret,
        (auth_session, answer): (&Secret, &Attestation),
        caller: &Caller,
    ) -> Result<AdminPasskey, AdminPasskeyError> {
        let admin = own_id(&me.operator)?;
        let ceremony = self.take_ceremony(&dashboard(), auth_session).await?;
        let ceremony = ceremony.ok_or(AdminPasskeyError::Refused)?;
        let passkey = self.attested_admin_passkey(&ceremony, (&admin, cookie), answer, caller)?;
        let event = self.about_admin_passkey(&me.operator, "create", &passkey);
        let most = self.tenant().await?.max_passkeys;
        let add = AddAdminPasskey { passkey: passkey.clone(), most, events: vec![event] };
        match self.store.add_admin_passkey(add).await? {
            AdminPasskeyAdded::Done => {}
            AdminPasskeyAdded::Full => return Err(AdminPasskeyError::Full),
            AdminPasskeyAdded::Taken | AdminPasskeyAdded::Gone => return Err(AdminPasskeyError::Refused),
        }
        self.tell_of_passkey(&me.email, PasskeyChange::Added, Some(caller)).await?;
        Ok(passkey)
    }

    fn attested_admin_passkey(
        &self,
        ceremony: &Ceremony,
        (own, cookie): (&str, &Secret),
        answer: &Attestation,
        caller: &Caller,
    ) -> Result<AdminPasskey, AdminPasskeyError> {
        let Purpose::AddToDashboard { admin, session, user_handle } = &ceremony.purpose else {
            return Err(AdminPasskeyError::Refused);
        };
        // Invariant: an answer is for the administrator and the session whose page asked. A stranger's passkey would
        // be a way in to somebody else's dashboard.
        if admin != own || *session != TokenHash::of(cookie) {
            return Err(AdminPasskeyError::Refused);
        }
        let challenge = ceremony.challenge_bytes().ok_or(AdminPasskeyError::Refused)?;
        let attested = self.passkey_verifier.attested(ceremony.expected(&challenge, true), answer)?;
        if attested.credential_id != answer.credential_id {
            return Err(AdminPasskeyError::Refused);
        }
        let handle = BASE64URL_NOPAD.decode(user_handle.as_bytes());
        let device = caller.user_agent.as_deref().and_then(crate::device::describe);
        Ok(AdminPasskey {
            id: PasskeyId::new(format!("apk_{}", self.random.alphanumeric(16))),
            credential_id: attested.credential_id,
            admin: admin.clone(),
            user_handle: handle.map_err(|_| AdminPasskeyError::Refused)?,
            relying_party: ceremony.party.id.clone(),
            public_key: attested.public_key,
            counter: attested.counter.into(),
            backup_eligible: attested.backup_eligible,
            backed_up: attested.backed_up,
            transports: answer.transports.clone(),
            aaguid: attested.aaguid,
            name: device.unwrap_or_else(|| String::from("Passkey")),
            created_at: self.now(),
            used_at: None,
        })
    }
}

/// Whom ceremonies of the dashboard belong to: no client of the tenant has it.
fn dashboard() -> ClientId {
    ClientId::from(DASHBOARD)
}

fn own_id(operator: &Operator) -> Result<String, AdminPasskeyError> {
    operator.admin.clone().ok_or(AdminPasskeyError::Refused)
}
