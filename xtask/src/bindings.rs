//! The client's bindings for other languages: generated, built, and driven from programs in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cargo::{Run, cargo};
use crate::needs;
use crate::steps::Steps;
use crate::tree::Tree;

const CRATE: &str = "latchkey-client-uniffi";
const PYTHON: &str = "packages/python (python-client)";
const KOTLIN: &str = "packages/kotlin (kotlin-client)";
const SWIFT: &str = "packages/swift (swift-client)";
/// Pages whose lines of Kotlin are compiled with the suite.
const KOTLIN_PAGES: [&str; 2] = ["packages/kotlin/README.md", "docs/guide/kotlin.md"];
/// What nothing here is compiled against.
const ANDROID_ONLY: &str = "OkHttpClient";
/// Where Debian keeps what calls native libraries from Java.
const JNA: &str = "/usr/share/java/jna.jar";

/// Runs the suites that are wanted. `suite` runs one with a server of its own.
pub fn run(tree: &Tree, steps: &mut Steps, wanted: impl Fn(&str) -> bool, suite: impl Fn(Run) -> Result<()>) {
    if wanted(PYTHON) {
        steps.run(PYTHON, || python(tree, &suite));
    }
    if wanted(KOTLIN) {
        steps.run(KOTLIN, || kotlin(tree, &suite));
    }
    if wanted(SWIFT) {
        steps.run(SWIFT, || swift(tree));
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

/// The generated Kotlin, the package and its tests, compiled together and run on Java.
fn kotlin(tree: &Tree, suite: &impl Fn(Run) -> Result<()>) -> Result<()> {
    let compiler = needs::kotlin(tree)?;
    let native = jna_folder().context("Debian's libjna-java is missing")?;
    let generated = generate(tree, "kotlin")?.join("dev/latchkey/latchkey_native.kt");
    let library = |name: &str| compiler.join("lib").join(name);
    let out = tree.target.join("sdk/kotlin-client");
    std::fs::remove_dir_all(&out).ok();
    let snippets = snippets(tree, &tree.target.join("sdk/kotlin-snippets.kt"))?;
    let sources = tree.files()?.into_iter().filter(|file| {
        file.starts_with("packages/kotlin/") && Path::new(file).extension().is_some_and(|end| end == "kt")
    });
    let coroutines = library("kotlinx-coroutines-core-jvm.jar");
    Run::new("java", &tree.root)
        .args(["-Xmx1g", "-cp"])
        .args([&library("kotlin-preloader.jar")])
        .args(["org.jetbrains.kotlin.preloading.Preloader", "-cp"])
        .args([&library("kotlin-compiler.jar")])
        .args(["org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-nowarn", "-no-reflect", "-kotlin-home"])
        .args([&compiler])
        .args(["-cp".as_ref(), class_path(&[&coroutines, Path::new(JNA)])?.as_os_str()])
        .args(["-d".as_ref(), out.as_os_str(), generated.as_os_str(), snippets.as_os_str()])
        .args(sources)
        .run()?;
    let stdlib = library("kotlin-stdlib.jar");
    let run = Run::new("java", &tree.root)
        .args([format!("-Djna.library.path={}", tree.target.join("debug").display())])
        .args([format!("-Djna.boot.library.path={}", native.display())])
        .args(["-cp".as_ref(), class_path(&[&out, &coroutines, &stdlib, Path::new(JNA)])?.as_os_str()])
        .args(["dev.latchkey.SuiteKt"]);
    suite(run)
}

/// A function of each block of Kotlin that a page shows, with the code that its person typed.
fn snippets(tree: &Tree, file: &Path) -> Result<PathBuf> {
    let mut functions = vec![String::from("package dev.latchkey")];
    for page in KOTLIN_PAGES {
        let text = std::fs::read_to_string(tree.root.join(page))?;
        let blocks = text.split("```kotlin\n").skip(1).filter_map(|rest| rest.split_once("```"));
        for (block, _) in blocks.filter(|(block, _)| !block.contains(ANDROID_ONLY)) {
            let number = functions.len();
            functions.push(format!("suspend fun snippet{number}(code: String) {{\n{block}}}"));
        }
    }
    if functions.len() <= KOTLIN_PAGES.len() {
        bail!("a page of Kotlin has no lines of it: {}", KOTLIN_PAGES.join(", "));
    }
    std::fs::write(file, functions.join("\n\n"))?;
    Ok(file.to_path_buf())
}

fn class_path(places: &[&Path]) -> Result<std::ffi::OsString> {
    std::env::join_paths(places).context("a class path cannot hold this folder's name")
}

/// No Swift compiler runs here. Its sources are parsed, and held against the Swift that is generated.
fn swift(tree: &Tree) -> Result<()> {
    let tools = needs::python(tree, "client")?;
    let generated = generate(tree, "swift")?.join("LatchkeyNative.swift");
    Run::new(&tools, &tree.root)
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "packages/swift/Tests/test_sources.py"])
        .env("LATCHKEY_GENERATED_SWIFT", generated)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .run()
}

/// Sources of a language, from the library that was just built.
fn generate(tree: &Tree, language: &str) -> Result<PathBuf> {
    cargo(tree, &["build", "--locked", "--quiet", "-p", CRATE, "--features", "bindgen"]).run()?;
    let out = tree.target.join("sdk/generated").join(language);
    std::fs::remove_dir_all(&out).ok();
    let built = |name: String| tree.target.join("debug").join(name);
    let (start, end) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    Run::new(built(String::from("latchkey-bindgen")), &tree.root)
        .args([
            "generate",
            "--no-format",
            "--config",
            "crates/client-uniffi/uniffi.toml",
            "--language",
            language,
        ])
        .args(["--out-dir".as_ref(), out.as_os_str()])
        .args([built(format!("{start}latchkey_native{end}"))])
        .run()?;
    Ok(out)
}

/// The folder of the part of JNA that is native: Debian has it by the name of the processor.
fn jna_folder() -> Option<PathBuf> {
    let folders =
        std::fs::read_dir("/usr/lib").ok()?.filter_map(|entry| Some(entry.ok()?.path().join("jni")));
    let has = |folder: &PathBuf| folder.join("libjnidispatch.system.so").exists();
    folders.into_iter().find(has).filter(|_| Path::new(JNA).exists())
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
