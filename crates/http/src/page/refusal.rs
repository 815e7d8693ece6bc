//! Pages that are nothing but an error, and what to do about it.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use latchkey_core::settings::Support;
use latchkey_words::{Locale, Words};

use super::{Around, Frame, show, show_plain};
use crate::error::OauthError;
use crate::error::page::PageError;
use crate::extract::Visit;

/// The answer in place of the one that was asked for.
pub struct Refusal(Box<Response>);

impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

#[derive(Template)]
#[template(path = "login/message.html")]
struct Message<'a> {
    frame: Frame,
    title: String,
    text: &'a str,
    /// A link to where one can go on: its address and its text.
    onward: Option<(&'a str, String)>,
    failed: bool,
    /// Tells the app that it came to nothing.
    back: Option<&'a str>,
    /// Where people find help, once something went wrong.
    support: Option<&'a Support>,
}

/// A page that says how things stand.
pub fn message(visit: &Visit, words: Words, title: String, text: &str) -> Response {
    message_and(visit, words, (title, text), None)
}

/// A page that says how things stand, with a link to the account page.
pub fn message_and_account(visit: &Visit, words: Words, title: String, text: &str) -> Response {
    message_and(visit, words, (title, text), Some(("/account", words.account_title())))
}

fn message_and(
    visit: &Visit,
    words: Words,
    (title, text): (String, &str),
    onward: Option<(&str, String)>,
) -> Response {
    let frame = Frame::new(visit, words, title.clone());
    visit.keep(show(
        visit,
        &Message { frame, title, text, onward, failed: false, back: None, support: None },
        StatusCode::OK,
        Around::default(),
    ))
}

/// A page that says what went wrong.
pub fn refuse(visit: &Visit, words: Words, status: StatusCode, text: &str) -> Refusal {
    refuse_with(visit, words, status, text, None)
}

fn refuse_with(visit: &Visit, words: Words, status: StatusCode, text: &str, back: Option<&str>) -> Refusal {
    let title = words.error_title();
    let frame = Frame::new(visit, words, title.clone()).failed();
    let support = Some(&visit.support);
    let back = back.or(visit.elsewhere.as_deref());
    let page = Message { frame, title, text, onward: None, failed: true, back, support };
    visit.keep(show(visit, &page, status, Around::default())).into()
}

/// A fault, told by its id only.
pub fn faulty(status: StatusCode, id: &str, locale: Locale, support: &Support) -> Response {
    let words = Words::of(locale);
    let (title, text) = (words.error_title(), words.error_server(id));
    let frame = Frame::alone(words, title.clone()).failed();
    let support = Some(support);
    let page = Message { frame, title, text: &text, onward: None, failed: true, back: None, support };
    show_plain(&page, status, Around::default())
}

/// A body that could not be read.
pub fn refuse_body(visit: &Visit, words: Words, error: &OauthError) -> Refusal {
    let Refusal(mut response) = refuse(visit, words, error.status(), &words.error_page_expired());
    copy_connection(error.headers(), response.headers_mut());
    Refusal(response)
}

fn copy_connection<'a>(
    from: impl Iterator<Item = (&'a header::HeaderName, &'a HeaderValue)>,
    to: &mut HeaderMap,
) {
    for (name, value) in from.filter(|(name, _)| *name == header::CONNECTION) {
        to.insert(name, value.clone());
    }
}

/// A sign-in that cannot go on, or not here. `back` leads to the app.
pub fn refuse_sign_in(visit: &Visit, words: Words, error: PageError, back: Option<&str>) -> Refusal {
    match error {
        PageError::Beside(told) | PageError::Instead(told) => {
            let Refusal(mut response) = refuse_with(visit, words, told.status, &told.text, back);
            told.put_retry_after(response.headers_mut());
            Refusal(response)
        }
        PageError::NothingSent => see_other(&visit.path_to("/login")).into(),
        PageError::Done => {
            message(visit, words, words.link_elsewhere_title(), &words.signed_in_text()).into()
        }
        PageError::Fault(fault) => crate::error::fault_page(&fault, words.locale()).into(),
    }
}

/// On to another page, by GET.
pub fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
