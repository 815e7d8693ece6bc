//! `GET /user/ssodata`: who is signed in in this browser, for scripts of 2014 (protocol 2.18).

use super::browser::Browser;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::ClientId;

pub struct SsoData {
    pub clients: Vec<ClientId>,
    pub username: String,
    pub connection: String,
    pub strategy: &'static str,
}

impl Engine {
    pub async fn sso_data(&self, browser: &Browser) -> Result<Option<SsoData>, Fault> {
        let Some(known) = self.known(browser).await? else { return Ok(None) };
        let name = &known.session.connection;
        let identity = known.user.identities.iter().find(|identity| identity.connection == *name);
        Ok(identity.map(|identity| SsoData {
            clients: known.session.clients.clone(),
            username: identity.reachable().map(|address| address.as_str().to_owned()).unwrap_or_default(),
            connection: name.clone(),
            strategy: identity.strategy.as_str(),
        }))
    }
}
