//! The answer of `/delegation`.
#![no_main]

use latchkey_client::{Secret, block_on};
use latchkey_fuzz::{client, generation, keys, ok, swallow_any, with_id_token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((generation, body)) = generation(data) else { return };
    let client = client(generation, [ok(with_id_token(body)), keys()]);
    if let Some(delegated) = swallow_any(block_on(client.delegate_id_token(&Secret::new("token")))) {
        assert_eq!(delegated.id_token.expose().matches('.').count(), 2);
    }
});
