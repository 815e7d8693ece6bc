//! The relying party: the domain that passkeys are made for, and the origins that they may be used from.
//!
//! The domain is the issuer's host, or what the custom domain of that name says in
//! `relying_party_identifier`. It is one for the whole tenant, and does not follow requests (S-062).

use data_encoding::{BASE64URL_NOPAD, HEXUPPER};
use serde_json::Value;
use url::Url;

use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Client, Document, RelyingParty};

/// The property of a custom domain.
const IDENTIFIER: &str = "relying_party_identifier";

/// There are passkeys of a domain that the server does not ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyInUse {
    pub used: String,
    pub asked: String,
}

impl Engine {
    /// The domain, and all origins that this client's people may come from.
    pub(crate) async fn relying_party(&self, client: &Client) -> Result<RelyingParty, Fault> {
        let domains = self.list_custom_domains().await?;
        let id = identifier(&domains, &self.host());
        let served = domains.iter().map(origin_of);
        // Apps for Apple's systems say the domain itself.
        let mut origins: Vec<String> = std::iter::once(format!("https://{id}"))
            .chain(std::iter::once(self.own_origin()))
            .chain(served)
            .chain(client.origins())
            .filter(|origin| RelyingParty::covers(&id, origin))
            .collect();
        origins.extend(client.android_fingerprints.iter().filter_map(|print| facet(print)));
        origins.sort_unstable();
        origins.dedup();
        Ok(RelyingParty { id, origins })
    }

    /// The domain, and where pages of ours may be: at the issuer and at custom domains. Passkeys work at those
    /// that do not stand under the domain, too, since they are told to browsers ([`Engine::related_origins`]).
    pub(in crate::flow) async fn page_party(&self) -> Result<RelyingParty, Fault> {
        let domains = self.list_custom_domains().await?;
        let mut origins: Vec<String> =
            std::iter::once(self.own_origin()).chain(domains.iter().map(origin_of)).collect();
        origins.sort_unstable();
        origins.dedup();
        Ok(RelyingParty { id: identifier(&domains, &self.host()), origins })
    }

    /// The host of the issuer and nothing else: what operators set at run time moves no passkey of theirs. `None`
    /// where the host is no name, for which browsers make none.
    pub(in crate::flow) fn dashboard_party(&self) -> Option<RelyingParty> {
        let id = self.host();
        let is_name = matches!(url::Host::parse(&id), Ok(url::Host::Domain(_)));
        is_name.then(|| RelyingParty { id, origins: vec![self.own_origin()] })
    }

    /// Custom domains that do not stand under the domain of the passkeys, and where they may be used all the same
    /// (WebAuthn Level 3 section 5.11, "related origins").
    pub async fn related_origins(&self) -> Result<Vec<String>, Fault> {
        let party = self.page_party().await?;
        let others = party.origins.into_iter().filter(|origin| !RelyingParty::covers(&party.id, origin));
        Ok(others.collect())
    }

    /// The domain that passkeys are made for today.
    pub async fn relying_party_id(&self) -> Result<String, Fault> {
        Ok(identifier(&self.list_custom_domains().await?, &self.host()))
    }

    /// The domain as it would be with these custom domains.
    pub(crate) fn relying_party_of(&self, domains: &[Document]) -> String {
        identifier(domains, &self.host())
    }

    /// Passkeys that nobody can use any more, since they are bound to another domain.
    pub async fn passkeys_left_behind(&self) -> Result<Vec<PartyInUse>, Fault> {
        let asked = self.relying_party_id().await?;
        let used = self.store.list_relying_parties().await?;
        let others = used.into_iter().filter(|used| *used != asked);
        Ok(others.map(|used| PartyInUse { used, asked: asked.clone() }).collect())
    }

    fn host(&self) -> String {
        let issuer = Url::parse(&self.settings.issuer).ok();
        issuer.and_then(|issuer| issuer.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

fn origin_of(domain: &Document) -> String {
    format!("https://{}", domain.name)
}

fn identifier(domains: &[Document], host: &str) -> String {
    let own = domains.iter().find(|domain| domain.name == host);
    let named = own.and_then(|domain| domain.body.get(IDENTIFIER)).and_then(Value::as_str);
    named.filter(|name| !name.is_empty()).unwrap_or(host).to_owned()
}

/// What apps for Android say: the hash of the certificate that signed them, `AB:CD:…` as clients have it.
fn facet(fingerprint: &str) -> Option<String> {
    let hex: String = fingerprint.chars().filter(|c| *c != ':').collect();
    let hash = HEXUPPER.decode(hex.to_ascii_uppercase().as_bytes()).ok().filter(|hash| hash.len() == 32)?;
    Some(format!("android:apk-key-hash:{}", BASE64URL_NOPAD.encode(&hash)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_for_android_is_known_by_the_hash_of_its_certificate() {
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(
            facet(&colons).as_deref(),
            Some("android:apk-key-hash:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s")
        );
        assert_eq!(facet("AB:CD"), None);
        assert_eq!(facet("zz"), None);
    }
}
