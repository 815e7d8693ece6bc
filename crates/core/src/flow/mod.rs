//! One act, one file: each reads top to bottom as the rule it is.

pub mod allowed_origins;
pub mod associate_apps;
pub mod authenticate_client;
pub mod authorize;
pub mod browser;
pub mod client_info;
pub mod co_authenticate;
pub mod delegate;
pub mod deliver;
pub mod device;
pub mod discovery;
mod draft_challenge;
pub mod introspect;
pub mod log_out;
pub mod maintain;
pub mod push_authorization;
pub mod redeem;
pub mod resource_owner;
pub mod revoke;
pub mod save_client;
pub mod save_connection;
pub mod sign_in;
pub mod sso_data;
pub mod start_passwordless;
pub mod token_info;
pub mod user_info;
pub mod verify_code;
