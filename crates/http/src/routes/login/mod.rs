//! `/login*` and `/continue`: the hosted sign-in. Each page is one file; the rules are in the engine.

mod code;
mod consent;
mod device;
mod identify;
mod new_passkey;
mod passkey;
mod resend;
mod resume;
mod sign_up;
mod wait;

use axum::Router;
use axum::response::Response;
use http::StatusCode;
use latchkey_core::flow::authorize::error_response;
use latchkey_core::flow::sign_in::{Entered, SignIn, SignInError, SignInPage};
use latchkey_core::model::AuthorizationResponse;
use latchkey_wire::{Secret, error as codes};
use latchkey_words::Words;

use crate::answer;
use crate::app::SharedApp;
use crate::error::page::{self as errors, PageError};
use crate::extract::Visit;
use crate::extract::browser::keep_session;
use crate::page::custom::{Custom, Screen, Values};
use crate::page::{Around, Refusal, refuse_sign_in, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .merge(identify::route())
        .merge(code::route())
        .merge(resend::route())
        .merge(resume::route())
        .merge(consent::route())
        .merge(device::route())
        .merge(passkey::route())
        .merge(sign_up::route())
        .merge(new_passkey::route())
}

/// What the page that waits for a link asks every other second. Not under the pace of pages: ten people who
/// wait behind one address would use it up.
pub fn waiting() -> Router<SharedApp> {
    wait::route()
}

/// A sign-in under way, as a page needs it.
pub struct Open<'a> {
    pub state: &'a Secret,
    pub page: SignInPage,
    pub words: Words,
    visit: &'a Visit,
    /// Where the app is told that it came to nothing.
    back: Option<String>,
}

impl<'a> Open<'a> {
    /// The sign-in of a visit; a page that says why not.
    pub async fn of(app: &SharedApp, visit: &'a Visit) -> Result<Self, Refusal> {
        let words = visit.words(None);
        let refuse =
            |error| refuse_sign_in(visit, words, errors::sign_in(error, words, !visit.current.fresh), None);
        let Some(state) = visit.subject() else { return Err(refuse(SignInError::Gone)) };
        let page = app.engine.sign_in_page(state, visit.browser()).await.map_err(refuse)?;
        let words = visit.words(page.sign_in.authorization.ui_locales.as_deref());
        let target = &page.sign_in.authorization.target;
        let refused = error_response(
            target,
            &app.engine.settings.issuer,
            codes::ACCESS_DENIED,
            "The sign-in was given up",
        );
        // A device is told by nobody: its sign-in leads to a page of ours.
        let for_app = page.sign_in.authorization.device.is_none();
        let back = answer::address(&refused).filter(|_| for_app);
        Ok(Self { state, page, words, visit, back })
    }

    /// The texts of one of its pages. `address`: whom it is about, where that is known.
    async fn custom<'v>(
        &'v self,
        app: &SharedApp,
        visit: &'v Visit,
        screen: &Screen,
        address: &'v str,
    ) -> Custom<'v> {
        let values = Values { company: &visit.owner, client: &self.page.client.name, address };
        Custom::of(app, self.words, screen, values).await
    }

    /// What its forms may lead to.
    pub fn around(&self) -> Around<'_> {
        Around::of(&self.page.client, &self.page.sign_in.authorization)
    }

    /// The query of its pages.
    pub fn query(&self) -> String {
        format!("?state={}", self.state.expose())
    }

    pub fn path_to(&self, path: &str) -> String {
        format!("{path}{}", self.query())
    }

    /// Where somebody goes on who is signed in and comes to a page that signs in.
    pub fn after(&self) -> Option<String> {
        self.page.sign_in.signed_in.as_ref()?;
        Some(self.path_to(place(&self.page.sign_in)))
    }

    pub fn error(&self, error: SignInError) -> PageError {
        errors::sign_in(error, self.words, !self.visit.current.fresh)
    }

    pub fn refuse(&self, error: PageError) -> Refusal {
        refuse_sign_in(self.visit, self.words, error, self.back.as_deref())
    }
}

/// The page that a sign-in stands at.
fn place(sign_in: &SignIn) -> &'static str {
    match (&sign_in.signed_in, &sign_in.sent) {
        (Some(_), _) if sign_in.offers => new_passkey::PATH,
        (Some(_), _) => "/login/consent",
        (None, Some(_)) => "/login/code",
        (None, None) => "/login",
    }
}

/// Someone is in: on to the client, or to a page that asks them something first.
pub fn enter(entered: Entered, words: Words) -> Response {
    enter_by(entered, words, StatusCode::SEE_OTHER)
}

/// `status` of a redirect to the client: 302 to a GET, 303 to a form.
pub fn enter_by(entered: Entered, words: Words, status: StatusCode) -> Response {
    match entered {
        Entered::Respond { response, session } => {
            keep_session(answer::authorization(&response, words, status), &session)
        }
        Entered::Consent { handle, session } => {
            // Of a device that page leads on to its own.
            let path = format!("/login/consent?state={}", handle.expose());
            keep_session(see_other(&path), &session)
        }
        Entered::Offer { handle, session } => {
            let path = format!("{}?state={}", new_passkey::PATH, handle.expose());
            keep_session(see_other(&path), &session)
        }
        Entered::Refused { response } => answer::authorization(&response, words, status),
    }
}

/// An answer to a form never keeps its method (S-076).
pub fn respond(response: &AuthorizationResponse, words: Words) -> Response {
    answer::authorization(response, words, StatusCode::SEE_OTHER)
}
