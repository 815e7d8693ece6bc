//! Custom domains (section 2.22): kept, and pending until a domain can be verified here.

use serde_json::{Map, Value, json};
use url::{Host, Url};

use super::documents::{Draft, merge, merged};
use super::rules::{ANYTHING, OBJECT, Rule, TEXT, check, required};
use super::{ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Document, DocumentKind};

const KIND: DocumentKind = DocumentKind::CustomDomain;
const TYPES: [&str; 2] = ["auth0_managed_certs", "self_managed_certs"];
const METADATA: &str = "domain_metadata";
/// What a change may write.
const CHANGEABLE: [&str; 4] = ["tls_policy", "custom_client_ip_header", METADATA, "relying_party_identifier"];

impl Engine {
    pub async fn list_custom_domains(&self) -> Result<Vec<Document>, Fault> {
        self.list_all(KIND).await
    }

    /// Whether requests may be for a domain of this name: that of the server, or one of these.
    pub async fn has_domain(&self, name: &str) -> Result<bool, Fault> {
        let own = Url::parse(&self.settings.issuer).ok();
        let is_own = own.as_ref().and_then(Url::host_str).is_some_and(|host| host.eq_ignore_ascii_case(name));
        let is_listed = |domain: &Document| domain.name.eq_ignore_ascii_case(name);
        Ok(is_own || self.list_custom_domains().await?.iter().any(is_listed))
    }

    pub async fn read_custom_domain(&self, id: &str) -> Result<Document, ManageError> {
        self.find_one(KIND, id).await
    }

    pub async fn create_custom_domain(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
        force: bool,
    ) -> Result<Document, ManageError> {
        let domain = domain_of(required(&given, "domain")?)?;
        if !TYPES.contains(&required(&given, "type")?) {
            return Err(ManageError::invalid("type", format!("Must be one of {}", TYPES.join(", "))));
        }
        check(&given, rule)?;
        let mut body = Map::from_iter([(String::from("primary"), json!(false))]);
        merge(&mut body, given);
        body.insert(String::from("domain"), json!(domain));
        check_relying_party(&body, &domain)?;
        let new = Document { body: body.clone(), ..Document::empty(KIND, &domain, self.now()) };
        self.check_passkeys(force, |domains| domains.push(new)).await?;
        let id = format!("cd_{}", self.random.alphanumeric(16));
        self.insert_one(operator, Draft { kind: KIND, id, name: domain, body, secret: &[] }).await
    }

    pub async fn update_custom_domain(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
        force: bool,
    ) -> Result<Document, ManageError> {
        if let Some(name) = given.keys().find(|name| !CHANGEABLE.contains(&name.as_str())) {
            return Err(ManageError::invalid(name, "Cannot be changed"));
        }
        check(&given, rule)?;
        self.check_passkeys(force, |domains| {
            if let Some(domain) = domains.iter_mut().find(|domain| domain.id == id) {
                merge(&mut domain.body, given.clone());
            }
        })
        .await?;
        self.replace_one(operator, (KIND, id), &[], |document| {
            let mut given = given.clone();
            if let Some(Value::Object(metadata)) = given.get_mut(METADATA) {
                let whole = merged(document.body.get(METADATA), std::mem::take(metadata));
                given.insert(METADATA.to_owned(), whole);
            }
            merge(&mut document.body, given);
            check_relying_party(&document.body, &document.name)
        })
        .await
    }

    /// True when there was one.
    pub async fn remove_custom_domain(
        &self,
        operator: &Operator,
        id: &str,
        force: bool,
    ) -> Result<bool, ManageError> {
        self.check_passkeys(force, |domains| domains.retain(|domain| domain.id != id)).await?;
        self.delete_one(operator, KIND, id).await
    }

    /// Refuses a change, unless it is forced, that moves passkeys to another domain while there are passkeys of the
    /// one that they are made for today: nobody could use those any more (S-062).
    async fn check_passkeys(
        &self,
        force: bool,
        change: impl FnOnce(&mut Vec<Document>),
    ) -> Result<(), ManageError> {
        let mut domains = self.list_custom_domains().await?;
        let today = self.relying_party_of(&domains);
        change(&mut domains);
        if force || self.relying_party_of(&domains) == today {
            return Ok(());
        }
        match self.store.list_relying_parties().await?.contains(&today) {
            false => Ok(()),
            true => Err(ManageError::invalid(
                "relying_party_identifier",
                format!(
                    "There are passkeys of {today}, which would not work any more: force=true leaves them behind"
                ),
            )),
        }
    }

    /// The domain that links are made of: that of the issuer.
    pub fn default_domain(&self) -> String {
        let issuer = Url::parse(&self.settings.issuer);
        issuer.map(|issuer| issuer.authority().to_owned()).unwrap_or_default()
    }

    /// Only what is verified can be the default, and that is the issuer's.
    pub fn set_default_domain(&self, given: &Map<String, Value>) -> Result<String, ManageError> {
        let asked = required(given, "domain")?;
        let default = self.default_domain();
        match asked == default {
            true => Ok(default),
            false => Err(ManageError::NotSupported(String::from("The domain is not verified"))),
        }
    }
}

fn rule(name: &str) -> Rule {
    match name {
        "tls_policy" | "custom_client_ip_header" | "verification_method" | "relying_party_identifier" => TEXT,
        METADATA => OBJECT,
        _ => ANYTHING,
    }
}

fn domain_of(text: &str) -> Result<String, ManageError> {
    match Host::parse(text) {
        Ok(Host::Domain(domain)) if domain.contains('.') && domain.len() <= 253 => Ok(domain),
        _ => Err(ManageError::invalid("domain", "Must be the name of a host")),
    }
}

/// A passkey is bound to the domain or to one that it stands under (WebAuthn section 5.1.3).
fn check_relying_party(body: &Map<String, Value>, domain: &str) -> Result<(), ManageError> {
    let Some(party) = body.get("relying_party_identifier").and_then(Value::as_str) else { return Ok(()) };
    let is_above = domain.strip_suffix(party).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    match is_above && party.contains('.') {
        true => Ok(()),
        false => Err(ManageError::invalid("relying_party_identifier", "Must be the domain or one above it")),
    }
}
