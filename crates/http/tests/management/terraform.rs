//! The calls that Auth0's Terraform provider makes for the resources of a passwordless tenant, as they were
//! recorded of it (section 3.4): what is read back must be what was sent, or the next plan is not empty.

use std::collections::BTreeSet;

use http::Method;
use latchkey_testkit::{NATIVE, SPA};
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::tool::{API, Tool, failure, unlimited};

/// The provider in the middle of its work.
struct Provider<'a>(Tool<'a>);

impl<'a> Provider<'a> {
    async fn new(server: &'a TestServer) -> Self {
        Self(Tool::new(server).await)
    }

    async fn call(&self, (method, path): (Method, &str), body: Option<Value>, status: u16) -> Value {
        let answer = self.0.call(method.clone(), path, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        match answer.text.is_empty() {
            true => Value::Null,
            false => answer.json(),
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        self.call((Method::POST, path), Some(body.clone()), 201).await
    }

    async fn patch(&self, path: &str, body: &Value) -> Value {
        self.call((Method::PATCH, path), Some(body.clone()), 200).await
    }

    async fn read(&self, path: &str) -> Value {
        self.call((Method::GET, path), None, 200).await
    }

    /// Twice the same, and all that was sent: the plan is empty. Secrets that are never read back are named.
    async fn plans_nothing(&self, path: &str, sent: &Value, secret: &[&str]) -> Value {
        let read = self.read(path).await;
        assert_eq!(self.read(path).await, read, "{path}");
        let mut missed = Vec::new();
        compare(sent, &read, "", &mut missed);
        missed.retain(|what| !secret.contains(&what.as_str()));
        assert_eq!(missed, [""; 0], "{path}\nsent {sent}\nread {read}");
        read
    }

    async fn destroy(&self, path: &str, status: u16) {
        self.call((Method::DELETE, path), None, status).await;
        assert_eq!(failure(&self.0.get(path).await).0, 404, "{path}");
    }
}

/// Where `read` differs from what was sent; `null` and what is absent are the same to the provider, lists
/// are compared as sets.
fn compare(sent: &Value, read: &Value, at: &str, missed: &mut Vec<String>) {
    match (sent, read) {
        (Value::Object(sent), _) => {
            for (name, value) in sent {
                compare(value, read.get(name).unwrap_or(&Value::Null), &format!("{at}/{name}"), missed);
            }
        }
        (Value::Array(sent), Value::Array(read)) => {
            let is_same = sent.len() == read.len() && sent.iter().all(|item| read.contains(item));
            if !is_same {
                missed.push(at.to_owned());
            }
        }
        _ if sent != read => missed.push(at.to_owned()),
        _ => {}
    }
}

/// The options hold nothing but what was sent: no key that the provider would want away.
fn adds_nothing(sent: &Value, read: &Value) {
    let names =
        |value: &Value| value["options"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(read), names(sent));
}

/// M-008, M-009, M-010, M-011
#[tokio::test]
async fn connections_of_both_strategies_are_made_planned_changed_and_destroyed() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let alias = json!({"screen_name": {"alias": "login_hint"}});
    let sms = json!({
        "name": "SMS OTP", "from": "+12345678", "syntax": "md_with_macros", "template": "@@password@@",
        "totp": {"time_step": 300, "length": 6}, "twilio_sid": "ABC123", "twilio_token": "DEF456",
        "messaging_service_sid": "GHI789", "disable_signup": false, "brute_force_protection": true,
        "upstream_params": alias,
    });
    let gateway = json!({
        "name": "sms", "from": "+12345678", "syntax": "md_with_macros", "template": "@@password@@",
        "totp": {"time_step": 300, "length": 6}, "messaging_service_sid": null, "provider": "sms_gateway",
        "gateway_url": "https://somewhere.example/sms-gateway",
        "gateway_authentication": {
            "method": "bearer", "subject": "test:sms", "audience": "https://somewhere.example/sms-gateway",
            "secret": "4e2680bb72ec2ae24836476dd37ed6c2", "secret_base64_encoded": false,
        },
        "forward_req_info": true, "disable_signup": false, "brute_force_protection": true,
        "upstream_params": alias,
    });
    let email = json!({
        "name": "Email OTP", "totp": {"time_step": 300, "length": 6}, "disable_signup": false,
        "email": {
            "syntax": "liquid", "from": "Magic Password <password@example.com>", "subject": "Sign in!",
            "body": "<html><body><h1>Here's your password! {{ code }}</h1></body></html>",
        },
        "brute_force_protection": true, "upstream_params": alias,
    });
    for (n, (strategy, options)) in [("sms", sms), ("sms", gateway), ("email", email)].iter().enumerate() {
        let sent = json!({
            "name": format!("Acceptance-Test-{n}"), "strategy": strategy, "is_domain_connection": false,
            "options": options,
        });
        let made = terraform.post("/connections", &sent).await;
        let path = format!("/connections/{}", made["id"].as_str().unwrap());
        let read = terraform.plans_nothing(&path, &sent, &[]).await;
        adds_nothing(&sent, &read);
        assert_eq!((&read["enabled_clients"], &read["realms"]), (&json!([]), &json!([sent["name"]])));

        let mut options = options.clone();
        options["totp"] = json!({"time_step": 360, "length": 4});
        options["authParams"] = json!({"response_type": "code", "scope": "openid email"});
        options.as_object_mut().unwrap().remove("upstream_params");
        let change = json!({"is_domain_connection": false, "options": options});
        terraform.patch(&path, &change).await;
        let read = terraform.plans_nothing(&path, &change, &[]).await;
        adds_nothing(&change, &read);
        options["authParams"] = json!({});
        let change = json!({"is_domain_connection": false, "options": options});
        assert_eq!(terraform.patch(&path, &change).await["options"]["authParams"], json!({}));

        terraform.destroy(&path, 202).await;
    }
}

/// M-010
#[tokio::test]
async fn switches_that_are_written_as_text_are_read_as_switches() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let options = json!({
        "provider": "sms_gateway", "gateway_url": "https://somewhere.example/sms", "forward_req_info": "true",
        "gateway_authentication": {
            "method": "bearer", "audience": "https://somewhere.example/", "secret": "s",
            "secret_base64_encoded": "false",
        },
        "disable_signup": "false", "brute_force_protection": "true", "template": "@@password@@",
    });
    let sent = json!({"name": "text", "strategy": "sms", "options": options});
    let made = terraform.post("/connections", &sent).await;
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    let flags = |options: &Value| {
        [
            options["forward_req_info"].clone(),
            options["gateway_authentication"]["secret_base64_encoded"].clone(),
            options["disable_signup"].clone(),
            options["brute_force_protection"].clone(),
        ]
    };
    let expected = [json!(true), json!(false), json!(false), json!(true)];
    assert_eq!(flags(&terraform.read(&path).await["options"]), expected);
    let changed = terraform.patch(&path, &json!({"options": options})).await;
    assert_eq!(flags(&changed["options"]), expected);
}

