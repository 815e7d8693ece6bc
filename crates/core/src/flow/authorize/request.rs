//! Is an authorization request sound? The client and where its answers go come first: what is wrong
//! with those is told on a page of ours, and never redirected (S-071, S-072).

use std::sync::Arc;

use latchkey_wire::authorize::{AuthorizeRequest, ResponseMode, ResponseType};
use latchkey_wire::scope::OFFLINE_ACCESS;
use latchkey_wire::{Scopes, error as codes, token};

use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::passkey::{may_use_passkeys, usable};
use crate::model::{
    Authorization, AuthorizationResponse, Client, ClientId, Connection, Prompt, Strategy, Target, UserId,
};
use crate::store::StoreError;
use crate::token::api::{Api, ApiError};

/// Told on a page: there is nobody who could be sent an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    #[error("the request cannot be read")]
    Unreadable,
    #[error("no such application")]
    UnknownClient,
    #[error("the redirect_uri is missing or not registered")]
    RedirectUri,
    /// It names a pushed request that is not the client's, or not there any more.
    #[error("the request_uri is not known")]
    RequestUri,
    /// `web_message` to a page whose origin is not registered.
    #[error("the origin of the redirect_uri is not a web origin of the client")]
    WebOrigin,
}

#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error(transparent)]
    Unanswerable(#[from] Unanswerable),
    /// Told to the client.
    #[error("the request is refused: {error}")]
    Refused { target: Target, error: &'static str, description: &'static str },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for RequestError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl RequestError {
    /// The answer to the client, where there can be one.
    pub fn response(&self, issuer: &str) -> Option<AuthorizationResponse> {
        match self {
            Self::Refused { target, error, description } => {
                Some(error_response(target, issuer, error, description))
            }
            Self::Unanswerable(_) | Self::Fault(_) => None,
        }
    }
}

pub fn error_response(
    target: &Target,
    issuer: &str,
    error: &'static str,
    description: &str,
) -> AuthorizationResponse {
    target.answer(issuer, vec![("error", error.to_owned()), ("error_description", description.to_owned())])
}

/// Who asks: `/authorize` itself, or a start that carries `authParams` for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Here,
    /// `/oauth/par`, and `/authorize` on its word.
    Pushed,
    /// A link's page has no way to prove a verifier to old SDKs, and the first callback is its default.
    ForLink,
}

const BAD_HINT: &str = "id_token_hint is not an id_token of ours for the client";

/// What a refusal says: the code and its text.
type Refusal = (&'static str, &'static str);

