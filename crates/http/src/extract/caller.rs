//! Who is calling, as far as the connection and its headers tell.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use latchkey_core::Caller;

use super::proxies::TrustedProxies;
use super::text::is_hidden;
use crate::error::{self, OauthError};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const CLAIMED_FOR: HeaderName = HeaderName::from_static("auth0-forwarded-for");
const REQUEST_LANGUAGE: HeaderName = HeaderName::from_static("x-request-language");

/// Longest header text that is kept.
const MAX_TEXT: usize = 512;

/// Reads the caller. Fails only on an `auth0-forwarded-for` that is no IP address (S-017).
pub fn read(parts: &Parts, proxies: &TrustedProxies) -> Result<Caller, OauthError> {
    let forwarded_for = match parts.headers.get(CLAIMED_FOR) {
        None => None,
        Some(value) => Some(claimed(value.to_str().unwrap_or_default()).ok_or_else(error::forwarded_for)?),
    };
    Ok(Caller { forwarded_for, ..of_browser(parts, proxies) })
}

/// Reads the caller of a page, who speaks for nobody else.
pub fn of_browser(parts: &Parts, proxies: &TrustedProxies) -> Caller {
    let headers = &parts.headers;
    Caller {
        ip: address(parts, proxies),
        forwarded_for: None,
        user_agent: text(headers, header::USER_AGENT),
        request_language: text(headers, REQUEST_LANGUAGE),
        accept_language: text(headers, header::ACCEPT_LANGUAGE),
        origin: text(headers, header::ORIGIN),
    }
}

/// The caller's address: the socket's, or what trusted proxies say.
pub fn address(parts: &Parts, proxies: &TrustedProxies) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
    if !proxies.contains(peer) {
        return peer.to_canonical();
    }
    let lines = parts.headers.get_all(FORWARDED_FOR).iter();
    let hops: Vec<&str> = lines.flat_map(|line| line.to_str().unwrap_or("?").split(',')).collect();
    proxies.origin(peer, hops.into_iter())
}

fn claimed(text: &str) -> Option<IpAddr> {
    text.trim().parse().ok()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty() && text.len() <= MAX_TEXT && !text.chars().any(is_hidden)).then(|| text.to_owned())
}

/// A trusted proxy says that it was reached over TLS.
pub fn forwarded_proto_is_https(parts: &Parts, proxies: &TrustedProxies) -> bool {
    let Some(value) = parts.headers.get(FORWARDED_PROTO) else { return false };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    value.as_bytes().eq_ignore_ascii_case(b"https")
        && peer.is_some_and(|ConnectInfo(peer)| proxies.contains(peer.ip()))
}
