//! What Auth0 has and we do not (section 2.23): tools that ask for all there is find nothing, in the form
//! that they asked for, and whoever writes is told that the feature is not here.

use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use latchkey_core::flow::manage::ManageError;
use latchkey_wire::management::Part;
use serde_json::{Value, json};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::{self as errors, ManagementError};
use crate::extract::{Managed, ManagedBody};

/// A path under `/api/v2`, whose segment `*` is any, and what stands under it.
struct Absent {
    path: &'static str,
    /// As whoever writes is told.
    feature: &'static str,
    found: Found,
}

/// What is read at the path itself.
enum Found {
    /// An empty list, by its key where the form has one.
    Nothing(&'static str),
    /// The same in every form.
    Always(fn() -> Value),
    /// An empty list beside the page that was asked for.
    Actions,
    /// A record that nobody made: code and message.
    NotMade(Option<&'static str>, &'static str),
    /// Not even to be read.
    NotGranted,
    /// A request that cannot come to anything here.
    OnlyWrites,
}

use Found::{Actions, Always, NotGranted, NotMade, Nothing, OnlyWrites};

const NO_TEMPLATE: Found = NotMade(Some("inexistent_templates_universal_login"), "Template does not exist.");
const NO_THEME: Found = NotMade(Some("theme_not_found"), "Theme not found");

/// The longest path counts.
#[rustfmt::skip]
const ABSENT: &[Absent] = &[
    absent("rules", "Rules", Nothing("rules")),
    absent("rules-configs", "Rules", Nothing("rules_configs")),
    absent("hooks", "Hooks", Nothing("hooks")),
    absent("actions/actions", "Actions", Actions),
    absent("actions/modules", "Actions", Always(|| json!({"modules": [], "total": 0}))),
    absent("actions/triggers", "Actions", Always(|| json!({"triggers": []}))),
    absent("actions/triggers/*/bindings", "Actions", Always(|| json!({"bindings": [], "total": 0}))),
    absent("roles", "Roles", Nothing("roles")),
    absent("organizations", "Organizations", Nothing("organizations")),
    absent("guardian/factors", "Multi-factor authentication", Always(factors)),
    absent("guardian/factors/*", "Multi-factor authentication", Always(|| json!({"enabled": false, "trial_expired": false}))),
    absent("guardian/policies", "Multi-factor authentication", Always(|| json!([]))),
    absent("connections-directory-provisionings", "Directory provisioning", Nothing("directory_provisionings")),
    absent("connections-scim-configurations", "SCIM", Nothing("scim_configurations")),
    absent("branding/themes", "Themes", NO_THEME),
    absent("branding/themes/*", "Themes", NO_THEME),
    absent("branding/templates/universal-login", "Page templates", NO_TEMPLATE),
    absent("prompts/*/partials", "Page partials", Always(|| json!({}))),
    absent("prompts/*/screen", "Page rendering", NotMade(None, "Not Found")),
    absent("prompts/rendering", "Page rendering", Always(|| json!([]))),
    absent("attack-protection/bot-detection", "Bot detection", NotGranted),
    absent("attack-protection/captcha", "Captchas", NotGranted),
    absent("risk-assessments/settings", "Risk assessments", Always(|| json!({"enabled": false}))),
    absent("risk-assessments/settings/new-device", "Risk assessments", Always(|| json!({"remember_for": 30}))),
    absent("forms", "Forms", Nothing("forms")),
    absent("flows", "Flows", Nothing("flows")),
    absent("flows/vault/connections", "Flows", Nothing("connections")),
    absent("self-service-profiles", "Self-service profiles", Nothing("self_service_profiles")),
    absent("event-streams", "Event streams", Nothing("eventStreams")),
    absent("network-acls", "Network access lists", Nothing("network_acls")),
    absent("user-attribute-profiles", "User attribute profiles", Nothing("user_attribute_profiles")),
    absent("connection-profiles", "Connection profiles", Nothing("connection_profiles")),
    absent("rate-limit-policies", "Rate limit policies", Nothing("rate_limit_policies")),
    absent("token-exchange-profiles", "Token exchange profiles", Nothing("token_exchange_profiles")),
    absent("supplemental-signals", "Supplemental signals", Always(|| json!({}))),
    absent("tickets", "Tickets", OnlyWrites),
];

const fn absent(path: &'static str, feature: &'static str, found: Found) -> Absent {
    Absent { path, feature, found }
}

/// Every path that no record of ours has.
pub async fn answer(
    State(app): State<SharedApp>,
    managed: Managed,
    request: Request,
) -> Result<Response, ManagementError> {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let path: Vec<&str> = uri.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let under = ABSENT.iter().filter(|absent| absent.stands_over(&path));
    let Some(absent) = under.max_by_key(|absent| absent.segments().count()) else {
        return Err(errors::route_not_found());
    };
    let is_itself = absent.segments().count() == path.len();
    match (method, &absent.found) {
        (_, NotGranted) => Err(errors::no_entitlement(absent.feature)),
        (Method::GET, found) if is_itself => read(found, &managed),
        (Method::GET, _) => Err(errors::route_not_found()),
        (Method::DELETE, _) => Ok(StatusCode::NO_CONTENT.into_response()),
        (_, OnlyWrites) => Err(ManageError::NotSupported(String::from(
            "This server signs people in without passwords and needs no tickets",
        ))
        .into()),
        (_, Always(value)) if is_itself => restate(absent, value(), request, &app).await,
        _ => Err(no_feature(absent)),
    }
}

/// Tools write back all that they read. What holds anyway is no write.
async fn restate(
    absent: &Absent,
    holds: Value,
    request: Request,
    app: &SharedApp,
) -> Result<Response, ManagementError> {
    let given: Value = ManagedBody::from_request(request, app).await?.read()?;
    let is_same = match (&given, &holds) {
        (Value::Object(given), Value::Object(holds)) => {
            given.iter().all(|(name, value)| holds.get(name) == Some(value))
        }
        (given, holds) => given == holds,
    };
    match is_same {
        true => Ok(answer::json(StatusCode::OK, &holds)),
        false => Err(no_feature(absent)),
    }
}

fn no_feature(absent: &Absent) -> ManagementError {
    ManageError::NoFeature(format!("{} is not a feature of this server", absent.feature)).into()
}

fn read(found: &Found, managed: &Managed) -> Result<Response, ManagementError> {
    let value = match found {
        Nothing(key) => managed.paging()?.answer(key, Part { items: Vec::new(), total: 0, next: None }),
        Always(value) => value(),
        Actions => {
            let paging = managed.paging()?;
            let page = paging.start.checked_div(paging.limit).unwrap_or(0);
            json!({"actions": [], "total": 0, "page": page, "per_page": paging.limit})
        }
        NotMade(code, message) => return Err(errors::not_made(*code, message)),
        NotGranted | OnlyWrites => return Err(errors::route_not_found()),
    };
    Ok(answer::json(StatusCode::OK, &value))
}

impl Absent {
    fn segments(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/')
    }

    fn stands_over(&self, path: &[&str]) -> bool {
        let mut asked = path.iter();
        self.segments().all(|own| asked.next().is_some_and(|segment| own == "*" || own == *segment))
    }
}

/// As tools know them, all of them off.
fn factors() -> Value {
    let names = [
        "sms",
        "push-notification",
        "otp",
        "email",
        "duo",
        "webauthn-roaming",
        "webauthn-platform",
        "recovery-code",
    ];
    let factor = |name| json!({"name": name, "enabled": false, "trial_expired": false});
    Value::Array(names.into_iter().map(factor).collect())
}
