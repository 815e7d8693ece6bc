//! The catalogue of bad inputs (`data/bad-inputs.json`; its field rules are at the head of section 6 of
//! the security notes), row by row.
//!
//! Every row is run, but for those that `data/not-yet.json` lists under the part of the server that
//! they wait for, and raw or very long ones and those about networks, which the server crate sends to the binary. Rows
//! about links are sent to where our links lead.
//! `data/departures.json` names every row that is answered otherwise, with what it gets and the reason;
//! a row that is listed there and is answered as written fails the test too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, reason = "the tally is worth reading")]

mod devices;
mod fill;
mod forge;
mod judge;
mod log;
mod manage;
mod pages;
mod passkeys;
mod row;
mod scene;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use fill::Filled;
use http::Method;
use log::{Kind, Log, Records};
use row::{Catalogue, Departure, NotYet, Row};
use scene::Scene;
use serde_json::Value;
use support::{Answer, FORM, TestServer};

/// How the rows divide. A row that moves is a change of this line.
const TALLY: &str =
    "510 rows: 465 run, 28 of them depart; 2 wait for what is not there yet; 43 are sent to the binary";
/// Of every row, whatever is written in it; `judge` and `log` hold the rows to them.
const GENERAL: [&str; 6] = [
    "no 5xx unless listed",
    "answer within 2 s unless the row tests time-outs",
    "Content-Type matches body",
    "no request data echoed in OAuth error_description",
    "Cache-Control: no-store on auth endpoints",
    "no secret in body or logs",
];
/// Longer than a URI that can be asked of anything but a socket; or about networks, which only the real senders know.
const AT_THE_BINARY: [&str; 15] = [
    "B-PV-026", "B-AU-035", "B-MG-035", "B-MG-036", "B-MG-037", "B-MG-038", "B-MG-039", "B-MG-040",
    "B-MG-041", "B-MG-042", "B-MG-043", "B-MG-044", "B-MG-045", "B-MG-046", "B-MG-047",
];
const PATIENCE: Duration = Duration::from_secs(2);

/// What is not checked of a row: by id, then by effect, with the reason.
type Unchecked = BTreeMap<String, BTreeMap<String, String>>;

struct Lists {
    departures: BTreeMap<String, Departure>,
    not_yet: BTreeMap<String, NotYet>,
    unchecked: Unchecked,
}

