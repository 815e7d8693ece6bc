//! Full sign-ins: every connection asks for a code for one user and redeems the code of another, in
//! turns, so that both requests are always under way.
//!
//! Codes come from the inbox, a few hundred at a time over a connection of its own. What that costs
//! the server is part of the figure; the report also tells it alone.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Notify;

use super::client::Connection;
use super::window::{Measured, Window};
use crate::process::Served;
use crate::setup::CONNECTION;
use crate::users::{Walk, phone_number, scatter};

#[derive(Clone)]
pub struct SignIns {
    pub client: String,
    pub connections: usize,
    pub walk: Walk,
    /// The database's first process, where it has one.
    pub database: Option<u32>,
    pub warm_up: Duration,
    pub window: Duration,
    /// Between two requests of a connection, on average: none for as much load as there can be.
    pub pause: Duration,
}

pub struct Done {
    pub measured: Measured,
    pub walk: Walk,
    /// Refresh tokens of the last sign-ins.
    pub refresh_tokens: Vec<String>,
}

impl SignIns {
    pub fn run(self, served: &Served) -> Result<Done> {
        super::block_on(async {
            let everybody = usize::try_from(self.walk.population()).unwrap_or(usize::MAX);
            let load = Arc::new(Load {
                client: self.client,
                pause: self.pause,
                batch: (8 * self.connections).clamp(16, 400).min(everybody),
                state: Mutex::new(State::from(self.walk)),
                changed: Notify::new(),
                counter: Window::default(),
            });
            let mut inbox = Connection::open(served.address).await?;
            inbox.send("DELETE", "/dev/inbox/messages", "", b"").await?;
            tokio::spawn(watch(Arc::clone(&load), collect(Arc::clone(&load), inbox)));
            for who in 0..self.connections {
                let connection = Connection::open(served.address).await?;
                tokio::spawn(watch(Arc::clone(&load), work(Arc::clone(&load), connection, who as u64)));
            }
            let measured = load.counter.measure(served, self.database, self.warm_up, self.window).await?;
            let state = load.state();
            let refresh_tokens = state.refresh_tokens.iter().cloned().collect();
            Ok(Done { measured, walk: state.walk, refresh_tokens })
        })
    }
}

struct Load {
    client: String,
    pause: Duration,
    /// Codes fetched at a time.
    batch: usize,
    state: Mutex<State>,
    changed: Notify,
    counter: Window,
}

struct State {
    walk: Walk,
    /// Codes that were asked for and not yet fetched.
    unread: usize,
    /// Number and code.
    ready: VecDeque<(String, String)>,
    refresh_tokens: VecDeque<String>,
}

impl State {
    fn from(walk: Walk) -> Self {
        Self { walk, unread: 0, ready: VecDeque::new(), refresh_tokens: VecDeque::new() }
    }
}

/// Most refresh tokens kept.
const TOKENS: usize = 4000;

