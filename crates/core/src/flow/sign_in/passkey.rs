//! A passkey on the first page: the browser offers what it has, and one press signs in.

use latchkey_wire::Secret;
use latchkey_wire::passkey::{Assertion, RequestOptions};

use super::{Entered, Open, SignInError, traced};
use crate::caller::Caller;
use crate::channel::PasskeyOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::{Browser, Proved};
use crate::flow::passkey::{Presented, Purpose, Refused, may_use_passkeys, timeout, usable};
use crate::flow::redeem::RedeemError;
use crate::model::{Connection, Event, EventKind, Proof, User};
use crate::store::Page;

/// What a page hands to a browser.
#[derive(Clone, Debug)]
pub struct PagePasskey {
    pub auth_session: Secret,
    pub options: RequestOptions,
}

/// Whom an authenticator answered for, on which connection, and what that proves.
pub(super) struct Answered {
    pub user: User,
    pub connection: String,
    pub proof: Proof,
}

impl Engine {
    /// Begins a ceremony for the page of a sign-in; `None` where its client has no passkeys.
    pub async fn offer_passkey(
        &self,
        token: &Secret,
        browser: &Browser,
    ) -> Result<Option<PagePasskey>, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        if !self.offers_passkeys(&open).await? {
            return Ok(None);
        }
        let own = self.page_party().await?;
        let connection = open.sign_in.authorization.connection.clone();
        let purpose = Purpose::Page { transaction: open.id, connection };
        // No entry of the log: a page asks by itself, whoever looks at it.
        let (auth_session, ceremony) = self.begin_ceremony(&open.client.id, own, purpose, Vec::new()).await?;
        let options = RequestOptions {
            challenge: ceremony.challenge,
            timeout: timeout(),
            rp_id: ceremony.party.id,
            user_verification: String::from("preferred"),
        };
        Ok(Some(PagePasskey { auth_session, options }))
    }

    /// Signs in by what an authenticator answered to [`Engine::offer_passkey`].
    pub async fn enter_by_passkey(
        &self,
        token: &Secret,
        browser: &Browser,
        (auth_session, answer): (&Secret, &Assertion),
        remember: bool,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let mut open = self.open_sign_in(token, browser).await?;
        open.sign_in.remember = remember;
        let mut failure = self.passkey_failure(&open, caller);
        let accepted = self.accept_on_page(&open, (auth_session, answer), caller, &mut failure);
        let found = traced(&open.sign_in.authorization, accepted).await;
        self.enter_answered(&open, found, failure, browser, caller).await
    }

    /// What the log says where an answer on this page is refused; the act fills in the rest.
    pub(super) fn passkey_failure(&self, open: &Open, caller: &Caller) -> Event {
        let mut failure = self.event(EventKind::SignInFailed, Some(&open.client.id));
        failure.ip = Some(caller.ip.to_string());
        failure
    }

    /// Lets in whoever an authenticator answered for, or writes the failure.
    pub(super) async fn enter_answered(
        &self,
        open: &Open,
        answered: Result<Answered, Refused>,
        failure: Event,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let Answered { user, connection, proof } = match answered {
            Ok(answered) => answered,
            Err(refused) => return Err(self.passkey_failed(refused, failure).await?),
        };
        let proved = Proved {
            user: user.id.clone(),
            client: open.client.id.clone(),
            browser: browser.hash(),
            connection,
            proof,
            at: user.proved_at(self.now()),
        };
        self.enter(open, &user, &proved, browser, caller).await
    }

    async fn accept_on_page(
        &self,
        open: &Open,
        (auth_session, answer): (&Secret, &Assertion),
        caller: &Caller,
        failure: &mut Event,
    ) -> Result<Answered, Refused> {
        if !self.tenant().await?.passkeys || !may_use_passkeys(&open.client) {
            return Err(Refused::Because("off"));
        }
        let ceremony = self.take_ceremony(&open.client.id, auth_session).await?;
        let ceremony = ceremony.ok_or(Refused::Because("auth_session"))?;
        let Purpose::Page { transaction, connection } = &ceremony.purpose else {
            return Err(Refused::Because("auth_session"));
        };
        // Invariant: a challenge works on the page that asked for it. A stranger's answer, put on somebody else's
        // page, would sign them in to the stranger's account.
        if *transaction != open.id {
            return Err(Refused::Because("auth_session"));
        }
        let presented = Presented {
            client: &open.client,
            ceremony: &ceremony,
            connection: connection.as_deref(),
            answer,
            ip: caller.ip,
            refresh: None,
            on_success: EventKind::SignedIn,
        };
        let found = self.accept_assertion(presented, failure).await?;
        Ok(Answered { user: found.user, connection: found.passkey.connection, proof: found.proof })
    }

    /// Writes the failure, where it is not written yet; what the person is told.
    async fn passkey_failed(&self, refused: Refused, mut failure: Event) -> Result<SignInError, SignInError> {
        if let Some(word) = refused.word() {
            failure.detail.insert(String::from("error"), word.into());
            self.store.insert_events(vec![failure]).await?;
        }
        Ok(match refused {
            Refused::Blocked => SignInError::Code(RedeemError::UserBlocked),
            Refused::Fault(fault) => SignInError::Fault(fault),
            Refused::Because(_) | Refused::Verifier(_) => SignInError::Passkey,
        })
    }

    /// The client may use passkeys, and one of the connections that it has here has some.
    pub(super) async fn offers_passkeys(&self, open: &Open) -> Result<bool, Fault> {
        Ok(!self.passkey_connections(open).await?.is_empty())
    }

    /// The connections that the client has here and that have passkeys.
    pub(super) async fn passkey_connections(
        &self,
        open: &Open,
    ) -> Result<Vec<(Connection, PasskeyOptions)>, Fault> {
        if !may_use_passkeys(&open.client) || !self.tenant().await?.passkeys {
            return Ok(Vec::new());
        }
        let with_options = |connection: Connection| {
            let options = usable(&connection, &open.client).ok()?;
            Some((connection, options))
        };
        if let Some(name) = &open.sign_in.authorization.connection {
            return Ok(self.store.find_connection(name).await?.and_then(with_options).into_iter().collect());
        }
        let (mut found, mut page) = (Vec::new(), Page { after: None, limit: 100 });
        loop {
            let connections = self.store.list_connections(&page).await?;
            let Some(last) = connections.last() else { return Ok(found) };
            page.after = Some(last.id.to_string());
            found.extend(connections.into_iter().filter_map(with_options));
        }
    }
}
