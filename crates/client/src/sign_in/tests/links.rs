//! Links that open the app, and links whose browser comes back to it.

use super::*;
use crate::SendKind;
use crate::browser::BrowserSignIn;

const EMAIL: &str = "ana@example.com";
const CALLBACK: &str = "com.example.app:/callback";

impl Screens {
    fn by_link(send: SendKind, callback: Option<&str>) -> Self {
        let callback = callback.map(str::to_owned);
        let settings = SignInSettings { send, callback, ..SignInSettings::email(Locale::En) };
        Self { sign_in: SignIn::new(settings), now: 1_000 }
    }

    /// The link is on its way.
    fn asked(mut self) -> Self {
        self.on(Event::Identifier(EMAIL.into()));
        let call = only_start(&self.on(Event::Submit));
        self.answer(call, Outcome::Sent);
        self
    }

    fn receive(&mut self) -> Vec<Effect> {
        self.on(Event::Received("123456".into()))
    }
}

fn only_code(effects: &[Effect]) -> (CallId, String) {
    match effects {
        [Effect::SignIn { call, sign_in, .. }, ..] => (*call, format!("{sign_in:?}")),
        other => panic!("{other:?}"),
    }
}

fn is_for_a_call(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| effect.call().is_some())
}

#[test]
fn a_link_for_the_app_is_waited_for_and_signs_in() {
    let mut screens = Screens::by_link(SendKind::LinkIos, None).asked();
    let view = screens.view();
    assert_eq!((view.screen, &*view.title), (Screen::Code, "Check your email"));
    assert!(view.lead.unwrap().contains("Open the link on this device"));
    assert!(view.resend.is_some() && view.change.unwrap().label.contains("email"));
    let (call, _) = only_code(&screens.receive());
    assert!(matches!(screens.answer(call, signed_in())[..], [Effect::Finished(_)]));
}

#[test]
fn a_link_goes_on_though_its_person_went_back_to_the_first_screen() {
    let mut screens = Screens::by_link(SendKind::LinkIos, None).asked();
    screens.on(Event::Change);
    screens.on(Event::Identifier("somebody@else.example".into()));
    let effects = screens.receive();
    only_code(&effects);
    assert_eq!(screens.sign_in.address.as_ref().map(Address::as_str), Some(EMAIL));
}

#[test]
fn an_app_that_a_link_started_asks_whose_it_is_and_sends_nothing() {
    let mut screens = Screens::by_link(SendKind::LinkIos, None);
    assert!(screens.receive().is_empty());
    let view = screens.view();
    assert_eq!((view.screen, view.note, view.have_code), (Screen::Identify, None, None));
    assert!(view.lead.unwrap().contains("that your link was sent to"));
    screens.on(Event::Identifier("nobody".into()));
    assert!(screens.on(Event::Submit).is_empty() && screens.error().contains("email address"));
    screens.on(Event::Identifier(EMAIL.into()));
    let (call, _) = only_code(&screens.on(Event::Submit));
    // Of the link nothing is left: who made a mistake begins anew.
    screens.fails(call, refused(403, "invalid_grant", "Wrong email or verification code.", Step::Code));
    assert_eq!(screens.view().screen, Screen::Code);
    screens.on(Event::Change);
    screens.on(Event::Identifier("ana@example.org".into()));
    only_start(&screens.on(Event::Submit));
}

#[test]
fn a_link_that_is_opened_before_its_start_is_answered_waits_for_it() {
    for answer in [Outcome::Sent, Outcome::Failed(no_answer())] {
        let mut screens = Screens::by_link(SendKind::LinkIos, None);
        screens.on(Event::Identifier(EMAIL.into()));
        let call = only_start(&screens.on(Event::Submit));
        assert!(screens.receive().is_empty());
        only_code(&screens.answer(call, answer));
        assert_eq!((screens.view().screen, screens.error()), (Screen::Code, String::new()));
    }
}

#[test]
fn a_link_whose_start_was_cancelled_is_forgotten() {
    let mut screens = Screens::by_link(SendKind::LinkIos, None);
    screens.on(Event::Identifier(EMAIL.into()));
    screens.on(Event::Submit);
    screens.receive();
    assert!(matches!(screens.on(Event::Change)[..], [Effect::Cancel(_)]));
    assert!(screens.view().note.is_some());
}

#[test]
fn a_link_that_the_system_hands_over_twice_is_tried_once() {
    let mut screens = Screens::by_link(SendKind::LinkIos, None).asked();
    let (call, _) = only_code(&screens.receive());
    assert!(screens.receive().is_empty());
    let wrong = refused(403, "invalid_grant", "Wrong email or verification code.", Step::Code);
    assert!(!is_for_a_call(&screens.answer(call, Outcome::Failed(wrong))));
}

