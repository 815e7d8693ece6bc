//! What sends for the connections that name nobody, and whether it does.

use http::StatusCode;
use serde_json::json;

use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, Refused, list};

pub struct TenantProvider {
    pub path: &'static str,
    pub name: &'static str,
    pub state: &'static str,
}

impl TenantProvider {
    pub async fn read(app: &SharedApp, visit: &AdminVisit, strategy: &str) -> Result<Self, Refused> {
        let api = Api::of(app, visit);
        if strategy != "email" {
            let found = api.get("/branding/phone/providers").await?;
            let first = list(&found, "/providers").first();
            let state = first.map(|one| if one.get("disabled") == Some(&json!(true)) { "Off" } else { "On" });
            let (path, name) = ("/dashboard/phone", "Phone provider");
            return Ok(Self { path, name, state: state.unwrap_or("Not set up") });
        }
        let state = match api.get("/emails/provider").await {
            Ok(found) if found.get("enabled") == Some(&json!(false)) => "Off",
            Ok(_) => "On",
            Err(refused) if refused.status == StatusCode::NOT_FOUND => "Not set up",
            Err(refused) => return Err(refused),
        };
        Ok(Self { path: "/dashboard/email", name: "Email provider", state })
    }
}
