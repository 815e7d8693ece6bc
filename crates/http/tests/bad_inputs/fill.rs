//! From a row to a request: placeholders get their values. One that nobody knows fails.

use data_encoding::BASE64;
use http::{Method, Request};
use http_body_util::Full;
use latchkey_testkit::{CONFIDENTIAL, DevicePair, MACHINE, NATIVE, OTHER_NATIVE, SPA};
use serde_json::Value;

use crate::forge;
use crate::log::Kind;
use crate::row::Row;
use crate::scene::{POST_LOGOUT, Scene};
use crate::support::{CALLBACK, CHALLENGE, VERIFIER, build};

/// A point on P-256, as OpenSSL wrote it down.
const P256: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEvBFiFKZcV5imPQoXnhGPuyVoZydxjcu4K6nA05B3c+LFpyx3Lz7kLhXv7cli/wtHfchDsAWEXON5YIXVY46aZg==";

/// A row with its values.
pub struct Filled {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Filled {
    pub async fn of(row: &Row, scene: &Scene) -> Self {
        let values = Values {
            id: &row.id,
            scene,
            other_api: other_api(row, scene).await,
            own_api: own_api(row, scene).await,
        };
        let headers: Vec<(String, String)> = row
            .headers
            .iter()
            .flat_map(|(name, many)| many.iter().map(|value| (name.clone(), values.fill(value))))
            .collect();
        let is_form =
            headers.iter().any(|(name, value)| name == "content-type" && value.contains("urlencoded"));
        let body = match (row.body_bytes(), &row.body) {
            (Some(_), Some(_)) => panic!("{}: two bodies", row.id),
            (Some(bytes), None) => values.fill_bytes(&bytes),
            (None, Some(body)) if is_form => values.form(body).into_bytes(),
            (None, Some(body)) => values.fill(&scene.passkeys.fill(body.clone()).to_string()).into_bytes(),
            (None, None) => Vec::new(),
        };
        let mut path = values.fill(&row.endpoint);
        if let Some(query) = &row.query {
            path = format!("{path}?{}", values.fill(query).replace(' ', "%20"));
        }
        let filled = Self { method: row.method.parse().unwrap(), path, headers, body };
        filled.keep_addresses(scene);
        filled
    }

    pub fn request(&self) -> Request<Full<bytes::Bytes>> {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        build(self.method.clone(), &self.path, &headers, &self.body)
    }

    pub fn has_header(&self, name: &str, start: &str) -> bool {
        self.headers.iter().any(|(known, value)| known == name && value.starts_with(start))
    }

    /// Texts in the body, keys aside.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        match serde_json::from_slice(&self.body) {
            Ok(value) => collect(&value, &mut texts),
            Err(_) => texts.extend(form_urlencoded::parse(&self.body).map(|(_, value)| value.into_owned())),
        }
        texts
    }

    /// Whatever is an address by its form has no place in a log, accepted or not.
    fn keep_addresses(&self, scene: &Scene) {
        for text in self.texts() {
            let digits = text.strip_prefix('+').filter(|digits| digits.len() >= 7);
            let is_phone = digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            let is_email = text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !text.chars().any(char::is_whitespace)
            });
            if is_phone || is_email {
                scene.keep(&text, Kind::Address);
            }
        }
    }
}

async fn other_api(row: &Row, scene: &Scene) -> String {
    if row.request_text().contains("{{access_other_aud}}") {
        return scene.token_for_other_api().await;
    }
    String::new()
}

/// A person's token for the Management API, with the scope for devices or without it.
async fn own_api(row: &Row, scene: &Scene) -> String {
    let text = row.request_text();
    match (text.contains("{{access_fresh}}"), text.contains("{{access_plain}}")) {
        (true, _) => scene.own_token("create:current_user_device_credentials").await,
        (_, true) => scene.own_token("read:current_user").await,
        _ => String::new(),
    }
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => members.values().for_each(|item| collect(item, texts)),
        _ => {}
    }
}

struct Values<'a> {
    id: &'a str,
    scene: &'a Scene,
    other_api: String,
    own_api: String,
}

