//! The HTTP clients of the senders, built once: deadlines, no redirects, no proxy, no cookies.
//!
//! A provider whose address the operator configures is called as is. An address that comes from a
//! connection's options is called through [`crate::guard`] only.

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::{Client, ClientBuilder, redirect};

use crate::guard::{Guard, GuardedResolver, SystemLookup};
use crate::inbox::Inbox;

/// What an operator sets at boot.
#[derive(Clone)]
pub struct DeliverySettings {
    /// Where Twilio's API is; not guarded, since the operator chooses it.
    pub twilio_base_url: String,
    /// Networks that addresses in options may lead to although they are not public, and the only
    /// ones that plain `http` and SMTP without TLS may lead to.
    pub allow_private_targets: Vec<IpNet>,
    /// For one whole call. The engine's own deadline is usually shorter.
    pub timeout: Duration,
    pub connect_timeout: Duration,
    /// Where `provider: "inbox"` delivers to; without it that provider is refused.
    pub inbox: Option<Arc<Inbox>>,
    pub user_agent: String,
    /// Certificates trusted beside the machine's own, as PEM.
    pub extra_roots_pem: Option<Vec<u8>>,
    /// `iss` of the tokens that gateways get; its host is what mail servers are greeted with.
    pub issuer: Option<String>,
}

impl Default for DeliverySettings {
    /// Twilio's public address, no private targets, 30 s (P-041), no inbox.
    fn default() -> Self {
        Self {
            twilio_base_url: String::from("https://api.twilio.com"),
            allow_private_targets: Vec::new(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(2),
            inbox: None,
            user_agent: concat!("Latchkey/", env!("CARGO_PKG_VERSION")).to_owned(),
            extra_roots_pem: None,
            issuer: None,
        }
    }
}

/// Why no call can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    #[error("the extra root certificates are not PEM")]
    BadRoots,
    #[error("no HTTP client can be made; does this machine have trusted root certificates?")]
    Client,
}

/// One client for each kind of target.
pub(crate) struct Outbound {
    /// For addresses of the operator's.
    pub provider: Client,
    /// For `https` addresses of a connection's.
    pub guarded: Client,
    /// For `http` addresses of a connection's: listed networks only.
    pub listed: Client,
}

impl Outbound {
    /// For an address that came through the guard.
    pub fn client_for(&self, url: &url::Url) -> Client {
        if url.scheme() == "https" { self.guarded.clone() } else { self.listed.clone() }
    }

    pub fn new(settings: &DeliverySettings) -> Result<Self, OutboundError> {
        // Another part of the process may have installed it already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let guarded = |guard| GuardedResolver::new(guard, SystemLookup);
        let networks = &settings.allow_private_targets;
        let open = guarded(Guard::new(networks.clone()));
        let listed = guarded(Guard::listed_only(networks.clone()));
        Ok(Self {
            provider: finish(builder(settings)?)?,
            guarded: finish(builder(settings)?.https_only(true).dns_resolver(open))?,
            listed: finish(builder(settings)?.dns_resolver(listed))?,
        })
    }
}

fn builder(settings: &DeliverySettings) -> Result<ClientBuilder, OutboundError> {
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .user_agent(&settings.user_agent)
        .connect_timeout(settings.connect_timeout)
        // Shorter than servers' own, so that a message is not written into a closing connection.
        .pool_idle_timeout(Duration::from_secs(20))
        .timeout(settings.timeout);
    if let Some(pem) = &settings.extra_roots_pem {
        let roots = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| OutboundError::BadRoots)?;
        builder = builder.tls_certs_merge(roots);
    }
    Ok(builder)
}

fn finish(builder: ClientBuilder) -> Result<Client, OutboundError> {
    builder.build().map_err(|_| OutboundError::Client)
}
