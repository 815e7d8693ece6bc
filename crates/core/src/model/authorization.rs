//! What a client asked for at `/authorize`, once it is found sound; and what it is answered.

use latchkey_wire::Scopes;
use latchkey_wire::authorize::{ResponseMode, ResponseType};
use serde::{Deserialize, Serialize};

use super::{Activation, ClientId, TokenHash, UserId};

/// A sound request. Everything that decides where an answer goes was checked against the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    pub client: ClientId,
    pub target: Target,
    /// The request named its `redirect_uri`, so the token request must name the same.
    pub redirect_given: bool,
    pub response_type: ResponseType,
    pub scope: Scopes,
    pub audience: Option<String>,
    pub nonce: Option<String>,
    /// S256 (RFC 7636 section 4.2).
    pub code_challenge: Option<String>,
    /// The connection that the client asked for.
    pub connection: Option<String>,
    pub prompt: Prompt,
    /// Seconds since the last proof that still do.
    pub max_age: Option<i64>,
    /// The kinds of proof that the client prefers, best first.
    #[serde(default)]
    pub acr_values: Option<String>,
    pub login_hint: Option<String>,
    /// Who the client says it knows, by an id_token of ours: nobody else gets its tokens.
    #[serde(default)]
    pub hinted: Option<UserId>,
    /// The pushed request that it came by; used up with the answer.
    #[serde(default)]
    pub pushed: Option<TokenHash>,
    /// It is a device that gets the tokens.
    #[serde(default)]
    pub device: Option<Activation>,
    pub ui_locales: Option<String>,
}

/// Where an answer goes. `state` goes back byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub redirect_uri: String,
    pub mode: ResponseMode,
    pub state: Option<String>,
}

/// OpenID Connect Core section 3.1.2.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    pub none: bool,
    pub login: bool,
    pub consent: bool,
    pub select_account: bool,
}

impl Prompt {
    pub fn parse(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return None,
            }
        }
        let asks = prompt.login || prompt.consent || prompt.select_account;
        (!(prompt.none && asks)).then_some(prompt)
    }
}

/// What goes to the client, by way of the browser. `Debug` hides the values: they hold codes and tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationResponse {
    pub redirect_uri: String,
    pub mode: ResponseMode,
    pub fields: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| *name).collect();
        f.debug_struct("AuthorizationResponse").field("mode", &self.mode).field("fields", &names).finish()
    }
}

impl Target {
    /// An answer with `state`, and `iss` against mix-up (RFC 9207).
    pub fn answer(&self, issuer: &str, mut fields: Vec<(&'static str, String)>) -> AuthorizationResponse {
        fields.extend(self.state.iter().map(|state| ("state", state.clone())));
        fields.push(("iss", issuer.to_owned()));
        AuthorizationResponse { redirect_uri: self.redirect_uri.clone(), mode: self.mode, fields }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_words_and_none_stands_alone() {
        assert_eq!(Prompt::parse("none"), Some(Prompt { none: true, ..Prompt::default() }));
        assert_eq!(
            Prompt::parse("login consent"),
            Some(Prompt { login: true, consent: true, ..Prompt::default() })
        );
        assert_eq!(Prompt::parse("none login"), None);
        assert_eq!(Prompt::parse("foo"), None);
    }
}
