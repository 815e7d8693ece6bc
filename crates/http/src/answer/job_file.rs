//! A file of a job as a body: a part at a time from the store, so that none is ever whole in memory.

use std::future::Future;
use std::io::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http_body::Frame;
use latchkey_core::Fault;
use latchkey_core::model::{JobId, JobPart};

use crate::app::SharedApp;

type Found = Pin<Box<dyn Future<Output = Result<Option<Vec<u8>>, Fault>> + Send>>;

pub struct JobFile {
    app: SharedApp,
    job: JobId,
    part: JobPart,
    next: u32,
    count: u32,
    /// What stands before, between and after the parts.
    marks: [&'static str; 3],
    under_way: Option<Found>,
}

impl JobFile {
    pub fn new(app: SharedApp, job: JobId, part: JobPart, count: u32) -> Self {
        Self { app, job, part, next: 0, count, marks: [""; 3], under_way: None }
    }

    pub fn between(self, before: &'static str, between: &'static str, after: &'static str) -> Self {
        Self { marks: [before, between, after], ..self }
    }

    pub fn into_body(self) -> Body {
        Body::new(self)
    }

    fn find(&self, number: u32) -> Found {
        let (app, job, part) = (self.app.clone(), self.job.clone(), self.part);
        Box::pin(async move {
            match part {
                JobPart::Errors => app.engine.job_errors(&job, number).await,
                JobPart::Output | JobPart::Input => app.engine.download_part(&job, number).await,
            }
        })
    }

    fn frame(&self, number: u32, part: &[u8]) -> Bytes {
        let [before, between, after] = self.marks;
        let mut bytes = Vec::with_capacity(part.len().saturating_add(2));
        bytes.extend_from_slice(if number == 0 { before } else { between }.as_bytes());
        bytes.extend_from_slice(part);
        if number.saturating_add(1) == self.count {
            bytes.extend_from_slice(after.as_bytes());
        }
        bytes.into()
    }
}

impl HttpBody for JobFile {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let number = self.next;
        if number >= self.count {
            return Poll::Ready(None);
        }
        let mut found = match self.under_way.take() {
            Some(found) => found,
            None => self.find(number),
        };
        let Poll::Ready(part) = found.as_mut().poll(cx) else {
            self.under_way = Some(found);
            return Poll::Pending;
        };
        self.next = number.saturating_add(1);
        // Whoever reads must not take half a file for a whole one: the connection breaks.
        let Ok(Some(part)) = part else {
            self.next = self.count;
            return Poll::Ready(Some(Err(Error::other("a part of the file is gone"))));
        };
        Poll::Ready(Some(Ok(Frame::data(self.frame(number, &part)))))
    }
}
