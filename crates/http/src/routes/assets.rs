//! `/assets/*`: what our pages load. A page names a file with the hash of its content, so that browsers
//! keep it for good and a new release shows at once.

use std::hash::{DefaultHasher, Hasher};

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};

use crate::app::SharedApp;
use crate::error;
use crate::page::brand::{Brand, STYLE_PATH};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Name, type and content.
const FILES: &[(&str, &str, &str)] = &[
    ("co_verify.js", SCRIPT, include_str!("../../assets/co_verify.js")),
    ("dashboard-branding.js", SCRIPT, include_str!("../../assets/dashboard-branding.js")),
    ("dashboard-grant.js", SCRIPT, include_str!("../../assets/dashboard-grant.js")),
    ("dashboard-search.js", SCRIPT, include_str!("../../assets/dashboard-search.js")),
    ("dashboard.css", STYLE, include_str!("../../assets/dashboard.css")),
    ("dashboard.js", SCRIPT, include_str!("../../assets/dashboard.js")),
    ("dashboard_logs.js", SCRIPT, include_str!("../../assets/dashboard_logs.js")),
    ("dashboard-activity.js", SCRIPT, include_str!("../../assets/dashboard-activity.js")),
    ("dashboard-job.js", SCRIPT, include_str!("../../assets/dashboard-job.js")),
    ("dashboard-start.js", SCRIPT, include_str!("../../assets/dashboard-start.js")),
    ("form_post.js", SCRIPT, include_str!("../../assets/form_post.js")),
    ("key.svg", "image/svg+xml", include_str!("../../assets/key.svg")),
    ("login.css", STYLE, include_str!("../../assets/login.css")),
    ("login.js", SCRIPT, include_str!("../../assets/login.js")),
    ("passkey.js", SCRIPT, include_str!("../../assets/passkey.js")),
    ("passkey-new.js", SCRIPT, include_str!("../../assets/passkey-new.js")),
    ("passwordless.js", SCRIPT, include_str!("../../assets/passwordless.js")),
    ("web_message.js", SCRIPT, include_str!("../../assets/web_message.js")),
];

pub fn route() -> Router<SharedApp> {
    Router::new().route("/assets/{file}", get(handle)).route(STYLE_PATH, get(brand))
}

/// Where a page finds a file.
pub fn url(file: &str) -> String {
    let content = find(file).map_or("", |(_, content)| content);
    format!("/assets/{file}?v={}", version(content.as_bytes()))
}

async fn handle(Path(file): Path<String>, RawQuery(query): RawQuery) -> Response {
    let Some((content_type, content)) = find(&file) else { return error::not_found().into_response() };
    // While nodes of two releases run, one may be asked for what only the other has.
    let asked = query.as_deref().and_then(|query| query.strip_prefix("v="));
    let cache = match asked == Some(version(content.as_bytes()).as_str()) {
        true => FOR_GOOD,
        false => "public, max-age=300, must-revalidate",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ];
    (headers, content).into_response()
}

/// The colours and the font of the operator. A node that has not read the newest ones yet must not have its own kept
/// under their name.
async fn brand(State(app): State<SharedApp>, RawQuery(query): RawQuery) -> Response {
    let css = Brand::of(&app.tenant().await.branding).map(|brand| brand.css).unwrap_or_default();
    let asked = query.as_deref().and_then(|query| query.strip_prefix("v="));
    let is_asked = asked == Some(version(css.as_bytes()).as_str());
    let cache = if is_asked { FOR_GOOD } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(STYLE)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ];
    (headers, css).into_response()
}

fn find(file: &str) -> Option<(&'static str, &'static str)> {
    let found = FILES.iter().find(|(name, ..)| *name == file);
    found.map(|(_, content_type, content)| (*content_type, *content))
}

/// Changes with the content.
pub fn version(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(content);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_their_content() {
        assert!(url("login.css").starts_with("/assets/login.css?v="));
        assert_ne!(version(b"a"), version(b"b"));
        assert!(find("../Cargo.toml").is_none());
    }
}
