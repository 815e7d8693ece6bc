//! Refreshes with rotation, over more chains than there are connections.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::Connection;
use super::sign_ins::Tokens;
use super::window::{Measured, Window};
use crate::process::Served;

pub struct Refreshes<'a> {
    pub client: &'a str,
    pub connections: usize,
    pub tokens: Vec<String>,
    pub database: Option<u32>,
    pub warm_up: Duration,
    pub window: Duration,
}

type Pool = Arc<Mutex<VecDeque<String>>>;

impl Refreshes<'_> {
    pub fn run(self, served: &Served) -> Result<Measured> {
        ensure!(self.tokens.len() >= self.connections, "too few refresh tokens to begin with");
        super::block_on(async {
            let counter = Arc::new(Window::default());
            let pool: Pool = Arc::new(Mutex::new(self.tokens.into()));
            for _ in 0..self.connections {
                let connection = Connection::open(served.address).await?;
                tokio::spawn(work(
                    connection,
                    self.client.to_owned(),
                    Arc::clone(&pool),
                    Arc::clone(&counter),
                ));
            }
            counter.measure(served, self.database, self.warm_up, self.window).await
        })
    }
}

async fn work(mut connection: Connection, client: String, pool: Pool, counter: Arc<Window>) -> Result<()> {
    while counter.is_running() {
        let Some(token) = pool.lock().unwrap_or_else(PoisonError::into_inner).pop_front() else {
            return Ok(());
        };
        let body = json!({
            "grant_type": latchkey_wire::token::REFRESH_TOKEN, "client_id": client, "refresh_token": token,
        })
        .to_string();
        let begin = Instant::now();
        let answer = connection.post("/oauth/token", body.as_bytes()).await?;
        let took = begin.elapsed();
        if answer.status != 200 {
            counter.failed("a refresh", answer.status, answer.body);
            continue;
        }
        counter.done("refresh", took);
        let tokens: Tokens = serde_json::from_slice(answer.body)?;
        pool.lock().unwrap_or_else(PoisonError::into_inner).push_back(tokens.refresh_token);
    }
    Ok(())
}
