//! The document of the server's keys.
#![no_main]

use latchkey_client::{Generation, Secret, block_on};
use latchkey_fuzz::{client, good_id_token, ok, swallow_any};
use libfuzzer_sys::fuzz_target;

/// One for each algorithm, so that keys of each kind are tried.
const OTHERS: [&str; 2] = [
    "eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9.e30.c2lnbmF0dXJl",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6Im9uZSJ9.e30.c2lnbmF0dXJl",
];

fuzz_target!(|data: &[u8]| {
    for (token, is_signed) in [(good_id_token(), true), (OTHERS[0], false), (OTHERS[1], false)] {
        let client = client(Generation::Current, [ok(data), ok(data)]);
        let found = swallow_any(block_on(client.verify_id_token(&Secret::new(token))));
        assert!(is_signed || found.is_none());
    }
});