/// M-008
#[tokio::test]
async fn metadata_of_a_connection_is_merged_and_null_takes_a_key_away() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let sent = json!({"name": "tagged", "strategy": "email", "metadata": {"a": "1", "b": "2", "c": null}});
    let made = terraform.post("/connections", &sent).await;
    assert_eq!(made["metadata"], json!({"a": "1", "b": "2"}));
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    let changed = terraform.patch(&path, &json!({"metadata": {"a": null, "c": "3"}})).await;
    assert_eq!(changed["metadata"], json!({"b": "2", "c": "3"}));
    let many: serde_json::Map<_, _> = (0..9).map(|n| (format!("k{n}"), json!("x"))).collect();
    let refused = terraform.0.call(Method::PATCH, &path, Some(json!({"metadata": many}))).await;
    assert_eq!(failure(&refused).0, 400);
    assert_eq!(terraform.patch(&path, &json!({"metadata": null})).await.get("metadata"), None);
}

/// M-007, M-013
#[tokio::test]
async fn the_clients_of_a_connection_are_switched_on_and_all_of_them_off() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let made = terraform.post("/connections", &json!({"name": "many", "strategy": "email"})).await;
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    let clients = format!("{path}/clients");
    assert_eq!(terraform.read(&clients).await, json!({"clients": []}));
    let few = terraform.read(&format!("{path}?fields=strategy%2Cname&include_fields=true")).await;
    assert_eq!(few, json!({"strategy": "email", "name": "many"}));
    let switch = async |status: bool, ids: &[&str]| {
        let items: Vec<Value> = ids.iter().map(|id| json!({"client_id": id, "status": status})).collect();
        terraform.call((Method::PATCH, &clients), Some(json!(items)), 204).await;
    };
    switch(true, &[NATIVE]).await;
    assert_eq!(terraform.read(&clients).await, json!({"clients": [{"client_id": NATIVE}]}));
    switch(true, &[SPA]).await;
    assert_eq!(terraform.read(&path).await["enabled_clients"].as_array().unwrap().len(), 2);
    switch(false, &[NATIVE, SPA]).await;
    assert_eq!(terraform.read(&clients).await, json!({"clients": []}));
}

