//! Options of a connection as the form has them, and back: a choice of who sends in place of several options
//! that say it together, and lines in place of objects.

use latchkey_wire::management::Query;
use serde_json::{Map, Value, json};

use super::options;
use crate::routes::dashboard::form;

/// The choice of [`options`] that leaves it to the tenant.
const TENANT: &str = "tenant";
/// The field that says what `totp.time_step` counts.
const UNIT: &str = "time_unit";
const MINUTES: &str = "minutes";

pub fn to_form(strategy: &str, options: &Value) -> Value {
    let mut shown = options.as_object().cloned().unwrap_or_default();
    let is_set = |name: &str| options.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let gives_way = options.get("use_tenant_provider") == Some(&json!(true));
    let tenant = match strategy {
        "email" => !is_set("provider"),
        _ => gives_way,
    };
    if tenant {
        shown.insert(String::from("provider"), json!(TENANT));
    }
    if strategy != "email" {
        let source = if is_set("messaging_service_sid") { "service" } else { "from" };
        shown.insert(String::from("source"), json!(source));
    }
    if shown.get("forward_req_info") == Some(&json!("true")) {
        shown.insert(String::from("forward_req_info"), json!(true));
    }
    if let Some(step) = options.pointer("/totp/time_step").and_then(Value::as_u64) {
        let (number, unit) =
            if step > 0 && step.is_multiple_of(60) { (step / 60, MINUTES) } else { (step, "seconds") };
        form::put(&mut shown, "totp.time_step", Some(json!(number)));
        shown.insert(UNIT.to_owned(), json!(unit));
    }
    if let Some(params) = options.get("authParams") {
        shown.insert(String::from("authParams"), json!(lines_of(params)));
    }
    Value::Object(shown)
}

/// What is typed, over what is stored. `None` where none of the fields came: browsers send nothing of fields that
/// are switched off, as they are for viewers.
pub fn typed(strategy: &str, stored: &Value, fields: &Query) -> Option<Map<String, Value>> {
    let came = options::of(strategy).iter().any(|spec| fields.text(spec.path).is_some());
    came.then(|| from_form(strategy, stored, fields))
}

/// What is saved of a form, over what is stored.
pub fn from_form(strategy: &str, stored: &Value, fields: &Query) -> Map<String, Value> {
    let mut options = form::merged(options::of(strategy), stored, fields);
    let provider = options.get("provider").and_then(Value::as_str).unwrap_or_default().to_owned();
    if provider == TENANT {
        options.remove("provider");
    }
    passkeys(&mut options, stored);
    in_seconds(&mut options);
    if strategy == "email" {
        put_params(&mut options, stored, fields);
        bearer(&mut options, "http_authentication");
        return options;
    }
    match provider == TENANT {
        true => options.insert(String::from("use_tenant_provider"), json!(true)),
        false => options.remove("use_tenant_provider"),
    };
    // Exactly one, whatever stands in the other.
    match fields.text("source") {
        Some("service") => options.insert(String::from("from"), Value::Null),
        Some(_) => options.insert(String::from("messaging_service_sid"), Value::Null),
        None => None,
    };
    options.remove("source");
    bearer(&mut options, "gateway_authentication");
    countries(&mut options);
    options
}

/// The unit is of the form alone.
fn in_seconds(options: &mut Map<String, Value>) {
    let unit = options.remove(UNIT);
    let step = options.get("totp").and_then(|totp| totp.get("time_step")).and_then(Value::as_u64);
    if let Some(step) = step.filter(|_| unit == Some(json!(MINUTES))) {
        form::put(options, "totp.time_step", Some(json!(step.saturating_mul(60))));
    }
}

/// A token goes along where somebody is named whom it is for.
fn bearer(options: &mut Map<String, Value>, name: &str) {
    let Some(object) = options.get_mut(name).and_then(Value::as_object_mut) else { return };
    let is_set = |part: &str| object.get(part).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if !["audience", "secret", "subject"].into_iter().any(is_set) {
        options.remove(name);
        return;
    }
    object.entry("method").or_insert(json!("bearer"));
}

/// What never said anything of passkeys goes on saying nothing while they are off: tools compare what they wrote.
fn passkeys(options: &mut Map<String, Value>, stored: &Value) {
    const METHODS: &str = "authentication_methods";
    let off = json!({ "passkey": { "enabled": false } });
    if stored.get(METHODS).is_none() && options.get(METHODS) == Some(&off) {
        options.remove(METHODS);
    }
}

/// None named is all allowed, not none.
fn countries(options: &mut Map<String, Value>) {
    let Some(ours) = options.get_mut("latchkey").and_then(Value::as_object_mut) else { return };
    match ours.get_mut("countries") {
        Some(Value::Array(list)) if list.is_empty() => drop(ours.remove("countries")),
        Some(Value::Array(list)) => {
            for country in list {
                *country = json!(country.as_str().unwrap_or_default().to_ascii_uppercase());
            }
        }
        _ => {}
    }
    if ours.is_empty() {
        options.remove("latchkey");
    }
}

