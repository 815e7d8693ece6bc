use latchkey_words::{Locale, Words};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::Refusal;
use crate::refusal::Step;
use crate::tokens::Tokens;
use crate::transport::TransportError;
use crate::{Client, Secret};

mod links;

const NUMBER: &str = "415 555 0100";

/// A sign-in, its clock and its server's answers.
struct Screens {
    sign_in: SignIn,
    now: i64,
}

impl Screens {
    fn new() -> Self {
        let settings = SignInSettings { country: Country::find("US"), ..SignInSettings::either(Locale::En) };
        Self { sign_in: SignIn::new(settings), now: 1_000 }
    }

    fn on(&mut self, event: Event) -> Vec<Effect> {
        self.sign_in.handle(event, self.now)
    }

    fn view(&self) -> View {
        self.sign_in.view(self.now)
    }

    /// At the question for the code, which was just sent.
    fn at_code() -> Self {
        let mut screens = Self::new();
        screens.on(Event::Identifier(NUMBER.into()));
        let call = only_start(&screens.on(Event::Submit));
        screens.answer(call, Outcome::Sent);
        screens
    }

    fn answer(&mut self, call: CallId, outcome: Outcome) -> Vec<Effect> {
        self.on(Event::Answered { call, outcome })
    }

    fn submit_code(&mut self) -> CallId {
        self.on(Event::Code("123456".into()));
        match &self.on(Event::Submit)[..] {
            [Effect::SignIn { call, .. }, ..] => *call,
            other => panic!("{other:?}"),
        }
    }

    fn fails(&mut self, call: CallId, error: Error) {
        self.answer(call, Outcome::Failed(error));
    }

    fn error(&self) -> String {
        self.view().error.unwrap_or_default()
    }
}

fn only_start(effects: &[Effect]) -> CallId {
    match effects {
        [Effect::Start { call, .. }, ..] => *call,
        other => panic!("{other:?}"),
    }
}

fn refused(status: u16, code: &str, description: &str, step: Step) -> Error {
    let body = json!({"error": code, "error_description": description}).to_string();
    let response = crate::Response { status, headers: Vec::new(), body: body.into() };
    Refusal { step, ..Refusal::read(&response, 0) }.into()
}

fn no_answer() -> Error {
    TransportError::NoAnswer("cut".into()).into()
}

fn signed_in() -> Outcome {
    let tokens = Tokens {
        access_token: Secret::new("a"),
        token_type: "Bearer".into(),
        id_token: None,
        refresh_token: None,
        scope: None,
        expires_at: None,
    };
    Outcome::SignedIn(Box::new(SignedIn { tokens, profile: None }))
}

#[test]
fn somebody_gives_a_number_then_the_code_and_is_signed_in() {
    let mut screens = Screens::new();
    assert!(!screens.view().submit.enabled);
    screens.on(Event::Identifier(NUMBER.into()));
    let view = screens.view();
    assert_eq!((view.field.kind, &*view.field.value, view.submit.enabled), (FieldKind::Phone, NUMBER, true));
    let call = only_start(&screens.on(Event::Submit));
    assert!(screens.view().busy && screens.sign_in.is_sending());
    let effects = screens.answer(call, Outcome::Sent);
    assert!(matches!(effects[..], [Effect::Tick { at: 1_001 }]));
    let view = screens.view();
    assert_eq!(view.screen, Screen::Code);
    assert!(view.lead.unwrap().contains("+14155550100"));
    let call = screens.submit_code();
    let effects = screens.answer(call, signed_in());
    assert!(matches!(effects[..], [Effect::Finished(_)]));
    assert_eq!(screens.view().screen, Screen::Done);
    assert!(screens.on(Event::Submit).is_empty() && screens.on(Event::Change).is_empty());
}

#[test]
fn a_button_that_is_pressed_twice_sends_once() {
    let mut screens = Screens::new();
    screens.on(Event::Identifier(NUMBER.into()));
    only_start(&screens.on(Event::Submit));
    assert!(screens.on(Event::Submit).is_empty());
    let mut screens = Screens::at_code();
    screens.submit_code();
    assert!(screens.on(Event::Submit).is_empty());
}