impl Load {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A code to redeem, if it is this one's turn; else a number to start with.
    fn next(&self, turn: Turn) -> Option<Task> {
        let mut state = self.state();
        // Nobody is asked again before their code is used: a new code would kill it.
        let out = state.unread + state.ready.len();
        let everybody = usize::try_from(state.walk.population()).unwrap_or(usize::MAX);
        let full = state.unread >= 2 * self.batch || out >= everybody;
        if (turn == Turn::Redeem || full)
            && let Some((number, code)) = state.ready.pop_front()
        {
            return Some(Task::Redeem { number, code });
        }
        if full {
            return None;
        }
        let number = phone_number(state.walk.next());
        Some(Task::Start { number })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Start,
    Redeem,
}

enum Task {
    Start { number: String },
    Redeem { number: String, code: String },
}

/// A worker that breaks ends the load.
async fn watch(load: Arc<Load>, work: impl Future<Output = Result<()>>) {
    if let Err(error) = work.await
        && load.counter.is_running()
    {
        load.counter.failed("a connection", 0, error.to_string().as_bytes());
    }
}

async fn work(load: Arc<Load>, mut connection: Connection, who: u64) -> Result<()> {
    let mut turn = Turn::Start;
    let mut pauses = Pauses { mean: load.pause, drawn: who << 32 };
    while load.counter.is_running() {
        match load.next(turn) {
            Some(Task::Start { number }) => {
                start(&load, &mut connection, &number).await?;
                turn = Turn::Redeem;
            }
            Some(Task::Redeem { number, code }) => {
                redeem(&load, &mut connection, &number, &code).await?;
                turn = Turn::Start;
            }
            None => load.changed.notified().await,
        }
        if !load.pause.is_zero() {
            tokio::time::sleep(pauses.next()).await;
        }
    }
    Ok(())
}

/// How long somebody thinks: now shorter, now longer, or all would come at the same moments for ever.
struct Pauses {
    mean: Duration,
    drawn: u64,
}

impl Pauses {
    /// Anything up to twice the mean.
    fn next(&mut self) -> Duration {
        self.drawn += 1;
        let share = scatter(self.drawn) >> 44;
        self.mean * 2 * u32::try_from(share).unwrap_or(0) / (1 << 20)
    }
}

async fn start(load: &Load, connection: &mut Connection, number: &str) -> Result<()> {
    let body = json!({
        "client_id": load.client, "connection": CONNECTION, "phone_number": number, "send": "code",
    })
    .to_string();
    let begin = Instant::now();
    let answer = connection.post("/passwordless/start", body.as_bytes()).await?;
    if answer.status != 200 {
        load.counter.failed("a start", answer.status, answer.body);
        return Ok(());
    }
    load.counter.done("start", begin.elapsed());
    load.state().unread += 1;
    load.changed.notify_waiters();
    Ok(())
}

async fn redeem(load: &Load, connection: &mut Connection, number: &str, code: &str) -> Result<()> {
    let body = json!({
        "grant_type": latchkey_wire::token::PASSWORDLESS_OTP, "client_id": load.client,
        "realm": CONNECTION, "username": number, "otp": code, "scope": "openid offline_access",
    })
    .to_string();
    let begin = Instant::now();
    let answer = connection.post("/oauth/token", body.as_bytes()).await?;
    let took = begin.elapsed();
    if answer.status != 200 {
        load.counter.failed("a token request", answer.status, answer.body);
        return Ok(());
    }
    load.counter.done("token", took);
    let tokens: Tokens = serde_json::from_slice(answer.body)?;
    if tokens.id_token.is_empty() {
        bail!("no id_token");
    }
    let mut state = load.state();
    if state.refresh_tokens.len() >= TOKENS {
        state.refresh_tokens.pop_front();
    }
    state.refresh_tokens.push_back(tokens.refresh_token);
    Ok(())
}

#[derive(Deserialize)]
pub struct Tokens {
    pub id_token: String,
    pub refresh_token: String,
}

#[derive(Deserialize)]
struct Messages {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    id: String,
    to: String,
    code: String,
}

/// Fetches codes whenever a batch of them waits.
async fn collect(load: Arc<Load>, mut connection: Connection) -> Result<()> {
    let mut after = String::new();
    while load.counter.is_running() {
        if load.state().unread < load.batch {
            load.changed.notified().await;
            continue;
        }
        let answer = connection.get(&format!("/dev/inbox/messages?after={after}")).await?;
        if answer.status != 200 {
            bail!("the inbox answered {}", answer.status);
        }
        let found: Messages = serde_json::from_slice(answer.body).context("the inbox")?;
        if let Some(newest) = found.messages.first() {
            after.clone_from(&newest.id);
        }
        let mut state = load.state();
        state.unread = state.unread.saturating_sub(found.messages.len());
        state.ready.extend(found.messages.into_iter().rev().map(|message| (message.to, message.code)));
        drop(state);
        load.changed.notify_waiters();
    }
    Ok(())
}
