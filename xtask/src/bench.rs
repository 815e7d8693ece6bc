//! Runs the bench program, built for release, with a durable PostgreSQL of its own. What it measures
//! is its own matter.

use anyhow::Result;

use crate::cargo::{Run, cargo};
use crate::needs;
use crate::postgres::Postgres;
use crate::tree::Tree;

pub fn run(tree: &Tree, arguments: &[String]) -> Result<()> {
    needs::debian()?;
    let packages = ["-p", "latchkey-server", "-p", "latchkey-bench"];
    cargo(tree, &["build", "--release", "--locked"]).args(packages).run()?;
    let postgres = Postgres::start_durable()?;
    let release = tree.target.join("release");
    Run::new(release.join("latchkey-bench"), &tree.root)
        .args(["--binary", &release.join("latchkey").display().to_string()])
        .args(["--folder", &tree.root.join("target/bench").display().to_string()])
        .args(["--postgres", &postgres.url(), "--postgres-pid", &postgres.pid().to_string()])
        .args(arguments)
        .run()
}
