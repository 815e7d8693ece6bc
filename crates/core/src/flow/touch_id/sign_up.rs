//! `POST /dbconnections/signup` (protocol 2.21).
//!
//! Whether the address is taken does not show, unless the connection brings Auth0's answers back (decision 3.1):
//! a taken one is answered, after the same work, as if somebody had signed up. Only a sign-in with the password
//! then tells, and that counts.

use latchkey_wire::sign_up::{SignUpRequest, SignUpResponse};

use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::ClientCredentials;
use crate::flow::resource_owner::LegacyError;
use crate::limit::LimitState;
use crate::model::{Channel, Connection, CredentialId, EmailAddress, Event, EventKind, Password, User};
use crate::store::{SignUp, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// The client, or the connection, is not for this.
    #[error(transparent)]
    Legacy(#[from] LegacyError),
    #[error("sign-up is closed")]
    Closed,
    #[error("the email address cannot be written to")]
    EmailRejected,
    /// Only where the connection tells (decision 3.1).
    #[error("the address is taken")]
    Taken,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    /// Too many hash passwords at this moment.
    #[error("too many passwords are hashed")]
    Busy,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SignUpError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Engine {
    pub async fn sign_up(
        &self,
        credentials: &ClientCredentials,
        request: &SignUpRequest,
        caller: &Caller,
    ) -> Result<SignUpResponse, SignUpError> {
        let who = self.legacy_client(credentials, caller, "dbconnections/signup").await?;
        if !who.client.allows_touch_id() {
            return Err(LegacyError::Disabled.into());
        }
        let connection = self.touch_id_connection(&who.client, &request.connection).await?;
        let options = self.code_options(&connection, Channel::Email)?;
        if options.disable_signup {
            return Err(SignUpError::Closed);
        }
        let email = EmailAddress::parse(&request.email).map_err(|_| SignUpError::EmailRejected)?;
        let ip = who.user_ip(caller);
        self.take_sign_up(ip).await?.map_err(SignUpError::TooManyRequests)?;
        let place = self.hashing.take().ok_or(SignUpError::Busy)?;
        self.note_arrival();
        let hash = self.hash_password(place, &request.password).await?;
        let (user, password) = self.draft_account(&connection, &email, hash.expose())?;
        let event = |kind| {
            let event = self.event(kind, Some(&who.client.id));
            let user = (kind == EventKind::SignedUp).then(|| user.id.clone());
            let (connection, address) = (Some(connection.name.clone()), Some(email.address().masked()));
            Event { connection, address, user, ip: Some(ip.to_string()), ..event }
        };
        let id = user.primary().map(|identity| identity.provider_user_id.clone()).unwrap_or_default();
        let (on_success, on_failure) = (event(EventKind::SignedUp), event(EventKind::SignUpFailed));
        let (on_success, on_failure) = (vec![on_success], vec![on_failure]);
        let is_new = self.store.sign_up(SignUp { user, password, on_success, on_failure }).await?;
        if !is_new && options.auth0_oracles() {
            return Err(SignUpError::Taken);
        }
        Ok(SignUpResponse { id, email_verified: false, email: email.as_str().to_owned() })
    }

    /// Nobody has proved the address: whoever does, ends what this account was given (S-148).
    fn draft_account(
        &self,
        connection: &Connection,
        email: &EmailAddress,
        hash: &str,
    ) -> Result<(User, Password), Fault> {
        let (now, hex) = (self.now(), self.new_id());
        let drafted = User::first_seen(&connection.name, Channel::Email, email.address(), &hex, now);
        let mut user = drafted.of_database();
        for identity in &mut user.identities {
            identity.verified_at = None;
        }
        let context = Password::context(&user.id, &connection.name);
        let password = Password {
            id: CredentialId::new(format!("pwd_{}", self.random.alphanumeric(16))),
            user: user.id.clone(),
            connection: connection.name.clone(),
            hash: self.vault.seal(&context, hash.as_bytes())?,
            created_at: now,
        };
        Ok((user, password))
    }
}
