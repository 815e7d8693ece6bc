//! The language of a page: the one that the person chose, else one that the client asked for, else one
//! that the browser accepts.

use axum::response::Response;
use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, header};
use latchkey_wire::Params;
use latchkey_words::{Locale, negotiate, parse_accept_language};

use super::cookies;

const COOKIE: &str = "latchkey_lang";
/// Seconds that a choice is kept.
const LIFE: i64 = 400 * 86_400;

pub struct Languages {
    chosen: Option<Locale>,
    /// The choice was made by this request.
    just_now: bool,
    accepted: Vec<String>,
}

impl Languages {
    pub fn read(headers: &HeaderMap, query: &Params) -> Self {
        let now = query.optional("lang").ok().flatten().and_then(exactly);
        let before = || cookies::find(headers, COOKIE).as_deref().and_then(exactly);
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            chosen: now.or_else(before),
            just_now: now.is_some(),
            accepted: parse_accept_language(accepted.unwrap_or_default()),
        }
    }

    /// `ui_locales` are tags with spaces between them (OpenID Connect Core section 3.1.2.1).
    pub fn pick(&self, ui_locales: Option<&str>) -> Locale {
        let asked = ui_locales.unwrap_or_default().split(' ');
        self.chosen.unwrap_or_else(|| negotiate(asked.chain(self.accepted.iter().map(String::as_str))))
    }

    /// Gives the browser a choice that was made now.
    pub fn keep(&self, mut response: Response) -> Response {
        if let Some(locale) = self.chosen.filter(|_| self.just_now) {
            let cookie = Cookie::build((COOKIE, locale.tag())).path("/").secure(true).http_only(true);
            let cookie = cookie.same_site(SameSite::Lax).max_age(Duration::seconds(LIFE));
            cookies::put(&mut response, &cookie.build());
        }
        response
    }
}

/// A tag as our menu writes it.
fn exactly(tag: &str) -> Option<Locale> {
    Locale::ALL.iter().find(|locale| locale.tag() == tag).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(query: &str, cookie: &str) -> Languages {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "pl,en;q=0.5".parse().unwrap());
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        Languages::read(&headers, &Params::from_form(query.as_bytes()).unwrap())
    }

    #[test]
    fn a_choice_wins_over_the_client_and_the_client_over_the_browser() {
        assert_eq!(languages("", "").pick(None), Locale::Pl);
        assert_eq!(languages("", "").pick(Some("eo fr-CA")), Locale::Fr);
        assert_eq!(languages("", "").pick(Some("../../etc/passwd")), Locale::Pl);
        assert_eq!(languages("", "latchkey_lang=ar").pick(Some("fr")), Locale::Ar);
        assert_eq!(languages("lang=de", "latchkey_lang=ar").pick(Some("fr")), Locale::De);
        assert_eq!(languages("lang=xx", "latchkey_lang=yy").pick(None), Locale::Pl);
    }

    #[test]
    fn only_a_choice_that_was_made_now_is_kept() {
        let kept = |languages: Languages| languages.keep(Response::default()).headers().clone();
        assert!(kept(languages("", "latchkey_lang=ar")).is_empty());
        let line = kept(languages("lang=zh-Hans", ""))[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(line.starts_with("latchkey_lang=zh-Hans; "), "{line}");
    }
}
