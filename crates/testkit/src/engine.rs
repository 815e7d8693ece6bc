//! An engine over a store in memory, with clients and connections as the bad-input catalogue names
//! them.

use std::net::IpAddr;
use std::sync::Arc;

use latchkey_core::caller::Caller;
use latchkey_core::directory::Directory;
use latchkey_core::flow::authenticate_client::{ClientCredentials, ClientProof};
use latchkey_core::flow::start_passwordless::{StartPasswordlessError, Started};
use latchkey_core::grant::ExchangeError;
use latchkey_core::hashing::PasswordCost;
use latchkey_core::limit::Buckets;
use latchkey_core::model::{
    AudienceGrant, Client, ClientId, ClientKind, SigningAlgorithm, Strategy, TokenEndpointAuthMethod,
};
use latchkey_core::runtime::Runtime;
use latchkey_core::settings::{Limits, Settings};
use latchkey_core::store::Store;
use latchkey_core::token::keys::KeyRing;
use latchkey_core::vault::{MasterKey, Sealed, Vault};
use latchkey_core::{Engine, Random};
use latchkey_wire::passwordless::{SendKind, StartRequest};
use latchkey_wire::token::{
    LEGACY_DELEGATION, LEGACY_RO, LEGACY_RO_JWT_BEARER, PasswordlessOtpRequest, TokenRequest, TokenResponse,
};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Map, Value, json};

use crate::{TestClock, TestKeys, TestRandom, TestRenderer, TestRuntime, TestSenders};

/// A public native client with every grant of its kind.
pub const NATIVE: &str = "native";
/// Like [`NATIVE`].
pub const OTHER_NATIVE: &str = "other-native";
/// A regular web client; its secret is `web-secret`.
pub const CONFIDENTIAL: &str = "web";
/// A browser client.
pub const SPA: &str = "spa";
/// A machine client for the API `https://api.example/`; its secret is `machine-secret`.
pub const MACHINE: &str = "machine";
/// A native client of 2014: legacy grants, HS256 with the secret `legacy-secret`.
pub const LEGACY: &str = "legacy";
/// A number that can take messages.
pub const PHONE: &str = "+14155550100";

pub fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub struct TestEngine {
    pub engine: Arc<Engine>,
    pub clock: Arc<TestClock>,
    pub senders: TestSenders,
    runtime: Arc<TestRuntime>,
}

impl TestEngine {
    /// Limits are off but for tries.
    pub async fn new() -> Self {
        Self::with(|settings| settings.limits = Limits::off()).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(Self::store().await, change).await
    }

    /// An empty store in memory, which several engines may share.
    pub async fn store() -> Arc<dyn Store> {
        latchkey_store::open("sqlite::memory:", &latchkey_store::StoreOptions::default()).await.unwrap()
    }

    pub async fn over(store: Arc<dyn Store>, change: impl FnOnce(&mut Settings)) -> Self {
        // Hashes cost next to nothing: it is not their strength that tests try.
        let password_cost = PasswordCost { memory: 8, passes: 1 };
        let issuer = "https://login.example/".into();
        let mut settings = Settings { issuer, password_cost, ..Settings::default() };
        change(&mut settings);
        let clock = Arc::new(TestClock::default());
        let senders = TestSenders::default();
        let runtime = Arc::new(TestRuntime::default());
        let engine =
            build(store, settings, Arc::clone(&clock), senders.clone(), Arc::<TestRuntime>::clone(&runtime))
                .await;
        let this = Self { engine: engine.shared(), clock, senders, runtime };
        this.engine.open_keys().await.unwrap();
        this.add_clients().await;
        this.add_connection("sms", Strategy::Sms, json!({})).await;
        this.add_connection("email", Strategy::Email, json!({})).await;
        this.add_connection("Username-Password-Authentication", Strategy::Database, json!({})).await;
        this
    }