/// M-014, M-015
#[tokio::test]
async fn a_client_is_made_of_a_name_changed_in_all_and_emptied() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let made = terraform.post("/clients", &json!({"name": "Acceptance Test"})).await;
    let path = format!("/clients/{}", made["client_id"].as_str().unwrap());
    terraform.plans_nothing(&path, &made, &[]).await;
    let change = json!({
        "name": "Acceptance Test", "description": "Test Application Long Description",
        "app_type": "non_interactive", "logo_uri": "https://example.com/logoUri", "is_first_party": true,
        "oidc_conformant": true, "callbacks": ["https://example.com/callback"],
        "allowed_origins": ["https://example.com"], "web_origins": ["https://example.com"],
        "client_aliases": ["https://example.com/audience"], "allowed_clients": ["https://allowed.example.com"],
        "allowed_logout_urls": ["https://example.com"], "sso": false, "sso_disabled": false,
        "grant_types": ["authorization_code", "implicit", "password", "refresh_token"],
        "cross_origin_loc": "https://example.com/cross-origin-loc", "custom_login_page_on": true,
        "custom_login_page": "test", "form_template": "test", "client_metadata": {"foo": "zoo"},
        "initiate_login_uri": "https://example.com/login", "organization_usage": "deny",
        "organization_require_behavior": "no_prompt", "require_pushed_authorization_requests": false,
        "skip_non_verifiable_callback_uri_confirmation_prompt": true,
        "refresh_token": {
            "rotation_type": "non-rotating", "expiration_type": "non-expiring", "leeway": 60,
            "token_lifetime": 256_000, "idle_token_lifetime": 128_000, "infinite_token_lifetime": true,
            "infinite_idle_token_lifetime": true,
            "policies": [{"audience": "https://mrrt.example", "scope": ["create:bar"]}],
        },
    });
    terraform.patch(&path, &change).await;
    terraform.plans_nothing(&path, &change, &[]).await;
    let emptied = json!({
        "name": "Acceptance Test", "description": "", "logo_uri": "https://another.example.com/logoUri",
        "callbacks": [], "allowed_origins": [], "web_origins": [], "client_aliases": [], "allowed_clients": [],
        "allowed_logout_urls": [], "sso": true, "sso_disabled": true, "grant_types": [],
        "custom_login_page": "", "form_template": "", "client_metadata": {"foo": null},
        "initiate_login_uri": "",
    });
    let read = terraform.patch(&path, &emptied).await;
    assert_eq!(read["client_metadata"], json!({}));
    terraform.plans_nothing(&path, &emptied, &[]).await;
    let nulls = json!({"default_organization": null, "session_transfer": null, "token_quota": null});
    terraform.patch(&path, &nulls).await;
    terraform.plans_nothing(&path, &nulls, &[]).await;
    terraform.destroy(&path, 204).await;
}

