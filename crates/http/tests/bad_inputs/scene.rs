//! What is there before a row is sent: clients, connections, users, codes, tokens, and what happened
//! to them. A setup that nobody knows how to make fails.

use std::cell::RefCell;

use http::Method;
use latchkey_core::Caller;
use latchkey_core::model::{
    Address, AudienceGrant, ChallengeKey, ClientId, ClientKind, Event, Strategy, TokenEndpointAuthMethod,
};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_core::settings::Limits;
use latchkey_core::store::{EventFilter, Page};
use latchkey_core::token::issue::Authenticated;
use latchkey_testkit::{CONFIDENTIAL, MACHINE, NATIVE, SPA, Script, TestEngine, credentials, ip};
use latchkey_wire::token::{
    ClientCredentialsRequest, LEGACY_RO, RefreshTokenRequest, TokenRequest, TokenResponse,
};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

use crate::devices::{self, Devices};
use crate::forge::{self, ASSERTING};
use crate::log::{Kind, Secrets};
use crate::manage::Managing;
use crate::pages::Pages;
use crate::passkeys::{self, Passkeys};
use crate::row::Row;
use crate::support::{API, FORM, TestServer, Way};

/// What the provider of messages is told to know us by.
pub const PROVIDER_SECRET: &str = "canary-of-the-provider";
/// Rows whose `{{code}}` was never sent: that is what they are about.
const WITHOUT_CODE: [&str; 2] = ["B-TO-003", "B-TO-004"];
/// Where the catalogue's client sends people who signed out.
pub const POST_LOGOUT: &str = "https://app.example/bye";
/// Never sent to anybody.
const NO_CODE: &str = "135790";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setup {
    /// The fixture always has it.
    Always,
    LiveCode,
    OneCountry,
    UserBlocked,
    SignupClosed,
    ThreeStarts,
    FiftyStarts,
    BadNumber,
    GatewayFails,
    GatewayRefuses,
    ProviderRefuses,
    CodeExpired,
    ThreeWrongTries,
    CodeUsed,
    NewerCode,
    BlockedBetween,
    HundredFailures,
    PairBlocked,
    ThirtyFailures,
    LegacyOff,
    StoreStopped,
    Rotated,
    UserDeleted,
    MonthLater,
    CodeExchanged,
    MinuteLater,
    WithoutPkce,
    Checked,
    CheckedLongAgo,
    Redirected,
    Polled,
    QuarterLater,
    ExpiryTold,
    DeviceDeclined,
}

impl Setup {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "connection sms-disabled off" | "database connection exists" => Self::Always,
            "live code ≠ 000000" => Self::LiveCode,
            "allow-list = US only" => Self::OneCountry,
            "user blocked" => Self::UserBlocked,
            "disable_signup=true" => Self::SignupClosed,
            "3 starts in 3 min" => Self::ThreeStarts,
            "50 starts from this IP" => Self::FiftyStarts,
            "fake provider: 21211" => Self::BadNumber,
            "gateway 500" => Self::GatewayFails,
            "gateway 401" => Self::GatewayRefuses,
            "fake provider: 401 20003" => Self::ProviderRefuses,
            "code age > lifetime" => Self::CodeExpired,
            "3 wrong tries" => Self::ThreeWrongTries,
            "code already used" => Self::CodeUsed,
            "two starts, first code" => Self::NewerCode,
            "block between start and verify" | "blocked" => Self::BlockedBetween,
            "100 failures" => Self::HundredFailures,
            "limit reached" => Self::PairBlocked,
            "30 failures from this IP" => Self::ThirtyFailures,
            "legacy off" => Self::LegacyOff,
            "db stopped" => Self::StoreStopped,
            "rotated, +31 s" => Self::Rotated,
            "user deleted" => Self::UserDeleted,
            "clock +31 d" => Self::MonthLater,
            "code exchanged once" => Self::CodeExchanged,
            "clock +61 s" => Self::MinuteLater,
            "confidential client, no PKCE at authorize" => Self::WithoutPkce,
            "poll twice in 1 s" => Self::Polled,
            "clock +16 min" => Self::QuarterLater,
            "expired_token already returned" => Self::ExpiryTold,
            "user cancels" => Self::DeviceDeclined,
            "verify done" => Self::Checked,
            "verify done, clock +61 s" => Self::CheckedLongAgo,
            "verify done, redirect done once" => Self::Redirected,
            _ => return None,
        })
    }
}

