//! Steps with their durations. A failed step does not stop the next ones; the end names every one.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

pub struct Steps {
    started: Instant,
    done: Vec<Done>,
}

struct Done {
    name: String,
    took: Duration,
    error: Option<String>,
}

impl Steps {
    pub fn new() -> Self {
        Self { started: Instant::now(), done: Vec::new() }
    }

    /// Runs a step. True when it held.
    pub fn run(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        println!("\n== {name}");
        let started = Instant::now();
        let error = work().err().map(|error| format!("{error:#}"));
        let took = started.elapsed();
        match &error {
            None => println!("== {name}: good ({:.1} s)", took.as_secs_f32()),
            Some(error) => println!("== {name}: FAILED ({:.1} s)\n{error}", took.as_secs_f32()),
        }
        let held = error.is_none();
        self.done.push(Done { name: name.to_owned(), took, error });
        held
    }

    /// Runs a step without which the others make no sense.
    pub fn need(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.run(name, work) {
            return Ok(());
        }
        bail!("cannot go on without: {name}")
    }

    /// The summary. An error when any step failed.
    pub fn finish(self) -> Result<()> {
        println!();
        for done in &self.done {
            let word = if done.error.is_none() { "good" } else { "FAILED" };
            println!("{word:>7} {:>7.1} s  {}", done.took.as_secs_f32(), done.name);
        }
        println!("        {:>7.1} s  in all", self.started.elapsed().as_secs_f32());
        let failed: Vec<&str> =
            self.done.iter().filter(|done| done.error.is_some()).map(|done| done.name.as_str()).collect();
        if failed.is_empty() {
            return Ok(());
        }
        bail!("failed: {}", failed.join(", "))
    }
}
