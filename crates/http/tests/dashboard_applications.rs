//! The dashboard's applications: list, creation, quick starts, settings, connections, grants, keys, the end of one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_core::model::{Client, ClientId, ClientKind, Role, TokenEndpointAuthMethod};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{CONFIDENTIAL, MACHINE, NATIVE, PHONE, SPA};
use latchkey_wire::token;
use support::{Answer, Browser, TestServer, enter, enter_as, filled};

const PATH: &str = "/dashboard/applications";

async fn client(server: &TestServer, id: &str) -> Client {
    server.t.engine.store.find_client(&ClientId::from(id)).await.unwrap().unwrap()
}

async fn named(server: &TestServer, name: &str) -> Client {
    let all = server.t.engine.store.list_clients(&Page { after: None, limit: 100 }).await.unwrap();
    all.into_iter().find(|client| client.name == name).unwrap()
}

async fn secret(server: &TestServer, id: &str) -> String {
    let client = client(server, id).await;
    let context = Client::secret_context(&client.id);
    let opened = server.t.engine.vault.open_text(&context, &client.secret.unwrap()).unwrap();
    opened.expose().to_owned()
}

async fn enabled(server: &TestServer, connection: &str, client: &str) -> bool {
    let found = server.t.engine.store.find_connection(connection).await.unwrap().unwrap();
    found.enabled_clients.contains(&ClientId::from(client))
}

async fn events(server: &TestServer) -> usize {
    let page = Page { after: None, limit: 100 };
    server.t.engine.store.list_events(&EventFilter::default(), &page).await.unwrap().len()
}

/// The texts of the snippets of a quick start.
fn snippets(page: &Answer) -> Vec<String> {
    let texts = page.text.split("<pre><code id=\"code-").skip(1);
    let inner = |rest: &str| rest.split_once('>').unwrap().1.split("</code>").next().unwrap().to_owned();
    texts.map(|rest| support::unescape(&inner(rest))).collect()
}

/// What a curl command of a snippet sends, as a shell would read it.
async fn run(server: &TestServer, curl: &str, changes: &[(&str, &str)]) -> Answer {
    let curl = changes.iter().fold(curl.replace("\\\n", " "), |text, (from, to)| text.replace(from, to));
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in curl.chars() {
        match c {
            '\'' | '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    let url = words.iter().find(|word| word.starts_with("https://")).unwrap();
    let path = url.strip_prefix("https://login.example").unwrap();
    let given = words.windows(2).filter(|pair| pair[0] == "-d" || pair[0] == "--data-urlencode");
    let mut body = form_urlencoded::Serializer::new(String::new());
    for pair in given {
        let (name, value) = pair[1].split_once('=').unwrap();
        body.append_pair(name, value);
    }
    server.form(path, &body.finish()).await
}

/// M-043
#[tokio::test]
async fn a_new_application_leads_to_its_quick_start_and_can_be_signed_in_to() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = format!("{PATH}/new");
    let page = browser.get(&path).await;
    let made = browser.save(&page, &path, &[("name", "My shop"), ("type", "native")]).await;
    assert!(made.status == 200 && made.text.contains("Created."), "{}", made.text);
    let client = named(&server, "My shop").await;
    assert!(made.text.contains(client.id.as_str()) && made.text.contains("login.example"), "{}", made.text);
    assert_eq!((client.kind, client.auth_method), (ClientKind::Native, TokenEndpointAuthMethod::None));
    assert!(client.oidc_conformant && client.refresh.rotating && client.refresh.leeway == 30);
    assert!(client.refresh.reuse_while_child_unused);
    assert!(!client.allows(token::IMPLICIT) && client.allows(token::PASSWORDLESS_OTP));
    for connection in ["sms", "email"] {
        assert!(enabled(&server, connection, client.id.as_str()).await, "{connection}");
    }

    // The curl of the quick start, as pasted.
    let curl = browser.get(&format!("{PATH}/{}/quickstart?with=curl", client.id)).await;
    assert!(curl.text.contains("Everything is in place."), "{}", curl.text);
    let steps = snippets(&curl);
    let started = run(&server, &steps[0], &[]).await;
    assert_eq!(started.status, 200, "{}", started.text);
    let tokens = run(&server, &steps[1], &[("123456", &server.t.code())]).await;
    assert!(tokens.status == 200 && tokens.json()["id_token"].is_string(), "{}", tokens.text);
    assert!(steps[0].contains(PHONE));
}

/// M-043
#[tokio::test]
async fn a_new_application_without_a_name_or_a_type_is_asked_for_again() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = format!("{PATH}/new");
    let page = browser.get(&path).await;
    let untyped = browser.save(&page, &path, &[("name", "Shop & Söhne")]).await;
    assert!(untyped.status == 400 && untyped.text.contains("Choose what it is."), "{}", untyped.text);
    assert!(untyped.text.contains("value=\"Shop &#38; Söhne\""), "{}", untyped.text);
    for name in ["<b>", "", &"x".repeat(141)] {
        let refused = browser.save(&page, &path, &[("name", name), ("type", "spa")]).await;
        assert_eq!(refused.status, 400, "{name}: {}", refused.text);
        assert!(refused.text.contains("aria-invalid") && !refused.text.contains("<b>"), "{}", refused.text);
    }
    let only_sms: Vec<(String, String)> = filled(&page, &path);
    assert_eq!(only_sms.iter().filter(|(name, _)| name == "connection").count(), 2);
}

