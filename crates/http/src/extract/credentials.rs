//! How a client says who it is, and proves it: parameters, HTTP Basic (RFC 6749 section 2.3.1) or a
//! signed assertion (RFC 7523). Whether the proof holds is the rules' affair.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{HeaderMap, header};
use latchkey_core::flow::authenticate_client::{ClientCredentials, ClientProof};
use latchkey_core::model::ClientId;
use latchkey_wire::token::CLIENT_ASSERTION_JWT_BEARER;
use latchkey_wire::{Params, Secret};
use serde_json::Value;

use super::text::is_name;

/// Why a request names no client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadCredentials {
    Missing,
    /// No client can have this id.
    Unknown,
    NotText {
        name: &'static str,
    },
    /// The `Authorization` header is not what RFC 7617 describes.
    MalformedBasic,
    TwoMethods,
    /// The header and the body name different clients.
    Mismatch,
    AssertionType,
}

pub fn read(headers: &HeaderMap, params: &Params) -> Result<ClientCredentials, BadCredentials> {
    let named = text(params, "client_id")?;
    let secret = text(params, "client_secret")?;
    let assertion = assertion(params)?;
    let basic = basic(headers)?;
    let methods =
        usize::from(secret.is_some()) + usize::from(assertion.is_some()) + usize::from(basic.is_some());
    if let (Some(named), Some((user, _))) = (named, &basic)
        && named != user
    {
        return Err(BadCredentials::Mismatch);
    }
    if methods > 1 {
        return Err(BadCredentials::TwoMethods);
    }
    if let Some((user, password)) = basic {
        return Ok(ClientCredentials { id: client(&user)?, proof: ClientProof::Secret(password) });
    }
    if let Some(assertion) = assertion {
        let subject = match named {
            Some(named) => named.to_owned(),
            None => subject(assertion).ok_or(BadCredentials::Missing)?,
        };
        let proof = ClientProof::Assertion(Secret::new(assertion));
        return Ok(ClientCredentials { id: client(&subject)?, proof });
    }
    let id = client(named.ok_or(BadCredentials::Missing)?)?;
    let proof = secret.map_or(ClientProof::None, |secret| ClientProof::Secret(Secret::new(secret)));
    Ok(ClientCredentials { id, proof })
}

fn client(text: &str) -> Result<ClientId, BadCredentials> {
    if is_name(text) { Ok(ClientId::from(text)) } else { Err(BadCredentials::Unknown) }
}

fn text<'p>(params: &'p Params, name: &'static str) -> Result<Option<&'p str>, BadCredentials> {
    params.optional(name).map_err(|_| BadCredentials::NotText { name })
}

fn assertion(params: &Params) -> Result<Option<&str>, BadCredentials> {
    let kind = text(params, "client_assertion_type")?;
    match (text(params, "client_assertion")?, kind) {
        (None, None) => Ok(None),
        (Some(assertion), Some(CLIENT_ASSERTION_JWT_BEARER)) => Ok(Some(assertion)),
        _ => Err(BadCredentials::AssertionType),
    }
}

/// User and password of the Basic scheme. Another scheme (an SDK may send a Bearer token along) is
/// not about the client.
fn basic(headers: &HeaderMap) -> Result<Option<(String, Secret)>, BadCredentials> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let malformed = BadCredentials::MalformedBasic;
    if values.next().is_some() {
        return Err(malformed);
    }
    let value = value.to_str().map_err(|_| malformed)?;
    let (scheme, encoded) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let decoded = BASE64.decode(encoded.trim().as_bytes()).map_err(|_| malformed)?;
    let decoded = String::from_utf8(decoded).map_err(|_| malformed)?;
    let (user, password) = decoded.split_once(':').ok_or(malformed)?;
    let (user, password) = (unescape(user).ok_or(malformed)?, unescape(password).ok_or(malformed)?);
    if user.is_empty() {
        return Err(malformed);
    }
    Ok(Some((user, Secret::new(password))))
}

/// Undoes `application/x-www-form-urlencoded`, which RFC 6749 wants inside Basic.
fn unescape(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return Some(text.to_owned());
    }
    // Parsed as the name of a pair without `=` and `&`, of which there are none once escaped.
    let text = text.replace('=', "%3D").replace('&', "%26");
    let (name, _) = form_urlencoded::parse(text.as_bytes()).next()?;
    (!name.contains('\u{fffd}')).then(|| name.into_owned())
}

/// Whom an assertion is about: used only to find the key that it must verify with.
fn subject(assertion: &str) -> Option<String> {
    let payload = assertion.split('.').nth(1)?;
    let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(authorization: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !authorization.is_empty() {
            headers.insert(header::AUTHORIZATION, authorization.parse().unwrap());
        }
        headers
    }

    fn read_both(authorization: &str, form: &str) -> Result<ClientCredentials, BadCredentials> {
        read(&headers(authorization), &Params::from_form(form.as_bytes()).unwrap())
    }

    /// P-013
    #[test]
    fn basic_credentials_are_form_decoded() {
        let encoded = BASE64.encode(b"my%20client:p%3Ass%2Bword");
        let found = read_both(&format!("Basic {encoded}"), "").unwrap();
        assert_eq!(found.id.as_str(), "my client");
        assert!(matches!(found.proof, ClientProof::Secret(secret) if secret.expose() == "p:ss+word"));
    }

    #[test]
    fn a_basic_header_that_is_none_is_malformed() {
        for bad in ["Basic !!!", "Basic YWJj", "Basic //46//4=", "Basic", "basic OnNlY3JldA=="] {
            assert_eq!(read_both(bad, "client_id=a").unwrap_err(), BadCredentials::MalformedBasic, "{bad}");
        }
    }

    #[test]
    fn one_method_at_a_time() {
        let basic = format!("Basic {}", BASE64.encode(b"a:b"));
        assert_eq!(read_both(&basic, "client_secret=b").unwrap_err(), BadCredentials::TwoMethods);
        assert_eq!(read_both(&basic, "client_id=other").unwrap_err(), BadCredentials::Mismatch);
        assert!(read_both(&basic, "client_id=a").is_ok());
    }

    #[test]
    fn an_assertion_names_its_client() {
        let payload = BASE64URL_NOPAD.encode(br#"{"sub":"machine"}"#);
        let form =
            format!("client_assertion=e30.{payload}.x&client_assertion_type={CLIENT_ASSERTION_JWT_BEARER}");
        assert_eq!(read_both("", &form).unwrap().id.as_str(), "machine");
        assert_eq!(read_both("", "client_assertion=a.b.c").unwrap_err(), BadCredentials::AssertionType);
    }

    #[test]
    fn ids_that_cannot_exist_are_unknown() {
        assert_eq!(read_both("", "client_id=a%00").unwrap_err(), BadCredentials::Unknown);
        assert_eq!(read_both("", "").unwrap_err(), BadCredentials::Missing);
    }
}
