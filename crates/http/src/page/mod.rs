//! Pages that people read: what stands around each of them, and the headers that guard it.

mod asked;
pub mod brand;
mod confirm;
pub mod custom;
mod refusal;

use std::sync::Arc;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use latchkey_core::model::{Authorization, Client, ClientKind};
use latchkey_wire::authorize::ResponseMode;
use latchkey_words::{Locale, Words};

use crate::answer::{self, TEXT_HTML};
use crate::extract::Visit;
use crate::routes::assets;

use brand::Brand;

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
    pub brand: Option<Arc<Brand>>,
    /// What people call the operator: what the logo says.
    pub owner: String,
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
        let (brand, owner) = (visit.brand.clone(), visit.owner.clone());
        Self { choices, brand, owner, ..Self::alone(words, title) }
    }

    /// Without a menu of languages and without a brand: nothing is known of the request.
    pub fn alone(words: Words, title: String) -> Self {
        let (style, script) = (assets::url("login.css"), assets::url("login.js"));
        Self { words, title, choices: Vec::new(), style, script, brand: None, owner: String::new() }
    }

    pub fn brand_style(&self) -> Option<&str> {
        self.brand.as_ref()?.style.as_deref()
    }

    pub fn logo(&self) -> Option<&str> {
        self.brand.as_ref()?.logo.as_deref()
    }

    pub fn icon(&self) -> Option<&str> {
        self.brand.as_ref()?.icon.as_deref()
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
    /// A page of ours frames it.
    framed: bool,
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

    /// A page that is shown inside one of ours.
    pub fn framed() -> Self {
        Self { framed: true, ..Self::default() }
    }

    /// Browsers hold the redirect that answers a form against `form-action` too.
    fn policy(self, brand: Option<&Brand>) -> String {
        let client = self.client.map(|(_, asked)| answer::form_targets(&asked.target.redirect_uri));
        let anywhere = || String::from(if self.anywhere { "https:" } else { "" });
        let client = client.filter(|source| source != "'none'").unwrap_or_else(anywhere);
        let frames = if self.frames { "frame-src 'self'; " } else { "" };
        let ancestors = if self.framed { "'self'" } else { "'none'" };
        let (images, fonts) = brand.map(Brand::sources).unwrap_or_default();
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' {images}; connect-src 'self'; \
             {fonts}{frames}form-action 'self' {client}; base-uri 'none'; frame-ancestors {ancestors}; \
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

/// A page as an answer to a browser, with the operator's brand.
pub fn show(visit: &Visit, page: &impl Template, status: StatusCode, around: Around<'_>) -> Response {
    answer_with(page, status, around, visit.brand.as_deref())
}

/// As [`show`], without a brand: what is an administrator's, or of a request that nothing is known of.
pub fn show_plain(page: &impl Template, status: StatusCode, around: Around<'_>) -> Response {
    answer_with(page, status, around, None)
}

/// As [`show`], with another brand than the operator's.
pub fn answer_with(
    page: &impl Template,
    status: StatusCode,
    around: Around<'_>,
    brand: Option<&Brand>,
) -> Response {
    let (Ok(html), Ok(policy)) = (page.render(), HeaderValue::from_str(&around.policy(brand))) else {
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
