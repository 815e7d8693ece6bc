//! An address that is taken away: what ends, who is told, what stays, and how it is undone.

use latchkey_core::model::EventKind;
use latchkey_testkit::{NATIVE, PHONE, SPA, SoftDevice};

use crate::devices::{enrol, forged, sign_in};
use crate::passkeys::{add as add_passkey, come_by_passkey};
use crate::scene::{EMAIL, acts, come_in, events, press, server, users, with_mailbox};
use crate::support::{Answer, Browser, TestServer, authorize};
use crate::{alert, elsewhere};

const PATH: &str = "/account/addresses/remove";

async fn two_addresses(proved: bool) -> TestServer {
    let server = server().await;
    with_mailbox(&server, proved).await;
    server
}

async fn key_at(server: &TestServer, at: usize) -> String {
    users(server).await[0].identities[at].key()
}

async fn addresses(server: &TestServer) -> Vec<String> {
    users(server).await[0].identities.iter().map(|one| one.address.as_str().to_owned()).collect()
}

/// The path of the link in the notice that was sent last to the mailbox.
async fn undo_of(server: &TestServer) -> String {
    server.t.engine.deliver_due().await.unwrap();
    server.t.settled().await;
    let told = server.t.senders.last_mail();
    assert_eq!((told.to.as_str(), told.subject.expose()), (EMAIL, "AddressRemoved"));
    told.link.unwrap().expose().strip_prefix("https://login.example").unwrap().to_owned()
}

/// S-153
#[tokio::test]
async fn an_address_goes_its_mailbox_is_told_and_everybody_is_out() {
    let server = two_addresses(true).await;
    let device = SoftDevice::es256();
    let key = enrol(&server, &device, "Ana's iPhone").await;
    server.t.clock.advance(200);
    let other = elsewhere(&server).await;
    server.t.clock.advance(200);
    let (browser, page) = come_in(&server).await;
    let (page, _) = add_passkey(&browser, &page, 1).await;
    let mail = key_at(&server, 1).await;

    let gone = press(&browser, &page, PATH, &[("id", &mail)]).await;

    assert!(gone.text.contains("<h1>Removed from your account</h1>"), "{}", gone.text);
    assert_eq!(addresses(&server).await, [PHONE]);
    assert!(browser.session().is_none());
    let silent = other.get(&authorize(SPA, &[("prompt", "none")])).await;
    assert_eq!(silent.fields()["error"], "login_required", "other sessions end");
    assert_eq!(sign_in(&server, &device, &key).await.status, 403, "and keys of devices");
    let user = users(&server).await.remove(0);
    assert_eq!(server.t.engine.store.list_passkeys(&user.id).await.unwrap().len(), 1, "passkeys stay");
    assert_eq!(acts(&server, EventKind::EmailChanged).await, ["remove_address"]);
    assert_eq!(events(&server, EventKind::CredentialsDropped).await.len(), 1);
    assert!(undo_of(&server).await.starts_with("/account/undo/"));
    server.t.clock.advance(600);
    let again = come_in(&server).await.1;
    // The passkey leads there, too.
    assert!(!again.text.contains(EMAIL) && again.text.contains(PATH), "{}", again.text);
}

/// S-118, S-153
#[tokio::test]
async fn whoever_had_the_address_gets_it_back_with_one_press_in_its_place() {
    let server = two_addresses(true).await;
    let (browser, page) = come_in(&server).await;
    let own = users(&server).await.remove(0);
    press(&browser, &page, PATH, &[("id", &key_at(&server, 1).await)]).await;
    let link = undo_of(&server).await;
    server.t.clock.advance(60);
    let (thief, page) = come_in(&server).await;
    add_passkey(&thief, &page, 1).await;

    let mailbox = Browser::new(&server);
    let undone = press(&mailbox, &mailbox.get(&link).await, "/account/undo", &[]).await;

    assert!(undone.text.contains("Change undone"), "{}", undone.text);
    assert_eq!(users(&server).await[0].identities, own.identities);
    assert!(thief.get("/account").await.header("location").contains("/authorize?"), "signed out");
    let dead = mailbox.get(&link).await;
    assert!(dead.text.contains("can no longer be undone"), "{}", dead.text);
}

