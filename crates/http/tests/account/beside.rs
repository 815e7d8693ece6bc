//! Whoever has something stronger than a code, where an operator says that codes are weaker (decision 30).

use latchkey_core::model::Strategy;
use latchkey_testkit::{PHONE, SoftDevice};
use serde_json::json;

use crate::devices::{enrol, forged};
use crate::passkeys::{add, come_by_passkey};
use crate::scene::{come, come_in, common, home, press, server, users};
use crate::support::Browser;

#[tokio::test]
async fn whoever_came_by_a_weaker_code_looks_and_changes_nothing() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let (_, mut passkey) = add(&browser, &page, 1).await;
    let options = json!({
        "authentication_methods": {"passkey": {"enabled": true}},
        "latchkey": {"codes_beside_passkeys": "weaker"},
    });
    server.t.add_connection("sms", Strategy::Sms, options).await;
    server.t.clock.advance(61);
    let (thief, page) = come(&server, PHONE).await;
    assert!(page.text.contains("Firefox on Linux"), "{}", page.text);
    assert!(!page.text.contains("<form") && page.text.contains("href=\"/account/prove\""), "{}", page.text);

    // Even with the fields that the page would have.
    let (person, page) = come_by_passkey(&server, &mut passkey).await;
    let mut fields = common(&page);
    let session = server.t.engine.store.list_sessions(&users(&server).await[0].id).await.unwrap();
    let theirs = session.iter().find(|one| one.proof.is_beside_stronger()).unwrap();
    for (name, value) in &mut fields {
        if name == "session" {
            value.clone_from(&theirs.sid);
        }
    }
    let mut given: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    given.push(("name", "Mallory"));
    let refused = thief.post("/account/name", &given).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    // The passkey does change things.
    let changed = press(&person, &page, "/account/name", &[("name", "Ana")]).await;
    assert!(changed.text.contains("Your change is saved."), "{}", changed.text);
}

/// A key of a device is for its client: a code here is as good as ever, but changes nothing either.
#[tokio::test]
async fn whoever_has_a_device_at_an_application_loses_it_to_no_code() {
    let server = server().await;
    let key = enrol(&server, &SoftDevice::es256(), "Ana's iPhone").await;
    server.t.clock.advance(61);
    let (thief, page) = come_in(&server).await;
    let options = json!({"latchkey": {"codes_beside_passkeys": "refused"}});
    server.t.add_connection("sms", Strategy::Sms, options).await;
    assert_eq!(forged(&thief, &page, "/account/devices/remove", &key).await.status, 403);
    let page = thief.get("/account").await;
    assert!(page.text.contains("Ana&#39;s iPhone") && !page.text.contains("<form"), "{}", page.text);
}

#[tokio::test]
async fn nobody_signs_up_here_with_a_passkey_either() {
    let server = server().await;
    let browser = Browser::of(&server, "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", "en");
    let page = home(&browser, browser.get("/account").await).await;
    assert!(page.text.contains("action=\"/login"), "{}", page.text);
    assert!(!page.text.contains("/login/sign-up"), "{}", page.text);
}
