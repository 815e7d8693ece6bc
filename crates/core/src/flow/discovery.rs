//! What `/.well-known/openid-configuration` says: what is served, and nothing else.

use latchkey_wire::authorize::ResponseMode;
use latchkey_wire::discovery::Discovery;

use crate::engine::Engine;
use crate::grant::GRANTS;
use crate::model::ACR_VALUES;

impl Engine {
    pub fn discovery(&self) -> Discovery {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Discovery {
            issuer: self.settings.issuer.clone(),
            authorization_endpoint: self.url("authorize"),
            end_session_endpoint: self.url("oidc/logout"),
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            token_endpoint: self.url("oauth/token"),
            device_authorization_endpoint: self.url("oauth/device/code"),
            userinfo_endpoint: self.url("userinfo"),
            jwks_uri: self.url(".well-known/jwks.json"),
            revocation_endpoint: self.url("oauth/revoke"),
            introspection_endpoint: self.url("oauth/introspect"),
            introspection_endpoint_auth_methods_supported: list(&[
                "client_secret_post",
                "client_secret_basic",
                "private_key_jwt",
            ]),
            pushed_authorization_request_endpoint: self.url("oauth/par"),
            // Of all clients; one may be held to it by itself.
            require_pushed_authorization_requests: false,
            scopes_supported: list(&["openid", "profile", "email", "address", "phone", "offline_access"]),
            response_types_supported: list(&[
                "code",
                "token",
                "id_token",
                "code token",
                "code id_token",
                "token id_token",
                "code token id_token",
            ]),
            response_modes_supported: ResponseMode::ALL.iter().map(|mode| mode.as_str().to_owned()).collect(),
            code_challenge_methods_supported: list(&["S256"]),
            authorization_response_iss_parameter_supported: true,
            acr_values_supported: list(&ACR_VALUES),
            subject_types_supported: list(&["public"]),
            id_token_signing_alg_values_supported: list(&["RS256", "ES256", "EdDSA", "HS256"]),
            token_endpoint_auth_methods_supported: list(&[
                "none",
                "client_secret_post",
                "client_secret_basic",
                "private_key_jwt",
            ]),
            token_endpoint_auth_signing_alg_values_supported: list(&["RS256", "ES256", "EdDSA"]),
            claims_supported: list(&[
                "sub",
                "iss",
                "aud",
                "iat",
                "exp",
                "auth_time",
                "acr",
                "amr",
                "sid",
                "nonce",
                "at_hash",
                "c_hash",
                "name",
                "nickname",
                "picture",
                "updated_at",
                "phone_number",
                "phone_verified",
                "phone_number_verified",
                "email",
                "email_verified",
            ]),
            grant_types_supported: list(&GRANTS),
            request_uri_parameter_supported: false,
            request_parameter_supported: false,
        }
    }
}
