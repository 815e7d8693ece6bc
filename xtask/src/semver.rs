//! Whether programs that were built on the client's last release still build: `cargo-semver-checks` on the crates that
//! other people's programs depend on. For whoever makes a release, and not part of `cargo xtask test`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::Run;
use crate::needs;
use crate::steps::Steps;
use crate::tree::Tree;

const TOOL: (&str, &str) = ("cargo-semver-checks", "0.51.0");
/// The C interface's contract is its header, and that of the other languages what UniFFI writes; their Rust is checked
/// all the same, since both are made from it.
const CRATES: [&str; 3] = ["latchkey-client", "latchkey-client-c", "latchkey-client-uniffi"];
/// What tags of releases are called.
const RELEASES: &str = "v[0-9]*";

pub fn run(tree: &Tree, steps: &mut Steps, since: Option<&str>) -> Result<()> {
    let Some(since) = since.map_or_else(|| last_release(tree), |named| Ok(Some(named.to_owned())))? else {
        println!(
            "There is no release yet (no tag {RELEASES}): nothing to keep to. --since compares with any commit."
        );
        return Ok(());
    };
    steps.need(TOOL.0, || needs::cargo_tool(tree, TOOL.0, TOOL.1).map(drop))?;
    let program = needs::cargo_tool(tree, TOOL.0, TOOL.1)?;
    for name in CRATES {
        steps.run(&format!("{name} since {since}"), || {
            Run::new(&program, &tree.root)
                .args(["semver-checks", "--package", name, "--baseline-rev", &since])
                .env("CARGO_TARGET_DIR", tree.target.join("semver"))
                .run()
        });
    }
    Ok(())
}

fn last_release(tree: &Tree) -> Result<Option<String>> {
    let found = Command::new("git")
        .args(["describe", "--tags", "--abbrev=0", "--match", RELEASES])
        .current_dir(&tree.root)
        .output()
        .context("cannot run git")?;
    let tag = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    Ok(Some(tag).filter(|tag| found.status.success() && !tag.is_empty()))
}
