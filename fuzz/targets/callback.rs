//! Where a browser came back to; and the sign-in that was kept meanwhile.
#![no_main]

use latchkey_client::{Authorize, BrowserSignIn, Generation, block_on};
use latchkey_fuzz::{client, keys, ok, swallow_any, with_id_token};
use libfuzzer_sys::fuzz_target;

const BACK: &str = "https://app.example/cb";

fuzz_target!(|data: &str| {
    let (url, kept) = data.split_once('\n').unwrap_or((data, ""));
    let answer = with_id_token(br#"{"access_token":"a","token_type":"b","id_token":"$ID_TOKEN"}"#);
    let client = client(Generation::Current, [keys(), ok(answer)]);
    let pending = client.start_browser_sign_in(&Authorize::new(BACK)).expect("there is randomness");
    // The nonce of the token is another one: whatever comes back, nobody is signed in.
    assert!(swallow_any(block_on(client.finish_browser_sign_in(&pending, url))).is_none());
    if let Ok(kept) = serde_json::from_str::<BrowserSignIn>(kept) {
        let _ = (format!("{kept:?}"), serde_json::to_string(&kept).expect("it came from there"));
        swallow_any(block_on(client.finish_browser_sign_in(&kept, url)));
    }
});