pub struct Scene {
    pub server: TestServer,
    pub way: Way,
    /// The code of the way's address for the native client.
    pub code: String,
    /// Of the user of that address, for the native client.
    tokens: Option<TokenResponse>,
    /// What was handed out on the hosted pages.
    pub pages: Pages,
    /// What authenticators answer.
    pub passkeys: Passkeys,
    /// What devices sign.
    pub devices: Devices,
    /// What operators hold.
    pub managing: Managing,
    /// What took the place of the refresh token, or came with a code.
    pub successor: Option<Secret>,
    /// Compares charged to the code, and calls of senders, before the row is sent.
    pub attempts: Option<i64>,
    pub calls: usize,
    /// What was recorded before the store stopped.
    stopped: Option<Vec<Event>>,
    secrets: RefCell<Secrets>,
}

impl Scene {
    pub async fn of(row: &Row) -> Self {
        let setups: Vec<Setup> = row
            .setup
            .iter()
            .map(|text| {
                Setup::parse(text)
                    .unwrap_or_else(|| panic!("{}: nothing here makes the setup {text:?}", row.id))
            })
            .collect();
        let server = fixture(row, &setups).await;
        let text = row.request_text();
        let mut scene = Self {
            server,
            way: row.way(),
            code: NO_CODE.into(),
            tokens: None,
            pages: Pages::default(),
            passkeys: Passkeys::default(),
            devices: Devices::default(),
            managing: Managing::default(),
            successor: None,
            attempts: None,
            calls: 0,
            stopped: None,
            secrets: RefCell::default(),
        };
        for (secret, kind) in [
            ("web-secret", Kind::ClientSecret),
            ("machine-secret", Kind::ClientSecret),
            ("legacy-secret", Kind::ClientSecret),
            (PROVIDER_SECRET, Kind::ProviderSecret),
            (scene.way.address(), Kind::Address),
        ] {
            scene.keep(secret, kind);
        }
        let named = ["{{refresh", "{{access", "{{id_token", "{{jwt:", "{{user_id"];
        let about_users =
            ["user exists", "delete without id must not delete all", "SQL in q returns nothing or 400"];
        let is_there_already = about_users.contains(&row.note.as_str());
        let needs_tokens = named.iter().any(|name| text.contains(name))
            || is_there_already
            || setups.contains(&Setup::UserBlocked);
        if needs_tokens {
            let scope =
                if text.contains("access_no_openid") { "phone" } else { "openid profile offline_access" };
            scene.tokens = Some(scene.way.sign_in(scene.t(), scope).await);
        }
        let about_a_code = text.contains("{{code}}")
            || setups.contains(&Setup::LiveCode)
            || row.effects().any(|effect| effect.contains("attempt"));
        if about_a_code && !WITHOUT_CODE.contains(&row.id.as_str()) {
            scene.send_code(&setups).await;
        }
        scene.pages = Pages::of(&scene.server, &text, setups.contains(&Setup::WithoutPkce)).await;
        scene.passkeys = Passkeys::of(&scene.server, row).await;
        scene.devices = Devices::of(&scene.server, row).await;
        scene.keep(&scene.devices.id_token, Kind::Token);
        scene.keep(&scene.pages.code, Kind::Token);
        scene.keep(&scene.pages.device_code, Kind::Token);
        scene.keep(&scene.pages.link, Kind::Link);
        scene.managing = Managing::of(&scene.server, &text).await;
        scene.keep(&scene.managing.token, Kind::Token);
        scene.keep(&scene.managing.powerless, Kind::Token);
        for setup in setups {
            scene.happen(setup).await;
        }
        scene.script_numbers(&text);
        if text.contains("{{jwt:replayed_jti}}") {
            scene.use_assertion().await;
        }
        scene.calls = scene.t().senders.calls().len();
        if scene.stopped.is_none() && scene.code != NO_CODE {
            scene.attempts = Some(scene.attempts().await);
        }
        if row.effects().any(|effect| effect == "0 queries by kid") {
            scene.stop_store().await;
        }
        scene
    }

