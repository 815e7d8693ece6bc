//! The Management API: who calls is asked first, and every answer says where the caller stands (M-004).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, StatusCode, header};
use latchkey_core::flow::manage::{Operator, OperatorError};
use latchkey_core::flow::touch_id::BasicUser;
use latchkey_wire::Secret;

use crate::answer::put_limit;
use crate::app::SharedApp;
use crate::error::management as errors;
use crate::extract::caller;

/// Bytes of a name and a password in a header, at most.
const MAX_BASIC: usize = 1024;

/// Puts the [`Operator`] into the extensions of the request.
pub async fn managed(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    pass(app, request, next, false).await
}

/// As [`managed`]; people may come, too, with tokens of their own (S-121), or with their password, by HTTP Basic
/// (protocol 2.19).
pub async fn managed_or_password(State(app): State<SharedApp>, mut request: Request, next: Next) -> Response {
    if let Some(basic) = basic(request.headers()) {
        let Some(basic) = basic else { return errors::bad_authentication().into_response() };
        let (parts, body) = request.into_parts();
        let ip = caller::address(&parts, &app.proxies);
        request = Request::from_parts(parts, body);
        match app.engine.holder_by_password(&basic, ip).await {
            Ok(holder) => request.extensions_mut().insert(Operator::of_holder(holder)),
            Err(refused) => return errors::holder(refused).into_response(),
        };
    }
    pass(app, request, next, true).await
}

async fn pass(app: SharedApp, mut request: Request, next: Next, for_people: bool) -> Response {
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
        Ok(operator) if operator.holder.is_some() && !for_people => {
            return errors::operator(OperatorError::Invalid).into_response();
        }
        Ok(operator) => operator,
    };
    // A person with a password has no pace here, but for that of their tries.
    let limit = (!operator.is_by_password()).then_some(operator.limit);
    request.extensions_mut().insert(operator);
    let mut response = next.run(request).await;
    // A tighter limit has said already when to come back: tools sleep until exactly then.
    if let Some(limit) = limit
        && response.status() != StatusCode::TOO_MANY_REQUESTS
    {
        put_limit(response.headers_mut(), &limit);
    }
    response
}

/// `connection\user:password` of the Basic scheme: Lock for iOS writes it in base64url without padding. `None`
/// for another scheme, `Some(None)` for what cannot be read.
fn basic(headers: &HeaderMap) -> Option<Option<BasicUser>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, encoded) = values.next()?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    if values.next().is_some() || encoded.len() > MAX_BASIC {
        return Some(None);
    }
    Some(read_basic(encoded.trim()))
}

fn read_basic(encoded: &str) -> Option<BasicUser> {
    let encoded = encoded.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let text = String::from_utf8(BASE64URL_NOPAD.decode(encoded.as_bytes()).ok()?).ok()?;
    let (connection, rest) = text.split_once('\\')?;
    let (username, password) = rest.split_once(':')?;
    let sound = !username.is_empty() && !password.is_empty() && !text.contains('\0');
    sound.then(|| BasicUser {
        connection: connection.to_owned(),
        username: username.to_owned(),
        password: Secret::new(password),
    })
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
