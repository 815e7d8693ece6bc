//! The Management API: who calls is asked first, and every answer says where the caller stands (M-004).

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use latchkey_core::flow::manage::audit::RefusedCall;
use latchkey_core::flow::manage::{Operator, OperatorError};
use latchkey_core::flow::touch_id::BasicUser;
use latchkey_core::trace::{self, Operation};
use latchkey_wire::Secret;

use crate::answer::put_limit;
use crate::app::SharedApp;
use crate::error::management::{self as errors, ManagementError};
use crate::extract::caller;

/// The domain that links in messages are to be of.
const CUSTOM_DOMAIN: HeaderName = HeaderName::from_static("auth0-custom-domain");
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

async fn pass(app: SharedApp, request: Request, next: Next, for_people: bool) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let operation = Operation { method: request.method().to_string(), path };
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let admitted = admitted(&app, request, for_people).await;
    let operator = admitted.as_ref().ok().map(|(operator, _)| operator.clone());
    let response = match admitted {
        Ok((operator, request)) => trace::calling(operation.clone(), answered(operator, request, next)).await,
        Err(refused) => refused.into_response(),
    };
    let status = response.status();
    // Tools look for what is not there before they make it.
    let is_told = status.is_client_error()
        && status != StatusCode::TOO_MANY_REQUESTS
        && (!is_read || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN));
    if is_told {
        let error_code = response.extensions().get::<errors::ErrorCode>().map(|code| code.0);
        let refused = RefusedCall { operation, status: status.as_u16(), error_code };
        app.engine.note_refused_call(operator.as_ref(), &refused);
    }
    response
}

/// Who calls, if they may at all.
async fn admitted(
    app: &SharedApp,
    request: Request,
    for_people: bool,
) -> Result<(Operator, Request), ManagementError> {
    // The dashboard has asked already who calls; no request from outside can bring an extension.
    let operator = match request.extensions().get::<Operator>().cloned() {
        Some(known) => Ok(known),
        None => app.engine.operator(bearer(request.headers())?).await,
    };
    let operator = operator.map_err(errors::operator)?;
    if operator.holder.is_some() && !for_people {
        return Err(errors::operator(OperatorError::Invalid));
    }
    if let Some(domain) = request.headers().get(CUSTOM_DOMAIN)
        && !app.engine.has_domain(domain.to_str().unwrap_or_default().trim()).await?
    {
        return Err(errors::domain_unknown());
    }
    Ok((operator, request))
}

async fn answered(operator: Operator, mut request: Request, next: Next) -> Response {
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
