//! The dashboard, page by page: getting started, activity, settings, signing keys and streams.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::model::Role;
use latchkey_testkit::{NATIVE, PHONE};
use serde_json::{Value, json};
use support::{Answer, Browser, EMAIL, ME, TestServer, enter, enter_as};

const ACTIVITY: &str = "/dashboard/activity";
const STREAMS: &str = "/dashboard/streams";
const SETTINGS: &str = "/dashboard/settings";
const KEYS: &str = "/dashboard/keys";

/// What a page must say, and what it must not.
fn says(page: &Answer, texts: &[&str], none: &[&str]) {
    for text in texts {
        assert!(page.text.contains(text), "{} lacks {text}: {}", page.status, page.text);
    }
    for text in none {
        assert!(!page.text.contains(text), "{} has {text}: {}", page.status, page.text);
    }
}

async fn leads_to(browser: &Browser<'_>, path: &str) -> String {
    browser.get(path).await.header("location").to_owned()
}

/// M-043
#[tokio::test]
async fn the_dashboard_begins_with_what_is_left_to_do() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let home = browser.follow(browser.get("/dashboard").await).await;
    says(&home, &["Getting started", "A domain and TLS", "3 of 6 done", "To do", "Look again"], &[]);
    says(
        &home,
        &["/dashboard/email", "/dashboard/admins", "/quickstart", "/dashboard/connections/passwordless"],
        &[],
    );
    assert_eq!(leads_to(&browser, "/dashboard").await, "/dashboard/start");

    server.t.senders.be_remote();
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.settled().await;
    let list = browser.get("/dashboard/start/checklist").await;
    assert_eq!(list.json()["items"][4], json!({"id": "sign_in", "done": true, "state": "done"}));
    enter_as(&server, "second@example.com", Role::Editor).await;
    assert_eq!(leads_to(&browser, "/dashboard/").await, ACTIVITY);
    says(&browser.get("/dashboard/start").await, &["6 of 6 done", "Everything is set up"], &["Look again"]);
    assert_eq!(leads_to(&Browser::new(&server), "/dashboard").await, "/dashboard/sign-in");
    assert_eq!(leads_to(&Browser::new(&server), "/dashboard/start/checklist").await, "/dashboard/sign-in");
}

/// M-043
#[tokio::test]
async fn names_of_applications_are_text() {
    let server = TestServer::new().await;
    let clients = server.t.engine.store.list_clients(&Default::default()).await.unwrap();
    for mut client in clients {
        client.name = String::from("<script>alert(1)</script>\u{202e}");
        server.t.engine.store.put_client(&client).await.unwrap();
    }
    let browser = enter(&server).await;
    let home = browser.follow(browser.get("/dashboard").await).await;
    says(&home, &["&#60;script&#62;alert(1)"], &["<script>alert"]);
    assert_eq!(browser.get("/dashboard/start").await.status, 200);
}

/// MS-007
#[tokio::test]
async fn activity_shows_what_happened_beside_what_was_before() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    says(&browser.get(ACTIVITY).await, &["Nothing happened", "0 users", "Set prices"], &["<svg"]);

    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.start_email(NATIVE, EMAIL).await.unwrap();
    server.t.clock.advance(20);
    let page = browser.get(&format!("{ACTIVITY}?days=7")).await;
    says(
        &page,
        &[
            "1 user<",
            "under 1 on average",
            "role=\"img\"",
            "The 7 days before: 0",
            "none before",
            "data-country=\"US\"",
            "Sign-ins by factor",
            "Code by SMS",
            "<td class=\"number\">100%</td>",
        ],
        &[PHONE, EMAIL],
    );
    says(
        &page,
        &["aria-current=\"page\">7 days", "<table>", "2026-11-24"],
        &["NaN", "aria-current=\"page\">30 days"],
    );
    server.t.clock.advance(1000);
    let day = "2026-11-24";
    let page = browser.get(&format!("{ACTIVITY}?from={day}&to={day}")).await;
    says(&page, &["This day: 1", "<details open>"], &["days-error", "cannot be shown"]);
    for odd in ["days=0", "days=x", "from=2026-13-01&to=2026-01-01", "from=1900-01-01&to=2026-01-01"] {
        let page = browser.get(&format!("{ACTIVITY}?{odd}")).await;
        assert_eq!(page.status, 400, "{odd}");
        says(&page, &["These days cannot be shown."], &[]);
    }
    let page = browser.get(&format!("{ACTIVITY}?from=2026-11-24&to=2026-11-20")).await;
    assert_eq!(page.status, 400);
    let typed = ["value=\"2026-11-24\" aria-invalid", "value=\"2026-11-20\" aria-invalid"];
    says(&page, &[&typed[..], &["id=\"days-error\"", "<details open>"]].concat(), &[]);
}

