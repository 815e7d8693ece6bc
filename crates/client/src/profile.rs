//! Who signed in: `/userinfo` (protocol 2.14) and `/tokeninfo` (2.13).

use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::client::{self, Client};
use crate::error::Error;
use crate::refusal::Step;
use crate::tokens::Tokens;
use crate::transport::Response;

/// A person, as the server describes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// `sms|…`, `email|…`: the same for as long as the account is there.
    pub id: String,
    /// Everything that the server told, by the names of claims.
    pub claims: Map<String, Value>,
}

impl Profile {
    /// A claim that is text: `name`, `nickname`, `email`, `phone_number`, `picture`, …
    #[must_use]
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// A name to greet the person by: the best that is there.
    #[must_use]
    pub fn display_name(&self) -> &str {
        ["name", "nickname", "email", "phone_number"]
            .iter()
            .find_map(|claim| self.text(claim).filter(|text| !text.is_empty()))
            .unwrap_or(&self.id)
    }

    /// What an `id_token` says, which was proved before.
    pub(crate) fn of_id_token(token: &Secret) -> Option<Self> {
        let claims: Map<String, Value> =
            jsonwebtoken::dangerous::insecure_decode_claims(token.expose()).ok()?;
        let id = claims.get("sub").and_then(Value::as_str)?.to_owned();
        Some(Self { id, claims })
    }

    /// Of today's servers in `sub`, of the old pipeline in `user_id`.
    fn read(response: &Response) -> Result<Self, Error> {
        let claims: Map<String, Value> = client::json(response, "the profile")?;
        let id = ["sub", "user_id"].iter().find_map(|claim| claims.get(*claim).and_then(Value::as_str));
        match id.filter(|id| !id.is_empty()) {
            Some(id) => Ok(Self { id: id.to_owned(), claims }),
            None => Err(Error::BadAnswer("the profile")),
        }
    }
}

impl Client {
    /// The person whose access token this is.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with status 401 when the token is over.
    pub async fn user_info(&self, access_token: &Secret) -> Result<Profile, Error> {
        let bearer = format!("Bearer {}", access_token.expose());
        let response = self.get("/userinfo", &[("authorization", &bearer)]).await?;
        Profile::read(&response)
    }

    /// The person whose `id_token` this is, from the old pipeline.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the token is over, or the server has no old pipeline.
    pub async fn token_info(&self, id_token: &Secret) -> Result<Profile, Error> {
        let response = self.post("/tokeninfo", Step::Other, &json!({ "id_token": id_token })).await?;
        Profile::read(&response)
    }

    /// The person whose tokens these are, in the way of the client's generation.
    ///
    /// # Errors
    ///
    /// As [`user_info`](Self::user_info) and [`token_info`](Self::token_info).
    pub async fn profile(&self, tokens: &Tokens) -> Result<Profile, Error> {
        match (self.generation(), &tokens.id_token) {
            (client::Generation::Legacy, Some(id_token)) => self.token_info(id_token).await,
            _ => self.user_info(&tokens.access_token).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &str) -> Result<Profile, Error> {
        Profile::read(&Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() })
    }

    #[test]
    fn a_profile_of_either_generation_has_an_id() {
        assert_eq!(read(r#"{"sub":"sms|1","name":"Ana"}"#).unwrap().display_name(), "Ana");
        let legacy = read(r#"{"user_id":"sms|1","name":"","phone_number":"+14155550100"}"#).unwrap();
        assert_eq!((&*legacy.id, legacy.display_name()), ("sms|1", "+14155550100"));
        assert!(read(r#"{"name":"Ana"}"#).is_err() && read(r#"{"sub":""}"#).is_err());
    }

    proptest! {
        #[test]
        fn whatever_a_server_answers_is_a_profile_or_an_error(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Profile::read(&Response { status: 200, headers: Vec::new(), body });
        }
    }
}
