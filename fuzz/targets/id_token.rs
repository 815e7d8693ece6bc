//! id_tokens: as they come, and claims that the server did sign.
#![no_main]

use latchkey_client::{Generation, Secret, block_on};
use latchkey_fuzz::{APP, ISSUER, client, keys, sign, swallow_any};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let client = client(Generation::Current, [keys()]);
    // Nobody but the server can make one that holds; one of the seeds is a real one.
    if let Ok(token) = std::str::from_utf8(data) {
        holds(swallow_any(block_on(client.verify_id_token(&Secret::new(token)))));
    }
    holds(swallow_any(block_on(client.verify_id_token(&Secret::new(sign(data))))));
});

fn holds(claims: Option<serde_json::Map<String, Value>>) {
    let Some(claims) = claims else { return };
    assert_eq!(claims["iss"], ISSUER);
    assert!(claims["sub"].as_str().is_some_and(|subject| !subject.is_empty()));
    let audience = &claims["aud"];
    assert!(
        audience == APP || audience.as_array().is_some_and(|several| several.iter().any(|one| one == APP))
    );
    assert!(claims["exp"].is_number() && claims["iat"].is_number());
}
