//! Logs on standard error: JSON lines for machines, plain lines for people. `RUST_LOG` is honoured.

use tracing_subscriber::EnvFilter;

pub fn install(json: bool, default_level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_level));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call, from tests in one process, keeps the first one's logger.
    let _ = if json { lines.json().try_init() } else { lines.compact().with_target(false).try_init() };
}