impl Values<'_> {
    fn form(&self, body: &Value) -> String {
        let pairs = body.as_object().unwrap().iter().map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let escaped: String = form_urlencoded::byte_serialize(self.fill(&value).as_bytes()).collect();
            format!("{name}={escaped}")
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    fn fill(&self, text: &str) -> String {
        String::from_utf8(self.fill_bytes(text.as_bytes())).unwrap()
    }

    /// Puts values in place of `{{…}}`, in bytes that need not be UTF-8.
    fn fill_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = bytes;
        while let Some(at) = rest.windows(2).position(|pair| pair == b"{{") {
            let end = rest[at..].windows(2).position(|pair| pair == b"}}");
            let end = at + end.unwrap_or_else(|| panic!("{}: a placeholder without an end", self.id));
            out.extend_from_slice(&rest[..at]);
            out.extend(self.value(std::str::from_utf8(&rest[at + 2..end]).unwrap()).into_bytes());
            rest = &rest[end + 2..];
        }
        out.extend_from_slice(rest);
        out
    }

    fn value(&self, name: &str) -> String {
        if let Some(value) = plain(name) {
            return value;
        }
        let scene = self.scene;
        let (value, kind) = match name.split_once(':') {
            Some(("jwt", kind)) if self.is_assertion() => (forge::assertion(scene.t(), kind), Kind::Token),
            Some(("jwt", kind)) if self.is_hint() => {
                (forge::hint(scene.t(), kind, &scene.user()), Kind::Token)
            }
            Some(("jwt", kind)) => (forge::access(scene.t(), kind, &scene.user()), Kind::Token),
            Some(("device_jwt", _)) if !scene.devices.assertion.is_empty() => {
                (scene.devices.assertion.clone(), Kind::Token)
            }
            Some(("device_jwt", "ok")) => (forge::device(scene.t()), Kind::Token),
            Some(("b64", pair)) => (BASE64.encode(self.pair(pair).as_bytes()), Kind::ClientSecret),
            _ => match name {
                "code" => (scene.code.clone(), Kind::Code),
                "m2m_secret" => (format!("{MACHINE}-secret"), Kind::ClientSecret),
                "conf_secret" => (format!("{CONFIDENTIAL}-secret"), Kind::ClientSecret),
                "authcode" => (scene.pages.code.clone(), Kind::Token),
                "ticket_cookie" => (scene.pages.ticket.clone(), Kind::Token),
                "device_code" => (scene.pages.device_code.clone(), Kind::Token),
                "auth_session" => (scene.passkeys.auth_session.clone(), Kind::Token),
                "link_token" => (scene.pages.link.clone(), Kind::Link),
                "access_fresh" | "access_plain" => (self.own_api.clone(), Kind::Token),
                "rsa1024_pub" => return BASE64.encode(&DevicePair::generate(1024, 7).der()),
                "p256_pub" => return String::from(P256),
                "access_other_aud" => (self.other_api.clone(), Kind::Token),
                "user_id" => return form_urlencoded::byte_serialize(scene.user().as_bytes()).collect(),
                // There is one tenant: of another there is nobody.
                "other_tenant_user" => return String::from("sms%7C0123456789abcdef01234567"),
                "con_sms" | "admin_cookie" => return scene.managing.value(name).unwrap().to_owned(),
                "access_self" => (scene.token("access").unwrap(), Kind::Token),
                name => {
                    let managing = scene.managing.value(name).map(str::to_owned);
                    let token = managing.or_else(|| scene.token(name));
                    let unknown = || panic!("{}: nothing here has a value for {{{{{name}}}}}", self.id);
                    (token.unwrap_or_else(unknown), Kind::Token)
                }
            },
        };
        scene.keep(&value, kind);
        value
    }

    /// Tokens at the token endpoint are assertions of clients.
    fn is_assertion(&self) -> bool {
        self.id.starts_with("B-TG-")
    }

    /// Tokens at the logout endpoint are id_tokens.
    fn is_hint(&self) -> bool {
        ["B-OA-036", "B-OA-037"].contains(&self.id)
    }

    fn pair(&self, name: &str) -> String {
        match name {
            "m2m" => format!("{MACHINE}:{MACHINE}-secret"),
            "conf" => format!("{CONFIDENTIAL}:{CONFIDENTIAL}-secret"),
            other if other.contains(':') => other.to_owned(),
            unknown => panic!("{}: nobody has the credentials {unknown}", self.id),
        }
    }
}

/// What everybody may see.
fn plain(name: &str) -> Option<String> {
    if let Some(repeat) = name.strip_prefix("repeat:") {
        let (what, times) = repeat.rsplit_once(':').unwrap();
        return Some(what.repeat(times.parse().unwrap()));
    }
    let value = match name {
        "host" => "login.example",
        "client" => NATIVE,
        "client2" => OTHER_NATIVE,
        "conf_client" => CONFIDENTIAL,
        "m2m_client" => MACHINE,
        "spa_client" => SPA,
        "spa_origin" => "https://app.example",
        "third_party_client" => "third-party",
        "redirect" => CALLBACK,
        "post_logout" => POST_LOGOUT,
        "verifier" => VERIFIER,
        "challenge" => CHALLENGE,
        _ => return None,
    };
    Some(value.to_owned())
}
