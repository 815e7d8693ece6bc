//! Servers that differ only in whether somebody has an account answer alike, byte for byte, wherever an
//! address goes in (S-006; P-045, P-073).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::model::{Client, ClientKind};
use latchkey_core::settings::Limits;
use latchkey_testkit::TestEngine;
use latchkey_wire::token::{LEGACY_RO, PASSWORDLESS_OTP};
use serde_json::{Value, json};
use support::{Answer, JSON, TestServer, Way};

/// A client that may try a code at every door.
const DOORS: &str = "doors";
/// Never sent: the randomness of tests repeats.
const WRONG: &str = "000000";
const SENDS: [Option<&str>; 5] = [None, Some("code"), Some("link"), Some("link_ios"), Some("link_android")];

/// Who has the address.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Owner {
    Nobody,
    Somebody,
    SomebodyBlocked,
}

/// Where a code goes in.
#[derive(Clone, Copy, Debug)]
enum Door {
    Check,
    CheckWithoutClient,
    VerifyTokens,
    CrossOrigin,
    Otp,
    ResourceOwner,
}

impl Door {
    const ALL: [Self; 6] = [
        Self::Check,
        Self::CheckWithoutClient,
        Self::VerifyTokens,
        Self::CrossOrigin,
        Self::Otp,
        Self::ResourceOwner,
    ];

    async fn knock(self, server: &TestServer, way: Way, address: &str) -> Answer {
        let realm = way.connection();
        let old = json!({
            "client_id": DOORS, "connection": realm, "grant_type": "password", "username": address,
            "password": WRONG,
        });
        let (path, body) = match self {
            Self::Check => (
                "/passwordless/verify",
                json!({
                    "client_id": DOORS, "connection": realm, way.parameter(): address,
                    "verification_code": WRONG,
                }),
            ),
            Self::CheckWithoutClient => (
                "/passwordless/verify",
                json!({"connection": realm, way.parameter(): address, "verification_code": WRONG}),
            ),
            Self::VerifyTokens => ("/passwordless/verify", old),
            Self::CrossOrigin => (
                "/co/authenticate",
                json!({
                    "client_id": DOORS, "credential_type": PASSWORDLESS_OTP, "username": address,
                    "otp": WRONG, "realm": realm,
                }),
            ),
            Self::Otp => (
                "/oauth/token",
                json!({
                    "grant_type": PASSWORDLESS_OTP, "client_id": DOORS, "username": address, "otp": WRONG,
                    "realm": realm,
                }),
            ),
            Self::ResourceOwner => ("/oauth/ro", old),
        };
        post(server, path, &body).await
    }
}

async fn post(server: &TestServer, path: &str, body: &Value) -> Answer {
    let headers = [("content-type", JSON), ("origin", "https://app.example")];
    server.request(Method::POST, path, &headers, body.to_string().as_bytes()).await
}

async fn start(server: &TestServer, way: Way, send: Option<&str>) -> Answer {
    let mut body = way.body(DOORS, way.address());
    match send {
        None => drop(body.as_object_mut().unwrap().remove("send")),
        Some(send) => body["send"] = json!(send),
    }
    post(server, "/passwordless/start", &body).await
}

async fn server(way: Way, owner: Owner, closed: bool, limits: Limits) -> TestServer {
    let t = TestEngine::with(|settings| settings.limits = limits).await;
    let change = |client: &mut Client| {
        client.oidc_conformant = false;
        client.cross_origin_login = true;
        client.web_origins = vec!["https://app.example".into()];
        client.ios_bundle = Some("com.example.app".into());
        client.android_package = Some("com.example.droid".into());
        client.grant_types.push(LEGACY_RO.into());
    };
    t.add_client(DOORS, ClientKind::Native, None, change).await;
    t.add_connection(way.connection(), way.strategy(), json!({"disable_signup": closed})).await;
    if owner != Owner::Nobody {
        way.add_user(&t).await;
    }
    if owner == Owner::SomebodyBlocked {
        way.block(&t).await;
    }
    TestServer::over(t)
}

/// What a stranger does, and all that the stranger sees.
struct Act {
    name: String,
    seen: Vec<String>,
    /// Messages that left.
    sent: usize,
}

