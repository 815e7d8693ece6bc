//! The link of a mail: looking changes nothing, a press uses it up, here or on another device.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::sync::Arc;

use latchkey_core::flow::authorize::Authorized;
use latchkey_core::flow::browser::Browser;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::sign_in::{Entered, LinkPage, LinkUse, SignInError};
use latchkey_core::model::{Address, ClientKind, EventKind, Strategy};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{EMAIL, NATIVE, Script, TestEngine, answer, authorization, field, keep};
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

/// Signs that are none of the page's.
fn other(signs: &str) -> String {
    signs.chars().map(|sign| if sign == 'A' { 'B' } else { 'A' }).collect()
}

fn here(used: Result<LinkUse, SignInError>) -> Entered {
    match used.unwrap() {
        LinkUse::Entered(entered) => entered,
        other => panic!("{other:?}"),
    }
}

/// S-047: the mail arrives, and is answered, before its sender says that it was sent.
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
