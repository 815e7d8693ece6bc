//! Migrations on PostgreSQL, and TLS to it.

use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio_postgres::{Client, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Postgres;
use crate::migrate::{self, Migration};
use crate::{OpenError, StoreOptions};

/// Held until the end of the transaction: of several nodes that start at once, one migrates and the
/// others wait, then find nothing to do.
const LOCK: &str = "INSERT INTO migrations (name, checksum) VALUES ('lock', '') \
    ON CONFLICT (name) DO UPDATE SET checksum = ''";

impl Postgres {
    /// Runs what is missing, all in one transaction; returns the names.
    pub(crate) async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        let mut client = self.client().await.map_err(|error| OpenError::Unavailable(error.to_string()))?;
        for _ in 0..20 {
            // Two nodes that make the table at once get in each other's way.
            if client.batch_execute(migrate::CREATE_TABLE).await.is_ok() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let tx = client.transaction().await.map_err(|error| failed("lock", &error))?;
        tx.batch_execute(LOCK).await.map_err(|error| failed("lock", &error))?;
        let missing = missing(tx.client()).await?;
        for migration in &missing {
            tx.batch_execute(migration.text).await.map_err(|error| failed(migration.name, &error))?;
            let checksum = migration.checksum();
            tx.execute(migrate::RECORD, &[&migration.name, &checksum])
                .await
                .map_err(|error| failed(migration.name, &error))?;
        }
        tx.commit().await.map_err(|error| failed("commit", &error))?;
        Ok(migrate::names(&missing))
    }

    pub(crate) async fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        let client = self.client().await.map_err(|error| OpenError::Unavailable(error.to_string()))?;
        let exists = client
            .query_one("SELECT to_regclass('migrations') IS NOT NULL", &[])
            .await
            .and_then(|row| row.try_get::<_, bool>(0))
            .map_err(|error| failed("list", &error))?;
        if !exists {
            return Ok(migrate::names(migrate::POSTGRES));
        }
        Ok(migrate::names(&missing(&client).await?))
    }
}

async fn missing(client: &Client) -> Result<Vec<Migration>, OpenError> {
    let rows = client.query(migrate::LIST, &[]).await.map_err(|error| failed("list", &error))?;
    let applied: Vec<(String, String)> = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, Error>>()
        .map_err(|error| failed("list", &error))?;
    migrate::pending(migrate::POSTGRES, &applied)
}

fn failed(name: &str, error: &Error) -> OpenError {
    OpenError::Migration { name: name.to_owned(), reason: error.to_string() }
}

/// TLS that trusts the authorities of the options' file, or else the machine's.
pub(super) fn tls(options: &StoreOptions) -> Result<MakeRustlsConnect, OpenError> {
    // Another part of the process may have installed it already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let unusable = |what: String| OpenError::Unavailable(format!("TLS to the database: {what}"));
    let config = match &options.postgres_ca {
        None => ClientConfig::with_platform_verifier().map_err(|error| unusable(error.to_string()))?,
        Some(file) => {
            let mut roots = rustls::RootCertStore::empty();
            let certificates = CertificateDer::pem_file_iter(file)
                .map_err(|_| unusable(format!("{} is not a PEM file", file.display())))?;
            for certificate in certificates.flatten() {
                roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
            }
            ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
        }
    };
    Ok(MakeRustlsConnect::new(config))
}
