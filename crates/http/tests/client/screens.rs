//! The sign-in flow of the screens, driven to its end against the server.

use latchkey_client::{Country, Effect, Event, Locale, Screen, SignIn, SignInSettings, SignedIn};
use latchkey_testkit::{NATIVE, PHONE};

use crate::scene::App;

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