#[test]
fn a_link_without_a_code_does_nothing_at_the_first_screen() {
    for screens in [Screens::by_link(SendKind::LinkIos, None), Screens::new()] {
        let mut screens = screens;
        let before = screens.view();
        assert!(screens.on(Event::Received("abc".into())).is_empty());
        assert_eq!(screens.view(), before);
    }
}

fn start_of_link(effects: &[Effect]) -> CallId {
    match effects {
        [Effect::StartLink { call, .. }, ..] => *call,
        other => panic!("{other:?}"),
    }
}

/// Asked for by the client, as an app does.
fn waits_for_browser() -> (Screens, BrowserSignIn) {
    let (client, ..) = crate::testing::client();
    let mut screens = Screens::by_link(SendKind::Link, Some(CALLBACK));
    screens.on(Event::Identifier(EMAIL.into()));
    let call = start_of_link(&screens.on(Event::Submit));
    let pending = client.start_browser_sign_in(&crate::Authorize::new(CALLBACK)).unwrap();
    screens.answer(call, Outcome::LinkSent(Box::new(pending.clone())));
    (screens, pending)
}

#[test]
fn a_browser_that_comes_back_from_a_link_signs_in() {
    let (mut screens, sent) = waits_for_browser();
    assert!(screens.view().lead.unwrap().contains("Open the link on this device"));
    let effects = screens.on(Event::Opened(format!("{CALLBACK}?code=c0de&state=s")));
    let [Effect::FinishLink { call, pending, profile: true, .. }, ..] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(pending.url, sent.url);
    assert!(!format!("{effects:?}").contains("c0de"), "a code shows");
    assert!(screens.view().busy);
    assert!(matches!(screens.answer(*call, signed_in())[..], [Effect::Finished(_)]));
}

#[test]
fn a_url_of_something_else_is_left_to_the_app() {
    let (mut screens, _) = waits_for_browser();
    assert!(!is_for_a_call(&screens.on(Event::Opened("com.example.app:/settings?code=1".into()))));
    let mut screens = Screens::by_link(SendKind::Link, Some(CALLBACK));
    assert!(screens.on(Event::Opened(format!("{CALLBACK}?code=1"))).is_empty());
}

#[test]
fn a_refused_callback_leaves_the_link_to_be_opened_again() {
    let (mut screens, _) = waits_for_browser();
    let effects = screens.on(Event::Opened(format!("{CALLBACK}?code=1&state=other")));
    let [Effect::FinishLink { call, .. }, ..] = &effects[..] else { panic!("{effects:?}") };
    screens.fails(*call, crate::CallbackError::State.into());
    assert!(!screens.error().is_empty() && screens.view().screen == Screen::Code);
    assert!(is_for_a_call(&screens.on(Event::Opened(format!("{CALLBACK}?code=1&state=s")))));
}

#[test]
fn the_code_of_the_mail_signs_in_where_its_link_comes_back_to_no_app() {
    let mut screens = Screens::by_link(SendKind::Link, None).asked();
    assert!(screens.view().lead.unwrap().contains("a code is on its way"));
    screens.submit_code();
}

#[test]
fn the_client_mails_a_link_that_only_this_sign_in_can_finish() {
    let (client, server, _) = crate::testing::client();
    let mut screens = Screens::by_link(SendKind::Link, Some(CALLBACK));
    screens.on(Event::Identifier(EMAIL.into()));
    let effect = screens.on(Event::Submit).remove(0);
    server.json(200, &json!({"_id": "1"}));
    let event = crate::testing::now(client.perform(effect)).unwrap();
    let asked = server.asked();
    let body: serde_json::Value = serde_json::from_slice(asked[0].body.as_deref().unwrap()).unwrap();
    assert_eq!((&body["send"], &body["authParams"]["redirect_uri"]), (&json!("link"), &json!(CALLBACK)));
    assert_eq!(body["authParams"]["code_challenge_method"], "S256");
    assert!(body["authParams"].get("client_id").is_none());
    screens.on(event);
    // A state that is not ours never reaches the server.
    let effects = screens.on(Event::Opened(format!("{CALLBACK}?code=1&state=other")));
    let event = crate::testing::now(client.perform(effects.into_iter().next().unwrap())).unwrap();
    screens.on(event);
    assert_eq!(screens.sign_in.error().map(Error::code), Some("bad_callback"));
    assert!(server.asked().is_empty());
}