    async fn add_clients(&self) {
        for id in [NATIVE, OTHER_NATIVE] {
            self.add_client(id, ClientKind::Native, None, |client| {
                client.refresh.leeway = 0;
                client.refresh.reuse_while_child_unused = false;
            })
            .await;
        }
        self.add_client(CONFIDENTIAL, ClientKind::RegularWeb, Some("web-secret"), |_| {}).await;
        self.add_client(SPA, ClientKind::Spa, None, |client| {
            client.web_origins = vec!["https://app.example".into()];
            client.callbacks = vec!["https://app.example/cb".into()];
        })
        .await;
        self.add_client(MACHINE, ClientKind::NonInteractive, Some("machine-secret"), |client| {
            client.audiences = vec![AudienceGrant {
                audience: "https://api.example/".into(),
                scopes: Scopes::parse("read:things write:things").unwrap(),
                token_lifetime: 86_400,
                dialect: Default::default(),
                further: Default::default(),
            }];
        })
        .await;
        self.add_client(LEGACY, ClientKind::Native, Some("legacy-secret"), |client| {
            client.oidc_conformant = false;
            client.jwt.alg = SigningAlgorithm::HS256;
            let legacy = [LEGACY_RO, LEGACY_RO_JWT_BEARER, LEGACY_DELEGATION];
            client.grant_types.extend(legacy.map(String::from));
        })
        .await;
    }

    /// Adds or replaces a client with the defaults of its kind, changed.
    pub async fn add_client(
        &self,
        id: &str,
        kind: ClientKind,
        secret: Option<&str>,
        change: impl FnOnce(&mut Client),
    ) -> Client {
        let (mut client, _) = self.engine.draft_client(ClientId::from(id), id, kind).unwrap();
        client.callbacks = vec!["https://app.example/cb".into()];
        if let Some(secret) = secret {
            self.engine.set_client_secret(&mut client, &Secret::new(secret)).unwrap();
            client.auth_method = TokenEndpointAuthMethod::ClientSecretPost;
        }
        change(&mut client);
        self.engine.save_client(&client).await.unwrap();
        client
    }

    /// Adds or replaces a connection, enabled for every client.
    pub async fn add_connection(&self, name: &str, strategy: Strategy, options: Value) {
        let found = self.engine.store.find_connection(name).await.unwrap();
        let mut connection = found.unwrap_or_else(|| self.engine.draft_connection(name, strategy));
        let all = self
            .engine
            .store
            .list_clients(&latchkey_core::store::Page { after: None, limit: 100 })
            .await
            .unwrap();
        connection.enabled_clients = all.into_iter().map(|client| client.id).collect();
        let options: Map<String, Value> = options.as_object().cloned().unwrap_or_default();
        self.engine.save_connection(connection, options).await.unwrap();
    }

    /// Waits for what acts left to be done behind their backs.
    pub async fn settled(&self) {
        self.runtime.settled().await;
    }

    /// How many jobs of slow arithmetic there were: hashes of passwords, and RSA signatures.
    pub fn computed(&self) -> usize {
        self.runtime.computed()
    }

    /// Delivers every log stream as far as it goes at this moment.
    pub async fn stream_logs(&self) {
        for id in self.engine.active_log_streams().await.unwrap() {
            while self.engine.deliver_log_stream(&id).await.unwrap() {}
        }
    }

    pub fn caller(&self) -> Caller {
        Caller::at(ip("192.0.2.1"))
    }

    /// Asks for a code from the usual place.
    pub async fn start(&self, client: &str, phone: &str) -> Result<Started, StartPasswordlessError> {
        self.start_from(client, phone, &self.caller()).await
    }

    pub async fn start_from(
        &self,
        client: &str,
        phone: &str,
        caller: &Caller,
    ) -> Result<Started, StartPasswordlessError> {
        let request = StartRequest {
            connection: "sms".into(),
            phone_number: Some(phone.into()),
            ..StartRequest::default()
        };
        self.engine.start_passwordless(&credentials(client), &request, caller).await
    }

