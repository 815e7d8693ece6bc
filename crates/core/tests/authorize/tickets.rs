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
    let handle = Handle {
        id: TokenHash::of(&Secret::new(TICKET)),
        kind: HandleKind::LoginTicket,
        body: serde_json::to_string(&proved).unwrap(),
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
