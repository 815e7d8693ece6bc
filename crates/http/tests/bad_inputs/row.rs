//! The catalogue as data. Every field is known by name: a new one has to be read here before the
//! catalogue may hold it.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::support::Way;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    #[serde(rename = "version")]
    _version: IgnoredAny,
    #[serde(rename = "about")]
    _about: IgnoredAny,
    #[serde(rename = "placeholders")]
    _placeholders: IgnoredAny,
    pub general_asserts: Vec<String>,
    pub cases: Vec<Row>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub id: String,
    pub endpoint: String,
    pub method: String,
    pub headers: BTreeMap<String, OneOrMany<String>>,
    pub query: Option<String>,
    pub body: Option<Value>,
    pub body_b64: Option<String>,
    pub raw_request_b64: Option<String>,
    /// `null`: closed without an answer, for raw rows only.
    pub expect_status: OneOrMany<Option<u16>>,
    /// `null`: no error in JSON is required.
    pub expect_error: OneOrMany<Option<String>>,
    pub expect_description: Option<String>,
    #[serde(default)]
    pub setup: Vec<String>,
    pub effects: Option<String>,
    pub note: String,
    #[serde(rename = "guess")]
    _guess: bool,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::Many(many) => many.iter(),
        }
    }
}

/// A row that is answered otherwise: what takes the place of what is written, and why.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    #[serde(rename = "reason")]
    _reason: String,
    expect_status: Option<u16>,
    expect_error: Option<String>,
    effects: Option<String>,
}

/// Rows that wait for a part of the server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotYet {
    #[serde(rename = "missing")]
    _missing: String,
    pub rows: Vec<String>,
}

impl Row {
    pub fn departing(&self, departure: &Departure) -> Self {
        let mut row = self.clone();
        if let Some(status) = departure.expect_status {
            row.expect_status = OneOrMany::One(Some(status));
            if status < 400 {
                (row.expect_error, row.expect_description) = (OneOrMany::One(None), None);
            }
        }
        if let Some(error) = &departure.expect_error {
            // The text that is written goes with the error that is written.
            (row.expect_error, row.expect_description) = (OneOrMany::One(Some(error.clone())), None);
        }
        if departure.effects.is_some() {
            row.effects.clone_from(&departure.effects);
        }
        row
    }

    /// The catalogue knows links by the path of Auth0's and a parameter `t`; ours are `/link/{token}`. What
    /// names a code stays with Auth0's path.
    pub fn at_our_links(mut self) -> Self {
        let query = self.query.clone().unwrap_or_default();
        if self.endpoint != "/passwordless/verify_redirect" || query.starts_with("client_id=") {
            return self;
        }
        let (token, rest) = match query.strip_prefix("t=") {
            Some(query) => query.split_once('&').unwrap_or((query, "")),
            // A press is always of a link that there is.
            None if self.method == "POST" => ("{{link_token}}", ""),
            None => ("", ""),
        };
        self.endpoint = format!("/link/{token}");
        self.query = (!rest.is_empty()).then(|| rest.to_owned());
        self
    }

    /// How the person that the row speaks of is reached.
    pub fn way(&self) -> Way {
        let text = self.request_text();
        let by_email = ["@example.com", ":\"email\"", "=email"];
        if by_email.iter().any(|sign| text.contains(sign)) { Way::Email } else { Way::Sms }
    }

    pub fn body_bytes(&self) -> Option<Vec<u8>> {
        self.body_b64.as_ref().map(|encoded| BASE64.decode(encoded.as_bytes()).unwrap())
    }

    /// All that the row sends, as text, placeholders and all.
    pub fn request_text(&self) -> String {
        let mut text = format!("{} {}", self.endpoint, self.query.as_deref().unwrap_or_default());
        for (name, values) in &self.headers {
            values.iter().for_each(|value| text.push_str(&format!("\n{name}: {value}")));
        }
        text.extend(self.body.iter().map(Value::to_string));
        text.extend(self.body_bytes().map(|body| String::from_utf8_lossy(&body).into_owned()));
        text
    }

    pub fn effects(&self) -> impl Iterator<Item = &str> {
        self.effects.iter().flat_map(|effects| effects.split(';')).map(str::trim)
    }
}
