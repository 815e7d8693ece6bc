//! The link of a mail: looking changes nothing, a press uses it up, here or on another device.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod guesses;
mod of_an_app;

use std::sync::Arc;

use latchkey_core::flow::browser::Browser;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::sign_in::{DeadLink, Entered, LinkPage, LinkUse, Renewed, SignInError};
use latchkey_core::flow::start_passwordless::StartPasswordlessError;
use latchkey_core::model::{Address, ClientKind, EventKind, HandleKind, Strategy, TokenHash};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{EMAIL, NATIVE, Script, TestEngine, answer, field, keep};
use latchkey_wire::Secret;
use serde_json::json;

/// A sign-in that waits in a browser for its mail to be answered.
struct Waiting {
    t: TestEngine,
    browser: Browser,
    handle: Secret,
    /// Another browser, on another device.
    phone: Browser,
}

async fn waiting() -> Waiting {
    waiting_at(TestEngine::new().await, NATIVE).await
}

async fn waiting_at(t: TestEngine, client: &str) -> Waiting {
    let (browser, phone) = (t.browser(), t.browser());
    let handle = t.begin_by_mail(client, &browser, EMAIL).await;
    Waiting { t, browser, handle, phone }
}

async fn third_party() -> Waiting {
    let t = TestEngine::new().await;
    t.add_client("theirs", ClientKind::Native, None, |client| client.first_party = false).await;
    t.add_connection("email", Strategy::Email, json!({})).await;
    waiting_at(t, "theirs").await
}

impl Waiting {
    /// What the waiting page shows for the other device.
    async fn signs(&self) -> String {
        self.t.engine.sign_in_page(&self.handle, &self.browser).await.unwrap().confirmation
    }

    async fn look(&self, link: &Secret, browser: &Browser) -> LinkPage {
        self.t.engine.link_page(link, browser).await.unwrap()
    }

    async fn press(
        &self,
        link: &Secret,
        browser: &Browser,
        typed: Option<&str>,
    ) -> Result<LinkUse, SignInError> {
        self.t.engine.use_link(link, browser, typed, &self.t.caller()).await
    }

    /// A press on the other device, with what the waiting page shows.
    async fn press_elsewhere(&self, link: &Secret) -> Result<LinkUse, SignInError> {
        let signs = self.signs().await;
        self.press(link, &self.phone, Some(&signs)).await
    }

    async fn go_on(&self) -> Result<Option<Entered>, SignInError> {
        self.t.engine.go_on(&self.handle, &self.browser, &self.t.caller()).await
    }

    async fn enter_code(&self, code: &Secret) -> Result<Entered, SignInError> {
        self.t.engine.enter_code(&self.handle, &self.browser, code, &self.t.caller()).await
    }

    async fn resend(&self) -> Secret {
        self.t.engine.resend(&self.handle, &self.browser, &self.t.caller()).await.unwrap();
        self.t.link()
    }

    async fn sessions(&self) -> usize {
        let address = Address::from_canonical(EMAIL);
        match self.t.engine.store.find_user_by_address("email", &address).await.unwrap() {
            Some(user) => self.t.engine.store.list_sessions(&user.id).await.unwrap().len(),
            None => 0,
        }
    }
}

fn here(used: Result<LinkUse, SignInError>) -> Entered {
    match used.unwrap() {
        LinkUse::Entered(entered) => entered,
        other => panic!("{other:?}"),
    }
}

/// The mail arrives, and is answered, before its sender says that it was sent.
#[tokio::test]
async fn a_link_pressed_while_its_mail_is_still_on_its_way_is_not_forgotten() {
    let t = TestEngine::new().await;
    let (browser, phone) = (t.browser(), t.browser());
    let handle = t.begin(NATIVE, &browser).await;
    let (tell, told) = tokio::sync::oneshot::channel();
    t.senders.script([Script::Hold(told)]);
    let w = Waiting { t, browser, handle, phone };
    let press = async {
        while w.t.senders.mailed().is_empty() {
            tokio::task::yield_now().await;
        }
        assert!(matches!(w.press_elsewhere(&w.t.link()).await, Ok(LinkUse::Elsewhere { .. })));
        tell.send(()).unwrap();
    };
    let (identified, ()) = tokio::join!(w.t.identify(&w.handle, &w.browser, EMAIL), press);
    identified.unwrap();
    assert!(w.go_on().await.unwrap().is_some());
}

