//! A TCP stream that hands out one line at a time until TLS begins.
//!
//! Invariant: nothing that came before the TLS handshake is left to be read after it. Who sits in
//! between could otherwise add answers to the one to `STARTTLS`, and we would take them for the
//! server's own, protected ones.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Answers are shorter; a longer line is handed out in parts.
const LINE: usize = 512;

/// First byte of a TLS handshake record (RFC 8446 section 5.1); no SMTP command begins with it.
const HANDSHAKE: u8 = 22;

#[derive(Debug)]
pub(super) struct ByLine {
    stream: TcpStream,
    secured: bool,
}

impl ByLine {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, secured: false }
    }
}

impl AsyncTokioStream for ByLine {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for ByLine {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.secured {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let mut bytes = [0; LINE];
        let room = buffer.remaining().min(LINE);
        let mut seen = ReadBuf::new(bytes.get_mut(..room).unwrap_or_default());
        ready!(self.stream.poll_peek(context, &mut seen))?;
        let line = seen.filled().iter().position(|byte| *byte == b'\n').map_or(room, |at| at + 1);
        let mut read = ReadBuf::new(bytes.get_mut(..line).unwrap_or_default());
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut read))?;
        buffer.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ByLine {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.secured |= bytes.first() == Some(&HANDSHAKE);
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
