//! The answers of `/oauth/token` and `/oauth/ro`.
#![no_main]

use latchkey_client::{Address, CodeSignIn, Secret, block_on};
use latchkey_fuzz::{client, generation, keys, ok, swallow_any, with_id_token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((generation, body)) = generation(data) else { return };
    let body = with_id_token(body);
    let address = Address::phone("+14155550100").expect("it is one");
    let sign_in = CodeSignIn::new(address, "123456").expect("it is one");
    let client = |answers| client(generation, answers);
    let order = [[keys(), ok(body.clone())], [ok(body), keys()]];
    for answers in order {
        if let Some(tokens) = swallow_any(block_on(client(answers.clone()).sign_in_with_code(&sign_in))) {
            assert!(tokens.id_token.is_some() && !format!("{tokens:?}").contains("eyJ"));
            let _ = (tokens.lasts(60, i64::MAX), tokens.lasts(u32::MAX, i64::MIN));
        }
        swallow_any(block_on(client(answers).refresh(&Secret::new("token"), None)));
    }
});
