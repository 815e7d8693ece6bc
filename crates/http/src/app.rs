//! What the routes share.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use latchkey_core::Engine;
use latchkey_core::sender::InboxReader;
use latchkey_core::tenant::TenantSettings;

use crate::extract::proxies::TrustedProxies;

/// Writes every figure as Prometheus text.
pub type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

/// What a server is built from.
#[derive(Clone)]
pub struct AppState {
    pub engine: Arc<Engine>,
    /// Serves `/dev/inbox` where there is one.
    pub inbox: Option<Arc<dyn InboxReader>>,
    pub proxies: TrustedProxies,
    /// Serves `/metrics` on this listener where there is one.
    pub metrics_text: Option<MetricsText>,
    /// Serves the demo page.
    pub dev: bool,
}

/// [`AppState`] with what is prepared from it once.
pub(crate) struct App {
    pub engine: Arc<Engine>,
    pub inbox: Option<Arc<dyn InboxReader>>,
    pub proxies: TrustedProxies,
    pub metrics_text: Option<MetricsText>,
    pub dev: bool,
    /// The body of the discovery document.
    pub discovery: Bytes,
    /// The body of the description of the Management API, once somebody asked for it.
    pub description: OnceLock<Bytes>,
    /// Off while the server stops, so that no more is sent its way.
    pub ready: AtomicBool,
    /// Host and port of the issuer, as a request line in absolute form names them.
    pub authority: String,
}

pub(crate) type SharedApp = Arc<App>;

impl App {
    pub(crate) fn new(state: AppState) -> Self {
        let AppState { engine, inbox, proxies, metrics_text, dev } = state;
        let discovery = serde_json::to_vec(&engine.discovery()).unwrap_or_default().into();
        let authority = url::Url::parse(&engine.settings.issuer)
            .map(|issuer| issuer.authority().to_owned())
            .unwrap_or_default();
        let (description, ready) = (OnceLock::new(), AtomicBool::new(true));
        Self { engine, inbox, proxies, metrics_text, dev, discovery, description, authority, ready }
    }

    /// For pages: where the store cannot say what operators set, the configuration does.
    pub(crate) async fn tenant(&self) -> TenantSettings {
        let tenant = self.engine.tenant().await;
        tenant.unwrap_or_else(|_| TenantSettings::read(None, None, &self.engine.settings))
    }
}
