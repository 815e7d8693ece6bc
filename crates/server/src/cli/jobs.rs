//! What `import` and `export` share: waiting for a job, and telling how far it is.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::api::Api;

/// The id of a connection, by its name or as it is.
pub async fn connection_id(api: &Api, name: &str) -> Result<String> {
    if name.starts_with("con_") {
        return Ok(name.to_owned());
    }
    let query: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let found = api.get(&format!("/connections?name={query}&fields=id")).await?;
    let id = found.get(0).and_then(|one| one.get("id")).and_then(Value::as_str);
    id.map(str::to_owned).with_context(|| format!("there is no connection {name}"))
}

/// The job once it has ended. Ending this program does not end the job.
pub async fn wait(api: &Api, job: &Value, what: &str) -> Result<Value> {
    let id = job.get("id").and_then(Value::as_str).context("the server names no job")?;
    let mut progress = Progress::new();
    let mut pause = Duration::from_millis(100);
    loop {
        let job = api.watch(&format!("/jobs/{id}")).await?;
        let status = job.get("status").and_then(Value::as_str).unwrap_or_default();
        if matches!(status, "completed" | "failed") {
            progress.end();
            return Ok(job);
        }
        progress.show(&line(what, status, &job), job.get("percentage_done").and_then(Value::as_u64));
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}

fn line(what: &str, status: &str, job: &Value) -> String {
    let number = |name: &str| job.get(name).and_then(Value::as_u64);
    match (status, number("percentage_done")) {
        ("processing", Some(percent)) => {
            let left = number("time_left_seconds").map(|left| format!(", about {left} s left"));
            format!("{what}: {percent} %{}", left.unwrap_or_default())
        }
        _ => format!("{what}: waiting"),
    }
}

/// One line that is written over, or on no terminal a line for each tenth.
struct Progress {
    is_terminal: bool,
    told: Option<u64>,
}

impl Progress {
    fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), told: None }
    }

    fn show(&mut self, line: &str, percent: Option<u64>) {
        if self.is_terminal {
            eprint!("\r\x1b[2K{line}");
            let _ = std::io::stderr().flush();
            self.told = percent;
            return;
        }
        let tenth = Some(percent.unwrap_or(0) / 10);
        if self.told != tenth {
            eprintln!("{line}");
            self.told = tenth;
        }
    }

    fn end(&mut self) {
        if self.is_terminal {
            eprint!("\r\x1b[2K");
            let _ = std::io::stderr().flush();
        }
    }
}

/// Text from a file, fit for a terminal.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
