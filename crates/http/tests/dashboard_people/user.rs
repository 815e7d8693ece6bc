//! The pages of one user.

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{
    ClientId, CredentialId, DEVICE_KEY_LIFE, DeviceKey, KeyAlgorithm, Passkey, PasskeyId, PhoneNumber, Proof,
    Session, Strategy, TokenHash, TryRules, User, UserId,
};
use latchkey_core::store::{AddPasskey, EnrolKey, PasskeyAdded};
use latchkey_testkit::{NATIVE, SPA, TestEngine};
use serde_json::json;

use crate::support::{Browser, TestServer, enter};
use crate::{PHONE, create, page_of, says, says_not, stored};

const OTHER: &str = "+14155550199";

async fn send(
    browser: &Browser<'_>,
    page: &str,
    act: &str,
    fields: &[(&str, &str)],
) -> crate::support::Answer {
    let shown = browser.get(page).await;
    browser.submit(&shown, &format!("{page}/{act}"), fields).await
}

async fn session(server: &TestServer, user: &User, n: u8) -> String {
    let now = server.t.engine.now();
    let session = Session {
        id: TokenHash([n; 32]),
        sid: format!("{n:024x}"),
        user: user.id.clone(),
        connection: "sms".into(),
        proof: Proof::SmsCode,
        auth_time: now,
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(86_400),
        idle_expires_at: now.plus(3_600),
        device: Some(format!("Firefox {n}")),
        ip: Some("192.0.2.1".into()),
        clients: vec![SPA.into()],
        metadata: Default::default(),
    };
    server.t.engine.store.insert_session(&session, None).await.unwrap();
    session.sid
}

/// M-018, M-043
#[tokio::test]
async fn an_address_is_changed_and_vouched_for_as_the_api_allows() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    create(&server, json!({"connection": "sms", "phone_number": OTHER})).await;
    let user =
        create(&server, json!({"connection": "sms", "phone_number": PHONE, "phone_verified": true})).await;
    let page = page_of(&user);

    let taken = send(&browser, &page, "address", &[("address", OTHER)]).await;
    says(
        &taken,
        400,
        &["The specified new phone number already exists", "id=\"address-1-error\"", "<details open>"],
    );
    let wrong = send(&browser, &page, "address", &[("address", "x")]).await;
    says(&wrong, 400, &["value=\"x\"", "aria-invalid"]);
    let moved = send(&browser, &page, "address", &[("address", "+14155550123")]).await;
    says(&moved, 200, &["Saved.", "+14155550123", "Not verified"]);
    let vouched = send(&browser, &page, "verified", &[]).await;
    says(&vouched, 200, &[">Verified</span>", "not verified</button>"]);
    says(&send(&browser, &page, "verified", &[]).await, 200, &["Not verified"]);
    // Whoever reloads the answer of a form is led to the page.
    assert_eq!(browser.get(&format!("{page}/address")).await.header("location"), page);
}

/// M-018, M-043
#[tokio::test]
async fn profile_and_metadata_are_changed_where_the_page_was_changed() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let body = json!({"connection": "sms", "phone_number": PHONE, "user_metadata": {"a": 1, "b": {"c": 2}}});
    let user = create(&server, body).await;
    let page = page_of(&user);
    let saved = send(&browser, &page, "profile", &[("name", PHONE), ("nickname", "Ännchen")]).await;
    says(&saved, 200, &["Saved.", "value=\"Ännchen\""]);
    let attributes = stored(&server, &user).await.attributes;
    assert_eq!(
        attributes.keys().map(String::as_str).collect::<Vec<_>>(),
        ["nickname"],
        "the name is still the number"
    );
    let wrong = send(&browser, &page, "profile", &[("picture", "javascript:x"), ("nickname", "kept")]).await;
    says(&wrong, 400, &["id=\"picture-error\"", "value=\"javascript:x\"", "value=\"kept\""]);

    // In the meantime somebody else writes a key that the page never showed.
    let shown = browser.get(&page).await;
    let late = json!({"user_metadata": {"late": true}}).as_object().cloned().unwrap();
    let operator = latchkey_core::flow::manage::Operator::console();
    server.t.engine.update_user(&operator, user.id.as_str(), late).await.unwrap();
    let at = format!("{page}/metadata");
    let fields = [("user_metadata", "{\"a\": 1, \"n\": \"<x>\"}"), ("app_metadata", "{\"plan\": \"pro\"}")];
    says(&browser.submit(&shown, &at, &fields).await, 200, &["Saved."]);
    let kept = stored(&server, &user).await;
    assert_eq!(json!(kept.user_metadata), json!({"a": 1, "n": "<x>", "late": true}));
    assert_eq!(json!(kept.app_metadata), json!({"plan": "pro"}));

    let wrong = [("user_metadata", "{\"a\": "), ("app_metadata", "[1]")];
    let refused = send(&browser, &page, "metadata", &wrong).await;
    says(
        &refused,
        400,
        &["id=\"user_metadata-error\"", "Must be an object in JSON", "{&#34;a&#34;: </textarea>"],
    );
    assert_eq!(stored(&server, &user).await, kept);
}

