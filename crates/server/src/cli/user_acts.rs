//! What else `latchkey users` does, a call each.

use super::acts::Shown::{Done, Record, Table as List};
use super::acts::{Act, Body, Family, Table};
use super::families::TOKENS;

pub struct OfUsers;

const PEOPLE: Table = Table {
    name: "",
    columns: &[
        ("USER ID", "/user_id"),
        ("PHONE NUMBER", "/phone_number"),
        ("EMAIL", "/email"),
        ("NAME", "/name"),
    ],
    none: "Nobody has this address.",
};

impl Family for OfUsers {
    #[rustfmt::skip]
    const ACTS: &'static [Act] = &[
        Act::new("by-email", "Who has an email address", "GET /users-by-email", List(&PEOPLE))
            .asks(&[("email", "The address")]),
        Act::new("by-phone", "Who has a phone number", "GET /users-by-phone", List(&PEOPLE))
            .asks(&[("phone_number", "The number, as +14155550100")]),
        Act::new("link", "Joins another user into this one", "POST /users/{user_id}/identities", Record)
            .takes(Body::Some, "latchkey users link 'sms|…' provider=email 'user_id=…'"),
        Act::new("unlink", "Makes an identity a user of its own", "DELETE /users/{user_id}/identities/{provider}/{id}", Record),
        Act::new("sessions", "Where a user is signed in", "GET /users/{user_id}/sessions", List(&Table {
            name: "sessions",
            columns: &[("ID", "/id"), ("SINCE", "/authenticated_at"), ("SEEN", "/last_interacted_at"), ("IP", "/device/last_ip")],
            none: "This user is signed in nowhere.",
        })),
        Act::new("refresh-tokens", "The refresh tokens of a user", "GET /users/{user_id}/refresh-tokens", List(&Table {
            name: "tokens",
            columns: TOKENS,
            none: "This user has no refresh tokens.",
        })),
        Act::new("revoke-refresh-tokens", "Revokes all of them", "DELETE /users/{user_id}/refresh-tokens", Done("revoked")),
        Act::new("revoke-access", "Ends sessions and refresh tokens", "POST /users/{user_id}/revoke-access", Done("revoked"))
            .takes(Body::Any, "latchkey users revoke-access 'sms|…' preserve_refresh_tokens=true"),
        Act::new("logs", "What a user did", "GET /users/{user_id}/logs", List(&Table {
            name: "logs",
            columns: &[("AT", "/date"), ("TYPE", "/type"), ("WHAT", "/description"), ("CLIENT", "/client_id"), ("IP", "/ip"), ("ID", "/log_id")],
            none: "Nothing is noted of this user.",
        })),
        Act::new("methods", "How a user signs in", "GET /users/{user_id}/authentication-methods", List(&Table {
            name: "authenticators",
            columns: &[("ID", "/id"), ("TYPE", "/type"), ("PHONE NUMBER", "/phone_number"), ("EMAIL", "/email"), ("CONFIRMED", "/confirmed"), ("DOMAIN", "/relying_party_identifier")],
            none: "This user has no way to sign in.",
        })),
        Act::new("method", "One of these ways", "GET /users/{user_id}/authentication-methods/{method}", Record),
        Act::new("rename-method", "Names a passkey of a user", "PATCH /users/{user_id}/authentication-methods/{method}", Record)
            .takes(Body::Some, "latchkey users rename-method 'sms|…' 'passkey|…' name=Phone"),
        Act::new("delete-method", "Takes a passkey from a user", "DELETE /users/{user_id}/authentication-methods/{method}", Done("deleted")),
        Act::new("clear-methods", "Takes all that was enrolled from a user", "DELETE /users/{user_id}/authentication-methods", Done("cleared")),
        Act::new("revoke-consents", "Takes back everything that a user allowed", "DELETE /grants", Done("revoked"))
            .asks(&[("user_id", "Whose")]),
    ];
}