/// M-043
#[tokio::test]
async fn the_list_finds_applications_by_a_part_of_their_name_or_id_and_pages() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    for number in 0..60 {
        let id = format!("many-{number:02}");
        server
            .t
            .add_client(&id, ClientKind::Spa, None, |client| client.name = format!("متجر {number}"))
            .await;
    }
    let first = browser.get(PATH).await;
    assert!(first.text.contains("1–50 of 66") && first.text.contains("متجر 1"), "{}", first.text);
    let second = browser.get(&format!("{PATH}?page=1")).await;
    assert!(second.text.contains("51–66 of 66") && second.text.contains("many-59"), "{}", second.text);
    let found = browser.get(&format!("{PATH}?q=MANY-07")).await;
    assert!(found.text.contains("many-07") && !found.text.contains("many-08"), "{}", found.text);
    let none = browser.get(&format!("{PATH}?q=%3Cscript%3E")).await;
    assert!(none.text.contains("&#60;script&#62;") && !none.text.contains("<script>"), "{}", none.text);
    assert_eq!(browser.get(&format!("{PATH}?page=99999999999")).await.status, 400);
    assert_eq!(browser.get(&format!("{PATH}/a%2Fb%7Cc/settings")).await.status, 404);
}

/// M-043, M-014
#[tokio::test]
async fn settings_are_saved_field_by_field_and_nothing_else_changes() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = format!("{PATH}/{SPA}/settings");
    let page = browser.get(&path).await;
    let (before, told) = (client(&server, SPA).await, events(&server).await);
    let saved = browser.save(&page, &path, &[]).await;
    assert!(saved.text.contains("Saved."), "{}", saved.text);
    assert_eq!((client(&server, SPA).await, events(&server).await), (before, told));

    let changes = [
        ("name", "Shop"),
        ("description", "Sells things"),
        ("callbacks", "https://app.example/cb\r\nhttps://app.example/two\r\n"),
        ("jwt_configuration.lifetime_in_seconds", "600"),
        ("refresh_token.leeway", "10"),
        ("cross_origin_authentication", "on"),
        ("android.app_package_name", "com.example.app"),
        ("client_metadata", "{\"team\": \"payments\", \"plan\": \"big\"}"),
    ];
    let saved = browser.save(&page, &path, &changes).await;
    assert!(
        saved.text.contains("Saved.") && saved.text.contains("https://app.example/two"),
        "{}",
        saved.text
    );
    let after = client(&server, SPA).await;
    assert_eq!(after.callbacks, ["https://app.example/cb", "https://app.example/two"]);
    assert_eq!((after.name.as_str(), after.jwt.lifetime, after.refresh.leeway), ("Shop", 600, 10));
    assert!(after.cross_origin_login && after.refresh.rotating);
    assert_eq!(after.android_package.as_deref(), Some("com.example.app"));
    assert_eq!(after.further["client_metadata"]["plan"], "big");
    assert_eq!(after.web_origins, ["https://app.example"]);

    let fewer = [("client_metadata", "{\"team\": \"payments\"}"), ("description", ""), ("web_origins", "")];
    browser.save(&saved, &path, &fewer).await;
    let after = client(&server, SPA).await;
    assert_eq!(after.further["client_metadata"], serde_json::json!({"team": "payments"}));
    assert!(after.web_origins.is_empty() && !after.further.contains_key("description"));
    assert_eq!(after.jwt.lifetime, 600);
}

