//! One connection as a [`Tx`].

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use deadpool_postgres::Object;
use latchkey_core::store::{StoreError, StoreResult};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Statement};

use super::crowd::Manners;
use crate::tx::{Act, Columns, Query, Read, Tx, Value};

/// What became of an act.
pub(super) enum Outcome<T> {
    Done(T),
    Failed(StoreError),
    /// The connection's state is unknown.
    Broken(StoreError),
    /// Others were in the way; nothing happened.
    Again,
}

pub(super) struct Transaction<'a> {
    client: &'a Object,
    /// Of an act of the background.
    manners: Option<Manners<'a>>,
    /// Whose turn it is to prepare and send a statement.
    turn: tokio::sync::Mutex<()>,
    later: Mutex<Vec<(&'static Query, Vec<Value>)>>,
    abandoned: AtomicBool,
    in_the_way: AtomicBool,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(client: &'a Object) -> Self {
        Self::with(client, None)
    }

    fn with(client: &'a Object, manners: Option<Manners<'a>>) -> Self {
        Self {
            client,
            manners,
            turn: tokio::sync::Mutex::default(),
            later: Mutex::default(),
            abandoned: AtomicBool::new(false),
            in_the_way: AtomicBool::new(false),
        }
    }

    fn failed(&self, error: &Error) -> StoreError {
        let ours = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::UNIQUE_VIOLATION,
        ];
        if error.code().is_some_and(|code| ours.contains(code)) {
            self.in_the_way.store(true, Ordering::Relaxed);
        }
        // The code and no more: the text may quote values.
        let code = error.code().map_or("the connection failed", SqlState::code);
        StoreError::Unavailable(format!("database error: {code}"))
    }

    async fn execute(&self, query: &'static Query, values: &[Value]) -> StoreResult<u64> {
        let values = parameters(values);
        self.in_turn(query, async |statement| self.client.execute(&statement, &values).await).await
    }

    /// Prepares and sends a statement before any that was asked for later, and waits for its answer
    /// beside them.
    ///
    /// Invariant: a connection that prepares one statement and knows the next would send the next one
    /// first. Rows would be taken in another order than everybody else's, and read before the lock that
    /// the act put in front: two uses of one refresh token could both be the first.
    async fn in_turn<R>(
        &self,
        query: &'static Query,
        ask: impl AsyncFnOnce(Statement) -> Result<R, Error>,
    ) -> StoreResult<R> {
        let turn = self.turn.lock().await;
        if let Some(manners) = &self.manners {
            manners.make_way().await;
        }
        let statement = self.client.prepare_cached(query.text).await.map_err(|error| self.failed(&error))?;
        let mut answer = pin!(ask(statement));
        // The first poll puts it on the wire.
        let early = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
        drop(turn);
        let outcome = match early {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => answer.await,
        };
        outcome.map_err(|error| self.failed(&error))
    }
}

/// Runs an act in a transaction of its own.
///
/// One of the background is not on disk when it is answered, but before anything that is committed after it: a
/// crash of the database undoes the last of them, whole, and each tells how far it came.
pub(super) async fn run<A: Act>(client: &Object, act: &A, manners: Option<Manners<'_>>) -> Outcome<A::Out> {
    let begin = match manners {
        None => "BEGIN",
        Some(_) => "BEGIN; SET LOCAL synchronous_commit = off",
    };
    let tx = Transaction::with(client, manners);
    // Polled in this order: the statements of the act follow BEGIN on the wire without waiting for it.
    let (begun, outcome) = tokio::join!(biased; client.batch_execute(begin), act.run(&tx));
    if let Err(error) = begun {
        return Outcome::Broken(tx.failed(&error));
    }
    let ended = match outcome {
        Ok(out) if !tx.abandoned.load(Ordering::Relaxed) => match commit(&tx).await {
            Ok(()) => return Outcome::Done(out),
            Err(error) => Err(error),
        },
        Ok(out) => Ok(out),
        Err(error) => Err(error),
    };
    if let Err(error) = client.batch_execute("ROLLBACK").await {
        return Outcome::Broken(tx.failed(&error));
    }
    match ended {
        Ok(out) => Outcome::Done(out),
        Err(_) if tx.in_the_way.load(Ordering::Relaxed) => Outcome::Again,
        Err(error) => Outcome::Failed(error),
    }
}

type Step<'f> = Pin<Box<dyn Future<Output = StoreResult<()>> + Send + 'f>>;

/// The statements that nobody waited for, then COMMIT, all on the wire at once.
///
/// Invariant: COMMIT of a failed transaction is answered as if all were well, so that every
/// statement's own answer is looked at.
async fn commit(tx: &Transaction<'_>) -> StoreResult<()> {
    let later = std::mem::take(&mut *tx.later.lock().unwrap_or_else(PoisonError::into_inner));
    // Prepared before, so that no statement waits for its preparation behind another.
    for (query, _) in &later {
        tx.client.prepare_cached(query.text).await.map_err(|error| tx.failed(&error))?;
    }
    let mut steps: Vec<Step<'_>> = Vec::with_capacity(later.len() + 1);
    for (query, values) in later {
        steps.push(Box::pin(async move { tx.execute(query, &values).await.map(drop) }));
    }
    steps.push(Box::pin(async move {
        tx.client.batch_execute("COMMIT").await.map_err(|error| tx.failed(&error))
    }));
    in_order(steps).await
}

/// Polls all in order until all are done; the first error.
async fn in_order(mut steps: Vec<Step<'_>>) -> StoreResult<()> {
    let mut first_error = None;
    let mut done = vec![false; steps.len()];
    poll_fn(|cx| {
        for (step, done) in steps.iter_mut().zip(&mut done).filter(|(_, done)| !**done) {
            if let Poll::Ready(outcome) = step.as_mut().poll(cx) {
                *done = true;
                if let (Err(error), None) = (outcome, &first_error) {
                    first_error = Some(error);
                }
            }
        }
        if done.iter().all(|done| *done) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    first_error.map_or(Ok(()), Err)
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Tx for Transaction<'_> {
    const ALONE: bool = false;

    async fn all<R: Send>(
        &self,
        query: &'static Query,
        values: Vec<Value>,
        read: Read<R>,
    ) -> StoreResult<Vec<R>> {
        let values = parameters(&values);
        let ask = async |statement| self.client.query(&statement, &values).await;
        let rows = self.in_turn(query, ask).await?;
        rows.iter().map(|row| read(&mut Columns::of(row))).collect()
    }

    async fn ask<R: Send>(&self, text: &str, values: Vec<Value>, read: Read<R>) -> StoreResult<Vec<R>> {
        let values = parameters(&values);
        let rows = self.client.query(text, &values).await.map_err(|error| self.failed(&error))?;
        rows.iter().map(|row| read(&mut Columns::of(row))).collect()
    }

    async fn change(&self, query: &'static Query, values: Vec<Value>) -> StoreResult<u64> {
        self.execute(query, &values).await
    }

    fn later(&self, query: &'static Query, values: Vec<Value>) -> StoreResult<()> {
        self.later.lock().unwrap_or_else(PoisonError::into_inner).push((query, values));
        Ok(())
    }

    fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }
}
