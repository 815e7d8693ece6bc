//! `/api/v2/jobs`: users in and out by files (sections 2.20, 5.1 and 5.2), and what of a tenant would not come
//! along (5.3).

use axum::Router;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use latchkey_core::flow::manage::Operator;
use latchkey_core::flow::manage::jobs::Intake;
use latchkey_core::model::{Job, JobPart, JobWork};
use latchkey_wire::management::job::{ExportBody, VerificationEmailBody};
use latchkey_wire::management::scope::{CREATE_USERS, READ_TENANT_SETTINGS, READ_USERS, UPDATE_USERS};
use serde_json::{Map, Value, json};

use crate::answer::{self, JobFile};
use crate::app::{App, SharedApp};
use crate::error::management::{self as errors, ManagementError};
use crate::extract::import_form::{self, ImportForm};
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

/// Bytes of a form beside its file.
const FORM: usize = 64 * 1024;

pub fn route(app: &App) -> Router<SharedApp> {
    let most = usize::try_from(app.engine.settings.jobs.max_upload).unwrap_or(usize::MAX);
    let limit = DefaultBodyLimit::max(most.saturating_add(FORM));
    Router::new()
        .route("/jobs/users-imports", post(import).layer(limit))
        .route("/jobs/users-exports", post(export))
        .route("/jobs/verification-email", post(verification_email))
        .route("/jobs/{id}", get(read))
        .route("/jobs/{id}/errors", get(job_errors))
        .route("/migrate/dry-run", post(dry_run))
}

async fn import(
    State(app): State<SharedApp>,
    managed: Managed,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let operator = managed.allowed(&[CREATE_USERS])?;
    let form = form.map_err(|_| errors::invalid_body("The body must be multipart/form-data"))?;
    let mut intake = None;
    let fields = match import_form::read(&app, operator, form, &mut intake).await {
        Ok(ImportForm(fields)) => fields,
        Err(refused) => {
            drop_intake(&app, intake).await?;
            return Err(refused);
        }
    };
    let intake = intake.ok_or_else(|| errors::invalid_body("Missing required property: users"))?;
    let job = app.engine.start_import(operator, intake, fields).await?;
    Ok(answer::json(StatusCode::ACCEPTED, &app.engine.shown_new_job(&job)))
}

async fn drop_intake(app: &App, intake: Option<Intake>) -> Result<(), ManagementError> {
    match intake {
        Some(intake) => Ok(app.engine.drop_intake(intake).await?),
        None => Ok(()),
    }
}

async fn export(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[READ_USERS])?.clone();
    operator.must_be_fresh()?;
    let body: ExportBody = body.read()?;
    let job = app.engine.start_export(&operator, body).await?;
    Ok(answer::json(StatusCode::OK, &app.engine.shown_new_job(&job)))
}

async fn verification_email(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_USERS])?.clone();
    let body: VerificationEmailBody = body.read()?;
    let job = app.engine.verification_email(&operator, body).await?;
    Ok(answer::json(StatusCode::CREATED, &app.engine.shown_new_job(&job)))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[CREATE_USERS, READ_USERS])?;
    let job = app.engine.read_job(&id).await?;
    Ok(answer::json(StatusCode::OK, &shown(&app, operator, &job)?))
}

/// Who may write users may not read them all by an export of somebody else's; and to take all along, administrators
/// have signed in lately.
fn shown(app: &App, operator: &Operator, job: &Job) -> Result<Map<String, Value>, ManagementError> {
    let mut shown = app.engine.shown_job(job);
    if operator.fresh
        && operator.may(&[READ_USERS])
        && let Some(link) = app.engine.download_link(job)?
    {
        shown.insert(String::from("location"), json!(link));
    }
    Ok(shown)
}

/// Of each record that came to nothing, or of the job itself.
async fn job_errors(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[CREATE_USERS, READ_USERS])?;
    let job = app.engine.read_job(&id).await?;
    let parts = match &job.work {
        _ if job.failure.is_some() => return Ok(answer::json(StatusCode::OK, &app.engine.shown_job(&job))),
        JobWork::Import(work) => work.errors,
        JobWork::Export(_) | JobWork::VerificationEmail => 0,
    };
    if parts == 0 {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let file = JobFile::new(app, job.id, JobPart::Errors, parts).between("[", ",", "]");
    Ok(([(header::CONTENT_TYPE, answer::APPLICATION_JSON)], file.into_body()).into_response())
}

async fn dry_run(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    body.managed.allowed(&[READ_TENANT_SETTINGS])?;
    let report = app.engine.migration_report(body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &report))
}