/// Where another user is linked to the one of a page.
fn link_to(page: &str, other: &User) -> String {
    format!("{page}/link?other={}", other.id.as_str().replace('|', "%7C"))
}

/// M-022, M-043
#[tokio::test]
async fn one_person_with_two_users_becomes_one_and_can_be_parted() {
    let server = TestServer::new().await;
    server.t.add_connection("texts", Strategy::Sms, json!({})).await;
    let browser = enter(&server).await;
    let user =
        create(&server, json!({"connection": "sms", "phone_number": PHONE, "phone_verified": true})).await;
    let body =
        json!({"connection": "texts", "phone_number": PHONE, "name": "Twin", "user_metadata": {"a": 1}});
    let twin = create(&server, body).await;
    let page = page_of(&user);
    says_not(&browser.get(&page).await, &["Is this the same person?"]);
    send(&browser, &page_of(&twin), "verified", &[]).await;
    says(&browser.get(&page).await, 200, &["Is this the same person?", &link_to(&page, &twin)]);

    let asked = browser.get(&link_to(&page, &twin)).await;
    let lost = "The profile of the other user, <bdi>Twin</bdi>, is dropped for good, and so is its metadata (1 key).";
    says(&asked, 200, &[lost, &format!("Whoever signs in by <bdi>{PHONE}</bdi>"), "Link them"]);
    let at = format!("{page}/link");
    // The address is that of both.
    for typed in ["", "Twin", PHONE] {
        let kept = browser.submit(&asked, &at, &[("confirm", typed)]).await;
        says(&kept, 400, &["Nothing was linked", "id=\"link-confirm-error\"", lost]);
    }
    assert_eq!(stored(&server, &user).await.identities.len(), 1);
    let linked = browser.submit(&asked, &at, &[("confirm", twin.id.as_str())]).await;
    says(
        &linked,
        200,
        &["Linked: both are one user now.", "Phone number on texts", "the main one", "Unlink"],
    );
    says_not(&linked, &["Is this the same person?"]);
    let parted = send(&browser, &page, "unlink", &[]).await;
    says(&parted, 200, &["Unlinked", "Is this the same person?"]);
    assert!(stored(&server, &twin).await.user_metadata.is_empty());

    let mail = create(&server, json!({"connection": "email", "email": "ann@example.com"})).await;
    let found = browser.get(&format!("{page}/link?by=email&q=ann")).await;
    says(&found, 200, &["ann@example.com", "Users that fit", mail.id.as_str()]);
    says_not(&found, &[&format!("value=\"{}\"", user.id)]);
    says(&found, 200, &[&link_to(&page, &mail)]);
    assert!(!found.text.contains("method=\"post\" action=\"/dashboard/users"), "{}", found.text);
    let asked = browser.get(&link_to(&page, &mail)).await;
    let linked = browser.submit(&asked, &at, &[("confirm", "ann@example.com")]).await;
    says(&linked, 200, &["Email address on email"]);
    says(
        &browser.get(&format!("{page}/link?by=lucene&q=name:(a")).await,
        400,
        &["A parenthesis is not closed"],
    );

    // What the API does not link is told.
    let blocked =
        create(&server, json!({"connection": "email", "email": "x@example.com", "blocked": true})).await;
    let asked = browser.get(&link_to(&page, &blocked)).await;
    let refused = browser.submit(&asked, &at, &[("confirm", "x@example.com")]).await;
    says(&refused, 400, &["A blocked user cannot be linked"]);
}

