//! Tokens that were kept somewhere: read, renewed, kept again.
#![no_main]

use std::sync::Arc;

use latchkey_client::{Generation, MemoryStorage, Session, Storage, Tokens, block_on};
use latchkey_fuzz::{client, keys, ok, swallow_any, with_id_token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(tokens) = serde_json::from_slice::<Tokens>(&with_id_token(data)) else { return };
    let kept = serde_json::to_vec(&tokens).expect("they came from JSON");
    let again: Tokens = serde_json::from_slice(&kept).expect("we wrote it");
    assert_eq!(again.expires_at, tokens.expires_at);
    let storage = Arc::new(MemoryStorage::default());
    block_on(storage.save(tokens)).expect("memory takes it");
    let renewed =
        with_id_token(br#"{"access_token":"a","token_type":"b","id_token":"$ID_TOKEN","expires_in":60}"#);
    let session = Session::new(client(Generation::Current, [keys(), ok(renewed)]), storage);
    swallow_any(block_on(session.tokens()));
    swallow_any(block_on(session.sign_out()));
});
