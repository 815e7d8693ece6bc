//! What the code of a quick start needs of the client, and the change that gives it.

use serde_json::{Value, json};

use super::Application;
use super::snippets::Gaps;
use crate::routes::dashboard::api::{list, text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A connection of the kind that the code names.
    WayIn,
    /// The callback that the code names.
    Callback,
    /// Pages of its own may sign people in.
    CrossOrigin,
    Grant(&'static str),
    /// The endpoints of older apps.
    Older,
    /// An API that it may have tokens for.
    Api,
}

/// A need as the page tells it.
pub struct Told {
    pub text: String,
    pub met: bool,
    /// Where it is met; empty where a press of a button does it.
    pub href: String,
    pub word: &'static str,
}

/// What there is.
pub struct Has<'a> {
    pub client: &'a Value,
    /// The kinds of connections that are on for it.
    pub ways: Vec<&'static str>,
    /// Audiences that it has grants for.
    pub audiences: Vec<String>,
}

impl Need {
    /// Names it in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::WayIn => "way-in",
            Self::Callback => "callback",
            Self::CrossOrigin => "cross-origin",
            Self::Grant(word) => word,
            Self::Older => "older",
            Self::Api => "api",
        }
    }

    pub fn told(self, application: &Application, gaps: &Gaps, has: &Has<'_>) -> Told {
        let (text, met, href) = match self {
            Self::WayIn => {
                let (kind, name) = if gaps.by_email { ("email", "email") } else { ("sms", "text message") };
                let href = format!("{}/connections", application.base);
                (format!("Signing in by {name} is on for it"), has.ways.contains(&kind), href)
            }
            Self::Callback => {
                let known = list(has.client, "/callbacks").iter().any(|one| *one == json!(gaps.callback));
                (format!("{} is one of its callback URLs", gaps.callback), known, String::new())
            }
            Self::CrossOrigin => {
                let on = has.client.get("cross_origin_authentication") == Some(&json!(true));
                (String::from("Its own pages may sign people in"), on, String::new())
            }
            Self::Grant(word) => {
                let on = list(has.client, "/grant_types").iter().any(|one| *one == json!(word));
                (format!("It has the grant type {}", name_of(word)), on, String::new())
            }
            Self::Older => {
                let off = has.client.get("oidc_conformant") != Some(&json!(true));
                (String::from("The endpoints for older apps are open to it"), off, String::new())
            }
            Self::Api => {
                let href = format!("{}/apis", application.base);
                (String::from("It may have tokens for an API"), !has.audiences.is_empty(), href)
            }
        };
        Told { text, met, href, word: self.word() }
    }

    /// The change of the client that meets it, where a press of a button does.
    pub fn change(self, client: &Value, gaps: &Gaps) -> Option<Value> {
        let with = |name: &str, more: &str| {
            let mut all: Vec<Value> = list(client, &format!("/{name}")).to_vec();
            if !all.contains(&json!(more)) {
                all.push(json!(more));
            }
            json!({ name: all })
        };
        match self {
            Self::Callback => Some(with("callbacks", &gaps.callback)),
            Self::CrossOrigin => Some(json!({ "cross_origin_authentication": true })),
            Self::Grant(word) => Some(with("grant_types", word)),
            Self::Older => Some(json!({ "oidc_conformant": false })),
            Self::WayIn | Self::Api => None,
        }
    }
}

/// The last part of a grant's name says enough.
fn name_of(grant: &str) -> &str {
    match grant.rsplit_once("grant-type/") {
        Some((_, name)) => name,
        None => grant,
    }
}

/// The callback that code may name: one that is an address of a page and needs no escaping.
pub fn callback_of(client: &Value, app_type: &str) -> String {
    let sound = |url: &&Value| {
        let url = url.as_str().unwrap_or_default();
        let plain = url.bytes().all(|b| b.is_ascii_graphic() && !b"'\"`\\<>$&".contains(&b));
        plain && (url.starts_with("https://") || url.starts_with("http://")) && !url.contains('*')
    };
    let usual = if app_type == "spa" { "http://localhost:3000/" } else { "http://localhost:3000/callback" };
    let found = list(client, "/callbacks").iter().find(sound);
    found.and_then(Value::as_str).unwrap_or(usual).to_owned()
}

/// The name of a connection of a kind, as code may have it.
pub fn name_of_way<'a>(connections: &'a [Value], kind: &'a str) -> &'a str {
    let of_kind = connections.iter().filter(|one| text(one, "/strategy") == kind);
    let names: Vec<&str> = of_kind.map(|one| text(one, "/name")).collect();
    if names.contains(&kind) { kind } else { names.first().copied().unwrap_or(kind) }
}
