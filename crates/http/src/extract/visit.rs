//! A browser that asks for a page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use latchkey_core::Caller;
use latchkey_core::flow::browser::Browser;
use latchkey_wire::{Params, Secret};
use latchkey_words::{Locale, Words};

use super::browser::CurrentBrowser;
use super::caller;
use super::languages::Languages;
use super::text::is_token;
use crate::app::SharedApp;

/// Longest query, in bytes, that a page repeats in its links.
const MAX_QUERY: usize = 1024;

pub struct Visit {
    pub current: CurrentBrowser,
    pub caller: Caller,
    pub query: Params,
    languages: Languages,
    /// The query without the choice of a language; `None` where it is too long to repeat.
    rest: Option<String>,
    /// What the page is about: a sign-in under way, or a link. As long as a token of ours.
    subject: Option<Secret>,
}

impl Visit {
    pub fn read(parts: &Parts, app: &SharedApp) -> Self {
        let raw = parts.uri.query().unwrap_or_default();
        // A query that is none has nothing to say.
        let query = Params::from_form(raw.as_bytes()).unwrap_or_default();
        let named = match parts.uri.path().strip_prefix("/link/") {
            Some(path) => path.split('/').next(),
            None => query.optional("state").ok().flatten(),
        };
        Self {
            current: CurrentBrowser::read(&parts.headers, app),
            caller: caller::of_browser(parts, &app.proxies),
            languages: Languages::read(&parts.headers, &query),
            rest: (raw.len() <= MAX_QUERY).then(|| without_language(raw)),
            subject: named.filter(|text| is_token(text)).map(Secret::new),
            query,
        }
    }

    pub fn browser(&self) -> &Browser {
        &self.current.browser
    }

    /// The sign-in or the link that the page is about.
    pub fn subject(&self) -> Option<&Secret> {
        self.subject.as_ref()
    }

    /// Another page about the same sign-in.
    pub fn path_to(&self, path: &str) -> String {
        match &self.subject {
            Some(state) => format!("{path}?state={}", state.expose()),
            None => path.to_owned(),
        }
    }

    /// The texts of the page; `ui_locales` as the client asked for them.
    pub fn words(&self, ui_locales: Option<&str>) -> Words {
        Words::of(self.languages.pick(ui_locales))
    }

    /// The caller, whose messages are in the language of the page.
    pub fn caller(&self, words: Words) -> Caller {
        Caller { request_language: Some(words.locale().tag().to_owned()), ..self.caller.clone() }
    }

    /// The same page in another language.
    pub fn href(&self, locale: Locale) -> Option<String> {
        let rest = self.rest.as_deref()?;
        let join = if rest.is_empty() { "" } else { "&" };
        Some(format!("?{rest}{join}lang={locale}"))
    }

    /// What a form of the page hands back (S-113): bound to this browser and to what the page is about.
    pub fn token(&self, app: &SharedApp) -> Secret {
        let subject = self.subject.as_ref().map_or("", Secret::expose);
        app.engine.vault.page_token(&["form", self.current.browser.cookie.expose(), subject])
    }

    /// Gives the browser what it is to keep.
    pub fn keep(&self, response: Response) -> Response {
        self.languages.keep(self.current.keep(response))
    }
}

impl FromRequestParts<SharedApp> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        Ok(Self::read(parts, app))
    }
}

fn without_language(query: &str) -> String {
    let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "lang");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