#[tokio::test]
async fn of_two_tabs_that_go_on_at_once_one_signs_in() {
    for w in [waiting().await, third_party().await] {
        assert!(matches!(w.press_elsewhere(&w.t.link()).await, Ok(LinkUse::Elsewhere { .. })));
        let (one, two) = tokio::join!(w.go_on(), w.go_on());
        let entered = [one, two].into_iter().filter(|outcome| matches!(outcome, Ok(Some(_)))).count();
        assert_eq!((entered, w.sessions().await), (1, 1));
    }
}

/// S-030: wrong codes, which anybody can type, do not take the link from its owner.
#[tokio::test]
async fn a_code_without_tries_leaves_its_link_alive() {
    let w = waiting().await;
    let (link, code) = (w.t.link(), w.t.mailed_code());
    for _ in 0..4 {
        assert!(w.enter_code(&w.t.wrong_mailed_code()).await.is_err());
    }
    assert!(matches!(w.enter_code(&code).await, Err(SignInError::Code(RedeemError::NoTriesLeft))));
    assert!(matches!(w.look(&link, &w.browser).await, LinkPage::Here { .. }));
    here(w.press(&link, &w.browser, None).await);
    assert!(matches!(w.press(&link, &w.browser, None).await, Ok(LinkUse::Dead(_))));
}

/// S-030
#[tokio::test]
async fn failures_from_the_same_network_leave_the_link_alive() {
    let t = TestEngine::with(|settings| {
        let failures_per_ip = latchkey_core::limit::Bucket::new(1, 1, 3600);
        settings.limits =
            latchkey_core::settings::Limits { failures_per_ip, ..latchkey_core::settings::Limits::off() };
    })
    .await;
    let w = waiting_at(t, NATIVE).await;
    assert!(w.enter_code(&w.t.wrong_mailed_code()).await.is_err());
    let limited = w.enter_code(&w.t.mailed_code()).await;
    assert!(matches!(limited, Err(SignInError::Code(RedeemError::TooManyFailures(_)))));
    here(w.press(&w.t.link(), &w.browser, None).await);
}

/// S-047
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_pressed_twice_signs_in_once_and_alarms_nobody() {
    let w = Arc::new(waiting().await);
    let link = w.t.link();
    let presses: Vec<_> = (0..50)
        .map(|_| {
            let (w, link) = (Arc::clone(&w), link.clone());
            tokio::spawn(async move { w.press(&link, &w.browser, None).await })
        })
        .collect();
    let mut entered = 0;
    for press in presses {
        entered += usize::from(matches!(press.await.unwrap(), Ok(LinkUse::Entered(_))));
    }
    assert_eq!((entered, w.sessions().await), (1, 1));
    let replays = EventFilter { kind: Some(EventKind::CodeReplayed), ..EventFilter::default() };
    assert!(w.t.engine.store.list_events(&replays, &Page::default()).await.unwrap().is_empty());
}

/// S-029
#[tokio::test]
async fn a_link_dies_with_its_connection_its_client_or_its_callback() {
    for change in 0..3 {
        let w = waiting().await;
        let link = w.t.link();
        assert!(matches!(w.look(&link, &w.browser).await, LinkPage::Here { .. }));
        match change {
            0 => {
                let mut connection = w.t.engine.store.find_connection("email").await.unwrap().unwrap();
                connection.enabled = false;
                w.t.engine.put_connection(&connection).await.unwrap();
            }
            1 => {
                w.t.engine.store.delete_client(&NATIVE.into(), Vec::new()).await.unwrap();
                w.t.engine.directory.forget();
            }
            _ => drop(
                w.t.add_client(NATIVE, ClientKind::Native, None, |client| {
                    client.callbacks = vec!["https://app.example/moved".into()];
                })
                .await,
            ),
        }
        assert!(matches!(w.look(&link, &w.browser).await, LinkPage::Dead(_)), "{change}");
        assert!(matches!(w.press(&link, &w.browser, None).await, Ok(LinkUse::Dead(_))), "{change}");
    }
}

/// S-029
#[tokio::test]
async fn who_was_proved_elsewhere_does_not_go_on_once_blocked_or_closed_out() {
    for blocks in [true, false] {
        let w = waiting().await;
        assert!(matches!(w.press_elsewhere(&w.t.link()).await, Ok(LinkUse::Elsewhere { .. })));
        if blocks {
            let address = Address::from_canonical(EMAIL);
            let found = w.t.engine.store.find_user_by_address("email", &address).await.unwrap();
            let mut user = found.unwrap();
            user.blocked = true;
            w.t.engine.store.update_user(&user).await.unwrap();
            let blocked = w.go_on().await;
            assert!(matches!(blocked, Err(SignInError::Code(RedeemError::UserBlocked))));
        } else {
            let mut connection = w.t.engine.store.find_connection("email").await.unwrap().unwrap();
            connection.enabled_clients.clear();
            w.t.engine.put_connection(&connection).await.unwrap();
            assert!(matches!(w.go_on().await, Err(SignInError::Gone)));
        }
        assert_eq!(w.sessions().await, 0);
    }
}

