//! The sign-in flow of the screens, driven to its end against the server.

use http::StatusCode;
use latchkey_client::{Country, Effect, Event, Locale, Screen, SendKind, SignIn, SignInSettings, SignedIn};
use latchkey_testkit::{NATIVE, PHONE};

use crate::scene::App;
use crate::support::{Browser, CALLBACK, EMAIL};

/// Does what the flow wants until it waits for a person, or ends.
async fn go(app: &App, flow: &mut SignIn, event: Event) -> Option<SignedIn> {
    let mut effects = flow.handle(event, app.client.now());
    while !effects.is_empty() {
        match effects.remove(0) {
            Effect::Finished(signed_in) => return Some(*signed_in),
            effect => {
                if let Some(answer) = app.client.perform(effect).await {
                    effects.extend(flow.handle(answer, app.client.now()));
                }
            }
        }
    }
    None
}

#[tokio::test]
async fn a_person_makes_every_mistake_and_signs_in_all_the_same() {
    let app = App::new(NATIVE).await;
    let settings = SignInSettings { country: Country::find("US"), ..SignInSettings::sms(Locale::En) };
    let mut flow = SignIn::new(settings);
    go(&app, &mut flow, Event::Identifier("415 555".into())).await;
    go(&app, &mut flow, Event::Submit).await;
    assert!(flow.view(app.client.now()).error.unwrap().contains("country code"));
    go(&app, &mut flow, Event::Identifier("(415) 555-0100".into())).await;
    go(&app, &mut flow, Event::Submit).await;
    assert_eq!(flow.view(app.client.now()).screen, Screen::Code);
    go(&app, &mut flow, Event::Code(app.t().wrong_code())).await;
    go(&app, &mut flow, Event::Submit).await;
    assert!(flow.view(app.client.now()).error.unwrap().contains("not right"));
    app.t().clock.advance(60);
    go(&app, &mut flow, Event::Resend).await;
    assert_eq!(flow.view(app.client.now()).notice.as_deref(), Some("Code sent again"));
    go(&app, &mut flow, Event::Code(app.t().code())).await;
    let signed_in = go(&app, &mut flow, Event::Submit).await.unwrap();
    assert_eq!(signed_in.profile.unwrap().display_name(), PHONE);
    assert_eq!((flow.view(app.client.now()).screen, app.t().senders.sent().len()), (Screen::Done, 2));
}

/// A browser on the phone opens the link of the mail; where it comes back to.
async fn open_link(app: &App) -> String {
    app.t().settled().await;
    let link = app.wire.server.link();
    let browser = Browser::new(&app.wire.server);
    let page = browser.get(&link).await;
    browser.submit(&page, &link, &[]).await.header("location").to_owned()
}

fn by_link() -> SignIn {
    let (send, callback) = (SendKind::Link, Some(CALLBACK.to_owned()));
    SignIn::new(SignInSettings { send, callback, ..SignInSettings::email(Locale::En) })
}

#[tokio::test]
async fn a_link_that_ends_in_a_browser_comes_back_with_tokens() {
    let app = App::new(NATIVE).await;
    let mut flow = by_link();
    go(&app, &mut flow, Event::Identifier(EMAIL.into())).await;
    go(&app, &mut flow, Event::Submit).await;
    assert_eq!(flow.view(app.client.now()).title, "Check your email");
    let callback = open_link(&app).await;
    assert!(callback.starts_with(CALLBACK), "{callback}");
    // Somebody else's link leads to somebody else's account.
    go(&app, &mut flow, Event::Opened(callback.replace("state=", "state=x"))).await;
    assert!(flow.view(app.client.now()).error.is_some());
    let signed_in = go(&app, &mut flow, Event::Opened(callback)).await.unwrap();
    assert!(signed_in.tokens.refresh_token.is_some());
    assert_eq!(signed_in.profile.unwrap().text("email"), Some(EMAIL));
    assert_eq!(flow.view(app.client.now()).screen, Screen::Done);
}

#[tokio::test]
async fn the_code_of_a_mail_with_a_link_can_be_typed() {
    let app = App::new(NATIVE).await;
    let mut flow = by_link();
    go(&app, &mut flow, Event::Identifier(EMAIL.into())).await;
    go(&app, &mut flow, Event::Submit).await;
    app.t().settled().await;
    go(&app, &mut flow, Event::Code(app.wire.server.mailed_code())).await;
    assert!(go(&app, &mut flow, Event::Submit).await.is_some(), "{:?}", flow.error());
    // The link is used up with it.
    let link = app.wire.server.link();
    assert_eq!(Browser::new(&app.wire.server).get(&link).await.status, StatusCode::GONE);
}
