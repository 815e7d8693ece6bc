//! A page that asks for one press, because nothing but a person may decide what it stands for.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use latchkey_wire::Secret;
use latchkey_words::Words;

use super::{Around, Frame, show};
use crate::app::SharedApp;
use crate::extract::Visit;

#[derive(Template)]
#[template(path = "login/confirm.html")]
struct Page<'a> {
    frame: Frame,
    title: String,
    text: String,
    action: &'a str,
    token: Secret,
    fields: &'a [(&'a str, &'a str)],
    button: String,
}

/// What is asked, and where the press goes. The form hands `fields` back.
pub struct Confirm<'a> {
    pub title: String,
    pub text: String,
    pub button: String,
    /// A path without a query.
    pub action: &'a str,
    pub fields: &'a [(&'a str, &'a str)],
}

pub fn confirm(
    app: &SharedApp,
    visit: &Visit,
    words: Words,
    asked: Confirm<'_>,
    around: Around<'_>,
) -> Response {
    let page = Page {
        frame: Frame::new(visit, words, asked.title.clone()),
        title: asked.title,
        text: asked.text,
        action: asked.action,
        token: visit.token_without_subject(app),
        fields: asked.fields,
        button: asked.button,
    };
    visit.keep(show(visit, &page, StatusCode::OK, around))
}