/// MS-007
#[tokio::test]
async fn prices_are_set_by_country_and_cost_is_shown() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = "/dashboard/activity/prices";
    let page = browser.get(path).await;
    let wrong = browser.submit(&page, path, &[("currency", "dollars"), ("sms", "0.05")]).await;
    assert_eq!(wrong.status, 400);
    says(&wrong, &["three letters of a currency", "value=\"0.05\"", "aria-invalid"], &[]);
    for countries in ["Germany 1", "DE", "DE x", "DE -1"] {
        let fields = [("currency", "EUR"), ("countries", countries)];
        says(&browser.submit(&page, path, &fields).await, &["Write two letters and a price"], &[]);
    }
    for thousands in ["1,000", "12,345", "1,000,000", "1,000.50"] {
        let wrong = browser.submit(&page, path, &[("currency", "EUR"), ("sms", thousands)]).await;
        assert_eq!(wrong.status, 400, "{thousands}");
        says(&wrong, &["id=\"sms-error\"", &format!("value=\"{thousands}\"")], &["Saved."]);
        let fields = [("currency", "EUR"), ("countries", &*format!("US {thousands}"))];
        assert_eq!(browser.submit(&page, path, &fields).await.status, 400, "{thousands}");
    }
    let fields = [("currency", "EUR"), ("sms", "0,005")];
    says(&browser.submit(&page, path, &fields).await, &["Saved.", "value=\"0.005\""], &[]);
    let fields = [("currency", "eur"), ("sms", "0,05"), ("countries", "us 0.25\n\nFR 0.1"), ("email", "")];
    let saved = browser.submit(&page, path, &fields).await;
    says(&saved, &["Saved.", "US 0.25", "value=\"EUR\"", "value=\"0.05\""], &[]);
    server.t.start(NATIVE, PHONE).await.unwrap();
    server.t.clock.advance(20);
    says(&browser.get(ACTIVITY).await, &["0.25 EUR", "1 message at the prices"], &["Set prices"]);
    let emptied = browser.submit(&saved, path, &[("currency", "")]).await;
    says(&emptied, &["Saved."], &["value=\"EUR\""]);
    says(&browser.get(ACTIVITY).await, &["Set prices"], &[]);
}

async fn tenant(server: &TestServer) -> Value {
    json!(server.t.engine.read_tenant().await.unwrap())
}

