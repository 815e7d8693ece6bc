//! What the log tells of a request: its address, and what its headers say (management 1.7).

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use data_encoding::{BASE64URL_NOPAD, Encoding};
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use latchkey_core::trace::{MAX_CORRELATION_ID, MAX_USER_AGENT, RequestTrace, cleaned, sdk};
use serde_json::Value;

use super::caller;
use super::proxies::TrustedProxies;

const AUTH0_CLIENT: HeaderName = HeaderName::from_static("auth0-client");
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
/// Most bytes of a header that is decoded; what an SDK says of itself takes a tenth of them.
const MAX_ENCODED: usize = 2048;

/// Never fails: what cannot be read is not told.
pub fn read(parts: &Parts, proxies: &TrustedProxies) -> RequestTrace {
    // A command of this machine has no address.
    let from_network = parts.extensions.get::<ConnectInfo<SocketAddr>>().is_some();
    RequestTrace {
        client_ip: from_network.then(|| caller::address(parts, proxies).to_string()),
        user_agent: text(&parts.headers, header::USER_AGENT, MAX_USER_AGENT),
        auth0_client: parts.headers.get(AUTH0_CLIENT).and_then(|value| decoded(value.as_bytes())),
        correlation_id: text(&parts.headers, CORRELATION_ID, MAX_CORRELATION_ID),
        ..RequestTrace::default()
    }
}

fn text(headers: &HeaderMap, name: HeaderName, most: usize) -> Option<String> {
    cleaned(headers.get(name)?.to_str().ok()?, most)
}

/// SDKs write Base64 of either alphabet, with padding or without.
fn decoded(encoded: &[u8]) -> Option<Value> {
    const ALPHABET: &Encoding = &BASE64URL_NOPAD;
    let letter = |byte: &u8| match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => *other,
    };
    let encoded = encoded.trim_ascii();
    let encoded: Vec<u8> =
        encoded.iter().filter(|byte| **byte != b'=').take(MAX_ENCODED + 1).map(letter).collect();
    if encoded.len() > MAX_ENCODED {
        return None;
    }
    sdk(&serde_json::from_slice(&ALPHABET.decode(&encoded).ok()?).ok()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// M-033
    #[test]
    fn what_an_sdk_says_of_itself_is_read_in_every_base64() {
        let told = json!({"name": "auth0-swift>>>???", "version": "2.7", "env": {"swift": "5.x"}});
        let text = told.to_string();
        for encoding in
            [data_encoding::BASE64, data_encoding::BASE64URL, data_encoding::BASE64_NOPAD, BASE64URL_NOPAD]
        {
            assert_eq!(decoded(encoding.encode(text.as_bytes()).as_bytes()), Some(told.clone()));
        }
        let long = data_encoding::BASE64.encode(json!({"name": "x".repeat(4000)}).to_string().as_bytes());
        for junk in ["", "e30", "!", "bm8", long.as_str()] {
            assert_eq!(decoded(junk.as_bytes()), None, "{junk}");
        }
    }
}
