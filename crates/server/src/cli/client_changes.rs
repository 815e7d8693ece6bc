//! What `latchkey clients create` and `update` take, in the words of the Management API.

use anyhow::{Context, Result};
use clap::Args;
use latchkey_core::model::LogoutInitiator;
use serde_json::{Map, Value, json};

use super::api::{Api, items, segment};
use super::clients::{DEVICE, DEVICE_KEYS, FROM_AUTHORIZE, LEGACY, rotating, switched};
use super::keys::Alg;
use super::pairs;

#[derive(Args)]
pub struct Changes {
    /// The name that users see
    #[arg(long)]
    name: Option<String>,
    /// An allowed callback URL (repeat for more; replaces the list)
    #[arg(long)]
    callback: Vec<String>,
    /// An allowed browser origin (repeat for more; replaces the list)
    #[arg(long)]
    origin: Vec<String>,
    /// An address that may be gone to after sign-out (repeat for more; replaces the list)
    #[arg(long)]
    logout_url: Vec<String>,
    /// Where the client is told of ended sessions, by OpenID Connect Back-Channel Logout; empty for nowhere
    #[arg(long)]
    backchannel_logout_url: Option<String>,
    /// Which ends it is told of: rp-logout, session-revoked, account-deleted, … or all (repeat for more;
    /// replaces the list)
    #[arg(long)]
    backchannel_logout_initiator: Vec<String>,
    /// Allow tokens from /authorize itself (old browser apps)
    #[arg(long)]
    implicit: Option<bool>,
    /// Allow sign-in on the client's own pages, through /co/authenticate
    #[arg(long)]
    cross_origin: Option<bool>,
    /// Its page that runs crossOriginVerification() of auth0.js, for browsers that drop our cookie ("" for none)
    #[arg(long)]
    cross_origin_page: Option<String>,
    /// The operator's own: people are not asked what it may have
    #[arg(long)]
    first_party: Option<bool>,
    /// Refuse requests at /authorize that were not pushed to /oauth/par before
    #[arg(long)]
    require_pushed_authorization_requests: Option<bool>,
    /// Allow devices without a keyboard to sign in by a code (RFC 8628)
    #[arg(long)]
    device_flow: Option<bool>,
    /// Allow phones to enrol keys and to sign in by them (docs/guide/device-keys.md)
    #[arg(long)]
    device_keys: Option<bool>,
    /// How id_tokens are signed
    #[arg(long, value_enum)]
    alg: Option<Alg>,
    /// Seconds that id_tokens live
    #[arg(long)]
    id_token_lifetime: Option<u32>,
    /// Refresh tokens rotate
    #[arg(long)]
    rotate_refresh_tokens: Option<bool>,
    /// Seconds that a rotated refresh token still works
    #[arg(long)]
    refresh_leeway: Option<u32>,
    /// Believe auth0-forwarded-for from this client
    #[arg(long)]
    trust_forwarded_for: Option<bool>,
    /// Allow /oauth/ro, /tokeninfo and /delegation
    #[arg(long)]
    legacy: Option<bool>,
    /// An API it may get tokens for, as `<audience>=<scope scope>` (repeat for more)
    #[arg(long)]
    audience: Vec<String>,
    /// A PEM file with a public key: the client proves itself by signed assertions
    #[arg(long)]
    public_key: Vec<std::path::PathBuf>,
    /// Bundle id of its iOS app, for app links
    #[arg(long)]
    ios_bundle: Option<String>,
    /// The Apple team that signs its iOS app
    #[arg(long)]
    ios_team: Option<String>,
    /// Package of its Android app, for app links
    #[arg(long)]
    android_package: Option<String>,
    /// SHA-256 of a certificate of its Android app, as AB:CD:… (repeat for more; replaces the list)
    #[arg(long)]
    android_fingerprint: Vec<String>,
    /// Any other property, by its name in the API; the value may be JSON, dots reach inside
    #[arg(value_name = "NAME=VALUE")]
    pairs: Vec<String>,
}

impl Changes {
    /// A new client: `draft` with these changes.
    pub fn body(&self, draft: Value) -> Result<Value> {
        let mut body = draft.clone();
        let changed = self.changed(&draft)?;
        if let (Some(body), Value::Object(changed)) = (body.as_object_mut(), changed) {
            body.extend(changed);
        }
        Ok(body)
    }

