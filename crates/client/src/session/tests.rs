use std::sync::atomic::Ordering;

use futures_channel::oneshot;
use futures_util::future::join_all;
use serde_json::json;

use super::*;
use crate::host::Clock;
use crate::storage::{MemoryStorage, StorageError};
use crate::testing::{
    NOW, Scripted, SigningKey, Stopped, claims, client, client_of, now, published, token_answer,
};
use crate::transport::{Request, Response, Transport, TransportError};
use crate::{ErrorKind, Refusal};

struct Signed {
    session: Session,
    server: Arc<Scripted>,
    clock: Arc<Stopped>,
    key: SigningKey,
}

fn kept(refresh_token: Option<&str>) -> Tokens {
    Tokens {
        access_token: Secret::new("old"),
        token_type: String::from("Bearer"),
        id_token: None,
        refresh_token: refresh_token.map(Secret::new),
        scope: None,
        expires_at: Some(NOW + 600),
    }
}

/// Somebody who signed in a while ago; the keys of the server are known.
fn signed() -> Signed {
    let (client, server, clock) = client();
    let key = SigningKey::es256("one");
    server.json(200, &published(&[&key]));
    now(client.know_keys()).unwrap();
    server.asked();
    let session = Session::new(client, Arc::new(MemoryStorage::default()));
    now(session.keep(&kept(Some("first")))).unwrap();
    Signed { session, server, clock, key }
}

impl Signed {
    fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    fn answers(&self, refresh_token: &str) {
        self.server.json(200, &token_answer(&self.key.sign(&claims()), refresh_token));
    }

    fn refresh_token(&self) -> String {
        let kept = now(self.session.storage.load()).unwrap().unwrap();
        kept.refresh_token.unwrap().expose().to_owned()
    }
}

#[test]
fn tokens_that_last_are_given_out_without_a_request() {
    let signed = signed();
    assert!(now(signed.session.tokens()).unwrap().access_token.matches("old"));
    assert!(signed.server.paths().is_empty());
}

#[test]
fn tokens_that_end_soon_are_renewed_and_the_new_refresh_token_is_kept() {
    let signed = signed();
    signed.later(541);
    signed.answers("second");
    assert!(now(signed.session.tokens()).unwrap().access_token.matches("access"));
    assert_eq!(signed.refresh_token(), "second");
    assert_eq!(signed.server.paths(), ["/oauth/token"]);
}

#[test]
fn a_refresh_token_that_does_not_rotate_stays() {
    let signed = signed();
    signed.later(600);
    signed.server.json(200, &json!({"access_token": "a", "token_type": "Bearer", "expires_in": 60}));
    assert!(now(signed.session.tokens()).unwrap().access_token.matches("a"));
    assert_eq!(signed.refresh_token(), "first");
}

#[test]
fn a_lost_answer_is_asked_for_once_more_with_the_same_token() {
    let signed = signed();
    signed.later(600);
    signed.server.fail(TransportError::NoAnswer("cut".into()));
    signed.answers("second");
    assert!(now(signed.session.tokens()).is_ok());
    let asked = signed.server.asked();
    assert_eq!((asked.len(), &asked[0].body), (2, &asked[1].body));
}

#[test]
fn a_server_that_cannot_be_reached_leaves_everything_as_it_was() {
    let signed = signed();
    signed.later(600);
    signed.server.fail(TransportError::Unreachable("off".into()));
    assert_eq!(now(signed.session.tokens()).unwrap_err().kind(), ErrorKind::NoAnswer);
    assert_eq!((signed.refresh_token().as_str(), signed.server.asked().len()), ("first", 1));
}

