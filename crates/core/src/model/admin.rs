//! An administrator: a person who may use the dashboard. Never a user of the tenant.

use latchkey_wire::Scopes;
use latchkey_wire::management::scope;
use serde::{Deserialize, Serialize};

/// The body of the document; its name is the email address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admin {
    pub email: String,
    pub role: Role,
}

/// What an administrator may do: scopes of the Management API, and nothing beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but administrators, keys, stored secrets, and who may call the Management API.
    Editor,
    /// Reads all but stored secrets.
    Viewer,
}

/// What only owners see or do, by the entity of the scope.
const OWNERS: [&str; 7] = [
    "admins",
    "client_credentials",
    "client_grants",
    "client_keys",
    "connections_options",
    "signing_keys",
    "user_idp_tokens",
];

impl Role {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Owner, Self::Editor, Self::Viewer].into_iter().find(|role| role.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }

    pub fn scopes(self) -> Scopes {
        scope::ALL.iter().filter(|scope| self.has(scope)).map(|scope| (*scope).to_owned()).collect()
    }

    fn has(self, scope: &str) -> bool {
        let Some((act, entity)) = scope.split_once(':') else { return false };
        let is_secret = matches!(entity, "client_keys" | "connections_options" | "user_idp_tokens");
        match self {
            Self::Owner => true,
            Self::Editor => !OWNERS.contains(&entity) || (act == "read" && !is_secret),
            Self::Viewer => act == "read" && !is_secret,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_less_than_the_one_above_it() {
        let [owner, editor, viewer] = [Role::Owner, Role::Editor, Role::Viewer].map(Role::scopes);
        assert!(editor.is_subset_of(&owner) && viewer.is_subset_of(&editor));
        for scope in ["update:connections", "delete:users"] {
            assert!(editor.contains(scope) && !viewer.contains(scope), "{scope}");
        }
        for scope in ["update:admins", "create:client_grants", "read:client_keys", "create:signing_keys"] {
            assert!(owner.contains(scope) && !editor.contains(scope), "{scope}");
        }
        assert!(viewer.contains("read:signing_keys") && !viewer.contains("read:connections_options"));
    }
}
