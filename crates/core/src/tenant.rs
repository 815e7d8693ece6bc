//! What operators set for the whole tenant at run time, with the configuration where they set nothing.
//! [`crate::flow::manage::tenant`] checks what is written.

use serde_json::{Map, Value};

use crate::branding::Branding;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{DEVICE_KEY_LIFE, Document, DocumentKind};
use crate::settings::{Settings, Support};
use crate::store::StoreResult;

/// Passkeys of one user, unless an operator says how many.
const MAX_PASSKEYS: u32 = 10;
/// Days until somebody is asked again whether to add a passkey, unless an operator says how many.
const PASSKEY_OFFER_DAYS: u32 = 30;

#[derive(Clone, Debug, PartialEq)]
pub struct TenantSettings {
    /// As mails name the operator.
    pub friendly_name: String,
    pub support: Support,
    /// Seconds that a browser stays signed in at most, and without being used.
    pub session_lifetime: u32,
    pub session_idle_lifetime: u32,
    /// Sessions end with the browser's window, whatever people choose.
    pub forgets_sessions: bool,
    /// The API of requests that name none.
    pub default_audience: Option<String>,
    /// The connection of requests that name none.
    pub default_directory: Option<String>,
    /// Where people go on from an error that no client can be told of.
    pub default_redirection_uri: Option<String>,
    /// Where people may go on from a sign-out that names no client.
    pub logout_urls: Vec<String>,
    /// Only clients that prove themselves may start a sign-in by code.
    pub proves_starts: bool,
    /// A new client gets every connection that there is.
    pub joins_new_clients: bool,
    /// Whoever revokes a refresh token revokes with it all that its person gave the client.
    pub revokes_grants: bool,
    /// People can sign up and in with passkeys, where a connection lets them.
    pub passkeys: bool,
    /// Most passkeys of one user.
    pub max_passkeys: u32,
    /// Devices can enrol keys and sign in by them; those of Touch ID have switches of their own.
    pub device_keys: bool,
    /// Seconds from its enrolment after which a device has to enrol anew (S-068).
    pub device_key_life: i64,
    /// Days until a person, or a browser, is asked again whether to add a passkey. 0: nobody is asked.
    pub passkey_offer_days: u32,
    /// People have a page of their account, and may delete it there.
    pub account: bool,
    pub account_deletion: bool,
    /// Who has no email address is told of changes of their account by text message.
    pub sms_notices: bool,
    /// Texts go out by the tenant's phone provider, whatever the connections say.
    pub one_phone_provider: bool,
    /// How pages and mails look.
    pub branding: Branding,
}

impl TenantSettings {
    /// Of what is written in the settings and in the branding.
    pub fn read(document: Option<&Document>, branding: Option<&Document>, settings: &Settings) -> Self {
        let none = Map::new();
        let body = document.map_or(&none, |document| &document.body);
        let text = |name: &str| {
            let text = body.get(name).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let list = body.get("allowed_logout_urls").and_then(Value::as_array).into_iter().flatten();
        let flags = body.get("flags").and_then(Value::as_object).unwrap_or(&none);
        let passkeys = body.get("passkeys").and_then(Value::as_object).unwrap_or(&none);
        let device_keys = body.get("device_keys").and_then(Value::as_object).unwrap_or(&none);
        let days = device_keys.get("max_age_days").and_then(Value::as_i64);
        let account = body.get("account").and_then(Value::as_object).unwrap_or(&none);
        let is_off = |name: &str| account.get(name) == Some(&Value::Bool(false));
        let of_passkeys = |name: &str| passkeys.get(name).and_then(Value::as_u64)?.try_into().ok();
        let cookie = body.get("session_cookie").and_then(|cookie| cookie.get("mode"));
        let lifetime = seconds(body.get("session_lifetime")).unwrap_or(settings.session_lifetime);
        let idle = seconds(body.get("idle_session_lifetime")).unwrap_or(settings.session_idle_lifetime);
        Self {
            friendly_name: text("friendly_name").unwrap_or_else(|| settings.tenant.clone()),
            support: Support {
                email: text("support_email").or_else(|| settings.support.email.clone()),
                url: text("support_url").or_else(|| settings.support.url.clone()),
            },
            session_lifetime: lifetime,
            session_idle_lifetime: idle.min(lifetime),
            forgets_sessions: cookie.and_then(Value::as_str) == Some("non-persistent"),
            default_audience: text("default_audience"),
            default_directory: text("default_directory"),
            default_redirection_uri: text("default_redirection_uri"),
            logout_urls: list.filter_map(Value::as_str).map(str::to_owned).collect(),
            proves_starts: is_true(flags.get("enforce_client_authentication_on_passwordless_start")),
            joins_new_clients: is_true(flags.get("enable_client_connections")),
            revokes_grants: is_true(flags.get("revoke_refresh_token_grant")),
            passkeys: passkeys.get("enabled") != Some(&Value::Bool(false)),
            max_passkeys: of_passkeys("max_per_user").unwrap_or(MAX_PASSKEYS),
            passkey_offer_days: of_passkeys("offer_days").unwrap_or(PASSKEY_OFFER_DAYS),
            device_keys: device_keys.get("enabled") != Some(&Value::Bool(false)),
            device_key_life: days.map_or(DEVICE_KEY_LIFE, |days| days.saturating_mul(86_400)),
            account: !is_off("enabled"),
            account_deletion: !is_off("allow_delete"),
            sms_notices: !is_off("sms_notices"),
            one_phone_provider: is_true(body.get("phone_consolidated_experience")),
            branding: Branding::read(branding, document),
        }
    }
}

fn is_true(value: Option<&Value>) -> bool {
    value == Some(&Value::Bool(true))
}

/// Hours, perhaps with a fraction, in seconds.
fn seconds(hours: Option<&Value>) -> Option<u32> {
    let seconds = (hours?.as_f64()? * 3600.0).round();
    // Checked when it was written; the cast saturates.
    (seconds >= 1.0).then_some(seconds as u32)
}

impl Engine {
    /// Read from the store at most once a second.
    pub async fn tenant(&self) -> Result<TenantSettings, Fault> {
        Ok(self.read_tenant_settings().await?)
    }

    pub(crate) async fn read_tenant_settings(&self) -> StoreResult<TenantSettings> {
        let [tenant, branding] = [DocumentKind::Tenant, DocumentKind::Branding];
        let tenant = self.document(tenant, tenant.word()).await?;
        let branding = self.document(branding, branding.word()).await?;
        Ok(TenantSettings::read(Option::as_ref(&tenant), Option::as_ref(&branding), &self.settings))
    }
}