#[test]
fn a_refused_refresh_token_ends_the_sign_in() {
    let signed = signed();
    signed.later(600);
    signed.server.json(
        403,
        &json!({"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}),
    );
    let error = now(signed.session.tokens()).unwrap_err();
    assert!(matches!(&error, Error::Refused(Refusal { status: 403, .. })));
    assert_eq!(error.kind(), ErrorKind::SignInAgain);
    assert_eq!(now(signed.session.tokens()).unwrap_err(), Error::NotSignedIn);
}

/// A server that is half a minute away.
struct Far {
    server: Arc<Scripted>,
    clock: Arc<Stopped>,
}

impl Transport for Far {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        self.clock.0.fetch_add(30, Ordering::SeqCst);
        self.server.send(request)
    }
}

#[test]
fn tokens_last_from_when_they_were_asked_for() {
    for (generation, lasts) in [(Generation::Current, 86_400), (Generation::Legacy, 36_000)] {
        let (server, clock) = (Arc::new(Scripted::default()), Arc::new(Stopped(NOW.into())));
        let far = Far { server: Arc::clone(&server), clock: Arc::clone(&clock) };
        let client = Client::builder("login.example.com", "app", Arc::new(far)).generation(generation);
        let session = Session::new(
            client.clock(Arc::<Stopped>::clone(&clock)).build().unwrap(),
            Arc::new(MemoryStorage::default()),
        );
        now(session.keep(&kept(Some("first")))).unwrap();
        if generation == Generation::Current {
            server.json(200, &published(&[]));
        }
        let token = SigningKey::es256("x").sign_as(&json!({"alg": "HS256"}), &claims());
        server.json(
            200,
            &match generation {
                Generation::Current => {
                    json!({"access_token": "fresh", "token_type": "Bearer", "expires_in": lasts})
                }
                Generation::Legacy => json!({"token_type": "Bearer", "expires_in": lasts, "id_token": token}),
            },
        );
        let tokens = now(session.renewed()).unwrap();
        // The newer generation asks for the keys before.
        let asked = clock.now() - 30;
        assert_eq!(tokens.expires_at, Some(asked + lasts), "{generation:?}");
    }
}

#[test]
fn tokens_of_somebody_else_are_not_taken() {
    let signed = signed();
    let before = Tokens { id_token: Some(Secret::new(signed.key.sign(&claims()))), ..kept(Some("first")) };
    now(signed.session.keep(&before)).unwrap();
    signed.later(600);
    let mut other = claims();
    other["sub"] = json!("sms|2");
    signed.server.json(200, &token_answer(&signed.key.sign(&other), "second"));
    let error = now(signed.session.tokens()).unwrap_err();
    assert_eq!(error, IdTokenError::OtherSubject.into());
    assert_eq!(signed.refresh_token(), "first");
}

#[test]
fn without_a_refresh_token_one_signs_in_again() {
    let signed = signed();
    now(signed.session.keep(&kept(None))).unwrap();
    signed.later(600);
    assert_eq!(now(signed.session.tokens()).unwrap_err(), Error::NotSignedIn);
    assert!(signed.server.paths().is_empty());
}

#[test]
fn the_old_pipeline_renews_the_id_token() {
    let (client, server, clock) = client_of(Generation::Legacy);
    let session = Session::new(client, Arc::new(MemoryStorage::default()));
    now(session.keep(&kept(Some("first")))).unwrap();
    clock.0.fetch_add(600, Ordering::SeqCst);
    let token = SigningKey::es256("x").sign_as(&json!({"alg": "HS256"}), &claims());
    server.json(200, &json!({"token_type": "Bearer", "expires_in": 36000, "id_token": token}));
    let tokens = now(session.tokens()).unwrap();
    assert!(tokens.id_token.unwrap().matches(&token) && tokens.refresh_token.unwrap().matches("first"));
    assert_eq!(server.paths(), ["/delegation"]);
}

#[test]
fn signing_out_forgets_also_when_the_server_is_not_there() {
    let signed = signed();
    signed.server.fail(TransportError::Unreachable("off".into()));
    assert!(now(signed.session.sign_out()).is_err());
    assert!(!now(signed.session.is_signed_in()).unwrap());
    now(signed.session.keep(&kept(Some("first")))).unwrap();
    signed.server.answer(200, "");
    now(signed.session.sign_out()).unwrap();
    let asked = signed.server.asked();
    let sent: Value = serde_json::from_slice(asked[1].body.as_ref().unwrap()).unwrap();
    assert_eq!(sent, json!({"client_id": "app", "token": "first"}));
}

/// Answers when it is told to, and counts what it is asked.
struct Slow {
    answers: Mutex<Vec<oneshot::Receiver<Response>>>,
    asked: Mutex<usize>,
}

impl Transport for Slow {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        *self.asked.lock().unwrap() += 1;
        let answer = self.answers.lock().unwrap().pop().unwrap();
        Box::pin(async move { answer.await.map_err(|_| TransportError::NoAnswer("gone".into())) })
    }
}

