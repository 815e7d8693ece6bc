//! Rows as the release before this one writes them, which may still run beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::Timestamp;
use latchkey_core::model::{Address, Channel, User};
use latchkey_store::StoreOptions;

#[tokio::test]
async fn an_identity_without_a_strategy_is_of_its_channel() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.db");
    let url = format!("sqlite:{}", path.display());
    let options = StoreOptions::default();
    let store = latchkey_store::open(&url, &options).await.unwrap();
    let address = Address::from_canonical("user@example.com");
    let user = User::first_seen(
        "email",
        Channel::Email,
        address,
        "5f7c8ec7c33c6c004bbafe82",
        Timestamp(1_800_000_000),
    );
    store.insert_user(&user).await.unwrap();
    store.close().await;
    drop(store);
    let older = rusqlite::Connection::open(&path).unwrap();
    assert_eq!(older.execute("UPDATE identities SET strategy = NULL", []).unwrap(), 1);
    drop(older);
    let store = latchkey_store::open(&url, &options).await.unwrap();
    assert_eq!(store.find_user(&user.id).await.unwrap(), Some(user));
    store.close().await;
}
