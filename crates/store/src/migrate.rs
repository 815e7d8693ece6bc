//! The migrations of this build: embedded, forward only, each run once and recorded with its checksum.
//!
//! Invariant: a migration and its record are one transaction. An interruption leaves neither.

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

use crate::OpenError;

#[derive(Clone, Copy)]
pub(crate) struct Migration {
    pub name: &'static str,
    pub text: &'static str,
}

macro_rules! migrations {
    ($($name:literal from $file:literal),* $(,)?) => {
        &[$(Migration { name: $name, text: include_str!(concat!("../migrations/", $file)) }),*]
    };
}

pub(crate) const SQLITE: &[Migration] = migrations![
    "0001_records" from "0001_records.sql",
    "0002_keyed" from "0002_keyed.sqlite.sql",
    "0003_browser" from "0003_browser.sql",
    "0004_logout" from "0004_logout.sql",
    "0006_identity_strategy" from "0006_identity_strategy.sql",
    "0007_documents" from "0007_documents.sql",
    "0008_user_search" from "0008_user_search.sqlite.sql",
    "0008_user_tokens" from "0008_user_tokens.sql",
    "0009_event_counts" from "0009_event_counts.sql",
    "0009_jobs" from "0009_jobs.sql",
    "0010_log_cursors" from "0010_log_cursors.sql",
    "0011_audit_chain" from "0011_audit_chain.sqlite.sql",
    "0012_user_count" from "0012_user_count.sqlite.sql",
    "0013_device_keys" from "0013_device_keys.sql",
    "0014_passkeys" from "0014_passkeys.sql",
    "0015_device_key_algorithms" from "0015_device_key_algorithms.sql",
    "0016_proofs" from "0016_proofs.sql",
    "0017_address_changes" from "0017_address_changes.sql",
    "0019_admin_passkeys" from "0019_admin_passkeys.sql",
    "0020_log_requests" from "0020_log_requests.sql",
];

pub(crate) const POSTGRES: &[Migration] = migrations![
    "0001_records" from "0001_records.sql",
    "0002_keyed" from "0002_keyed.postgres.sql",
    "0003_browser" from "0003_browser.sql",
    "0004_logout" from "0004_logout.sql",
    "0006_identity_strategy" from "0006_identity_strategy.sql",
    "0007_documents" from "0007_documents.sql",
    "0008_user_search" from "0008_user_search.postgres.sql",
    "0008_user_tokens" from "0008_user_tokens.sql",
    "0009_event_counts" from "0009_event_counts.sql",
    "0009_jobs" from "0009_jobs.sql",
    "0010_log_cursors" from "0010_log_cursors.sql",
    "0011_audit_chain" from "0011_audit_chain.postgres.sql",
    "0012_user_count" from "0012_user_count.postgres.sql",
    "0013_device_keys" from "0013_device_keys.sql",
    "0014_passkeys" from "0014_passkeys.sql",
    "0015_device_key_algorithms" from "0015_device_key_algorithms.sql",
    "0016_proofs" from "0016_proofs.sql",
    "0017_address_changes" from "0017_address_changes.sql",
    "0019_admin_passkeys" from "0019_admin_passkeys.sql",
    "0020_log_requests" from "0020_log_requests.sql",
];

pub(crate) const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations \
    (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)";
pub(crate) const LIST: &str = "SELECT name, checksum FROM migrations";
pub(crate) const RECORD: &str = "INSERT INTO migrations (name, checksum) VALUES ($1, $2)";

impl Migration {
    /// SHA-256 of the text, in hex.
    pub(crate) fn checksum(&self) -> String {
        HEXLOWER.encode(digest::digest(&digest::SHA256, self.text.as_bytes()).as_ref())
    }
}

/// Those of `known` that are not in `applied` (names and checksums). Names that this build does not
/// know are of a newer one, whose schema still serves us.
pub(crate) fn pending(
    known: &[Migration],
    applied: &[(String, String)],
) -> Result<Vec<Migration>, OpenError> {
    let mut missing = Vec::new();
    for migration in known {
        match applied.iter().find(|(name, _)| name == migration.name) {
            None => missing.push(*migration),
            Some((_, checksum)) if *checksum == migration.checksum() => {}
            Some(_) => return Err(OpenError::Edited(migration.name.to_owned())),
        }
    }
    Ok(missing)
}

pub(crate) fn names(migrations: &[Migration]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_migration_is_refused_and_an_unknown_one_is_left_alone() {
        let recorded = |m: &Migration| (m.name.to_owned(), m.checksum());
        let all: Vec<_> = SQLITE.iter().map(recorded).collect();
        assert!(pending(SQLITE, &all).unwrap().is_empty());
        assert_eq!(
            names(&pending(SQLITE, &all[..1]).unwrap()),
            [
                "0002_keyed",
                "0003_browser",
                "0004_logout",
                "0006_identity_strategy",
                "0007_documents",
                "0008_user_search",
                "0008_user_tokens",
                "0009_event_counts",
                "0009_jobs",
                "0010_log_cursors",
                "0011_audit_chain",
                "0012_user_count",
                "0013_device_keys",
                "0014_passkeys",
                "0015_device_key_algorithms",
                "0016_proofs",
                "0017_address_changes",
                "0019_admin_passkeys",
                "0020_log_requests",
            ]
        );

        let newer = [all.clone(), vec![("9999_later".into(), "x".into())]].concat();
        assert!(pending(SQLITE, &newer).unwrap().is_empty());

        let edited = vec![("0001_records".to_owned(), "other".to_owned())];
        assert!(matches!(pending(SQLITE, &edited), Err(OpenError::Edited(name)) if name == "0001_records"));
    }
}
