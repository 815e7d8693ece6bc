//! A client of its own learns that a person signed out: over real sockets, after it failed, and after the
//! server was killed in between.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::{Value, json};
use support::{Running, free_port, latchkey, post, request, text};

const PHONE: &str = "+14155550100";
const ORIGIN: &str = "https://app.example";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Longer than a lease, in case the server dies before it notes that a try failed.
const PATIENCE: Duration = Duration::from_secs(100);

fn set_up(folder: &Path, port: u16, rp: u16) {
    let config = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\n[store]\nurl = \"sqlite:{}/latchkey.db\"\n[inbox]\nenabled = true\n[limits]\nenabled = false\n[delivery]\nallow_private_targets = [\"127.0.0.0/8\"]\n",
        folder.display()
    );
    std::fs::write(folder.join("latchkey.toml"), config).unwrap();
    let told_at = format!("http://127.0.0.1:{rp}/told");
    let client = ["clients", "create", "rp", "--type", "spa", "--origin", ORIGIN, "--cross-origin", "true"];
    let urls = ["--callback", "https://app.example/cb", "--logout-url", "https://app.example/bye"];
    let told = ["--backchannel-logout-url", &told_at];
    let connection = ["connections", "create", "sms", "--strategy", "sms", "--client", "rp"];
    let inbox = ["--option", "provider=inbox"];
    for arguments in [[&client[..], &urls, &told].concat(), [&connection[..], &inbox].concat()] {
        let output = latchkey(folder, &arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}

/// A client that answers with these statuses, one after the other, and hands over what it was sent.
fn client(statuses: Vec<u16>) -> (u16, mpsc::Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (hand, received) = mpsc::channel();
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let (head, body) = read(&mut stream);
            write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            drop(stream);
            hand.send((head, body)).unwrap();
        }
    });
    (port, received)
}

/// A request to its end.
fn read(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; 4096];
        let count = stream.read(&mut more).unwrap();
        bytes.extend_from_slice(&more[..count]);
        let all = text(&bytes);
        if let Some((head, body)) = all.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if count == 0 || body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return (head.to_owned(), body.to_owned());
            }
        }
    }
}

/// The cookies of one browser.
#[derive(Default)]
struct Browser(BTreeMap<String, String>);

impl Browser {
    /// Status, `location` and body.
    fn ask(&mut self, port: u16, method: &str, path: &str, body: &str) -> (u16, String, String) {
        let cookies: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\norigin: {ORIGIN}\r\ncontent-type: application/json\r\ncookie: {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            cookies.join("; "),
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = text(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut location = String::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap();
            match name.to_ascii_lowercase().as_str() {
                "location" => value.clone_into(&mut location),
                "set-cookie" => {
                    let (name, rest) = value.split_once('=').unwrap();
                    let value = rest.split(';').next().unwrap();
                    self.0.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        (head.split(' ').nth(1).unwrap().parse().unwrap(), location, body.to_owned())
    }

    /// Signs in on the client's own page; the claims of the id_token.
    fn sign_in(&mut self, port: u16) -> Value {
        let start = json!({"client_id": "rp", "connection": "sms", "phone_number": PHONE, "send": "code"});
        assert_eq!(self.ask(port, "POST", "/passwordless/start", &start.to_string()).0, 200);
        let (_, inbox) = request(port, "GET", "/dev/inbox/messages", "").unwrap();
        let inbox: Value = serde_json::from_str(&inbox).unwrap();
        let prove = json!({
            "client_id": "rp", "credential_type": "http://auth0.com/oauth/grant-type/passwordless/otp",
            "realm": "sms", "username": PHONE, "otp": inbox["messages"][0]["code"],
        });
        let (status, _, proved) = self.ask(port, "POST", "/co/authenticate", &prove.to_string());
        assert_eq!(status, 200, "{proved}");
        let ticket = serde_json::from_str::<Value>(&proved).unwrap()["login_ticket"].clone();
        let path = format!(
            "/authorize?client_id=rp&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge={CHALLENGE}&code_challenge_method=S256&login_ticket={}",
            ticket.as_str().unwrap()
        );
        let (_, location, page) = self.ask(port, "GET", &path, "");
        let (_, code) = location.split_once("code=").unwrap_or_else(|| panic!("{location} {page}"));
        let trade = json!({
            "grant_type": "authorization_code", "client_id": "rp", "code": code.split('&').next().unwrap(),
            "code_verifier": VERIFIER, "redirect_uri": "https://app.example/cb",
        });
        let (status, tokens) = post(port, "/oauth/token", &trade).unwrap();
        assert_eq!(status, 200, "{tokens}");
        let payload = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
        serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
    }
}

/// As a client has to (OpenID Connect Back-Channel Logout section 2.6), by the published keys.
fn verified(port: u16, head: &str, body: &str) -> Value {
    assert!(head.starts_with("POST /told HTTP/1.1"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
    let token = body.strip_prefix("logout_token=").unwrap();
    let (_, keys) = request(port, "GET", "/.well-known/jwks.json", "").unwrap();
    let keys: JwkSet = serde_json::from_str(&keys).unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
    let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut rules = Validation::new(jsonwebtoken::Algorithm::RS256);
    rules.set_audience(&["rp"]);
    rules.set_issuer(&[format!("http://127.0.0.1:{port}/")]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let claims = jsonwebtoken::decode::<Value>(token, &key, &rules).unwrap().claims;
    assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert!(claims.get("nonce").is_none() && claims["jti"].is_string());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
    claims
}

/// C-035, C-036, S-102
#[test]
fn a_client_is_told_although_it_failed_and_the_server_died() {
    latchkey_core::token::jwt::install();
    let folder = tempfile::tempdir().unwrap();
    let (rp, received) = client(vec![503, 200, 200]);
    let port = free_port();
    set_up(folder.path(), port, rp);
    let server = Running::serve(folder.path(), port);
    let (_, discovery) = request(port, "GET", "/.well-known/openid-configuration", "").unwrap();
    let discovery: Value = serde_json::from_str(&discovery).unwrap();
    assert_eq!(discovery["backchannel_logout_supported"], true);
    assert_eq!(discovery["backchannel_logout_session_supported"], true);

    let mut browser = Browser::default();
    let id_token = browser.sign_in(port);
    let path = "/v2/logout?client_id=rp&returnTo=https%3A%2F%2Fapp.example%2Fbye";
    let (status, location, _) = browser.ask(port, "GET", path, "");
    assert_eq!((status, location.as_str()), (302, "https://app.example/bye"));

    let (head, body) = received.recv_timeout(PATIENCE).unwrap();
    let refused = verified(port, &head, &body);
    server.signal("KILL");
    drop(server);
    let _server = Running::serve(folder.path(), port);
    let (head, body) = received.recv_timeout(PATIENCE).unwrap();
    let taken = verified(port, &head, &body);

    for claims in [&refused, &taken] {
        assert_eq!((&claims["sub"], &claims["sid"]), (&id_token["sub"], &id_token["sid"]));
    }
    assert_ne!(refused["jti"], taken["jti"]);

    // A second sign-out: at once, by a server that works.
    let again = browser.sign_in(port);
    browser.ask(port, "GET", "/v2/logout?client_id=rp", "");
    let (head, body) = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(verified(port, &head, &body)["sid"], again["sid"]);
}
