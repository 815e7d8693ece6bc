//! Addresses of gateways that lead inside, or are no addresses to call: the rows of the catalogue of bad inputs about
//! `gateway_url`, against the binary with the senders that it has.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use serde_json::Value;
use support::request_with;
use support::users::Place;

const CATALOGUE: &str = include_str!("../../http/tests/data/bad-inputs.json");

/// S-134, M-010
#[test]
fn no_gateway_is_stored_that_leads_inside() {
    let place = Place::new("sqlite:{folder}/latchkey.db");
    let _server = place.serve();
    let token = place.token();
    let head = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
    let connection = place.get(&token, "/connections?name=sms").unwrap()[0].clone();
    let path = format!("/api/v2/connections/{}", connection["id"].as_str().unwrap());
    let catalogue: Value = serde_json::from_str(CATALOGUE).unwrap();
    let rows = catalogue["cases"].as_array().unwrap().iter();
    let rows: Vec<&Value> =
        rows.filter(|row| row["note"].as_str().unwrap().starts_with("gateway_url: ")).collect();
    assert_eq!(rows.len(), 13);
    for row in rows {
        let (status, answer) =
            request_with(place.port, "PATCH", &path, &head, &row["body"].to_string()).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!((status, &answer["errorCode"]), (400, &row["expect_error"]), "{}: {answer}", row["note"]);
        let text = answer["message"].as_str().unwrap();
        assert!(text.contains("gateway_url"), "{}: {text}", row["note"]);
    }
    assert_eq!(place.get(&token, "/connections?name=sms").unwrap()[0], connection);

    let good = r#"{"options": {"provider": "sms_gateway", "gateway_url": "https://gw.example/"}}"#;
    let (status, answer) = request_with(place.port, "PATCH", &path, &head, good).unwrap();
    assert_eq!(status, 200, "{answer}");
}
