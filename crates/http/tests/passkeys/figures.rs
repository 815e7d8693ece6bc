//! What an operator sees of the passkeys of a whole tenant: figures, the domain, apps and files.

use http::Method;
use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{ClientKind, Strategy};
use latchkey_core::settings::Limits;
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_testkit::{NATIVE, PHONE, TestEngine};
use serde_json::{Value, json};

use crate::making::{add_after_code, by_code};
use crate::operate::Tool;
use crate::pages::{begin, open_at, send};
use crate::scene::{ORIGIN, Scene, WEBAUTHN};
use crate::support::{Browser, TestServer, authorize};

async fn read(tool: &Tool<'_>, path: &str) -> Value {
    let answer = tool.call(Method::GET, path, None).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

async fn note_domain(scene: &Scene, domain: &str) {
    let body = json!({"domain": domain, "type": "self_managed_certs"});
    let given = body.as_object().unwrap().clone();
    scene.server.t.engine.create_custom_domain(&Operator::console(), given, false).await.unwrap();
}

fn findings(domain: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let all = domain["findings"].as_array().unwrap();
    all.iter().map(|one| (text(one, "level"), text(one, "code"))).collect()
}

#[tokio::test]
async fn sign_ins_are_counted_by_factor_with_the_messages_and_the_money_that_passkeys_save() {
    let scene = Scene::new().await;
    let options = json!({"authentication_methods": {"passkey": {"enabled": true}}});
    scene.server.t.add_connection("sms", Strategy::Sms, options).await;
    let (mut of_sms, mut alone) =
        (SoftPasskey::new(Algorithm::Es256, 1), SoftPasskey::new(Algorithm::Es256, 2));
    let browser = Browser::new(&scene.server);
    let question = by_code(&scene, &browser, PHONE).await;
    add_after_code(&browser, &question, &mut of_sms).await;
    for _ in 0..2 {
        assert_eq!(scene.sign_in(&mut of_sms).await.status, 200);
    }
    assert_eq!(scene.sign_up(&mut alone).await.status, 200);
    scene.server.t.clock.advance(11);
    scene.set_tenant(json!({"message_prices": {"currency": "EUR", "sms": {"default": 0.25}}})).await;
    let tool = Tool::of(&scene, "").await;
    let found = read(&tool, "/stats/activity?days=1").await;
    let factor = |factor: &str, logins: u64| json!({"factor": factor, "logins": logins});
    assert_eq!(found["factors"], json!([factor("passkey", 3), factor("sms", 1)]));
    let day = &found["days"][0];
    assert_eq!((&day["logins"], &day["messages_verified"]), (&json!(4), &json!(1)));
    // Whether somebody of a database connection would have had a text or a mail, nobody knows.
    assert_eq!(found["saved"], json!({"messages": 3, "unpriced": 1, "currency": "EUR", "total": 0.5}));

    let counts = read(&tool, "/stats/credentials").await;
    assert_eq!(counts["passkeys"], json!({"users": 2, "total": 2, "this_month": 2}));
    assert_eq!(counts["device_keys"], json!({"users": 0, "total": 0, "this_month": 0}));
    scene.server.t.clock.advance(40 * 86_400);
    let later = Tool::of(&scene, "").await;
    assert_eq!(read(&later, "/stats/credentials").await["passkeys"]["this_month"], 0);
}

#[tokio::test]
async fn figures_and_the_domain_need_their_scopes() {
    let scene = Scene::new().await;
    let tool = Tool::of(&scene, "read:users").await;
    for path in ["/stats/credentials", "/passkeys/domain"] {
        assert_eq!(tool.call(Method::GET, path, None).await.status, 403, "{path}");
    }
}

/// WebAuthn Level 3 section 5.11: browsers ask the domain where else its passkeys may be used.
#[tokio::test]
async fn a_custom_domain_elsewhere_is_told_to_browsers_and_its_pages_take_the_passkeys_of_the_domain() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    let related = || async { scene.server.get("/.well-known/webauthn", &[]).await };
    let none = related().await;
    assert_eq!((none.status.as_u16(), none.json()), (200, json!({"origins": []})));
    assert_eq!(none.header("content-type"), "application/json");
    note_domain(&scene, "accounts.other.example").await;
    note_domain(&scene, "more.login.example").await;
    assert_eq!(related().await.json(), json!({"origins": ["https://accounts.other.example"]}));

    let browser = Browser::new(&scene.server);
    for (origin, status) in [
        ("https://accounts.other.example", 303),
        ("https://more.login.example", 303),
        ("https://login.example", 303),
        ("https://accounts.other.example.evil.test", 400),
        ("http://accounts.other.example", 400),
        ("https://accounts.other.example:8443", 400),
    ] {
        let request = authorize(NATIVE, &[("prompt", "login"), ("scope", "openid")]);
        let page = open_at(&browser, &request, "/login").await;
        let begun = begin(&browser, &page).await;
        assert_eq!(begun["authn_params_public_key"]["rpId"], "login.example");
        let answer = passkey.get(&begun["authn_params_public_key"], origin);
        let done = send(&browser, &page, &begun["auth_session"], &answer).await;
        assert_eq!(done.status, status, "{origin}: {}", done.text);
    }
}