impl Engine {
    /// Checks a request and finds its client.
    pub async fn check_authorization(
        &self,
        request: &AuthorizeRequest,
        asked: Asked,
    ) -> Result<(Arc<Client>, Authorization), RequestError> {
        let once = |name: &str| !request.repeated.contains(&name) && !request.too_long.contains(&name);
        let id = request.client_id.as_deref().filter(|_| once("client_id"));
        let id = ClientId::from(id.ok_or(Unanswerable::UnknownClient)?);
        let client = self.client(&id).await?.ok_or(Unanswerable::UnknownClient)?;
        if !once("redirect_uri") {
            return Err(Unanswerable::RedirectUri.into());
        }
        let redirect_uri = redirect_uri(&client, request.redirect_uri.as_deref(), asked)?;
        let response_type = request.response_type.as_deref().map(ResponseType::parse);
        let named = request.response_mode.as_deref().map(ResponseMode::parse);
        let implicit = response_type.flatten().is_some_and(ResponseType::is_implicit);
        let default = if implicit { ResponseMode::Fragment } else { ResponseMode::Query };
        let mode = named.flatten().unwrap_or(default);
        if mode == ResponseMode::WebMessage && !is_web_origin(&client, &redirect_uri) {
            return Err(Unanswerable::WebOrigin.into());
        }
        let target = Target { redirect_uri, mode, state: request.state.clone() };
        let refused = |(error, description): Refusal| RequestError::Refused {
            target: target.clone(),
            error,
            description,
        };
        if !request.repeated.is_empty() || !request.too_long.is_empty() {
            return Err(refused((codes::INVALID_REQUEST, "A parameter is repeated or too long")));
        }
        if named == Some(None) || (mode == ResponseMode::Query && implicit) {
            return Err(refused((codes::INVALID_REQUEST, "Unsupported response_mode")));
        }
        let response_type = match response_type {
            None if asked == Asked::ForLink => ResponseType::CODE,
            None => {
                return Err(refused((codes::INVALID_REQUEST, "Missing required parameter: response_type")));
            }
            Some(None) => {
                return Err(refused((codes::UNSUPPORTED_RESPONSE_TYPE, "Unsupported response_type")));
            }
            Some(Some(parsed)) => parsed,
        };
        self.check_objects(request).map_err(refused)?;
        if client.require_pushed_authorization_requests && asked == Asked::Here {
            return Err(refused((codes::INVALID_REQUEST, "The client must push its authorization requests")));
        }
        check_grants(&client, response_type).map_err(refused)?;
        check_pkce(&client, request, response_type, asked).map_err(refused)?;
        if response_type.id_token && request.nonce.is_none() && asked != Asked::ForLink {
            return Err(refused((codes::INVALID_REQUEST, "Missing required parameter: nonce")));
        }
        let prompt = match request.prompt.as_deref().map(Prompt::parse) {
            None => Prompt::default(),
            Some(Some(prompt)) => prompt,
            Some(None) => return Err(refused((codes::INVALID_REQUEST, "Unsupported prompt"))),
        };
        let max_age = match request.max_age.as_deref().map(str::parse::<u32>) {
            None => None,
            Some(Ok(seconds)) => Some(seconds.into()),
            Some(Err(_)) => {
                return Err(refused((codes::INVALID_REQUEST, "max_age must be a number of seconds")));
            }
        };
        let api =
            self.wanted_api(&client, request.audience.as_deref()).await.map_err(|error| match error {
                ApiError::NotGranted => {
                    refused((codes::ACCESS_DENIED, "The audience is not known or not granted"))
                }
                ApiError::Fault(fault) => fault.into(),
            })?;
        let scope = granted_scope(&client, request, response_type, api.as_ref()).map_err(refused)?;
        let audience = api.map(|api| api.audience);
        let connection = request.connection.clone().or_else(|| request.realm.clone());
        if let Some(name) = &connection
            && !self.connection(name).await?.is_some_and(|found| is_way_in(&found, &client))
        {
            return Err(refused((codes::INVALID_REQUEST, "The connection is not enabled for the client")));
        }
        let hinted = match &request.id_token_hint {
            None => None,
            // Ours, for this client, expired or not.
            Some(hint) => match self.hinted_subject(hint, Some(&client.id)).await? {
                Some(hinted) => Some(UserId::new(hinted.subject)),
                None => return Err(refused((codes::INVALID_REQUEST, BAD_HINT))),
            },
        };
        let authorization = Authorization {
            client: client.id.clone(),
            target,
            redirect_given: request.redirect_uri.is_some(),
            response_type,
            scope,
            audience,
            nonce: request.nonce.clone(),
            code_challenge: request.code_challenge.clone(),
            connection,
            prompt,
            max_age,
            acr_values: request.acr_values.clone(),
            pushed: None,
            device: None,
            login_hint: request.login_hint.clone(),
            hinted,
            ui_locales: request.ui_locales.clone(),
        };
        Ok((client, authorization))
    }

    /// Whether what was sound when it was asked still is: an operator may have taken a callback, a grant or an
    /// audience away meanwhile (S-029).
    pub(in crate::flow) async fn still_stands(
        &self,
        client: &Client,
        authorization: &Authorization,
    ) -> Result<bool, Fault> {
        let asked = match &authorization.device {
            Some(_) => client.allows(token::DEVICE_CODE),
            None => {
                client.allows_redirect(&authorization.target.redirect_uri)
                    && check_grants(client, authorization.response_type).is_ok()
            }
        };
        match &authorization.audience {
            Some(name) if asked => Ok(self.api_for_people(client, name).await?.is_some()),
            _ => Ok(asked),
        }
    }