/// M-014, MS-005
#[tokio::test]
async fn the_credentials_of_a_client_are_a_resource_of_their_own() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let made = terraform.post("/clients", &json!({"name": "Keys", "app_type": "non_interactive"})).await;
    let path = format!("/clients/{}", made["client_id"].as_str().unwrap());
    let few = terraform.read(&format!("{path}?fields=client_id%2Capp_type&include_fields=true")).await;
    assert_eq!(few["app_type"], "non_interactive");
    let secret = "LUFqPx+sRLjbL7peYRPFmFu-bbvE7u7og4YUNe_C345=683341";
    let change = json!({"token_endpoint_auth_method": "client_secret_basic", "client_secret": secret});
    terraform.patch(&path, &change).await;
    terraform.plans_nothing(&path, &change, &[]).await;

    let keys = format!("{path}/credentials");
    let pem = include_str!("../../../core/tests/keys/rsa-1.pub.pem");
    let body = json!({"name": "first", "credential_type": "public_key", "pem": pem, "alg": "RS256"});
    let key = terraform.post(&keys, &body).await;
    let named = json!({"private_key_jwt": {"credentials": [{"id": key["id"]}]}});
    let change = json!({"client_authentication_methods": named, "token_endpoint_auth_method": null});
    terraform.patch(&path, &change).await;
    let read = terraform.plans_nothing(&path, &change, &[]).await;
    assert_eq!(read.get("token_endpoint_auth_method"), None);
    assert_eq!(terraform.read(&format!("{keys}?include_totals=true&per_page=50")).await, json!([key]));
    let back = json!({
        "client_authentication_methods": null, "signed_request_object": null,
        "token_endpoint_auth_method": "client_secret_post",
    });
    terraform.patch(&path, &back).await;
    terraform.plans_nothing(&path, &back, &[]).await;
    terraform.destroy(&format!("{keys}/{}", key["id"].as_str().unwrap()), 204).await;
}

/// M-007, M-027, M-028
#[tokio::test]
async fn an_api_its_scopes_and_a_grant_of_them_are_three_resources() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let identifier = "https://uat.example.com/client-grant/one";
    let encoded = "https:%2F%2Fuat.example.com%2Fclient-grant%2Fone";
    let sent = json!({
        "name": "Acceptance Test", "identifier": identifier, "allow_offline_access": true,
        "skip_consent_for_verifiable_first_party_clients": true,
        "subject_type_authorization": {"user": {"policy": "allow_all"}, "client": {"policy": "require_client_grant"}},
    });
    let made = terraform.post("/resource-servers", &sent).await;
    let by_id = format!("/resource-servers/{}", made["id"].as_str().unwrap());
    let by_name = format!("/resource-servers/{encoded}");
    terraform.plans_nothing(&by_id, &sent, &[]).await;
    let scopes = json!({"scopes": [
        {"value": "create:bar", "description": "Create bars"}, {"value": "create:foo", "description": ""},
    ]});
    terraform.patch(&by_name, &scopes).await;
    terraform.plans_nothing(&by_name, &scopes, &[]).await;
    terraform.plans_nothing(&by_id, &sent, &[]).await;

    let client = terraform.post("/clients", &json!({"name": "Granted"})).await["client_id"].clone();
    let id = client.as_str().unwrap();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("audience", identifier)
        .append_pair("client_id", id)
        .finish();
    let list = format!("/client-grants?{query}&include_totals=true&per_page=50");
    let none = terraform.read(&list).await;
    assert_eq!((&none["total"], &none["client_grants"]), (&json!(0), &json!([])));
    let grant =
        json!({"client_id": id, "audience": identifier, "scope": ["create:bar"], "subject_type": "user"});
    let granted = terraform.post("/client-grants", &grant).await;
    let path = format!("/client-grants/{}", granted["id"].as_str().unwrap());
    terraform.plans_nothing(&path, &grant, &[]).await;
    assert_eq!(terraform.read(&list).await["client_grants"], json!([granted]));
    let change = json!({"scope": ["create:bar", "create:foo"]});
    terraform.patch(&path, &change).await;
    terraform.plans_nothing(&path, &change, &[]).await;
    terraform.patch(&path, &json!({"scope": []})).await;
    terraform.plans_nothing(&path, &json!({"scope": []}), &[]).await;
    terraform.destroy(&path, 204).await;

    terraform.patch(&by_name, &json!({"scopes": []})).await;
    assert_eq!(terraform.read(&by_id).await["scopes"], json!([]));
    terraform.destroy(&by_id, 204).await;
    let own: String = form_urlencoded::byte_serialize(API.as_bytes()).collect();
    assert_eq!(terraform.read(&format!("/resource-servers/{own}")).await["is_system"], true);
}

