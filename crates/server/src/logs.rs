//! Logs on standard error: JSON lines for machines, plain lines for people. `RUST_LOG` is honoured.

use tracing_subscriber::EnvFilter;

pub fn install(json: bool, default_level: &str) {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_level));
    // Invariant: whoever sends junk does not fill the log, and no answer of an authenticator stands in it. The rules
    // tell what they refuse.
    if let Ok(silent) = "webauthn_rs_core=off".parse() {
        filter = filter.add_directive(silent);
    }
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call, from tests in one process, keeps the first one's logger.
    let _ = if json { lines.json().try_init() } else { lines.compact().with_target(false).try_init() };
}
