//! What of another tenant would not come along (section 5.3): its file is looked through, as `a0deploy export`
//! writes it, and nothing is changed. What comes along is told too, as a file that the tool imports to its end.

mod fit;

use serde_json::{Map, Value, json};

use self::fit::Fit;
use super::ManageError;
use crate::engine::Engine;
use crate::error::Fault;

/// What the tool calls each kind of record that we have.
const KEPT: [&str; 16] = [
    "attackProtection",
    "branding",
    "clientGrants",
    "clients",
    "connections",
    "customDomains",
    "databases",
    "emailProvider",
    "emailTemplates",
    "logStreams",
    "pages",
    "phoneProviders",
    "phoneTemplates",
    "prompts",
    "resourceServers",
    "tenant",
];

/// The same of what we do not have, and why.
const NOT_HERE: [(&[&str], &str); 6] = [
    (
        &[
            "rules",
            "rulesConfigs",
            "hooks",
            "actions",
            "actionModules",
            "triggers",
            "flows",
            "flowVaultConnections",
            "forms",
        ],
        "This server runs no code of yours",
    ),
    (&["roles"], "This server has no roles: say what a client may do in its grant"),
    (
        &["organizations", "connectionProfiles", "selfServiceProfiles", "userAttributeProfiles"],
        "This server has no organizations",
    ),
    (
        &[
            "guardianFactors",
            "guardianFactorProviders",
            "guardianFactorTemplates",
            "guardianPolicies",
            "guardianPhoneFactorMessageTypes",
            "guardianPhoneFactorSelectedProvider",
        ],
        "This server asks for one proof, and for no second factor",
    ),
    (
        &["partials", "themes", "universalLogin", "screenRenderers"],
        "The pages here are worded and coloured, not replaced",
    ),
    (
        &[
            "networkACLs",
            "riskAssessment",
            "scimConfiguration",
            "tokenExchangeProfiles",
            "eventStreams",
            "rateLimitPolicies",
            "supplementalSignals",
        ],
        "This server has no such feature",
    ),
];

/// Names of one kind that are told.
const MOST_NAMES: usize = 100;
/// Warnings in all.
const MOST_WARNINGS: usize = 500;
/// Characters of a name in a warning.
const LONGEST_NAME: usize = 60;

impl Engine {
    /// Nobody's rights are asked for but to read the tenant: the file is the caller's.
    pub async fn migration_report(&self, tenant: Map<String, Value>) -> Result<Value, ManageError> {
        let taken = self.taken_clients(&tenant).await?;
        let fit = self.what_fits(&tenant).await?;
        let mut report = Report::default();
        for (kind, records) in tenant {
            report.look_at(&fit, kind, records);
        }
        report.warnings.extend(taken);
        report.warnings.truncate(MOST_WARNINGS);
        Ok(json!({
            "imported": report.imported,
            "ignored": report.ignored,
            "warnings": report.warnings,
            "included_only": report.tenant.keys().collect::<Vec<_>>(),
            "tenant": report.tenant,
        }))
    }

    /// Clients that are here already, which an import would change.
    async fn taken_clients(&self, tenant: &Map<String, Value>) -> Result<Vec<Value>, Fault> {
        let mut warnings = Vec::new();
        let clients = tenant.get("clients").and_then(Value::as_array);
        for client in clients.into_iter().flatten().take(MOST_WARNINGS) {
            let Some(id) = client.get("client_id").and_then(Value::as_str).filter(|id| !id.contains('\0'))
            else {
                continue;
            };
            if self.store.find_client(&id.into()).await?.is_some() {
                let message = "A client of this id is here already: it would be changed";
                warnings.push(warning("clients", name_of(client), message));
            }
        }
        Ok(warnings)
    }
}

#[derive(Default)]
struct Report {
    imported: Vec<Value>,
    ignored: Vec<Value>,
    warnings: Vec<Value>,
    /// What comes along: the file without what is ignored.
    tenant: Map<String, Value>,
}