/// Peers' bug 58: whoever has the address that was typed by mistake gets no say.
#[tokio::test]
async fn a_corrected_address_takes_its_link_from_the_first() {
    let w = waiting().await;
    let (first, signs) = (w.t.link(), w.signs().await);
    w.t.identify(&w.handle, &w.browser, "corrected@example.com").await.unwrap();
    assert!(matches!(w.look(&first, &w.phone).await, LinkPage::Dead(_)));
    assert!(matches!(w.press(&first, &w.phone, Some(&signs)).await, Ok(LinkUse::Dead(_))));
    assert!(matches!(w.press(&first, &w.browser, None).await, Ok(LinkUse::Dead(_))));
    assert!(matches!(w.press_elsewhere(&w.t.link()).await, Ok(LinkUse::Elsewhere { .. })));
    assert!(w.go_on().await.unwrap().is_some());
    assert_eq!(w.sessions().await, 0, "the first address signed nobody in");
}

#[tokio::test]
async fn in_the_browser_that_asked_one_press_signs_in() {
    let w = waiting().await;
    let link = w.t.link();
    let LinkPage::Here { client, body } = w.look(&link, &w.browser).await else { panic!() };
    assert_eq!((client.id.as_str(), body.address.as_str()), (NATIVE, EMAIL));
    let Entered::Respond { response, .. } = here(w.press(&link, &w.browser, None).await) else { panic!() };
    assert_eq!(response.redirect_uri, "https://app.example/cb");
    assert_eq!(field(&response, "state").as_deref(), Some("the state"));
    let tokens = w.t.trade(NATIVE, &response).await.unwrap();
    assert_eq!(amr(&tokens.id_token.unwrap()), json!(["email"]));
    assert!(matches!(w.go_on().await, Err(SignInError::Done)));
}

fn amr(id_token: &Secret) -> serde_json::Value {
    let payload = id_token.expose().split('.').nth(1).unwrap();
    let payload = data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap();
    serde_json::from_slice::<serde_json::Value>(&payload).unwrap()["amr"].clone()
}

/// P-097, S-042
#[tokio::test]
async fn on_another_device_the_signs_let_the_waiting_browser_go_on() {
    let w = waiting().await;
    let (link, signs) = (w.t.link(), w.signs().await);
    assert!(matches!(w.look(&link, &w.phone).await, LinkPage::Elsewhere { .. }));
    assert!(matches!(w.press(&link, &w.phone, None).await, Ok(LinkUse::WrongConfirmation)));
    assert!(w.go_on().await.unwrap().is_none());
    let typed = format!(" {} ", signs.to_ascii_lowercase());
    assert!(matches!(w.press(&link, &w.phone, Some(&typed)).await, Ok(LinkUse::Elsewhere { .. })));
    let mut browser = w.browser.clone();
    let response = answer(&mut browser, w.go_on().await.unwrap().unwrap());
    assert!(w.t.trade(NATIVE, &response).await.is_ok());
    assert_eq!(w.sessions().await, 1);
    assert!(matches!(w.press(&link, &w.phone, Some(&signs)).await, Ok(LinkUse::Dead(_))));
}

/// S-048: either uses up both.
#[tokio::test]
async fn code_and_link_are_one_proof() {
    let w = waiting().await;
    let (link, code) = (w.t.link(), w.t.mailed_code());
    here(w.press(&link, &w.browser, None).await);
    let second = w.t.begin(NATIVE, &w.browser).await;
    w.t.identify(&second, &w.browser, "other@example.com").await.unwrap();
    assert!(w.t.engine.enter_code(&second, &w.browser, &code, &w.t.caller()).await.is_err());

    let w = waiting().await;
    let (link, code) = (w.t.link(), w.t.mailed_code());
    w.enter_code(&code).await.unwrap();
    for browser in [&w.browser, &w.phone] {
        assert!(matches!(w.look(&link, browser).await, LinkPage::Dead(_)));
        assert!(matches!(w.press(&link, browser, Some("ABC")).await, Ok(LinkUse::Dead(_))));
    }
}

