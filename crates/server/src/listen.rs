//! Sockets: accepting, TLS, deadlines, and an end that finishes what was begun.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use latchkey_http::{Console, Server};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

use crate::head_deadline::{HeadDeadline, Phase};

/// For the head of a request to arrive.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// How long a connection may rest between two requests. Clients that are busy with themselves for a while, such as
/// tools that deploy, send the next one on a connection that they believe to be open.
const IDLE_DEADLINE: Duration = Duration::from_secs(60);
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(10);
const MAX_HEADERS: usize = 100;
/// Bytes of a request's head.
const MAX_HEAD: usize = 32 * 1024;
/// Longest that requests under way are waited for at the end.
pub const DRAIN: Duration = Duration::from_secs(25);

/// An address that is listened on, plain or by TLS.
pub struct Listener {
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    pub async fn bind(address: &str, tls: Option<TlsAcceptor>) -> Result<Self> {
        let socket = TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen on {address}; is another program there? Choose another port")
        })?;
        Ok(Self { socket, tls })
    }

    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    /// Serves until `stop`. Connections hold a clone of `alive`: when the last one is gone, all
    /// that was begun is done.
    pub async fn serve(self, server: Arc<Server>, mut stop: watch::Receiver<bool>, alive: mpsc::Sender<()>) {
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                _ = stop.changed() => return,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let (server, tls) = (Arc::clone(&server), self.tls.clone());
                    tokio::spawn(connection(stream, peer, tls, server, stop.clone(), alive.clone()));
                }
                Err(error) => {
                    // Out of descriptors, most likely: give the others time to finish.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    server: Arc<Server>,
    stop: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) {
    // Answers are small and whole: nothing is gained by holding them back.
    let _ = stream.set_nodelay(true);
    match tls {
        None => speak(stream, Face::Open { server, peer, over_tls: false }, stop).await,
        Some(acceptor) => {
            // Scanners and broken handshakes are not worth a line each.
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_DEADLINE, acceptor.accept(stream)).await {
                speak(stream, Face::Open { server, peer, over_tls: true }, stop).await;
            }
        }
    }
    drop(alive);
}

/// What a connection is answered by.
#[derive(Clone)]
pub enum Face {
    Open { server: Arc<Server>, peer: SocketAddr, over_tls: bool },
    Console { console: Arc<Console>, user: Arc<str> },
}

/// HTTP until the other side or `stop` ends it.
pub async fn speak<S>(stream: S, face: Face, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let phase = Phase::default();
    let stream = HeadDeadline::new(stream, phase.clone(), HEAD_DEADLINE);
    let service = service_fn(move |request| {
        let (face, phase) = (face.clone(), phase.clone());
        phase.answering();
        async move {
            let answer = match face {
                Face::Open { server, peer, over_tls } => server.answer(request, peer, over_tls).await,
                Face::Console { console, user } => console.answer(request, &user).await,
            };
            phase.answered();
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        // It counts from the end of the request before: the rest, and then the head.
        .header_read_timeout(IDLE_DEADLINE + HEAD_DEADLINE)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        result = connection.as_mut() => return note(result),
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    note(connection.await);
}

fn note(result: Result<(), hyper::Error>) {
    if let Err(error) = result {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The signals that ask a server to end: SIGTERM and Ctrl-C.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on they are caught. Before anybody is told that the server is ready, or a signal that
    /// comes at once would end it without ceremony.
    pub fn catch() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the first one. A second one ends the process at once.
    pub async fn first(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            std::process::exit(1);
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
