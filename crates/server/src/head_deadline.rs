//! How long the head of a request may take to arrive, apart from how long a connection may rest between two
//! requests (S-163): hyper has one deadline for both.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// A head is on its way, or is waited for on a new connection.
const HEAD: u8 = 0;
/// A request is answered: its body may take its own time.
const ANSWERING: u8 = 1;
/// Between two requests.
const IDLE: u8 = 2;

/// What a connection is at, told by whoever answers its requests.
#[derive(Clone, Default)]
pub struct Phase(Arc<AtomicU8>);

impl Phase {
    /// The head is there.
    pub fn answering(&self) {
        self.0.store(ANSWERING, Ordering::Relaxed);
    }

    /// The answer is made.
    pub fn answered(&self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }
}

/// A stream that fails where a head takes longer than its deadline, counted from the head's first byte, and on a
/// new connection from its beginning.
pub struct HeadDeadline<S> {
    stream: S,
    phase: Phase,
    most: Duration,
    over: Pin<Box<Sleep>>,
}

impl<S> HeadDeadline<S> {
    pub fn new(stream: S, phase: Phase, most: Duration) -> Self {
        Self { stream, phase, most, over: Box::pin(sleep(most)) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for HeadDeadline<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let phase = self.phase.0.load(Ordering::Relaxed);
        if phase == HEAD && self.over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::Error::from(io::ErrorKind::TimedOut)));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if phase == IDLE && buffer.filled().len() > before {
            let end = Instant::now() + self.most;
            self.over.as_mut().reset(end);
            self.phase.0.store(HEAD, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HeadDeadline<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::advance;

    use super::*;

    const MOST: Duration = Duration::from_secs(10);

    /// S-163
    #[tokio::test(start_paused = true)]
    async fn a_head_that_trickles_ends_with_its_deadline() {
        let (mut theirs, ours) = duplex(64);
        let mut ours = HeadDeadline::new(ours, Phase::default(), MOST);
        for _ in 0..9 {
            theirs.write_all(b"x").await.unwrap();
            assert_eq!(ours.read(&mut [0; 8]).await.unwrap(), 1);
            advance(Duration::from_secs(1)).await;
        }
        let ended = ours.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(ended.kind(), io::ErrorKind::TimedOut);
    }

    /// S-163
    #[tokio::test(start_paused = true)]
    async fn between_two_requests_and_in_a_body_nothing_is_hurried() {
        let (mut theirs, ours) = duplex(64);
        let phase = Phase::default();
        let mut ours = HeadDeadline::new(ours, phase.clone(), MOST);
        for wait in [Phase::answering, Phase::answered] {
            wait(&phase);
            advance(Duration::from_secs(59)).await;
            theirs.write_all(b"x").await.unwrap();
            assert_eq!(ours.read(&mut [0; 8]).await.unwrap(), 1);
        }
        // With that byte the next head began.
        assert_eq!(ours.read(&mut [0; 8]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