    /// What changes of a client.
    pub fn update(&self, client: &Value) -> Result<Value> {
        self.changed(client)
    }

    fn changed(&self, client: &Value) -> Result<Value> {
        let mut body = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(name.to_owned(), value);
            }
        };
        let list = |list: &Vec<String>| (!list.is_empty()).then(|| json!(list));
        put("name", self.name.as_ref().map(|name| json!(name)));
        put("callbacks", list(&self.callback));
        put("web_origins", list(&self.origin));
        put("allowed_logout_urls", list(&self.logout_url));
        put("oidc_logout", self.told(client)?);
        put("grant_types", self.grants(client));
        put("cross_origin_authentication", self.cross_origin.map(Value::from));
        let page = |page: &String| if page.is_empty() { Value::Null } else { json!(page) };
        put("cross_origin_loc", self.cross_origin_page.as_ref().map(page));
        put("is_first_party", self.first_party.map(Value::from));
        let pushed = self.require_pushed_authorization_requests;
        put("require_pushed_authorization_requests", pushed.map(Value::from));
        put("jwt_configuration", self.jwt(client));
        put("refresh_token", self.refresh(client));
        put("is_token_endpoint_ip_header_trusted", self.trust_forwarded_for.map(Value::from));
        put("oidc_conformant", self.legacy.map(|legacy| json!(!legacy)));
        put("mobile", self.mobile(client));
        let mut body = Value::Object(body);
        for text in &self.pairs {
            let (name, value) = pairs::split(text, "NAME=VALUE")?;
            // A part of an object would take the place of all of it.
            let first = name.split('.').next().unwrap_or(name);
            if let (Some(object), Some(kept)) = (body.as_object_mut(), client.get(first)) {
                object.entry(first.to_owned()).or_insert_with(|| kept.clone());
            }
            pairs::set(&mut body, name, pairs::value_of(value))?;
        }
        Ok(body)
    }

    /// What stands in records of its own: grants and keys. True where there was any.
    pub async fn beside(&self, api: &Api, id: &str) -> Result<bool> {
        for text in &self.audience {
            let (audience, scopes) = text.split_once('=').context("--audience: <audience>=<scope scope>")?;
            allow(api, id, audience, scopes).await?;
        }
        let client = format!("/clients/{}", segment(id));
        for file in &self.public_key {
            let pem =
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            let key = json!({ "credential_type": "public_key", "pem": pem });
            api.post(&format!("{client}/credentials"), &key).await?;
        }
        if !self.public_key.is_empty() {
            let keys = api.get(&format!("{client}/credentials")).await?;
            let used: Vec<Value> =
                items(&keys, "").iter().map(|key| json!({ "id": key.get("id") })).collect();
            let methods = json!({ "private_key_jwt": { "credentials": used } });
            let body =
                json!({ "token_endpoint_auth_method": null, "client_authentication_methods": methods });
            api.patch(&client, &body).await?;
        }
        Ok(!self.audience.is_empty() || !self.public_key.is_empty())
    }

    fn told(&self, client: &Value) -> Result<Option<Value>> {
        if self.backchannel_logout_url.is_none() && self.backchannel_logout_initiator.is_empty() {
            return Ok(None);
        }
        let mut told = part(client, "oidc_logout");
        if let Some(url) = &self.backchannel_logout_url {
            let urls: Vec<&String> = Some(url).filter(|url| !url.is_empty()).into_iter().collect();
            told.insert(String::from("backchannel_logout_urls"), json!(urls));
        }
        if !self.backchannel_logout_initiator.is_empty() {
            let initiators = initiators(&self.backchannel_logout_initiator)?;
            told.insert(String::from("backchannel_logout_initiators"), initiators);
        }
        Ok(Some(Value::Object(told)))
    }

    fn grants(&self, client: &Value) -> Option<Value> {
        let known = client.get("grant_types").and_then(Value::as_array);
        let known = known.into_iter().flatten().filter_map(Value::as_str);
        let mut grants: Vec<String> = known.map(str::to_owned).collect();
        let switches = [
            (self.implicit, &FROM_AUTHORIZE[..]),
            (self.device_flow, &DEVICE[..]),
            (self.device_keys, &DEVICE_KEYS[..]),
            (self.legacy, &LEGACY[..]),
        ];
        for (on, which) in switches {
            if let Some(on) = on {
                switched(&mut grants, which, on);
            }
        }
        switches.iter().any(|(on, _)| on.is_some()).then(|| json!(grants))
    }

    fn jwt(&self, client: &Value) -> Option<Value> {
        let mut jwt = part(client, "jwt_configuration");
        if let Some(alg) = self.alg {
            jwt.insert(String::from("alg"), json!(latchkey_core::model::SigningAlgorithm::from(alg)));
        }
        if let Some(lifetime) = self.id_token_lifetime {
            jwt.insert(String::from("lifetime_in_seconds"), json!(lifetime));
        }
        (self.alg.is_some() || self.id_token_lifetime.is_some()).then_some(Value::Object(jwt))
    }

    fn refresh(&self, client: &Value) -> Option<Value> {
        let mut refresh = part(client, "refresh_token");
        match self.rotate_refresh_tokens {
            Some(true) => {
                // Tokens that rotate end: those that never did get the usual lives.
                if refresh.get("expiration_type") != Some(&json!("expiring"))
                    && let Value::Object(usual) = rotating(0)
                {
                    refresh = usual;
                }
                refresh.insert(String::from("rotation_type"), json!("rotating"));
            }
            Some(false) => {
                refresh.insert(String::from("rotation_type"), json!("non-rotating"));
            }
            None => {}
        }
        if let Some(leeway) = self.refresh_leeway {
            refresh.insert(String::from("leeway"), json!(leeway));
        }
        let is_named = self.rotate_refresh_tokens.is_some() || self.refresh_leeway.is_some();
        is_named.then_some(Value::Object(refresh))
    }

    fn mobile(&self, client: &Value) -> Option<Value> {
        let mut mobile = Value::Object(part(client, "mobile"));
        let mut named = false;
        let fingerprints = (!self.android_fingerprint.is_empty()).then(|| json!(self.android_fingerprint));
        for (place, value) in [
            ("ios.app_bundle_identifier", self.ios_bundle.as_ref().map(|text| json!(text))),
            ("ios.team_id", self.ios_team.as_ref().map(|text| json!(text))),
            ("android.app_package_name", self.android_package.as_ref().map(|text| json!(text))),
            ("android.sha256_cert_fingerprints", fingerprints),
        ] {
            if let Some(value) = value {
                named |= pairs::set(&mut mobile, place, value).is_ok();
            }
        }
        named.then_some(mobile)
    }
}

