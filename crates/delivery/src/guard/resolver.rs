//! A resolver that answers only with addresses the guard permits.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

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

impl<L: Lookup> Resolve for GuardedResolver<L> {
    /// One address that is not permitted spoils the name: a public service has no private address.
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, lookup) = (self.guard.clone(), self.lookup.clone());
        Box::pin(async move {
            let addresses = lookup.lookup(name.as_str().to_owned()).await?;
            if !addresses.iter().all(|ip| guard.permits(*ip)) {
                return Err(Denied.into());
            }
            let addresses: Addrs = Box::new(addresses.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
