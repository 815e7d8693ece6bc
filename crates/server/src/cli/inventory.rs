//! Which command makes which call of the Management API.

use latchkey_wire::management::operations::Operation;

use super::acts::{Act, Family};
use super::apis::OfApis;
use super::clients::OfClients;
use super::connections::OfConnections;
use super::families::FAMILIES;
use super::logs::OfLogs;
use super::user_acts::OfUsers;

/// Commands that are written out, by the call that they make.
#[rustfmt::skip]
const WRITTEN: &[(&str, &str)] = &[
    ("GET /connections", "connections list"),
    ("POST /connections", "connections create"),
    ("GET /connections/{id}", "connections show"),
    ("PATCH /connections/{id}", "connections update"),
    ("DELETE /connections/{id}", "connections delete"),
    ("PATCH /connections/{id}/clients", "connections enable"),
    ("DELETE /connections/{id}/users", "connections delete-user"),
    ("GET /clients", "clients list"),
    ("POST /clients", "clients create"),
    ("GET /clients/{id}", "clients show"),
    ("PATCH /clients/{id}", "clients update"),
    ("GET /users", "users list"),
    ("POST /users", "users create"),
    ("GET /users/{id}", "users show"),
    ("PATCH /users/{id}", "users update"),
    ("DELETE /users/{id}", "users delete"),
    ("DELETE /users/{id}/sessions", "users sign-out"),
    ("DELETE /user-blocks/{id}", "users unblock"),
    ("POST /jobs/users-imports", "import"),
    ("POST /jobs/users-exports", "export"),
    ("GET /grants", "users consents"),
    ("DELETE /grants/{id}", "users revoke-consent"),
    ("GET /logs", "logs list"),
    ("GET /logs/chain", "logs verify"),
    ("GET /keys/signing", "keys list"),
    ("GET /keys/signing/{kid}", "keys show"),
    ("POST /keys/signing/rotate", "keys rotate"),
    ("PUT /keys/signing/{kid}/revoke", "keys revoke"),
    ("GET /admins", "admins list"),
    ("POST /admins", "admins add"),
    ("GET /admins/{id}", "admins show"),
    ("PATCH /admins/{id}", "admins role"),
    ("DELETE /admins/{id}", "admins remove"),
    ("POST /admins/{id}/entry-link", "admins link"),
    ("GET /admins/{id}/passkeys", "admins passkeys"),
    ("PATCH /admins/{id}/passkeys/{passkey}", "admins rename-passkey"),
    ("DELETE /admins/{id}/passkeys/{passkey}", "admins remove-passkey"),
    ("GET /admins/{id}/sessions", "admins sessions"),
    ("DELETE /admins/{id}/sessions", "admins sign-out"),
    ("DELETE /admins/{id}/sessions/{session}", "admins sign-out"),
];

/// Acts beside the commands that are written out.
const BESIDE: [(&str, &[Act]); 5] = [
    ("apis", OfApis::ACTS),
    ("clients", OfClients::ACTS),
    ("connections", OfConnections::ACTS),
    ("logs", OfLogs::ACTS),
    ("users", OfUsers::ACTS),
];

/// As it is typed after `latchkey`; `None` where `latchkey api` alone makes it.
pub fn command_of(operation: &Operation) -> Option<String> {
    let call = format!("{} {}", operation.method, operation.path);
    let written = || WRITTEN.iter().find(|(made, _)| fits(made, &call)).map(|(_, name)| (*name).to_owned());
    let families = FAMILIES.iter().map(|family| (family.name, family.acts)).chain(BESIDE);
    let acts: Vec<_> = families.flat_map(|(name, acts)| acts.iter().map(move |act| (name, act))).collect();
    let named = |found: Option<&(&str, &Act)>| found.map(|(name, act)| format!("{name} {}", act.name));
    // Where two fit, the one that names no argument for what is a word is meant.
    let exact = acts.iter().find(|(_, act)| shape(act.call) == shape(&call));
    named(exact).or_else(written).or_else(|| named(acts.iter().find(|(_, act)| fits(act.call, &call))))
}

/// With every argument alike.
fn shape(call: &str) -> Vec<&str> {
    call.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect()
}

/// Whether the call is made by that, whose arguments may stand for anything.
fn fits(made: &str, call: &str) -> bool {
    let (made, call) = (shape(made), shape(call));
    made.len() == call.len() && made.iter().zip(&call).all(|(one, other)| one == other || *one == "{}")
}

#[cfg(test)]
mod tests {
    use latchkey_wire::management::operations;

    use super::*;

    /// No page of the dashboard does these: what devices and machines call, and what always answers the same.
    const GENERAL: [&str; 4] = [
        "POST /device-credentials",
        "POST /jobs/verification-email",
        "POST /users/{id}/authentication-methods",
        "PUT /users/{id}/authentication-methods",
    ];

    #[test]
    fn every_operation_has_a_command_that_exists() {
        let root = crate::cli::command();
        let mut general = Vec::new();
        for operation in operations::ALL {
            let Some(typed) = command_of(operation) else {
                general.push(format!("{} {}", operation.method, operation.path));
                continue;
            };
            let mut command = &root;
            for word in typed.split(' ') {
                command = command.find_subcommand(word).unwrap_or_else(|| panic!("latchkey {typed}"));
            }
        }
        general.sort();
        let mut wanted = GENERAL.map(String::from).to_vec();
        wanted.sort();
        assert_eq!(general, wanted);
    }

    #[test]
    fn every_act_makes_a_call_that_there_is() {
        let families = FAMILIES.iter().map(|family| (family.name, family.acts)).chain(BESIDE);
        for (name, acts) in families {
            for act in acts {
                let made = |operation: &Operation| {
                    fits(act.call, &format!("{} {}", operation.method, operation.path))
                };
                assert!(operations::ALL.iter().any(made), "{name} {}: {}", act.name, act.call);
            }
        }
        let root = crate::cli::command();
        for family in FAMILIES {
            let about = root.find_subcommand(family.name).and_then(clap::Command::get_about);
            assert_eq!(about.map(ToString::to_string).as_deref(), Some(family.about));
        }
        root.debug_assert();
    }
}
