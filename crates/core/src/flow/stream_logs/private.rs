//! What a stream hides of people (`pii_config`). Entries hold no full address anyway; this hides the masked
//! ones, too, and what else names a person.

use serde_json::{Value, json};

/// The fields that can be chosen, and what stands in for them in entries.
const FIELDS: [(&str, &[&str]); 6] = [
    ("first_name", &["given_name", "first_name"]),
    ("last_name", &["family_name", "last_name"]),
    ("username", &["user_name", "username", "nickname"]),
    ("email", &["user_name", "email", "address"]),
    ("phone", &["user_name", "phone_number", "phone", "address"]),
    ("address", &["address"]),
];

/// Names of the properties to hide; an error names the part of `pii_config` that cannot be kept to.
pub(in crate::flow) fn hidden(
    config: Option<&Value>,
) -> Result<Vec<&'static str>, (&'static str, &'static str)> {
    let Some(Value::Object(config)) = config else { return Ok(Vec::new()) };
    if config.get("method").is_some_and(|method| *method != "mask") {
        return Err(("pii_config.method", "Must be mask: hashes are not supported"));
    }
    if config.get("algorithm").is_some_and(|algorithm| !algorithm.is_null()) {
        return Err(("pii_config.algorithm", "Is for hashes, which are not supported"));
    }
    const LIST: (&str, &str) = (
        "pii_config.log_fields",
        "Must be a list of first_name, last_name, username, email, phone and address",
    );
    let fields = config.get("log_fields").and_then(Value::as_array).ok_or(LIST)?;
    let mut all = Vec::new();
    for field in fields {
        let (_, names) = FIELDS.iter().find(|(known, _)| *field == *known).ok_or(LIST)?;
        all.extend_from_slice(names);
    }
    Ok(all)
}

/// Hides the values of these names, wherever they stand.
pub(super) fn hide(names: &[&str], value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                match names.contains(&name.as_str()) && !inner.is_null() {
                    true => *inner = json!("*****"),
                    false => hide(names, inner),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| hide(names, inner)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MS-001
    #[test]
    fn chosen_fields_are_hidden_wherever_they_stand_and_nothing_else_is() {
        let config = json!({"log_fields": ["email"], "method": "mask"});
        let names = hidden(Some(&config)).unwrap();
        let mut entry = json!({
            "user_name": "a***@x", "client_name": "App",
            "details": {"before": {"identities": [{"address": "a***@x"}]}, "given_name": "Ana"},
        });
        hide(&names, &mut entry);
        let details = json!({"before": {"identities": [{"address": "*****"}]}, "given_name": "Ana"});
        assert_eq!(entry, json!({"user_name": "*****", "client_name": "App", "details": details}));
    }

    /// MS-001
    #[test]
    fn what_cannot_be_kept_to_is_named() {
        for (config, part) in [
            (json!({"log_fields": ["email"], "method": "hash"}), "pii_config.method"),
            (json!({"log_fields": ["email"], "algorithm": "xxhash"}), "pii_config.algorithm"),
            (json!({"log_fields": ["shoe_size"]}), "pii_config.log_fields"),
            (json!({"log_fields": "email"}), "pii_config.log_fields"),
            (json!({}), "pii_config.log_fields"),
        ] {
            assert_eq!(hidden(Some(&config)).unwrap_err().0, part, "{config}");
        }
        assert!(hidden(None).unwrap().is_empty());
    }
}
