//! The dashboard's APIs, what machines may do there, and the search.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_core::flow::manage::{Operator, clients::ClientFilter};
use latchkey_core::model::{AudienceGrant, ClientId, ClientKind, Document, Role};
use latchkey_testkit::{MACHINE, PHONE, SPA};
use serde_json::{Value, json};
use support::{Answer, Browser, TestServer, Way, enter, enter_as};

const PATH: &str = "/dashboard/apis";
const INVOICES: &str = "https://invoices.example/";

async fn api(server: &TestServer, id: &str) -> Document {
    server.t.engine.read_resource_server(id).await.unwrap()
}

/// An API with these scopes, made by another tool.
async fn described(server: &TestServer, scopes: &[&str]) -> Document {
    let scopes: Vec<Value> = scopes.iter().map(|value| json!({ "value": value })).collect();
    let body = json!({ "name": "Invoices", "identifier": INVOICES, "scopes": scopes });
    let body = body.as_object().unwrap().clone();
    server.t.engine.create_resource_server(&Operator::console(), body).await.unwrap()
}

async fn grant(server: &TestServer) -> Option<AudienceGrant> {
    let client = server.t.engine.store.find_client(&ClientId::from(MACHINE)).await.unwrap().unwrap();
    client.audiences.into_iter().find(|grant| grant.audience == INVOICES)
}

fn words(grant: &AudienceGrant) -> Vec<String> {
    grant.scopes.iter().map(str::to_owned).collect()
}

async fn change_grant(server: &TestServer, change: Value) {
    let found = server.t.engine.list_client_grants(&Default::default()).await.unwrap();
    let found = found.iter().find(|grant| grant.body["audience"] == INVOICES).unwrap();
    let change = change.as_object().unwrap().clone();
    server.t.engine.update_client_grant(&Operator::console(), &found.id, change).await.unwrap();
}

/// Sends the form of a page with these values of a list chosen.
async fn choose(browser: &Browser<'_>, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
    browser.submit(page, path, fields).await
}

/// M-027, M-043
#[tokio::test]
async fn an_api_is_created_changed_and_deleted_by_its_identifier() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let page = browser.get(PATH).await;
    assert!(page.text.contains("There is no API of yours yet"), "{}", page.text);
    let made = browser.save(&page, PATH, &[("name", "Invoices"), ("identifier", INVOICES)]).await;
    assert!(made.status == 200 && made.text.contains("The API has no permission yet"), "{}", made.text);
    let id = api(&server, INVOICES).await.id;
    let again = browser.save(&page, PATH, &[("name", "Twice"), ("identifier", INVOICES)]).await;
    assert!(again.status == 409 && again.text.contains("Another API has this identifier."), "{}", again.text);
    assert!(again.text.contains("value=\"Twice\""), "{}", again.text);
    for (name, identifier) in [("x", ""), ("x", "a b"), ("<", "urn:x")] {
        let refused = browser.save(&page, PATH, &[("name", name), ("identifier", identifier)]).await;
        assert!(refused.status == 400 && refused.text.contains("aria-invalid"), "{}", refused.text);
    }

    let path = format!("{PATH}/{id}/settings");
    let page = browser.get(&path).await;
    let changes =
        [("token_lifetime", "600"), ("token_lifetime_for_web", "300"), ("allow_offline_access", "on")];
    let saved = browser.save(&page, &path, &changes).await;
    assert!(saved.text.contains("Saved."), "{}", saved.text);
    let body = api(&server, &id).await.body;
    assert_eq!((&body["token_lifetime"], &body["allow_offline_access"]), (&json!(600), &json!(true)));
    assert!(!body.contains_key("token_dialect"), "{body:?}");
    let refused = browser.save(&saved, &path, &[("token_lifetime_for_web", "601")]).await;
    assert!(refused.text.contains("id=\"token_lifetime_for_web-error\""), "{}", refused.text);
    let refused = browser.save(&saved, &path, &[("token_dialect", "none")]).await;
    let select = "name=\"token_dialect\" aria-invalid=\"true\" aria-describedby=\"token_dialect-error\"";
    assert!(refused.status == 400 && refused.text.contains(select), "{}", refused.text);
    let rfc = browser.save(&saved, &path, &[("token_dialect", "rfc9068_profile")]).await;
    assert!(rfc.status == 200 && api(&server, &id).await.body["token_dialect"] == "rfc9068_profile");

    let delete = format!("{PATH}/{id}/delete");
    let refused = browser.save(&rfc, &delete, &[("confirm", "Invoices")]).await;
    assert!(refused.status == 400 && refused.text.contains("This is not the same."), "{}", refused.text);
    let gone = browser.save(&refused, &delete, &[("confirm", INVOICES)]).await;
    assert!(gone.text.contains("Deleted.") && browser.get(&path).await.status == 404, "{}", gone.text);
}