/// M-043
#[tokio::test]
async fn a_wrong_setting_is_told_at_its_field_and_the_rest_stays_as_typed() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = format!("{PATH}/{SPA}/settings");
    let page = browser.get(&path).await;
    let before = client(&server, SPA).await;
    for (field, value) in [
        ("name", ""),
        ("jwt_configuration.lifetime_in_seconds", "soon"),
        ("callbacks", "nowhere"),
        ("initiate_login_uri", "http://app.example/"),
        ("android.app_package_name", "not a package"),
        ("client_metadata", "{"),
        ("jwt_configuration.alg", "HS256"),
    ] {
        let refused = browser.save(&page, &path, &[("description", "Typed"), (field, value)]).await;
        assert_eq!(refused.status, 400, "{field}");
        assert!(refused.text.contains(&format!("id=\"{field}-error\"")), "{field}: {}", refused.text);
        assert!(refused.text.contains("value=\"Typed\""), "{field}");
    }
    assert_eq!(client(&server, SPA).await, before);
}

/// S-123, M-043
#[tokio::test]
async fn a_secret_stands_in_no_page_but_the_one_that_an_owner_asks_for() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let (settings, reveal) =
        (format!("{PATH}/{CONFIDENTIAL}/settings"), format!("{PATH}/{CONFIDENTIAL}/secret"));
    let page = browser.get(&settings).await;
    assert!(page.status == 200 && !page.text.contains("web-secret"), "{}", page.text);
    let shown = browser.save(&page, &reveal, &[]).await;
    assert!(shown.status == 200 && shown.text.contains("web-secret"), "{}", shown.text);
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(browser.get(&reveal).await.header("location"), settings);

    let editor = enter_as(&server, "editor@example.com", Role::Editor).await;
    let page = editor.get(&settings).await;
    assert!(page.text.contains("Only owners see it."), "{}", page.text);
    let token = support::Form::of(&page, &settings).token().to_owned();
    let refused = editor.post(&reveal, &[("token", &token)]).await;
    assert!(refused.status == 403 && !refused.text.contains("web-secret"), "{}", refused.text);
    let rotate = format!("{PATH}/{CONFIDENTIAL}/rotate");
    let refused = editor.post(&rotate, &[("token", &token), ("confirm", CONFIDENTIAL)]).await;
    assert_eq!((refused.status.as_u16(), secret(&server, CONFIDENTIAL).await.as_str()), (403, "web-secret"));
}

/// S-125
#[tokio::test]
async fn an_owner_who_signed_in_long_ago_is_led_to_a_fresh_sign_in() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    server.t.clock.advance(15 * 60);
    let base = format!("{PATH}/{CONFIDENTIAL}");
    let settings = browser.get(&format!("{base}/settings")).await;
    assert!(!settings.text.contains("Only owners"), "{}", settings.text);
    let keys = browser.get(&format!("{base}/credentials")).await;
    assert!(!keys.text.contains("Only owners"), "{}", keys.text);
    let public = include_str!("../../core/tests/keys/rsa-1.pub.pem");
    for (page, act, fields) in [
        (&settings, "secret", [("confirm", ""), ("pem", "")]),
        (&settings, "rotate", [("confirm", "web"), ("pem", "")]),
        (&keys, "credentials", [("confirm", ""), ("pem", public)]),
    ] {
        let refused = browser.save(page, &format!("{base}/{act}"), &fields).await;
        assert!(refused.status == 403 && refused.text.contains("Sign in again</a>"), "{}", refused.text);
        assert!(!refused.text.contains("web-secret"), "{}", refused.text);
        // A sign-in goes on at the page that the form stands on.
        let here = format!("{base}/{act}");
        let to = here.replace('/', "%2F");
        assert!(refused.text.contains(&format!("/dashboard/sign-in?to={to}\"")), "{}", refused.text);
        assert_eq!(browser.follow(browser.get(&here).await).await.text, page.text);
    }
    assert_eq!(secret(&server, CONFIDENTIAL).await, "web-secret");
    let used = browser.get(&format!("{base}/credentials/x/remove")).await;
    assert_eq!(used.header("location"), format!("{base}/credentials"));
}

