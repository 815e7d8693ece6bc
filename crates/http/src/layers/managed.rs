//! The Management API: who calls is asked first, and every answer says where the caller stands (M-004).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use latchkey_core::flow::manage::Operator;

use crate::answer::put_limit;
use crate::app::SharedApp;
use crate::error::management as errors;

/// Puts the [`Operator`] into the extensions of the request.
pub async fn managed(State(app): State<SharedApp>, mut request: Request, next: Next) -> Response {
    // The dashboard has asked already who calls; no request from outside can bring an extension.
    let operator = match request.extensions().get::<Operator>().cloned() {
        Some(known) => Ok(known),
        None => match bearer(request.headers()) {
            Err(refused) => return refused.into_response(),
            Ok(token) => app.engine.operator(token).await,
        },
    };
    let operator = match operator {
        Err(refused) => return errors::operator(refused).into_response(),
        Ok(operator) => operator,
    };
    let limit = operator.limit;
    request.extensions_mut().insert(operator);
    let mut response = next.run(request).await;
    // A tighter limit has said already when to come back: tools sleep until exactly then.
    if response.status() != StatusCode::TOO_MANY_REQUESTS {
        put_limit(response.headers_mut(), &limit);
    }
    response
}

/// The token of `Authorization: Bearer x.y.z`.
fn bearer(headers: &HeaderMap) -> Result<&str, errors::ManagementError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(errors::no_authentication)?;
    let text = value.to_str().unwrap_or_default();
    match text.split_once(' ') {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer")
                && token.split('.').count() == 3
                && values.next().is_none() =>
        {
            Ok(token.trim())
        }
        _ => Err(errors::bad_authentication()),
    }
}
