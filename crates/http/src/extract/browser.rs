//! The browser of a request: its two cookies (S-108).
//!
//! Both go along with requests from other sites, since clients renew in frames and sign in across
//! origins; what changes anything on their word asks for a token of the page too.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::Response;
use cookie::{Cookie, SameSite, time::Duration};
use http::HeaderMap;
use http::request::Parts;
use latchkey_core::flow::authorize::NewSession;
use latchkey_core::flow::browser::Browser;
use latchkey_wire::Secret;

use super::cookies;
use super::text::is_token;
use crate::app::SharedApp;

const BROWSER: &str = "__Host-latchkey_browser";
const SESSION: &str = "__Host-latchkey_session";
/// Seconds that a browser is told apart.
const BROWSER_LIFE: i64 = 400 * 86_400;

/// The browser of a request, known or new.
pub struct CurrentBrowser {
    pub browser: Browser,
    /// It brought no cookie: it is new here, or keeps none.
    pub fresh: bool,
}

impl CurrentBrowser {
    pub fn read(headers: &HeaderMap, app: &SharedApp) -> Self {
        let known = find(headers, BROWSER);
        let fresh = known.is_none();
        let cookie = known.unwrap_or_else(|| app.engine.random.token());
        Self { browser: Browser { cookie, session: find(headers, SESSION) }, fresh }
    }

    /// Gives a new browser its cookie.
    pub fn keep(&self, mut response: Response) -> Response {
        if self.fresh {
            let life = Some(Duration::seconds(BROWSER_LIFE));
            put(&mut response, BROWSER, self.browser.cookie.expose(), life);
        }
        response
    }
}

/// Gives the browser its session.
pub fn keep_session(mut response: Response, session: &NewSession) -> Response {
    put(&mut response, SESSION, session.cookie.expose(), session.keep.map(Duration::seconds));
    response
}

/// Takes the session away.
pub fn forget_session(mut response: Response) -> Response {
    put(&mut response, SESSION, "", Some(Duration::ZERO));
    response
}

fn put(response: &mut Response, name: &'static str, value: &str, life: Option<Duration>) {
    let cookie =
        Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(SameSite::None);
    let cookie = match life {
        Some(life) => cookie.max_age(life),
        None => cookie,
    };
    cookies::put(response, &cookie.build());
}

fn find(headers: &HeaderMap, name: &str) -> Option<Secret> {
    cookies::find(headers, name).filter(|value| is_token(value)).map(Secret::new)
}

impl FromRequestParts<SharedApp> for CurrentBrowser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        Ok(Self::read(&parts.headers, app))
    }
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    #[test]
    fn cookies_of_ours_are_found_among_others() {
        let token = "a".repeat(43);
        let mut headers = HeaderMap::new();
        let line = format!("x=1; {BROWSER}={token}; y; {SESSION}=short");
        headers.insert(header::COOKIE, line.parse().unwrap());
        assert_eq!(find(&headers, BROWSER).unwrap().expose(), token);
        assert!(find(&headers, SESSION).is_none());
    }

    /// S-108
    #[test]
    fn a_session_cookie_is_for_this_host_tls_and_no_script() {
        let session = NewSession { cookie: Secret::new("s".repeat(43)), keep: None };
        let response = keep_session(Response::default(), &session);
        let value = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(value.starts_with("__Host-latchkey_session=sss"), "{value}");
        for attribute in ["HttpOnly", "SameSite=None", "Secure", "Path=/"] {
            assert!(value.contains(attribute), "{value}");
        }
        assert!(!value.contains("Domain") && !value.contains("Max-Age"), "{value}");
    }
}
