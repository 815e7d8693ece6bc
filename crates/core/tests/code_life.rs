//! Whatever happens in whatever order: a code signs in once at most, after three compares at most,
//! before its end only, and only the newest one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_testkit::{NATIVE, PHONE, TestEngine};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Start,
    /// Types the n-th newest code.
    Type(usize),
    TypeWrong,
    /// Seconds pass.
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => Just(Act::Start),
        4 => (0usize..3).prop_map(Act::Type),
        3 => Just(Act::TypeWrong),
        1 => (1i64..200).prop_map(Act::Wait),
    ];
    prop::collection::vec(act, 1..40)
}

/// What must hold, kept beside the engine.
#[derive(Default)]
struct Model {
    /// Every code sent, oldest first.
    codes: Vec<String>,
    sent_at: i64,
    now: i64,
    compares: u32,
    used: bool,
}

impl Model {
    fn newest_is_live(&self) -> bool {
        !self.codes.is_empty() && !self.used && self.compares < 3 && self.now - self.sent_at < 180
    }
}

async fn run(acts: Vec<Act>) -> Result<(), TestCaseError> {
    let t = TestEngine::new().await;
    let options = serde_json::json!({"brute_force_protection": false, "latchkey": {"elastic_codes": false}});
    t.add_connection("sms", latchkey_core::model::Strategy::Sms, options).await;
    let mut model = Model::default();
    for act in acts {
        match act {
            Act::Start => {
                t.start(NATIVE, PHONE).await.unwrap();
                model.codes.push(t.code());
                (model.sent_at, model.compares, model.used) = (model.now, 0, false);
            }
            Act::Wait(seconds) => {
                t.clock.advance(seconds);
                model.now += seconds;
            }
            Act::Type(back) => {
                let Some(code) = model.codes.iter().rev().nth(back).cloned() else { continue };
                let newest = model.codes.last() == Some(&code);
                let expected = newest && model.newest_is_live();
                let accepted = t.redeem(NATIVE, PHONE, &code, "openid").await.is_ok();
                prop_assert_eq!(accepted, expected, "code {} back", back);
                note(&mut model, accepted);
            }
            Act::TypeWrong => {
                if model.codes.is_empty() {
                    continue;
                }
                let accepted = t.redeem(NATIVE, PHONE, &t.wrong_code(), "openid").await.is_ok();
                prop_assert!(!accepted);
                note(&mut model, false);
            }
        }
    }
    Ok(())
}

fn note(model: &mut Model, accepted: bool) {
    if accepted {
        model.used = true;
    } else if model.newest_is_live() {
        model.compares += 1;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// P-051, P-052, P-053, P-054, R-015
    #[test]
    fn any_sequence_of_acts_keeps_the_rules_of_codes(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(acts))?;
    }
}