/// M-023, M-043
#[tokio::test]
async fn sessions_and_refresh_tokens_are_shown_and_revoked() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    server.t.sign_in(NATIVE, PHONE, "openid offline_access").await;
    let number = PhoneNumber::parse(PHONE).unwrap().address();
    let user = server.t.engine.store.find_user_by_address("sms", &number).await.unwrap().unwrap();
    let page = page_of(&user);
    says(&browser.get(&page).await, 200, &["Signed in on no browser now."]);
    session(&server, &user, 1).await;
    let second = session(&server, &user, 2).await;
    let devices = format!("{page}/devices");
    says(&browser.get(&devices).await, 200, &["Firefox 1", "Firefox 2", SPA, NATIVE, "Refresh tokens"]);

    let shown = browser.get(&devices).await;
    let left = browser.submit(&shown, &format!("{page}/sign-out"), &[]).await;
    says(&left, 200, &["Revoked.", "Firefox 2", "<h2 id=\"tokens\">"]);
    says_not(&left, &["Firefox 1"]);
    // It is gone already.
    let again = browser.submit(&shown, &format!("{page}/sign-out"), &[]).await;
    says(&again, 404, &["The session does not exist.", "Firefox 2"]);
    says(&browser.get(&page).await, 200, &["Firefox 2", &second]);

    let shown = browser.get(&devices).await;
    let left = browser.submit(&shown, &format!("{page}/tokens"), &[]).await;
    says(&left, 200, &["Revoked.", "No app holds one.", "Firefox 2"]);
    let token = crate::support::Form::of(&left, "/dashboard/sign-out").token().to_owned();
    let all = browser.post(&format!("{page}/sign-out"), &[("token", &token)]).await;
    assert_eq!(all.header("location"), format!("{page}?said=signed-out"));
    says(&browser.follow(all).await, 200, &["Signed out everywhere.", "Signed in on no browser now."]);
}

/// M-019, M-025, M-043
#[tokio::test]
async fn a_user_is_blocked_forgiven_and_deleted() {
    let t = TestEngine::with(|settings| {
        settings.limits = latchkey_core::settings::Limits::off();
        settings.limits.address_tries =
            TryRules { raised_at: 100, high_at: 100, per_day: 100, consecutive: 1, block: 600 };
    })
    .await;
    let server = TestServer::over(t);
    let browser = enter(&server).await;
    let user = create(&server, json!({"connection": "sms", "phone_number": PHONE})).await;
    let page = page_of(&user);
    session(&server, &user, 1).await;
    let blocked = send(&browser, &page, "block", &[]).await;
    says(
        &blocked,
        200,
        &["Blocked, and signed out everywhere.", "Unblock</button>", "Signed in on no browser now."],
    );
    assert!(stored(&server, &user).await.blocked);
    says(&send(&browser, &page, "block", &[]).await, 200, &["Unblocked", "Block this user"]);

    says(&browser.get(&page).await, 200, &["Nothing holds this user up."]);
    server.t.start(NATIVE, PHONE).await.unwrap();
    let wrong = server.t.wrong_code();
    server.t.redeem(NATIVE, PHONE, &wrong, "openid").await.unwrap_err();
    says(&browser.get(&page).await, 200, &["is held up for a while"]);
    says(&send(&browser, &page, "forgive", &[]).await, 200, &["Cleared", "Nothing holds this user up."]);

    let wrong = send(&browser, &page, "delete", &[("confirm", "yes")]).await;
    says(
        &wrong,
        400,
        &["id=\"delete-confirm-error\"", "value=\"yes\"", "danger\" open", "Nothing was deleted"],
    );
    let gone = send(&browser, &page, "delete", &[("confirm", PHONE)]).await;
    says(&gone, 200, &["Deleted.", "There is no user yet"]);
    says(&browser.get(&page).await, 404, &["The user does not exist."]);
    says(&browser.get(&format!("{page}/history")).await, 404, &["The user does not exist."]);
}