    /// Asks for a code by email from the usual place.
    pub async fn start_email(&self, client: &str, email: &str) -> Result<Started, StartPasswordlessError> {
        let request = StartRequest {
            connection: "email".into(),
            email: Some(email.into()),
            send: Some(SendKind::Code),
            ..StartRequest::default()
        };
        self.engine.start_passwordless(&credentials(client), &request, &self.caller()).await
    }

    /// Asks for a code for a client whose secret is not the fixture's.
    pub async fn start_with_secret(&self, client: &str, phone: &str, secret: &str) -> Started {
        let request = StartRequest {
            connection: "sms".into(),
            phone_number: Some(phone.into()),
            ..StartRequest::default()
        };
        let proof = ClientProof::Secret(Secret::new(secret));
        let credentials = ClientCredentials { id: ClientId::from(client), proof };
        self.engine.start_passwordless(&credentials, &request, &self.caller()).await.unwrap()
    }

    /// The code of the last message.
    pub fn code(&self) -> String {
        self.senders.last().code.expose().to_owned()
    }

    /// Trades a code for tokens from the usual place.
    pub async fn redeem(
        &self,
        client: &str,
        phone: &str,
        code: &str,
        scope: &str,
    ) -> Result<TokenResponse, ExchangeError> {
        self.redeem_from(client, phone, code, scope, &self.caller()).await
    }

    pub async fn redeem_from(
        &self,
        client: &str,
        phone: &str,
        code: &str,
        scope: &str,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let request = TokenRequest::PasswordlessOtp(PasswordlessOtpRequest {
            username: phone.into(),
            otp: Secret::new(code),
            realm: "sms".into(),
            scope: Some(Scopes::parse(scope).unwrap()),
            audience: None,
            redirect_uri: None,
            device_key: None,
        });
        self.engine.exchange(&credentials(client), request, caller).await
    }

    /// Starts and redeems: a whole sign-in.
    pub async fn sign_in(&self, client: &str, phone: &str, scope: &str) -> TokenResponse {
        self.start(client, phone).await.unwrap();
        self.redeem(client, phone, &self.code(), scope).await.unwrap()
    }

    /// A code of the same length that is not the one sent last.
    pub fn wrong_code(&self) -> String {
        let code = self.code();
        code.chars().map(|c| if c == '9' { '0' } else { char::from(c as u8 + 1) }).collect()
    }
}

/// The credentials of a fixture client, with its secret where it has one.
pub fn credentials(client: &str) -> ClientCredentials {
    let proof = match client {
        CONFIDENTIAL | MACHINE | LEGACY => ClientProof::Secret(Secret::new(format!("{client}-secret"))),
        _ => ClientProof::None,
    };
    ClientCredentials { id: ClientId::from(client), proof }
}

async fn build(
    store: Arc<dyn Store>,
    settings: Settings,
    clock: Arc<TestClock>,
    senders: TestSenders,
    runtime: Arc<dyn Runtime>,
) -> Engine {
    let random: Arc<dyn Random> = Arc::new(TestRandom::new(1));
    let master = MasterKey::new([7; 32]);
    let fresh = Vault::new_data_key(&master, &*random).unwrap();
    let text = serde_json::to_string(&fresh).unwrap();
    let stored: Sealed = serde_json::from_str(&store.init_meta("data_key", &text).await.unwrap()).unwrap();
    Engine {
        vault: Vault::open(&master, &stored, Arc::clone(&random)).unwrap(),
        store,
        senders: Arc::new(senders),
        renderer: Arc::new(TestRenderer),
        clock,
        random,
        runtime,
        key_maker: Arc::new(TestKeys::default()),
        passkey_verifier: Arc::new(latchkey_passkey::WebauthnVerifier),
        key_attestor: Arc::new(latchkey_passkey::VendorAttestor::new()),
        keys: KeyRing::default(),
        directory: Directory::default(),
        buckets: Buckets::default(),
        conversions: Default::default(),
        hashing: Default::default(),
        settings,
        job_bell: Default::default(),
        last_arrival: Default::default(),
        job_pace: Default::default(),
        audit_check: Default::default(),
        itself: Default::default(),
    }
}
