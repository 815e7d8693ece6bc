//! Profiles: of `/userinfo`, of `/tokeninfo`, and of the token of a sign-up for Touch ID.
#![no_main]

use latchkey_client::{Generation, Secret, block_on};
use latchkey_fuzz::{System, client, keys, ok, sign, swallow_any};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let token = Secret::new("token");
    let client_of = |answers| client(Generation::Legacy, answers);
    let client = client_of(vec![ok(data), ok(data)]);
    let profiles =
        [swallow_any(block_on(client.user_info(&token))), swallow_any(block_on(client.token_info(&token)))];
    for profile in profiles.into_iter().flatten() {
        assert!(!profile.id.is_empty());
        let _ = (profile.display_name().len(), profile.text("email").map(str::len), format!("{profile:?}"));
    }
    let tokens = serde_json::json!({"access_token": "a", "token_type": "b", "id_token": sign(data)});
    let client = client_of(vec![ok("{}"), ok(tokens.to_string()), keys(), ok("{}"), ok("{}")]);
    let user = swallow_any(block_on(client.enrol_for_touch_id(&System, "ana@example.com", "phone", None)));
    assert!(user.is_none_or(|id| !id.is_empty()));
});
