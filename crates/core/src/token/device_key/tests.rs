use data_encoding::BASE64;
use serde_json::json;

use super::*;
use crate::model::UserId;

/// A key of 1024 bits, as OpenSSL made it: PKCS#1, then the same as SubjectPublicKeyInfo.
const PKCS1: &str = "\
    MIGJAoGBAM67QCjcOpV1eR8w6F9TeQNgq+lMYNuONvZPVXlYueH+Y2PCOYfduMK5y0C6pcDnt+amAc0gqU19EBSmvBQsq+Qpj5q9\
    Tt6K9uElApDQaDuiDRfEEpTuijGHUmX9X1lCUoyQKpiTu0BXsVTcZdVOPe67tarFX/C+4ff5+/qprnwtAgMBAAE=";
const SPKI: &str = "\
    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDOu0Ao3DqVdXkfMOhfU3kDYKvpTGDbjjb2T1V5WLnh/mNjwjmH3bjCuctAuqXA\
    57fmpgHNIKlNfRAUprwULKvkKY+avU7eivbhJQKQ0Gg7og0XxBKU7ooxh1Jl/V9ZQlKMkCqYk7tAV7FU3GXVTj3uu7WqxV/wvuH3\
    +fv6qa58LQIDAQAB";
/// As OpenSSL digests the first.
const FINGERPRINT: &str = "A3:1D:AA:82:51:B1:EB:2E:DE:22:26:9F:FF:9D:C4:A2";
/// Signed by it.
const JWT: &str = "\
    eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ4IiwiZGV2aWNlIjoiQW5hJ3MgaVBob25lIiwiaWF0IjoxNDE3Mzk\
    yMDAwLCJleHAiOjE0MTczOTIwMzAsImlzcyI6ImF1dGgwfDEifQ.Z-\
    ln5NZngv8dEV9iiRjNdqLXsZQlsdFzRA1WPTQugAJYvBIWH0LCsNWnwfcTr-El0fIjFTVW6pZmmJPxQrvPaD9PQY0QQAxU8Fq4tB\
    fxrnm8FDV9b3NkYY_PhkGr_VVRpi2YG20A5rGn2fT3CteUpRJN3B-KbjYIQgvjsOu18vM";
const BITS_512: &str = "\
    MEgCQQCtvAaYfdlt3eNH38+1hID+mRpAd+fxpt/cKM+mihkuPnk6BXRB8nUY0/ZL7zVwxfC+20bUy5r88eahAOtsskyTAgMBAAE=";
const BITS_5120: &str = "\
    MIICigKCAoEA5RtGSnAGu/tic6CDnFRB7XKL7XpRHc2CYP8MIS3+rGc3GmwuIbCz2cReY2sMgYtUF/RtUA8IzGZc8LHg7ECiSPw6\
    1Sxt1JynJPwSL+pE+Qw2GYI2hnM43KL6eE/2Sjvk2zbQQqNUU/gryuxXOIgJqI6hl1tjdzLb2y9qA9cJXlg7zXhFXTEM0SYp5lPK\
    bZeeFuaHtA0waPBw+H36J5lyA8XdTuEKtgCPHeAxMzkTujUlhiYY488t03v2jbm08kWtcpjRtlJcAz9U2JA+1OgzUpG3I0dq6dfk\
    NfGAs5EyI/Teq+FQ6IPZSWBwc9tiS07BunfJ9+dFiD9IpYeK/0XVCc6g4OQkJNXSpDAD+nUyYZuB84EnvD/WDZDGuyaMkFBJ0n09\
    WAqUzABPe4Lqy45flN1/i3IPPMdBZm8mFUwu+0++QnakO+uIdkKzco6TrDztfe0emOafl/riAPJWjwX78lYCQhfMRt2VJ/+zbDi4\
    APltLBDBxBMrYNYrzAGO9y41084WUOft9JrzObpXNJssTSHO4snZCNbv49RHcq+IUziWRGdX53UGWj37cQq+P5rG85Lvn6mwAqG9\
    ZB4BrXLfR6NT5Qum7pe8EvbqQmNCaxC2/DQ+ypRxjdHcUnhmkcL9ECtja4Le9c5KsiSdaESALgPztGNfLhPykk6LKGBuU7nwj0dS\
    lUZkQDtM4kV8l2U2D9Ir4cbPbp90rccPHXA/q+Wn0LupBKeyAJNnmyOeJySUkFL1fqedzkYe1x4fS6XgBvSHBOWTqRhAp2ZsPVop\
    BjqlS3v2MGhWDq/tz6t+8XkH0HLolS3XYqNtQlWUGOIJ478nd6NKaqmvNW8RZ7GhXQIDAQAB";
const EXPONENT_3: &str = "\
    MIIBCAKCAQEAt33aId1VPu8eK3NlybmUv1a2NHjhPVgOSwq1ywMUwEFRNf5RWhhIWsWtJGzGjt+VBgB2PbddQQUCDMrIoclgiO8m\
    lkWuZ8x3rn3bkaG0wY1+9iByLXmgRCCw4Pnl9jWE9fwcQbkrZrbmvjrbT9ZdALsxvPC3LaTa4WhKQrLCM0rZF7cjqVbNVNew1w0l\
    Z6Pe2f8bsfrOKL8mWy0W+z/oTCPHcXJl8rbTRI+6vlTk1GxXThyUJGDaRp5CbR1Kq9qzjVKA7CX+44k20Uv3t7FCAYrc81/OxKIM\
    MqgLNjkTYPwL8Fp5HjzwtcUSHumw+/GMB3sIT/HAJWz1NC3MWcr7/QIBAw==";
const P256: &str = "\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEvBFiFKZcV5imPQoXnhGPuyVoZydxjcu4K6nA05B3c+LFpyx3Lz7kLhXv7cli/wtH\
    fchDsAWEXON5YIXVY46aZg==";