/// M-042
#[tokio::test]
async fn settings_are_changed_field_by_field_and_the_rest_stays() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let owner = server.t.engine.admin_operator(ME).await.unwrap().unwrap();
    let kept = json!({"flags": {"enable_sso": true}, "device_flow": {"charset": "digits"}});
    server.t.engine.update_tenant(&owner, kept.as_object().unwrap().clone()).await.unwrap();
    let page = browser.get(SETTINGS).await;
    says(&page, &["https://login.example/", "VACUUM INTO", "pg_dump", "168 is a week", "Who you are"], &[]);
    let fields = [
        ("friendly_name", "Acme"),
        ("support_email", "help@example.com"),
        ("session_lifetime", "24"),
        ("idle_session_lifetime", "0,5"),
        ("session_cookie.mode", "non-persistent"),
        ("allowed_logout_urls", "https://a.example/\r\nhttps://b.example/"),
        ("flags.enforce_client_authentication_on_passwordless_start", "on"),
        ("flags.revoke_refresh_token_grant", "on"),
        ("enabled_locales", "de"),
        ("enabled_locales", "en"),
    ];
    let saved = browser.submit(&page, SETTINGS, &fields).await;
    says(&saved, &["Saved.", "value=\"Acme\"", "value=\"0.5\""], &[]);
    let found = tenant(&server).await;
    assert_eq!((&found["session_lifetime"], &found["idle_session_lifetime"]), (&json!(24), &json!(0.5)));
    let flags = json!({
        "enable_sso": true, "enforce_client_authentication_on_passwordless_start": true,
        "enable_client_connections": false, "revoke_refresh_token_grant": true,
    });
    assert_eq!((&found["flags"], &found["device_flow"]), (&flags, &json!({"charset": "digits"})));
    assert_eq!(found["enabled_locales"], json!(["de", "en"]));
    assert_eq!(found["allowed_logout_urls"], json!(["https://a.example/", "https://b.example/"]));

    let wrong = [("support_email", "<nobody>"), ("session_lifetime", "soon"), ("friendly_name", "Beta")];
    let refused = browser.submit(&saved, SETTINGS, &wrong).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    says(&refused, &["aria-invalid", "value=\"Beta\"", "Nothing was saved"], &["<nobody>"]);
    assert_eq!(tenant(&server).await["friendly_name"], "Acme");
    let viewer = enter_as(&server, "viewer@example.com", Role::Viewer).await;
    says(&viewer.get(SETTINGS).await, &["disabled"], &["Save</button>"]);
}

/// M-042
#[tokio::test]
async fn branding_keeps_what_has_no_field() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let owner = server.t.engine.admin_operator(ME).await.unwrap().unwrap();
    let background = json!({"type": "linear-gradient", "start": "#fff", "end": "#eee", "angle_deg": 35});
    let gradient = json!({"colors": {"primary": "#111111", "page_background": background}});
    server.t.engine.update_branding(&owner, gradient.as_object().unwrap().clone()).await.unwrap();
    let path = "/dashboard/settings/branding";
    let page = browser.get(path).await;
    says(&page, &["value=\"#111111\"", "stays readable"], &["page_background"]);
    let fields = [("colors.primary", "#222222"), ("logo_url", "https://cdn.example/logo.svg")];
    says(&browser.submit(&page, path, &fields).await, &["Saved."], &[]);
    let found = server.t.engine.read_branding().await.unwrap();
    assert_eq!(json!(found["colors"]), json!({"primary": "#222222", "page_background": background}));
    let refused = browser.submit(&page, path, &[("colors.primary", "red")]).await;
    says(&refused, &["aria-invalid", "value=\"red\""], &[]);
    let emptied = browser.submit(&page, path, &[("colors.primary", "#222222"), ("logo_url", "")]).await;
    says(&emptied, &["Saved."], &["cdn.example"]);
}

/// M-042
#[tokio::test]
async fn what_is_no_colour_is_told_where_it_stands() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = "/dashboard/settings/branding";
    let page = browser.get(path).await;
    let (primary, background) = ("id=\"colors.primary-error\"", "id=\"colors.page_background-error\"");
    for (typed, told, fine) in [
        ([("colors.primary", "#222222"), ("colors.page_background", "white")], background, primary),
        ([("colors.primary", "red"), ("colors.page_background", "#fff")], primary, background),
        ([("colors.primary", "red"), ("colors.page_background", "")], primary, background),
    ] {
        let refused = browser.submit(&page, path, &typed).await;
        assert_eq!(refused.status, 400);
        says(&refused, &[told, "Must be a colour", "one of the fields below"], &[fine]);
    }
    let font = browser.submit(&page, path, &[("font.url", "nowhere")]).await;
    says(&font, &["id=\"font.url-error\""], &[primary, background]);
}