#[tokio::test]
async fn the_domain_says_which_apps_and_files_there_are_and_what_to_do_about_those_that_do_not_work() {
    let scene = Scene::new().await;
    let t = &scene.server.t;
    let print = ["AB"; 32].join(":");
    t.add_client("good", ClientKind::Native, None, |client| {
        client.ios_team = Some("ABCDE12345".into());
        client.ios_bundle = Some("com.example.good".into());
        client.android_package = Some("com.example.good".into());
        client.android_fingerprints = vec![print.clone()];
    })
    .await;
    t.add_client("bad", ClientKind::Native, None, |client| {
        client.ios_bundle = Some("com.example.bad".into());
        client.android_package = Some("com.example.bad".into());
    })
    .await;
    t.add_client("worse", ClientKind::Native, None, |client| {
        client.ios_team = Some("ABCDE12345".into());
    })
    .await;
    t.add_client("grantless", ClientKind::Native, None, |client| {
        client.android_package = Some("com.example.grantless".into());
        client.android_fingerprints = vec![["CD"; 32].join(":")];
        client.grant_types.retain(|grant| *grant != WEBAUTHN);
    })
    .await;
    let tool = Tool::of(&scene, "").await;
    let found = read(&tool, "/passkeys/domain").await;
    assert_eq!(
        (&found["relying_party_identifier"], &found["enabled"], &found["served_here"]),
        (&json!("login.example"), &json!(true), &json!(true))
    );
    assert_eq!(found["connections"], json!(["passkeys"]));
    let app = |id: &str, platform: &str, name: &str, prints: &[&str]| json!({"client_id": name, "name": name, "platform": platform, "id": id, "certificates": prints});
    let apps = found["apps"].as_array().unwrap();
    for one in [
        app("ABCDE12345.com.example.good", "ios", "good", &[]),
        app("com.example.good", "android", "good", &[print.as_str()]),
    ] {
        assert!(apps.contains(&one), "{one} is not in {found}");
    }
    for (level, code) in
        [("error", "no_team"), ("error", "no_certificate"), ("error", "no_bundle"), ("hint", "no_grant")]
    {
        assert!(findings(&found).contains(&(level.into(), code.into())), "{code}: {found}");
    }
    let of_bad = found["findings"].as_array().unwrap().iter().find(|one| one["code"] == "no_team").unwrap();
    assert_eq!(of_bad["property"], "mobile.ios.team_id");
    assert!(of_bad["message"].as_str().unwrap().contains("Add mobile.ios.team_id"), "{of_bad}");
    for file in found["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        assert_eq!(file["content"], scene.server.get(path, &[]).await.json(), "{path}");
        assert_eq!(file["url"], format!("{ORIGIN}{path}"));
    }
}

#[tokio::test]
async fn a_domain_above_this_server_needs_copies_of_the_files_and_others_are_counted() {
    let change = |settings: &mut latchkey_core::Settings| {
        settings.limits = Limits::off();
        settings.issuer = "https://login.company.example/".into();
    };
    let scene = Scene::over(TestServer::over(TestEngine::with(change).await)).await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up_at(&mut passkey, "https://login.company.example").await;
    let body = json!({
        "domain": "login.company.example", "type": "self_managed_certs",
        "relying_party_identifier": "company.example",
    });
    let given = body.as_object().unwrap().clone();
    let made = scene.server.t.engine.create_custom_domain(&Operator::console(), given, true).await;
    made.unwrap();
    for number in 0..6 {
        note_domain(&scene, &format!("login.brand{number}.test")).await;
    }
    scene.set_options(json!({"authentication_methods": {}})).await;
    scene.set_tenant(json!({"passkeys": {"enabled": false}})).await;
    let found = scene.server.t.engine.passkey_domain().await.unwrap();
    assert_eq!(
        (&found["served_here"], &found["left_behind"]),
        (&json!(false), &json!(["login.company.example"]))
    );
    let codes: Vec<String> = findings(&found).into_iter().map(|(_, code)| code).collect();
    for code in ["off", "files_elsewhere", "too_many_domains", "left_behind", "no_connection"] {
        assert!(codes.iter().any(|found| found == code), "{code}: {codes:?}");
    }
    assert_eq!(found["files"][0]["url"], "https://company.example/.well-known/apple-app-site-association");
}