    pub fn t(&self) -> &TestEngine {
        &self.server.t
    }

    pub fn keep(&self, secret: &str, kind: Kind) {
        if !secret.is_empty() {
            self.secrets.borrow_mut().insert(secret.to_owned(), kind);
        }
    }

    /// All that has been secret so far.
    pub fn secrets(&self) -> Secrets {
        for message in self.t().senders.sent() {
            self.keep(message.code.expose(), Kind::Code);
            self.keep(&message.to, Kind::Address);
        }
        for mail in self.t().senders.mailed() {
            self.keep(mail.code.expose(), Kind::Code);
            self.keep(&mail.to, Kind::Address);
            self.keep(mail.link.as_ref().map_or("", |link| link.expose()), Kind::Token);
        }
        let tokens = self.tokens.iter().flat_map(|tokens| {
            [Some(&tokens.access_token), tokens.refresh_token.as_ref(), tokens.id_token.as_ref()]
        });
        for token in tokens.chain([self.successor.as_ref()]).flatten() {
            self.keep(token.expose(), Kind::Token);
        }
        self.secrets.borrow().clone()
    }

    pub fn refresh_token(&self) -> Secret {
        self.tokens().refresh_token.clone().unwrap()
    }

    /// `{{refresh}}`, `{{access…}}`, `{{id_token}}`.
    pub fn token(&self, name: &str) -> Option<String> {
        let tokens = match name {
            "refresh" | "access" | "access_no_openid" | "id_token" => self.tokens(),
            _ => return None,
        };
        let token = match name {
            "refresh" => tokens.refresh_token.as_ref().unwrap(),
            "id_token" => tokens.id_token.as_ref().unwrap(),
            _ => &tokens.access_token,
        };
        Some(token.expose().to_owned())
    }

    fn tokens(&self) -> &TokenResponse {
        self.tokens.as_ref().expect("nobody signed in")
    }

