//! Login tickets.

use super::*;

const TICKET: &str = "the ticket";

/// A ticket as a cross-origin sign-in makes it, for somebody who signed in before.
async fn ticket(t: &TestEngine, browser: &Browser) {
    signed_in(t).await;
    let address = latchkey_core::model::Address::from_canonical(EMAIL);
    let user = t.engine.store.find_user_by_address("email", &address).await.unwrap().unwrap();
    let proved = Proved {
        user: user.id,
        client: SPA.into(),
        browser: browser.hash(),
        connection: "email".into(),
        proof: Proof::EmailCode,
        at: Timestamp(START),
    };
    let ticket = Ticket {
        proved,
        co_id: String::from("id"),
        co_verifier: TokenHash::of(&Secret::new("the verifier")),
    };
    let handle = Handle {
        id: TokenHash::of(&Secret::new(TICKET)),
        kind: HandleKind::LoginTicket,
        body: serde_json::to_string(&ticket).unwrap(),
        expires_at: Timestamp(START + 60),
        used_at: None,
    };
    t.engine.store.insert_handle(handle).await.unwrap();
}

fn with_ticket(client: &str) -> AuthorizeRequest {
    changed(client, |request| request.login_ticket = Some(TICKET.into()))
}

/// P-102, S-194
#[tokio::test]
async fn a_ticket_signs_in_once() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    ticket(&t, &browser).await;
    let outcome = t.authorize(&with_ticket(SPA), &browser).await.unwrap();
    let Authorized::Respond { response, session: Some(_) } = outcome else { panic!("{outcome:?}") };
    t.trade(SPA, &response).await.unwrap();
    assert_eq!(error(&t, &with_ticket(SPA), &browser).await, "login_required");
}

/// P-102, S-194
#[tokio::test]
async fn a_ticket_is_for_its_client_and_browser_and_a_minute() {
    for wrong in 0..3 {
        let t = TestEngine::new().await;
        let (browser, other) = (t.browser(), t.browser());
        ticket(&t, &browser).await;
        let outcome = match wrong {
            0 => error(&t, &with_ticket(NATIVE), &browser).await,
            1 => error(&t, &with_ticket(SPA), &other).await,
            _ => {
                t.clock.advance(60);
                error(&t, &with_ticket(SPA), &browser).await
            }
        };
        assert_eq!(outcome, "login_required", "{wrong}");
    }
}

/// S-194: the browser dropped our cookie, and the client's pages in it know.
#[tokio::test]
async fn where_the_cookie_is_lost_the_clients_own_page_vouches_once() {
    const PAGE: &str = "https://app.example/verify";
    let t = TestEngine::new().await;
    let (before, after) = (t.browser(), t.browser());
    ticket(&t, &before).await;
    let vouched = |client: &str, verifier: &str| AuthorizeRequest {
        co_verifier: Some(verifier.into()),
        ..with_ticket(client)
    };
    // Nobody is asked, and nobody is believed, but a page that the operator named.
    assert_eq!(error(&t, &with_ticket(SPA), &after).await, "login_required");
    t.add_client(SPA, ClientKind::Spa, None, |client| client.cross_origin_loc = Some(PAGE.into())).await;
    let outcome = t.authorize(&with_ticket(SPA), &after).await.unwrap();
    let Authorized::Verify { page, co_id, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!((page.as_str(), co_id.as_str()), (PAGE, "id"));
    assert_eq!(error(&t, &vouched(SPA, "none"), &after).await, "login_required");
    assert_eq!(error(&t, &vouched(NATIVE, "the verifier"), &after).await, "login_required");
    let outcome = t.authorize(&vouched(SPA, "the verifier"), &after).await.unwrap();
    // Whoever has the verifier may have sent this browser here: it stays who it was (S-041).
    let Authorized::Respond { response, session: None } = outcome else { panic!("{outcome:?}") };
    t.trade(SPA, &response).await.unwrap();
    assert_eq!(error(&t, &vouched(SPA, "the verifier"), &after).await, "login_required");
}

#[tokio::test]
async fn a_verification_page_is_one_of_the_clients_own_over_tls() {
    let t = TestEngine::new().await;
    let mut client = t.engine.store.find_client(&SPA.into()).await.unwrap().unwrap();
    client.web_origins = vec!["https://app.example".into(), "http://app.example".into()];
    for (page, good) in [
        ("https://app.example/verify", true),
        ("https://evil.example/verify", false),
        ("http://app.example/verify", false),
        ("https://app.example/verify#x", false),
        ("javascript:alert(1)", false),
        ("verify", false),
    ] {
        client.cross_origin_loc = Some(page.into());
        assert_eq!(t.engine.save_client(&client).await.is_ok(), good, "{page}");
    }
}

/// S-148
#[tokio::test]
async fn a_ticket_dies_when_the_address_changes_hands() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    ticket(&t, &browser).await;
    let address = latchkey_core::model::Address::from_canonical(EMAIL);
    let seen = t.engine.store.find_user_by_address("email", &address).await.unwrap().unwrap();
    let mut user = seen.clone();
    user.identities[0].address = latchkey_core::model::Address::from_canonical("new@example.com");
    user.updated_at = t.engine.now();
    let change = latchkey_core::store::ChangeUser {
        seen,
        user,
        apart: None,
        ends: Default::default(),
        events: Vec::new(),
    };
    assert_eq!(t.engine.store.change_user(change).await.unwrap(), latchkey_core::store::Changed::Done);
    assert_eq!(error(&t, &with_ticket(SPA), &browser).await, "login_required");
}

/// S-029
#[tokio::test]
async fn a_ticket_dies_with_its_connection() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    ticket(&t, &browser).await;
    let mut connection = t.engine.store.find_connection("email").await.unwrap().unwrap();
    connection.enabled = false;
    t.engine.put_connection(&connection).await.unwrap();
    assert_eq!(error(&t, &with_ticket(SPA), &browser).await, "login_required");
}

/// S-103
#[tokio::test]
async fn a_ticket_is_no_consent() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    ticket(&t, &browser).await;
    t.add_client(SPA, ClientKind::Spa, None, |client| client.first_party = false).await;
    let silent = AuthorizeRequest { prompt: Some("none".into()), ..with_ticket(SPA) };
    assert_eq!(error(&t, &silent, &browser).await, "consent_required");
    let outcome = t.authorize(&with_ticket(SPA), &browser).await.unwrap();
    let Authorized::Consent { handle, session: Some(session) } = outcome else { panic!("{outcome:?}") };
    let browser = Browser { session: Some(session.cookie), ..browser };
    let response = t.engine.consent(&handle, &browser, true).await.unwrap();
    t.trade(SPA, &response).await.unwrap();
}
