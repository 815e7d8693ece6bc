//! A server with a tool that moves users in and out of it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{BINARY, Running, free_port, latchkey, post, request_with, text};

pub struct Place {
    pub folder: TempDir,
    pub port: u16,
    secret: String,
}

impl Place {
    /// Configured over the store of that URL, in which `{folder}` is a folder of its own.
    pub fn new(store: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let store = store.replace("{folder}", &folder.path().display().to_string());
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\n[store]\nurl = \"{store}\"\n[keys]\nmaster_key_file = \"master.key\"\n[inbox]\nenabled = true\n[limits]\nenabled = false\n"
        );
        std::fs::write(folder.path().join("latchkey.toml"), config).unwrap();
        let audience = format!(
            "http://127.0.0.1:{port}/api/v2/=create:users read:users update:users read:connections update:connections read:logs"
        );
        let run = |arguments: &[&str]| {
            let output = latchkey(folder.path(), arguments);
            assert!(output.status.success(), "{}", text(&output.stderr));
            serde_json::from_slice::<Value>(&output.stdout).unwrap()
        };
        let made = run(&["clients", "create", "tool", "--type", "machine", "--audience", &audience]);
        for strategy in ["sms", "email"] {
            let connection = ["connections", "create", strategy, "--strategy", strategy];
            run(&[&connection[..], &["--option", "provider=inbox"]].concat());
        }
        Self { secret: made["client_secret"].as_str().unwrap().to_owned(), folder, port }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn serve(&self) -> Running {
        Running::serve(self.path(), self.port)
    }

    pub fn token(&self) -> String {
        let body = json!({
            "grant_type": "client_credentials", "client_id": "tool", "client_secret": self.secret,
            "audience": format!("http://127.0.0.1:{}/api/v2/", self.port),
        });
        let (_, answer) = post(self.port, "/oauth/token", &body).unwrap();
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// `None` when the server went away.
    pub fn get(&self, token: &str, path: &str) -> Option<Value> {
        let head = format!("authorization: Bearer {token}\r\n");
        let (_, body) = request_with(self.port, "GET", &format!("/api/v2{path}"), &head, "")?;
        serde_json::from_str(&body).ok()
    }

    /// A command against this server.
    pub fn command_with(&self, arguments: &[&str], token: &str) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(arguments)
            .current_dir(self.path())
            .env("LATCHKEY_URL", format!("http://127.0.0.1:{}", self.port))
            .env("LATCHKEY_TOKEN", token)
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command_with(arguments, &self.token()).output().unwrap()
    }

    pub fn write(&self, name: &str, users: &Value) {
        std::fs::write(self.path().join(name), users.to_string()).unwrap();
    }
}

/// A new database on the PostgreSQL of the tests.
#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
pub fn database(name: &str) -> String {
    let base = std::env::var("LATCHKEY_TEST_POSTGRES")
        .expect("LATCHKEY_TEST_POSTGRES must be the URL of a PostgreSQL server; cargo xtask test starts one");
    let name = format!("{name}_{}", std::process::id());
    let made = Command::new("psql").args([&base, "-c", &format!("CREATE DATABASE {name}")]).output().unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let (server, _) = base.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}