fn put_params(options: &mut Map<String, Value>, stored: &Value, fields: &Query) {
    let text = fields.text("authParams").unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let params: Map<String, Value> = lines
        .map(|line| {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            (name.trim().to_owned(), json!(value.trim()))
        })
        .collect();
    match (params.is_empty(), stored.get("authParams")) {
        // Tenants of Auth0 hold an empty text.
        (true, Some(Value::String(text))) if text.is_empty() => {
            options.insert(String::from("authParams"), json!(""));
        }
        (true, _) => drop(options.remove("authParams")),
        (false, _) => drop(options.insert(String::from("authParams"), Value::Object(params))),
    }
}

/// `name=value`, each on a line.
fn lines_of(params: &Value) -> Vec<String> {
    let read = params.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let params = read.as_ref().unwrap_or(params);
    let line = |(name, value): (&String, &Value)| match value.as_str() {
        Some(text) => format!("{name}={text}"),
        None => format!("{name}={value}"),
    };
    params.as_object().map(|params| params.iter().map(line).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(strategy: &str, stored: Value, form: &str) -> Value {
        Value::Object(from_form(strategy, &stored, &Query::parse(form)))
    }

    /// M-042
    #[test]
    fn who_sends_is_one_choice() {
        let tenant =
            back("sms", json!({"provider": "twilio", "twilio_sid": "AC1"}), "provider=tenant&twilio_sid=AC1");
        assert_eq!((tenant.get("provider"), &tenant["use_tenant_provider"]), (None, &json!(true)));
        assert_eq!(to_form("sms", &tenant)["provider"], "tenant");
        let own = back(
            "sms",
            tenant,
            "provider=twilio&twilio_sid=AC1&from=%2B1&source=from&messaging_service_sid=MG1",
        );
        assert_eq!((own.get("use_tenant_provider"), &own["provider"]), (None, &json!("twilio")));
        assert_eq!((&own["from"], &own["messaging_service_sid"]), (&json!("+1"), &Value::Null));
        let service =
            back("sms", json!({}), "provider=twilio&from=%2B1&source=service&messaging_service_sid=MG1");
        assert_eq!((&service["from"], &service["messaging_service_sid"]), (&Value::Null, &json!("MG1")));
        assert_eq!(
            (to_form("sms", &service)["source"].clone(), service.get("source")),
            (json!("service"), None)
        );
        assert_eq!(back("email", json!({"provider": "smtp"}), "provider=tenant").get("provider"), None);
        assert_eq!(to_form("email", &json!({}))["provider"], "tenant");
    }

    /// M-042
    #[test]
    fn a_code_works_for_seconds_or_minutes() {
        let minutes = back("sms", json!({}), "provider=tenant&totp.time_step=5&time_unit=minutes");
        assert_eq!((&minutes["totp"]["time_step"], minutes.get("time_unit")), (&json!(300), None));
        let shown = to_form("sms", &minutes);
        assert_eq!((&shown["totp"]["time_step"], &shown["time_unit"]), (&json!(5), &json!("minutes")));
        let seconds = back("sms", json!({}), "provider=tenant&totp.time_step=45&time_unit=seconds");
        assert_eq!(seconds["totp"]["time_step"], 45);
        assert_eq!(to_form("sms", &seconds)["time_unit"], "seconds");
        assert_eq!(back("sms", json!({}), "totp.time_step=x&time_unit=minutes")["totp"]["time_step"], "x");
    }

    /// M-011, M-042
    #[test]
    fn parameters_are_lines_and_an_empty_text_stays_one() {
        let written = back(
            "email",
            json!({}),
            "authParams=scope%3Dopenid%20email%0D%0Aaudience%3Dhttps://api.example/",
        );
        assert_eq!(
            written["authParams"],
            json!({"scope": "openid email", "audience": "https://api.example/"})
        );
        assert_eq!(lines_of(&written["authParams"]), ["audience=https://api.example/", "scope=openid email"]);
        assert_eq!(lines_of(&json!("{\"a\":1}")), ["a=1"]);
        assert_eq!(back("email", json!({"authParams": ""}), "x=")["authParams"], "");
        assert_eq!(back("email", json!({"authParams": {"a": "b"}}), "x=").get("authParams"), None);
    }

    /// M-010
    #[test]
    fn what_was_left_empty_is_not_there() {
        let bare = back("sms", json!({}), "provider=sms_gateway&gateway_url=https://g.example/");
        assert_eq!((bare.get("gateway_authentication"), bare.get("latchkey")), (None, None));
        assert_eq!(bare.get("authentication_methods"), None);
        let form = "provider=sms_gateway&gateway_authentication.audience=a&gateway_authentication.secret=s&latchkey.countries=us%0D%0Ade";
        let full = back("sms", json!({"latchkey": {"senders": []}}), form);
        assert_eq!(full["gateway_authentication"]["method"], "bearer");
        assert_eq!(full["latchkey"], json!({"senders": [], "countries": ["US", "DE"]}));
    }

    /// M-042
    #[test]
    fn passkeys_are_switched_beside_codes() {
        let on = "provider=tenant&authentication_methods.passkey.enabled=on&latchkey.codes_beside_passkeys=refused";
        let on = back("email", json!({}), on);
        assert_eq!(on["authentication_methods"], json!({"passkey": {"enabled": true}}));
        assert_eq!(on["latchkey"], json!({"codes_beside_passkeys": "refused"}));
        let off = back("email", on, "provider=tenant&latchkey.codes_beside_passkeys=");
        assert_eq!(off["authentication_methods"], json!({"passkey": {"enabled": false}}));
        assert_eq!(off.get("latchkey"), None);
    }
}