/// A session whose next renewal answers when the sender says so.
fn slow() -> (Session, Arc<Slow>, oneshot::Sender<Response>) {
    let (answer, answered) = oneshot::channel();
    let (keys, known) = oneshot::channel();
    keys.send(Response { status: 200, headers: Vec::new(), body: published(&[]).to_string().into() })
        .unwrap();
    let (revoked, end) = oneshot::channel();
    revoked.send(Response { status: 200, headers: Vec::new(), body: Vec::new() }).unwrap();
    let slow = Arc::new(Slow { answers: Mutex::new(vec![end, answered, known]), asked: Mutex::new(0) });
    let client = Client::builder("login.example.com", "app", Arc::<Slow>::clone(&slow));
    let clock = Arc::new(Stopped((NOW + 600).into()));
    let session = Session::new(client.clock(clock).build().unwrap(), Arc::new(MemoryStorage::default()));
    now(session.keep(&kept(Some("first")))).unwrap();
    (session, slow, answer)
}

fn fresh() -> Response {
    let body = json!({"access_token": "fresh", "token_type": "Bearer", "expires_in": 86_400, "refresh_token": "second"});
    Response { status: 200, headers: Vec::new(), body: body.to_string().into() }
}

#[test]
fn however_many_ask_at_once_one_request_renews() {
    let (session, slow, answer) = slow();
    let mut all = Box::pin(join_all((0..50).map(|_| session.tokens())));
    assert!(futures_util::FutureExt::now_or_never(&mut all).is_none());
    answer.send(fresh()).unwrap();
    for tokens in now(all) {
        assert!(tokens.unwrap().refresh_token.unwrap().matches("second"));
    }
    // One for the keys, one for the tokens.
    assert_eq!(*slow.asked.lock().unwrap(), 2);
}

#[test]
fn signing_out_while_tokens_are_renewed_leaves_nobody_signed_in() {
    let (session, slow, answer) = slow();
    let mut renewing = Box::pin(session.tokens());
    assert!(futures_util::FutureExt::now_or_never(&mut renewing).is_none());
    let mut leaving = Box::pin(session.sign_out());
    assert!(futures_util::FutureExt::now_or_never(&mut leaving).is_none());
    answer.send(fresh()).unwrap();
    now(leaving).unwrap();
    assert!(!now(session.is_signed_in()).unwrap());
    // The keys, the renewal, the end of the token that came of it.
    assert_eq!(*slow.asked.lock().unwrap(), 3);
}

/// A storage that forgets when it is told to.
struct Reluctant {
    storage: MemoryStorage,
    forgets: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Storage for Reluctant {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, StorageError>> {
        self.storage.load()
    }

    fn save(&self, tokens: Tokens) -> BoxFuture<'_, Result<(), StorageError>> {
        self.storage.save(tokens)
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StorageError>> {
        let told = self.forgets.lock().unwrap().take();
        Box::pin(async move {
            if let Some(told) = told {
                told.await.unwrap();
            }
            self.storage.clear().await
        })
    }
}

#[test]
fn a_renewal_that_is_asked_for_while_somebody_leaves_waits_and_renews_nothing() {
    let (session, slow, _answer) = slow();
    let (forget, told) = oneshot::channel();
    let storage = Reluctant { storage: MemoryStorage::default(), forgets: Mutex::new(Some(told)) };
    let session = Session::new(session.client().clone(), Arc::new(storage));
    now(session.keep(&kept(Some("first")))).unwrap();
    let mut leaving = Box::pin(session.sign_out());
    assert!(futures_util::FutureExt::now_or_never(&mut leaving).is_none());
    let mut renewing = Box::pin(session.tokens());
    assert!(futures_util::FutureExt::now_or_never(&mut renewing).is_none());
    let new = kept(Some("new"));
    let mut back = Box::pin(session.keep(&new));
    assert!(futures_util::FutureExt::now_or_never(&mut back).is_none());
    forget.send(()).unwrap();
    // The last one drives those before, whoever waits for them.
    now(back).unwrap();
    assert_eq!(now(renewing).unwrap_err(), Error::NotSignedIn);
    now(leaving).unwrap();
    assert!(now(session.is_signed_in()).unwrap());
    // The end of the first token.
    assert_eq!(*slow.asked.lock().unwrap(), 1);
}

#[test]
fn a_renewal_whose_caller_left_is_finished_by_the_next_one() {
    let (session, slow, answer) = slow();
    {
        let mut first = Box::pin(session.tokens());
        assert!(futures_util::FutureExt::now_or_never(&mut first).is_none());
    }
    answer.send(fresh()).unwrap();
    assert!(now(session.tokens()).unwrap().access_token.matches("fresh"));
    assert_eq!(*slow.asked.lock().unwrap(), 2);
}
