//! Which peers are proxies that may say whom they speak for (S-161).

use std::net::IpAddr;

use ipnet::IpNet;

/// Networks whose `X-Forwarded-*` headers are believed. Empty: nobody's.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// A text that is no network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadNetwork(pub String);

impl std::fmt::Display for BadNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is neither an IP address nor a network like 10.0.0.0/8", self.0)
    }
}

impl std::error::Error for BadNetwork {}

impl TrustedProxies {
    /// Reads addresses and networks in CIDR notation.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, BadNetwork> {
        let network = |text: &T| {
            let text = text.as_ref().trim();
            let address = || text.parse::<IpAddr>().map(IpNet::from);
            text.parse::<IpNet>().or_else(|_| address()).map_err(|_| BadNetwork(text.to_owned()))
        };
        texts.iter().map(network).collect::<Result<_, _>>().map(Self)
    }

    pub fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|network| network.contains(&ip))
    }

    /// Who is behind `peer`: the right-most hop of the forwarding chain that is no proxy of ours.
    /// What stands left of that hop was written by strangers.
    pub(crate) fn origin<'a>(&self, peer: IpAddr, chain: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut ip = peer.to_canonical();
        for hop in chain.rev() {
            if !self.contains(ip) {
                break;
            }
            match hop_address(hop.trim()) {
                Some(address) => ip = address.to_canonical(),
                None => break,
            }
        }
        ip
    }
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn hop_address(text: &str) -> Option<IpAddr> {
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
        return Some(socket.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(peer: &str, chain: &str) -> String {
        let proxies = TrustedProxies::parse(&["10.0.0.0/8", "2001:db8::/32"]).unwrap();
        proxies.origin(peer.parse().unwrap(), chain.split(',')).to_string()
    }

    /// S-161
    #[test]
    fn the_right_most_hop_that_is_no_proxy_counts_and_forged_ones_do_not() {
        for (peer, chain, expected) in [
            ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
            ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
            ("10.0.0.1", "[2001:db9::1]:4711", "2001:db9::1"),
            ("10.0.0.1", "[2001:db9::1]", "2001:db9::1"),
            ("10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ] {
            assert_eq!(origin(peer, chain), expected, "{peer} {chain}");
        }
    }

    #[test]
    fn a_text_that_is_no_network_is_named() {
        let bad = TrustedProxies::parse(&["10.0.0.1", "ten"]).unwrap_err();
        assert!(bad.to_string().contains("\"ten\""));
    }
}
