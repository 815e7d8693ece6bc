//! Signs a token for each call to an endpoint of the operator's own (P-192, S-135).

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use latchkey_core::Clock;
use latchkey_core::sender::BadOption;
use reqwest::header::HeaderValue;
use serde::Serialize;

use crate::Delivery;
use crate::options::Options;

/// Seconds that a token is good for: a call, its transit, and clocks that differ.
const TOKEN_LIFETIME: i64 = 300;

pub(crate) struct Bearer {
    key: EncodingKey,
    subject: Option<String>,
    audience: String,
    issuer: Option<String>,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

impl Bearer {
    /// From `method`, `secret`, `secret_base64_encoded`, `subject` and `audience`.
    pub fn build(delivery: &Delivery, options: &Options<'_>) -> Result<Self, BadOption> {
        if options.required("method")? != "bearer" {
            return Err(options.bad("method", "must be bearer"));
        }
        let secret = options.required("secret")?;
        let key = if options.flag("secret_base64_encoded")? {
            let plain = secret.trim_end_matches('=').replace('+', "-").replace('/', "_");
            let bytes = BASE64URL_NOPAD.decode(plain.as_bytes());
            EncodingKey::from_secret(&bytes.map_err(|_| options.bad("secret", "is not base64url"))?)
        } else {
            EncodingKey::from_secret(secret.as_bytes())
        };
        Ok(Self {
            key,
            subject: options.text("subject")?.map(str::to_owned),
            audience: options.required("audience")?.to_owned(),
            issuer: delivery.settings.issuer.clone(),
            clock: delivery.clock.clone(),
        })
    }

    /// `None` when signing fails, which HMAC does not.
    pub fn authorization(&self) -> Option<HeaderValue> {
        let now = self.clock.now();
        let claims = Claims {
            iss: self.issuer.as_deref(),
            sub: self.subject.as_deref(),
            aud: &self.audience,
            iat: now.0,
            exp: now.plus(TOKEN_LIFETIME).0,
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.key).ok()?;
        let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
