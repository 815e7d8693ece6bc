//! What is asked about every address. Codes are wrong, so that the tries of both sides end alike.

use anyhow::{Context, Result};
use latchkey_core::model::SigningAlgorithm;
use latchkey_wire::token::PASSWORDLESS_OTP;
use serde_json::{Value, json};

use crate::load::client::Connection;
use crate::process::Served;
use crate::setup::{CONNECTION, client_id};
use crate::users::{email_address, phone_number};

pub const EMAIL: &str = "email";
pub const DATABASE: &str = "Username-Password-Authentication";
pub const PAGE: &str = "bench-page";
pub const ORIGIN: &str = "http://localhost:9000";
pub const CALLBACK: &str = "http://localhost:9000/cb";

const JSON: &str = "Content-Type: application/json\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const WRONG: &str = "00000000";

/// One kind of request, and the status of its answers.
pub struct Request {
    pub name: &'static str,
    pub status: u16,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    StartSms,
    VerifySms,
    TokenSms,
    StartEmail,
    StartLink,
    TokenEmail,
    CrossOrigin,
    Challenge,
    Page,
}

const fn request(name: &'static str, status: u16, kind: Kind) -> Request {
    Request { name, status, kind }
}

/// In this order: the tries need the code of the start.
pub const REQUESTS: [Request; 9] = [
    request("POST /passwordless/start, SMS", 200, Kind::StartSms),
    request("POST /passwordless/verify, SMS", 401, Kind::VerifySms),
    request("POST /oauth/token, SMS", 403, Kind::TokenSms),
    request("POST /passwordless/start, email", 200, Kind::StartEmail),
    request("POST /oauth/token, email", 403, Kind::TokenEmail),
    request("POST /passwordless/start, link", 200, Kind::StartLink),
    request("POST /co/authenticate", 403, Kind::CrossOrigin),
    request("POST /otp/challenge", 200, Kind::Challenge),
    request("POST /login", 303, Kind::Page),
];

/// One of the two servers, and a browser at its sign-in page.
pub struct Side {
    pub connection: Connection,
    /// The path of the page's form, with the sign-in that it is about.
    login: String,
    cookie: String,
    token: String,
}

impl Side {
    pub async fn open(served: &Served) -> Result<Self> {
        let mut connection = Connection::open(served.address).await?;
        let authorize = format!(
            "/authorize?client_id={PAGE}&response_type=code&redirect_uri={CALLBACK}&state=s\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
        );
        let answer = connection.get(&authorize).await?;
        let head = String::from_utf8_lossy(answer.head).into_owned();
        let login = between(&head, "location: ", "\r\n").context("no way to the sign-in page")?;
        let cookie = between(&head, "set-cookie: ", ";").context("no cookie")?;
        let page = connection.send("GET", &login, &format!("Cookie: {cookie}\r\n"), b"").await?;
        let text = String::from_utf8_lossy(page.body).into_owned();
        let token = between(&text, "name=\"token\" value=\"", "\"").context("no form on the sign-in page")?;
        Ok(Self { connection, login, cookie, token })
    }
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    Some(text.split_once(before)?.1.split_once(after)?.0.to_owned())
}

pub struct Asked {
    pub path: String,
    pub headers: String,
    pub body: Vec<u8>,
}

pub fn ask(request: &Request, index: u64, side: &Side) -> Asked {
    let (number, email) = (phone_number(index), email_address(index));
    let client = client_id(SigningAlgorithm::ES256);
    let token = |username: &str, realm: &str| {
        json!({
            "grant_type": PASSWORDLESS_OTP, "client_id": client, "username": username, "otp": WRONG,
            "realm": realm, "scope": "openid",
        })
    };
    let start_email = |send: &str| {
        json!({
            "client_id": client, "connection": EMAIL, "email": email, "send": send,
            "authParams": { "redirect_uri": CALLBACK, "response_type": "code" },
        })
    };
    match request.kind {
        Kind::StartSms => of_json(
            "/passwordless/start",
            &json!({ "client_id": client, "connection": CONNECTION, "phone_number": number }),
        ),
        Kind::VerifySms => of_json(
            "/passwordless/verify",
            &json!({
                "client_id": client, "connection": CONNECTION, "phone_number": number,
                "verification_code": WRONG,
            }),
        ),
        Kind::TokenSms => of_json("/oauth/token", &token(&number, CONNECTION)),
        Kind::StartEmail => of_json("/passwordless/start", &start_email("code")),
        Kind::TokenEmail => of_json("/oauth/token", &token(&email, EMAIL)),
        Kind::StartLink => {
            let mut body = start_email("link");
            if let Some(object) = body.as_object_mut() {
                object.insert(String::from("client_id"), json!(PAGE));
            }
            of_json("/passwordless/start", &body)
        }
        Kind::CrossOrigin => {
            let body = json!({
                "client_id": PAGE, "credential_type": PASSWORDLESS_OTP, "username": number, "otp": WRONG,
                "realm": CONNECTION,
            });
            let asked = of_json("/co/authenticate", &body);
            Asked { headers: format!("{JSON}Origin: {ORIGIN}\r\n"), ..asked }
        }
        Kind::Challenge => {
            of_json("/otp/challenge", &json!({ "client_id": client, "connection": DATABASE, "email": email }))
        }
        Kind::Page => Asked {
            path: side.login.clone(),
            headers: format!("{FORM}Cookie: {}\r\n", side.cookie),
            body: format!("token={}&address=%2B{}", side.token, number.trim_start_matches('+')).into_bytes(),
        },
    }
}

fn of_json(path: &str, body: &Value) -> Asked {
    Asked { path: path.to_owned(), headers: JSON.to_owned(), body: body.to_string().into_bytes() }
}