/// M-027
#[tokio::test]
async fn the_api_of_this_server_is_shown_and_only_its_lifetimes_change() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let page = browser.get(PATH).await;
    assert!(page.text.contains("Auth0 Management API") && page.text.contains("Built in"), "{}", page.text);
    let id = api(&server, "https://login.example/api/v2/").await.id;
    let path = format!("{PATH}/{id}/settings");
    let page = browser.get(&path).await;
    assert!(page.text.contains("cannot be changed") && !page.text.contains("Danger zone"), "{}", page.text);
    assert!(!page.text.contains("id=\"name\""), "{}", page.text);
    let saved = browser.save(&page, &path, &[("token_lifetime", "3600"), ("name", "Mine")]).await;
    assert!(saved.text.contains("Saved."), "{}", saved.text);
    let body = api(&server, &id).await.body;
    assert_eq!((&body["token_lifetime"], &body["name"]), (&json!(3600), &json!("Auth0 Management API")));

    let permissions = browser.get(&format!("{PATH}/{id}/permissions")).await;
    assert!(permissions.text.contains("read:clients") && !permissions.text.contains("Remove"));
    let token = support::Form::of(&page, &path).token().to_owned();
    for (act, fields) in [
        ("delete", [("confirm", "https://login.example/api/v2/"), ("value", "")]),
        ("permissions", [("value", "read:more"), ("description", "")]),
        ("permissions/remove", [("value", "read:clients"), ("confirm", "read:clients")]),
    ] {
        let fields = [("token", token.as_str()), fields[0], fields[1]];
        let refused = browser.post(&format!("{PATH}/{id}/{act}"), &fields).await;
        assert_eq!(refused.status, 400, "{act}: {}", refused.text);
    }
}

/// M-043
#[tokio::test]
async fn permissions_are_added_described_and_removed() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let id = described(&server, &["read:old"]).await.id;
    let path = format!("{PATH}/{id}/permissions");
    let page = browser.get(&path).await;
    let fields = [("value", "read:invoices"), ("description", "Reads <all> invoices")];
    let added = browser.save(&page, &path, &fields).await;
    assert!(added.text.contains("read:invoices") && added.text.contains("&#60;all&#62;"), "{}", added.text);
    for (value, reason) in
        [("two words", "without spaces"), ("read:old", "has this permission already"), ("", "")]
    {
        let refused = browser.save(&added, &path, &[("value", value), ("description", "typed")]).await;
        assert!(matches!(refused.status.as_u16(), 400 | 409), "{value}: {}", refused.text);
        assert!(
            refused.text.contains(reason) && refused.text.contains("value=\"typed\""),
            "{}",
            refused.text
        );
    }
    let form = browser.get(&format!("{path}?edit=read%3Ainvoices")).await;
    assert!(form.text.contains("Change a permission"), "{}", form.text);
    browser.save(&form, &path, &[("description", "Reads them")]).await;
    let body = api(&server, &id).await.body;
    assert_eq!(
        body["scopes"],
        json!([{"value": "read:old"}, {"value": "read:invoices", "description": "Reads them"}])
    );
    assert!(added.text.contains("?remove=read%3Aold\""), "{}", added.text);
    let (asked, remove) = (browser.get(&format!("{path}?remove=read%3Aold")).await, format!("{path}/remove"));
    for typed in ["", "read:invoices", "read"] {
        let kept = browser.submit(&asked, &remove, &[("confirm", typed)]).await;
        assert!(kept.status == 400 && kept.text.contains("id=\"remove-confirm-error\""), "{}", kept.text);
    }
    assert_eq!(api(&server, &id).await.body["scopes"].as_array().unwrap().len(), 2);
    let removed = browser.save(&asked, &remove, &[("confirm", "read:old")]).await;
    assert!(removed.text.contains("Deleted."), "{}", removed.text);
    assert_eq!(api(&server, &id).await.body["scopes"].as_array().unwrap().len(), 1);
    let none = browser.get(&format!("{path}?q=zzz")).await;
    assert!(none.text.contains("No permission has “zzz” in it."), "{}", none.text);
}

