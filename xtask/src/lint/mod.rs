//! What must hold of the source itself: the compiler's lints, and the house rules that no compiler
//! knows (who may depend on whom, sizes, words that must not be committed).

mod arrows;
mod sizes;
mod words;

use anyhow::{Result, bail};

use crate::cargo::cargo;
use crate::steps::Steps;
use crate::tree::Tree;

pub fn compiler(tree: &Tree, steps: &mut Steps) {
    steps.run("format", || cargo(tree, &["fmt", "--all", "--check"]).run());
    steps.run("clippy", || {
        let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--"];
        cargo(tree, &arguments).args(["-D", "warnings"]).run()
    });
    steps.run("rustdoc", || {
        let arguments =
            ["doc", "--workspace", "--no-deps", "--document-private-items", "--locked", "--quiet"];
        cargo(tree, &arguments).env("RUSTDOCFLAGS", "-D warnings").run()
    });
}

pub fn house(tree: &Tree, steps: &mut Steps) {
    steps.run("arrows between crates", || none_of(arrows::findings(&tree.metadata)));
    steps.run("sizes of files", || none_of(sizes::findings(tree)?));
    steps.run("words that must not be committed", || none_of(words::findings(tree)?));
}

fn none_of(findings: Vec<String>) -> Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    bail!("{}", findings.join("\n"))
}
