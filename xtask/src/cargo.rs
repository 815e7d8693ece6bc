//! Commands as the steps run them: in the root of the tree, output to the terminal, and an error that
//! names what failed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tree::Tree;

pub struct Run(Command);

/// The cargo that runs us.
pub fn cargo(tree: &Tree, arguments: &[&str]) -> Run {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Run::new(program, &tree.root).args(arguments)
}

impl Run {
    pub fn new(program: impl AsRef<OsStr>, folder: &Path) -> Self {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        Self(command)
    }

    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.0.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Waits; an error unless it ends with 0.
    pub fn run(mut self) -> Result<()> {
        let name = self.name();
        let status = self.0.status().with_context(|| format!("cannot start {name}"))?;
        if !status.success() {
            bail!("{name} failed ({status})");
        }
        Ok(())
    }

    /// Waits; what it printed.
    pub fn output(mut self) -> Result<String> {
        let name = self.name();
        let output =
            self.0.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start {name}"))?;
        if !output.status.success() {
            bail!("{name} failed ({})", output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("{name} printed no text"))
    }

    fn name(&self) -> String {
        let words = std::iter::once(self.0.get_program()).chain(self.0.get_args());
        let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
        words.join(" ")
    }
}

/// The debug binary, built.
pub fn server_binary(tree: &Tree) -> Result<PathBuf> {
    cargo(tree, &["build", "--locked", "-p", "latchkey-server", "--bin", "latchkey"]).run()?;
    Ok(tree.target.join("debug/latchkey"))
}
