//! `POST /passkey/register`: somebody may sign up with a passkey now (protocol 2.6).
//!
//! What they say of themselves is proved by nothing. It names their passkey, and it claims no address: whoever
//! proves the address later gets an account of their own (S-149). So nothing has to be looked up, and the answer
//! is the same whether anybody has the address or not.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::passkey::{
    ALGORITHMS, AuthenticatorSelection, CreationOptions, CredentialParameters, RegisterRequest,
    RelyingPartyEntity, UserEntity, UserProfile,
};
use serde_json::{Map, Value};

use super::challenge::timeout;
use super::{Asking, BeginPasskeyError, Begun, Ceremony, NewPerson, Purpose, usable};
use crate::caller::Caller;
use crate::channel::PasskeyOptions;
use crate::engine::Engine;
use crate::flow::authenticate_client::ClientCredentials;
use crate::flow::manage::users::describe;
use crate::model::{
    Address, Connection, EmailAddress, Event, EventKind, MAX_PASSKEY_NAME, PhoneNumber, Strategy, User,
};
use crate::store::Page;

/// Most characters of a user name.
const MAX_USERNAME: usize = 128;

/// Somebody who signs up, checked.
struct Newcomer {
    connection: Arc<Connection>,
    options: PasskeyOptions,
    user: User,
    /// What they call themselves, and what is shown beside it.
    label: String,
    display_name: String,
}

impl Engine {
    pub async fn register_passkey(
        &self,
        credentials: &ClientCredentials,
        request: RegisterRequest,
        caller: &Caller,
    ) -> Result<Begun<CreationOptions>, BeginPasskeyError> {
        let asking = self.passkey_client(credentials, caller).await?;
        let taken = self.take_sign_up(asking.who.user_ip(caller)).await?;
        taken.map_err(BeginPasskeyError::TooManyRequests)?;
        let newcomer = match self.newcomer(&asking, request).await {
            Ok(newcomer) => newcomer,
            Err(refused) => {
                self.store.insert_events(vec![self.sign_up_refused(&asking, caller, &refused)]).await?;
                return Err(refused);
            }
        };
        let user_handle = BASE64URL_NOPAD.encode(&self.random.bytes::<64>());
        let name = newcomer.connection.name.clone();
        let purpose = Purpose::SignUp(NewPerson {
            user: Box::new(newcomer.user),
            connection: name.clone(),
            user_handle: user_handle.clone(),
            label: newcomer.label.clone(),
            user_verification: newcomer.options.user_verification,
        });
        let mut event = self.passkey_event(EventKind::PasskeyStarted, &asking, caller, &purpose);
        event.connection = Some(name);
        let Asking { who, party, limit } = asking;
        let (auth_session, ceremony) =
            self.begin_ceremony(&who.client.id, party, purpose, vec![event]).await?;
        let options = creation_options(&ceremony, user_handle, newcomer.label, newcomer.display_name);
        Ok(Begun { auth_session, options, limit })
    }

    async fn newcomer(
        &self,
        asking: &Asking,
        request: RegisterRequest,
    ) -> Result<Newcomer, BeginPasskeyError> {
        let RegisterRequest { realm, profile, user_metadata } = request;
        let connection = match realm {
            Some(name) => self.connection(&name).await?.ok_or(BeginPasskeyError::ConnectionUnknown)?,
            None => self.passkey_connection(asking).await?,
        };
        let options = usable(&connection, &asking.who.client)?;
        if options.disable_signup {
            return Err(BeginPasskeyError::SignupClosed);
        }
        let address = identifier(connection.strategy, &profile)?;
        if options.auth0_oracles
            && self.store.find_user_by_address(&connection.name, &address).await?.is_some()
        {
            return Err(BeginPasskeyError::UserExists);
        }
        let label: String = address.as_str().chars().take(MAX_PASSKEY_NAME).collect();
        let mut user = User::with_passkey(&connection.name, connection.strategy, &self.new_id(), self.now());
        let display_name = profile.name.clone().unwrap_or_else(|| label.clone());
        write(&mut user, profile, user_metadata)?;
        Ok(Newcomer { connection, options, user, label, display_name })
    }