/// The number goes, at which the passkey was made: the passkey stays, and the mailbox names the person from then on.
#[tokio::test]
async fn a_passkey_outlives_the_address_beside_which_it_was_made() {
    let server = two_addresses(true).await;
    let (browser, page) = come_in(&server).await;
    let (page, mut passkey) = add_passkey(&browser, &page, 1).await;
    let before = users(&server).await.remove(0);
    let gone = press(&browser, &page, PATH, &[("id", &key_at(&server, 0).await)]).await;
    assert!(gone.text.contains("Removed from your account"), "{}", gone.text);
    let user = users(&server).await.remove(0);
    assert_eq!((user.root("email"), user.root("phone_number")), (Some(EMAIL), None));
    let (by_passkey, page) = come_by_passkey(&server, &mut passkey).await;
    assert!(page.text.contains(EMAIL) && !page.text.contains("555\u{a0}0100"), "{}", page.text);
    // The number is a stranger's.
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    assert_eq!(users(&server).await.len(), 2);
    // The passkey leads to the account, so that the mailbox may go, too.
    let key = before.identities[1].key();
    let bare = press(&by_passkey, &page, PATH, &[("id", &key)]).await;
    assert!(bare.text.contains("Removed from your account"), "{}", bare.text);
    let (_, page) = come_by_passkey(&server, &mut passkey).await;
    assert!(page.text.contains("This passkey is the only way into your account"), "{}", page.text);
}

#[tokio::test]
async fn the_last_address_stays() {
    for (proved, other) in [(true, None), (false, Some("not proved")), (true, Some("off"))] {
        let server = two_addresses(proved).await;
        if other.is_none() {
            let (browser, page) = come_in(&server).await;
            press(&browser, &page, PATH, &[("id", &key_at(&server, 1).await)]).await;
            server.t.clock.advance(60);
        }
        let (browser, page) = come_in(&server).await;
        if other == Some("off") {
            let mut mail = (*server.t.engine.connection("email").await.unwrap().unwrap()).clone();
            mail.enabled = false;
            server.t.engine.store.put_connection(&mail).await.unwrap();
            server.t.engine.directory.forget();
        }
        let before = addresses(&server).await;
        let refused = forged(&browser, &page, PATH, &key_at(&server, 0).await).await;
        assert_eq!(refused.status, 409, "{other:?}: {}", refused.text);
        assert_eq!(alert(&refused), "This is the only way into your account, so it stays.");
        assert_eq!(addresses(&server).await, before);
        // What leads nowhere, or is perhaps somebody else's, may go.
        if other.is_some() {
            let gone = press(&browser, &refused, PATH, &[("id", &key_at(&server, 1).await)]).await;
            assert!(gone.text.contains("Removed from your account"), "{}", gone.text);
        }
    }
}

/// S-061
#[tokio::test]
async fn an_address_goes_after_a_fresh_proof_and_from_its_own_account_alone() {
    let server = two_addresses(true).await;
    let (browser, page) = come_in(&server).await;
    let mail = key_at(&server, 1).await;
    let (stranger, theirs) = crate::scene::come(&server, "+14155550102").await;
    for id in [mail.as_str(), "gone", "", "a\0b"] {
        assert_eq!(forged(&stranger, &theirs, PATH, id).await.status, 404, "{id:?}");
    }
    server.t.clock.advance(301);
    assert_eq!(forged(&browser, &page, PATH, &mail).await.status, 403);
    let stale: Answer = browser.get("/account").await;
    assert!(!stale.text.contains(PATH) && !stale.text.contains("the only way"), "{}", stale.text);
}
