//! The whole face as one function from request to answer, for whatever accepts connections.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{Request, Response};
use latchkey_core::flow::manage::Operator;
use tower::ServiceExt;

use crate::app::{App, AppState, SharedApp};
use crate::layers::OverTls;
use crate::routes;

pub struct Server {
    app: SharedApp,
    router: Router,
}

impl Server {
    pub fn new(state: AppState) -> Self {
        let app = Arc::new(App::new(state));
        Self { router: routes::all(&app), app }
    }

    /// `/metrics` and health only: for a listener of its own.
    pub fn figures_only(state: AppState) -> Self {
        let app = Arc::new(App::new(state));
        Self { router: routes::figures(&app), app }
    }

    /// Readiness goes off; requests are answered all the same.
    pub fn not_ready(&self) {
        self.app.ready.store(false, Ordering::Relaxed);
    }

    pub async fn answer<B>(&self, request: Request<B>, peer: SocketAddr, over_tls: bool) -> Response<Body>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        if over_tls {
            request.extensions_mut().insert(OverTls);
        }
        let answered: Result<_, Infallible> = self.router.clone().oneshot(request).await;
        match answered {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// The Management API for who holds the machine: an owner, of whom no token is asked and none is read.
///
/// Invariant: only what nobody else can reach may hand requests to it: a socket that the owner of its file alone
/// opens, or a command that opened the store itself.
pub struct Console(Router);

impl Console {
    pub fn new(state: AppState) -> Self {
        Self(routes::console(&Arc::new(App::new(state))))
    }

    /// `user` is who asks, as events name them.
    pub async fn answer<B>(&self, request: Request<B>, user: &str) -> Response<Body>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Operator::console_of(user));
        let answered: Result<_, Infallible> = self.0.clone().oneshot(request).await;
        match answered {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
