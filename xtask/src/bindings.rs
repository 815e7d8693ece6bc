//! The client's bindings for other languages: generated, built, and driven from programs in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cargo::{Run, cargo};
use crate::needs;
use crate::steps::Steps;
use crate::tree::Tree;

const CRATE: &str = "latchkey-client-uniffi";
const PYTHON: &str = "packages/python (python-client)";

/// Runs the suites that are wanted. `suite` runs one with a server of its own.
pub fn run(tree: &Tree, steps: &mut Steps, wanted: impl Fn(&str) -> bool, suite: impl Fn(Run) -> Result<()>) {
    if wanted(PYTHON) {
        steps.run(PYTHON, || python(tree, &suite));
    }
}

/// The wheel, built as it is published, and its tests. `LATCHKEY_FRESH_PYTHON` has the wheel and nothing else.
fn python(tree: &Tree, suite: &impl Fn(Run) -> Result<()>) -> Result<()> {
    let tools = needs::python(tree, "client")?;
    let wheel = wheel(tree, &tools)?;
    let fresh = tree.target.join("sdk/python-client");
    Run::new("python3", &tree.root).args(["-m", "venv", "--clear"]).args([&fresh]).run()?;
    let fresh = fresh.join("bin/python");
    for python in [&fresh, &tools] {
        Run::new(python, &tree.root)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"])
            .args(["--no-deps", "--force-reinstall"])
            .args([&wheel])
            .run()?;
    }
    let arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "packages/python/tests"];
    suite(Run::new(&tools, &tree.root).args(arguments).env("LATCHKEY_FRESH_PYTHON", &fresh))
}

fn wheel(tree: &Tree, tools: &Path) -> Result<PathBuf> {
    let out = tree.target.join("sdk/wheels");
    std::fs::remove_dir_all(&out).ok();
    // maturin looks for the generator in the path.
    let bindgen = bindgen(tree)?;
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        bindgen.parent().map(Path::to_path_buf).into_iter().chain(std::env::split_paths(&inherited));
    Run::new(tools, &tree.root.join("packages/python"))
        .args(["-m", "maturin", "build", "--quiet", "--locked", "--profile", "dev", "--out"])
        .args([&out])
        .env("PATH", std::env::join_paths(folders)?)
        .env("CARGO_TARGET_DIR", &tree.target)
        .run()?;
    let mut wheels = std::fs::read_dir(&out)?.filter_map(|entry| Some(entry.ok()?.path()));
    match (wheels.next(), wheels.next()) {
        (Some(wheel), None) => Ok(wheel),
        _ => bail!("maturin left no wheel, or several, in {}", out.display()),
    }
}

/// The generator, by the name that tools look for.
fn bindgen(tree: &Tree) -> Result<PathBuf> {
    let bin = "latchkey-bindgen";
    cargo(tree, &["build", "--locked", "--quiet", "-p", CRATE, "--features", "bindgen", "--bin", bin])
        .run()?;
    let folder = tree.target.join("sdk/bin");
    std::fs::create_dir_all(&folder)?;
    let named = folder.join("uniffi-bindgen");
    std::fs::copy(tree.target.join("debug").join(bin), &named).context("cannot copy the generator")?;
    Ok(named)
}
