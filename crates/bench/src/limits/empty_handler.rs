//! The HTTP stack of the server with nothing behind it: one route that takes a small JSON body and
//! answers one.

use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};

use crate::cores;
use crate::load::{self, Measured};
use crate::process::{Served, free_port};

/// Requests at 64 connections.
pub fn measure(warm_up: Duration, window: Duration, apart: bool) -> Result<Measured> {
    let address = free_port()?;
    let mut command = cores::on_server_core(std::env::current_exe()?, apart);
    command.args(["empty-handler", "--port", &address.port().to_string()]);
    let served = Served::start(command, address, "/")?;
    let body = br#"{"client_id":"bench","connection":"sms","phone_number":"+4915100000000"}"#.to_vec();
    let request = load::same::Request::Post { path: "/empty", body };
    let measured = load::same::run(&served, request, 64, warm_up, window)?;
    served.stop()?;
    Ok(measured)
}

pub fn serve(port: u16) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let routes = Router::new().route("/", get(|| async { "" })).route("/empty", post(answer));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        axum::serve(listener, routes).await?;
        Ok(())
    })
}

async fn answer(body: String) -> ([(axum::http::HeaderName, &'static str); 1], &'static str) {
    let text =
        if body.is_empty() { "{}" } else { r#"{"_id":"65a000000000000000000000","phone_verified":false}"# };
    ([(CONTENT_TYPE, "application/json")], text)
}
