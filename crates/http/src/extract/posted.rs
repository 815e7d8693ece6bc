//! A form that one of our pages sent (S-113).
//!
//! Invariant: nothing gets past here but what this browser sent from a page of ours about the very same
//! sign-in or link; cookies alone prove nothing, since they come along from everywhere.

use axum::extract::{FromRequest, Request};
use http::{HeaderMap, StatusCode, header};
use latchkey_core::Engine;
use latchkey_wire::Params;

use super::Visit;
use super::body::form_of;
use crate::app::SharedApp;
use crate::page::{self, Refusal};

/// The field that holds [`Visit::token`].
const TOKEN: &str = "token";

pub struct Posted {
    pub visit: Visit,
    fields: Params,
}

impl Posted {
    pub fn fields(&self) -> &Params {
        &self.fields
    }

    /// What stands in a field; empty where it is missing.
    pub fn field(&self, name: &str) -> &str {
        self.fields.optional(name).ok().flatten().unwrap_or_default()
    }
}

impl FromRequest<SharedApp> for Posted {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &SharedApp) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let visit = Visit::read(&parts, app).await;
        let words = visit.words(None);
        let forbidden = |visit: &Visit| {
            let text = match visit.current.fresh {
                true => words.error_cookies_needed(),
                false => words.error_page_expired(),
            };
            page::refuse(visit, words, StatusCode::FORBIDDEN, &text)
        };
        if !is_from_here(&parts.headers, &app.engine) {
            return Err(forbidden(&visit));
        }
        let fields = match form_of(&parts.headers, body, &*app.engine.runtime).await {
            Ok(fields) => fields,
            Err(error) => return Err(page::refuse_body(&visit, words, &error)),
        };
        let posted = Self { visit, fields };
        if posted.visit.current.fresh || !posted.visit.token(app).matches(posted.field(TOKEN)) {
            return Err(forbidden(&posted.visit));
        }
        Ok(posted)
    }
}

/// Whether a browser may say so. Pages that send no referrer send the origin `null` with their forms
/// (Fetch, "append a request `Origin` header"): then `Sec-Fetch-Site` and the token tell.
pub(super) fn is_from_here(headers: &HeaderMap, engine: &Engine) -> bool {
    let text = |name| headers.get(name).map(|value: &http::HeaderValue| value.to_str().unwrap_or("?"));
    let same_site = match text(header::HeaderName::from_static("sec-fetch-site")) {
        None | Some("same-origin" | "none") => true,
        Some(_) => false,
    };
    let same_origin = match text(header::ORIGIN) {
        None | Some("null") => true,
        Some(origin) => {
            let named = origin.split_once("://").map(|(_, authority)| authority);
            engine.is_own_origin(origin) || (named.is_some() && named == text(header::HOST))
        }
    };
    same_site && same_origin
}