/// M-029
#[tokio::test]
async fn the_email_provider_is_changed_to_another_one_and_takes_nothing_along() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    const PATH: &str = "/emails/provider";
    let fields = "fields=name%2Cenabled%2Cdefault_from_address%2Ccredentials%2Csettings&include_fields=true";
    let read = format!("{PATH}?{fields}");
    let (status, code, _) = failure(&terraform.0.get(&read).await);
    assert_eq!((status, code), (404, json!("inexistent_email_provider")));
    let provider = |name: &str, credentials: Value, settings: Option<Value>| {
        let mut body = json!({
            "name": name, "enabled": true, "default_from_address": "accounts@example.com",
            "credentials": credentials,
        });
        if let Some(settings) = settings {
            body["settings"] = settings;
        }
        body
    };
    let ses = json!({"accessKeyId": "AKIAX", "secretAccessKey": "7e8c", "region": "us-east-1"});
    let smtp =
        json!({"smtp_host": "example.com", "smtp_port": 587, "smtp_user": "bob", "smtp_pass": "secret"});
    let headers = json!({"headers": {"X-SES-Configuration-Set": "example"}});
    let view = json!({"message": {"view_content_link": true}});
    let mailgun = json!({"api_key": "MAILGUNX", "domain": "example.com", "region": "eu"});
    const SECRET: [&str; 5] = [
        "/credentials/accessKeyId",
        "/credentials/secretAccessKey",
        "/credentials/api_key",
        "/credentials/smtp_pass",
        "/credentials/connectionString",
    ];
    for (n, sent) in [
        provider("ses", ses.clone(), None),
        provider("ses", ses, Some(json!({"message": {"configuration_set_name": "example"}}))),
        provider("mandrill", json!({"api_key": "7e8c"}), None),
        provider("mandrill", json!({"api_key": "7e8c"}), Some(view)),
        provider("smtp", smtp.clone(), None),
        provider("smtp", smtp, Some(headers)),
        provider("mailgun", mailgun, None),
        provider("azure_cs", json!({"connectionString": "azure"}), None),
    ]
    .iter()
    .enumerate()
    {
        match n {
            0 => terraform.post(PATH, sent).await,
            _ => terraform.patch(PATH, sent).await,
        };
        let shown = terraform.plans_nothing(&read, sent, &SECRET).await;
        // What the provider did not write would be planned away.
        assert_eq!(shown.get("settings"), sent.get("settings"), "{sent}");
    }
    let off = json!({"enabled": false, "default_from_address": ""});
    terraform.patch(PATH, &off).await;
    terraform.plans_nothing(&read, &off, &[]).await;
    terraform.destroy(PATH, 204).await;
}

