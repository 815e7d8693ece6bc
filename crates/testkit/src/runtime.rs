//! A runtime that computes in place and spawns on the test's own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use latchkey_core::runtime::{BoxFuture, Runtime};
use tokio::task::JoinHandle;

#[derive(Default)]
pub struct TestRuntime {
    spawned: Mutex<Vec<JoinHandle<()>>>,
    computed: AtomicUsize,
}

impl TestRuntime {
    /// How much slow arithmetic there was.
    pub fn computed(&self) -> usize {
        self.computed.load(Ordering::SeqCst)
    }

    /// Waits until everything that was spawned has ended.
    pub async fn settled(&self) {
        loop {
            let tasks = std::mem::take(&mut *self.spawned.lock().unwrap());
            if tasks.is_empty() {
                return;
            }
            for task in tasks {
                task.await.unwrap();
            }
        }
    }
}

impl Runtime for TestRuntime {
    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        Box::pin(tokio::time::sleep(duration))
    }

    /// Begun at once, as by a thread that has nothing else to do: what waits for nobody is done before the answer.
    fn spawn(&self, mut task: BoxFuture<()>) {
        if task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            self.spawned.lock().unwrap().push(tokio::spawn(task));
        }
    }

    fn compute(&self, job: Box<dyn FnOnce() + Send>) {
        self.computed.fetch_add(1, Ordering::SeqCst);
        job();
    }
}
