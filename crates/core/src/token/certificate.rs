//! Certificates of the keys that sign tokens: self-signed, for tools that want the key in that form. Made when
//! they are asked for, the same each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use data_encoding::{BASE64, HEXUPPER};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ED25519, PKCS_RSA_SHA256, SerialNumber,
};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{KeyId, SigningAlgorithm, SigningKey};

/// Seconds that a certificate holds: ten years, more than any key's turn.
const LIFE: i64 = 10 * 365 * 86_400;

/// Texts as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub cert: String,
    /// The same in an envelope of PKCS #7.
    pub pkcs7: String,
    /// The SHA-1 of the certificate, as `AB:CD:…`.
    pub fingerprint: String,
    /// The same as hex digits.
    pub thumbprint: String,
}

/// Those that were made so far.
#[derive(Default)]
pub struct Certificates(Mutex<HashMap<KeyId, Arc<Certificate>>>);

impl Engine {
    /// `None` for keys whose signatures differ from time to time: their certificate would, too.
    pub fn certificate(&self, key: &SigningKey) -> Result<Option<Arc<Certificate>>, Fault> {
        let algorithm = match key.alg {
            SigningAlgorithm::RS256 => &PKCS_RSA_SHA256,
            SigningAlgorithm::EdDSA => &PKCS_ED25519,
            SigningAlgorithm::ES256 | SigningAlgorithm::HS256 => return Ok(None),
        };
        let made = || self.keys.certificates.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made().get(&key.id) {
            return Ok(Some(Arc::clone(known)));
        }
        let der = self.vault.open_sealed(&SigningKey::context(&key.id), &key.private)?;
        let fault = |error: rcgen::Error| Fault::Signing(format!("no certificate: {error}"));
        let text = Zeroizing::new(pem("PRIVATE KEY", &der));
        let pair = KeyPair::from_pem_and_sign_algo(&text, algorithm).map_err(fault)?;
        let signed = self.unsigned(key)?.self_signed(&pair).map_err(fault)?;
        let certificate = Arc::new(Certificate::of(signed.der()));
        made().insert(key.id.clone(), Arc::clone(&certificate));
        Ok(Some(certificate))
    }

    fn unsigned(&self, key: &SigningKey) -> Result<CertificateParams, Fault> {
        let fault = |_| Fault::Signing(String::from("no certificate: the key has no sound time"));
        let at = |seconds: i64| OffsetDateTime::from_unix_timestamp(seconds).map_err(fault);
        let mut params = CertificateParams::default();
        params.not_before = at(key.created_at.0)?;
        params.not_after = at(key.created_at.plus(LIFE).0)?;
        // Positive, and no longer than RFC 5280 section 4.1.2.2 allows.
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, key.id.as_str().as_bytes());
        let serial: Vec<u8> = std::iter::once(1).chain(hash.as_ref().iter().take(15).copied()).collect();
        params.serial_number = Some(SerialNumber::from(serial));
        let mut name = DistinguishedName::new();
        let issuer = url::Url::parse(&self.settings.issuer).ok();
        let host = issuer.as_ref().and_then(url::Url::host_str).unwrap_or("latchkey");
        name.push(DnType::CommonName, host);
        params.distinguished_name = name;
        Ok(params)
    }
}

impl Certificate {
    fn of(der: &[u8]) -> Self {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, der);
        let pairs: Vec<String> = hash.as_ref().iter().map(|byte| HEXUPPER.encode(&[*byte])).collect();
        Self {
            cert: pem("CERTIFICATE", der),
            pkcs7: pem("PKCS7", &enveloped(der)),
            fingerprint: pairs.join(":"),
            thumbprint: pairs.concat(),
        }
    }
}

/// RFC 2315 section 9.1, with the certificate and nothing that is signed.
fn enveloped(certificate: &[u8]) -> Vec<u8> {
    /// 1.2.840.113549.1.7.2, signed data.
    const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    /// A sequence of 1.2.840.113549.1.7.1, data.
    const NO_DATA: [u8; 13] = [0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    const VERSION_1: [u8; 3] = [0x02, 0x01, 0x01];
    const EMPTY_SET: [u8; 2] = [0x31, 0x00];
    let inner = [&VERSION_1[..], &EMPTY_SET, &NO_DATA, &tagged(0xa0, certificate), &EMPTY_SET].concat();
    let content = tagged(0xa0, &tagged(0x30, &inner));
    tagged(0x30, &[&SIGNED_DATA[..], &content].concat())
}

/// Tag, length and content (X.690 section 8.1).
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let short: Vec<u8> = length.iter().copied().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match (content.len(), u8::try_from(content.len())) {
        (0..=127, Ok(length)) => out.push(length),
        _ => {
            out.push(0x80 | u8::try_from(short.len()).unwrap_or_default());
            out.extend(short);
        }
    }
    out.extend(content);
    out
}

/// RFC 7468, with lines of 64 characters.
fn pem(label: &str, der: &[u8]) -> String {
    let body = Zeroizing::new(BASE64.encode(der));
    let mut text = format!("-----BEGIN {label}-----\n");
    for (index, letter) in body.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push_str(&format!("\n-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_holds_the_certificate_and_says_its_lengths() {
        let certificate = vec![7; 300];
        let envelope = enveloped(&certificate);
        assert_eq!(envelope.get(..4), Some(&[0x30, 0x82, 0x01, 0x57][..]));
        assert_eq!(envelope.len(), 4 + 0x157);
        assert!(envelope.windows(300).any(|part| part == certificate));
        assert_eq!(tagged(0x30, &[0; 127]).get(..2), Some(&[0x30, 127][..]));
        assert_eq!(tagged(0x30, &[0; 128]).get(..3), Some(&[0x30, 0x81, 128][..]));
    }
}