/// MS-002
#[tokio::test]
async fn an_email_template_is_made_where_there_is_none_and_switched_off_at_the_end() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    const PATH: &str = "/email-templates/welcome_email";
    let sent = json!({
        "template": "welcome_email", "body": "<html><body><h1>Welcome!</h1></body></html>",
        "from": "welcome@example.com", "resultUrl": "https://example.com/welcome", "subject": "Welcome",
        "syntax": "liquid", "urlLifetimeInSeconds": 3600, "enabled": true, "includeEmailInRedirect": false,
    });
    assert_eq!(failure(&terraform.0.get(PATH).await).0, 404);
    terraform.post("/email-templates", &sent).await;
    terraform.plans_nothing(PATH, &sent, &[]).await;
    terraform.patch(PATH, &sent).await;
    terraform.plans_nothing(PATH, &sent, &[]).await;
    let off = json!({"template": "welcome_email", "enabled": false});
    terraform.patch(PATH, &off).await;
    terraform.plans_nothing(PATH, &off, &[]).await;
}

/// M-030
#[tokio::test]
async fn the_phone_provider_and_its_templates_are_made_changed_and_destroyed() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    const PROVIDERS: &str = "/branding/phone/providers";
    assert_eq!(terraform.read(PROVIDERS).await, json!({"providers": []}));
    let mut sent = json!({
        "name": "twilio", "disabled": false, "credentials": {"auth_token": "auth123"},
        "configuration": {"sid": "sid1", "delivery_methods": ["text", "voice"]},
    });
    let refused = terraform.0.call(Method::POST, PROVIDERS, Some(sent.clone())).await;
    let (status, _, message) = failure(&refused);
    assert_eq!((status, message), (400, json!("Bad Operation on Notification Resource")));
    sent["configuration"]["default_from"] = json!("+1234567890");
    let made = terraform.post(PROVIDERS, &sent).await;
    let path = format!("{PROVIDERS}/{}", made["id"].as_str().unwrap());
    const SECRET: [&str; 1] = ["/credentials/auth_token"];
    terraform.plans_nothing(&path, &sent, &SECRET).await;
    sent["configuration"]["sid"] = json!("sid2");
    sent["configuration"]["delivery_methods"] = json!(["text"]);
    terraform.patch(&path, &sent).await;
    terraform.plans_nothing(&path, &sent, &SECRET).await;
    terraform.destroy(&path, 204).await;

    const TEMPLATES: &str = "/branding/phone/templates";
    let mut sent = json!({
        "type": "otp_enroll", "disabled": false,
        "content": {"from": "+1234567890", "body": {"text": "Code: {{ code }}", "voice": "Code {{ code }}"}},
    });
    let made = terraform.post(TEMPLATES, &sent).await;
    let path = format!("{TEMPLATES}/{}", made["id"].as_str().unwrap());
    terraform.plans_nothing(&path, &sent, &[]).await;
    sent.as_object_mut().unwrap().remove("type");
    sent["content"]["from"] = json!("+9876543210");
    sent["disabled"] = json!(true);
    terraform.patch(&path, &sent).await;
    terraform.plans_nothing(&path, &sent, &[]).await;
    terraform.destroy(&path, 204).await;
}

/// M-031
#[tokio::test]
async fn the_settings_of_the_tenant_are_written_read_and_given_back() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    const PATH: &str = "/tenants/settings";
    let sent = json!({
        "default_audience": "", "default_directory": "", "friendly_name": "My Test Tenant",
        "picture_url": "https://mycompany.example/logo.png", "support_email": "support@mycompany.example",
        "support_url": "https://mycompany.example/support",
        "allowed_logout_urls": ["https://mycompany.example/logoutCallback"], "session_lifetime": 720,
        "idle_session_lifetime": 72, "ephemeral_session_lifetime": 72, "idle_ephemeral_session_lifetime": 24,
        "sandbox_version": "22", "enabled_locales": ["de", "en", "fr"],
        "flags": {
            "disable_clickjack_protection_headers": true, "enable_public_signup_user_exists_error": true,
            "use_scope_descriptions_for_consent": true, "no_disclose_enterprise_connections": false,
            "disable_management_api_sms_obfuscation": false,
        },
        "session_cookie": {"mode": "non-persistent"}, "allow_organization_name_in_authentication_api": false,
        "customize_mfa_in_postlogin_action": false, "oidc_logout": {"rp_logout_end_session_endpoint_discovery": true},
        "acr_values_supported": ["foo", "bar"], "pushed_authorization_requests_supported": true,
        "mtls": {"enable_endpoint_aliases": true}, "sessions": {"oidc_logout_prompt_enabled": false},
    });
    terraform.patch(PATH, &sent).await;
    terraform.plans_nothing(PATH, &sent, &[]).await;
    let nulls = json!({
        "default_token_quota": null, "error_page": null, "mtls": null,
        "skip_non_verifiable_callback_uri_confirmation_prompt": null,
    });
    let read = terraform.patch(PATH, &nulls).await;
    for name in ["mtls", "default_token_quota"] {
        assert!(read.get(name).is_none_or(Value::is_null), "{read}");
    }
    let cleared =
        json!({"default_redirection_uri": "", "enabled_locales": ["en"], "allowed_logout_urls": []});
    terraform.patch(PATH, &cleared).await;
    terraform.plans_nothing(PATH, &cleared, &[]).await;
}