    /// Where a request names no connection: the only one with passkeys that the client has, or the tenant's
    /// `default_directory` where it has several.
    async fn passkey_connection(&self, asking: &Asking) -> Result<Arc<Connection>, BeginPasskeyError> {
        let client = &asking.who.client;
        let mut page = Page { after: None, limit: 100 };
        let mut found = Vec::new();
        loop {
            let part = self.store.list_connections(&page).await?;
            page.after = part.last().map(|connection| connection.id.as_str().to_owned());
            let is_last = part.len() < 100;
            found.extend(part.into_iter().filter(|connection| usable(connection, client).is_ok()));
            if is_last {
                break;
            }
        }
        let default = self.tenant().await?.default_directory;
        let only = (found.len() == 1).then(|| found.pop()).flatten();
        let chosen = only.or_else(|| found.into_iter().find(|one| Some(&one.name) == default.as_ref()));
        chosen.map(Arc::new).ok_or(BeginPasskeyError::ConnectionNotNamed)
    }

    fn sign_up_refused(&self, asking: &Asking, caller: &Caller, refused: &BeginPasskeyError) -> Event {
        let mut event = self.event(EventKind::PasskeyStartFailed, Some(&asking.who.client.id));
        event.ip = Some(asking.who.user_ip(caller).to_string());
        let word = match refused {
            BeginPasskeyError::SignupClosed => "signup_closed",
            BeginPasskeyError::UserExists => "user_exists",
            BeginPasskeyError::IdentifierMissing(_) | BeginPasskeyError::Profile { .. } => "profile",
            BeginPasskeyError::Fault(_) => "fault",
            _ => "connection",
        };
        event.detail.insert(String::from("purpose"), "signup".into());
        event.detail.insert(String::from("error"), word.into());
        event
    }
}

/// What an authenticator is asked to make. `user_handle` is base64url; `name` and `display_name` are shown by it.
pub(crate) fn creation_options(
    ceremony: &Ceremony,
    user_handle: String,
    name: String,
    display_name: String,
) -> CreationOptions {
    CreationOptions {
        challenge: ceremony.challenge.clone(),
        timeout: timeout(),
        rp: RelyingPartyEntity { name: ceremony.party.id.clone(), id: ceremony.party.id.clone() },
        user: UserEntity { id: user_handle, name, display_name },
        pub_key_cred_params: ALGORITHMS
            .map(|alg| CredentialParameters { kind: String::from("public-key"), alg })
            .to_vec(),
        authenticator_selection: AuthenticatorSelection {
            resident_key: String::from("required"),
            user_verification: String::from("preferred"),
        },
        exclude_credentials: Vec::new(),
    }
}

/// The best of what somebody is known by on such a connection, in canonical form. It becomes nobody's address.
fn identifier(strategy: Strategy, profile: &UserProfile) -> Result<Address, BeginPasskeyError> {
    let bad = |property: &str, reason: String| BeginPasskeyError::Profile {
        property: format!("user_profile.{property}"),
        reason,
    };
    let email = profile.email.as_deref().map(|text| {
        let parsed = EmailAddress::parse(text).map(|email| email.address());
        parsed.map_err(|_| bad("email", String::from("is not a valid email address")))
    });
    let phone_number = profile.phone_number.as_deref().map(|text| {
        let parsed = PhoneNumber::parse(text).map(|number| number.address());
        parsed.map_err(|reason| bad("phone_number", reason.to_string()))
    });
    // What is not wanted must be right, too.
    let (email, phone_number) = (email.transpose()?, phone_number.transpose()?);
    let (best, missing) = match strategy {
        Strategy::Sms => (phone_number, "user_profile.phone_number"),
        Strategy::Email => (email, "user_profile.email"),
        Strategy::Database => (email.or(phone_number), "user_profile.email"),
    };
    best.ok_or(BeginPasskeyError::IdentifierMissing(missing))
}

/// What operators could write as well, within the same limits. Addresses are left out: they are not proved.
fn write(
    user: &mut User,
    profile: UserProfile,
    user_metadata: Map<String, Value>,
) -> Result<(), BeginPasskeyError> {
    // Nobody signs in by a user name here: it is checked, and not kept.
    if profile.username.is_some_and(|name| name.chars().count() > MAX_USERNAME) {
        let reason = format!("is too long, maximum {MAX_USERNAME} characters");
        return Err(BeginPasskeyError::Profile { property: String::from("user_profile.username"), reason });
    }
    let texts = [
        ("name", profile.name),
        ("given_name", profile.given_name),
        ("family_name", profile.family_name),
        ("nickname", profile.nickname),
        ("picture", profile.picture),
    ];
    let mut given: Map<String, Value> =
        texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))).collect();
    given.insert(String::from("user_metadata"), user_metadata.into());
    describe(user, given).map_err(|(property, reason)| {
        let parent = if property == "user_metadata" { "" } else { "user_profile." };
        BeginPasskeyError::Profile { property: format!("{parent}{property}"), reason }
    })
}
