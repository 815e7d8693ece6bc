//! Measures the release build of `latchkey`, beside what the machine and the libraries can do at most.
//!
//! This process is the load; the server is another one, on a core of its own where there are two, and
//! its own CPU time is read: the figure is work per CPU second of the server. Run it through
//! `cargo xtask bench`, which builds both and brings a PostgreSQL.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line program speaks")]
#![allow(clippy::disallowed_methods, reason = "no engine here: the machine's own clock and environment")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod aims;
mod alike;
mod cores;
mod limits;
mod load;
mod many;
mod plan;
mod population;
mod process;
mod report;
mod run;
mod setup;
mod users;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "Measures the release build beside the limits of the machine")]
struct Cli {
    /// Less than a minute of measuring: 10 thousand users, short windows, few steps
    #[arg(long)]
    quick: bool,
    /// Seconds of each measured window
    #[arg(long)]
    seconds: Option<f64>,
    /// Only the steps whose name contains one of these
    #[arg(long)]
    only: Vec<String>,
    /// Users in the store for the steps on growth
    #[arg(long, value_delimiter = ',')]
    populations: Option<Vec<u64>>,
    /// The server to measure
    #[arg(long, default_value = "target/release/latchkey")]
    binary: PathBuf,
    /// Where summary.json, summary.md and the databases go
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// A PostgreSQL with an empty database, durable
    #[arg(long)]
    postgres: Option<String>,
    /// Its first process, whose CPU time is told too
    #[arg(long)]
    postgres_pid: Option<u32>,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What runs as a process of its own.
#[derive(Subcommand)]
enum Part {
    /// Signs for a while; prints signatures per CPU second
    Signatures {
        #[arg(long)]
        alg: String,
        #[arg(long, default_value_t = 0.4)]
        seconds: f64,
    },
    /// Serves one trivial POST route
    EmptyHandler {
        #[arg(long)]
        port: u16,
    },
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    match cli.part {
        Some(Part::Signatures { alg, seconds }) => limits::signatures::print(&alg, seconds),
        Some(Part::EmptyHandler { port }) => limits::empty_handler::serve(port),
        None => {
            let plan = plan::Plan::new(cli.quick, cli.seconds, cli.populations, cli.only);
            let places = setup::Places::new(cli.binary, cli.folder, cli.postgres, cli.postgres_pid)?;
            run::run(&plan, &places)
        }
    }
}
