//! A server under measurement: started, watched until it answers, its CPU time and memory read from
//! `/proc`, stopped as an operator would.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Serialize;

pub struct Served {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to its first 200.
    pub ready_after: Duration,
}

/// Kilobytes (of 1024 bytes), as the kernel counts them.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Memory {
    pub resident_kib: u64,
    /// Pages that others share count in part.
    pub proportional_kib: u64,
}

impl Served {
    /// Starts `command`, which listens on `address`, and waits until `GET path` answers 200.
    pub fn start(mut command: Command, address: SocketAddr, path: &str) -> Result<Self> {
        let begin = Instant::now();
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().context("cannot start the server")?;
        while !answers(address, path) {
            if let Some(status) = child.try_wait()? {
                bail!("the server ended early ({status})");
            }
            if begin.elapsed() > Duration::from_secs(60) {
                child.kill().ok();
                child.wait().ok();
                bail!("the server is not ready after 60 s");
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(Self { child, address, ready_after: begin.elapsed() })
    }

    pub fn cpu(&self) -> Result<Duration> {
        cpu_of(self.child.id())
    }

    pub fn memory(&self) -> Result<Memory> {
        let path = format!("/proc/{}/smaps_rollup", self.child.id());
        let text = std::fs::read_to_string(path)?;
        let field = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        Ok(Memory {
            resident_kib: field("Rss:").context("no Rss")?,
            proportional_kib: field("Pss:").context("no Pss")?,
        })
    }

    /// Ends it as a crash does.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits.
    pub fn stop(mut self) -> Result<()> {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        anyhow::ensure!(status.success(), "cannot signal the server");
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

/// CPU time of all threads of a process, from the scheduler's own nanoseconds. Threads that ended are
/// not in it: servers here keep theirs.
pub fn cpu_of(pid: u32) -> Result<Duration> {
    let mut total = Duration::ZERO;
    for task in std::fs::read_dir(format!("/proc/{pid}/task"))?.flatten() {
        // A thread may end between the listing and the look.
        if let Ok(text) = std::fs::read_to_string(task.path().join("schedstat")) {
            total += on_cpu(&text)?;
        }
    }
    Ok(total)
}

/// CPU time of a process and of all that it started: a PostgreSQL has a process per connection.
pub fn cpu_of_family(pid: u32) -> Result<Duration> {
    let mut total = cpu_of(pid)?;
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    for child in children.split_whitespace().filter_map(|word| word.parse().ok()) {
        total += cpu_of(child).unwrap_or_default();
    }
    Ok(total)
}

/// CPU time of the thread that calls.
pub fn cpu_of_thread() -> Result<Duration> {
    on_cpu(&std::fs::read_to_string("/proc/thread-self/schedstat")?)
}

fn on_cpu(schedstat: &str) -> Result<Duration> {
    let nanos = schedstat.split_whitespace().next().and_then(|word| word.parse().ok());
    nanos.map(Duration::from_nanos).context("the kernel tells no CPU time (CONFIG_SCHED_INFO)")
}

pub fn free_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn answers(address: SocketAddr, path: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(start.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_works_has_cpu_time() {
        let before = cpu_of_thread().unwrap();
        let sum: u64 = (0..3_000_000_u64).map(std::hint::black_box).sum();
        assert!(sum > 0);
        assert!(cpu_of_thread().unwrap() > before);
    }
}
