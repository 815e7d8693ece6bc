//! Codes of people who have Touch ID, where an operator says that codes are weaker (decision 30).

use latchkey_testkit::DevicePair;
use serde_json::{Value, json};

use crate::hijack::{owner_signs_in_at, with_codes};
use crate::phone::{LOCK, NAME, Phone, account, enrol, open_database, take_back};
use crate::support::TestServer;

/// Somebody who proved their address, and enrolled the key of their phone after that.
async fn person(server: &TestServer) -> Phone {
    let (_, user) = account(server).await;
    let tokens = owner_signs_in_at(server, LOCK).await;
    server.t.clock.advance(1);
    let pair = DevicePair::generate(1024, 7);
    let enrolled = enrol(server, &tokens["id_token"], &user, &pair.pem(), NAME).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    Phone { pair, user, tokens }
}

async fn codes_are(server: &TestServer, what: &str) {
    let options = json!({
        "authentication_methods": {"email_otp": {"enabled": true}},
        "latchkey": {"codes_beside_passkeys": what},
    });
    open_database(&server.t, options).await;
}

fn code_of(answer: &Value) -> &Value {
    &answer["errorCode"]
}

/// S-061: or the next code would be as good as ever.
#[tokio::test]
async fn a_weaker_code_takes_no_key_of_touch_id_away() {
    let server = with_codes().await;
    let phone = person(&server).await;
    codes_are(&server, "weaker").await;
    let thief = owner_signs_in_at(&server, LOCK).await;
    let refused = take_back(&server, &thief["id_token"], &phone.user, NAME).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert_eq!(code_of(&refused.json()), "reauthentication_required");
    let tokens = phone.logged_in(&server).await;
    let removed = take_back(&server, &tokens["id_token"], &phone.user, NAME).await;
    assert_eq!(removed.status, 200, "{}", removed.text);
}

/// P-160: as Lock exchanges its key for the next one, and whenever a phone is lost.
#[tokio::test]
async fn where_codes_are_as_good_as_ever_a_key_is_taken_back_by_one_at_any_time() {
    let server = with_codes().await;
    let phone = person(&server).await;
    codes_are(&server, "same").await;
    let tokens = owner_signs_in_at(&server, LOCK).await;
    server.t.clock.advance(3600);
    let removed = take_back(&server, &tokens["id_token"], &phone.user, NAME).await;
    assert_eq!(removed.status, 200, "{}", removed.text);
    crate::phone::is_refused(&phone.log_in(&server).await);
}
