//! Challenges for passkeys, and what the system gave for them.
#![no_main]

use latchkey_client::{Generation, NewUser, PasskeyOptions, Secret, block_on};
use latchkey_fuzz::{System, client, keys, ok, parts, swallow_any, with_id_token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let options = PasskeyOptions::default();
    let answers = || {
        let mut bodies = parts(data).map(|body| ok(with_id_token(body)));
        [bodies.next(), Some(keys()), bodies.next()].into_iter().flatten()
    };
    let client = |answers| client(Generation::Current, answers);
    swallow_any(block_on(client(answers()).sign_in_with_passkey(&System, &options)));
    swallow_any(block_on(client(answers()).sign_up_with_passkey(&System, &NewUser::default(), &options)));
    // The system's own answer goes through the client, too.
    if let Ok(answer) = std::str::from_utf8(data) {
        let session = Secret::new("session");
        swallow_any(block_on(client(answers()).sign_in_with_passkey_answer(&session, answer, &options)));
    }
});
