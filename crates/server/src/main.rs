//! `latchkey`: the server, its development mode and its command line in one binary.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program speaks on standard output"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod cli;
mod config;
mod dev;
mod figures;
mod head_deadline;
mod host;
mod listen;
mod logs;
mod socket;
mod wiring;

fn main() -> std::process::ExitCode {
    cli::run()
}
