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

    /// The URL where the browser of an account page goes to be proved. Whoever was proved within
    /// [`FRESH`](super::FRESH) seconds comes back at once where `afresh`, and where it is not, everybody who is
    /// signed in; but nobody where a connection is named, which stands for the only way in.
    pub fn account_sign_in(&self, afresh: bool, connection: Option<&str>, ui_locales: &str) -> String {
        let fresh = super::FRESH.to_string();
        let challenge = self.random.token();
        let callback = self.url(CALLBACK);
        let mut pairs = vec![
            ("client_id", ACCOUNT_CLIENT),
            ("response_type", "code"),
            ("redirect_uri", callback.as_str()),
            ("scope", "openid"),
            // Nobody knows what it is the hash of: the code that comes back cannot be traded.
            ("code_challenge", challenge.expose()),
            ("code_challenge_method", "S256"),
            ("ui_locales", ui_locales),
        ];
        if afresh {
            pairs.push(("max_age", fresh.as_str()));
        }
        pairs.extend(connection.map(|name| ("connection", name)));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.url(&format!("authorize?{query}"))
    }

    /// The connection to be named where the person of a browser proves themselves once more: theirs, unless the
    /// pages choose it by themselves. Nobody signs in by a code on a database.
    pub async fn account_connection(&self, browser: &Browser) -> Result<Option<String>, Fault> {
        let Some(session) = self.live_session(browser).await? else { return Ok(None) };
        let found = self.connection(&session.connection).await?;
        let named = found.filter(|connection| connection.strategy != Strategy::Database);
        let named = named.filter(|connection| connection.name != connection.strategy.as_str());
        Ok(named.map(|connection| connection.name.clone()))
    }
}
