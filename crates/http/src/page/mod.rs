//! Pages that people read: what stands around each of them, and the headers that guard it.

mod asked;
mod confirm;
mod refusal;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use latchkey_core::model::{Authorization, Client, ClientKind};
use latchkey_wire::authorize::ResponseMode;
use latchkey_words::{Locale, Words};

use crate::answer::{self, TEXT_HTML};
use crate::extract::Visit;
use crate::routes::assets;

pub use asked::{Asked, device_name};
pub use confirm::{Confirm, confirm};
pub use refusal::{
    Refusal, faulty, message, message_and_account, refuse, refuse_body, refuse_sign_in, see_other,
};

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What stands around every page.
pub struct Frame {
    pub words: Words,
    pub title: String,
    pub choices: Vec<Choice>,
    pub style: String,
    pub script: String,
}

/// A line of the menu of languages.
pub struct Choice {
    pub locale: Locale,
    pub href: String,
    pub current: bool,
}

impl Choice {
    /// A whole menu: `href` leads to the page in a language.
    pub fn all(words: Words, href: impl Fn(Locale) -> String) -> Vec<Self> {
        Locale::ALL.iter().map(|locale| Self::of(*locale, href(*locale), words)).collect()
    }

    fn of(locale: Locale, href: String, words: Words) -> Self {
        Self { locale, href, current: locale == words.locale() }
    }
}

impl Frame {
    pub fn new(visit: &Visit, words: Words, title: String) -> Self {
        let choice = |locale: &Locale| Some(Choice::of(*locale, visit.href(*locale)?, words));
        let choices = Locale::ALL.iter().filter_map(choice).collect();
        Self { choices, ..Self::alone(words, title) }
    }

    /// Without a menu of languages: nothing is known of the request.
    pub fn alone(words: Words, title: String) -> Self {
        let (style, script) = (assets::url("login.css"), assets::url("login.js"));
        Self { words, title, choices: Vec::new(), style, script }
    }

    /// Where something went wrong: a screen reader says so first.
    pub fn failed(mut self) -> Self {
        self.title = self.words.page_title_error(&self.title);
        self
    }
}

/// Whom the forms of a page may lead to in the end.
#[derive(Clone, Copy, Default)]
pub struct Around<'a> {
    pub client: Option<(&'a Client, &'a Authorization)>,
    /// Any address over TLS: where it leads is known only once the form is sent.
    anywhere: bool,
    /// It frames another page of ours.
    frames: bool,
}

impl<'a> Around<'a> {
    pub fn of(client: &'a Client, authorization: &'a Authorization) -> Self {
        Self { client: Some((client, authorization)), ..Self::default() }
    }

    /// A sign-out leads to an address of any client.
    pub fn anywhere() -> Self {
        Self { anywhere: true, ..Self::default() }
    }

    pub fn framing() -> Self {
        Self { frames: true, ..Self::default() }
    }

    /// Browsers hold the redirect that answers a form against `form-action` too.
    fn policy(self) -> String {
        let client = self.client.map(|(_, asked)| answer::form_targets(&asked.target.redirect_uri));
        let anywhere = || String::from(if self.anywhere { "https:" } else { "" });
        let client = client.filter(|source| source != "'none'").unwrap_or_else(anywhere);
        let frames = if self.frames { "frame-src 'self'; " } else { "" };
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; {frames}\
             form-action 'self' {client}; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        )
    }

    /// Whoever opened us may be waiting for word: pages in a browser open us as a window, and a message
    /// or a callback page in it must find its opener.
    fn is_popup(self) -> bool {
        self.client.is_some_and(|(client, asked)| {
            client.kind == ClientKind::Spa
                || asked.target.mode == ResponseMode::WebMessage
                || asked.response_type.is_implicit()
        })
    }
}

/// A page as an answer.
pub fn show(page: &impl Template, status: StatusCode, around: Around<'_>) -> Response {
    let (Ok(html), Ok(policy)) = (page.render(), HeaderValue::from_str(&around.policy())) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, TEXT_HTML),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    let mut response = (status, headers, html).into_response();
    if !around.is_popup() {
        response.headers_mut().insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
    response
}