/// M-043
#[tokio::test]
async fn a_machine_is_given_what_was_ticked_and_keeps_what_others_gave_it() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let id = described(&server, &["read:a", "read:b", "read:c"]).await.id;
    let list = format!("/dashboard/applications/{MACHINE}/apis");
    let path = format!("{list}/{id}");
    let page = browser.get(&path).await;
    let on =
        choose(&browser, &page, &path, &[("allowed", "on"), ("scope", "read:a"), ("scope", "read:b")]).await;
    assert!(on.text.contains("2 of 3 permissions"), "{}", on.text);
    assert_eq!(words(&grant(&server).await.unwrap()), ["read:a", "read:b"]);

    // The page shows a and b. Somebody else gives c; then a is taken away here.
    let page = browser.get(&format!("{path}?from=api")).await;
    change_grant(&server, json!({ "scope": ["read:a", "read:b", "read:c"] })).await;
    let saved = choose(&browser, &page, &path, &[("allowed", "on"), ("scope", "read:b")]).await;
    assert!(saved.text.contains(&format!("{path}?from=api")), "{}", saved.text);
    assert_eq!(words(&grant(&server).await.unwrap()), ["read:b", "read:c"]);

    let page = browser.get(&path).await;
    let all = [("allowed", "on"), ("all", "on"), ("scope", "read:b"), ("scope", "read:c")];
    let saved = choose(&browser, &page, &path, &all).await;
    assert!(saved.text.contains("every permission"), "{}", saved.text);
    assert!(grant(&server).await.unwrap().is_for_all_scopes());
    let page = browser.get(&path).await;
    choose(&browser, &page, &path, &[]).await;
    assert!(grant(&server).await.is_none());

    // What only the command line granted can be taken away.
    let page = browser.get(&list).await;
    assert!(page.text.contains("No API has this identifier."), "{}", page.text);
    let dropped = browser.save(&page, &format!("{list}/drop"), &[]).await;
    assert!(!dropped.text.contains("No API has this identifier."), "{}", dropped.text);
    let editor = enter_as(&server, "editor@example.com", Role::Editor).await;
    let page = editor.get(&path).await;
    assert!(page.text.contains("Only owners change this."), "{}", page.text);
    let refused = choose(&editor, &page, &path, &[("allowed", "on"), ("scope", "read:a")]).await;
    assert!(refused.status == 403 && grant(&server).await.is_none(), "{}", refused.text);
}

/// M-043
#[tokio::test]
async fn an_old_page_neither_gives_back_nor_takes_away_what_others_changed() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let id = described(&server, &["read:a", "read:b"]).await.id;
    let path = format!("/dashboard/applications/{MACHINE}/apis/{id}");
    let on = [("allowed", "on"), ("scope", "read:a")];
    let without = browser.get(&path).await;
    choose(&browser, &without, &path, &on).await;
    let with = browser.get(&path).await;

    // The page showed no access and none was ticked: somebody gave it in between.
    choose(&browser, &without, &path, &[]).await;
    assert_eq!(words(&grant(&server).await.unwrap()), ["read:a"]);
    // The page showed a part, and everything was given in between.
    change_grant(&server, json!({ "allow_all_scopes": true })).await;
    choose(&browser, &with, &path, &on).await;
    assert!(grant(&server).await.unwrap().is_for_all_scopes());
    let everything = browser.get(&path).await;
    change_grant(&server, json!({ "allow_all_scopes": false })).await;
    choose(&browser, &everything, &path, &[("allowed", "on"), ("all", "on"), ("scope", "read:a")]).await;
    assert!(!grant(&server).await.unwrap().is_for_all_scopes());

    // The page showed access, which was taken away in between.
    choose(&browser, &with, &path, &[]).await;
    let kept = choose(&browser, &with, &path, &on).await;
    assert!(kept.status == 200 && grant(&server).await.is_none(), "{}", kept.text);
    let more = [("allowed", "on"), ("scope", "read:a"), ("scope", "read:b")];
    let refused = choose(&browser, &with, &path, &more).await;
    assert!(refused.status == 409 && refused.text.contains("took this access away"), "{}", refused.text);
    assert!(grant(&server).await.is_none());
}

/// M-043
#[tokio::test]
async fn an_api_lists_the_machines_and_whoever_else_has_a_grant() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let id = described(&server, &["read:a"]).await.id;
    let path = format!("{PATH}/{id}/applications");
    let page = browser.get(&path).await;
    assert!(page.text.contains(MACHINE) && !page.text.contains(&format!("/{SPA}/apis")), "{}", page.text);
    let body = json!({ "client_id": SPA, "audience": INVOICES, "scope": ["read:a"] });
    let body = body.as_object().unwrap().clone();
    server.t.engine.create_client_grant(&Operator::console(), body).await.unwrap();
    let page = browser.get(&path).await;
    assert!(page.text.contains(&format!("/{SPA}/apis/{id}?from=api")), "{}", page.text);
    assert!(page.text.contains("its one permission"), "{}", page.text);
    let none = browser.get(&format!("{path}?q=zzz")).await;
    assert!(none.text.contains("No machine has “zzz”"), "{}", none.text);
}

