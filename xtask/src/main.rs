//! The project's own commands. `cargo xtask test` is the one that decides whether a change is good:
//! developers and CI run it alike.
//!
//! Each module is one kind of work; `main` only chooses. Whatever a step needs and the machine lacks
//! is installed by name (see [`needs`]) or named in the error.
#![allow(clippy::print_stdout, reason = "a command line program speaks on standard output")]
#![allow(clippy::disallowed_methods, reason = "no engine here: the machine's own clock and environment")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod bench;
mod bindings;
mod cargo;
mod coverage;
mod dev_server;
mod fuzz;
mod gen_docs;
mod lint;
mod needs;
mod postgres;
mod sdk;
mod semver;
mod steps;
mod tree;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::steps::Steps;
use crate::tree::Tree;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything that must hold before a change lands: lint, generated files, all tests
    Test,
    /// Format, clippy, rustdoc and the house rules
    Lint {
        /// Also name the rows of the contract that no test cites
        #[arg(long)]
        coverage: bool,
        /// Only the house rules, which need no compiler
        #[arg(long)]
        house: bool,
    },
    /// Writes the generated files: docs/config.md and docs/coverage.md
    Gen {
        /// Write nothing; fail when a file is not as it would be written
        #[arg(long)]
        check: bool,
    },
    /// The suites that drive the built binary with unmodified SDKs; all of them, or those named
    Sdk {
        /// Part of a suite's name, such as `auth0-6` or `twilio`
        names: Vec<String>,
    },
    /// Every page in every language looked at as closely as can be, and pictures in target/screens. While one works
    /// on a page, LATCHKEY_LANGUAGES and LATCHKEY_AREAS name fewer (tests/sdk/node/support/walk)
    Screens {
        /// Also write the pictures that the documents show (docs/images)
        #[arg(long)]
        docs: bool,
    },
    /// Throws made-up answers of a server at every parser of the client (fuzz/), by libFuzzer and Rust's nightly
    Fuzz {
        /// In all, shared by the targets
        #[arg(long, default_value_t = 10)]
        minutes: u64,
        /// Part of a target's name; all of them when there are none
        names: Vec<String>,
    },
    /// Whether the client's public API still is what it was in the last release
    Semver {
        /// A commit or tag in place of the last release's
        #[arg(long)]
        since: Option<String>,
    },
    /// Builds for release and measures; arguments go to the bench program
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let tree = Tree::find()?;
    let mut steps = Steps::new();
    match Cli::parse().command {
        Command::Test => test(&tree, &mut steps)?,
        Command::Lint { coverage, house } => {
            lint::house(&tree, &mut steps);
            if coverage {
                steps.run("contract rows with a test", || coverage::complete(&tree));
            }
            if !house {
                lint::compiler(&tree, &mut steps);
            }
        }
        Command::Gen { check } => gen_docs::run(&tree, &mut steps, check),
        Command::Sdk { names } => sdk::run(&tree, &mut steps, &names)?,
        Command::Screens { docs } => sdk::screens(&tree, &mut steps, docs)?,
        Command::Fuzz { minutes, names } => fuzz::run(&tree, &mut steps, minutes, &names)?,
        Command::Semver { since } => semver::run(&tree, &mut steps, since.as_deref())?,
        Command::Bench { arguments } => return bench::run(&tree, &arguments),
    }
    steps.finish()
}

fn test(tree: &Tree, steps: &mut Steps) -> Result<()> {
    steps.need("what the tests need from Debian", needs::debian)?;
    steps.need("room on the disk", || needs::room(tree))?;
    lint::house(tree, steps);
    lint::compiler(tree, steps);
    gen_docs::run(tree, steps, true);
    steps.run("tests on SQLite and PostgreSQL", || {
        let mut database = postgres::Postgres::start()?;
        let tests = cargo::cargo(tree, &["test", "--workspace", "--locked"])
            .env("LATCHKEY_TEST_POSTGRES", database.url())
            .run();
        database.expect_alive()?;
        tests
    });
    sdk::run(tree, steps, &[])
}