    /// The user who is signed in.
    pub fn user(&self) -> String {
        let token = self.token("id_token").unwrap();
        let payload = token.split('.').nth(1).unwrap();
        let claims: Value =
            serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap())
                .unwrap();
        claims["sub"].as_str().unwrap().to_owned()
    }

    /// A machine's token for another API.
    pub async fn token_for_other_api(&self) -> String {
        let request =
            TokenRequest::ClientCredentials(ClientCredentialsRequest { audience: None, scope: None });
        let tokens =
            self.t().engine.exchange(&credentials(MACHINE), request, &self.t().caller()).await.unwrap();
        tokens.access_token.expose().to_owned()
    }

    /// The person's own token for the Management API.
    pub async fn own_token(&self, scope: &str) -> String {
        let engine = &self.t().engine;
        let user = engine.store.find_user(&self.user().as_str().into()).await.unwrap().unwrap();
        let mut client = (*engine.client(&ClientId::from(NATIVE)).await.unwrap().unwrap()).clone();
        client.audiences = vec![AudienceGrant {
            audience: API.into(),
            scopes: Scopes::parse(scope).unwrap(),
            token_lifetime: 86_400,
            dialect: Default::default(),
            further: Default::default(),
        }];
        engine.put_client(&client).await.unwrap();
        let api = engine.api_for_people(&client, API).await.unwrap().unwrap();
        let who = Authenticated {
            client: &client,
            user: &user,
            scope: Scopes::parse(scope).unwrap(),
            audience: Some(&api),
            nonce: None,
            auth_time: engine.now(),
            proof: None,
            acr: None,
            legacy: false,
            sid: None,
            family: None,
            credential: None,
        };
        engine.issue(&who, None).await.unwrap().access_token.expose().to_owned()
    }

    pub async fn refresh(&self, token: &Secret) -> Option<TokenResponse> {
        let request = TokenRequest::RefreshToken(RefreshTokenRequest {
            refresh_token: token.clone(),
            scope: None,
            audience: None,
        });
        self.t().engine.exchange(&credentials(NATIVE), request, &self.t().caller()).await.ok()
    }

    /// Compares charged to the live code.
    pub async fn attempts(&self) -> i64 {
        let key = ChallengeKey {
            connection: self.way.connection().into(),
            address: Address::from_canonical(self.way.address()),
            client: ClientId::from(NATIVE),
        };
        self.t().engine.store.find_challenge(&key).await.unwrap().unwrap().attempts
    }

    /// Newest first.
    pub async fn events(&self) -> Vec<Event> {
        if let Some(events) = &self.stopped {
            return events.clone();
        }
        let mut events: Vec<Event> = Vec::new();
        loop {
            let after = events.last().map(|event| event.id.to_string());
            let page = Page { after, limit: 100 };
            let more = self.t().engine.store.list_events(&EventFilter::default(), &page).await.unwrap();
            if more.is_empty() {
                return events;
            }
            events.extend(more);
        }
    }

    async fn stop_store(&mut self) {
        self.stopped = Some(self.events().await);
        self.t().engine.store.close().await;
    }

    /// Whether the code of the row's address still signs in.
    pub async fn redeem(&self, code: &str) -> bool {
        let t = self.t();
        self.way.redeem(t, self.way.address(), code, "openid", &t.caller()).await.is_ok()
    }

    /// Sends the code that the row means.
    async fn send_code(&mut self, setups: &[Setup]) {
        if setups.contains(&Setup::BlockedBetween) {
            self.way.sign_in(self.t(), "openid").await;
        }
        if setups.contains(&Setup::HundredFailures) {
            for n in 0..34 {
                self.fail_thrice(&format!("198.51.100.{n}")).await;
            }
        }
        if setups.contains(&Setup::PairBlocked) {
            for _ in 0..4 {
                self.fail_thrice("192.0.2.1").await;
            }
        }
        self.way.start(self.t(), NATIVE).await;
        let code = self.way.code(self.t());
        assert_ne!(code, "000000");
        self.code = code;
    }

    /// A code, and its three wrong tries, of somebody at `from`.
    async fn fail_thrice(&self, from: &str) {
        let (t, caller) = (self.t(), Caller::at(ip(from)));
        let sent = self.way.sent(t);
        self.way.start_from(t, NATIVE, self.way.address(), &caller).await.unwrap();
        assert_eq!(self.way.sent(t), sent + 1);
        for _ in 0..3 {
            let wrong = self.way.wrong_code(t);
            assert!(self.way.redeem(t, self.way.address(), &wrong, "openid", &caller).await.is_err());
        }
    }

    async fn happen(&mut self, setup: Setup) {
        match setup {
            Setup::Always
            | Setup::LiveCode
            | Setup::OneCountry
            | Setup::SignupClosed
            | Setup::LegacyOff
            | Setup::WithoutPkce
            | Setup::HundredFailures => {}
            // Of the Management API, or of an address and a caller, above.
            Setup::PairBlocked if !self.managing.token.is_empty() => {
                self.managing.exhaust(&self.server).await
            }
            Setup::PairBlocked => {}
            Setup::UserBlocked | Setup::BlockedBetween => self.way.block(self.t()).await,
            Setup::UserDeleted => {
                let user = self.way.user(self.t()).await.unwrap();
                assert!(
                    self.t()
                        .engine
                        .store
                        .delete_user(&user.id, self.t().engine.now(), Vec::new())
                        .await
                        .unwrap()
                );
            }
            Setup::ThreeStarts => {
                for wait in [71, 131, 11] {
                    self.way.start(self.t(), NATIVE).await;
                    self.t().clock.advance(wait);
                }
            }
            Setup::FiftyStarts => {
                for n in 0..50 {
                    let (t, other) = (self.t(), self.way.other(n));
                    self.way.start_from(t, NATIVE, &other, &t.caller()).await.unwrap();
                }
            }
            Setup::CodeExpired => self.t().clock.advance(self.way.code_life() + 1),
            Setup::ThreeWrongTries => {
                for _ in 0..3 {
                    assert!(!self.redeem(&self.way.wrong_code(self.t())).await);
                }
            }
            Setup::CodeUsed => assert!(self.redeem(&self.code).await),
            Setup::NewerCode => {
                self.t().clock.advance(61);
                self.way.start(self.t(), NATIVE).await;
                assert_ne!(self.way.code(self.t()), self.code);
            }
            Setup::ThirtyFailures => {
                for n in 0..30 {
                    let (t, other) = (self.t(), self.way.other(n));
                    assert!(self.way.redeem(t, &other, "000001", "openid", &t.caller()).await.is_err());
                }
            }
            Setup::StoreStopped => self.stop_store().await,
            Setup::Rotated => {
                let rotated = self.refresh(&self.refresh_token()).await.unwrap();
                self.keep(rotated.access_token.expose(), Kind::Token);
                self.successor = rotated.refresh_token;
                self.t().clock.advance(31);
            }
            Setup::CodeExchanged => {
                let answer = self.server.trade(NATIVE, &self.pages.code).await;
                assert_eq!(answer.status, 200, "{}", answer.text);
                let tokens: TokenResponse = serde_json::from_str(&answer.text).unwrap();
                self.keep(tokens.access_token.expose(), Kind::Token);
                self.successor = tokens.refresh_token;
            }
            Setup::Checked => self.pages.check_code(&self.server, &self.code, 0).await,
            Setup::CheckedLongAgo => {
                self.pages.check_code(&self.server, &self.code, 0).await;
                self.t().clock.advance(61);
            }
            Setup::Redirected => self.pages.check_code(&self.server, &self.code, 1).await,
            Setup::Polled => self.pages.poll(&self.server).await,
            Setup::QuarterLater => self.t().clock.advance(16 * 60),
            Setup::ExpiryTold => {
                self.t().clock.advance(16 * 60);
                self.pages.poll(&self.server).await;
            }
            Setup::DeviceDeclined => self.pages.decline_device(&self.server).await,
            Setup::MinuteLater => self.t().clock.advance(61),
            Setup::MonthLater => self.t().clock.advance(31 * 86_400),
            Setup::BadNumber | Setup::GatewayFails | Setup::GatewayRefuses | Setup::ProviderRefuses => {
                self.fail_sends(setup);
            }
        }
    }

    /// Providers like to quote the number.
    fn fail_sends(&self, setup: Setup) {
        let refusal = |text: &str, code| ProviderError { text: text.into(), code, tell: true, reason: None };
        let error = match setup {
            Setup::BadNumber => SendError::BadAddress(refusal(
                &format!("The 'To' number {} is not a valid phone number. (Code: 21211)", self.way.address()),
                Some(21211),
            )),
            Setup::GatewayFails => {
                SendError::NotSent(refusal("Unexpected response while calling the SMS gateway: 500", None))
            }
            Setup::GatewayRefuses => SendError::Misconfigured(refusal(
                "Authentication failed while calling the SMS gateway: 401",
                None,
            )),
            _ => SendError::Misconfigured(refusal("Authenticate (Code: 20003)", Some(20003))),
        };
        self.t().senders.script([Script::Fail(error.clone()), Script::Fail(error)]);
    }

    /// Numbers that the provider is known to refuse.
    fn script_numbers(&self, text: &str) {
        for (number, code) in [("+15005550001", 21211), ("+14155550199", 21635)] {
            if text.contains(number) {
                let text = format!("To number {number} was refused. (Code: {code})");
                let error =
                    SendError::BadAddress(ProviderError { text, code: Some(code), tell: true, reason: None });
                self.t().senders.script([Script::Fail(error)]);
            }
        }
    }

    async fn use_assertion(&self) {
        let assertion = forge::assertion(self.t(), "replayed_jti");
        let body = format!(
            "grant_type=client_credentials&client_assertion={assertion}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        );
        let answer = self
            .server
            .request(Method::POST, "/oauth/token", &[("content-type", FORM)], body.as_bytes())
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.keep(answer.json()["access_token"].as_str().unwrap(), Kind::Token);
    }
}

