//! `/widget/*`: the embedded sign-in, its types, and its texts in a language. For pages of any origin.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use latchkey_words::{Locale, Template, Words};
use serde_json::{Map, Value, json};

use super::assets::version;
use crate::app::SharedApp;
use crate::error;

/// Pages name these files without a version: browsers ask again after an hour, and get them only when
/// they changed.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=3600");

struct File {
    content_type: &'static str,
    content: Bytes,
    tag: String,
}

impl File {
    fn new(content_type: &'static str, content: Bytes) -> Self {
        let tag = format!("\"{}\"", version(&content));
        Self { content_type, content, tag }
    }
}

static FILES: LazyLock<BTreeMap<String, File>> = LazyLock::new(|| {
    let module: &[u8] = include_bytes!("../../assets/latchkey-login.js");
    let types: &[u8] = include_bytes!("../../assets/latchkey-login.d.ts");
    let mut files = BTreeMap::from([
        ("latchkey-login.js".to_owned(), File::new("text/javascript; charset=utf-8", module.into())),
        ("latchkey-login.d.ts".to_owned(), File::new("application/typescript; charset=utf-8", types.into())),
    ]);
    for locale in Locale::ALL {
        let content = texts(*locale).to_string().into();
        files.insert(format!("texts/{locale}.json"), File::new("application/json", content));
    }
    files
});

pub fn route() -> Router<SharedApp> {
    Router::new().route("/widget/{*file}", get(handle))
}

async fn handle(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = FILES.get(&name) else { return error::not_found().into_response() };
    let Ok(tag) = HeaderValue::from_str(&file.tag) else { return error::not_found().into_response() };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let is_known = known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == file.tag));
    let common = [(header::CACHE_CONTROL, CACHE), (header::ETAG, tag)];
    if is_known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type))];
    (common, content_type, file.content.clone()).into_response()
}

/// As `latchkey-login.js` has them built in for English.
fn texts(locale: Locale) -> Value {
    let texts: Map<String, Value> = Words::of(locale)
        .embedded()
        .into_iter()
        .map(|(name, template)| {
            let text = match template {
                Template::Text(text) => Value::String(text),
                Template::Forms(forms) => json!(forms),
            };
            (name.to_owned(), text)
        })
        .collect();
    json!({ "tag": locale.tag(), "dir": locale.direction().as_str(), "texts": texts })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = include_str!("../../assets/latchkey-login.js");

    fn between<'a>(start: &str, end: &str) -> &'a str {
        MODULE.split_once(start).unwrap().1.split_once(end).unwrap().0
    }

    #[test]
    fn the_english_of_the_module_is_ours() {
        let built_in: Value = serde_json::from_str(between("const ENGLISH = ", ";\n// end")).unwrap();
        let expected = texts(Locale::En);
        assert_eq!(built_in, expected, "it should be:\n{}", serde_json::to_string_pretty(&expected).unwrap());
    }

    #[test]
    fn the_module_knows_every_language() {
        let known: Vec<&str> = between("const LANGUAGES = [", "]").split(", ").collect();
        let expected: Vec<String> = Locale::ALL.iter().map(|locale| format!("'{locale}'")).collect();
        assert_eq!(known, expected);
    }

    #[test]
    fn every_text_that_the_module_shows_is_there() {
        let sent: Value = texts(Locale::En);
        let names = sent["texts"].as_object().unwrap();
        let code = between("// end", "customElements.define");
        for name in names.keys() {
            assert!(code.contains(&format!("'{name}'")), "nothing shows {name}");
        }
        let quoted = code.split('\'').skip(1).step_by(2);
        for name in quoted.filter(|text| text.starts_with("error_") && *text != "error_description") {
            assert!(names.contains_key(name), "{name} is in no language");
        }
    }

    /// Decision 4.5.
    #[test]
    fn the_module_is_small() {
        use std::io::{Read, Write};
        use std::process::{Command, Stdio};
        let mut gzip = Command::new("gzip")
            .args(["-9", "-c"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        gzip.stdin.take().unwrap().write_all(MODULE.as_bytes()).unwrap();
        let mut packed = Vec::new();
        gzip.stdout.take().unwrap().read_to_end(&mut packed).unwrap();
        assert!(gzip.wait().unwrap().success());
        assert!(packed.len() < 15_000, "{} bytes", packed.len());
    }

    /// S-111: nothing that a strict policy forbids.
    #[test]
    fn the_module_makes_no_code_and_no_markup_from_text() {
        for forbidden in [
            "eval(",
            "new Function",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            ".style",
            "style=",
        ] {
            assert!(!MODULE.contains(forbidden), "{forbidden}");
        }
    }
}
