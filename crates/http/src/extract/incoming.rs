//! A POST of the protocol: its parameters, its caller and its client's proof.

use axum::extract::{FromRequest, Request};
use http::{HeaderMap, header};
use latchkey_core::Caller;
use latchkey_core::flow::authenticate_client::ClientCredentials;
use latchkey_wire::Params;

use super::body::params_of;
use super::caller;
use super::credentials::{self, BadCredentials};
use crate::app::SharedApp;
use crate::error::{self, OauthError};

pub struct Incoming {
    pub params: Params,
    pub caller: Caller,
    headers: HeaderMap,
}

impl Incoming {
    pub fn credentials(&self) -> Result<ClientCredentials, BadCredentials> {
        credentials::read(&self.headers, &self.params)
    }

    /// The client tried HTTP Basic: a refusal must name the scheme (RFC 6749 section 5.2).
    pub fn used_basic(&self) -> bool {
        self.headers.contains_key(header::AUTHORIZATION)
    }
}

impl FromRequest<SharedApp> for Incoming {
    type Rejection = OauthError;

    async fn from_request(request: Request, app: &SharedApp) -> Result<Self, OauthError> {
        let (parts, body) = request.into_parts();
        let caller = caller::read(&parts, &app.proxies)?;
        let params = params_of(&parts.headers, body, &*app.engine.runtime).await?;
        if let Some(query) = parts.uri.query() {
            check_query(query, &params)?;
        }
        Ok(Self { params, caller, headers: parts.headers })
    }
}

/// A query is ignored, but for a client that is not the body's.
fn check_query(query: &str, params: &Params) -> Result<(), OauthError> {
    let query = Params::from_form(query.as_bytes()).map_err(|bad| error::malformed(&bad))?;
    match query.value("client_id") {
        Some(named) if params.value("client_id").is_some_and(|client| client != named) => {
            Err(error::client_mismatch("query"))
        }
        _ => Ok(()),
    }
}
