//! A server of `latchkey dev` in a folder of its own, and its inbox.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{BINARY, request};

pub struct Dev {
    child: Child,
    pub folder: TempDir,
    pub facts: Value,
}

impl Dev {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(BINARY)
            .args(["dev", "--port", "0", "--tls-port", "0"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..800 {
            if let Ok(bytes) = std::fs::read(folder.path().join(".latchkey/dev.json")) {
                return Self { child, folder, facts: serde_json::from_slice(&bytes).unwrap() };
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        child.kill().ok();
        child.wait().ok();
        panic!("dev mode wrote no dev.json");
    }

    pub fn text(&self, name: &str) -> &str {
        self.facts[name].as_str().unwrap()
    }

    /// Waits for the newest message to an address, and gives its code.
    pub fn code(&self, to: &str) -> String {
        self.message(to)["code"].as_str().unwrap().to_owned()
    }

    /// Waits for the newest message to an address.
    pub fn message(&self, to: &str) -> Value {
        let port = self.text("http_url").rsplit(':').next().unwrap().parse().unwrap();
        let path = format!("/dev/inbox/messages?to={}&wait=20", to.replace('+', "%2B").replace('@', "%40"));
        let (status, answer) = request(port, "GET", &path, "").unwrap();
        assert_eq!(status, 200, "{answer}");
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        answer["messages"][0].take()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
