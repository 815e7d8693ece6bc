//! A request of an operator, whose token was proved by [`crate::layers::managed`].

use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;
use latchkey_core::Caller;
use latchkey_core::flow::manage::Operator;
use latchkey_wire::management::{BadQuery, Paging, Query, Selection};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::json_of;
use super::caller;
use crate::app::SharedApp;
use crate::error::management::{self as errors, ManagementError};

pub struct Managed {
    pub operator: Operator,
    pub query: Query,
}

impl Managed {
    /// The caller, when its token has one of these scopes.
    pub fn allowed(&self, any_of: &'static [&'static str]) -> Result<&Operator, ManagementError> {
        self.operator.must(any_of)?;
        Ok(&self.operator)
    }

    pub fn paging(&self) -> Result<Paging, BadQuery> {
        Paging::read(&self.query)
    }

    pub fn selection(&self) -> Result<Selection, BadQuery> {
        Selection::read(&self.query)
    }
}

impl FromRequestParts<SharedApp> for Managed {
    type Rejection = ManagementError;

    async fn from_request_parts(parts: &mut Parts, _: &SharedApp) -> Result<Self, ManagementError> {
        let operator = parts.extensions.get::<Operator>().cloned();
        let operator = operator.ok_or_else(errors::no_authentication)?;
        Ok(Self { operator, query: Query::parse(parts.uri.query().unwrap_or_default()) })
    }
}

/// Whoever calls, and speaks for nobody else.
pub struct Asker(pub Caller);

impl FromRequestParts<SharedApp> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        Ok(Self(caller::of_browser(parts, &app.proxies)))
    }
}

/// As [`Managed`], with the JSON that came along.
pub struct ManagedBody {
    pub managed: Managed,
    body: Value,
}

impl ManagedBody {
    /// The body as a type. Asked for after the scopes were, so that nobody learns what a body must hold
    /// who may not send it.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, ManagementError> {
        serde_path_to_error::deserialize(self.body).map_err(|bad| {
            let path = bad.path().to_string();
            let reason = bad.inner().to_string();
            match path.as_str() {
                "." | "" => errors::invalid_body(&reason),
                _ => errors::invalid_property(&reason, &path),
            }
        })
    }
}

impl FromRequest<SharedApp> for ManagedBody {
    type Rejection = ManagementError;

    async fn from_request(request: Request, app: &SharedApp) -> Result<Self, ManagementError> {
        let (mut parts, body) = request.into_parts();
        let managed = Managed::from_request_parts(&mut parts, app).await?;
        let body = json_of(&parts.headers, body, &*app.engine.runtime).await?;
        Ok(Self { managed, body })
    }
}
