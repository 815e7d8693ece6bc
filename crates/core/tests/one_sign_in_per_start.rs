//! Whatever people, their devices and others do in whatever order: one start is one sign-in at most.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::browser::Browser;
use latchkey_core::flow::sign_in::{Entered, LinkUse};
use latchkey_core::model::{self, ClientKind};
use latchkey_testkit::{EMAIL, NATIVE, TestEngine};
use latchkey_wire::Secret;
use proptest::prelude::*;
use serde_json::json;

#[derive(Clone, Copy, Debug)]
enum Step {
    EnterCode { start: usize },
    WrongCode,
    PressHere { start: usize },
    PressElsewhere { start: usize },
    GoOn,
    Resend,
    Wait { seconds: i64 },
}

fn step() -> impl proptest::strategy::Strategy<Value = Step> {
    let start = 0..4usize;
    prop_oneof![
        2 => start.clone().prop_map(|start| Step::EnterCode { start }),
        2 => Just(Step::WrongCode),
        1 => start.clone().prop_map(|start| Step::PressHere { start }),
        3 => start.prop_map(|start| Step::PressElsewhere { start }),
        3 => Just(Step::GoOn),
        2 => Just(Step::Resend),
        1 => (0..400i64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// A sign-in and what its mails held, start by start.
struct Run {
    t: TestEngine,
    browser: Browser,
    phone: Browser,
    handle: Secret,
    starts: Vec<(Secret, Secret)>,
    /// Sign-ins so far, start by start.
    entered: Vec<u32>,
    /// Whose link was pressed on the other device and waits for the browser.
    proved: Option<usize>,
}

impl Run {
    async fn new(client: &str) -> Self {
        let t = TestEngine::new().await;
        if client != NATIVE {
            t.add_client(client, ClientKind::Native, None, |client| client.first_party = false).await;
            t.add_connection("email", model::Strategy::Email, json!({})).await;
        }
        let (browser, phone) = (t.browser(), t.browser());
        let handle = t.begin_by_mail(client, &browser, EMAIL).await;
        let mut run =
            Self { t, browser, phone, handle, starts: Vec::new(), entered: Vec::new(), proved: None };
        run.note_start();
        run
    }

    fn note_start(&mut self) {
        self.starts.push((self.t.mailed_code(), self.t.link()));
        self.entered.push(0);
    }

    fn note_entry(&mut self, start: usize, entered: &Entered) {
        self.entered[start] += 1;
        let (Entered::Respond { session, .. } | Entered::Consent { session, .. }) = entered else {
            panic!("{entered:?}")
        };
        self.browser.session = Some(session.cookie.clone());
    }

    async fn take(&mut self, step: Step) {
        let (engine, caller) = (std::sync::Arc::clone(&self.t.engine), self.t.caller());
        let last = self.starts.len() - 1;
        match step {
            Step::EnterCode { start } => {
                let start = start.min(last);
                let code = self.starts[start].0.clone();
                if let Ok(entered) = engine.enter_code(&self.handle, &self.browser, &code, &caller).await {
                    self.note_entry(start, &entered);
                    self.proved = None;
                }
            }
            Step::WrongCode => {
                let wrong = self.t.wrong_mailed_code();
                assert!(engine.enter_code(&self.handle, &self.browser, &wrong, &caller).await.is_err());
            }
            Step::PressHere { start } => {
                let start = start.min(last);
                let link = self.starts[start].1.clone();
                if let Ok(LinkUse::Entered(entered)) =
                    engine.use_link(&link, &self.browser, None, &caller).await
                {
                    self.note_entry(start, &entered);
                    self.proved = None;
                }
            }
            Step::PressElsewhere { start } => {
                let start = start.min(last);
                let link = self.starts[start].1.clone();
                let Ok(page) = engine.sign_in_page(&self.handle, &self.browser).await else { return };
                let signs = Some(page.confirmation.as_str());
                match engine.use_link(&link, &self.phone, signs, &caller).await {
                    Ok(LinkUse::Elsewhere { .. }) => self.proved = Some(start),
                    Ok(LinkUse::Entered(_)) => panic!("the other device was signed in"),
                    Ok(LinkUse::WrongConfirmation | LinkUse::Dead(_)) | Err(_) => {}
                }
            }
            Step::GoOn => {
                if let Ok(Some(entered)) = engine.go_on(&self.handle, &self.browser, &caller).await {
                    let start = self.proved.take().expect("went on without a proof");
                    self.note_entry(start, &entered);
                }
            }
            Step::Resend => {
                let mails = self.t.senders.mailed().len();
                if engine.resend(&self.handle, &self.browser, &caller).await.is_ok() {
                    assert_eq!(self.t.senders.mailed().len(), mails + 1);
                    self.note_start();
                }
            }
            Step::Wait { seconds } => self.t.clock.advance(seconds),
        }
    }
}

async fn holds(client: &str, steps: &[Step]) {
    let mut run = Run::new(client).await;
    for step in steps {
        run.take(*step).await;
        assert!(run.entered.iter().all(|times| *times <= 1), "{:?}", run.entered);
    }
    if client == NATIVE {
        assert!(run.entered.iter().sum::<u32>() <= 1, "the sign-in ends with the first answer");
    }
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// S-048
    #[test]
    fn in_any_order_one_start_is_one_sign_in(steps in proptest::collection::vec(step(), 1..14)) {
        block_on(holds(NATIVE, &steps));
    }

    /// A sign-in that stays open for the consent of the person.
    #[test]
    fn in_any_order_one_start_is_one_sign_in_before_consent_too(
        steps in proptest::collection::vec(step(), 1..14),
    ) {
        block_on(holds("theirs", &steps));
    }
}
