//! Every flow of the Rust client, over TLS and its own transport, against `latchkey dev`. The codes by text message are
//! in `transport` and `login`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use latchkey_client::{
    Address, AppLink, Authorize, Client, CodeSignIn, DeviceKey, ErrorKind, Generation, HttpTransport, Method,
    NewUser, PasskeyOptions, Request, Response, Secret, Start, Tokens, Transport, block_on,
};
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_testkit::{DevicePair, SoftDevice};
use serde_json::{Value, json};

use crate::dev::Dev;
use crate::phone::{Enclave, System};
use crate::support::post;

const NUMBER: &str = "+14155550100";
const MAILBOX: &str = "ana@example.com";
const CALLBACK: &str = "https://localhost:9443/cb";

fn transport(dev: &Dev) -> HttpTransport {
    HttpTransport::trusting_pem(&std::fs::read(dev.text("ca_file")).unwrap()).unwrap()
}

fn client_of(dev: &Dev, generation: Generation) -> Client {
    let builder = Client::builder(dev.text("base_url"), "demo-native", std::sync::Arc::new(transport(dev)));
    builder.generation(generation).build().unwrap()
}

fn client(dev: &Dev) -> Client {
    client_of(dev, Generation::Current)
}

fn by_sms(dev: &Dev, client: &Client) -> Tokens {
    let number = Address::phone(NUMBER).unwrap();
    block_on(client.start_passwordless(&Start::code(number.clone()))).unwrap();
    let sign_in = CodeSignIn::new(number, &dev.code(NUMBER)).unwrap().device("phone");
    block_on(client.sign_in_with_code(&sign_in)).unwrap()
}

#[test]
fn a_code_by_mail_gives_tokens_that_are_renewed_read_and_revoked() {
    let dev = Dev::start();
    let (client, mailbox) = (client(&dev), Address::email(MAILBOX).unwrap());
    block_on(client.start_passwordless(&Start::code(mailbox.clone()))).unwrap();
    let wrong = block_on(client.sign_in_with_code(&CodeSignIn::new(mailbox.clone(), "0000").unwrap()));
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::WrongCode);
    let sign_in = CodeSignIn::new(mailbox, &dev.code(MAILBOX)).unwrap();
    let tokens = block_on(client.sign_in_with_code(&sign_in)).unwrap();
    let person = block_on(client.user_info(&tokens.access_token)).unwrap();
    assert_eq!(person.text("email"), Some(MAILBOX));
    let fresh = block_on(client.refresh(&tokens.refresh_token.unwrap(), None)).unwrap();
    assert_eq!(block_on(client.profile(&fresh)).unwrap().id, person.id);
    let id_token = fresh.id_token.unwrap();
    assert_eq!(block_on(client.verify_id_token(&id_token)).unwrap()["aud"], "demo-native");
    let last = fresh.refresh_token.unwrap();
    block_on(client.revoke(&last)).unwrap();
    let over = block_on(client.refresh(&last, None)).unwrap_err();
    assert_eq!((over.code(), over.kind()), ("invalid_grant", ErrorKind::SignInAgain));
}

#[test]
fn the_link_of_a_mail_opens_the_app_and_its_code_signs_in() {
    let dev = Dev::start();
    let (client, mailbox) = (client(&dev), Address::email(MAILBOX).unwrap());
    block_on(client.start_passwordless(&Start::link_ios(mailbox.clone()))).unwrap();
    let message = dev.message(MAILBOX);
    let link = AppLink::parse(client.domain(), message["link"].as_str().unwrap()).unwrap();
    let tokens = block_on(client.sign_in_with_code(&CodeSignIn::new(mailbox, &link.code).unwrap())).unwrap();
    assert_eq!(block_on(client.profile(&tokens)).unwrap().text("email"), Some(MAILBOX));
    let page = Start::link(Address::email("bo@example.com").unwrap());
    block_on(client.start_passwordless(&page)).unwrap();
    let message = dev.message("bo@example.com");
    assert!(message["link"].as_str().unwrap().starts_with(dev.text("base_url").trim_end_matches('/')));
}

