//! Passkeys and keys of devices, as an operator sees them for the whole tenant: how many there are, the domain, the
//! apps and files that systems ask for, and what is wrong with those, with what to do about it.

use latchkey_wire::token::WEBAUTHN;
use serde_json::{Value, json};
use url::Host;

use super::ManageError;
use super::findings::{Finding, Level};
use crate::channel::PasskeyOptions;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Client, RelyingParty};
use crate::store::{CountCredentials, CredentialCount};

/// Other domains that browsers look at (WebAuthn Level 3 section 5.11).
const MOST_RELATED: usize = 5;

/// What is wrong, the worst first.
struct Findings(Vec<Finding>);

impl Findings {
    fn put(&mut self, level: Level, code: &'static str, property: &str, message: String) {
        self.0.push(Finding { level, code, message, property: Some(property.to_owned()) });
    }

    fn all(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.level as u8);
        self.0
    }
}

impl Engine {
    /// `new`: made in this month of UTC.
    pub async fn credential_stats(&self) -> Result<Value, ManageError> {
        let (now, tenant) = (self.now(), self.tenant().await?);
        let count = CountCredentials {
            since: month_of(now),
            now,
            relying_party: self.relying_party_id().await?,
            keys_after: tenant.device_keys.then(|| now.plus(-tenant.device_key_life)),
        };
        let (passkeys, keys) = self.store.count_credentials(count).await?;
        let shown = |count: CredentialCount| json!({"users": count.users, "total": count.total, "this_month": count.new});
        Ok(json!({
            "since": month_of(now).to_iso8601(), "passkeys": shown(passkeys), "device_keys": shown(keys),
        }))
    }

    pub async fn passkey_domain(&self) -> Result<Value, ManageError> {
        let id = self.relying_party_id().await?;
        let related = self.related_origins().await?;
        let clients = self.all_clients().await?;
        let connections = self.connections_with_passkeys().await?;
        let left_behind: Vec<String> =
            self.passkeys_left_behind().await?.into_iter().map(|party| party.used).collect();
        let is_served = self.serves(&id).await?;
        let mut findings = Findings(Vec::new());
        self.check_domain(&mut findings, &id, is_served, &related).await?;
        if !left_behind.is_empty() {
            let text = format!(
                "There are passkeys of {}, which do not work while the domain is {id}. They work again when it \
                 is back.",
                left_behind.join(" and ")
            );
            findings.put(Level::Warning, "left_behind", "relying_party_identifier", text);
        }
        if connections.is_empty() {
            let text = String::from(
                "No connection has passkeys. Switch them on in the settings of one, or by latchkey connections update \
                 NAME --option authentication_methods.passkey.enabled=true",
            );
            findings.put(Level::Hint, "no_connection", "connections", text);
        }
        let mut apps = Vec::new();
        for client in &clients {
            check_apps(&mut findings, client);
            apps.extend(apps_of(client));
        }
        let file = |path: &str, content: Value| json!({"path": path, "url": format!("https://{id}{path}"), "content": content});
        Ok(json!({
            "relying_party_identifier": id, "enabled": self.tenant().await?.passkeys, "served_here": is_served,
            "connections": connections, "related_origins": related, "left_behind": left_behind, "apps": apps,
            "files": [
                file("/.well-known/apple-app-site-association", self.apple_app_site_association().await?),
                file("/.well-known/assetlinks.json", self.asset_links().await?),
                file("/.well-known/webauthn", json!({"origins": related})),
            ],
            "findings": findings.all(),
        }))
    }

    async fn check_domain(
        &self,
        findings: &mut Findings,
        id: &str,
        is_served: bool,
        related: &[String],
    ) -> Result<(), ManageError> {
        if !self.tenant().await?.passkeys {
            let text = String::from(
                "Passkeys are switched off for the whole tenant. Switch them on in its settings, or by latchkey \
                 settings update passkeys.enabled=true",
            );
            findings.put(Level::Warning, "off", "passkeys", text);
        }
        if !matches!(Host::parse(id), Ok(Host::Domain(_))) {
            let text = format!(
                "Browsers make no passkeys for {id}: it is no domain. Let public_url name the server by a host \
                 name."
            );
            findings.put(Level::Error, "no_domain", "relying_party_identifier", text);
        }
        if !is_served {
            let text = format!(
                "https://{id} is not this server, and phones and browsers ask there: copy the files below to \
                 it, at the same paths."
            );
            findings.put(Level::Warning, "files_elsewhere", "files", text);
        }
        if related.len() > MOST_RELATED {
            let text = format!(
                "Browsers look at {MOST_RELATED} other domains, and there are {}: people on the last ones \
                 cannot use their passkeys.",
                related.len()
            );
            findings.put(Level::Warning, "too_many_domains", "related_origins", text);
        }
        Ok(())
    }

