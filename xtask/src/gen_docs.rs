//! The generated documents, each from its one source: docs/config.md from the program's own
//! reference, docs/coverage.md from what the tests cite.

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::coverage;
use crate::steps::Steps;
use crate::tree::Tree;

pub fn run(tree: &Tree, steps: &mut Steps, check: bool) {
    steps.run("docs/coverage.md is generated", || {
        settle(tree, "docs/coverage.md", &coverage::table(tree)?, check)
    });
    steps.run("docs/config.md is generated", || {
        let program = ["run", "--quiet", "--locked", "-p", "latchkey-server", "--bin", "latchkey"];
        let reference = cargo(tree, &program).args(["--", "config-reference"]).output()?;
        settle(tree, "docs/config.md", &reference, check)
    });
}

/// Writes the file, or with `check` only looks whether it is as it would be written.
fn settle(tree: &Tree, file: &str, text: &str, check: bool) -> Result<()> {
    let path = tree.root.join(file);
    if std::fs::read_to_string(&path).is_ok_and(|have| have == text) {
        return Ok(());
    }
    if check {
        bail!("{file} is not as generated: run cargo xtask gen, look at it, commit it");
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, text).with_context(|| format!("cannot write {file}"))?;
    println!("wrote {file}");
    Ok(())
}
