//! Development mode: a folder with everything in it, a local certificate authority, demo data.

pub mod ca;
pub mod demo;
pub mod facts;
mod seed;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use latchkey_core::token::keys::{FreshKeys, KeyMaker};

use crate::config::Config;
use crate::host::{HostClock, HostRandom, SeededRandom};
use crate::wiring::Parts;

/// Held by the server that runs in the folder, for as long as it lives.
const LOCK: &str = "dev.lock";
/// The lock of the store, which `latchkey serve` and the commands take too.
const STORE_LOCK: &str = "latchkey.db.lock";
/// What development mode always makes: a store without it beside it is somebody else's.
const MARK: &str = "ca.pem";
/// Tells programs where the server is; there only while one runs, or was killed.
const FACTS: &str = "dev.json";

/// Files that development mode makes; `--reset` deletes these and no others. The lock stays: it is held.
const OURS: [&str; 13] = [
    "latchkey.db",
    "latchkey.db-wal",
    "latchkey.db-shm",
    STORE_LOCK,
    "master.key",
    MARK,
    "ca.key.pem",
    "server.pem",
    "server.key.pem",
    FACTS,
    "demo.sh",
    "log",
    "latchkey.sock",
];

/// The folder of a development server.
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes the folder for this process: a second server in it is refused, and `reset` never deletes
    /// what a running one uses. Facts of an earlier server go, so that nobody takes them for this one's.
    pub fn open(path: &Path, reset: bool) -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        let path = path.canonicalize().with_context(|| format!("cannot open {}", path.display()))?;
        let folder = Self { _lock: hold(&path.join(LOCK))?, path };
        if reset {
            folder.reset()?;
        }
        folder.delete(FACTS)?;
        Ok(folder)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn reset(&self) -> Result<()> {
        if self.file("latchkey.db").exists() && !self.file(MARK).exists() {
            bail!(
                "{} holds a store that development mode did not make: not deleting it",
                self.path.display()
            );
        }
        let _held = hold(&self.file(STORE_LOCK))?;
        OURS.into_iter().try_for_each(|name| self.delete(name))
    }

    fn delete(&self, name: &str) -> Result<()> {
        match std::fs::remove_file(self.file(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot delete {}", self.file(name).display()))
            }
            _ => Ok(()),
        }
    }
}

/// An exclusive lock of the operating system's: it ends with the process, however that ends.
fn hold(path: &Path) -> Result<File> {
    let cannot = || format!("cannot open {}", path.display());
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).open(path).with_context(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another Latchkey runs in {}: stop it first, or choose another folder with --dir",
            path.parent().unwrap_or(path).display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(cannot),
    }
}

/// The configuration that development mode runs with: no gaps between messages, since they cost
/// nothing, unless `limits`; the limits on tries of codes that were sent as in production.
pub fn config(folder: &Folder, limits: bool) -> Config {
    let mut config = Config::default();
    config.store.url = format!("sqlite:{}", folder.file("latchkey.db").display());
    config.server.tenant = String::from("dev");
    config.inbox.enabled = true;
    config.limits.enabled = limits;
    // Apps under development are told of sign-outs, and called as gateways, where they run.
    config.delivery.allow_private_targets = ["127.0.0.0/8", "::1/128"].map(String::from).to_vec();
    config
}

/// The machine's parts, or ones that repeat.
pub fn parts(seed: Option<u64>, clock_file: Option<PathBuf>) -> Parts {
    let clock = Arc::new(HostClock::new(clock_file));
    match seed {
        None => {
            let key_maker: Arc<dyn KeyMaker> = Arc::new(FreshKeys);
            Parts { clock, random: Arc::new(HostRandom::new()), key_maker }
        }
        Some(seed) => Parts {
            clock,
            random: Arc::new(SeededRandom::new(seed)),
            key_maker: Arc::new(seed::SeedKeys::default()),
        },
    }
}
