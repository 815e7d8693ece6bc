//! A ceremony under way: a challenge, and all that its answer is held to. It is kept here, never in the
//! client's hands, works once, and for the client that began it alone (S-051).

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};

use super::CEREMONY_LIFE;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::{read_body, write_body};
use crate::model::{ClientId, Event, Handle, HandleKind, RelyingParty, TokenHash, User, UserId};
use crate::passkey::Expected;
use crate::store::{HandleUse, UseHandle};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ceremony {
    pub client: ClientId,
    /// Base64url of 32 random bytes.
    pub challenge: String,
    pub party: RelyingParty,
    pub purpose: Purpose,
}

/// What a ceremony is for. The answer of one purpose is none of another.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    SignUp(NewPerson),
    /// On a page of ours for somebody new, and on that one alone.
    PageSignUp {
        transaction: TokenHash,
        person: NewPerson,
    },
    SignIn {
        /// On this connection only; on any that the client has where it is absent.
        connection: Option<String>,
    },
    /// On the account page of somebody who is signed in, and in that session alone.
    Add {
        user: UserId,
        /// Its `sid`.
        session: String,
        /// The identity that it will prove.
        connection: String,
        provider_user_id: String,
        /// Base64url of 64 random bytes.
        user_handle: String,
        user_verification: bool,
    },
    /// On a sign-in page of ours, and on that one alone.
    Page {
        transaction: TokenHash,
        connection: Option<String>,
    },
    /// On the sign-in page of the dashboard.
    Dashboard {
        /// The id of whoever signs in again; anybody's passkey where it is absent.
        admin: Option<String>,
    },
    /// On the page of an administrator who is signed in to the dashboard, and in that session alone.
    AddToDashboard {
        /// The id.
        admin: String,
        session: TokenHash,
        /// Base64url of 64 random bytes.
        user_handle: String,
    },
}

/// Somebody who signs up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPerson {
    /// As they will be, once their passkey is there.
    pub user: Box<User>,
    pub connection: String,
    /// Base64url of 64 random bytes.
    pub user_handle: String,
    /// What they call themselves.
    pub label: String,
    pub user_verification: bool,
}

impl Purpose {
    /// For the log.
    pub fn word(&self) -> &'static str {
        match self {
            Self::SignUp(_) | Self::PageSignUp { .. } => "signup",
            Self::Add { .. } | Self::AddToDashboard { .. } => "add",
            Self::SignIn { .. } | Self::Page { .. } | Self::Dashboard { .. } => "login",
        }
    }
}

impl Ceremony {
    /// What an authenticator's answer must fit, or `None` where the record is damaged.
    pub fn challenge_bytes(&self) -> Option<Vec<u8>> {
        BASE64URL_NOPAD.decode(self.challenge.as_bytes()).ok()
    }

    pub fn expected<'a>(&'a self, challenge: &'a [u8], user_verification: bool) -> Expected<'a> {
        Expected { party: &self.party, challenge, user_verification }
    }
}

impl Engine {
    /// A ceremony that has begun, durable before anybody hears of it; and what names it.
    pub(crate) async fn begin_ceremony(
        &self,
        client: &ClientId,
        party: RelyingParty,
        purpose: Purpose,
        events: Vec<Event>,
    ) -> Result<(Secret, Ceremony), Fault> {
        let challenge = BASE64URL_NOPAD.encode(&self.random.bytes::<32>());
        let ceremony = Ceremony { client: client.clone(), challenge, party, purpose };
        let auth_session = self.random.token();
        let handle = Handle {
            id: TokenHash::of(&auth_session),
            kind: HandleKind::PasskeyCeremony,
            body: write_body(&ceremony)?,
            expires_at: self.now().plus(CEREMONY_LIFE),
            used_at: None,
        };
        self.store.insert_handle(handle).await?;
        if !events.is_empty() {
            self.store.insert_events(events).await?;
        }
        Ok((auth_session, ceremony))
    }

    /// Uses a ceremony up: whatever becomes of the answer, there is no second one. `None` where it is unknown,
    /// over, used, or another client's, which it is left to.
    pub(crate) async fn take_ceremony(
        &self,
        client: &ClientId,
        auth_session: &Secret,
    ) -> Result<Option<Ceremony>, Fault> {
        let (id, kind) = (TokenHash::of(auth_session), HandleKind::PasskeyCeremony);
        let Some(handle) = self.store.find_handle(&id, kind).await? else { return Ok(None) };
        let ceremony: Ceremony = read_body(&handle.body)?;
        if ceremony.client != *client {
            return Ok(None);
        }
        let act = UseHandle { id, kind, now: self.now(), refresh: None, max_families: 0, events: Vec::new() };
        match self.store.use_handle(act).await? {
            HandleUse::First(_) => Ok(Some(ceremony)),
            HandleUse::Again(_) | HandleUse::Absent => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::clock::Timestamp;
    use crate::model::Strategy;

    fn ceremony(purpose: Purpose) -> Ceremony {
        let origins = vec![String::from("https://login.example"), String::from("android:apk-key-hash:AAAA")];
        Ceremony {
            client: ClientId::from("native"),
            challenge: BASE64URL_NOPAD.encode(&[7; 32]),
            party: RelyingParty { id: String::from("login.example"), origins },
            purpose,
        }
    }

    /// PB-093: of every purpose, all that its answer is held to.
    #[test]
    fn a_ceremony_comes_back_from_the_store_as_it_was() {
        let person = NewPerson {
            user: Box::new(User::with_passkey("db", Strategy::Database, "6b057c40", Timestamp(7))),
            connection: String::from("db"),
            user_handle: BASE64URL_NOPAD.encode(&[3; 64]),
            label: String::from("Ana"),
            user_verification: true,
        };
        let transaction = TokenHash([9; 32]);
        let purposes = [
            Purpose::SignUp(person.clone()),
            Purpose::PageSignUp { transaction, person },
            Purpose::SignIn { connection: Some(String::from("db")) },
            Purpose::Add {
                user: UserId::new("auth0|6b057c40"),
                session: String::from("sid"),
                connection: String::from("db"),
                provider_user_id: String::from("6b057c40"),
                user_handle: BASE64URL_NOPAD.encode(&[3; 64]),
                user_verification: true,
            },
            Purpose::Page { transaction, connection: None },
            Purpose::Dashboard { admin: Some(String::from("adm_first")) },
            Purpose::AddToDashboard {
                admin: String::from("adm_first"),
                session: transaction,
                user_handle: BASE64URL_NOPAD.encode(&[3; 64]),
            },
        ];
        for purpose in purposes {
            let kept = write_body(&ceremony(purpose)).unwrap();
            let back: Ceremony = read_body(&kept).unwrap();
            assert_eq!(write_body(&back).unwrap(), kept);
            assert_eq!(back.challenge_bytes(), Some(vec![7; 32]));
            let body: Value = serde_json::from_str(&kept).unwrap();
            let purpose = body["purpose"].as_object().unwrap().values().next().unwrap();
            let asked =
                purpose.pointer("/user_verification").or(purpose.pointer("/person/user_verification"));
            assert!(asked.is_none_or(|asked| *asked == json!(true)), "{kept}");
        }
    }
}