/// M-043
#[tokio::test]
async fn pages_stand_odd_data() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let name = format!("<script>{}\u{202e}عمر", "long ".repeat(50));
    let body = json!({"connection": "email", "email": "a@example.com", "user_id": "a"});
    let made = create(&server, body).await;
    // An id that no tool may choose, but that may come with a user from elsewhere.
    let mut user = made.clone();
    user.id = UserId::from("email|a/b|c..");
    user.identities[0].provider_user_id = "a/b|c..".into();
    assert!(server.t.engine.store.delete_user(&made.id, server.t.engine.now(), Vec::new()).await.unwrap());
    server.t.engine.store.insert_user(&user, Vec::new()).await.unwrap();
    let change = json!({ "name": name }).as_object().cloned().unwrap();
    server.t.engine.update_user(&Operator::console(), user.id.as_str(), change).await.unwrap();
    let page = page_of(&user);
    for tab in ["", "/devices", "/history", "/raw", "/link"] {
        let shown = browser.get(&format!("{page}{tab}")).await;
        says(&shown, 200, &["&#60;script&#62;long"]);
        says_not(&shown, &["<script>long"]);
    }
    says(
        &browser.get(&format!("{page}/raw")).await,
        200,
        &["&#34;user_id&#34;: &#34;email|a/b|c..&#34;", "data-copy"],
    );
    let history = browser.get(&format!("{page}/history")).await;
    says(&history, 200, &["Success API Operation", "update user email|a/b|c.."]);
    says(&browser.get(&format!("{page}/history?page=9")).await, 200, &["on this page"]);
    says(&browser.get("/dashboard/users/sms%7Cnobody%00").await, 404, &["The user does not exist."]);

    // Methods of an address are not changed by themselves.
    let token = crate::support::Form::of(&history, "/dashboard/sign-out").token().to_owned();
    for act in ["rename", "delete"] {
        let fields = [("token", token.as_str()), ("method", "email|a/b|c.."), ("name", "x")];
        let refused = browser.post(&format!("{page}/methods/{act}"), &fields).await;
        says(&refused, 400, &["are changed with the identity"]);
    }
}

/// P-168, M-043
#[tokio::test]
async fn the_device_of_a_key_is_renamed_where_devices_stand_and_one_of_touch_id_keeps_its_name() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let user = create(&server, json!({"connection": "sms", "phone_number": PHONE})).await;
    let (page, store) = (page_of(&user), &server.t.engine.store);
    let pair = latchkey_testkit::DevicePair::generate(1024, 7);
    for (id, algorithm) in [("dcr_today", KeyAlgorithm::Es256), ("dcr_of_2014", KeyAlgorithm::Rs256)] {
        let key = DeviceKey {
            id: CredentialId::from(id),
            user: user.id.clone(),
            client: ClientId::from("native"),
            connection: "sms".into(),
            name: format!("Phone {id}"),
            device: None,
            public_key: pair.der(),
            fingerprint: format!("{id} {}", pair.fingerprint()),
            created_at: server.t.engine.now(),
            algorithm,
            attestation: None,
            last_used_at: None,
            expires_at: server.t.engine.now().plus(DEVICE_KEY_LIFE),
        };
        let proved_at = key.created_at;
        let act = EnrolKey { key, most: 20, proof: None, proved_at, challenge: None, events: Vec::new() };
        store.enrol_device_key(act).await.unwrap();
    }
    let devices = browser.get(&format!("{page}/devices")).await;
    says(&devices, 200, &["Device keys", "Phone dcr_today", "Phone dcr_of_2014", "Name of Phone dcr_today"]);
    says_not(&devices, &["Name of Phone dcr_of_2014"]);
    let path = format!("{page}/device-keys/rename");
    let renamed = browser.save(&devices, &path, &[("name", "Ana's phone")]).await;
    says(&renamed, 200, &["Saved.", "Ana&#39;s phone", "<h2 id=\"tokens\">"]);
    let kept = browser.save(&renamed, &path, &[("device_key", "dcr_of_2014"), ("name", "x")]).await;
    says(&kept, 400, &["it keeps it", "Phone dcr_of_2014", "<h2 id=\"tokens\">"]);
    let wrong = browser.save(&renamed, &path, &[("name", "a\u{202e}b")]).await;
    says(&wrong, 400, &["without any that hide"]);
    says(&browser.get(&format!("{page}/history")).await, 200, &["update device key"]);
}

