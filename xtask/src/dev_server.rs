//! `latchkey dev` in a temporary folder, on ports that the system gives, for one suite.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

pub struct DevServer {
    process: Child,
    folder: TempDir,
    /// What the server wrote into `dev.json`.
    ca_file: PathBuf,
}

impl DevServer {
    pub fn start(binary: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("latchkey-dev-").tempdir()?;
        let log = std::fs::File::create(folder.path().join("server.log"))?;
        std::fs::write(folder.path().join("clock"), "0")?;
        let process = Command::new(binary)
            .args(["dev", "--port", "0", "--tls-port", "0", "--dir"])
            .arg(folder.path())
            .arg("--clock-file")
            .arg(folder.path().join("clock"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let mut server = Self { process, folder, ca_file: PathBuf::new() };
        server.ca_file = server.wait_until_ready()?;
        Ok(server)
    }

    pub fn dev_json(&self) -> PathBuf {
        self.folder.path().join("dev.json")
    }

    /// Holds the seconds that the server's clock is ahead.
    pub fn clock_file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// What the server said, for a failed suite.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    fn wait_until_ready(&mut self) -> Result<PathBuf> {
        for _ in 0..300 {
            if let Some(status) = self.process.try_wait()? {
                bail!("latchkey dev ended early ({status}):\n{}", self.log());
            }
            let text = std::fs::read(self.dev_json()).unwrap_or_default();
            if let Ok(facts) = serde_json::from_slice::<Value>(&text) {
                let file = facts.get("ca_file").and_then(Value::as_str).context("dev.json has no ca_file")?;
                return Ok(PathBuf::from(file));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("latchkey dev wrote no dev.json in 30 s:\n{}", self.log())
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