#[test]
fn another_code_can_be_asked_for_after_a_countdown_that_grows() {
    let mut screens = Screens::at_code();
    let resend = screens.view().resend.unwrap();
    assert_eq!((resend.seconds, resend.button.enabled), (60, false));
    assert_eq!(resend.button.label, "You can ask for a new code in 60 seconds");
    assert!(screens.on(Event::Resend).is_empty());
    screens.now += 59;
    assert_eq!(screens.view().resend.unwrap().button.label, "You can ask for a new code in 1 second");
    screens.now += 1;
    assert_eq!(screens.view().resend.unwrap().button.label, "Send a new code");
    let call = only_start(&screens.on(Event::Resend));
    assert!(!screens.view().resend.unwrap().button.enabled);
    screens.answer(call, Outcome::Sent);
    let view = screens.view();
    assert_eq!((view.notice.as_deref(), view.resend.unwrap().seconds), (Some("Code sent again"), 120));
}

#[test]
fn ticks_go_on_one_by_one_until_the_countdown_ends() {
    let mut screens = Screens::at_code();
    assert!(screens.on(Event::Code("1".into())).is_empty());
    screens.now += 1;
    assert!(matches!(screens.on(Event::Tick)[..], [Effect::Tick { at: 1_002 }]));
    screens.now += 59;
    assert!(screens.on(Event::Tick).is_empty());
}

#[test]
fn going_back_and_submitting_the_same_number_sends_no_second_message() {
    let mut screens = Screens::at_code();
    screens.on(Event::Change);
    assert_eq!((screens.view().screen, &*screens.view().field.value), (Screen::Identify, NUMBER));
    screens.now += 10;
    assert!(!screens.on(Event::Submit).iter().any(|effect| matches!(effect, Effect::Start { .. })));
    let view = screens.view();
    assert_eq!((view.screen, view.resend.unwrap().seconds), (Screen::Code, 50));
    screens.on(Event::Change);
    screens.on(Event::Identifier("415 555 0199".into()));
    only_start(&screens.on(Event::Submit));
}

#[test]
fn a_cancelled_start_may_have_sent_and_its_answer_comes_to_nobody() {
    let mut screens = Screens::new();
    screens.on(Event::Identifier(NUMBER.into()));
    let call = only_start(&screens.on(Event::Submit));
    assert!(matches!(screens.on(Event::Change)[..], [Effect::Cancel(cancelled)] if cancelled == call));
    assert!(screens.answer(call, Outcome::Failed(no_answer())).is_empty());
    assert_eq!((screens.view().screen, screens.view().error), (Screen::Identify, None));
    assert!(!screens.on(Event::Submit).iter().any(|effect| matches!(effect, Effect::Start { .. })));
    assert_eq!(screens.view().screen, Screen::Code);
}

#[test]
fn a_start_whose_answer_was_lost_may_have_sent_and_is_not_sent_again_at_once() {
    for lost in [no_answer(), refused(502, "", "<html>Bad gateway", Step::Start)] {
        let mut screens = Screens::new();
        screens.on(Event::Identifier(NUMBER.into()));
        let call = only_start(&screens.on(Event::Submit));
        screens.fails(call, lost);
        assert!(!screens.on(Event::Submit).iter().any(|effect| matches!(effect, Effect::Start { .. })));
        assert_eq!((screens.view().screen, screens.view().resend.unwrap().seconds), (Screen::Code, 60));
        screens.now += 60;
        only_start(&screens.on(Event::Resend));
    }
    let mut screens = Screens::new();
    screens.on(Event::Identifier(NUMBER.into()));
    let call = only_start(&screens.on(Event::Submit));
    screens.fails(call, TransportError::Unreachable("off".into()).into());
    only_start(&screens.on(Event::Submit));
}