    /// OpenID Connect Core section 6: neither form is supported, and nothing is fetched (S-093).
    fn check_objects(&self, request: &AuthorizeRequest) -> Result<(), Refusal> {
        if request.request.is_some() {
            return Err((codes::REQUEST_NOT_SUPPORTED, "The request parameter is not supported"));
        }
        if request.request_uri.is_some() {
            return Err((codes::REQUEST_URI_NOT_SUPPORTED, "The request_uri parameter is not supported"));
        }
        Ok(())
    }
}

/// Exactly one that is registered, or where none is named the only one (for a link: the first).
fn redirect_uri(client: &Client, named: Option<&str>, asked: Asked) -> Result<String, Unanswerable> {
    let only = || match client.callbacks.as_slice() {
        [only] => Some(only.clone()),
        [first, ..] if asked == Asked::ForLink => Some(first.clone()),
        _ => None,
    };
    match named {
        None => only(),
        Some(uri) => client.allows_redirect(uri).then(|| uri.to_owned()),
    }
    .ok_or(Unanswerable::RedirectUri)
}

/// A message goes to every page of an origin, not to one callback: the origin itself must be listed (S-114).
fn is_web_origin(client: &Client, redirect_uri: &str) -> bool {
    let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
    let here = origin(redirect_uri).filter(url::Origin::is_tuple);
    here.is_some() && client.web_origins.iter().any(|listed| origin(listed) == here)
}

/// Nobody signs in with a password here (decision 1.5): a database connection is a way in where it has passkeys.
fn is_way_in(connection: &Connection, client: &Client) -> bool {
    let has_passkeys = || may_use_passkeys(client) && usable(connection, client).is_ok();
    connection.is_enabled_for(&client.id) && (connection.strategy != Strategy::Database || has_passkeys())
}

fn check_grants(client: &Client, response_type: ResponseType) -> Result<(), Refusal> {
    let may = |grant: &str| client.allows(grant);
    if response_type.code && !may(token::AUTHORIZATION_CODE) {
        return Err((codes::UNAUTHORIZED_CLIENT, "The client may not use the authorization code grant"));
    }
    if response_type.is_implicit() && !may(token::IMPLICIT) {
        return Err((codes::UNAUTHORIZED_CLIENT, "The client may not use the implicit grant"));
    }
    Ok(())
}

/// RFC 7636: required of public clients (decision 3.6), and S256 only.
fn check_pkce(
    client: &Client,
    request: &AuthorizeRequest,
    response_type: ResponseType,
    asked: Asked,
) -> Result<(), Refusal> {
    let Some(challenge) = &request.code_challenge else {
        let needs = response_type.code && client.is_public() && !client.allows_legacy();
        return match needs && asked != Asked::ForLink {
            true => Err((codes::INVALID_REQUEST, "Missing required parameter: code_challenge")),
            false => Ok(()),
        };
    };
    if request.code_challenge_method.as_deref() != Some("S256") {
        return Err((codes::INVALID_REQUEST, "code_challenge_method must be S256"));
    }
    let sound = challenge.len() == 43
        && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !sound {
        return Err((codes::INVALID_REQUEST, "code_challenge must be the base64url of a SHA-256 hash"));
    }
    Ok(())
}

/// Words that the client may have; others are dropped (P-082).
fn granted_scope(
    client: &Client,
    request: &AuthorizeRequest,
    response_type: ResponseType,
    api: Option<&Api>,
) -> Result<Scopes, Refusal> {
    let standard = Scopes::default_grant();
    let asked = match request.scope.as_deref() {
        None => standard.clone(),
        Some(text) => Scopes::parse(text)
            .map_err(|_| (codes::INVALID_SCOPE, "scope must be words of printable ASCII"))?,
    };
    Ok(asked.filtered(|word| match word {
        OFFLINE_ACCESS => {
            response_type.code && client.allows(token::REFRESH_TOKEN) && api.is_none_or(|api| api.offline)
        }
        word => standard.contains(word) || api.is_some_and(|api| api.scopes.contains(word)),
    }))
}