/// S-034, S-035, S-164, S-167, R-029
#[tokio::test]
async fn every_bad_input_gets_its_clear_error_and_costs_nothing() {
    let log = Log::capture();
    let catalogue: Catalogue = serde_json::from_str(include_str!("../data/bad-inputs.json")).unwrap();
    let lists = Lists::read(&catalogue);
    assert_eq!(catalogue.general_asserts, GENERAL);
    let mut records = Records::default();
    let (mut ran, mut departed, mut waiting, mut raw, mut wrong) = (0, 0, 0, 0, Vec::new());
    for row in &catalogue.cases {
        if row.raw_request_b64.is_some() || AT_THE_BINARY.contains(&row.id.as_str()) {
            raw += 1;
        } else if lists.is_not_yet(&row.id) {
            waiting += 1;
        } else {
            ran += 1;
            let departure = lists.departures.get(&row.id);
            departed += usize::from(departure.is_some());
            let row = lists.checked(row).at_our_links();
            if let Err(why) = run(&row, departure, &log, &mut records).await {
                wrong.push(format!("{} ({}): {why}", row.id, row.note));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {ran}:\n{}", wrong.len(), wrong.join("\n"));
    let rows = catalogue.cases.len();
    let tally = format!(
        "{rows} rows: {ran} run, {departed} of them depart; {waiting} wait for what is not there yet; {raw} are sent to the binary"
    );
    println!("{tally}");
    assert_eq!(tally, TALLY);
    nothing_leaked(&records);
}

async fn run(
    row: &Row,
    departure: Option<&Departure>,
    log: &Log,
    records: &mut Records,
) -> Result<(), String> {
    let scene = Scene::of(row).await;
    let sent = Filled::of(row, &scene).await;
    let answer = tokio::time::timeout(PATIENCE, scene.server.send(sent.request())).await;
    let answer = answer.map_err(|_| format!("no answer in {PATIENCE:?}"))?;
    let verdict = judge::judge(row, &sent, &answer, &scene).await;
    let verdict = match (departure, verdict) {
        (None, verdict) => verdict,
        (Some(_), Ok(())) => Err(String::from("as written, but listed as departing")),
        (Some(departure), Err(_)) => judge::judge(&row.departing(departure), &sent, &answer, &scene).await,
    };
    keep_tokens(&answer, &scene);
    let events: Vec<String> =
        scene.events().await.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect();
    records.add(&row.id, log.take(), &events.concat(), scene.secrets());
    verdict
}

fn keep_tokens(answer: &Answer, scene: &Scene) {
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    for name in ["access_token", "refresh_token", "id_token"] {
        scene.keep(body[name].as_str().unwrap_or_default(), Kind::Token);
    }
}

fn nothing_leaked(records: &Records) {
    // What is searched is there, at the level of debugging too.
    assert!(records.count("DEBUG latchkey_core::flow::deliver: message handed over") > 100);
    assert!(records.count("ERROR latchkey_http::layers::observe") > 0);
    assert!(records.count("\"kind\":\"cs\"") > 100);
    for (kind, least) in [
        (Kind::Code, 1),
        (Kind::ClientSecret, 3),
        (Kind::ProviderSecret, 1),
        (Kind::Token, 20),
        (Kind::Address, 60),
    ] {
        assert!(records.count_secrets(kind) >= least, "{kind:?}: {}", records.count_secrets(kind));
    }
    let leaks = records.leaks();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

impl Lists {
    /// Fails on ids that are no rows of the catalogue, or stand in two places.
    fn read(catalogue: &Catalogue) -> Self {
        let lists = Self {
            departures: serde_json::from_str(include_str!("../data/departures.json")).unwrap(),
            not_yet: serde_json::from_str(include_str!("../data/not-yet.json")).unwrap(),
            unchecked: serde_json::from_str(include_str!("../data/unchecked-effects.json")).unwrap(),
        };
        let known: BTreeMap<&str, &Row> = catalogue.cases.iter().map(|row| (row.id.as_str(), row)).collect();
        assert_eq!(known.len(), catalogue.cases.len(), "an id stands twice in the catalogue");
        let mut waiting: Vec<&str> =
            lists.not_yet.values().flat_map(|area| &area.rows).map(String::as_str).collect();
        for id in waiting.iter().copied().chain(lists.departures.keys().map(String::as_str)) {
            assert!(known.get(id).is_some_and(|row| row.raw_request_b64.is_none()), "{id} is no row to run");
        }
        for id in lists.departures.keys().chain(lists.unchecked.keys()) {
            assert!(!lists.is_not_yet(id), "{id} is listed, and listed as not run");
        }
        for (id, effects) in &lists.unchecked {
            for effect in effects.keys() {
                assert!(known[id.as_str()].effects().any(|known| known == effect), "{id} has no {effect:?}");
            }
        }
        let count = waiting.len();
        waiting.sort_unstable();
        waiting.dedup();
        assert_eq!(waiting.len(), count, "an id stands twice in not-yet.json");
        lists
    }

    fn is_not_yet(&self, id: &str) -> bool {
        self.not_yet.values().any(|area| area.rows.iter().any(|known| known == id))
    }

    /// The row without the effects that are listed as unchecked.
    fn checked(&self, row: &Row) -> Row {
        let mut row = row.clone();
        if let Some(unchecked) = self.unchecked.get(&row.id) {
            let rest: Vec<&str> = row.effects().filter(|effect| !unchecked.contains_key(*effect)).collect();
            row.effects = (!rest.is_empty()).then(|| rest.join("; "));
        }
        row
    }
}

/// The controls of `forge`: what it makes is refused for what is wrong with it alone.
#[tokio::test]
async fn a_forged_token_would_pass_if_it_were_not_forged() {
    let server = TestServer::new().await;
    server.t.add_connection("sms", latchkey_core::model::Strategy::Sms, serde_json::json!({})).await;
    let row: Row = serde_json::from_value(serde_json::json!({
        "id": "B-OA-000", "endpoint": "/userinfo", "method": "GET", "headers": {}, "expect_status": 200,
        "expect_error": null, "guess": false, "source": "policy", "note": "{{jwt:good}}", "query": "{{jwt:good}}",
    }))
    .unwrap();
    let scene = Scene::of(&row).await;
    let token = forge::access(scene.t(), "good", &scene.user());
    let bearer = format!("Bearer {token}");
    let answer = scene.server.get("/userinfo", &[("authorization", &bearer)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let hint = forge::hint(scene.t(), "good", &scene.user());
    let path = format!("/oidc/logout?id_token_hint={hint}&post_logout_redirect_uri={}", scene::POST_LOGOUT);
    assert_eq!(scene.server.get(&path, &[]).await.header("location"), scene::POST_LOGOUT);
    let body = format!(
        "grant_type=client_credentials&client_assertion={}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
        forge::assertion(scene.t(), "good")
    );
    let answer =
        scene.server.request(Method::POST, "/oauth/token", &[("content-type", FORM)], body.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}
