//! `fuzz/`: each target for its share of the time. Not part of `cargo xtask test`: it needs Rust's nightly, whose
//! sanitizers the stable compiler does not have, and a finding of it is not the fault of the change at hand.
//!
//! What a target learned stays in `target/fuzz/corpus`, and the next run goes on from there. A finding is left in
//! `target/fuzz/findings`; it becomes a test, and one of `fuzz/seeds`.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::Run;
use crate::needs;
use crate::steps::Steps;
use crate::tree::Tree;

const CARGO_FUZZ: (&str, &str) = ("cargo-fuzz", "0.13.2");
/// Most bytes of an input: large enough for each answer that there is, small enough to be fast.
const MAX_INPUT: u32 = 4096;
/// The one target whose client works on threads.
const WITH_THREADS: &str = "http";

pub fn run(tree: &Tree, steps: &mut Steps, minutes: u64, names: &[String]) -> Result<()> {
    let wanted = |target: &str| names.is_empty() || names.iter().any(|name| target.contains(name.as_str()));
    let targets: Vec<String> = targets(tree)?.into_iter().filter(|target| wanted(target)).collect();
    let count = u64::try_from(targets.len()).unwrap_or(u64::MAX);
    let Some(seconds) = (minutes.saturating_mul(60)).checked_div(count) else {
        bail!("no target has such a name: see fuzz/targets")
    };
    steps.need("Rust's nightly, and cargo-fuzz", || {
        let there = Command::new("rustup").args(["run", "nightly", "rustc", "--version"]).output();
        if !there.is_ok_and(|found| found.status.success()) {
            bail!("install it: rustup toolchain install nightly --profile minimal");
        }
        needs::cargo_tool(tree, CARGO_FUZZ.0, CARGO_FUZZ.1).map(drop)
    })?;
    if names.is_empty() {
        // All at once; one alone is built when it is run.
        steps.need("build", || fuzz(tree, &["build"])?.run())?;
    }
    for target in &targets {
        let name = format!("{target}, {seconds} s");
        steps.run(&name, || run_target(tree, target, seconds));
    }
    Ok(())
}

fn run_target(tree: &Tree, target: &str, seconds: u64) -> Result<()> {
    let kept = tree.target.join("fuzz/corpus").join(target);
    let findings = tree.target.join("fuzz/findings").join(target);
    for folder in [&kept, &findings] {
        std::fs::create_dir_all(folder)?;
    }
    fuzz(tree, &["run", target])?
        .args([kept, tree.root.join("fuzz/seeds").join(target)])
        .args(["--".to_owned(), format!("-max_total_time={seconds}"), format!("-max_len={MAX_INPUT}")])
        .args([format!("-artifact_prefix={}/", findings.display())])
        .args([format!("-dict={}", tree.root.join("fuzz/json.dict").display())])
        // A thread that has answered and is about to end still holds what the system frees with it: that is no leak.
        .args([if target == WITH_THREADS { "-detect_leaks=0" } else { "-detect_leaks=1" }])
        .args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"])
        .run()
}

/// `cargo fuzz` of nightly, in a target folder of its own: its flags are not ours.
fn fuzz(tree: &Tree, arguments: &[&str]) -> Result<Run> {
    let program = needs::cargo_tool(tree, CARGO_FUZZ.0, CARGO_FUZZ.1)?;
    let (verb, rest) = arguments.split_first().context("no verb")?;
    Ok(Run::new(program, &tree.root)
        .args(["fuzz", *verb, "--fuzz-dir", "fuzz"])
        .args(rest)
        .env("RUSTUP_TOOLCHAIN", "nightly")
        // Not the cargo that runs us, but the one that this toolchain has.
        .env("CARGO", "cargo")
        .env("CARGO_TARGET_DIR", tree.target.join("fuzz/build")))
}

fn targets(tree: &Tree) -> Result<Vec<String>> {
    let files = tree.files()?;
    let name = |file: &String| file.strip_prefix("fuzz/targets/")?.strip_suffix(".rs").map(str::to_owned);
    Ok(files.iter().filter_map(name).collect())
}
