//! Somebody new on the first page signs up with a passkey. What they call themselves names it, and claims nothing
//! (S-149); it is asked of nobody but them, so that the page tells nobody who has an account.

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use latchkey_wire::passkey::Attestation;
use latchkey_wire::text::is_label;
use serde_json::{Map, json};

use super::passkey::Answered;
use super::{Entered, Open, SignInError};
use crate::caller::Caller;
use crate::channel::PasskeyOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::Browser;
use crate::flow::manage::users::describe;
use crate::flow::passkey::{
    NewPerson, PageCreation, Purpose, Refused, SigningUp, creation_options, may_use_passkeys,
};
use crate::flow::start_passwordless::StartPasswordlessError;
use crate::model::{
    Connection, EmailAddress, Event, EventKind, MAX_PASSKEY_NAME, PhoneNumber, Strategy, User,
};

impl Engine {
    /// Begins to make the passkey of somebody new, for the page of a sign-in. `name`: what they call themselves.
    pub async fn offer_sign_up(
        &self,
        token: &Secret,
        browser: &Browser,
        name: &str,
        caller: &Caller,
    ) -> Result<PageCreation, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let (connection, options) = self.sign_up_home(&open).await?.ok_or(SignInError::Passkey)?;
        let user = self.newcomer_of_page(&connection, name)?;
        let taken = self.take_sign_up(caller.ip).await?;
        taken.map_err(StartPasswordlessError::TooManyRequests)?;
        let label = name.trim().to_owned();
        let user_handle = BASE64URL_NOPAD.encode(&self.random.bytes::<64>());
        let person = NewPerson {
            user: Box::new(user),
            connection: connection.name.clone(),
            user_handle: user_handle.clone(),
            label: label.clone(),
            user_verification: options.user_verification,
        };
        let purpose = Purpose::PageSignUp { transaction: open.id, person };
        let mut event = self.event(EventKind::PasskeyStarted, Some(&open.client.id));
        event.ip = Some(caller.ip.to_string());
        event.connection = Some(connection.name);
        event.detail.insert(String::from("purpose"), purpose.word().into());
        let party = self.page_party().await?;
        let (auth_session, ceremony) =
            self.begin_ceremony(&open.client.id, party, purpose, vec![event]).await?;
        let options = creation_options(&ceremony, user_handle, label.clone(), label);
        Ok(PageCreation { auth_session, options })
    }

    /// Signs up by what an authenticator answered to [`Engine::offer_sign_up`].
    pub async fn enter_by_sign_up(
        &self,
        token: &Secret,
        browser: &Browser,
        (auth_session, answer): (&Secret, &Attestation),
        remember: bool,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let mut open = self.open_sign_in(token, browser).await?;
        open.sign_in.remember = remember;
        let mut failure = self.passkey_failure(&open, caller);
        let made = self.sign_up_on_page(&open, (auth_session, answer), caller, &mut failure).await;
        self.enter_answered(&open, made, failure, browser, caller).await
    }

    async fn sign_up_on_page(
        &self,
        open: &Open,
        (auth_session, answer): (&Secret, &Attestation),
        caller: &Caller,
        failure: &mut Event,
    ) -> Result<Answered, Refused> {
        if !self.tenant().await?.passkeys || !may_use_passkeys(&open.client) || !open.client.signs_up() {
            return Err(Refused::Because("off"));
        }
        let ceremony = self.take_ceremony(&open.client.id, auth_session).await?;
        let ceremony = ceremony.ok_or(Refused::Because("auth_session"))?;
        failure.detail.insert(String::from("purpose"), ceremony.purpose.word().into());
        let Purpose::PageSignUp { transaction, person } = &ceremony.purpose else {
            return Err(Refused::Because("auth_session"));
        };
        // Invariant: as of a sign-in, an answer is for the page that asked.
        if *transaction != open.id {
            return Err(Refused::Because("auth_session"));
        }
        let signing_up = SigningUp {
            client: &open.client,
            ceremony: &ceremony,
            person,
            answer,
            caller,
            ip: caller.ip,
            refresh: None,
            on_success: EventKind::SignedIn,
        };
        let (user, proof) = self.accept_sign_up(signing_up, failure).await?;
        Ok(Answered { user, connection: person.connection.clone(), proof })
    }

    /// Where somebody new would be: of the connections with passkeys that let people sign up the tenant's
    /// `default_directory`, else one that is for nothing but passkeys, else the first by name.
    pub(super) async fn sign_up_home(
        &self,
        open: &Open,
    ) -> Result<Option<(Connection, PasskeyOptions)>, Fault> {
        if !open.client.signs_up() {
            return Ok(None);
        }
        let mut all = self.passkey_connections(open).await?;
        all.retain(|(_, options)| !options.disable_signup);
        if all.len() > 1 {
            let default = self.tenant().await?.default_directory;
            all.sort_by_cached_key(|(connection, _)| {
                let is_default = default.as_ref() == Some(&connection.name);
                (!is_default, connection.strategy != Strategy::Database, connection.name.clone())
            });
        }
        Ok(all.into_iter().next())
    }

    fn newcomer_of_page(&self, connection: &Connection, name: &str) -> Result<User, SignInError> {
        let name = name.trim();
        if !is_label(name, MAX_PASSKEY_NAME) {
            return Err(SignInError::Name);
        }
        let mut user = User::with_passkey(&connection.name, connection.strategy, &self.new_id(), self.now());
        // Invariant: an address that is typed as a name becomes no claim, not even as a name.
        if EmailAddress::parse(name).is_err() && PhoneNumber::parse(name).is_err() {
            let given = Map::from_iter([(String::from("name"), json!(name))]);
            describe(&mut user, given).map_err(|_| SignInError::Name)?;
        }
        Ok(user)
    }
}
