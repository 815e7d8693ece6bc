//! A runtime that computes in place and spawns on the test's own.

use std::time::Duration;

use latchkey_core::runtime::{BoxFuture, Runtime};

pub struct TestRuntime;

impl Runtime for TestRuntime {
    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn spawn(&self, task: BoxFuture<()>) {
        tokio::spawn(task);
    }

    fn compute(&self, job: Box<dyn FnOnce() + Send>) {
        job();
    }
}
