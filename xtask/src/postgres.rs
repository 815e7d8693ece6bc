//! A PostgreSQL of one's own for the length of a test run: a free port on loopback, no password, no
//! fsync, in a temporary folder. It ends with its owner, also when that one is killed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::needs::is_root;

pub struct Postgres {
    server: Child,
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Postgres {
    /// For tests: without fsync.
    pub fn start() -> Result<Self> {
        Self::start_with(&["fsync=off", "full_page_writes=off"])
    }

    /// For measuring: as durable as in production.
    pub fn start_durable() -> Result<Self> {
        Self::start_with(&["fsync=on", "synchronous_commit=on"])
    }

    fn start_with(settings: &[&str]) -> Result<Self> {
        let programs = programs().context("no PostgreSQL programs on this machine (package postgresql)")?;
        let folder = tempfile::Builder::new().prefix("latchkey-pg-").tempdir()?;
        let owner = Owner::choose();
        owner.take(folder.path())?;
        let data = folder.path().join("data");
        let output = owner
            .command(&programs.join("initdb"))
            .args(["--auth=trust", "--username=latchkey", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .context("cannot start initdb")?;
        if !output.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        let port = free_port()?;
        let server = owner
            .command(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-k", "", "-c", "listen_addresses=127.0.0.1"])
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .args(["-c", "max_connections=400"])
            .args(["-c", "log_min_messages=fatal"])
            .spawn()
            .context("cannot start postgres")?;
        let mut database = Self { server, folder, programs, port };
        database.wait_until_ready()?;
        println!("PostgreSQL listens on 127.0.0.1:{port}");
        Ok(database)
    }

    pub fn pid(&self) -> u32 {
        self.server.id()
    }

    pub fn url(&self) -> String {
        format!("postgres://latchkey@127.0.0.1:{}/postgres", self.port)
    }

    /// An error when it is no more: it says more than what every test says after that.
    pub fn expect_alive(&mut self) -> Result<()> {
        if let Some(status) = self.server.try_wait()? {
            bail!("PostgreSQL ended before the tests did ({status}); what it said last is above them");
        }
        Ok(())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        for _ in 0..300 {
            let ready = Command::new(self.programs.join("pg_isready"))
                .args([
                    "-q",
                    "-h",
                    "127.0.0.1",
                    "-U",
                    "latchkey",
                    "-d",
                    "postgres",
                    "-p",
                    &self.port.to_string(),
                ])
                .status()?;
            if ready.success() {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("postgres ended early ({status})");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("postgres in {} is not ready after 30 s", self.folder.path().display())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let interrupt = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        if !interrupt.is_ok_and(|status| status.success()) {
            self.server.kill().ok();
        }
        self.server.wait().ok();
    }
}

/// Who owns the server: PostgreSQL refuses to run as root.
struct Owner(Option<&'static str>);

impl Owner {
    fn choose() -> Self {
        if !is_root() {
            return Self(None);
        }
        let known = Command::new("id").arg("postgres").stdout(Stdio::null()).stderr(Stdio::null()).status();
        Self(Some(if known.is_ok_and(|status| status.success()) { "postgres" } else { "nobody" }))
    }

    fn take(&self, folder: &Path) -> Result<()> {
        let Some(user) = self.0 else { return Ok(()) };
        let status = Command::new("chown").arg(user).arg(folder).status().context("cannot run chown")?;
        if !status.success() {
            bail!("cannot give {} to {user}", folder.display());
        }
        Ok(())
    }

    /// The program, as the owner, ended when we end.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        if let Some(user) = self.0 {
            command.args([&format!("--reuid={user}"), "--clear-groups"]);
        }
        command.args(["--pdeathsig", "QUIT"]).arg(program).current_dir("/").stdin(Stdio::null());
        command
    }
}

/// The folder of the newest PostgreSQL's programs.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| *version >= 14)
        .max()?;
    let folder = PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"));
    folder.join("initdb").is_file().then_some(folder)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