/// An object within the client, empty where there is none.
fn part(client: &Value, name: &str) -> Map<String, Value> {
    client.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

fn initiators(words: &[String]) -> Result<Value> {
    if words == ["all"] {
        return Ok(json!({ "mode": "all" }));
    }
    let known = || LogoutInitiator::ALL.map(LogoutInitiator::as_str).join(", ");
    for word in words {
        LogoutInitiator::parse(word).with_context(|| {
            format!("--backchannel-logout-initiator: {word}: one of {}, or all alone", known())
        })?;
    }
    Ok(json!({ "mode": "custom", "selected_initiators": words }))
}

/// The grant of a client for an API. An API that nobody described yet is made with these scopes.
async fn allow(api: &Api, client: &str, audience: &str, scopes: &str) -> Result<()> {
    let scopes: Vec<&str> = scopes.split_whitespace().collect();
    let query = format!("?client_id={}&audience={}", segment(client), segment(audience));
    let known = api.get(&format!("/client-grants{query}")).await?;
    if let Some(id) = items(&known, "").first().and_then(|grant| grant.get("id")).and_then(Value::as_str) {
        let scope = json!({ "scope": scopes });
        return api.patch(&format!("/client-grants/{}", segment(id)), &scope).await.map(drop);
    }
    let grant = json!({ "client_id": client, "audience": audience, "scope": scopes });
    let server = format!("/resource-servers/{}", segment(audience));
    if api.find(&server).await?.is_none() {
        let described: Vec<Value> = scopes.iter().map(|scope| json!({ "value": scope })).collect();
        let body = json!({ "identifier": audience, "name": audience, "scopes": described });
        api.post("/resource-servers", &body).await?;
    }
    api.post("/client-grants", &grant).await.map(drop)
}