/// M-042
#[tokio::test]
async fn domains_are_added_changed_and_deleted_by_their_name() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = "/dashboard/settings/domains";
    let page = browser.get(path).await;
    says(&page, &["There is no custom domain", "login.example"], &[]);
    let refused = browser.submit(&page, path, &[("domain", "no host"), ("type", "self_managed_certs")]).await;
    assert_eq!(refused.status, 400);
    says(&refused, &["aria-invalid", "value=\"no host\""], &[]);
    let made =
        browser.submit(&page, path, &[("domain", "id.acme.example"), ("type", "self_managed_certs")]).await;
    says(&made, &["Created.", "id.acme.example", "Pending"], &[]);
    let id = server.t.engine.list_custom_domains().await.unwrap().remove(0).id;
    let one = format!("{path}/{id}");
    let page = browser.get(&one).await;
    let wrong = browser.submit(&page, &one, &[("relying_party_identifier", "other.example")]).await;
    says(&wrong, &["aria-invalid", "value=\"other.example\""], &[]);
    let saved = browser.submit(&page, &one, &[("relying_party_identifier", "acme.example")]).await;
    says(&saved, &["Saved.", "value=\"acme.example\""], &[]);
    let kept = browser.submit(&saved, &one, &[("act", "delete"), ("confirm", "acme")]).await;
    assert_eq!(kept.status, 400);
    says(
        &kept,
        &["type the domain to confirm", "<details class=\"part danger\" open>", "This is not the same."],
        &[],
    );
    let gone = browser.submit(&saved, &one, &[("act", "delete"), ("confirm", "id.acme.example")]).await;
    says(&gone, &["Deleted.", "There is no custom domain"], &[]);
    assert_eq!(browser.get(&one).await.status, 404);
}

/// M-036
#[tokio::test]
async fn keys_are_turned_and_revoked_once_the_word_is_typed() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let page = browser.get(KEYS).await;
    says(&page, &["Current", "Next", "RS256", "Fingerprint", "/.well-known/jwks.json"], &["Revoke this key"]);
    let kids = async |state: &str| {
        let keys = server.t.engine.show_signing_keys().await.unwrap();
        let found = keys.iter().find(|key| key[state] == true && key["alg"] == "RS256");
        found.map(|key| key["kid"].as_str().unwrap().to_owned())
    };
    let old = kids("current").await.unwrap();
    let certificate = browser.get(&format!("{KEYS}/{old}/certificate")).await;
    assert!(certificate.text.starts_with("-----BEGIN CERTIFICATE-----"), "{}", certificate.text);
    assert_eq!(certificate.header("content-disposition"), format!("attachment; filename=\"{old}.pem\""));
    assert_eq!(browser.get(&format!("{KEYS}/none%2F/certificate")).await.status, 404);

    let kept = browser.submit(&page, KEYS, &[("confirm", "yes")]).await;
    assert_eq!((kept.status.as_u16(), kids("current").await.unwrap()), (400, old.clone()));
    says(&kept, &["type rotate to confirm", "aria-invalid", "id=\"rotate-error\""], &[]);
    let turned = browser.submit(&page, KEYS, &[("confirm", " Rotate ")]).await;
    says(&turned, &["Rotated.", "Previous", "Revoke this key"], &[]);
    assert_eq!(kids("previous").await, Some(old.clone()));

    let kept = browser.submit(&turned, KEYS, &[("kid", &old), ("confirm", "rotate")]).await;
    says(&kept, &["type revoke to confirm", "id=\"revoke-error-"], &["id=\"rotate-error\""]);
    assert_eq!(kids("revoked").await, None);
    let editor = enter_as(&server, "editor@example.com", Role::Editor).await;
    says(&editor.get(KEYS).await, &["Only owners rotate"], &["name=\"confirm\""]);
    let gone = browser.submit(&turned, KEYS, &[("kid", &old), ("confirm", "revoke")]).await;
    says(&gone, &["Revoked."], &["Revoke this key"]);
    assert_eq!(kids("revoked").await, Some(old));
}