/// M-015, M-043
#[tokio::test]
async fn a_new_secret_and_the_end_of_an_application_need_its_name() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let settings = format!("{PATH}/{CONFIDENTIAL}/settings");
    let page = browser.get(&settings).await;
    let [rotate, delete] = ["rotate", "delete"].map(|act| format!("{PATH}/{CONFIDENTIAL}/{act}"));
    for path in [&rotate, &delete] {
        let refused = browser.save(&page, path, &[("confirm", "wob")]).await;
        assert!(refused.status == 400 && refused.text.contains("This is not the same."), "{}", refused.text);
    }
    assert_eq!(secret(&server, CONFIDENTIAL).await, "web-secret");
    let rotated = browser.save(&page, &rotate, &[("confirm", " web ")]).await;
    let new = secret(&server, CONFIDENTIAL).await;
    assert!(new != "web-secret" && rotated.text.contains("works no more"), "{}", rotated.text);
    assert!(!rotated.text.contains(&new));

    let gone = browser.save(&rotated, &delete, &[("confirm", "web")]).await;
    assert!(gone.text.contains("Deleted.") && !gone.text.contains(&settings), "{}", gone.text);
    assert_eq!(browser.get(&settings).await.status, 404);
    let viewer = enter_as(&server, "viewer@example.com", Role::Viewer).await;
    let page = viewer.get(&format!("{PATH}/{SPA}/settings")).await;
    assert!(page.text.contains("<fieldset disabled>") && !page.text.contains("Danger zone"), "{}", page.text);
    let token = support::Form::of(&page, &format!("{PATH}/{SPA}/settings")).token().to_owned();
    for act in ["delete", "rotate", "settings", "connections"] {
        let fields = [("token", token.as_str()), ("confirm", "spa"), ("on", "con"), ("name", "x")];
        let refused = viewer.post(&format!("{PATH}/{SPA}/{act}"), &fields).await;
        assert!(matches!(refused.status.as_u16(), 403 | 404), "{act}: {} {}", refused.status, refused.text);
    }
}

/// M-043
#[tokio::test]
async fn a_quick_start_says_what_its_code_needs_and_a_press_gives_it() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    server.t.add_client("new-spa", ClientKind::Spa, None, |client| client.callbacks.clear()).await;
    let path = format!("{PATH}/new-spa/quickstart");
    let mut page = browser.get(&format!("{path}?with=auth0-js&by=email")).await;
    assert!(page.text.contains("http://localhost:3000/") && page.text.contains("Missing"), "{}", page.text);
    assert!(page.text.contains("By email</a>") && snippets(&page)[1].contains("Email address"));
    // Callback, cross-origin, implicit; the way in leads to another page.
    for _ in 0..3 {
        page = browser.save(&page, &path, &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
    }
    let after = client(&server, "new-spa").await;
    assert!(after.cross_origin_login && after.allows(token::IMPLICIT), "{after:?}");
    assert_eq!(after.callbacks, ["http://localhost:3000/"]);
    assert_eq!(page.text.matches(">Missing<").count(), 1, "{}", page.text);
    assert!(page.text.contains(&format!("{PATH}/new-spa/connections\">Go there")), "{}", page.text);
    let viewer = enter_as(&server, "viewer@example.com", Role::Viewer).await;
    let page = viewer.get(&path).await;
    assert!(page.text.contains("Missing") && !page.text.contains("Set this"), "{}", page.text);
}

/// M-043
#[tokio::test]
async fn every_type_has_code_with_its_own_names() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let guides = [
        (NATIVE, "swift", "Auth0.authentication(clientId: \"native\", domain: \"login.example\")"),
        (NATIVE, "android", "loginWithPhoneNumber"),
        (NATIVE, "lock-ios", "newSMSViewController"),
        (SPA, "spa-js", "clientId: 'spa'"),
        (SPA, "widget", "redirect-uri=\"https://app.example/cb\""),
        (SPA, "lock", "new Auth0LockPasswordless('spa', 'login.example'"),
        (CONFIDENTIAL, "openid-client", "new URL('https://login.example/'), 'web'"),
        (CONFIDENTIAL, "node", "sendSMS"),
        (MACHINE, "curl", "audience='https://api.example/'"),
    ];
    for (id, with, code) in guides {
        let page = browser.get(&format!("{PATH}/{id}/quickstart?with={with}")).await;
        let all = snippets(&page).join("\n");
        assert!(all.contains(code), "{id} {with}: {all}");
        assert!(!all.contains("web-secret") && !all.contains("machine-secret"), "{all}");
    }
    // Codes of a web application and of a machine, as pasted.
    let page = browser.get(&format!("{PATH}/{MACHINE}/quickstart")).await;
    let got = run(&server, &snippets(&page)[1], &[("$CLIENT_SECRET", "machine-secret")]).await;
    assert!(got.status == 200 && got.json()["access_token"].is_string(), "{}", got.text);
    let page = browser.get(&format!("{PATH}/{CONFIDENTIAL}/quickstart?with=curl&by=email")).await;
    let steps = snippets(&page);
    let secret = ("$CLIENT_SECRET", "web-secret");
    assert_eq!(run(&server, &steps[1], &[secret]).await.status, 200);
    let code = support::Way::Email.code(&server.t);
    let got = run(&server, &steps[2], &[secret, ("123456", &code)]).await;
    assert!(got.status == 200 && got.json()["id_token"].is_string(), "{}", got.text);
}