/// A look changes nothing, whoever looks how often.
#[tokio::test]
async fn looking_uses_nothing_up() {
    let w = waiting().await;
    let link = w.t.link();
    let before = w.t.engine.store.find_handle(&TokenHash::of(&link), HandleKind::Link).await.unwrap();
    for browser in [&w.phone, &w.browser, &w.t.browser()] {
        for _ in 0..3 {
            w.look(&link, browser).await;
        }
    }
    let after = w.t.engine.store.find_handle(&TokenHash::of(&link), HandleKind::Link).await.unwrap();
    assert_eq!((before.is_some(), before), (true, after));
    assert_eq!(w.sessions().await, 0);
    here(w.press(&link, &w.browser, None).await);
}

#[tokio::test]
async fn a_token_that_is_no_link_finds_nothing() {
    let w = waiting().await;
    for token in [Secret::new(""), Secret::new("x".repeat(1 << 20)), w.handle.clone(), w.t.mailed_code()] {
        assert!(matches!(w.look(&token, &w.browser).await, LinkPage::Dead(DeadLink { client: None, .. })));
        let pressed = w.press(&token, &w.browser, Some("ABC")).await;
        assert!(matches!(pressed, Ok(LinkUse::Dead(DeadLink { client: None, .. }))));
    }
}

/// Peers' bugs 61 and 82: one expiry, and none past it.
#[tokio::test]
async fn a_link_lives_as_long_as_its_code() {
    let w = waiting().await;
    let link = w.t.link();
    w.t.clock.advance(599);
    assert!(matches!(w.look(&link, &w.browser).await, LinkPage::Here { .. }));
    w.t.clock.advance(1);
    assert!(matches!(w.look(&link, &w.browser).await, LinkPage::Dead(DeadLink { client: Some(_), .. })));
    assert!(matches!(w.press(&link, &w.browser, None).await, Ok(LinkUse::Dead(_))));
    assert!(matches!(w.enter_code(&w.t.mailed_code()).await, Err(SignInError::Code(RedeemError::Expired))));
}

/// Peers' bug 58: not by asking for a new mail either.
#[tokio::test]
async fn a_dead_link_of_the_first_address_does_not_bring_it_back() {
    let w = waiting().await;
    let first = w.t.link();
    w.t.identify(&w.handle, &w.browser, "corrected@example.com").await.unwrap();

    let renewed = w.t.engine.renew_link(&first, &w.phone, &w.t.caller()).await.unwrap();

    assert!(matches!(renewed, Renewed::Here { .. }));
    assert_eq!(w.t.senders.last_mail().to, EMAIL);
    let page = w.t.engine.sign_in_page(&w.handle, &w.browser).await.unwrap();
    assert_eq!(page.sign_in.sent.unwrap().address, "corrected@example.com");
    assert!(matches!(w.look(&w.t.link(), &w.browser).await, LinkPage::Elsewhere { .. }));
}

#[tokio::test]
async fn a_newer_mail_replaces_the_link() {
    let w = waiting().await;
    let older = w.t.link();
    let newer = w.resend().await;
    assert!(matches!(w.look(&older, &w.browser).await, LinkPage::Dead(_)));
    assert!(matches!(w.press(&older, &w.browser, None).await, Ok(LinkUse::Dead(_))));
    here(w.press(&newer, &w.browser, None).await);
}

/// S-029
#[tokio::test]
async fn a_link_of_a_user_who_was_blocked_signs_nobody_in() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    let w = waiting_at(t, NATIVE).await;
    let address = Address::from_canonical(EMAIL);
    let mut user = w.t.engine.store.find_user_by_address("email", &address).await.unwrap().unwrap();
    user.blocked = true;
    w.t.engine.store.update_user(&user).await.unwrap();
    for browser in [&w.browser, &w.phone] {
        let signs = w.signs().await;
        let pressed = w.press(&w.t.link(), browser, Some(&signs)).await;
        let refused =
            matches!(pressed, Err(SignInError::Code(RedeemError::UserBlocked)) | Ok(LinkUse::Dead(_)));
        assert!(refused);
    }
    assert!(w.go_on().await.unwrap().is_none());
}

#[tokio::test]
async fn a_link_asks_for_consent_where_the_client_does() {
    let w = third_party().await;
    let mut browser = w.browser.clone();
    let asked = here(w.press(&w.t.link(), &browser, None).await);
    let Entered::Consent { session, handle } = asked else { panic!() };
    keep(&mut browser, session);
    let response = w.t.engine.consent(&handle, &browser, true).await.unwrap();
    assert!(w.t.trade("theirs", &response).await.is_ok());
}