/// Everything that can be done with the address, each on a server of its own.
async fn acts(way: Way, owner: Owner, closed: bool) -> Vec<Act> {
    let mut acts = Vec::new();
    let world = |limits| server(way, owner, closed, limits);
    for send in SENDS {
        let server = world(Limits::off()).await;
        let seen = vec![start(&server, way, send).await.masked()];
        acts.push(Act { name: format!("start {send:?}"), seen, sent: way.sent(&server.t) });
    }
    let server = world(Limits::default()).await;
    let mut seen = Vec::new();
    // At once, in the gap, after it; and once more after many.
    for wait in [0, 20, 60, 130, 301, 601, 1801, 1801] {
        seen.push(start(&server, way, Some("code")).await.masked());
        server.t.clock.advance(wait);
    }
    acts.push(Act { name: "starts under limits".into(), seen, sent: way.sent(&server.t) });
    for door in Door::ALL {
        let server = world(Limits::off()).await;
        let seen = vec![door.knock(&server, way, way.address()).await.masked()];
        acts.push(Act { name: format!("{door:?} without a code"), seen, sent: 0 });

        let server = world(Limits::off()).await;
        let mut seen = vec![start(&server, way, Some("code")).await.masked()];
        for _ in 0..4 {
            seen.push(door.knock(&server, way, way.address()).await.masked());
        }
        // A new code, until the pair of address and IP is refused.
        for _ in 0..5 {
            seen.push(start(&server, way, Some("link")).await.masked());
            for _ in 0..2 {
                seen.push(door.knock(&server, way, way.address()).await.masked());
            }
        }
        acts.push(Act { name: format!("{door:?} with wrong codes"), seen, sent: way.sent(&server.t) });

        let server = world(Limits::off()).await;
        start(&server, way, None).await;
        server.t.clock.advance(way.code_life());
        let seen = vec![door.knock(&server, way, way.address()).await.masked()];
        acts.push(Act { name: format!("{door:?} too late"), seen, sent: way.sent(&server.t) });
    }
    acts
}

/// S-006, P-045, P-073
#[tokio::test]
async fn nobody_can_tell_who_has_a_phone_number() {
    nobody_can_tell(Way::Sms).await;
}

/// S-006, P-045, P-073
#[tokio::test]
async fn nobody_can_tell_who_has_a_mailbox() {
    nobody_can_tell(Way::Email).await;
}

async fn nobody_can_tell(way: Way) {
    for closed in [false, true] {
        let nobodys = acts(way, Owner::Nobody, closed).await;
        controlled(&nobodys, !closed);
        for owner in [Owner::Somebody, Owner::SomebodyBlocked] {
            let theirs = acts(way, owner, closed).await;
            controlled(&theirs, owner == Owner::Somebody);
            assert_eq!(nobodys.len(), theirs.len());
            for (nobodys, theirs) in nobodys.iter().zip(&theirs) {
                let told = format!("{owner:?}, closed: {closed}, {}", theirs.name);
                assert_eq!(nobodys.seen, theirs.seen, "{told}");
            }
        }
    }
}

/// What is compared does happen: messages leave for those alone who may sign in, codes are refused and
/// limits reached.
fn controlled(acts: &[Act], messages_leave: bool) {
    for act in acts {
        let count = |what: &str| act.seen.iter().filter(|seen| seen.contains(what)).count();
        let starts = act.seen.iter().filter(|seen| seen.starts_with("200")).count();
        assert_eq!(act.sent > 0, messages_leave && !act.name.ends_with("without a code"), "{}", act.name);
        if act.name.starts_with("start ") {
            assert_eq!(starts, 1, "{}", act.name);
        } else if act.name == "starts under limits" {
            assert!(starts > 2 && count("too_many_requests") > 0, "{:?}", act.seen);
        } else if act.name.ends_with("with wrong codes") {
            assert_eq!(starts, 6, "{}", act.name);
            assert!(count("Wrong ") > 6 && count("too_many_attempts") > 0, "{}", act.name);
        } else {
            assert_eq!((act.seen.len(), count("Wrong ")), (1, 1), "{}", act.name);
        }
    }
}

