//! Development mode: a folder with everything in it, a local certificate authority, demo data.

pub mod ca;
pub mod demo;
pub mod facts;
mod seed;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use latchkey_core::token::keys::{FreshKeys, KeyMaker};

use crate::config::Config;
use crate::host::{HostClock, HostRandom, SeededRandom};
use crate::wiring::Parts;

/// Files that development mode makes; `--reset` deletes these and no others.
const OURS: [&str; 12] = [
    "latchkey.db",
    "latchkey.db-wal",
    "latchkey.db-shm",
    "latchkey.db.lock",
    "master.key",
    "ca.pem",
    "ca.key.pem",
    "server.pem",
    "server.key.pem",
    "dev.json",
    "demo.sh",
    "log",
];

/// The folder of a development server.
pub struct Folder(PathBuf);

impl Folder {
    pub fn open(path: &Path, reset: bool) -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        let path = path.canonicalize().with_context(|| format!("cannot open {}", path.display()))?;
        let folder = Self(path);
        if reset {
            folder.reset()?;
        }
        Ok(folder)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn reset(&self) -> Result<()> {
        if self.file("latchkey.db").exists() && !self.file("dev.json").exists() {
            bail!("{} holds a store that development mode did not make: not deleting it", self.0.display());
        }
        for name in OURS {
            match std::fs::remove_file(self.file(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot delete {name}"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The configuration that development mode runs with: no gaps between messages, since they cost
/// nothing; the limits on tries as in production.
pub fn config(folder: &Folder) -> Config {
    let mut config = Config::default();
    config.store.url = format!("sqlite:{}", folder.file("latchkey.db").display());
    config.server.tenant = String::from("dev");
    config.inbox.enabled = true;
    config.limits.enabled = false;
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