#[test]
fn who_has_a_code_already_types_it_without_another_message() {
    let mut screens = Screens::new();
    screens.on(Event::HaveCode);
    assert_eq!(screens.error(), Words::of(Locale::En).error_bad_phone());
    screens.on(Event::Identifier(NUMBER.into()));
    assert!(screens.on(Event::HaveCode).is_empty());
    assert_eq!((screens.view().screen, screens.view().resend.unwrap().seconds), (Screen::Code, 0));
    screens.submit_code();
}

#[test]
fn what_is_no_address_or_no_code_is_told_without_a_call() {
    let mut screens = Screens::new();
    screens.on(Event::Identifier("nobody".into()));
    assert!(screens.on(Event::Submit).is_empty());
    assert!(screens.error().contains("Enter a phone number"));
    screens.on(Event::Channel(Channel::Email));
    assert_eq!((screens.error(), screens.view().field.kind), (String::new(), FieldKind::Email));
    screens.on(Event::Identifier("nobody".into()));
    screens.on(Event::Submit);
    assert!(screens.error().contains("full email address"));
    let mut screens = Screens::at_code();
    screens.on(Event::Code("12".into()));
    assert!(!screens.view().submit.enabled);
    screens.on(Event::Submit);
    assert!(screens.error().contains("That code is not right"));
}

#[test]
fn every_failure_stays_where_it_happened_with_its_text() {
    for (error, text) in [
        (refused(400, "bad.phone_number", "The phone number is not valid", Step::Start), "country code"),
        (refused(400, "bad.phone_number", "cannot receive SMS", Step::Start), "cannot receive text messages"),
        (refused(400, "bad.phone_number", "this country are not allowed", Step::Start), "in this country"),
        (refused(400, "sms_provider_error", "Timeout", Step::Start), "could not send"),
        (refused(400, "bad.connection", "Public signup is disabled", Step::Start), "new accounts"),
        (refused(400, "bad.connection", "Connection is disabled", Step::Start), "no way to sign in"),
        (refused(500, "server_error", "oops", Step::Start), "our side"),
        (no_answer(), "does not answer"),
    ] {
        let mut screens = Screens::new();
        screens.on(Event::Identifier(NUMBER.into()));
        let call = only_start(&screens.on(Event::Submit));
        screens.fails(call, error);
        assert!(screens.error().contains(text), "{}", screens.error());
        assert_eq!((screens.view().screen, screens.view().busy), (Screen::Identify, false));
    }
    for (error, text) in [
        (refused(403, "invalid_grant", "Wrong phone number or verification code.", Step::Code), "not right"),
        (refused(403, "invalid_grant", "The verification code has expired.", Step::Code), "expired"),
        (refused(403, "invalid_grant", "the maximum number of attempts.", Step::Code), "wrong tries"),
        (refused(401, "unauthorized", "user is blocked", Step::Code), "blocked"),
        (refused(429, "too_many_attempts", "", Step::Code), "Wait 1 minute"),
    ] {
        let mut screens = Screens::at_code();
        let call = screens.submit_code();
        screens.fails(call, error);
        assert!(screens.error().contains(text), "{}", screens.error());
        assert_eq!((screens.view().screen, &*screens.view().field.value), (Screen::Code, ""));
    }
}

#[test]
fn a_code_that_did_not_reach_the_server_stays_typed() {
    let mut screens = Screens::at_code();
    let call = screens.submit_code();
    screens.fails(call, no_answer());
    assert_eq!(screens.view().field.value, "123456");
    assert!(screens.view().submit.enabled);
}

#[test]
fn a_server_that_asks_to_wait_is_waited_for() {
    let mut screens = Screens::at_code();
    screens.now += 60;
    let call = only_start(&screens.on(Event::Resend));
    let mut error = refused(429, "too_many_requests", "", Step::Start);
    if let Error::Refused(refusal) = &mut error {
        refusal.retry_after = Some(90);
    }
    screens.fails(call, error);
    assert!(screens.error().contains("Wait 2 minutes"));
    assert_eq!(screens.view().resend.unwrap().seconds, 90);
}

