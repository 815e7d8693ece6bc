//! Who may depend on whom. The layout in ARCHITECTURE.md is true because this fails otherwise.

use serde_json::Value;

/// Each crate of ours and those that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("wire", &[]),
    ("words", &[]),
    ("core", &["wire"]),
    ("store", &["core", "wire"]),
    ("delivery", &["core", "wire", "words"]),
    ("passkey", &["core", "wire"]),
    ("http", &["core", "wire", "words"]),
    ("server", &["wire", "words", "core", "store", "delivery", "passkey", "http", "client"]),
    ("client", &["wire", "words"]),
    ("client-c", &["client", "words"]),
    ("client-uniffi", &["client"]),
    ("testkit", &["wire", "core", "store", "http", "delivery", "passkey"]),
    ("bench", &["wire", "core", "store", "delivery", "http", "server", "testkit"]),
];

/// Whose tests drive which crate that it does not depend on: the client against the endpoints.
const DRIVEN: &[(&str, &str)] = &[("http", "client")];

/// Dependencies that stand behind one wall each, and the crates inside of it.
const WALLS: &[(&str, &[&str])] = &[
    ("axum", &["http", "testkit", "bench"]),
    ("hyper", &["http", "server", "testkit", "bench"]),
    ("rusqlite", &["store", "bench"]),
    ("tokio-postgres", &["store"]),
    ("deadpool-postgres", &["store"]),
    ("reqwest", &["delivery", "server"]),
    ("ring", &["client"]),
    ("ureq", &["client"]),
    ("clap", &["server", "bench", "xtask"]),
    ("anyhow", &["server", "bench", "xtask"]),
    ("askama", &["http"]),
    ("fluent-bundle", &["words"]),
    ("webauthn-rs-core", &["passkey"]),
    ("serde_cbor_2", &["passkey", "testkit"]),
    ("uniffi", &["client-uniffi"]),
    ("rustls-webpki", &["passkey"]),
    ("x509-parser", &["passkey"]),
];

pub fn findings(metadata: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    for package in list(metadata, "packages") {
        let name = ours(text(package, "name"));
        for dependency in list(package, "dependencies") {
            let to = text(dependency, "name");
            let for_tests = text(dependency, "kind") == "dev";
            if let Some(wrong) = wrong(name, to, for_tests) {
                findings.push(wrong);
            }
        }
    }
    findings
}

fn wrong(from: &str, to: &str, for_tests: bool) -> Option<String> {
    if let Some(crate_of_ours) = to.strip_prefix("latchkey-") {
        let allowed = ARROWS.iter().find(|(name, _)| *name == from).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed else {
            return Some(format!("{from} has no arrows in xtask/src/lint/arrows.rs, yet depends on {to}"));
        };
        let tried_here = DRIVEN.contains(&(from, crate_of_ours));
        let in_tests = for_tests && (crate_of_ours == "testkit" || from == crate_of_ours || tried_here);
        let kept_for_tests = crate_of_ours == "testkit" && !for_tests && from != "bench";
        let good = in_tests || (allowed.contains(&crate_of_ours) && !kept_for_tests);
        return (!good).then(|| format!("{from} may not depend on {to}"));
    }
    let (_, inside) = WALLS.iter().find(|(name, _)| *name == to)?;
    let good = for_tests || inside.contains(&from);
    (!good).then(|| format!("{from} may not depend on {to}; only {} may", inside.join(", ")))
}

fn ours(name: &str) -> &str {
    name.strip_prefix("latchkey-").unwrap_or(name)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_depends_on_wire_and_nothing_else_of_ours() {
        assert_eq!(wrong("core", "latchkey-wire", false), None);
        assert_eq!(wrong("core", "latchkey-testkit", true), None);
        assert!(wrong("core", "latchkey-testkit", false).is_some());
        assert!(wrong("core", "latchkey-store", false).is_some());
        assert!(wrong("core", "latchkey-store", true).is_some());
    }

    #[test]
    fn a_crate_without_arrows_is_named() {
        assert!(wrong("novelty", "latchkey-core", false).is_some());
    }

    #[test]
    fn heavy_dependencies_stay_behind_their_walls() {
        assert_eq!(wrong("store", "rusqlite", false), None);
        assert!(wrong("core", "rusqlite", false).is_some());
        assert!(wrong("store", "axum", false).is_some());
        assert_eq!(wrong("store", "serde", false), None);
    }
}