/// Clients and connections as the catalogue names them.
async fn fixture(row: &Row, setups: &[Setup]) -> TestServer {
    let limited = [Setup::ThreeStarts, Setup::FiftyStarts, Setup::ThirtyFailures];
    let exhausted = row.endpoint.starts_with("/api/") && setups.contains(&Setup::PairBlocked);
    let limited = exhausted || limited.iter().any(|setup| setups.contains(setup));
    let t = TestEngine::with(|settings| {
        settings.limits = if limited { Limits::default() } else { Limits::off() };
    })
    .await;
    add_clients(&t).await;
    if row.endpoint == "/passwordless/verify" && !setups.contains(&Setup::LegacyOff) {
        // Where tokens come from the pipeline of 2014, the catalogue's client is one of its time.
        t.add_client(NATIVE, ClientKind::Native, None, |client| {
            client.oidc_conformant = false;
            client.grant_types.push(LEGACY_RO.into());
        })
        .await;
    }
    let mut native = t.engine.store.find_client(&ClientId::from(NATIVE)).await.unwrap().unwrap();
    native.callbacks.push("https://app.example/second".into());
    native.logout_urls.push(POST_LOGOUT.into());
    if setups.contains(&Setup::WithoutPkce) {
        // The one kind of public client that need not use it (decision 3.6).
        native.oidc_conformant = false;
        native.grant_types.push(LEGACY_RO.into());
    }
    t.engine.save_client(&native).await.unwrap();
    t.add_connection("sms-disabled", Strategy::Sms, json!({})).await;
    let mut off = t.engine.store.find_connection("sms-disabled").await.unwrap().unwrap();
    off.enabled = false;
    t.engine.put_connection(&off).await.unwrap();
    let mut options = json!({"disable_signup": setups.contains(&Setup::SignupClosed)});
    t.add_connection("email", Strategy::Email, options.clone()).await;
    options["twilio_token"] = json!(PROVIDER_SECRET);
    if setups.contains(&Setup::OneCountry) {
        options["latchkey"] = json!({"countries": ["US"]});
    }
    t.add_connection("sms", Strategy::Sms, options).await;
    if passkeys::concerns(row) {
        passkeys::prepare(&t, row).await;
    }
    if devices::concerns(row) {
        devices::prepare(&t).await;
    }
    assert!(t.engine.store.find_client(&ClientId::from(CONFIDENTIAL)).await.unwrap().is_some());
    TestServer::over(t)
}

async fn add_clients(t: &TestEngine) {
    t.add_client("third-party", ClientKind::Native, None, |c| c.first_party = false).await;
    t.add_client(SPA, ClientKind::Spa, None, |client| {
        client.web_origins = vec!["https://app.example".into()];
        client.cross_origin_login = true;
    })
    .await;
    t.add_client(ASSERTING, ClientKind::NonInteractive, None, |client| {
        client.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        client.assertion_keys = vec![include_str!("../../../core/tests/keys/assertion.pub.pem").into()];
        client.audiences = vec![AudienceGrant {
            audience: "https://api.example/".into(),
            scopes: latchkey_wire::Scopes::default(),
            token_lifetime: 86_400,
            dialect: Default::default(),
            further: Default::default(),
        }];
    })
    .await;
}