/// M-037, MS-005
#[tokio::test]
async fn attack_protection_is_read_in_all_its_parts_and_switched_off_at_the_end() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let at = |part: &str| format!("/attack-protection/{part}");
    for part in ["bot-detection", "captcha"] {
        let (status, code, _) = failure(&terraform.0.get(&at(part)).await);
        assert_eq!((status, code), (403, json!("insufficient_entitlement")));
    }
    for (part, sent) in [
        (
            "brute-force-protection",
            json!({
                "enabled": true, "shields": ["block", "user_notification"], "mode": "count_per_identifier",
                "allowlist": ["127.0.0.1"], "max_attempts": 5,
            }),
        ),
        (
            "suspicious-ip-throttling",
            json!({
                "enabled": true, "shields": ["admin_notification", "block"], "allowlist": ["127.0.0.1"],
                "stage": {
                    "pre-login": {"max_attempts": 5, "rate": 34_560},
                    "pre-user-registration": {"max_attempts": 5, "rate": 34_561},
                },
            }),
        ),
    ] {
        terraform.patch(&at(part), &sent).await;
        terraform.plans_nothing(&at(part), &sent, &[]).await;
        let off = json!({"enabled": false});
        terraform.patch(&at(part), &off).await;
        terraform.plans_nothing(&at(part), &off, &[]).await;
    }
    let off = json!({"enabled": false});
    terraform.patch(&at("breached-password-detection"), &off).await;
    terraform.plans_nothing(&at("breached-password-detection"), &off, &[]).await;
}

/// M-017, M-018
#[tokio::test]
async fn a_user_is_made_by_an_id_without_prefix_changed_and_destroyed() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    for (strategy, own) in
        [("sms", json!({"phone_number": "+14155550100"})), ("email", json!({"email": "t@a.example"}))]
    {
        let mut sent = json!({"user_id": "testaccuser", "connection": strategy});
        sent.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        let made = terraform.post("/users", &sent).await;
        assert_eq!(made["user_id"], format!("{strategy}|testaccuser"));
        let path = format!("/users/{strategy}%7Ctestaccuser");
        terraform.plans_nothing(&path, &own, &[]).await;
        let change = json!({
            "name": "Firstname Lastname", "given_name": "Firstname", "family_name": "Lastname",
            "picture": "https://www.example.com/picture.jpg",
        });
        terraform.patch(&path, &change).await;
        terraform.plans_nothing(&path, &change, &[]).await;
        let tags = json!({"user_metadata": {"baz": "qux", "foo": "bar"}, "app_metadata": {"foo": "bar"}});
        terraform.patch(&path, &tags).await;
        terraform.plans_nothing(&path, &tags, &[]).await;
        let fewer = json!({"user_metadata": {"baz": null, "foo": "bars"}, "app_metadata": {"foo": null}});
        terraform.patch(&path, &fewer).await;
        let read = terraform.plans_nothing(&path, &fewer, &[]).await;
        assert_eq!((&read["user_metadata"], read.get("app_metadata")), (&json!({"foo": "bars"}), None));
        for list in ["roles", "permissions"] {
            let list = format!("{path}/{list}?include_totals=true&per_page=50");
            assert_eq!(terraform.read(&list).await["total"], 0);
        }
        terraform.destroy(&path, 204).await;
    }
}

