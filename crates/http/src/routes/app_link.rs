//! `/ios/{bundle}/…` and `/android/{package}/…`: the links of messages that an app opens (protocol flow F7,
//! 2.22), where a browser opened one instead. The page leads to the app, or says what to type there.
//!
//! Invariant: looking uses nothing up, signs nobody in, and shows nothing of the query but what has the form
//! of a code (S-193).

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::associate_apps::Platform;

use crate::app::SharedApp;
use crate::error;
use crate::extract::Visit;
use crate::page::{self, Around, Choice, Frame, Refusal};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/ios/{app}/{channel}", get(ios)).route("/android/{app}/{channel}", get(android))
}

#[derive(Template)]
#[template(path = "login/app_link.html")]
struct Page<'a> {
    frame: Frame,
    app: &'a str,
    /// What opens the app.
    href: Option<String>,
    code: Option<&'a str>,
}

type Named = Result<Path<(String, String)>, PathRejection>;

async fn ios(State(app): State<SharedApp>, named: Named, visit: Visit) -> Result<Response, Refusal> {
    show(&app, Platform::Ios, named, &visit).await
}

async fn android(State(app): State<SharedApp>, named: Named, visit: Visit) -> Result<Response, Refusal> {
    show(&app, Platform::Android, named, &visit).await
}

async fn show(app: &SharedApp, platform: Platform, named: Named, visit: &Visit) -> Result<Response, Refusal> {
    let words = visit.words(None);
    let unknown = || page::refuse(visit, words, StatusCode::NOT_FOUND, &words.error_unknown_app());
    let Ok(Path((id, channel))) = named else { return Err(unknown()) };
    if channel != "email" && channel != "sms" {
        return Err(unknown());
    }
    let found = app.engine.find_app(platform, &id).await;
    let found = found.map_err(|fault| Refusal::from(error::fault_page(&fault, words.locale())))?;
    let Some((id, name)) = found else { return Err(unknown()) };
    let code = visit.query.optional("code").ok().flatten().filter(|code| is_code(code));
    let mut frame = Frame::new(visit, words, words.app_link_title(&name));
    frame.choices = Choice::all(words, |locale| match code {
        Some(code) => format!("?code={code}&lang={locale}"),
        None => format!("?lang={locale}"),
    });
    let href = opener(platform, &app.authority, &id, &channel, code);
    let page = Page { frame, app: &name, href, code };
    Ok(visit.keep(page::show(visit, &page, StatusCode::OK, Around::default())))
}

/// What opens the app. On iOS that is its own scheme, named like the bundle as SDKs register it; other apps may
/// register the same one, so that no code goes along. On Android it names the package, and nothing else opens.
fn opener(
    platform: Platform,
    authority: &str,
    id: &str,
    channel: &str,
    code: Option<&str>,
) -> Option<String> {
    match platform {
        Platform::Ios => {
            let is_scheme = id.starts_with(|c: char| c.is_ascii_alphabetic()) && !id.contains('_');
            is_scheme.then(|| format!("{id}://{authority}/ios/{id}/{channel}"))
        }
        Platform::Android => {
            let query = code.map_or_else(String::new, |code| format!("?code={code}"));
            let intent = format!("Intent;scheme=https;package={id};end");
            Some(format!("intent://{authority}/android/{id}/{channel}{query}#{intent}"))
        }
    }
}

/// 4 to 12 digits.
fn is_code(text: &str) -> bool {
    (4..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
