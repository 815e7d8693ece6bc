//! `latchkey completions`.

use anyhow::Result;
use clap::Args;
use clap_complete::Shell;

#[derive(Args)]
pub struct Completions {
    /// The shell to write for
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<()> {
        clap_complete::generate(self.shell, &mut super::command(), "latchkey", &mut std::io::stdout());
        Ok(())
    }
}
