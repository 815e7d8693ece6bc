//! A certificate authority of this machine's own, and the certificate of the development server.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;

use super::Folder;
use crate::wiring::write_secret;

const NAMES: [&str; 4] = ["localhost", "*.localhost", "127.0.0.1", "::1"];
/// Days that certificates are valid; the longest that browsers accept of a server.
const DAYS: i64 = 825;

/// The files of the authority and of the server.
pub struct Authority {
    ca_file: PathBuf,
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl Authority {
    /// For clients to trust.
    pub fn ca_file(&self) -> PathBuf {
        self.ca_file.clone()
    }

    pub fn acceptor(&self) -> Result<TlsAcceptor> {
        acceptor(&self.chain, &self.key)
    }
}

/// The folder's authority, made when it is missing or near its end.
pub fn open(folder: &Folder) -> Result<Authority> {
    let (ca_file, chain_file, key_file) =
        (folder.file("ca.pem"), folder.file("server.pem"), folder.file("server.key.pem"));
    if !is_fresh(&chain_file) {
        make(folder)?;
    }
    let chain =
        std::fs::read(&chain_file).with_context(|| format!("cannot read {}", chain_file.display()))?;
    let key = std::fs::read(&key_file).with_context(|| format!("cannot read {}", key_file.display()))?;
    Ok(Authority { ca_file, chain, key })
}

/// Made within the last 800 days.
fn is_fresh(file: &std::path::Path) -> bool {
    let age = file.metadata().and_then(|meta| meta.modified()).ok().and_then(|made| made.elapsed().ok());
    age.is_some_and(|age| age.as_secs() < 800 * 86_400)
}

#[expect(
    clippy::disallowed_methods,
    reason = "certificates are dated by the machine's clock, before there is an engine"
)]
fn make(folder: &Folder) -> Result<()> {
    for name in ["ca.pem", "ca.key.pem", "server.pem", "server.key.pem"] {
        // Absent already, most likely.
        let _ = std::fs::remove_file(folder.file(name));
    }
    let now = OffsetDateTime::from(std::time::SystemTime::now());
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, "Latchkey development authority");
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    ca.not_before = now - Duration::days(1);
    ca.not_after = now + Duration::days(DAYS);
    let ca_cert = ca.self_signed(&ca_key)?;
    let key = KeyPair::generate()?;
    let mut leaf = CertificateParams::new(NAMES.map(String::from))?;
    leaf.distinguished_name.push(DnType::CommonName, "localhost");
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.use_authority_key_identifier_extension = true;
    leaf.not_before = now - Duration::days(1);
    leaf.not_after = now + Duration::days(DAYS);
    let cert = leaf.signed_by(&key, &Issuer::from_params(&ca, &ca_key))?;
    write_secret(&folder.file("ca.key.pem"), &ca_key.serialize_pem())?;
    write_secret(&folder.file("ca.pem"), &ca_cert.pem())?;
    write_secret(&folder.file("server.key.pem"), &key.serialize_pem())?;
    write_secret(&folder.file("server.pem"), &format!("{}{}", cert.pem(), ca_cert.pem()))
}

/// A TLS server by a certificate chain and its key, both PEM.
pub fn acceptor(chain: &[u8], key: &[u8]) -> Result<TlsAcceptor> {
    // Another part of the process may have installed it already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .context("the certificate is not PEM")?;
    let key = PrivateKeyDer::from_pem_slice(key).context("the private key is not PEM")?;
    let mut config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("the certificate and the key do not fit")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