/// S-120
#[tokio::test]
async fn an_editor_cannot_turn_the_keys() {
    let server = TestServer::new().await;
    enter(&server).await;
    let editor = enter_as(&server, "editor@example.com", Role::Editor).await;
    let page = editor.get(SETTINGS).await;
    let token = support::Form::of(&page, SETTINGS).token().to_owned();
    let refused = editor.post(KEYS, &[("token", &token), ("confirm", "rotate")]).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    says(&refused, &["Insufficient scope"], &[]);
    assert_eq!(editor.post(KEYS, &[("confirm", "rotate")]).await.status, 403);
}

async fn streams(server: &TestServer) -> Vec<Value> {
    let all = server.t.engine.list_log_streams().await.unwrap();
    all.iter().map(|stream| json!(server.t.engine.log_stream_in_clear(stream, true).unwrap())).collect()
}

/// MS-007
#[tokio::test]
async fn a_stream_is_created_changed_paused_and_deleted() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    says(&browser.get(STREAMS).await, &["There is no stream yet", "Create a stream"], &[]);
    let new = format!("{STREAMS}/new");
    let page = browser.get(&new).await;
    let fields = [
        ("name", "SIEM <b>"),
        ("sink.httpEndpoint", "https://logs.example/in"),
        ("sink.httpAuthorization", "canary-one"),
        ("sink.httpCustomHeaders", "X-Key: canary-two"),
        ("sink.httpContentFormat", "JSONARRAY"),
        ("filters", "auth.login.fail"),
        ("filters", "user.fail"),
    ];
    let refused = browser.submit(&page, &new, &fields).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let fields = fields.map(|(name, value)| (name, if name == "name" { "SIEM" } else { value }));
    let wrong =
        fields.map(|(name, value)| (name, if name == "sink.httpEndpoint" { "nowhere" } else { value }));
    let refused = browser.submit(&page, &new, &wrong).await;
    says(&refused, &["aria-invalid", "value=\"nowhere\"", "value=\"SIEM\""], &["canary"]);
    let made = browser.submit(&page, &new, &fields).await;
    says(&made, &["Created.", "shown only once", "whsec_", "Healthy"], &["canary"]);
    let stored = streams(&server).await.remove(0);
    assert_eq!(stored["sink"]["httpAuthorization"], "canary-one");
    assert_eq!(stored["sink"]["httpCustomHeaders"], json!([{"header": "X-Key", "value": "canary-two"}]));
    assert_eq!(
        (&stored["sink"]["httpContentFormat"], stored["filters"].as_array().unwrap().len()),
        (&json!("JSONARRAY"), 2)
    );
    says(&browser.get(STREAMS).await, &["2 categories", ">SIEM</a>"], &["canary"]);

    let path = format!("{STREAMS}/{}", stored["id"].as_str().unwrap());
    let page = browser.get(&path).await;
    says(&page, &["https://logs.example/in", "State", "Delivery"], &["canary", "startFrom", "whsec_"]);
    let act = async |act: &str, more: &[(&str, &str)]| {
        let token = support::Form::of(&browser.get(&path).await, &path).token().to_owned();
        let mut fields = vec![("token", token.as_str()), ("act", act)];
        fields.extend(more);
        browser.follow(browser.post(&path, &fields).await).await
    };
    says(&act("pause", &[]).await, &["Paused.", "Go on"], &[]);
    assert_eq!(streams(&server).await[0]["status"], "paused");
    let changed = [
        ("name", "Old  archive"),
        ("sink.httpEndpoint", "https://logs.example/in"),
        ("sink.httpContentFormat", "JSONLINES"),
    ];
    says(&act("save", &changed).await, &["Saved.", "Old  archive"], &[]);
    let stored = streams(&server).await.remove(0);
    assert_eq!((&stored["status"], &stored["filters"]), (&json!("paused"), &json!([])));
    assert_eq!(stored["sink"]["httpAuthorization"], "canary-one");
    says(&act("resume", &[]).await, &["The stream goes on."], &[]);
    // To another server only with its secrets.
    let moved = [("name", "Old  archive"), ("sink.httpEndpoint", "https://other.example/in")];
    says(&act("save", &moved).await, &["Must be given again"], &["Saved."]);

    let kept = act("delete", &[("confirm", "SIEM")]).await;
    says(&kept, &["type the name of the stream", "id=\"delete-confirm-error\"", "value=\"SIEM\""], &[]);
    assert_eq!(streams(&server).await.len(), 1);
    // A page shows one space where the name has two.
    says(&act("delete", &[("confirm", "Old archive")]).await, &["Deleted.", "There is no stream yet"], &[]);
    assert_eq!(browser.get(&path).await.status, 404);
    let answer = browser.request(Method::GET, &format!("{STREAMS}/lst_%7C%2F"), &[], b"").await;
    assert_eq!(answer.status, 404);
}

