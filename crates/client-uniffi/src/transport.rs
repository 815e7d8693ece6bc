//! What carries requests: the app's own network stack on phones, the built-in one elsewhere.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_client as core;

#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpHeader {
    /// Of requests in lower case.
    pub name: String,
    pub value: String,
}

/// What goes to the server. It holds codes and tokens: log none of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpRequest {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    pub url: String,
    pub headers: Vec<HttpHeader>,
    pub body: Option<Vec<u8>>,
}

/// What came back, of whatever status. It holds tokens: log none of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpResponse {
    pub status: u16,
    pub headers: Vec<HttpHeader>,
    pub body: Vec<u8>,
}

/// No answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum TransportError {
    /// The server surely got nothing: no network, no such host, no connection, no trust in its certificate.
    #[error("{detail}")]
    Unreachable { detail: String },
    /// The request may have arrived. What is not known to be the other is this one.
    #[error("{detail}")]
    NoAnswer { detail: String },
}

/// A transport that threw something else: the request may have arrived.
impl From<uniffi::UnexpectedUniFFICallbackError> for TransportError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::NoAnswer { detail: error.reason }
    }
}

/// Sends one request and reads its answer. Follows no redirects, keeps no cookies, retries nothing; takes at most
/// half a minute and a megabyte.
#[uniffi::export(with_foreign)]
#[async_trait]
pub trait Transport: Send + Sync {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

/// The app's transport as the client knows it.
pub(crate) struct Foreign(pub(crate) Arc<dyn Transport>);

impl core::Transport for Foreign {
    fn send(
        &self,
        request: core::Request,
    ) -> core::BoxFuture<'_, Result<core::Response, core::TransportError>> {
        Box::pin(async move {
            match self.0.send(request.into()).await {
                Ok(response) => Ok(response.into()),
                Err(TransportError::Unreachable { detail }) => Err(core::TransportError::Unreachable(detail)),
                Err(TransportError::NoAnswer { detail }) => Err(core::TransportError::NoAnswer(detail)),
            }
        })
    }
}

impl From<core::Request> for HttpRequest {
    fn from(request: core::Request) -> Self {
        let header = |(name, value)| HttpHeader { name, value };
        Self {
            method: request.method.as_str().to_owned(),
            url: request.url,
            headers: request.headers.into_iter().map(header).collect(),
            body: request.body,
        }
    }
}

impl From<HttpResponse> for core::Response {
    fn from(response: HttpResponse) -> Self {
        let header = |header: HttpHeader| (header.name, header.value);
        Self {
            status: response.status,
            headers: response.headers.into_iter().map(header).collect(),
            body: response.body,
        }
    }
}
