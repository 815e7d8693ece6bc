//! Keeps calls to addresses that come from a connection's options away from private networks
//! (S-134).
//!
//! Invariant: a connection is only ever opened to an address that this file has checked. Literal
//! addresses are checked with the URL; names are resolved once, here, and the client connects to
//! what was checked, so that a name cannot change its mind in between. Without it a connection's
//! options could reach what only this server can reach: metadata services, databases, itself.

mod networks;
mod resolver;

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

pub(crate) use resolver::{Denied, GuardedResolver, SystemLookup, Unresolved};

/// Which addresses may be called.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    allowed: Vec<IpNet>,
    /// Public addresses are not enough: the address has to be in `allowed`.
    listed_only: bool,
}

/// Why a URL is refused; the words go into an answer to an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadTarget {
    #[error("is not an absolute URL of at most 255 characters")]
    NotUrl,
    #[error("is not the name or the address of a server")]
    NotHost,
    #[error("must be https")]
    NotHttps,
    #[error("must not hold a user name or a password")]
    Userinfo,
    #[error("uses a port that is not open to gateways")]
    Port,
    #[error("leads to an address that is not public")]
    NotPublic,
}

impl Guard {
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed, listed_only: false }
    }

    pub fn listed_only(allowed: Vec<IpNet>) -> Self {
        Self { allowed, listed_only: true }
    }

    /// Reads a URL and checks everything that can be known without asking DNS.
    pub fn check_url(&self, text: &str) -> Result<Url, BadTarget> {
        if text.len() > 255 {
            return Err(BadTarget::NotUrl);
        }
        let url = Url::parse(text).map_err(|_| BadTarget::NotUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if !self.allowed.is_empty() => {}
            _ => return Err(BadTarget::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadTarget::Userinfo);
        }
        // Low ports belong to other protocols, which can be made to act by what an HTTP request holds.
        if url.port().is_some_and(|port| port < 1024 && port != 443 && port != 80) {
            return Err(BadTarget::Port);
        }
        let guard =
            if url.scheme() == "http" { Self::listed_only(self.allowed.clone()) } else { self.clone() };
        match url.host() {
            Some(host) if guard.permits_host(&host) => Ok(url),
            Some(_) => Err(BadTarget::NotPublic),
            None => Err(BadTarget::NotUrl),
        }
    }

    /// Reads the name or the address of a server.
    pub fn check_host(&self, text: &str) -> Result<Host, BadTarget> {
        let host = match text.parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) => Host::Ipv4(ip),
            Ok(IpAddr::V6(ip)) => Host::Ipv6(ip),
            Err(_) => Host::parse(text.trim_end_matches('.')).map_err(|_| BadTarget::NotHost)?,
        };
        if self.permits_host(&host) { Ok(host) } else { Err(BadTarget::NotPublic) }
    }

    /// What can be known without asking DNS.
    fn permits_host(&self, host: &Host<impl AsRef<str>>) -> bool {
        match host {
            Host::Ipv4(ip) => self.permits((*ip).into()),
            Host::Ipv6(ip) => self.permits((*ip).into()),
            Host::Domain(name) => !self.allowed.is_empty() || !is_internal_name(name.as_ref()),
        }
    }

    /// Whether a connection to this address may be opened.
    pub fn permits(&self, ip: IpAddr) -> bool {
        if self.allowed.iter().any(|network| network.contains(&ip.to_canonical())) {
            return true;
        }
        !self.listed_only && networks::is_public(ip)
    }
}

/// Names that never lead to a public address, whatever this machine's resolver says.
fn is_internal_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    matches!(last, "localhost" | "local" | "internal" | "localdomain" | "home" | "lan" | "intranet")
        || !name.contains('.')
}

#[cfg(test)]
mod tests;
