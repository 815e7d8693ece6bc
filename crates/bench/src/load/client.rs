//! As much of an HTTP/1.1 client (RFC 9112) as the load needs: one keep-alive connection, bodies with
//! a length.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Connection {
    stream: TcpStream,
    out: Vec<u8>,
    read: Vec<u8>,
}

pub struct Answer<'a> {
    pub status: u16,
    /// The status line and the headers.
    pub head: &'a [u8],
    pub body: &'a [u8],
}

const JSON: &str = "Content-Type: application/json\r\n";

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, out: Vec::with_capacity(1024), read: Vec::with_capacity(16 * 1024) })
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer<'_>> {
        self.send("GET", path, "", b"").await
    }

    pub async fn post(&mut self, path: &str, json: &[u8]) -> Result<Answer<'_>> {
        self.send("POST", path, JSON, json).await
    }

    /// `headers`: whole lines.
    pub async fn send(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> Result<Answer<'_>> {
        self.out.clear();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        self.out.extend_from_slice(head.as_bytes());
        self.out.extend_from_slice(headers.as_bytes());
        if method == "POST" {
            self.out.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        self.out.extend_from_slice(b"\r\n");
        self.out.extend_from_slice(body);
        self.stream.write_all(&self.out).await?;
        self.receive().await
    }

    async fn receive(&mut self) -> Result<Answer<'_>> {
        self.read.clear();
        let head = loop {
            if let Some(end) = end_of_head(&self.read) {
                break end;
            }
            self.fill().await?;
        };
        let (status, length) = parse_head(self.read.get(..head).unwrap_or_default())?;
        while self.read.len() < head + length {
            self.fill().await?;
        }
        let (head, rest) = self.read.split_at_checked(head).unwrap_or_default();
        Ok(Answer { status, head, body: rest.get(..length).unwrap_or_default() })
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn end_of_head(read: &[u8]) -> Option<usize> {
    read.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// Status and length of the body.
fn parse_head(head: &[u8]) -> Result<(u16, usize)> {
    let text = std::str::from_utf8(head).context("a head that is no text")?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|word| word.parse().ok());
    let status: u16 = status.context("no status")?;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            return Ok((status, value.trim().parse()?));
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            bail!("an answer in chunks, which the load does not read");
        }
    }
    Ok((status, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_gives_status_and_length() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: x\r\nCONTENT-LENGTH: 12\r\n\r\n";
        assert_eq!(end_of_head(head), Some(head.len()));
        assert_eq!(parse_head(head).unwrap(), (200, 12));
        assert_eq!(parse_head(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap(), (204, 0));
        assert!(parse_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}