/// P-168, S-069
#[tokio::test]
async fn the_keys_of_a_users_devices_are_listed_and_deleted() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let user = create(&server, json!({"connection": "sms", "phone_number": PHONE})).await;
    let page = page_of(&user);
    says_not(&browser.get(&page).await, &["Device keys"]);
    let pair = latchkey_testkit::DevicePair::generate(1024, 7);
    let key = DeviceKey {
        id: CredentialId::from("dcr_0123456789abcdef"),
        user: user.id.clone(),
        client: ClientId::from("native"),
        connection: "sms".into(),
        name: "Ana<b>s iPhone".into(),
        device: None,
        public_key: pair.der(),
        fingerprint: pair.fingerprint(),
        created_at: server.t.engine.now(),
        algorithm: KeyAlgorithm::Rs256,
        attestation: None,
        last_used_at: None,
        expires_at: server.t.engine.now().plus(DEVICE_KEY_LIFE),
    };
    let proved_at = key.created_at;
    let act = EnrolKey { key, most: 20, proof: None, proved_at, challenge: None, events: Vec::new() };
    server.t.engine.store.enrol_device_key(act).await.unwrap();
    let shown = browser.get(&page).await;
    says(
        &shown,
        200,
        &[
            "Device keys",
            "Touch ID of an older app (RSA)",
            "Ana&#60;b&#62;s iPhone",
            &pair.fingerprint(),
            "dcr_0123456789abcdef",
        ],
    );
    let key = [("device_key", "dcr_0123456789abcdef")];
    let deleted = send(&browser, &page, "device-keys/delete", &key).await;
    says(&deleted, 200, &["Deleted."]);
    says_not(&deleted, &["Device keys"]);
    says(&browser.get(&format!("{page}/history")).await, 200, &["delete device key"]);
}

/// M-024, M-043
#[tokio::test]
async fn a_passkey_is_renamed_and_taken_away() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let user = create(&server, json!({"connection": "sms", "phone_number": PHONE, "user_id": "a"})).await;
    let passkey = Passkey {
        id: PasskeyId::from("passkey|dev_0123456789abcdef"),
        credential_id: vec![1; 16],
        user: user.id.clone(),
        user_handle: vec![2; 64],
        connection: "sms".into(),
        provider_user_id: "a".into(),
        relying_party: "login.example".into(),
        public_key: vec![0xa0],
        counter: 0,
        backup_eligible: true,
        backed_up: true,
        user_verified: true,
        transports: Vec::new(),
        aaguid: None,
        name: "<b>Phone</b>".into(),
        user_agent: None,
        created_at: server.t.engine.now(),
        used_at: None,
    };
    let (page, store) = (page_of(&user), &server.t.engine.store);
    let added = store
        .add_passkey(AddPasskey {
            passkey: passkey.clone(),
            proved_at: passkey.created_at,
            most: 10,
            events: Vec::new(),
        })
        .await;
    assert_eq!(added.unwrap(), PasskeyAdded::Done);
    let shown = browser.get(&page).await;
    says(&shown, 200, &["Passkey", "&#60;b&#62;Phone&#60;/b&#62;"]);
    says_not(&shown, &["<b>Phone"]);
    let method = ("method", passkey.id.as_str());
    send(&browser, &page, "methods/rename", &[method, ("name", "Laptop")]).await;
    assert_eq!(store.list_passkeys(&user.id).await.unwrap()[0].name, "Laptop");
    send(&browser, &page, "methods/delete", &[method]).await;
    assert!(store.list_passkeys(&user.id).await.unwrap().is_empty());
    says_not(&browser.get(&page).await, &["Laptop"]);
}
