//! The same request over and over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::client::Connection;
use super::window::{Measured, Window};
use crate::process::Served;

#[derive(Clone)]
pub enum Request {
    Get { path: &'static str },
    Post { path: &'static str, body: Vec<u8> },
}

pub fn run(
    served: &Served,
    request: Request,
    connections: usize,
    warm_up: Duration,
    window: Duration,
) -> Result<Measured> {
    super::block_on(async {
        let counter = Arc::new(Window::default());
        for _ in 0..connections {
            let connection = Connection::open(served.address).await?;
            tokio::spawn(repeat(connection, request.clone(), Arc::clone(&counter)));
        }
        counter.measure(served, None, warm_up, window).await
    })
}

async fn repeat(mut connection: Connection, request: Request, counter: Arc<Window>) -> Result<()> {
    while counter.is_running() {
        let begin = Instant::now();
        let answer = match &request {
            Request::Get { path } => connection.get(path).await?,
            Request::Post { path, body } => connection.post(path, body).await?,
        };
        if answer.status == 200 {
            counter.done("request", begin.elapsed());
        } else {
            counter.failed("a request", answer.status, answer.body);
        }
    }
    Ok(())
}
