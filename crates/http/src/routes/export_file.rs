//! `/exports/{link}`: the file of an export, for whoever has its link within the minute that it lives.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, HeaderValue, header};
use latchkey_core::model::JobPart;

use crate::answer::JobFile;
use crate::app::SharedApp;
use crate::error::management::{self as errors, ManagementError};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/exports/{link}", get(download))
}

async fn download(
    State(app): State<SharedApp>,
    Path(link): Path<String>,
) -> Result<Response, ManagementError> {
    let found = app.engine.open_download(&link).await?.ok_or_else(errors::route_not_found)?;
    let name = format!("attachment; filename=\"{}\"", found.file_name);
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/gzip")),
        (header::CONTENT_LENGTH, found.bytes.into()),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    let file = JobFile::new(app, found.job, JobPart::Output, found.parts);
    Ok((headers, file.into_body()).into_response())
}
