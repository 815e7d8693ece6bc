//! A sign-in as people would see it, saved or not: a page in a frame, which does nothing.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use latchkey_core::branding::Branding;
use latchkey_words::{Locale, Words};

use super::{HERE, specs_of};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::page::brand::Brand;
use crate::page::{self, Around};
use crate::routes::dashboard::api::{Api, Refused};
use crate::routes::dashboard::form;

const LOGIN: &str = include_str!("../../../../../assets/login.css");

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{HERE}/sample"), get(sample))
        .route(&format!("{HERE}/sample.css"), get(style))
}

#[derive(Template)]
#[template(path = "login/sample.html")]
struct Page {
    frame: page::Frame,
}

async fn sample(State(app): State<SharedApp>, RawQuery(query): RawQuery, visit: AdminVisit) -> Response {
    let brand = match asked(&app, &visit).await {
        Ok(brand) => brand,
        Err(refused) => return refused.into_response(),
    };
    let words = Words::of(Locale::En);
    let frame = page::Frame::alone(words, words.identify_title());
    // One style sheet for both.
    let style = format!("{HERE}/sample.css?{}", query.unwrap_or_default());
    let shown = brand.clone().map(|brand| brand.without_style().into());
    let frame = page::Frame { brand: shown, style, owner: visit.tenant, ..frame };
    page::answer_with(&Page { frame }, StatusCode::OK, Around::framed(), brand.as_ref())
}

async fn style(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match asked(&app, &visit).await {
        Ok(brand) => {
            let css = brand.map(|brand| brand.css).unwrap_or_default();
            let css = in_scheme(&format!("{LOGIN}{css}"), visit.query.text("scheme") == Some("dark"));
            ([(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))], css)
                .into_response()
        }
        Err(refused) => refused.into_response(),
    }
}

/// The style sheets as a device in that scheme takes them, whatever this one is in.
fn in_scheme(css: &str, dark: bool) -> String {
    let (always, never) = ("(min-width:0)", "(max-width:0)");
    let (in_dark, in_light, scheme) = if dark { (always, never, "dark") } else { (never, always, "light") };
    css.replace(": dark)", ":dark)")
        .replace("(prefers-color-scheme:dark)", in_dark)
        .replace("(prefers-color-scheme:light)", in_light)
        .replace("color-scheme: light dark", &format!("color-scheme: {scheme}"))
}

/// What is typed, which the address of the frame holds, or else what is saved.
async fn asked(app: &SharedApp, visit: &AdminVisit) -> Result<Option<Brand>, Refused> {
    let found = Api::of(app, visit).get("/branding").await?;
    let specs = if visit.query.text("typed").is_some() { specs_of(&found) } else { &[] };
    Ok(Brand::of(&Branding::of(&form::merged(specs, &found, &visit.query))))
}