/// As small as the sign-in pages allow: cookies, the first form, and the place that it is sent away to.
struct Browser {
    transport: HttpTransport,
    origin: String,
    cookies: BTreeMap<String, String>,
    page: String,
}

impl Browser {
    fn new(dev: &Dev) -> Self {
        let origin = dev.text("base_url").trim_end_matches('/').to_owned();
        Self { transport: transport(dev), origin, cookies: BTreeMap::new(), page: String::new() }
    }

    /// Goes there, and on within the server: where it ends, on a page or at an app's callback.
    fn open(&mut self, url: &str, form: Option<String>) -> String {
        let (mut url, mut form) = (url.to_owned(), form);
        loop {
            if url.starts_with('/') {
                url.insert_str(0, &self.origin);
            }
            if !url.starts_with(&self.origin) {
                return url;
            }
            let answer = self.ask(&url, form.take());
            match answer.header("location") {
                Some(location) => url = location.to_owned(),
                None => {
                    self.page = String::from_utf8(answer.body).unwrap();
                    return url;
                }
            }
        }
    }

    fn ask(&mut self, url: &str, form: Option<String>) -> Response {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers =
            vec![(String::from("cookie"), cookies.join("; ")), (String::from("origin"), self.origin.clone())];
        if form.is_some() {
            headers.push((String::from("content-type"), String::from("application/x-www-form-urlencoded")));
        }
        let method = if form.is_some() { Method::Post } else { Method::Get };
        let request = Request { method, url: url.to_owned(), headers, body: form.map(String::into_bytes) };
        let answer = block_on(self.transport.send(request)).unwrap();
        for (name, value) in &answer.headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Fills in the page's first form and sends it.
    fn submit(&mut self, name: &str, value: &str) -> String {
        let form = self.page.split("<form").nth(1).expect("a form").split("</form>").next().unwrap();
        let attribute = |tag: &str, name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
            Some(rest.split('"').next()?.replace("&#38;", "&"))
        };
        let hidden = form.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\""));
        let mut fields: Vec<(String, String)> = hidden
            .map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or_default()))
            .collect();
        fields.push((name.to_owned(), value.to_owned()));
        let action = attribute(form, "action").unwrap();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.open(&action, Some(body))
    }
}

#[test]
fn a_browser_signs_in_and_brings_a_code_back() {
    let dev = Dev::start();
    let (client, mut browser) = (client(&dev), Browser::new(&dev));
    let pending =
        client.start_browser_sign_in(&Authorize::new(CALLBACK).connection("sms").max_age(300)).unwrap();
    browser.open(&pending.url, None);
    browser.submit("address", NUMBER);
    let callback = browser.submit("code", &dev.code(NUMBER));
    let tokens = block_on(client.finish_browser_sign_in(&pending, &callback)).unwrap();
    assert_eq!(block_on(client.profile(&tokens)).unwrap().display_name(), NUMBER);
    let again = block_on(client.finish_browser_sign_in(&pending, &callback)).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::SignInAgain);
}

