//! A resolver that answers only with addresses the guard permits.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::Guard;

/// The name leads, or also leads, to an address that may not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to an address that is not public")]
pub(crate) struct Denied;

/// Asks for the addresses of a name, once.
pub(crate) trait Lookup: Send + Sync + 'static {
    fn lookup(&self, name: String) -> impl Future<Output = std::io::Result<Vec<IpAddr>>> + Send;
}

/// The machine's own resolver.
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    async fn lookup(&self, name: String) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

pub(crate) struct GuardedResolver<L> {
    guard: Guard,
    lookup: Arc<L>,
}

impl<L: Lookup> GuardedResolver<L> {
    pub fn new(guard: Guard, lookup: L) -> Self {
        Self { guard, lookup: Arc::new(lookup) }
    }
}

/// Why there is no address to connect to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unresolved {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the name could not be resolved")]
    Failed(#[from] std::io::Error),
}

impl Guard {
    /// The addresses of a host, all of which may be connected to.
    ///
    /// One that may not spoils the name: a public service has no private address.
    pub async fn resolve(&self, host: Host, lookup: &impl Lookup) -> Result<Vec<IpAddr>, Unresolved> {
        let addresses = match host {
            Host::Ipv4(ip) => vec![ip.into()],
            Host::Ipv6(ip) => vec![ip.into()],
            Host::Domain(name) => lookup.lookup(name).await?,
        };
        if addresses.iter().all(|ip| self.permits(*ip)) { Ok(addresses) } else { Err(Denied.into()) }
    }
}

impl<L: Lookup> Resolve for GuardedResolver<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, lookup) = (self.guard.clone(), self.lookup.clone());
        Box::pin(async move {
            let host = Host::Domain(name.as_str().to_owned());
            match guard.resolve(host, &*lookup).await {
                Ok(addresses) => {
                    let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
                    Ok(Box::new(addresses) as Addrs)
                }
                Err(Unresolved::Denied(denied)) => Err(denied.into()),
                Err(Unresolved::Failed(error)) => Err(error.into()),
            }
        })
    }
}
