//! The suites that drive the built binary from outside: unmodified SDKs over TLS, Twilio's published
//! API, a browser, an app in Objective-C. Each suite has a server of its own, since some move its clock.
//!
//! Some machines preset where programs look for certificates; every suite gets the dev CA instead.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::bindings;
use crate::cargo::{Run, cargo, server_binary};
use crate::dev_server::DevServer;
use crate::needs;
use crate::steps::Steps;
use crate::tree::Tree;

/// Builds the Objective-C classes and runs their tests. Its name holds `objc` for whoever asks for it alone.
const OBJECTIVE_C: &str = "ios/tests/objc.sh";

/// Names that no proxy is asked for.
const LOCAL: &str = "localhost,127.0.0.1,::1";

/// The lists of Python packages; every file of tests runs with each.
const PYTHON_LISTS: [&str; 2] = ["auth0-6", "auth0-4"];

/// Runs every suite whose name holds one of `names`; all of them when there are none.
pub fn run(tree: &Tree, steps: &mut Steps, names: &[String]) -> Result<()> {
    let wanted = |suite: &str| names.is_empty() || names.iter().any(|name| suite.contains(name.as_str()));
    let mut binary = PathBuf::new();
    steps.need("the debug binary", || server_binary(tree).map(|path| binary = path))?;
    let files = tree.files()?;
    let node_files: Vec<&String> = files.iter().filter(|file| is_node_suite(file)).collect();
    if node_files.iter().any(|file| wanted(file)) {
        let mut node = PathBuf::new();
        steps.need("npm packages", || {
            node = needs::node(tree)?;
            needs::npm(tree)
        })?;
        for file in node_files.into_iter().filter(|file| wanted(file)) {
            steps.run(file, || {
                let arguments = ["--test", "--test-reporter=spec", file];
                suite(tree, &binary, Run::new(&node, &tree.root).args(arguments))
            });
        }
    }
    for list in PYTHON_LISTS {
        for file in files.iter().filter(|file| is_python_suite(file)) {
            let name = format!("{file} with {list}");
            if wanted(&name) {
                steps.run(&name, || {
                    let python = needs::python(tree, list)?;
                    let arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", file];
                    suite(tree, &binary, Run::new(&python, &tree.root).args(arguments))
                });
            }
        }
    }
    if wanted(OBJECTIVE_C) {
        steps.run(OBJECTIVE_C, || {
            cargo(tree, &["build", "--locked", "-p", "latchkey-client-c"]).run()?;
            let run = Run::new("bash", &tree.root)
                .args([OBJECTIVE_C])
                .env("A0_CORE", tree.target.join("debug"))
                .env("A0_BUILD", tree.target.join("objc"));
            suite(tree, &binary, run)
        });
    }
    bindings::run(tree, steps, wanted, |run| suite(tree, &binary, run));
    Ok(())
}

/// Pictures of the pages, by the same browser and server as the suites.
pub fn screens(tree: &Tree, steps: &mut Steps, docs: bool) -> Result<()> {
    let mut found = (PathBuf::new(), PathBuf::new());
    steps.need("the debug binary and npm packages", || {
        found = (server_binary(tree)?, needs::node(tree)?);
        needs::npm(tree)
    })?;
    let (binary, node) = found;
    steps.run("screens", || {
        let mut run = Run::new(&node, &tree.root).args(["tests/sdk/node/support/screens.mjs"]);
        if docs {
            run = run.env("LATCHKEY_DOCS_IMAGES", tree.root.join("docs/images"));
        }
        suite(tree, &binary, run)
    });
    Ok(())
}

fn is_node_suite(file: &str) -> bool {
    file.starts_with("tests/sdk/node/") && file.ends_with(".test.mjs")
}

fn is_python_suite(file: &str) -> bool {
    file.starts_with("tests/sdk/python/test_") && file.ends_with(".py")
}

fn suite(tree: &Tree, binary: &Path, run: Run) -> Result<()> {
    let server = DevServer::start(binary)?;
    let done = run
        .env("LATCHKEY_BINARY", binary)
        .env("LATCHKEY_DEV_JSON", server.dev_json())
        .env("LATCHKEY_CLOCK_FILE", server.clock_file())
        .env("LATCHKEY_SCREENS", tree.target.join("screens"))
        .env("NODE_EXTRA_CA_CERTS", server.ca_file())
        .env("SSL_CERT_FILE", server.ca_file())
        .env("REQUESTS_CA_BUNDLE", server.ca_file())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        // The servers of the suites are here, whatever proxy the machine has.
        .env("NO_PROXY", LOCAL)
        .env("no_proxy", LOCAL)
        .run();
    match done {
        Ok(()) => Ok(()),
        Err(error) => bail!("{error:#}\nthe server said:\n{}", server.log()),
    }
}
