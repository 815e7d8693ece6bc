//! The port to whatever runs us: waiting, background work and a place for slow arithmetic.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

pub trait Runtime: Send + Sync {
    fn sleep(&self, duration: Duration) -> BoxFuture<()>;
    /// Runs `task` to its end without anybody waiting for it; a graceful shutdown does.
    fn spawn(&self, task: BoxFuture<()>);
    /// Runs `job` on a thread that serves no request, first in first out.
    fn compute(&self, job: Box<dyn FnOnce() + Send>);
}
