//! Browsers, and short ways through the hosted sign-in.

use latchkey_core::flow::authorize::{Authorized, NewSession, RequestError};
use latchkey_core::flow::browser::Browser;
use latchkey_core::flow::sign_in::{Entered, Identity, SignInError};
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::{AuthorizationResponse, Channel};
use latchkey_wire::Secret;
use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::passwordless::{SendKind, StartRequest};
use latchkey_wire::token::{AuthorizationCodeRequest, TokenRequest, TokenResponse};

use crate::{TestEngine, credentials};

/// The callback of the fixture clients.
pub const CALLBACK: &str = "https://app.example/cb";
/// An address that can take mail.
pub const EMAIL: &str = "user@example.com";
/// RFC 7636 appendix B: a verifier and its challenge.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A sound request of a fixture client: code, PKCE, state.
pub fn authorization(client: &str) -> AuthorizeRequest {
    AuthorizeRequest {
        client_id: Some(client.into()),
        response_type: Some("code".into()),
        redirect_uri: Some(CALLBACK.into()),
        scope: Some("openid".into()),
        state: Some("the state".into()),
        code_challenge: Some(CHALLENGE.into()),
        code_challenge_method: Some("S256".into()),
        ..AuthorizeRequest::default()
    }
}

/// The value of a field of an answer.
pub fn field(response: &AuthorizationResponse, name: &str) -> Option<String> {
    response.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
}

/// What a sign-in answered to the client; the browser keeps the session.
pub fn answer(browser: &mut Browser, entered: Entered) -> AuthorizationResponse {
    match entered {
        Entered::Respond { response, session } => {
            keep(browser, session);
            response
        }
        Entered::Consent { .. } => panic!("the client asks for consent"),
        Entered::Offer { .. } => panic!("the browser said nothing of passkeys"),
        Entered::Refused { response } => response,
    }
}

pub fn keep(browser: &mut Browser, session: NewSession) {
    browser.session = Some(session.cookie);
}

impl TestEngine {
    /// A browser that was never here.
    pub fn browser(&self) -> Browser {
        Browser { cookie: self.engine.random.token(), session: None }
    }

    pub async fn authorize(
        &self,
        request: &AuthorizeRequest,
        browser: &Browser,
    ) -> Result<Authorized, RequestError> {
        self.engine.authorize(request, browser, &self.caller()).await
    }

    /// Begins a sign-in on the pages, whoever is signed in already.
    pub async fn begin(&self, client: &str, browser: &Browser) -> Secret {
        let request = AuthorizeRequest { prompt: Some("login".into()), ..authorization(client) };
        match self.authorize(&request, browser).await.unwrap() {
            Authorized::SignIn { handle } => handle,
            other => panic!("{other:?}"),
        }
    }

    /// Says who signs in, on the first page.
    pub async fn identify(&self, handle: &Secret, browser: &Browser, email: &str) -> Result<(), SignInError> {
        let channel = Channel::Email;
        let identity = Identity { channel, address: email, remember: false, makes_passkeys: false };
        self.engine.identify(handle, browser, identity, &self.caller()).await
    }

    /// Begins a sign-in and has the mail sent.
    pub async fn begin_by_mail(&self, client: &str, browser: &Browser, email: &str) -> Secret {
        let handle = self.begin(client, browser).await;
        self.identify(&handle, browser, email).await.unwrap();
        handle
    }

    /// An app asks for a link.
    pub async fn start_link(&self, client: &str, email: &str, auth_params: serde_json::Value) -> Secret {
        let request = StartRequest {
            connection: "email".into(),
            email: Some(email.into()),
            send: Some(SendKind::Link),
            auth_params: auth_params.as_object().cloned().unwrap_or_default(),
            ..StartRequest::default()
        };
        self.engine.start_passwordless(&credentials(client), &request, &self.caller()).await.unwrap();
        self.link()
    }

    /// The code of the last mail.
    pub fn mailed_code(&self) -> Secret {
        self.senders.last_mail().code
    }

    /// A code of the same length that is not the one of the last mail.
    pub fn wrong_mailed_code(&self) -> Secret {
        let code = self.mailed_code();
        let shifted = code.expose().chars().map(|c| if c == '9' { '0' } else { char::from(c as u8 + 1) });
        Secret::new(shifted.collect::<String>())
    }

    /// The token in the link of the last mail.
    pub fn link(&self) -> Secret {
        let link = self.senders.last_mail().link.expect("the mail has no link");
        Secret::new(link.expose().strip_prefix("https://login.example/link/").unwrap())
    }

    /// A whole sign-in by a code of a mail; the answer holds an authorization code.
    pub async fn sign_in_by_mail(
        &self,
        client: &str,
        browser: &mut Browser,
        email: &str,
    ) -> AuthorizationResponse {
        let handle = self.begin_by_mail(client, browser, email).await;
        let entered =
            self.engine.enter_code(&handle, browser, &self.mailed_code(), &self.caller()).await.unwrap();
        answer(browser, entered)
    }

    /// Trades the authorization code of an answer.
    pub async fn trade(
        &self,
        client: &str,
        response: &AuthorizationResponse,
    ) -> Result<TokenResponse, ExchangeError> {
        self.trade_as(client, response, |_| {}).await
    }

    pub async fn trade_as(
        &self,
        client: &str,
        response: &AuthorizationResponse,
        change: impl FnOnce(&mut AuthorizationCodeRequest),
    ) -> Result<TokenResponse, ExchangeError> {
        let mut request = AuthorizationCodeRequest {
            code: Secret::new(field(response, "code").expect("the answer has no code")),
            redirect_uri: Some(CALLBACK.into()),
            code_verifier: Some(Secret::new(VERIFIER)),
        };
        change(&mut request);
        let request = TokenRequest::AuthorizationCode(request);
        self.engine.exchange(&credentials(client), request, &self.caller()).await
    }
}
