//! What of the kinds that we have is none of ours all the same: a record, or a part of one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::operator::API;
use super::MOST_WARNINGS;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::DocumentKind;

/// Why pages of the tenant's own stay behind.
const PAGES: &str = "The pages here are worded and coloured, not replaced";

/// Parts of records that the tool writes by calls of their own, which would be refused and end its run.
const PARTS: [(&str, &str, &str); 5] = [
    ("attackProtection", "botDetection", "This server holds its limits against everyone, bot or not"),
    ("attackProtection", "captcha", "This server asks nobody to solve a captcha"),
    ("branding", "templates", PAGES),
    ("prompts", "partials", PAGES),
    ("prompts", "screenRenderers", PAGES),
];

/// The parts of a kind, each with the reason why it stays behind.
pub(super) fn parts(kind: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    PARTS.into_iter().filter(move |(of, ..)| *of == kind).map(|(_, part, reason)| (part, reason))
}

/// What it takes to tell.
pub(super) struct Fit {
    /// The API of this server.
    own: String,
    /// Identifiers of the APIs that are here, or come along.
    apis: BTreeSet<String>,
}

impl Engine {
    /// For the records of that file.
    pub(super) async fn what_fits(&self, tenant: &Map<String, Value>) -> Result<Fit, Fault> {
        let texts = |kind: &str, name: &'static str| {
            let records = tenant.get(kind).and_then(Value::as_array).into_iter().flatten();
            let records = records.filter(|record| !is_system(record));
            records.filter_map(move |record| record.get(name)?.as_str()).map(String::from)
        };
        let own = self.url(API);
        let mut apis: BTreeSet<String> = texts("resourceServers", "identifier").collect();
        apis.insert(own.clone());
        let asked: BTreeSet<String> = texts("clientGrants", "audience").collect();
        let unknown =
            asked.into_iter().filter(|audience| !apis.contains(audience) && !audience.contains('\0'));
        for audience in unknown.take(MOST_WARNINGS).collect::<Vec<_>>() {
            if self.store.find_document_by_name(DocumentKind::ResourceServer, &audience).await?.is_some() {
                apis.insert(audience);
            }
        }
        Ok(Fit { own, apis })
    }
}

impl Fit {
    /// Why a record of a kind that we have is none of ours.
    pub(super) fn unfit(&self, kind: &str, record: &Value) -> Option<String> {
        let text = |name: &str| record.get(name).and_then(Value::as_str);
        match kind {
            "connections" => {
                let strategy = text("strategy").unwrap_or_default();
                let known = ["sms", "email", "auth0"].contains(&strategy);
                (!known).then(|| format!("Nobody signs in by {strategy:.40} here"))
            }
            "logStreams" => {
                let sink = text("type").unwrap_or_default();
                (sink != "http").then(|| format!("Logs are not shipped to {sink:.40} here, only by http"))
            }
            "pages" => (text("name") == Some("login")).then(|| PAGES.to_owned()),
            "resourceServers" => is_system(record).then(|| "It is an API of Auth0's own".to_owned()),
            "clientGrants" => {
                let is_known = self.apis.contains(text("audience").unwrap_or_default());
                let own = &self.own;
                (!is_known).then(|| {
                    format!("Neither this server nor the file has that API; the Management API here is {own}")
                })
            }
            _ => None,
        }
    }
}

/// An API that Auth0 makes for every tenant.
fn is_system(record: &Value) -> bool {
    record.get("is_system") == Some(&Value::Bool(true))
}
