//! The import, by the command that operators use.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::tool::Tool;
use crate::process::Served;
use crate::setup::{EMAIL_CONNECTION, Places};
use crate::users::email_address;

/// Users in one file, which is as many as a job takes.
const IN_A_FILE: u64 = 500_000;
const TOO_LONG: Duration = Duration::from_secs(600);

/// Files of users, an object a line.
pub struct Files {
    pub paths: Vec<PathBuf>,
    pub users: u64,
}

impl Files {
    pub fn write(folder: &Path, users: u64) -> Result<Self> {
        let mut paths = Vec::new();
        for first in (0..users).step_by(usize::try_from(IN_A_FILE)?) {
            let path = folder.join(format!("users-from-{first}.ndjson"));
            let mut file = BufWriter::new(std::fs::File::create(&path)?);
            for index in first..users.min(first + IN_A_FILE) {
                let user = json!({
                    "user_id": format!("m{index}"), "email": email_address(index), "email_verified": true,
                    "name": format!("{} {}", pick(GIVEN, index), pick(FAMILY, index / 7)),
                    "user_metadata": {"plan": pick(PLANS, index)},
                });
                writeln!(file, "{user}")?;
            }
            file.flush()?;
            // Or the disk would still be busy with it while sign-ins are measured.
            file.get_ref().sync_all()?;
            paths.push(path);
        }
        Ok(Self { paths, users })
    }
}

pub const GIVEN: &[&str] =
    &["Ada", "Bora", "Chidi", "Dana", "Emil", "Fatima", "Goran", "Hana", "Ines", "Jonas", "Kofi"];
pub const FAMILY: &[&str] = &["Abel", "Brown", "Costa", "Diaz", "Endo", "Fischer", "Garcia", "Haddad", "Ito"];
const PLANS: &[&str] = &["free", "team", "large"];

pub fn pick(names: &[&'static str], index: u64) -> &'static str {
    let at = usize::try_from(index % names.len() as u64).unwrap_or_default();
    names.get(at).copied().unwrap_or_default()
}

pub struct Import {
    commands: Vec<Child>,
}

impl Import {
    /// One command for each file, all at once: the server takes them up as it has places.
    pub fn start(places: &Places, served: &Served, tool: &Tool, paths: &[PathBuf]) -> Result<Self> {
        let start = |path: &PathBuf| {
            Command::new(&places.binary)
                .args(["import", "--connection", EMAIL_CONNECTION, "--json"])
                .arg(path)
                .env("LATCHKEY_URL", format!("http://{}", served.address))
                .env("LATCHKEY_TOKEN", &tool.token)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .context("cannot start the import")
        };
        Ok(Self { commands: paths.iter().map(start).collect::<Result<_>>()? })
    }

    /// Until so many users are in.
    pub fn wait(&mut self, tool: &Tool, served: &Served, users: u64) -> Result<()> {
        let begin = Instant::now();
        while tool.imported(served)? < users {
            for command in &mut self.commands {
                ensure!(command.try_wait()?.is_none_or(|status| status.success()), "the import was refused");
            }
            ensure!(begin.elapsed() < TOO_LONG, "the import does not go on");
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }

    /// Until the commands have ended; the progress that they told.
    pub fn finish(self) -> Result<Vec<u64>> {
        let mut progress = Vec::new();
        for command in self.commands {
            let output = command.wait_with_output()?;
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            if !output.status.success() {
                bail!("the import failed: {told}");
            }
            let done: Value = serde_json::from_slice(&output.stdout)?;
            let failed = done.pointer("/job/summary/failed").and_then(Value::as_u64);
            ensure!(failed == Some(0), "{failed:?} users did not come in");
            progress.extend(told.lines().filter_map(share));
        }
        Ok(progress)
    }
}

/// Of a line such as `importing: 40 %, about 12 s left`.
fn share(line: &str) -> Option<u64> {
    line.strip_prefix("importing: ")?.split(' ').next()?.parse().ok()
}