#[test]
fn a_server_that_sent_nothing_is_asked_again() {
    let mut screens = Screens::new();
    screens.on(Event::Identifier(NUMBER.into()));
    let call = only_start(&screens.on(Event::Submit));
    let mut error = refused(429, "too_many_requests", "", Step::Start);
    if let Error::Refused(refusal) = &mut error {
        refusal.retry_after = Some(90);
    }
    screens.fails(call, error);
    only_start(&screens.on(Event::Submit));
}

#[test]
fn nothing_that_was_typed_shows_when_the_flow_is_formatted() {
    let mut screens = Screens::at_code();
    let event = Event::Code("123456".into());
    let shown = format!("{event:?} {:?} {:?}", Event::Received("123456".into()), screens.on(event.clone()));
    let shown = format!("{shown} {:?}", Event::Opened("a:/b?code=123456".into()));
    let call = screens.on(Event::Submit);
    let shown = format!("{shown} {call:?} {:?} {:?}", screens.sign_in, screens.view().field);
    assert!(!shown.contains("123456") && !shown.contains("5550100"), "{shown}");
}

#[test]
fn a_code_that_comes_by_itself_is_submitted() {
    let mut screens = Screens::at_code();
    let effects = screens.on(Event::Received("123456".into()));
    assert!(matches!(effects[..], [Effect::SignIn { .. }]));
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_longer_than_a_gap() {
    let mut screens = Screens::at_code();
    screens.now -= 100_000;
    assert_eq!(screens.view().resend.unwrap().seconds, 60);
    screens.on(Event::Tick);
    screens.now += 60;
    only_start(&screens.on(Event::Resend));
}

#[test]
fn every_language_has_every_text() {
    for locale in Locale::ALL {
        let mut screens = Screens::at_code();
        screens.sign_in.settings.locale = *locale;
        let code = screens.view();
        screens.on(Event::Change);
        let identify = screens.view();
        for text in [&code.title, &code.submit.label, &code.resend.unwrap().button.label, &identify.title] {
            assert!(!text.is_empty(), "{locale}");
        }
        assert_eq!(identify.direction, locale.direction());
        assert!(identify.have_code.is_some() && identify.switch.is_some() && identify.country.is_some());
    }
}

#[test]
fn the_client_performs_calls_and_answers_them() {
    let (client, server, _) = crate::testing::client();
    let mut screens = Screens::new();
    screens.on(Event::Identifier(NUMBER.into()));
    let effect = screens.on(Event::Submit).remove(0);
    server.json(200, &json!({"_id": "1"}));
    let event = crate::testing::now(client.perform(effect)).unwrap();
    screens.on(event);
    assert_eq!(screens.view().screen, Screen::Code);
    assert!(crate::testing::now(client.perform(Effect::Closed)).is_none());
    let _: &Client = &client;
}

#[derive(Clone, Debug)]
enum Act {
    Type(String),
    Code(String),
    Received,
    Opened,
    Submit,
    Resend,
    HaveCode,
    Change,
    Switch(bool),
    Pick(usize),
    Wait(i64),
    Answer(usize),
    Late(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        "(415555010[0-3]|[a-c]@example.com|.{0,6})".prop_map(Act::Type),
        "(123456|.{0,4})".prop_map(Act::Code),
        Just(Act::Received),
        Just(Act::Opened),
        Just(Act::Submit),
        Just(Act::Submit),
        Just(Act::Resend),
        Just(Act::HaveCode),
        Just(Act::Change),
        any::<bool>().prop_map(Act::Switch),
        (0..Country::ALL.len()).prop_map(Act::Pick),
        prop_oneof![0_i64..100, any::<i64>()].prop_map(Act::Wait),
        (0_usize..8).prop_map(Act::Answer),
        (0_u64..20).prop_map(Act::Late),
    ];
    proptest::collection::vec(act, 0..60)
}

/// What a server may say, by number.
fn outcome(number: usize) -> Outcome {
    match number {
        0..=1 => Outcome::Sent,
        2 => {
            let (client, ..) = crate::testing::client();
            let authorize = crate::Authorize::new("https://app.example/cb");
            Outcome::LinkSent(Box::new(client.start_browser_sign_in(&authorize).unwrap()))
        }
        3 => signed_in(),
        4 => Outcome::Failed(no_answer()),
        5 => Outcome::Failed(refused(403, "invalid_grant", "Wrong", Step::Code)),
        6 => Outcome::Failed(refused(429, "too_many_requests", "", Step::Start)),
        _ => Outcome::Failed(refused(500, "server_error", "", Step::Start)),
    }
}

proptest! {
    /// One call at a time; no message within a gap of one that was sent, may have been, or was cancelled while it was;
    /// no panic.
    #[test]
    fn whatever_happens_in_whatever_order_nothing_is_sent_twice(acts in acts(), links in any::<bool>()) {
        let mut screens = Screens::new();
        if links {
            screens.sign_in.settings.send = crate::SendKind::Link;
            screens.sign_in.settings.callback = Some("https://app.example/cb".into());
        }
        let mut open: Option<(CallId, Option<Address>)> = None;
        let mut sent: Vec<(Address, i64)> = Vec::new();
        for act in acts {
            let event = match act {
                Act::Type(typed) => Event::Identifier(typed),
                Act::Code(typed) => Event::Code(typed),
                Act::Received => Event::Received("123456".into()),
                Act::Opened => Event::Opened("https://app.example/cb?code=1".into()),
                Act::Submit => Event::Submit,
                Act::Resend => Event::Resend,
                Act::HaveCode => Event::HaveCode,
                Act::Change => Event::Change,
                Act::Switch(phone) => Event::Channel(if phone { Channel::Sms } else { Channel::Email }),
                Act::Pick(index) => Event::Country(Country::ALL[index]),
                Act::Wait(seconds) => {
                    screens.now = screens.now.saturating_add(seconds);
                    // A clock that was set makes other times of what was.
                    for (_, at) in &mut sent {
                        *at = (*at).min(screens.now);
                    }
                    Event::Tick
                }
                Act::Late(id) => {
                    let id = CallId(id);
                    if open.as_ref().is_some_and(|(open, _)| *open == id) {
                        continue;
                    }
                    Event::Answered { call: id, outcome: Outcome::Sent }
                }
                Act::Answer(number) => {
                    let Some((call, address)) = open.take() else { continue };
                    let outcome = outcome(number);
                    let may_have_sent = match &outcome {
                        Outcome::Sent | Outcome::LinkSent(_) => true,
                        Outcome::Failed(error) => !error.had_no_effect(),
                        Outcome::SignedIn(_) => false,
                    };
                    if let (Some(address), true) = (&address, may_have_sent) {
                        sent.push((address.clone(), screens.now));
                    }
                    Event::Answered { call, outcome }
                }
            };
            for effect in screens.on(event) {
                match effect {
                    Effect::Start { call, start } | Effect::StartLink { call, start, .. } => {
                        prop_assert!(open.is_none(), "two calls at once");
                        let address = start.address().clone();
                        let again = sent.iter().any(|(to, at)| *to == address && screens.now.saturating_sub(*at) < 60);
                        prop_assert!(!again, "a second message within the gap");
                        open = Some((call, Some(address)));
                    }
                    Effect::SignIn { call, .. } | Effect::FinishLink { call, .. } => {
                        prop_assert!(open.is_none(), "two calls at once");
                        open = Some((call, None));
                    }
                    Effect::Cancel(call) => {
                        let (cancelled, address) = open.take().expect("something to cancel");
                        prop_assert_eq!(cancelled, call);
                        sent.extend(address.map(|address| (address, screens.now)));
                    }
                    Effect::Tick { .. } | Effect::Finished(_) | Effect::Closed => {}
                }
            }
            let view = screens.view();
            prop_assert_eq!(view.busy, open.is_some());
            prop_assert!(!view.title.is_empty());
        }
    }
}
