//! Whoever has something stronger than a code, where an operator says that codes are weaker (decision 30).

use latchkey_core::model::Strategy;
use latchkey_testkit::{PHONE, SoftDevice};
use serde_json::json;

use crate::devices::{enrol, forged};
use crate::passkeys::{add, by_passkey, come_by_passkey};
use crate::scene::{come, come_in, common, home, press, server, set_tenant, users};
use crate::support::{Browser, Form};

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

/// A second code in the same five minutes would prove no more than the first one.
#[tokio::test]
async fn whoever_came_by_a_weaker_code_just_now_is_shown_where_their_passkey_is_used() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let (_, mut passkey) = add(&browser, &page, 1).await;
    let options = json!({
        "authentication_methods": {"passkey": {"enabled": true}},
        "latchkey": {"codes_beside_passkeys": "weaker"},
    });
    server.t.add_connection("sms", Strategy::Sms, options).await;
    server.t.clock.advance(61);
    let (person, page) = come(&server, PHONE).await;
    assert!(!page.text.contains("<form"), "{}", page.text);
    let first = home(&person, person.get("/account/prove").await).await;
    let page = by_passkey(&person, &first, &mut passkey).await;
    assert!(page.text.contains("action=\"/account/name\""), "{}", page.text);
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
    assert!(
        page.text.contains("Ana&#39;s iPhone") && !page.text.contains("/account/devices"),
        "{}",
        page.text
    );
    // What signs in nowhere any more keeps nothing out.
    set_tenant(&server, json!({"device_keys": {"enabled": false}})).await;
    server.t.clock.advance(1);
    let page = thief.get("/account").await;
    assert!(page.text.contains("action=\"/account/devices/remove\""), "{}", page.text);
}

/// The page cannot take the key of an app: it keeps its person from what changes no way in neither.
#[tokio::test]
async fn whoever_has_only_a_device_signs_out_elsewhere_and_takes_their_data_along() {
    let server = server().await;
    let key = enrol(&server, &SoftDevice::es256(), "Ana's iPhone").await;
    let options = json!({"latchkey": {"codes_beside_passkeys": "weaker"}});
    server.t.add_connection("sms", Strategy::Sms, options).await;
    server.t.clock.advance(61);
    crate::elsewhere(&server).await;
    server.t.clock.advance(61);
    let (person, page) = come_in(&server).await;
    let text = "A device that signs you in protects your account.";
    assert!(page.text.contains(text) && !page.text.contains("/account/prove"), "{}", page.text);
    for path in
        ["/account/name", "/account/addresses", "/account/devices", "/account/apps", "/account/delete"]
    {
        assert!(!page.text.contains(&format!("action=\"{path}")), "{path}: {}", page.text);
    }
    let hidden = Form::of(&page, "/account/export").hidden;
    let mut fields: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let file = person.post("/account/export", &fields).await;
    assert_eq!((file.status.as_u16(), &file.json()["device_keys"][0]["id"]), (200, &json!(key)));
    fields.extend([("word", PHONE), ("client", "native"), ("name", "Mallory"), ("id", key.as_str())]);
    for path in ["/account/delete", "/account/apps/leave", "/account/name", "/account/devices/remove"] {
        assert_eq!(person.post(path, &fields).await.status, 403, "{path}");
    }
    let page = press(&person, &page, "/account/sessions/end-others", &[]).await;
    assert!(page.text.contains("Your change is saved."), "{}", page.text);
    assert!(!page.text.contains("Chrome on Windows"), "{}", page.text);
}

#[tokio::test]
async fn nobody_signs_up_here_with_a_passkey_either() {
    let server = server().await;
    let browser = Browser::of(&server, "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", "en");
    let page = home(&browser, browser.get("/account").await).await;
    assert!(page.text.contains("action=\"/login"), "{}", page.text);
    assert!(!page.text.contains("/login/sign-up"), "{}", page.text);
}
