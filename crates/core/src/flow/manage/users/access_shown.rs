//! Sessions and refresh tokens as operators read them (section 2.6).

use serde_json::{Map, Value, json};

use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{RefreshFamily, Session};

impl Engine {
    pub fn shown_session(&self, session: &Session) -> Map<String, Value> {
        let at = session.auth_time.to_iso8601();
        let methods: Vec<Value> = session
            .proof
            .amr()
            .iter()
            .map(|name| json!({"name": name, "timestamp": at, "type": name}))
            .collect();
        let clients: Vec<Value> = session.clients.iter().map(|id| json!({"client_id": id})).collect();
        let (agent, ip) = (session.device.as_deref(), session.ip.as_deref());
        let device = device([
            ("initial_user_agent", agent),
            ("initial_ip", ip),
            ("last_user_agent", agent),
            ("last_ip", ip),
        ]);
        let shown = json!({
            "id": session.sid,
            "user_id": session.user,
            "created_at": session.created_at.to_iso8601(),
            "updated_at": session.last_seen_at.to_iso8601(),
            "authenticated_at": at,
            "idle_expires_at": session.idle_expires_at.to_iso8601(),
            "expires_at": session.expires_at.to_iso8601(),
            "last_interacted_at": session.last_seen_at.to_iso8601(),
            "device": device,
            "clients": clients,
            "authentication": {"methods": methods},
        });
        with_metadata(shown, "session_metadata", &session.metadata)
    }

    pub async fn shown_refresh_token(&self, family: &RefreshFamily) -> Result<Map<String, Value>, Fault> {
        let client = self.client(&family.client).await?;
        let resource_servers: Vec<Value> = family
            .audience
            .iter()
            .map(|audience| json!({"audience": audience, "scopes": family.scope}))
            .collect();
        let shown = json!({
            "id": family.id,
            "user_id": family.user,
            "created_at": family.created_at.to_iso8601(),
            "idle_expires_at": family.idle_expires_at.map(|at| at.to_iso8601()),
            "expires_at": family.expires_at.map(|at| at.to_iso8601()),
            "device": device(["initial_user_agent", "last_user_agent"].map(|name| (name, family.device.as_deref()))),
            "client_id": family.client,
            "session_id": family.session,
            "rotating": client.is_some_and(|client| client.refresh.rotating),
            "resource_servers": resource_servers,
        });
        let mut shown = with_metadata(shown, "refresh_token_metadata", &family.metadata);
        // Absent, not `null`, as in `device`.
        if let Some(at) = family.used_at {
            shown.insert("last_exchanged_at".to_owned(), json!(at.to_iso8601()));
        }
        Ok(shown)
    }
}

/// What is not known of it is absent: typed SDKs know no `null` here.
fn device<const N: usize>(told: [(&str, Option<&str>); N]) -> Value {
    let known = told.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text?))));
    Value::Object(known.collect())
}

fn with_metadata(shown: Value, name: &str, metadata: &Map<String, Value>) -> Map<String, Value> {
    let mut object = match shown {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    if !metadata.is_empty() {
        object.insert(name.to_owned(), Value::Object(metadata.clone()));
    }
    object
}
