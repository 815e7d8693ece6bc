//! The answer to a client whose person is known: a code, tokens, or both (OAuth 2.0 Multiple Response
//! Types).

use latchkey_wire::{Scopes, Secret, error as codes};
use serde::{Deserialize, Serialize};

use super::error_response;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::write_body;
use crate::model::{
    Authorization, AuthorizationResponse, Client, ClientId, FamilyId, Handle, HandleKind, Proof, Session,
    TokenHash, User, UserId,
};
use crate::token::issue::{Authenticated, Bound};

/// Seconds that an authorization code lives (S-073).
const CODE_LIFE: i64 = 60;
/// Seconds that an access token from `/authorize` itself lives (P-107).
const IMPLICIT_LIFE: u32 = 7200;

/// What an authorization code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeGrant {
    pub client: ClientId,
    /// Where the code was sent; must be named again when the request named it.
    pub redirect_uri: String,
    pub redirect_given: bool,
    pub code_challenge: Option<String>,
    pub scope: Scopes,
    pub audience: Option<String>,
    pub nonce: Option<String>,
    pub user: UserId,
    pub connection: String,
    pub proof: Proof,
    #[serde(default)]
    pub acr: Option<String>,
    pub auth_time: Timestamp,
    pub sid: String,
    /// The session that it was given in, while which lasts the code is good.
    pub session: TokenHash,
    /// What the code gave: revoked when the code comes a second time.
    pub family: FamilyId,
}

impl Engine {
    pub(in crate::flow) async fn respond(
        &self,
        client: &Client,
        authorization: &Authorization,
        user: &User,
        session: &Session,
    ) -> Result<AuthorizationResponse, Fault> {
        let issuer = &self.settings.issuer;
        if let Some(pushed) = authorization.pushed
            && !self.use_pushed(pushed).await?
        {
            let text = "The request_uri was used before";
            return Ok(error_response(&authorization.target, issuer, codes::INVALID_REQUEST_URI, text));
        }
        let wanted = authorization.response_type;
        let mut fields = Vec::new();
        let code = match wanted.code {
            true => Some(self.new_code(authorization, user, session).await?),
            false => None,
        };
        if wanted.is_implicit() {
            let acr = acr_of(authorization, session);
            let audience = match &authorization.audience {
                None => None,
                Some(name) => self.api_for_people(client, name).await?,
            };
            let who = Authenticated {
                client,
                user,
                scope: authorization.scope.filtered(|word| word != latchkey_wire::scope::OFFLINE_ACCESS),
                audience: audience.as_ref(),
                nonce: authorization.nonce.as_deref(),
                auth_time: session.auth_time,
                proof: Some(session.proof),
                acr: acr.as_deref(),
                legacy: false,
                sid: Some(&session.sid),
                family: None,
                credential: None,
            };
            let bound = Bound {
                access_token: wanted.token,
                id_token: wanted.id_token,
                code: code.as_ref(),
                lifetime: IMPLICIT_LIFE,
            };
            let tokens = self.issue_implicit(&who, bound).await?;
            if let Some(access_token) = tokens.access_token {
                fields.push(("access_token", access_token.expose().to_owned()));
                fields.push(("scope", who.scope.to_string()));
                fields.push(("expires_in", tokens.expires_in.to_string()));
                fields.push(("token_type", String::from("Bearer")));
            }
            fields.extend(tokens.id_token.map(|token| ("id_token", token.expose().to_owned())));
        }
        fields.extend(code.map(|code| ("code", code.expose().to_owned())));
        Ok(authorization.target.answer(issuer, fields))
    }

    async fn new_code(
        &self,
        authorization: &Authorization,
        user: &User,
        session: &Session,
    ) -> Result<Secret, Fault> {
        let code = self.random.token();
        let grant = CodeGrant {
            client: authorization.client.clone(),
            redirect_uri: authorization.target.redirect_uri.clone(),
            redirect_given: authorization.redirect_given,
            code_challenge: authorization.code_challenge.clone(),
            scope: authorization.scope.clone(),
            audience: authorization.audience.clone(),
            nonce: authorization.nonce.clone(),
            user: user.id.clone(),
            connection: session.connection.clone(),
            proof: session.proof,
            acr: acr_of(authorization, session),
            auth_time: session.auth_time,
            sid: session.sid.clone(),
            session: session.id,
            family: FamilyId::new(self.new_id()),
        };
        let handle = Handle {
            id: TokenHash::of(&code),
            kind: HandleKind::AuthorizationCode,
            body: write_body(&grant)?,
            expires_at: self.now().plus(CODE_LIFE),
            used_at: None,
        };
        self.store.insert_handle(handle).await?;
        Ok(code)
    }
}

fn acr_of(authorization: &Authorization, session: &Session) -> Option<String> {
    let asked = authorization.acr_values.as_deref()?;
    session.proof.acr(asked).map(str::to_owned)
}
