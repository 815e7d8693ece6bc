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
        let id = serde_json::from_str(&self.text).ok().and_then(|body: Value| {
            let id = body.get("_id")?.as_str()?.to_owned();
            assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
            Some(id)
        });
        id.map_or_else(|| self.text.clone(), |id| self.text.replace(&id, "*"))
    }
}

/// Name and attributes.
fn cookie(line: &str) -> String {
    let (name, rest) = line.split_once('=').unwrap();
    let (_, attributes) = rest.split_once(';').unwrap_or((rest, ""));
    format!("{name}=*;{attributes}")
}