#[test]
fn a_key_of_the_device_and_a_passkey_sign_in_without_a_message() {
    let dev = Dev::start();
    let client = client(&dev);
    let tokens = by_sms(&dev, &client);
    let id_token = tokens.id_token.clone().unwrap();
    let enclave = Enclave::of_today(SoftDevice::es256());
    let proof = block_on(client.prove_key(&enclave)).unwrap();
    let key = block_on(client.enrol_key(&proof, "Ana's phone", &id_token, None)).unwrap();
    let again = block_on(client.sign_in_with_key(&enclave, &key.id, None, None)).unwrap();
    let person = block_on(client.profile(&tokens)).unwrap();
    assert_eq!(block_on(client.profile(&again)).unwrap().id, person.id);
    assert_eq!(block_on(client.list_keys(&id_token)).unwrap(), std::slice::from_ref(&key));
    block_on(client.remove_key(&key.id, &id_token)).unwrap();
    let removed = block_on(client.sign_in_with_key(&enclave, &key.id, None, None)).unwrap_err();
    assert_eq!(removed.kind(), ErrorKind::SignInAgain);

    let system = System {
        passkey: Mutex::new(SoftPasskey::new(Algorithm::Es256, 1)),
        origin: dev.text("base_url").trim_end_matches('/').to_owned(),
    };
    let (user, options) =
        (NewUser { email: Some(MAILBOX.into()), ..NewUser::default() }, PasskeyOptions::default());
    let tokens = block_on(client.sign_up_with_passkey(&system, &user, &options)).unwrap();
    let again = block_on(client.sign_in_with_passkey(&system, &options)).unwrap();
    let person = block_on(client.profile(&tokens)).unwrap();
    assert_eq!(block_on(client.profile(&again)).unwrap().id, person.id);
}

#[test]
fn the_old_pipeline_signs_in_renews_and_tells_the_profile() {
    let dev = Dev::start();
    let client = client_of(&dev, Generation::Legacy);
    let tokens = by_sms(&dev, &client);
    assert_eq!(tokens.token_type, "bearer");
    let person = block_on(client.profile(&tokens)).unwrap();
    assert_eq!(person.text("phone_number"), Some(NUMBER));
    for renewed in [
        block_on(client.delegate_id_token(tokens.id_token.as_ref().unwrap())).unwrap(),
        block_on(client.delegate_refresh_token(tokens.refresh_token.as_ref().unwrap())).unwrap(),
    ] {
        assert_eq!(block_on(client.token_info(&renewed.id_token)).unwrap().id, person.id);
    }
}

/// What an operator does for Touch ID: the database that Lock signs people up in.
fn open_database(dev: &Dev) {
    let port = dev.text("http_url").rsplit(':').next().unwrap().parse().unwrap();
    let machine = &dev.facts["clients"]["m2m"];
    let grant = json!({
        "grant_type": "client_credentials", "client_id": machine["client_id"],
        "client_secret": machine["client_secret"], "audience": dev.text("management_audience"),
    });
    let (_, token) = post(port, "/oauth/token", &grant).unwrap();
    let head = format!(
        "content-type: application/json\r\nauthorization: Bearer {}\r\n",
        token["access_token"].as_str().unwrap()
    );
    let database = json!({
        "name": "Username-Password-Authentication", "strategy": "auth0", "enabled_clients": ["demo-native"],
    });
    let made =
        crate::support::request_with(port, "POST", "/api/v2/connections", &head, &database.to_string());
    assert_eq!(made.unwrap().0, 201);
}

#[test]
fn touch_id_of_2014_signs_up_and_in() {
    let dev = Dev::start();
    open_database(&dev);
    let client = client_of(&dev, Generation::Legacy);
    let enclave = Enclave::of_2014(DevicePair::generate(2048, 7));
    let user = block_on(client.enrol_for_touch_id(&enclave, MAILBOX, "Ana's iPhone", None)).unwrap();
    let key = DeviceKey { user_id: &user, device: "Ana's iPhone", connection: None };
    let tokens = block_on(client.sign_in_with_device_key(&enclave, &key)).unwrap();
    assert_eq!(block_on(client.profile(&tokens)).unwrap().id, user);
    let unknown: Value = json!(block_on(client.token_info(&Secret::new("nonsense"))).unwrap_err().status());
    assert_eq!(unknown, 401);
    let stranger = Enclave::of_2014(DevicePair::generate(2048, 8));
    let refused = block_on(client.sign_in_with_device_key(&stranger, &key)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::SignInAgain);
}
