//! Where the server is.

use http::Uri;
use http::uri::Authority;

/// The server that a client speaks to: `login.example.com`, or a URL with nothing after its port.
///
/// Plain HTTP is for this machine only, as while developing.
///
/// ```
/// use latchkey_client::Domain;
///
/// let domain: Domain = "login.example.com".parse()?;
/// assert_eq!(domain.issuer(), "https://login.example.com/");
/// assert!("http://login.example.com".parse::<Domain>().is_err());
/// assert!("http://127.0.0.1:3000".parse::<Domain>().is_ok());
/// # Ok::<(), latchkey_client::BadDomain>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Scheme, host and port, without a slash at the end.
    base: String,
    host: String,
}

/// A text that names no server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDomain {
    /// Not a host name, nor a URL of one.
    #[error("the domain is not a host name, nor a URL of one")]
    Malformed,
    /// There is more than a server in it.
    #[error("the domain must not have a path, a query or a user name")]
    TooMuch,
    /// A server elsewhere without TLS.
    #[error("only a server on this machine may be spoken to without TLS")]
    NotHttps,
}

impl Domain {
    /// `https://login.example.com/`: who signs the tokens, unless it is told otherwise.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}/", self.base)
    }

    /// The name without a port, in lower case.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

impl std::str::FromStr for Domain {
    type Err = BadDomain;

    fn from_str(text: &str) -> Result<Self, BadDomain> {
        let text = text.trim();
        let uri: Uri = match text.contains("://") {
            true => text.parse().map_err(|_| BadDomain::Malformed)?,
            false => format!("https://{text}").parse().map_err(|_| BadDomain::Malformed)?,
        };
        let authority = uri.authority().ok_or(BadDomain::Malformed)?;
        if authority.as_str().contains('@') || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(BadDomain::TooMuch);
        }
        let host = authority.host().to_ascii_lowercase();
        if host.is_empty() || has_bad_port(authority) {
            return Err(BadDomain::Malformed);
        }
        let scheme = match uri.scheme_str() {
            Some("https") => "https",
            Some("http") if is_this_machine(&host) => "http",
            Some("http") => return Err(BadDomain::NotHttps),
            _ => return Err(BadDomain::Malformed),
        };
        let port = authority.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self { base: format!("{scheme}://{host}{port}"), host })
    }
}

impl std::fmt::Display for Domain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.base)
    }
}

/// `host:` and `host:99999` parse as authorities.
fn has_bad_port(authority: &Authority) -> bool {
    authority.as_str().len() != authority.host().len() && authority.port_u16().is_none()
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_a_port_and_a_url_name_the_same_server() {
        for text in ["Login.Example.com", "https://login.example.com", " https://login.example.com/ "] {
            assert_eq!(text.parse::<Domain>().unwrap().url("/x"), "https://login.example.com/x", "{text}");
        }
        assert_eq!("localhost:3443".parse::<Domain>().unwrap().issuer(), "https://localhost:3443/");
        assert_eq!("http://[::1]:3000".parse::<Domain>().unwrap().issuer(), "http://[::1]:3000/");
    }

    #[test]
    fn what_is_more_than_a_server_is_refused() {
        for text in ["https://a.example/b", "https://a.example/?b", "https://me@a.example", "a.example/b"] {
            assert_eq!(text.parse::<Domain>(), Err(BadDomain::TooMuch), "{text}");
        }
        for text in ["", "https://", "ftp://a.example", "a b", "a.example:99999", "a.example:", ":443"] {
            assert_eq!(text.parse::<Domain>(), Err(BadDomain::Malformed), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        for text in ["http://localhost:3000", "http://app.localhost", "http://127.9.9.9"] {
            assert!(text.parse::<Domain>().is_ok(), "{text}");
        }
        for text in ["http://example.com", "http://127.0.0.1.example.com", "http://localhost.example.com"] {
            assert_eq!(text.parse::<Domain>(), Err(BadDomain::NotHttps), "{text}");
        }
    }
}
