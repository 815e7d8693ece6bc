//! A browser that asks for a page.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use latchkey_core::Caller;
use latchkey_core::flow::browser::Browser;
use latchkey_core::settings::Support;
use latchkey_wire::{Params, Secret};
use latchkey_words::{Locale, Words};

use super::browser::CurrentBrowser;
use super::caller;
use super::languages::Languages;
use super::text::is_token;
use crate::app::SharedApp;
use crate::page::brand::Brand;

pub struct Visit {
    pub current: CurrentBrowser,
    pub caller: Caller,
    pub query: Params,
    /// Where people find help.
    pub support: Support,
    /// What people call the operator.
    pub owner: String,
    /// How the operator's pages look, where an operator said.
    pub brand: Option<Arc<Brand>>,
    /// Where people go on where no app can be named.
    pub elsewhere: Option<String>,
    languages: Languages,
    /// What the page is about: a sign-in under way, or a link. As long as a token of ours.
    subject: Option<Secret>,
    /// The subject stands in the path.
    is_link: bool,
    /// Where a page that is about no sign-in is read again in another language.
    alone: Option<&'static str>,
}

impl Visit {
    pub async fn read(parts: &Parts, app: &SharedApp) -> Self {
        let tenant = app.tenant().await;
        let raw = parts.uri.query().unwrap_or_default();
        // A query that is none has nothing to say.
        let query = Params::from_form(raw.as_bytes()).unwrap_or_default();
        let link = parts.uri.path().strip_prefix("/link/");
        let named = match link {
            Some(path) => path.split('/').next(),
            None => query.optional("state").ok().flatten(),
        };
        Self {
            current: CurrentBrowser::read(&parts.headers, app),
            caller: caller::of_browser(parts, &app.proxies),
            languages: Languages::read(&parts.headers, &query),
            subject: named.filter(|text| is_token(text)).map(Secret::new),
            is_link: link.is_some(),
            brand: Brand::of(&tenant.branding).map(Arc::new),
            support: tenant.support,
            owner: tenant.friendly_name,
            elsewhere: tenant.default_redirection_uri,
            alone: standing_alone(parts.uri.path()),
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

    /// The same page in another language, where it is about something that a page can be read again of.
    pub fn href(&self, locale: Locale) -> Option<String> {
        if let Some(path) = self.alone {
            return Some(format!("{path}?lang={locale}"));
        }
        let state = self.subject.as_ref()?.expose();
        let channel = match self.query.optional("channel") {
            Ok(Some("email")) => "&channel=email",
            Ok(Some("sms")) => "&channel=sms",
            _ => "",
        };
        Some(match self.is_link {
            true => format!("?lang={locale}"),
            false => format!("?state={state}{channel}&lang={locale}"),
        })
    }

    /// What a form of the page hands back (S-113): bound to this browser and to what the page is about.
    pub fn token(&self, app: &SharedApp) -> Secret {
        let subject = self.subject.as_ref().map_or("", Secret::expose);
        app.engine.vault.page_token(&["form", self.current.browser.cookie.expose(), subject])
    }

    /// As [`Visit::token`], for a form that is about no sign-in of ours: `state` is the client's then.
    pub fn token_without_subject(&self, app: &SharedApp) -> Secret {
        app.engine.vault.page_token(&["form", self.current.browser.cookie.expose(), ""])
    }

    /// Gives the browser what it is to keep.
    pub fn keep(&self, response: Response) -> Response {
        self.languages.keep(self.current.keep(response))
    }
}

/// The page where a device's code is typed, and the account page: what is posted there is read there, too.
fn standing_alone(path: &str) -> Option<&'static str> {
    match path {
        "/activate" => Some(""),
        path if path == "/account" || path.starts_with("/account/") => Some("/account"),
        _ => None,
    }
}

impl FromRequestParts<SharedApp> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        Ok(Self::read(parts, app).await)
    }
}