impl Report {
    fn look_at(&mut self, fit: &Fit, kind: String, mut records: Value) {
        if is_empty(&records) {
            return;
        }
        if !KEPT.contains(&kind.as_str()) {
            let reason =
                NOT_HERE.iter().find(|(kinds, _)| kinds.contains(&kind.as_str())).map(|(_, reason)| *reason);
            self.ignore(&kind, &records, reason.unwrap_or("This server does not know this kind of record"));
            return;
        }
        match &mut records {
            Value::Array(list) => list.retain_mut(|record| self.keeps(fit, &kind, record)),
            one => {
                if !self.keeps(fit, &kind, one) {
                    return;
                }
            }
        }
        if is_empty(&records) {
            return;
        }
        for record in list(&records) {
            self.missing_secret(&kind, record);
            for place in placeholders(record) {
                let message =
                    format!("{place} holds a placeholder: put the value in its place before the import");
                self.warn(&kind, record, &message);
            }
        }
        self.imported.push(json!({ "type": kind, "count": list(&records).len() }));
        self.tenant.insert(kind, records);
    }

    /// Whether a record of a kind that we have is one of ours; it loses the parts that are not.
    fn keeps(&mut self, fit: &Fit, kind: &str, record: &mut Value) -> bool {
        if let Some(reason) = fit.unfit(kind, record) {
            self.ignore(kind, &json!([record]), &reason);
            return false;
        }
        for (part, reason) in fit::parts(kind) {
            let taken = record.as_object_mut().and_then(|record| record.remove(part));
            if taken.is_some_and(|taken| !is_empty(&taken)) {
                self.ignore(kind, &json!([{ "name": part }]), reason);
            }
        }
        true
    }

    fn warn(&mut self, kind: &str, record: &Value, message: &str) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning(kind, name_of(record), message));
        }
    }

    fn ignore(&mut self, kind: &str, records: &Value, reason: &str) {
        if self.ignored.len() >= MOST_WARNINGS {
            return;
        }
        let names: Vec<&str> = list(records).into_iter().filter_map(name_of).take(MOST_NAMES).collect();
        let count = list(records).len();
        self.ignored.push(json!({"type": kind, "count": count, "names": names, "reason": reason}));
    }

    fn missing_secret(&mut self, kind: &str, record: &Value) {
        let text = |name: &str| record.get(name).and_then(Value::as_str);
        let proves_itself = matches!(text("app_type"), Some("regular_web" | "non_interactive"))
            && text("token_endpoint_auth_method") != Some("none");
        if kind == "clients" && proves_itself && text("client_secret").is_none() {
            let message = "The file has no client_secret: the client gets a new one";
            self.warn(kind, record, message);
        }
    }
}

/// Where the tool left `##NAME##` or `@@NAME@@` for a value; no more of them than are told.
fn placeholders(record: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look_for_placeholders(record, &mut String::new(), &mut found);
    found.sort();
    found
}

/// One path is written on all the way: a record may have as many values as a file has bytes.
fn look_for_placeholders(value: &Value, path: &mut String, found: &mut Vec<String>) {
    if found.len() >= MOST_WARNINGS {
        return;
    }
    let end = path.len();
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                if end > 0 {
                    path.push('.');
                }
                path.extend(name.chars().take(LONGEST_NAME));
                look_for_placeholders(inner, path, found);
                path.truncate(end);
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                path.push_str(&format!("[{at}]"));
                look_for_placeholders(inner, path, found);
                path.truncate(end);
            }
        }
        Value::String(text) if is_placeholder(text) => found.push(path.clone()),
        _ => {}
    }
}

fn is_placeholder(text: &str) -> bool {
    let inner = |mark: &str| text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    inner("##").or_else(|| inner("@@")).is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

fn warning(kind: &str, name: Option<&str>, message: &str) -> Value {
    let name = name.map(|name| name.chars().take(LONGEST_NAME).collect::<String>());
    json!({"type": kind, "name": name, "message": message})
}

fn is_empty(records: &Value) -> bool {
    match records {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

/// A kind of which there is one stands without a list.
fn list(records: &Value) -> Vec<&Value> {
    match records {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

fn name_of(record: &Value) -> Option<&str> {
    [
        "name",
        "display_name",
        "displayName",
        "description",
        "template",
        "identifier",
        "friendly_name",
        "domain",
        "key",
        "audience",
    ]
    .into_iter()
    .find_map(|name| record.get(name).and_then(Value::as_str))
}