/// MS-001
#[tokio::test]
async fn a_log_stream_is_made_paused_changed_and_destroyed() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let mut sink = json!({
        "httpContentFormat": "JSONLINES", "httpContentType": "application/json",
        "httpEndpoint": "https://example.com/webhook/logs", "httpAuthorization": "AKIAX",
    });
    let sent = json!({"name": "Acceptance-Test", "type": "http", "sink": sink});
    let made = terraform.call((Method::POST, "/log-streams"), Some(sent.clone()), 200).await;
    let path = format!("/log-streams/{}", made["id"].as_str().unwrap());
    terraform.patch(&path, &json!({"status": "paused"})).await;
    assert_eq!(terraform.plans_nothing(&path, &sent, &[]).await["status"], "paused");
    for headers in [json!([{"header": "foo", "value": "bar"}, {"header": "bar", "value": "foo"}]), json!([])]
    {
        sink["httpContentFormat"] = json!("JSONARRAY");
        sink["httpCustomHeaders"] = headers;
        let change = json!({"name": "Acceptance-Test-new", "sink": sink});
        terraform.patch(&path, &change).await;
        terraform.plans_nothing(&path, &change, &[]).await;
    }
    terraform.destroy(&path, 204).await;
}

/// MS-003, K-002
#[tokio::test]
async fn branding_prompts_texts_and_domains_are_written_and_read_back() {
    let server = unlimited().await;
    let terraform = Provider::new(&server).await;
    let sent = json!({
        "colors": {"primary": "#0059d6", "page_background": "#000000"},
        "favicon_url": "https://mycompany.example/favicon.ico", "logo_url": "https://mycompany.example/logo.png",
        "font": {"url": "https://mycompany.example/font/myfont.ttf"},
    });
    terraform.patch("/branding", &sent).await;
    terraform.plans_nothing("/branding", &sent, &[]).await;
    terraform.patch("/branding", &json!({"font": null})).await;
    assert_eq!(terraform.read("/branding").await.get("font"), None);
    assert_eq!(terraform.read("/custom-domains").await, json!([]));
    let template = failure(&terraform.0.get("/branding/templates/universal-login").await);
    assert_eq!((template.0, template.1), (404, json!("inexistent_templates_universal_login")));
    terraform.call((Method::DELETE, "/branding/templates/universal-login"), None, 204).await;

    let sent = json!({
        "universal_login_experience": "new", "identifier_first": true, "webauthn_platform_first_factor": false,
    });
    terraform.patch("/prompts", &sent).await;
    terraform.plans_nothing("/prompts", &sent, &[]).await;
    const TEXT: &str = "/prompts/login/custom-text/en";
    for text in [json!({"login": {"buttonText": "Proceed", "title": "Welcome to ${companyName}"}}), json!({})]
    {
        assert_eq!(terraform.call((Method::PUT, TEXT), Some(text.clone()), 200).await, text);
        assert_eq!(terraform.read(TEXT).await, text);
    }

    let sent = json!({
        "domain": "login.example.com", "type": "auth0_managed_certs",
        "domain_metadata": {"key1": "value1", "key2": "value2"}, "relying_party_identifier": "example.com",
    });
    let made = terraform.post("/custom-domains", &sent).await;
    let path = format!("/custom-domains/{}", made["custom_domain_id"].as_str().unwrap());
    terraform.plans_nothing(&path, &sent, &[]).await;
    let change = json!({
        "tls_policy": "recommended", "domain_metadata": {"key1": "value3", "key2": null},
        "relying_party_identifier": null,
    });
    terraform.patch(&path, &change).await;
    let read = terraform.plans_nothing(&path, &change, &[]).await;
    assert_eq!(read["domain_metadata"], json!({"key1": "value3"}));
    terraform.destroy(&path, 204).await;
}
