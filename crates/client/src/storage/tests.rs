use std::sync::Arc;

use super::*;
use crate::{Secret, block_on};

fn tokens(refresh: &str) -> Tokens {
    Tokens {
        access_token: Secret::new("access"),
        token_type: String::from("Bearer"),
        id_token: None,
        refresh_token: Some(Secret::new(refresh)),
        scope: None,
        expires_at: Some(7),
    }
}

/// What every storage does.
fn behaves(storage: &dyn Storage) {
    assert!(block_on(storage.load()).unwrap().is_none());
    block_on(storage.clear()).unwrap();
    for refresh in ["one", "two"] {
        block_on(storage.save(tokens(refresh))).unwrap();
        let kept = block_on(storage.load()).unwrap().unwrap();
        assert!(kept.refresh_token.unwrap().matches(refresh) && kept.expires_at == Some(7));
    }
    block_on(storage.clear()).unwrap();
    assert!(block_on(storage.load()).unwrap().is_none());
}

#[test]
fn every_storage_keeps_replaces_and_forgets() {
    let folder = tempfile::tempdir().unwrap();
    behaves(&MemoryStorage::default());
    behaves(&FileStorage::new(folder.path().join("tokens.json")));
    behaves(&KeychainStorage::new(Arc::new(MemoryKeychain::default()), "app"));
}

#[test]
fn names_of_a_keychain_do_not_meet() {
    let keychain: Arc<dyn Keychain> = Arc::new(MemoryKeychain::default());
    let (one, two) = (
        KeychainStorage::new(Arc::clone(&keychain), "one"),
        KeychainStorage::new(Arc::clone(&keychain), "two"),
    );
    block_on(one.save(tokens("a"))).unwrap();
    assert!(block_on(two.load()).unwrap().is_none());
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_file_and_nothing_is_left_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    // What was there before may have been readable to all.
    std::fs::write(&path, "old").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    block_on(FileStorage::new(&path).save(tokens("a"))).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn writes_at_the_same_time_do_not_meet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    std::thread::scope(|threads| {
        for number in 0..8 {
            let storage = FileStorage::new(&path);
            threads.spawn(move || {
                for _ in 0..10 {
                    block_on(storage.save(tokens(&number.to_string()))).unwrap();
                }
            });
        }
    });
    assert!(block_on(FileStorage::new(&path).load()).unwrap().is_some());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_not_ours_is_an_error_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    std::fs::write(&path, "{}").unwrap();
    let error = block_on(FileStorage::new(&path).load()).unwrap_err();
    assert_eq!(error, StorageError::Unreadable);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}");
}

#[test]
fn a_file_in_a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let storage = FileStorage::new(folder.path().join("nowhere/tokens.json"));
    assert!(matches!(block_on(storage.save(tokens("a"))), Err(StorageError::Failed(_))));
}