/// S-006: an address that is none is no account either, and texts differ by the channel alone.
#[tokio::test]
async fn addresses_that_cannot_exist_are_wrong_like_any_other() {
    for way in Way::BOTH {
        let server = server(way, Owner::Somebody, false, Limits::off()).await;
        for door in Door::ALL {
            let known = door.knock(&server, way, way.address()).await.masked();
            for address in ["nobody", "+1", "a@b", "user@example.com.", "+14155550199", "x@example.com"] {
                let other = door.knock(&server, way, address).await.masked();
                assert_eq!(other, known, "{door:?} {address}");
            }
        }
    }
}

/// The database whose challenges are compared.
const DATABASE: &str = "customers";

/// Challenges on a database, and codes that are entered with their sessions.
async fn challenges(way: Way, owner: Owner, closed: bool, allow_signup: bool) -> Vec<Act> {
    let options = json!({
        "disable_signup": closed,
        "authentication_methods": {"email_otp": {"enabled": true}, "phone_otp": {"enabled": true}},
    });
    let mut acts = Vec::new();
    for (limits, waits) in [
        (Limits::off(), vec![0, 0, 0, 0, 0, 0]),
        (Limits::default(), vec![0, 20, 60, 130, 301, 601, 1801, 1801]),
    ] {
        let server = server(way, Owner::Nobody, false, limits).await;
        server.t.add_connection(DATABASE, latchkey_core::model::Strategy::Database, options.clone()).await;
        if owner != Owner::Nobody {
            add_to_database(&server.t, way, owner).await;
        }
        let mut seen = Vec::new();
        for wait in waits {
            let body = json!({
                "client_id": DOORS, "connection": DATABASE, way.parameter(): way.address(),
                "allow_signup": allow_signup,
            });
            let answer = post(&server, "/otp/challenge", &body).await;
            seen.push(answer.masked());
            let session = answer.json()["auth_session"].as_str().map(str::to_owned);
            for _ in 0..2 {
                let body = json!({
                    "grant_type": PASSWORDLESS_OTP, "client_id": DOORS, "auth_session": session, "otp": WRONG,
                });
                if session.is_some() {
                    seen.push(post(&server, "/oauth/token", &body).await.masked());
                }
            }
            server.t.clock.advance(wait);
        }
        acts.push(Act { name: format!("challenges, {} seen", seen.len()), seen, sent: way.sent(&server.t) });
    }
    acts
}

async fn add_to_database(t: &TestEngine, way: Way, owner: Owner) {
    let address = latchkey_core::model::Address::from_canonical(way.address());
    let (hex, channel) = ("5f7c8ec7c33c6c004bbafe82", way.strategy().channel());
    let user = latchkey_core::model::User::first_seen(DATABASE, channel, address, hex, t.engine.now());
    let mut user = user.of_database();
    user.blocked = owner == Owner::SomebodyBlocked;
    t.engine.store.insert_user(&user, Vec::new()).await.unwrap();
}

/// P-184, S-006
#[tokio::test]
async fn nobody_can_tell_who_is_in_a_database() {
    for way in Way::BOTH {
        for (closed, allow_signup) in [(false, false), (false, true), (true, true)] {
            let nobodys = challenges(way, Owner::Nobody, closed, allow_signup).await;
            for owner in [Owner::Somebody, Owner::SomebodyBlocked] {
                let theirs = challenges(way, owner, closed, allow_signup).await;
                for (nobodys, theirs) in nobodys.iter().zip(&theirs) {
                    let told = format!("{way:?} {owner:?}, closed: {closed}, sign-up: {allow_signup}");
                    assert_eq!(nobodys.seen, theirs.seen, "{told}");
                    assert_eq!(theirs.sent > 0, owner == Owner::Somebody, "{told}");
                    assert_eq!(nobodys.sent > 0, allow_signup && !closed, "{told}");
                    let count = |what: &str| theirs.seen.iter().filter(|seen| seen.contains(what)).count();
                    assert!(count("Wrong ") > 2 && count("auth_session") > 2, "{told}: {:?}", theirs.seen);
                }
            }
        }
    }
}
