//! An answer as text, without what differs from one answer to the next: the request's id, ids that are
//! made anew, and the values of cookies.

use serde_json::Value;

use super::Answer;

impl Answer {
    /// Status, headers in their order and body; equal for answers that nobody can tell apart.
    pub fn masked(&self) -> String {
        let mut text = format!("{}\n", self.status.as_u16());
        for (name, value) in &self.headers {
            let value = match name.as_str() {
                "x-auth0-requestid" => "*",
                "set-cookie" => &cookie(value.to_str().unwrap()),
                _ => value.to_str().unwrap(),
            };
            text.push_str(&format!("{name}: {value}\n"));
        }
        text + "\n" + &self.masked_body()
    }

    fn masked_body(&self) -> String {
        let Ok(body) = serde_json::from_str::<Value>(&self.text) else { return self.text.clone() };
        if let Some(id) = body.get("_id").and_then(Value::as_str) {
            assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
            return self.text.replace(id, "*");
        }
        match body.get("auth_session").and_then(Value::as_str) {
            // Its length would tell something, too.
            Some(session) => self.text.replace(session, &"*".repeat(session.len())),
            None => self.text.clone(),
        }
    }
}

/// Name and attributes.
fn cookie(line: &str) -> String {
    let (name, rest) = line.split_once('=').unwrap();
    let (_, attributes) = rest.split_once(';').unwrap_or((rest, ""));
    format!("{name}=*;{attributes}")
}
