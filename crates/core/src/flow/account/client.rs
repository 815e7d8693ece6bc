//! The client that people prove themselves to when they come to their account. It is part of the program: no
//! store has it, no list shows it, and no tool makes or changes one of that id.

use latchkey_wire::token;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::Browser;
use crate::model::{ACCOUNT_CLIENT, Client, ClientId, ClientKind, Strategy};
use crate::store::StoreResult;

/// Its only callback, beside the issuer.
const CALLBACK: &str = "account/back";

impl Engine {
    /// `None` where an operator switched the page off.
    ///
    /// Invariant: it is confidential and has no secret, so that nobody is it at the token endpoint. Its codes
    /// are of no use to anybody: a sign-in here ends with the browser's session.
    pub(crate) async fn account_client(&self) -> StoreResult<Option<Client>> {
        let tenant = self.read_tenant_settings().await?;
        if !tenant.account {
            return Ok(None);
        }
        let id = ClientId::from(ACCOUNT_CLIENT);
        let mut client = self.bare_client(id, &tenant.friendly_name, ClientKind::RegularWeb);
        client.grant_types = [token::AUTHORIZATION_CODE, token::WEBAUTHN].map(str::to_owned).to_vec();
        client.callbacks = vec![self.url(CALLBACK)];
        client.created_at = Timestamp(0);
        client.updated_at = Timestamp(0);
        Ok(Some(client))
    }

    /// The URL where the browser of an account page goes to be signed in: whoever is already comes back at once, but
    /// where a connection is named nobody does. That stands for the only way in.
    pub fn account_sign_in(&self, connection: Option<&str>, ui_locales: &str) -> String {
        self.account_authorize(connection.map(|name| ("connection", name.to_owned())), ui_locales)
    }

    /// The URL where the person of a browser proves themselves once more. Whoever did within
    /// [`FRESH`](super::FRESH) seconds comes back at once, unless they did so by what changes none of their ways in
    /// (`flow/whole_proof.rs`): they are shown all ways that there are.
    pub async fn account_proof(&self, browser: &Browser, ui_locales: &str) -> Result<String, Fault> {
        let mut how = vec![("max_age", super::FRESH.to_string())];
        if let Some(known) = self.known(browser).await? {
            match self.is_whole_proof(&known.user, known.session.proof.is_key()).await? {
                true => {
                    let named = self.connection_to_prove(&known.session.connection).await?;
                    how.extend(named.map(|name| ("connection", name)));
                }
                // Their passkey may be of another connection.
                false => how = vec![("prompt", String::from("login"))],
            }
        }
        Ok(self.account_authorize(how, ui_locales))
    }

    fn account_authorize(
        &self,
        further: impl IntoIterator<Item = (&'static str, String)>,
        ui_locales: &str,
    ) -> String {
        let challenge = self.random.token();
        let callback = self.url(CALLBACK);
        let pairs = [
            ("client_id", ACCOUNT_CLIENT),
            ("response_type", "code"),
            ("redirect_uri", callback.as_str()),
            ("scope", "openid"),
            // Nobody knows what it is the hash of: the code that comes back cannot be traded.
            ("code_challenge", challenge.expose()),
            ("code_challenge_method", "S256"),
            ("ui_locales", ui_locales),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(pairs).extend_pairs(further).finish();
        self.url(&format!("authorize?{query}"))
    }

    /// The connection to be named where the person of a session proves themselves once more: theirs, unless the
    /// pages choose it by themselves. Nobody signs in by a code on a database.
    async fn connection_to_prove(&self, name: &str) -> Result<Option<String>, Fault> {
        let found = self.connection(name).await?;
        let named = found.filter(|connection| connection.strategy != Strategy::Database);
        let named = named.filter(|connection| connection.name != connection.strategy.as_str());
        Ok(named.map(|connection| connection.name.clone()))
    }
}
