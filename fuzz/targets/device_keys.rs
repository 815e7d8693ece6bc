//! Challenges for keys of devices, their records and lists.
#![no_main]

use latchkey_client::{Generation, Secret, block_on};
use latchkey_fuzz::{System, client, keys, ok, parts, swallow_any, with_id_token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let token = Secret::new("token");
    let client_of = |with_keys: bool| {
        let answers = parts(data).take(3).map(|body| ok(with_id_token(body)));
        client(Generation::Current, with_keys.then(keys).into_iter().chain(answers))
    };
    let client = client_of(false);
    if let Some(proof) = swallow_any(block_on(client.prove_key(&System))) {
        swallow_any(block_on(client.enrol_key(&proof, "phone", &token, None)));
    }
    swallow_any(block_on(client_of(false).list_keys(&token)));
    swallow_any(block_on(client_of(true).sign_in_with_key(&System, "dcr_1", None, None)));
});
