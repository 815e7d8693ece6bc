//! The two ways to reach a person, so that one test speaks of both.

use latchkey_core::flow::start_passwordless::{StartPasswordlessError, Started};
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::{Address, Strategy, User};
use latchkey_core::{Caller, flow::authenticate_client::ClientCredentials};
use latchkey_testkit::{NATIVE, PHONE, TestEngine, credentials};
use latchkey_wire::passwordless::{SendKind, StartRequest};
use latchkey_wire::token::{PasswordlessOtpRequest, TokenRequest, TokenResponse};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

/// An address that can take mail.
pub const MAILBOX: &str = "user@example.com";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Sms,
    Email,
}

impl Way {
    pub const BOTH: [Self; 2] = [Self::Sms, Self::Email];

    /// The connection of the fixture; also its realm.
    pub fn connection(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    pub fn strategy(self) -> Strategy {
        match self {
            Self::Sms => Strategy::Sms,
            Self::Email => Strategy::Email,
        }
    }

    /// The parameter that names the address.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Sms => "phone_number",
            Self::Email => "email",
        }
    }

    pub fn address(self) -> &'static str {
        match self {
            Self::Sms => PHONE,
            Self::Email => MAILBOX,
        }
    }

    /// The `n`-th of many others.
    pub fn other(self, n: u32) -> String {
        match self {
            Self::Sms => format!("+1415555{:04}", 200 + n),
            Self::Email => format!("other{n}@example.com"),
        }
    }

    /// Seconds that a code lives.
    pub fn code_life(self) -> i64 {
        match self {
            Self::Sms => 180,
            Self::Email => 600,
        }
    }

    /// What SDKs compare byte for byte (P-071, P-072).
    pub fn wrong_code_text(self) -> &'static str {
        match self {
            Self::Sms => "Wrong phone number or verification code.",
            Self::Email => "Wrong email or verification code.",
        }
    }

    /// The body of a start by this way, for a client without a secret.
    pub fn body(self, client: &str, address: &str) -> Value {
        json!({
            "client_id": client, "connection": self.connection(), self.parameter(): address, "send": "code",
        })
    }

    pub async fn start(self, t: &TestEngine, client: &str) {
        self.start_from(t, client, self.address(), &t.caller()).await.unwrap();
    }

    pub async fn start_from(
        self,
        t: &TestEngine,
        client: &str,
        address: &str,
        caller: &Caller,
    ) -> Result<Started, StartPasswordlessError> {
        let named = |way| (self == way).then(|| address.to_owned());
        let request = StartRequest {
            connection: self.connection().into(),
            phone_number: named(Self::Sms),
            email: named(Self::Email),
            send: Some(SendKind::Code),
            ..StartRequest::default()
        };
        let who: ClientCredentials = credentials(client);
        t.engine.start_passwordless(&who, &request, caller).await
    }

    /// The code of the last message.
    pub fn code(self, t: &TestEngine) -> String {
        match self {
            Self::Sms => t.senders.last().code.expose().to_owned(),
            Self::Email => t.senders.last_mail().code.expose().to_owned(),
        }
    }

    /// A code of the same length that is not the one sent last.
    pub fn wrong_code(self, t: &TestEngine) -> String {
        self.code(t).bytes().map(|digit| char::from(if digit == b'9' { b'0' } else { digit + 1 })).collect()
    }

    /// How many messages left.
    pub fn sent(self, t: &TestEngine) -> usize {
        match self {
            Self::Sms => t.senders.sent().len(),
            Self::Email => t.senders.mailed().len(),
        }
    }

    pub async fn redeem(
        self,
        t: &TestEngine,
        address: &str,
        code: &str,
        scope: &str,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let request = TokenRequest::PasswordlessOtp(PasswordlessOtpRequest {
            username: address.into(),
            otp: Secret::new(code),
            realm: self.connection().into(),
            scope: Some(Scopes::parse(scope).unwrap()),
            audience: None,
            redirect_uri: None,
            device_key: None,
        });
        t.engine.exchange(&credentials(NATIVE), request, caller).await
    }

    /// A whole sign-in of the fixture's native client.
    pub async fn sign_in(self, t: &TestEngine, scope: &str) -> TokenResponse {
        self.start(t, NATIVE).await;
        self.redeem(t, self.address(), &self.code(t), scope, &t.caller()).await.unwrap()
    }

    /// Gives the address to somebody, without a message.
    pub async fn add_user(self, t: &TestEngine) {
        let address = Address::from_canonical(self.address());
        let hex = "5f7c8ec7c33c6c004bbafe82";
        let (channel, now) = (self.strategy().channel(), t.engine.now());
        let user = User::first_seen(self.connection(), channel, address, hex, now);
        t.engine.store.insert_user(&user, Vec::new()).await.unwrap();
    }

    /// Whoever has the address.
    pub async fn user(self, t: &TestEngine) -> Option<User> {
        let address = Address::from_canonical(self.address());
        t.engine.store.find_user_by_address(self.connection(), &address).await.unwrap()
    }

    pub async fn block(self, t: &TestEngine) {
        let user = User { blocked: true, ..self.user(t).await.unwrap() };
        assert!(t.engine.store.update_user(&user).await.unwrap());
    }
}
