//! Which processor runs what: the server on core 0, the load on core 1, where there are two cores and
//! `taskset`. Figures are then per core; otherwise the report says that they are not.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

pub const SERVER: &str = "0";
pub const LOAD: &str = "1";

/// Whether both sides can have a core of their own.
pub fn are_apart() -> bool {
    let enough = std::fs::read_to_string("/proc/cpuinfo")
        .is_ok_and(|text| text.lines().filter(|line| line.starts_with("processor")).count() >= 2);
    enough
        && Command::new("taskset")
            .arg("-V")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
}

/// The program, on the server's core.
pub fn on_server_core(program: impl AsRef<OsStr>, apart: bool) -> Command {
    if !apart {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER]).arg(program);
    command
}

/// Moves this process, which has one thread yet, and what it starts, to the load's core.
pub fn move_to_load_core() {
    let pid = std::process::id().to_string();
    // Without it the figures are noisier, not wrong.
    let _ = Command::new("taskset").args(["-cp", LOAD, &pid]).stdout(Stdio::null()).status();
}
