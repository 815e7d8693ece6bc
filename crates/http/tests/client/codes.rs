//! Codes and links, by text message and by mail.

use latchkey_client::{Address, AppLink, CodeSignIn, Error, ErrorKind, Locale, Start};
use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{ClientKind, SigningAlgorithm};
use latchkey_testkit::{NATIVE, PHONE};
use serde_json::json;

use crate::scene::{App, Fate, phone};
use crate::support::{EMAIL, Way};

/// P-070, P-132
#[tokio::test]
async fn a_code_by_sms_gives_tokens_that_prove_who_signed_in() {
    let app = App::new(NATIVE).await;
    let tokens = app.sign_in().await;
    assert_eq!(tokens.token_type, "Bearer");
    assert_eq!(tokens.expires_at, Some(app.client.now() + 86_400));
    let claims = app.client.verify_id_token(tokens.id_token.as_ref().unwrap()).await.unwrap();
    let profile = app.client.profile(&tokens).await.unwrap();
    assert_eq!(claims["sub"], json!(profile.id));
    assert_eq!((profile.text("phone_number"), profile.display_name()), (None, PHONE));
    assert!(tokens.refresh_token.is_some());
}

#[tokio::test]
async fn a_code_by_mail_signs_in() {
    let app = App::new(NATIVE).await;
    let address = Address::email(EMAIL).unwrap();
    app.client.start_passwordless(&Start::code(address.clone())).await.unwrap();
    app.t().settled().await;
    let code = app.wire.server.mailed_code();
    let typed = format!(" {} {} ", &code[..3], &code[3..]);
    let tokens = app.client.sign_in_with_code(&CodeSignIn::new(address, &typed).unwrap()).await.unwrap();
    let profile = app.client.profile(&tokens).await.unwrap();
    assert_eq!(profile.text("email"), Some(EMAIL));
}

#[tokio::test]
async fn the_link_of_a_mail_opens_the_app_and_its_code_signs_in() {
    let app = App::new(NATIVE).await;
    app.t()
        .add_client(NATIVE, ClientKind::Native, None, |client| {
            client.ios_bundle = Some("com.example.App".into());
        })
        .await;
    app.wire.server.reconnect().await;
    let address = Address::email(EMAIL).unwrap();
    app.client.start_passwordless(&Start::link_ios(address.clone())).await.unwrap();
    app.t().settled().await;
    let link = app.t().senders.last_mail().link.unwrap();
    let link = AppLink::parse(app.client.domain(), link.expose()).unwrap();
    let sign_in = CodeSignIn::new(address, &link.code).unwrap();
    assert!(app.client.sign_in_with_code(&sign_in).await.is_ok());
}

/// P-072
#[tokio::test]
async fn wrong_codes_are_told_apart_from_the_last_one() {
    let app = App::new(NATIVE).await;
    app.start().await;
    let wrong = app.t().wrong_code();
    for kind in [ErrorKind::WrongCode, ErrorKind::WrongCode, ErrorKind::NoTriesLeft] {
        assert_eq!(app.enter(&wrong).await.unwrap_err().kind(), kind);
    }
    let error = app.enter(&app.t().code()).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(403), "invalid_grant"));
}

#[tokio::test]
async fn a_code_that_is_over_is_told_in_the_words_of_the_person() {
    let app = App::new(NATIVE).await;
    app.start().await;
    let code = app.t().code();
    app.t().clock.advance(Way::Sms.code_life() + 1);
    let error = app.enter(&code).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CodeExpired);
    let text = error.human(Locale::De, phone().channel());
    assert!(text.contains("abgelaufen"), "{text}");
}

#[tokio::test]
async fn somebody_who_is_blocked_is_told_so() {
    let app = App::new(NATIVE).await;
    let tokens = app.sign_in().await;
    app.start().await;
    Way::Sms.block(app.t()).await;
    let error = app.enter(&app.t().code()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Blocked);
    let refused = app.client.refresh(tokens.refresh_token.as_ref().unwrap(), None).await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Blocked | ErrorKind::SignInAgain), "{refused}");
}

#[tokio::test]
async fn what_the_server_refuses_to_send_is_told_by_kind() {
    let app = App::new(NATIVE).await;
    for (number, kind) in
        [("+14155550", ErrorKind::BadPhoneNumber), ("+18005550100", ErrorKind::NumberWithoutTexts)]
    {
        let start = Start::code(Address::phone(number).unwrap());
        let error = app.client.start_passwordless(&start).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, "bad.phone_number"), "{error}");
    }
    let error = app.client.start_passwordless(&Start::code(phone()).connection("nowhere")).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Misconfigured, "bad.connection"));
}

#[tokio::test]
async fn an_app_that_is_unknown_is_refused_with_the_code_of_the_server() {
    let app = App::new("nobody").await;
    let error = app.client.start_passwordless(&Start::code(phone())).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(400), "bad.client_id"));
    assert!(matches!(&error, Error::Refused(refusal) if refusal.request_id.is_some()));
}

/// Somebody who waits for one message never gets two.
#[tokio::test]
async fn a_start_whose_answer_is_lost_is_not_repeated() {
    let app = App::new(NATIVE).await;
    for fate in [Fate::Unanswered, Fate::Lost] {
        app.wire.next(fate);
        let error = app.client.start_passwordless(&Start::code(phone())).await.unwrap_err();
        assert_eq!(error.had_no_effect(), fate == Fate::Lost);
        assert_eq!(app.wire.noted().len(), 1);
    }
    assert_eq!(app.t().senders.sent().len(), 1);
}

#[tokio::test]
async fn a_code_whose_answer_is_lost_is_not_repeated() {
    let app = App::new(NATIVE).await;
    app.sign_in().await;
    app.start().await;
    app.wire.noted();
    app.wire.next(Fate::Unanswered);
    assert!(app.enter(&app.t().code()).await.is_err());
    assert_eq!(app.wire.noted().len(), 1);
}

#[tokio::test]
async fn the_keys_of_the_server_may_change_at_any_time() {
    let app = App::new(NATIVE).await;
    app.sign_in().await;
    app.t().engine.rotate_signing_key(&Operator::console(), SigningAlgorithm::RS256).await.unwrap();
    app.t().clock.advance(60);
    let tokens = app.sign_in().await;
    assert!(app.client.verify_id_token(tokens.id_token.as_ref().unwrap()).await.is_ok());
}
