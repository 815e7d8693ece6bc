//! Who is on the other end of a request, as far as the connection and its headers tell.

use std::net::IpAddr;

#[derive(Clone, Debug)]
pub struct Caller {
    /// The socket's peer, or what a trusted proxy says it is.
    pub ip: IpAddr,
    /// The end user's address that a client claims in `auth0-forwarded-for`. Believed only for
    /// clients that proved their secret and have the trust switch on.
    pub forwarded_for: Option<IpAddr>,
    pub user_agent: Option<String>,
    /// `X-Request-Language`, raw.
    pub request_language: Option<String>,
    /// `Accept-Language`, raw.
    pub accept_language: Option<String>,
    pub origin: Option<String>,
}

impl Caller {
    /// Someone at `ip` with no headers.
    pub fn at(ip: IpAddr) -> Self {
        Self {
            ip,
            forwarded_for: None,
            user_agent: None,
            request_language: None,
            accept_language: None,
            origin: None,
        }
    }

    /// The raw language text that templates see: `X-Request-Language` wins (P-047).
    pub fn language(&self) -> Option<&str> {
        self.request_language.as_deref().or(self.accept_language.as_deref())
    }
}