fn pem(label: &str, body: &str, end: &str) -> String {
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----{end}{}{end}-----END {label}-----{end}", lines.join(end))
}

/// P-160: the old API takes the text with its carriage returns, the new one the base64 of it.
#[test]
fn a_key_is_read_in_every_form_that_a_device_may_send() {
    let old = pem("RSA PUBLIC KEY", PKCS1, "\r");
    let key = RsaKey::read(&old).unwrap();
    assert_eq!((key.bits, key.der.clone()), (1024, BASE64.decode(PKCS1.as_bytes()).unwrap()));
    assert_eq!(key.fingerprint(), FINGERPRINT);
    for text in [
        BASE64.encode(old.as_bytes()),
        pem("RSA PUBLIC KEY", PKCS1, "\r\n"),
        pem("PUBLIC KEY", SPKI, "\n"),
        BASE64.encode(pem("PUBLIC KEY", SPKI, "\n").as_bytes()),
        PKCS1.to_owned(),
        SPKI.to_owned(),
    ] {
        assert_eq!(RsaKey::read(&text), Ok(key.clone()), "{text}");
    }
    assert_eq!(RsaKey::from_stored(&key.der), Some(key));
}

/// S-063, S-054
#[test]
fn what_is_no_sound_rsa_key_is_refused() {
    for (text, bad) in [
        (String::new(), BadDeviceKey::NotRsa),
        ("not base64 !!".into(), BadDeviceKey::Unreadable),
        ("AAAA".into(), BadDeviceKey::NotRsa),
        (P256.into(), BadDeviceKey::NotRsa),
        (pem("PUBLIC KEY", P256, "\n"), BadDeviceKey::NotRsa),
        (pem("RSA PRIVATE KEY", PKCS1, "\n"), BadDeviceKey::NotRsa),
        (pem("RSA PUBLIC KEY", PKCS1, "\n").replace("END RSA", "END"), BadDeviceKey::Unreadable),
        (format!("{}{}", pem("RSA PUBLIC KEY", PKCS1, "\n"), "more"), BadDeviceKey::Unreadable),
        (pem("RSA PUBLIC KEY", "!!!!", "\n"), BadDeviceKey::Unreadable),
        (BITS_512.into(), BadDeviceKey::Size),
        (BITS_5120.into(), BadDeviceKey::Size),
        (EXPONENT_3.into(), BadDeviceKey::Size),
        ("A".repeat(9000), BadDeviceKey::Unreadable),
    ] {
        assert_eq!(RsaKey::read(&text), Err(bad), "{text:.80}");
    }
}

/// P-164
#[test]
fn a_signature_of_openssl_is_proved() {
    let key = RsaKey::read(PKCS1).unwrap();
    let claims = claims_unproved(JWT).unwrap();
    assert_eq!((claims.iss.as_str(), claims.iat, claims.exp), ("auth0|1", 1_417_392_000, 1_417_392_030));
    assert!(is_signed_by(JWT, &key));
    let (message, signature) = JWT.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    for forged in [
        format!("{header}.{payload}A.{signature}"),
        format!("{message}.A{}", &signature[1..]),
        format!("{message}.{signature}="),
        format!("{message}."),
        message.to_owned(),
        String::new(),
    ] {
        assert!(!is_signed_by(&forged, &key), "{forged}");
    }
}

/// P-166, S-065
#[test]
fn a_header_of_anything_but_rs256_is_no_jwt_of_a_device() {
    let jwt = |header: serde_json::Value, claims: &str| {
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        format!("{}.{}.AAAA", part(&header.to_string()), part(claims))
    };
    let claims = r#"{"iss":"auth0|1","iat":1,"exp":2}"#;
    assert!(claims_unproved(&jwt(json!({"alg": "RS256"}), claims)).is_some());
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "None", "typ": "JWT"}),
        json!({"alg": "HS256"}),
        json!({"alg": "ES256"}),
        json!({"alg": "PS256"}),
        json!({"alg": "RS512"}),
        json!({"alg": ["RS256"]}),
        json!({"typ": "JWT"}),
        json!({"alg": "RS256", "typ": "logout+jwt"}),
        json!({"alg": "RS256", "crit": ["exp"]}),
    ] {
        assert_eq!(claims_unproved(&jwt(header.clone(), claims)), None, "{header}");
    }
    for claims in [
        "{}",
        r#"{"iss":1,"iat":1,"exp":2}"#,
        r#"{"iss":"a","exp":2}"#,
        r#"{"iss":"a","iat":1}"#,
        r#"{"iss":"a","iss":"b","iat":1,"exp":2}"#,
        "[]",
    ] {
        assert_eq!(claims_unproved(&jwt(json!({"alg": "RS256"}), claims)), None, "{claims}");
    }
}

#[test]
fn fingerprints_are_told_from_other_subjects() {
    assert!(is_fingerprint(FINGERPRINT) && is_fingerprint(&FINGERPRINT.to_lowercase()));
    for other in ["", "auth0|1", &FINGERPRINT[1..], &FINGERPRINT.replace(':', "-"), &"::".repeat(24)] {
        assert!(!is_fingerprint(other), "{other}");
    }
}

/// S-064: of one signed message there is one mark, however its signature is spelt.
#[test]
fn a_jwt_is_known_again_by_what_was_signed() {
    let (one, other) = (UserId::from("auth0|1"), UserId::from("auth0|2"));
    let (message, _) = JWT.rsplit_once('.').unwrap();
    assert_eq!(assertion_mark(JWT, &one), assertion_mark(&format!("{message}.x"), &one));
    assert_ne!(assertion_mark(JWT, &one), assertion_mark(JWT, &other));
}