async fn found(browser: &Browser<'_>, q: &str) -> Vec<(String, String)> {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    let answer = browser.get(&format!("/dashboard/search/results?q={q}")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("cache-control")),
        (200, "no-store"),
        "{}",
        answer.text
    );
    let groups = answer.json()["groups"].as_array().unwrap().clone();
    let items = |group: &Value| {
        let name = group["name"].as_str().unwrap().to_owned();
        let items = group["items"].as_array().unwrap().clone();
        items.into_iter().map(move |item| (name.clone(), item["href"].as_str().unwrap().to_owned()))
    };
    groups.iter().flat_map(items).collect()
}

/// MS-007
#[tokio::test]
async fn search_finds_screens_applications_apis_connections_and_users() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let id = described(&server, &[]).await.id;
    Way::Sms.add_user(&server.t).await;
    let user = Way::Sms.user(&server.t).await.unwrap().id;
    let user_page = format!("/dashboard/users/{}", user.as_str().replace('|', "%7C"));
    let sms = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    let sms_page = format!("/dashboard/connections/passwordless/{}/settings", sms.id);
    for (q, kind, href) in [
        ("signing", "Screens", "/dashboard/keys"),
        ("SPA", "Applications", "/dashboard/applications/spa/quickstart"),
        ("invoices.ex", "APIs", &format!("{PATH}/{id}/settings")),
        (&id, "APIs", &format!("{PATH}/{id}/settings")),
        ("sms", "Connections", &sms_page),
        (sms.id.as_str(), "Connections", &sms_page),
        (PHONE, "Users", &user_page),
        (user.as_str(), "Users", &user_page),
        ("55501", "Users", &user_page),
    ] {
        let all = found(&browser, q).await;
        assert!(all.contains(&(kind.to_owned(), href.to_owned())), "{q}: {all:?}");
        let page =
            browser.get(&format!("/dashboard/search?q={}", q.replace('+', "%2B").replace('|', "%7C"))).await;
        assert!(page.status == 200 && page.text.contains(&format!("href=\"{href}\"")), "{q}: {}", page.text);
    }
}

/// MS-007
#[tokio::test]
async fn search_takes_any_text_finds_few_of_many_and_answers_administrators_only() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    for number in 0..30 {
        server.t.add_client(&format!("shop-{number:02}"), ClientKind::Spa, None, |_| {}).await;
    }
    assert_eq!(found(&browser, "shop-").await.len(), 5);
    let page = browser.get("/dashboard/search?q=shop-").await;
    assert_eq!(page.text.matches("/quickstart\">shop-").count(), 20, "{}", page.text);
    assert!(page.text.contains("/dashboard/applications?q=shop-"), "{}", page.text);
    let cut = async |q: &str| {
        let groups = browser.get(&format!("/dashboard/search/results?q={q}")).await.json()["groups"].clone();
        groups.as_array().unwrap().iter().any(|group| group["is_cut"] == true)
    };
    assert!(cut("shop-").await && !cut("shop-29").await);
    for number in 0..21 {
        let body =
            json!({ "name": format!("Parcels {number:02}"), "identifier": format!("urn:parcels:{number}") });
        let body = body.as_object().unwrap().clone();
        server.t.engine.create_resource_server(&Operator::console(), body).await.unwrap();
    }
    let page = browser.get("/dashboard/search?q=parcels").await;
    assert_eq!(page.text.matches(">Parcels ").count(), 20, "{}", page.text);
    assert!(page.text.contains("There are more."), "{}", page.text);
    let page = browser.get("/dashboard/search?q=parcels+0").await;
    assert!(!page.text.contains("There are more."), "{}", page.text);
    for q in ["", " ", "*", "a AND (", "\"", "\\", "<b>", "name:x", "\u{202e}x", "\0", "%", &"x".repeat(5000)]
    {
        assert!(found(&browser, q).await.len() < 20, "{q}");
    }
    let odd = browser.get("/dashboard/search?q=%3Cb%3E").await;
    assert!(odd.text.contains("Nothing has “&#60;b&#62;”"), "{}", odd.text);
    assert!(browser.get("/dashboard").await.status == 303);
    let stranger = Browser::new(&server);
    for path in ["/dashboard/search?q=spa", "/dashboard/search/results?q=spa"] {
        assert_eq!(stranger.get(path).await.header("location"), "/dashboard/sign-in");
    }
    let all = server.t.engine.list_managed_clients(&ClientFilter::default()).await.unwrap();
    assert_eq!(all.len(), 36);
}
