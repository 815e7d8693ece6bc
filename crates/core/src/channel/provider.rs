//! What a connection sends by: senders of its own, or where it names none the tenant's provider
//! (management 2.13 and 2.16).

use serde_json::{Map, Value, json};

use super::{Destination, with_secrets};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Connection, Document, DocumentKind, Strategy};
use crate::sender::Syntax;

/// What senders of text messages read of a connection's options.
const SMS_OPTIONS: [&str; 7] = [
    "provider",
    "twilio_sid",
    "twilio_token",
    "from",
    "messaging_service_sid",
    "gateway_url",
    "gateway_authentication",
];
/// The text of codes, among the tenant's.
const CODE_TEXT: &str = "otp_verify";

/// What senders are made from.
#[derive(Clone, Debug)]
pub struct SenderOptions {
    /// As options of a connection, secrets in clear.
    pub options: Map<String, Value>,
    /// The connection does not say who sends: where nothing can be made from the options, nobody does.
    pub nobody: bool,
}

impl Engine {
    pub(crate) async fn sender_options(&self, connection: &Connection) -> Result<SenderOptions, Fault> {
        let own = with_secrets(connection, &self.vault)?;
        let (kind, wants_tenants) = match connection.strategy {
            Strategy::Email => (DocumentKind::EmailProvider, !is_set(&own, "provider")),
            Strategy::Sms => (DocumentKind::PhoneProvider, self.wants_tenants_phone(&own).await?),
            Strategy::Database => return Ok(SenderOptions { options: own, nobody: true }),
        };
        if !wants_tenants {
            return Ok(SenderOptions { options: own, nobody: false });
        }
        let found = self.document(kind, kind.word()).await?;
        let provider = match &*found {
            Some(document) => self.whole(document)?,
            None => Map::new(),
        };
        let options = match kind {
            DocumentKind::EmailProvider => by_mail_provider(&own, &provider),
            _ => by_phone_provider(&own, &provider),
        };
        Ok(SenderOptions { options: options.unwrap_or(own), nobody: true })
    }

    async fn wants_tenants_phone(&self, own: &Map<String, Value>) -> Result<bool, Fault> {
        let names_one = ["provider", "twilio_sid", "gateway_url"].iter().any(|name| is_set(own, name));
        let gives_way = own.get("use_tenant_provider") == Some(&Value::Bool(true));
        Ok(!names_one || gives_way || self.tenant().await?.one_phone_provider)
    }

    /// The tenant's text of codes, for connections that have none.
    pub(crate) async fn worded(&self, to: Destination) -> Result<Destination, Fault> {
        let Destination::Sms { mut options, number } = to else { return Ok(to) };
        if !options.has_template {
            let found = self.document(DocumentKind::PhoneTemplate, CODE_TEXT).await?;
            if let Some(text) = found.as_ref().as_ref().and_then(text_of) {
                (options.template, options.syntax) = (text, Syntax::Liquid);
            }
        }
        Ok(Destination::Sms { options, number })
    }
}

/// What a template of the tenant's says, unless it is off.
fn text_of(template: &Document) -> Option<String> {
    let is_off = template.body.get("disabled") == Some(&Value::Bool(true));
    let text = template.body.get("content")?.pointer("/body/text")?.as_str()?;
    (!is_off).then(|| text.to_owned())
}

