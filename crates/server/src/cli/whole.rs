//! A request that is answered in this process, in the types of the HTTP client: commands see no difference.

use std::future::poll_fn;
use std::pin::pin;

use bytes::{Bytes, BytesMut};
use hyper::body::Body;
use hyper::header::{HOST, HeaderValue};
use reqwest::{Request, Response};

use super::api::Here;

pub async fn answer(here: &Here, request: Request) -> Response {
    let mut wire = hyper::Request::new(reqwest::Body::default());
    *wire.method_mut() = request.method().clone();
    *wire.headers_mut() = request.headers().clone();
    wire.headers_mut().insert(HOST, HeaderValue::from_static("localhost"));
    let url = request.url();
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    // A URL's own path is one.
    *wire.uri_mut() = target.parse().unwrap_or_default();
    if let Some(body) = request.body().and_then(reqwest::Body::as_bytes) {
        *wire.body_mut() = reqwest::Body::from(body.to_vec());
    }
    let (parts, body) = here.console.answer(wire, &here.user).await.into_parts();
    let body = collect(body).await;
    Response::from(hyper::Response::from_parts(parts, body))
}

/// What came until it broke off: the store is this process's own.
async fn collect(body: impl Body<Data = Bytes>) -> Bytes {
    let mut body = pin!(body);
    let mut all = BytesMut::new();
    while let Some(Ok(frame)) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        if let Ok(data) = frame.into_data() {
            all.extend_from_slice(&data);
        }
    }
    all.freeze()
}
