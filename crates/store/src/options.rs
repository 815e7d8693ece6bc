//! How a store is opened.

use std::path::PathBuf;
use std::time::Duration;

/// When an act is on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Before it is answered, always.
    #[default]
    Full,
    /// A power cut may lose the last moments, but never the use of a code, an attempt, a rotation or a
    /// revocation: those still wait for the disk.
    Relaxed,
}

#[derive(Clone, Debug)]
pub struct StoreOptions {
    pub durability: Durability,
    /// SQLite: most memory for pages over all connections, in KiB.
    pub cache_kib: u32,
    /// SQLite: connections that read at the same time. Enough is one per thread of the runtime. Acts that may look
    /// at whole tables have half as many beside them.
    pub readers: usize,
    /// SQLite: acts that may wait for the writer; more are refused.
    pub queue: usize,
    /// How long an act of the background lets all others go first: on SQLite before it begins, on PostgreSQL
    /// between its statements.
    pub patience: Duration,
    /// SQLite: most pages of the file; `None` for no bound but the disk's.
    pub max_pages: Option<u32>,
    /// PostgreSQL: most connections, two at least. Acts that may look at whole tables have at most half of them at
    /// once.
    pub connections: usize,
    /// PostgreSQL: longest wait for a connection. Both: longest wait of an act that may look at a whole table for
    /// others of its kind.
    pub wait: Duration,
    /// PostgreSQL: longest time for one act.
    pub deadline: Duration,
    /// PostgreSQL by TLS: trust the authorities in this PEM file instead of the system's.
    pub postgres_ca: Option<PathBuf>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            durability: Durability::Full,
            cache_kib: 24 * 1024,
            readers: cores + 2,
            queue: 4096,
            patience: Duration::from_millis(20),
            max_pages: None,
            connections: 2 * cores + 2,
            wait: Duration::from_secs(1),
            deadline: Duration::from_secs(10),
            postgres_ca: None,
        }
    }
}
