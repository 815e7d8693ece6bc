//! Runs the bench program, built for release. What it measures is its own matter.

use anyhow::Result;

use crate::cargo::cargo;
use crate::tree::Tree;

pub fn run(tree: &Tree, arguments: &[String]) -> Result<()> {
    cargo(tree, &["build", "--release", "--locked", "-p", "latchkey-server"]).run()?;
    cargo(tree, &["run", "--release", "--locked", "-p", "latchkey-bench", "--"]).args(arguments).run()
}
