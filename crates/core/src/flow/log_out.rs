//! Sign-out (protocol 2.15; OpenID Connect RP-Initiated Logout). Auth0's endpoint signs out at once and
//! goes to a registered address; OpenID's asks first unless an id_token of the same session vouches.

use std::sync::Arc;

use super::browser::Browser;
use super::note::whence;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Client, ClientId, Ending, EventKind, LogoutInitiator, Session, TokenHash};

/// `/v2/logout`, as far as it matters here.
#[derive(Clone, Debug, Default)]
pub struct LogOut {
    pub client: Option<ClientId>,
    pub return_to: Option<String>,
}

/// `/oidc/logout`.
#[derive(Clone, Debug, Default)]
pub struct OidcLogOut {
    pub id_token_hint: Option<String>,
    pub post_logout_redirect_uri: Option<String>,
    pub client: Option<ClientId>,
    pub state: Option<String>,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedOut {
    /// Signed out; the browser goes there.
    Redirect(String),
    /// Signed out; a page says so.
    Page,
    /// Nobody vouches for the request: the person is asked.
    Confirm,
    /// The address is not registered; nothing happened.
    Refused,
}

impl Engine {
    pub async fn log_out(self: &Arc<Self>, request: &LogOut, browser: &Browser) -> Result<LoggedOut, Fault> {
        let listed = match &request.client {
            None => self.all_logout_urls().await?,
            Some(id) => match self.client(id).await? {
                None => return Ok(self.logout_refused(Some(id), "client_id")),
                Some(client) => client.logout_urls.clone(),
            },
        };
        let target = match &request.return_to {
            Some(url) if listed.iter().any(|known| matches(known, url)) => Some(url.clone()),
            Some(_) => return Ok(self.logout_refused(request.client.as_ref(), "returnTo")),
            None => listed.into_iter().next().filter(|_| request.client.is_some()),
        };
        self.end_session(browser, request.client.as_ref()).await?;
        Ok(target.map_or(LoggedOut::Page, LoggedOut::Redirect))
    }

    pub async fn oidc_log_out(
        self: &Arc<Self>,
        request: &OidcLogOut,
        browser: &Browser,
        confirmed: bool,
    ) -> Result<LoggedOut, Fault> {
        let session = self.live_session(browser).await?;
        let hint = match &request.id_token_hint {
            None => None,
            Some(token) => match self.hinted_subject(token, request.client.as_ref()).await? {
                Some(hint) => Some(hint),
                None => return Ok(self.logout_refused(request.client.as_ref(), "id_token_hint")),
            },
        };
        let client = match (&hint, &request.client) {
            (Some(hint), _) => Some(Arc::clone(&hint.client)),
            (None, Some(id)) => self.client(id).await?,
            (None, None) => None,
        };
        let target = match &request.post_logout_redirect_uri {
            None => None,
            Some(uri) => match &client {
                Some(client) if client.logout_urls.contains(uri) => {
                    Some(with_state(uri, request.state.as_deref()))
                }
                // Without a client nobody can say whether it is registered: no redirect, but a page.
                None => None,
                Some(client) => {
                    return Ok(self.logout_refused(Some(&client.id), "post_logout_redirect_uri"));
                }
            },
        };
        let same = |session: &Session| {
            hint.as_ref().is_some_and(|hint| {
                hint.subject == session.user.as_str()
                    && hint.sid.as_ref().is_none_or(|sid| *sid == session.sid)
            })
        };
        let vouched = session.as_ref().map_or(hint.is_some(), same);
        if !vouched && !confirmed {
            return Ok(LoggedOut::Confirm);
        }
        self.end_session(browser, client.as_ref().map(|client| &client.id)).await?;
        Ok(target.map_or(LoggedOut::Page, LoggedOut::Redirect))
    }

    /// Nothing happens, because of that parameter.
    fn logout_refused(&self, client: Option<&ClientId>, parameter: &str) -> LoggedOut {
        // One that is not known names no client.
        let known = client.filter(|_| parameter != "client_id");
        self.note_seldom(EventKind::LogoutFailed, known, &format!("{parameter}|{}", whence()), |event| {
            event.because(parameter);
        });
        LoggedOut::Refused
    }

    /// Whoever signs out does not wait for the clients that are told of it.
    async fn end_session(
        self: &Arc<Self>,
        browser: &Browser,
        client: Option<&ClientId>,
    ) -> Result<(), Fault> {
        let Some(cookie) = &browser.session else { return Ok(()) };
        let id = TokenHash::of(cookie);
        let Some(session) = self.store.find_session(&id).await? else { return Ok(()) };
        let ending = Ending { initiator: LogoutInitiator::RpLogout, at: self.now() };
        let ended = self.store.delete_session(&id, ending).await?;
        if ended.sessions > 0 {
            let mut event = self.event(EventKind::LoggedOut, client);
            event.user = Some(session.user.clone());
            event.connection = Some(session.connection.clone());
            event.detail.insert(String::from("session_id"), session.sid.clone().into());
            self.store.insert_events(vec![event]).await?;
        }
        if ended.notices > 0 {
            let engine = Arc::clone(self);
            self.runtime.spawn(Box::pin(async move {
                if let Err(error) = engine.tell_clients().await {
                    tracing::warn!(%error, "clients could not be told of a sign-out");
                }
            }));
        }
        Ok(())
    }

    /// Where no client is named the tenant's addresses will do, and any client's.
    async fn all_logout_urls(&self) -> Result<Vec<String>, Fault> {
        let page = crate::store::Page { after: None, limit: 100 };
        let clients: Vec<Client> = self.store.list_clients(&page).await?;
        let mut urls = self.tenant().await?.logout_urls;
        urls.extend(clients.into_iter().flat_map(|client| client.logout_urls));
        Ok(urls)
    }
}

/// Query and hash do not count; scheme and host are compared as URLs compare them, the path exactly.
fn matches(listed: &str, asked: &str) -> bool {
    let (Ok(listed), Ok(mut asked)) = (url::Url::parse(listed), url::Url::parse(asked)) else {
        return false;
    };
    let mut listed = listed;
    for url in [&mut listed, &mut asked] {
        url.set_query(None);
        url.set_fragment(None);
    }
    listed == asked
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    match (url::Url::parse(uri), state) {
        (Ok(mut url), Some(state)) => {
            url.query_pairs_mut().append_pair("state", state);
            url.into()
        }
        _ => uri.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_address_may_have_another_query_but_no_other_path_or_host() {
        let listed = "https://app.example/out";
        for (asked, fits) in [
            ("https://app.example/out", true),
            ("https://app.example/out?a=1#b", true),
            ("HTTPS://APP.example/out", true),
            ("https://app.example/Out", false),
            ("https://app.example/out/", false),
            ("https://app.example@evil.example/out", false),
            ("https://evil.example/out", false),
            ("http://app.example/out", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(matches(listed, asked), fits, "{asked}");
        }
    }
}