fn is_set(options: &Map<String, Value>, name: &str) -> bool {
    options.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

fn is_on(provider: &Map<String, Value>, switch: &str, on: bool) -> bool {
    provider.get(switch).and_then(Value::as_bool).unwrap_or(on) == on
}

/// Options of a connection that sends by the tenant's provider of mails, where we can send by it.
pub(crate) fn by_mail_provider(
    own: &Map<String, Value>,
    provider: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    if provider.get("name")?.as_str()? != "smtp" || !is_on(provider, "enabled", true) {
        return None;
    }
    let mut options = own.clone();
    options.insert(String::from("provider"), json!("smtp"));
    let credentials = provider.get("credentials")?.as_object()?;
    for name in ["smtp_host", "smtp_port", "smtp_user", "smtp_pass"] {
        match credentials.get(name) {
            Some(value) => options.insert(name.to_owned(), value.clone()),
            None => options.remove(name),
        };
    }
    // Ours, since Auth0 has no word for it; the connection's own says more.
    if let Some(security) = provider.get("settings").and_then(|settings| settings.get("smtp_security")) {
        options.entry("smtp_security").or_insert(security.clone());
    }
    // TLS from the first byte is what the port is for (RFC 8314 section 7.3).
    if credentials.get("smtp_port") == Some(&json!(465)) {
        options.entry("smtp_security").or_insert(json!("tls"));
    }
    let default = provider.get("default_from_address").filter(|from| from.as_str() != Some(""));
    let written = own.get("email").and_then(|email| email.get("from"));
    if let Some(from) = default.or(written) {
        options.entry("from").or_insert(from.clone());
    }
    Some(options)
}

/// Options of a connection that sends by the tenant's provider of text messages, where we can send by it.
pub(crate) fn by_phone_provider(
    own: &Map<String, Value>,
    provider: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    if !is_on(provider, "disabled", false) {
        return None;
    }
    let mut options = own.clone();
    options.retain(|name, _| !SMS_OPTIONS.contains(&name.as_str()));
    if let Some(ours) = options.get_mut("latchkey").and_then(Value::as_object_mut) {
        ours.remove("senders");
    }
    match provider.get("name")?.as_str()? {
        "twilio" => by_twilio(&mut options, provider),
        "custom" => by_gateway(&mut options, provider)?,
        _ => return None,
    }
    Some(options)
}

fn by_twilio(options: &mut Map<String, Value>, provider: &Map<String, Value>) {
    options.insert(String::from("provider"), json!("twilio"));
    for (part, name, option) in [
        ("configuration", "sid", "twilio_sid"),
        ("credentials", "auth_token", "twilio_token"),
        ("configuration", "default_from", "from"),
        ("configuration", "mssid", "messaging_service_sid"),
    ] {
        if let Some(value) =
            provider.get(part).and_then(|part| part.get(name)).filter(|value| !value.is_null())
        {
            options.insert(option.to_owned(), value.clone());
        }
    }
}

/// An endpoint of the operator's own: what an Action does at Auth0. `None` where none is named.
fn by_gateway(options: &mut Map<String, Value>, provider: &Map<String, Value>) -> Option<()> {
    let configuration = provider.get("configuration")?.as_object()?;
    if !is_set(configuration, "gateway_url") {
        return None;
    }
    options.insert(String::from("provider"), json!("sms_gateway"));
    for (name, option) in [("gateway_url", "gateway_url"), ("default_from", "from")] {
        if let Some(value) = configuration.get(name).filter(|value| !value.is_null()) {
            options.insert(option.to_owned(), value.clone());
        }
    }
    if let Some(written) = configuration.get("gateway_authentication").and_then(Value::as_object) {
        let mut authentication = written.clone();
        if let Some(secret) = provider.get("credentials").and_then(|all| all.get("gateway_secret")) {
            authentication.insert(String::from("secret"), secret.clone());
        }
        options.insert(String::from("gateway_authentication"), Value::Object(authentication));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    /// M-029
    #[test]
    fn a_mail_server_of_the_tenants_takes_the_place_of_none() {
        let own = map(json!({"email": {"from": "Acme <a@acme.example>"}, "latchkey": {"senders": []}}));
        let provider = json!({
            "name": "smtp", "credentials": {"smtp_host": "mail.example", "smtp_port": 465, "smtp_user": "u", "smtp_pass": "p"},
        });
        let options = by_mail_provider(&own, &map(provider.clone())).unwrap();
        for (name, value) in [
            ("provider", json!("smtp")),
            ("smtp_host", json!("mail.example")),
            ("smtp_port", json!(465)),
            ("smtp_security", json!("tls")),
            ("smtp_pass", json!("p")),
            ("from", json!("Acme <a@acme.example>")),
            ("latchkey", json!({"senders": []})),
        ] {
            assert_eq!(options[name], value, "{name}");
        }
        let mut named = provider.clone();
        named["default_from_address"] = json!("no-reply@acme.example");
        assert_eq!(by_mail_provider(&own, &map(named)).unwrap()["from"], "no-reply@acme.example");
        for (name, value) in [("enabled", json!(false)), ("name", json!("sendgrid"))] {
            let mut other = provider.clone();
            other[name] = value;
            assert!(by_mail_provider(&own, &map(other)).is_none(), "{name}");
        }
    }

    /// M-030
    #[test]
    fn a_phone_provider_of_the_tenants_leaves_nothing_of_the_connections() {
        let own = map(json!({
            "twilio_sid": "AC1", "twilio_token": "t", "messaging_service_sid": "MG1", "gateway_url": "https://g.example/",
            "totp": {"length": 4},
            "latchkey": {"senders": [{"provider": "twilio", "twilio_sid": "AC3"}], "other": 1},
        }));
        let provider = json!({
            "name": "twilio", "disabled": false, "configuration": {"sid": "AC2", "default_from": "+1", "mssid": null},
            "credentials": {"auth_token": "u"},
        });
        let options = by_phone_provider(&own, &map(provider)).unwrap();
        let expected = json!({
            "provider": "twilio", "twilio_sid": "AC2", "twilio_token": "u", "from": "+1", "totp": {"length": 4},
            "latchkey": {"other": 1},
        });
        assert_eq!(Value::Object(options), expected);
    }

    /// M-030
    #[test]
    fn a_custom_provider_is_a_gateway_of_the_operators() {
        let own = map(json!({"twilio_sid": "AC1", "from": "own", "totp": {"length": 4}}));
        let custom = json!({
            "name": "custom",
            "configuration": {
                "gateway_url": "https://g.example/", "default_from": "Acme",
                "gateway_authentication": {"method": "bearer", "audience": "a"},
            },
            "credentials": {"gateway_secret": "s"},
        });
        let expected = json!({
            "provider": "sms_gateway", "gateway_url": "https://g.example/", "from": "Acme", "totp": {"length": 4},
            "gateway_authentication": {"method": "bearer", "audience": "a", "secret": "s"},
        });
        assert_eq!(Value::Object(by_phone_provider(&own, &map(custom.clone())).unwrap()), expected);
        for (name, value) in [("configuration", json!({})), ("disabled", json!(true)), ("name", json!("fax"))]
        {
            let mut other = custom.clone();
            other[name] = value;
            assert!(by_phone_provider(&own, &map(other)).is_none(), "{name}");
        }
    }
}
