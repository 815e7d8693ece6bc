//! The files by which phones let an app open this server's links (protocol 2.22): only registered apps.

use serde_json::{Value, json};

use crate::engine::Engine;
use crate::error::Fault;
use crate::model::Client;
use crate::store::Page;

/// Where an app runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    Ios,
    Android,
}

impl Engine {
    /// The app that a link names: its id as it is registered, and the name of its client. Case does not matter
    /// in a bundle id (protocol F7).
    pub async fn find_app(&self, platform: Platform, named: &str) -> Result<Option<(String, String)>, Fault> {
        let is_meant = |id: &String| match platform {
            Platform::Ios => id.eq_ignore_ascii_case(named),
            Platform::Android => id == named,
        };
        let apps = self.apps(|client| {
            let id = match platform {
                Platform::Ios => client.ios_bundle.clone(),
                Platform::Android => client.android_package.clone(),
            };
            Some((id.filter(is_meant)?, client.name.clone()))
        });
        Ok(apps.await?.into_iter().next())
    }

    /// Apple's associated domains: app links, and passwords and passkeys of the app.
    pub async fn apple_app_site_association(&self) -> Result<Value, Fault> {
        let apps = self.apps(|client| Some((client.ios_team.clone()?, client.ios_bundle.clone()?))).await?;
        let details: Vec<Value> = apps
            .iter()
            .map(|(team, bundle)| {
                json!({ "appID": format!("{team}.{bundle}"), "paths": [format!("/ios/{bundle}/*")] })
            })
            .collect();
        let ids: Vec<String> = apps.iter().map(|(team, bundle)| format!("{team}.{bundle}")).collect();
        Ok(json!({
            "applinks": { "apps": [], "details": details },
            "webcredentials": { "apps": ids },
        }))
    }

    /// Google's Digital Asset Links.
    pub async fn asset_links(&self) -> Result<Value, Fault> {
        let apps = self
            .apps(|client| {
                let known = Some(client.android_fingerprints.clone()).filter(|list| !list.is_empty());
                Some((client.android_package.clone()?, known?))
            })
            .await?;
        let statements = apps.into_iter().map(|(package, fingerprints)| {
            json!({
                "relation": [
                    "delegate_permission/common.handle_all_urls",
                    "delegate_permission/common.get_login_creds",
                ],
                "target": {
                    "namespace": "android_app",
                    "package_name": package,
                    "sha256_cert_fingerprints": fingerprints,
                },
            })
        });
        Ok(statements.collect())
    }

    /// Every app of every client, each once.
    async fn apps<T: Ord>(
        &self,
        of: impl Fn(&Client) -> Option<(String, T)>,
    ) -> Result<Vec<(String, T)>, Fault> {
        let mut apps = Vec::new();
        let mut page = Page { after: None, limit: 100 };
        loop {
            let clients = self.store.list_clients(&page).await?;
            let Some(last) = clients.last() else { break };
            page.after = Some(last.id.as_str().to_owned());
            apps.extend(clients.iter().filter_map(&of));
        }
        apps.sort_unstable();
        apps.dedup();
        Ok(apps)
    }
}