/// MS-001
#[tokio::test]
async fn a_stream_tells_how_it_goes_and_is_tried_replayed_and_given_a_new_secret() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let new = format!("{STREAMS}/new");
    let page = browser.get(&new).await;
    let fields = [("name", "SIEM"), ("sink.httpEndpoint", "https://logs.example/in")];
    browser.submit(&page, &new, &fields).await;
    let stored = streams(&server).await.remove(0);
    let path = format!("{STREAMS}/{}/delivery", stored["id"].as_str().unwrap());
    let page = browser.get(&path).await;
    says(&page, &["Healthy", "0 events", "None yet", "Send a test"], &["whsec_", "Failing since"]);
    let act = async |act: &str, more: &[(&str, &str)]| {
        let token = support::Form::of(&page, &path).token().to_owned();
        let mut fields = vec![("token", token.as_str()), ("act", act)];
        fields.extend(more);
        browser.follow(browser.post(&path, &fields).await).await
    };
    says(&act("test", &[]).await, &["The receiver took it."], &["It was not taken"]);
    says(&act("replay", &[("from", "2026-11-01")]).await, &["Events are sent again"], &[]);
    let wrong = act("replay", &[("from", "yesterday <b>")]).await;
    assert_eq!(wrong.status, 400);
    says(
        &wrong,
        &["Is not the id of an entry.", "value=\"yesterday &#60;b&#62;\"", "aria-invalid"],
        &["<b>"],
    );
    let later = act("replay", &[("from", "2099-01-01")]).await;
    says(&later, &["Is later than what was delivered so far."], &["Events are sent again"]);
    says(&act("secret", &[("overlap", "day")]).await, &["whsec_", "shown only once"], &[]);
    for typed in ["", "siem"] {
        let kept = act("secret", &[("overlap", "none"), ("confirm", typed)]).await;
        assert_eq!(kept.status, 400);
        says(&kept, &["This is not the same.", "id=\"at-once-confirm-error\""], &["whsec_"]);
    }
    let stopped = act("secret", &[("overlap", "none"), ("confirm", "SIEM")]).await;
    says(&stopped, &["whsec_", "shown only once"], &[]);
    says(&browser.get(&path).await, &["Healthy"], &["whsec_"]);
    assert_eq!(browser.get(&format!("{STREAMS}/lst_1/delivery")).await.status, 404);
}

/// S-120, S-125
#[tokio::test]
async fn who_is_shown_no_signing_secret_is_told_so() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let new = format!("{STREAMS}/new");
    let editor = enter_as(&server, "editor@example.com", Role::Editor).await;
    let fields = [("name", "SIEM"), ("sink.httpEndpoint", "https://logs.example/in")];
    let made = editor.submit(&editor.get(&new).await, &new, &fields).await;
    let unshown = "Created, without showing its signing secret";
    says(&made, &[unshown, "Only owners make a new signing secret."], &["whsec_", "Make a new secret"]);

    server.t.clock.advance(15 * 60);
    let made = browser.submit(&browser.get(&new).await, &new, &fields).await;
    says(&made, &[unshown, "Make a new secret"], &["whsec_", "Only owners"]);
    let stored = streams(&server).await.remove(0);
    let path = format!("{STREAMS}/{}/delivery", stored["id"].as_str().unwrap());
    let page = browser.get(&path).await;
    let token = support::Form::of(&page, &path).token().to_owned();
    let refused = browser.post(&path, &[("token", token.as_str()), ("act", "secret")]).await;
    says(&refused, &["Sign in again</a>"], &["whsec_"]);
}