    /// The domain leads to this server, as far as is known here.
    async fn serves(&self, id: &str) -> Result<bool, Fault> {
        let origin = format!("https://{id}");
        let party = self.page_party().await?;
        let host = |text: &str| url::Url::parse(text).ok().and_then(|url| url.host_str().map(str::to_owned));
        Ok(RelyingParty::covers(id, &origin)
            && party.origins.iter().any(|own| host(own).as_deref() == Some(id)))
    }

    async fn connections_with_passkeys(&self) -> Result<Vec<String>, ManageError> {
        let all = self.list_connections(&Default::default()).await?;
        let with = all
            .into_iter()
            .filter(|connection| PasskeyOptions::read(connection).is_ok_and(|options| options.enabled));
        Ok(with.map(|connection| connection.name).collect())
    }
}

/// The first second of its month, in UTC.
fn month_of(now: Timestamp) -> Timestamp {
    let day = now.to_iso8601().get(8..10).and_then(|day| day.parse::<i64>().ok()).unwrap_or(1);
    let today = now.0.div_euclid(86_400);
    Timestamp(today.saturating_sub(day).saturating_add(1).saturating_mul(86_400))
}

fn apps_of(client: &Client) -> Vec<Value> {
    let app = |platform: &str, id: String, certificates: &[String]| {
        json!({
            "client_id": client.id, "name": client.name, "platform": platform, "id": id,
            "certificates": certificates,
        })
    };
    let ios = client.ios_bundle.as_ref().zip(client.ios_team.as_ref());
    let ios = ios.map(|(bundle, team)| app("ios", format!("{team}.{bundle}"), &[]));
    let android = client.android_package.as_ref().filter(|_| !client.android_fingerprints.is_empty());
    let android = android.map(|package| app("android", package.clone(), &client.android_fingerprints));
    ios.into_iter().chain(android).collect()
}

/// What keeps an app from the passkeys of the domain.
fn check_apps(findings: &mut Findings, client: &Client) {
    let name = &client.name;
    match (&client.ios_bundle, &client.ios_team) {
        (Some(bundle), None) => {
            let text = format!(
                "{name} names its bundle {bundle} and no team: iOS gives it no passkeys. Add \
                 mobile.ios.team_id, ten letters and digits from Apple's developer account."
            );
            findings.put(Level::Error, "no_team", "mobile.ios.team_id", text);
        }
        (None, Some(_)) => {
            let text = format!(
                "{name} names its team and no bundle: iOS gives it no passkeys. Add \
                 mobile.ios.app_bundle_identifier."
            );
            findings.put(Level::Error, "no_bundle", "mobile.ios.app_bundle_identifier", text);
        }
        _ => {}
    }
    if let (Some(package), true) = (&client.android_package, client.android_fingerprints.is_empty()) {
        let text = format!(
            "{name} names its package {package} and no certificate: Android gives it no passkeys. Add \
             mobile.android.sha256_cert_fingerprints, as keytool -list prints it."
        );
        findings.put(Level::Error, "no_certificate", "mobile.android.sha256_cert_fingerprints", text);
    }
    if !apps_of(client).is_empty() && !client.allows(WEBAUTHN) {
        let text =
            format!("{name} has an app and not the grant {WEBAUTHN}: its app signs nobody in by a passkey.");
        findings.put(Level::Hint, "no_grant", "grant_types", text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_with_its_first_second() {
        // 2026-11-21 12:00:00 and 2024-02-29 23:59:59.
        assert_eq!(month_of(Timestamp(1_795_262_400)).to_iso8601(), "2026-11-01T00:00:00.000Z");
        assert_eq!(month_of(Timestamp(1_709_251_199)).to_iso8601(), "2024-02-01T00:00:00.000Z");
    }
}
