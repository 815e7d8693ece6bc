//! A token that a person's app sends for them: `Authorization: Bearer` (RFC 6750 section 2.1).

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use latchkey_wire::Secret;

use crate::app::SharedApp;
use crate::error::{self, OauthError};

/// Whoever it is; the token is not proved yet.
pub struct Person {
    pub token: Secret,
}

impl FromRequestParts<SharedApp> for Person {
    type Rejection = OauthError;

    async fn from_request_parts(parts: &mut Parts, _: &SharedApp) -> Result<Self, OauthError> {
        let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let token = values.next().and_then(|value| value.to_str().ok()?.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        match (token, values.next()) {
            (Some((_, token)), None) => Ok(Self { token: Secret::new(token.trim()) }),
            _ => Err(error::person_unproved()),
        }
    }
}
