//! The client's own transport: TLS, and what it does when a server is not what it should be.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use latchkey_client::{
    Address, Client, CodeSignIn, HttpTransport, MAX_ANSWER, MemoryStorage, Method, Request, Session, Start,
    Transport, TransportError, block_on,
};

use crate::dev::Dev;

#[test]
fn a_program_without_a_runtime_signs_in_over_tls() {
    let dev = Dev::start();
    let pem = std::fs::read(dev.text("ca_file")).unwrap();
    let transport = HttpTransport::trusting_pem(&pem).unwrap();
    let client = Client::new(dev.text("base_url"), "demo-native", transport).unwrap();
    let address = Address::phone("+14155550100").unwrap();
    block_on(client.start_passwordless(&Start::code(address.clone()))).unwrap();
    let sign_in = CodeSignIn::new(address, &dev.code("+14155550100")).unwrap();
    let tokens = block_on(client.sign_in_with_code(&sign_in)).unwrap();
    let session = Session::new(client.clone(), Arc::new(MemoryStorage::default()));
    block_on(session.keep(&tokens)).unwrap();
    let renewed = block_on(session.renewed()).unwrap();
    assert_eq!(block_on(client.profile(&renewed)).unwrap().display_name(), "+14155550100");
    block_on(session.sign_out()).unwrap();
}

#[test]
fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let dev = Dev::start();
    let client = Client::new(dev.text("base_url"), "demo-native", HttpTransport::new()).unwrap();
    let address = Address::phone("+14155550100").unwrap();
    let error = block_on(client.start_passwordless(&Start::code(address))).unwrap_err();
    assert!(matches!(error, latchkey_client::Error::Transport(TransportError::Unreachable(_))), "{error}");
    assert!(error.had_no_effect());
}

/// Answers one request with these bytes, and closes.
fn server(answer: impl Into<Vec<u8>>) -> String {
    let (listener, answer) = (TcpListener::bind("127.0.0.1:0").unwrap(), answer.into());
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(&answer);
    });
    url
}

fn get(url: &str) -> Result<latchkey_client::Response, TransportError> {
    let request = Request { method: Method::Get, url: url.to_owned(), headers: Vec::new(), body: None };
    block_on(HttpTransport::new().send(request))
}

#[test]
fn an_answer_of_any_status_is_an_answer_and_no_redirect_is_followed() {
    let refused = get(&server("HTTP/1.1 403 Forbidden\r\nX-Y: z\r\ncontent-length: 2\r\n\r\nno")).unwrap();
    assert_eq!((refused.status, &*refused.body, refused.header("x-y")), (403, &b"no"[..], Some("z")));
    let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let moved = get(&server(answer)).unwrap();
    assert_eq!((moved.status, moved.header("location")), (302, Some("http://127.0.0.1:1/")));
}

#[test]
fn what_surely_did_nothing_is_told_from_what_may_have() {
    assert!(matches!(get("http://127.0.0.1:1/"), Err(TransportError::Unreachable(_))));
    assert!(matches!(get("http://nowhere.invalid/"), Err(TransportError::Unreachable(_))));
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut", "not http at all\r\n\r\n"] {
        assert!(matches!(get(&server(answer)), Err(TransportError::NoAnswer(_))), "{answer:?}");
    }
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    let mut answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    answer.resize(answer.len() + MAX_ANSWER + 1, b' ');
    assert!(matches!(get(&server(answer)), Err(TransportError::NoAnswer(_))));
}

#[test]
fn bytes_that_are_no_certificates_are_no_authority() {
    assert!(HttpTransport::trusting_pem(b"hello").is_err());
}
