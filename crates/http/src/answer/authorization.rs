//! An authorization response on its way through the browser: a redirect, a form that sends itself, or a
//! message to the page that opened ours.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::{IntoResponse, Response};
use form_urlencoded::Serializer;
use http::{HeaderValue, StatusCode, header};
use latchkey_core::model::{AuthorizationResponse, Target};
use latchkey_wire::authorize::{AuthorizeRequest, ResponseMode};
use latchkey_words::Words;
use serde_json::{Map, Value};
use url::Url;

use super::TEXT_HTML;
use crate::routes::assets;

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPost<'a> {
    words: Words,
    style: String,
    target: &'a str,
    fields: &'a [(&'static str, String)],
}

#[derive(Template)]
#[template(path = "web_message.html")]
struct WebMessage {
    words: Words,
    /// Holds no `<`, so that it cannot end its element.
    message: String,
}

/// Asks the client's verification page, and sends the request once more with what it says.
#[derive(Template)]
#[template(path = "co_verify.html")]
struct CoVerify<'a> {
    words: Words,
    script: String,
    page: &'a str,
    origin: &'a str,
    id: &'a str,
    fields: BTreeMap<&'static str, &'a str>,
}

/// `page` of the client, where somebody may have kept a verifier under the name `id` (S-194). May stand in a
/// frame where the answer to `request` may.
pub fn co_verify(
    request: &AuthorizeRequest,
    target: &Target,
    page: &Url,
    id: &str,
    words: Words,
) -> Response {
    let origin = page.origin().ascii_serialization();
    let frames = match target.mode {
        ResponseMode::WebMessage => source(&target.redirect_uri),
        _ => String::from("'none'"),
    };
    let further = format!(
        "frame-ancestors {frames}; frame-src {origin}; form-action 'self' {}",
        form_targets(&target.redirect_uri)
    );
    let (script, page) = (assets::url("co_verify.js"), page.as_str());
    let page = CoVerify { words, script, page, origin: &origin, id, fields: request.pairs() };
    html(page.render(), &policy(&further))
}

/// `status` of a redirect: 302 to a GET, 303 to a POST (S-076).
pub fn authorization(response: &AuthorizationResponse, words: Words, status: StatusCode) -> Response {
    match response.mode {
        ResponseMode::Query | ResponseMode::Fragment => {
            redirect(&address(response).unwrap_or_default(), status)
        }
        ResponseMode::FormPost => {
            let (target, fields) = (response.redirect_uri.as_str(), response.fields.as_slice());
            let page = FormPost { words, style: assets::url("login.css"), target, fields };
            html(page.render(), &policy(&format!("form-action {}", form_targets(&response.redirect_uri))))
        }
        ResponseMode::WebMessage => {
            let origin = source(&response.redirect_uri);
            let page = WebMessage { words, message: message(response, &origin) };
            html(page.render(), &policy(&format!("frame-ancestors {origin}")))
        }
    }
}

/// The address that carries the whole answer, in the modes that have one.
pub fn address(response: &AuthorizationResponse) -> Option<String> {
    match response.mode {
        ResponseMode::Query => Some(with_query(response)),
        ResponseMode::Fragment => Some(format!("{}#{}", response.redirect_uri, pairs(response))),
        ResponseMode::FormPost | ResponseMode::WebMessage => None,
    }
}

fn pairs(response: &AuthorizationResponse) -> String {
    let fields = response.fields.iter().map(|(name, value)| (*name, value.as_str()));
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The query that was registered stays (RFC 6749 section 3.1.2).
fn with_query(response: &AuthorizationResponse) -> String {
    let uri = &response.redirect_uri;
    let join = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{uri}{join}{}", pairs(response))
}

fn redirect(location: &str, status: StatusCode) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => {
            let policy = HeaderValue::from_static("no-referrer");
            (status, [(header::LOCATION, location), (header::REFERRER_POLICY, policy)]).into_response()
        }
        // Registered URLs are ASCII: `save_client` parses them.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The fields as the page gets them; `expires_in` is a number there.
fn message(response: &AuthorizationResponse, origin: &str) -> String {
    let mut fields = Map::new();
    for (name, value) in &response.fields {
        let value = match (*name, value.parse::<u64>()) {
            ("expires_in", Ok(seconds)) => seconds.into(),
            _ => Value::String(value.clone()),
        };
        fields.insert((*name).to_owned(), value);
    }
    serde_json::json!({ "origin": origin, "response": fields }).to_string().replace('<', "\\u003c")
}

/// The origin of a URL, or the scheme of one that has none: a source of a content security policy.
fn source(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => {
            url.origin().ascii_serialization()
        }
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => String::from("'none'"),
    }
}

/// Where a form may lead that ends at a client: to its address, and on from there. Browsers hold every
/// redirect that follows a form against `form-action`, and where a callback goes on to is the app's affair.
pub fn form_targets(redirect_uri: &str) -> String {
    let source = source(redirect_uri);
    match source.split(':').next() {
        Some("https") => format!("{source} https:"),
        Some("http") => format!("{source} http: https:"),
        _ => source,
    }
}

fn policy(further: &str) -> String {
    let frames = if further.contains("frame-ancestors") { "" } else { "; frame-ancestors 'none'" };
    let forms = if further.contains("form-action") { "" } else { "; form-action 'none'" };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; {further}{frames}{forms}"
    )
}

fn html(page: Result<String, askama::Error>, policy: &str) -> Response {
    let (Ok(html), Ok(policy)) = (page, HeaderValue::from_str(policy)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, TEXT_HTML),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, html).into_response()
}

#[cfg(test)]
mod tests {
    use latchkey_words::Locale;

    use super::*;

    fn response(mode: ResponseMode) -> AuthorizationResponse {
        AuthorizationResponse {
            redirect_uri: "https://app.example/cb?a=1".into(),
            mode,
            fields: vec![
                ("code", "c".into()),
                ("state", "s &#</script>".into()),
                ("expires_in", "7200".into()),
            ],
        }
    }

    fn location(mode: ResponseMode) -> String {
        let response = authorization(&response(mode), Words::of(Locale::En), StatusCode::FOUND);
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn redirects_keep_the_query_and_escape_the_state() {
        assert_eq!(
            location(ResponseMode::Query),
            "https://app.example/cb?a=1&code=c&state=s+%26%23%3C%2Fscript%3E&expires_in=7200"
        );
        assert!(location(ResponseMode::Fragment).starts_with("https://app.example/cb?a=1#code=c&state="));
    }

    /// P-105, S-114
    #[test]
    fn a_message_names_its_origin_and_cannot_end_its_element() {
        let text = message(&response(ResponseMode::WebMessage), "https://app.example");
        assert!(!text.contains('<'), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["response"]["state"], "s &#</script>");
        assert_eq!(value["response"]["expires_in"], 7200);
        assert_eq!(value["origin"], "https://app.example");
    }

    #[test]
    fn a_policy_source_is_an_origin_or_a_scheme() {
        assert_eq!(source("https://app.example:8443/cb?x"), "https://app.example:8443");
        assert_eq!(source("com.example.app://host/cb"), "com.example.app:");
    }
}
