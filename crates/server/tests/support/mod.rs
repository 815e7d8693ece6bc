//! The built binary, and a small client that speaks to it.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod exim;
pub mod users;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

pub const BINARY: &str = env!("CARGO_BIN_EXE_latchkey");
pub const OTP_GRANT: &str = "http://auth0.com/oauth/grant-type/passwordless/otp";

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Runs a command of the program in a folder, with no configuration of the machine's.
pub fn latchkey(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server that ends with the test.
pub struct Running {
    pub child: Child,
    pub port: u16,
}

impl Running {
    /// `latchkey serve` with the configuration in the folder; returns once it is ready.
    pub fn serve(folder: &Path, port: u16) -> Self {
        Self::serve_with(folder, port, &[])
    }

    pub fn serve_with(folder: &Path, port: u16, arguments: &[&str]) -> Self {
        let child = Command::new(BINARY)
            .args(["serve", "--config", "latchkey.toml"])
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let running = Self { child, port };
        for _ in 0..400 {
            if request(port, "GET", "/readyz", "").is_some_and(|(status, _)| status == 200) {
                return running;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("not ready: {}", std::fs::read_to_string(folder.join("stderr")).unwrap());
    }

    pub fn signal(&self, name: &str) {
        Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// One request on a connection of its own; `None` when the server went away.
pub fn request(port: u16, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    request_with(port, method, path, "content-type: application/json\r\n", body)
}

/// With these lines in its head.
pub fn request_with(port: u16, method: &str, path: &str, head: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = text(&answer);
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length: Option<usize> =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    // An answer that was cut short was not acknowledged.
    if length.is_some_and(|length| length != body.len()) {
        return None;
    }
    let body = match head.to_lowercase().contains("transfer-encoding: chunked") {
        true => joined(body)?,
        false => body.to_owned(),
    };
    Some((head.split(' ').nth(1)?.parse().ok()?, body))
}

/// A body that came in chunks; `None` where its end is missing.
fn joined(mut rest: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (length, after) = rest.split_once("\r\n")?;
        let length = usize::from_str_radix(length, 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.push_str(after.get(..length)?);
        rest = after.get(length + 2..)?;
    }
}

pub fn post(port: u16, path: &str, body: &Value) -> Option<(u16, Value)> {
    let (status, text) = request(port, "POST", path, &body.to_string())?;
    Some((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
}