/// M-013, M-043
#[tokio::test]
async fn connections_are_switched_as_the_page_showed_them() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = format!("{PATH}/{SPA}/connections");
    let page = browser.get(&path).await;
    let find = async |name| server.t.engine.store.find_connection(name).await.unwrap().unwrap();
    let (sms, mut email) = (find("sms").await, find("email").await);
    // In the meantime somebody else takes the application from email, which this form leaves alone.
    email.enabled_clients.retain(|id| id.as_str() != SPA);
    server.t.engine.put_connection(&email).await.unwrap();
    let saved = browser.save(&page, &path, &[("connection", email.id.as_str())]).await;
    assert!(saved.text.contains("Saved."), "{}", saved.text);
    assert!(!enabled(&server, "sms", SPA).await && !enabled(&server, "email", SPA).await);
    assert!(enabled(&server, "sms", NATIVE).await);
    let back = browser.save(&saved, &path, &[("connection", sms.id.as_str())]).await;
    assert!(enabled(&server, "sms", SPA).await && back.status == 200);
}

/// M-043
#[tokio::test]
async fn keys_are_added_used_and_removed_and_private_ones_refused() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = format!("{PATH}/{MACHINE}/credentials");
    let page = browser.get(&path).await;
    let private = include_str!("../../server/assets/seed-keys/rsa-1.pem");
    let refused = browser.save(&page, &path, &[("name", "Mine"), ("pem", private)]).await;
    assert!(refused.status == 400 && refused.text.contains("That is a private key"), "{}", refused.text);
    assert!(!refused.text.contains("BEGIN PRIVATE") && refused.text.contains("value=\"Mine\""));
    let day = browser.save(&page, &path, &[("pem", "x"), ("expires_at", "2001-01-01")]).await;
    assert!(day.status == 400 && day.text.contains("aria-invalid"), "{}", day.text);

    let public = include_str!("../../core/tests/keys/rsa-1.pub.pem");
    let fields = [("name", "Mine"), ("pem", public), ("alg", "PS256"), ("expires_at", "2031-01-31")];
    let added = browser.save(&page, &path, &fields).await;
    assert!(added.text.contains("PS256") && added.text.contains("Not used"), "{}", added.text);
    let key = client(&server, MACHINE).await.credentials.remove(0);
    assert!(key.alg == "PS256" && key.expires_at.is_some());
    let [on, gone] = ["use", "remove"].map(|act| format!("{path}/{}/{act}", key.id));
    let used = browser.save(&added, &on, &[]).await;
    assert!(used.text.contains("In use") && !used.text.contains(&gone), "{}", used.text);
    assert_eq!(client(&server, MACHINE).await.auth_method, TokenEndpointAuthMethod::PrivateKeyJwt);
    // Its method is not a field of the settings any more, and saving these leaves it.
    let settings = format!("{PATH}/{MACHINE}/settings");
    let form = browser.get(&settings).await;
    assert!(form.text.contains("It proves itself by a key"), "{}", form.text);
    browser.save(&form, &settings, &[("description", "x")]).await;
    assert_eq!(client(&server, MACHINE).await.auth_method, TokenEndpointAuthMethod::PrivateKeyJwt);

    let stopped = browser.save(&used, &on, &[]).await;
    assert_eq!(client(&server, MACHINE).await.auth_method, TokenEndpointAuthMethod::ClientSecretPost);
    let removed = browser.save(&stopped, &gone, &[]).await;
    assert!(removed.text.contains("Deleted.") && client(&server, MACHINE).await.credentials.is_empty());
    let editor = enter_as(&server, "editor@example.com", Role::Editor).await;
    let page = editor.get(&path).await;
    assert!(page.text.contains("Only owners add and remove keys."), "{}", page.text);
}

/// S-113
#[tokio::test]
async fn every_form_needs_the_token_of_its_page() {
    let server = TestServer::new().await;
    let browser: Browser<'_> = enter(&server).await;
    let acts = ["new", "spa/settings", "spa/secret", "spa/rotate", "spa/delete", "spa/connections"];
    let more = ["spa/quickstart", "spa/apis/drop", "spa/apis/x", "spa/credentials", "spa/credentials/x/use"];
    for act in acts.into_iter().chain(more) {
        let refused = browser.post(&format!("{PATH}/{act}"), &[("confirm", "spa"), ("name", "x")]).await;
        assert_eq!(refused.status, 403, "{act}: {}", refused.text);
    }
}
