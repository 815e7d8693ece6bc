//! The form that brings users: its file goes to the store while it comes, whatever field comes first.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use latchkey_core::flow::manage::Operator;
use latchkey_core::flow::manage::jobs::{ImportFields, Intake};
use latchkey_core::runtime::Runtime;

use crate::app::App;
use crate::error::management::{self as errors, ManagementError};

/// Most fields of the form, and bytes of one beside the file.
const MAX_FIELDS: usize = 16;
const MAX_FIELD: usize = 1024;
/// How long the next piece may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What stands beside the file.
pub struct ImportForm(pub ImportFields);

/// `intake` is there once the file has begun, also where the form is refused.
pub async fn read(
    app: &App,
    operator: &Operator,
    mut form: Multipart,
    intake: &mut Option<Intake>,
) -> Result<ImportForm, ManagementError> {
    let mut fields = ImportFields::default();
    let runtime = &*app.engine.runtime;
    for _ in 0..MAX_FIELDS {
        let Some(field) = in_time(runtime, form.next_field()).await?.map_err(|bad| refused(app, &bad))?
        else {
            return Ok(ImportForm(fields));
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "users" {
            if intake.is_some() {
                return Err(errors::invalid_body("The file is given twice"));
            }
            let intake = intake.insert(app.engine.receive_users(operator).await?);
            file(app, field, intake).await?;
            continue;
        }
        let place = match name.as_str() {
            "connection_id" => &mut fields.connection_id,
            "upsert" => &mut fields.upsert,
            "external_id" => &mut fields.external_id,
            "send_completion_email" => &mut fields.send_completion_email,
            _ => {
                let reason = format!("Additional properties not allowed: {name:.40}");
                return Err(errors::invalid_body(&reason));
            }
        };
        if place.replace(text(app, field, &name).await?).is_some() {
            return Err(errors::invalid_property("The property is given twice", &name));
        }
    }
    Err(errors::invalid_body("The form has too many fields"))
}

async fn file(app: &App, mut field: Field<'_>, intake: &mut Intake) -> Result<(), ManagementError> {
    let runtime = &*app.engine.runtime;
    while let Some(piece) = in_time(runtime, field.chunk()).await?.map_err(|bad| refused(app, &bad))? {
        app.engine.receive_more(intake, &piece).await?;
    }
    Ok(())
}

async fn text(app: &App, mut field: Field<'_>, name: &str) -> Result<String, ManagementError> {
    let runtime = &*app.engine.runtime;
    let mut bytes = Vec::new();
    while let Some(piece) = in_time(runtime, field.chunk()).await?.map_err(|bad| refused(app, &bad))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MAX_FIELD {
            return Err(errors::invalid_property("String is too long, maximum 1024", name));
        }
    }
    String::from_utf8(bytes).map_err(|_| errors::invalid_property("Must be UTF-8", name))
}

fn refused(app: &App, bad: &MultipartError) -> ManagementError {
    match bad.status() {
        http::StatusCode::PAYLOAD_TOO_LARGE => errors::too_large(app.engine.settings.jobs.max_upload),
        _ => errors::invalid_body("The form is broken"),
    }
}

pub(super) async fn in_time<T>(
    runtime: &dyn Runtime,
    work: impl Future<Output = T>,
) -> Result<T, ManagementError> {
    let mut work = pin!(work);
    let mut deadline = None;
    let done = poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(Some(done));
        }
        let deadline = deadline.get_or_insert_with(|| runtime.sleep(PATIENCE));
        deadline.as_mut().poll(cx).map(|()| None)
    });
    done.await.ok_or_else(|| {
        errors::refused_body(http::StatusCode::REQUEST_TIMEOUT, "The form took too long to arrive")
    })
}
