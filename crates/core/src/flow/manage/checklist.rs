//! What a new tenant still needs before people sign in, told by how things are: nothing is ticked by hand.

use serde::Serialize;
use url::{Host, Url};

use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::deliver::RouteError;
use crate::model::tally::Counted;
use crate::model::{ClientKind, Connection, DocumentKind, EventKind, Strategy};
use crate::store::{EventFilter, Page, UserFilter, UserNumber, UserSearch, UserSort, UserWindow};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checklist {
    /// All of it.
    pub done: bool,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    pub id: &'static str,
    pub done: bool,
    /// `done`, or what is missing in a word.
    pub state: &'static str,
}

const DONE: &str = "done";
/// Entries of the log among which the newest message is looked for.
const RECENT: u32 = 100;
/// Days of counts that are looked at.
const COUNTED: i64 = 400;

impl Engine {
    pub async fn checklist(&self) -> Result<Checklist, Fault> {
        let connections = self.list_connections(&Default::default()).await?;
        let connections: Vec<Connection> =
            connections.into_iter().filter(|connection| connection.strategy != Strategy::Database).collect();
        let is_on = |connection: &Connection| connection.enabled && !connection.enabled_clients.is_empty();
        let items = vec![
            item("domain", domain(&self.settings.issuer)),
            item("messages", self.messages(&connections).await?),
            item("connection", if connections.iter().any(is_on) { DONE } else { "off" }),
            item("application", if self.has_application().await? { DONE } else { "none" }),
            item("sign_in", if self.has_signed_in().await? { DONE } else { "none" }),
            item("administrator", if self.has_second_admin().await? { DONE } else { "alone" }),
        ];
        Ok(Checklist { done: items.iter().all(|item| item.done), items })
    }

    /// Somebody else than this machine takes messages, and took one.
    async fn messages(&self, connections: &[Connection]) -> Result<&'static str, Fault> {
        let mut is_inbox = false;
        let mut is_set = false;
        for connection in connections {
            match self.route_of(connection).await {
                Ok(route) if route.is_remote() => is_set = true,
                Ok(_) => is_inbox = true,
                Err(RouteError::NoSender { .. } | RouteError::Fault(Fault::Sender { .. })) => {}
                Err(RouteError::Fault(fault)) => return Err(fault),
            }
        }
        Ok(match (is_set, is_inbox) {
            (true, _) if self.was_sent().await? => DONE,
            (true, _) => "untested",
            (false, true) => "inbox",
            (false, false) => "none",
        })
    }

    /// A message left, and none has failed since. Where the log says neither any more, the counts do.
    async fn was_sent(&self) -> Result<bool, Fault> {
        let page = Page { after: None, limit: RECENT };
        let recent = self.store.list_events(&EventFilter::default(), &page).await?;
        let newest = |kind| recent.iter().filter(|event| event.kind == kind).map(|event| event.at).max();
        let sent = newest(EventKind::CodeSent).max(newest(EventKind::MailSent));
        let failed = newest(EventKind::SendFailed);
        if sent.or(failed).is_some() {
            // Of one second nobody knows the order.
            return Ok(sent > failed);
        }
        let today = self.now().0.div_euclid(86_400);
        let counts = self.store.list_counts(today.saturating_sub(COUNTED), today).await?;
        Ok(counts.iter().any(|(key, _)| key.what == Counted::Sent))
    }

    /// One that people sign in to.
    async fn has_application(&self) -> Result<bool, Fault> {
        let clients = self.store.list_clients(&Page { after: None, limit: 100 }).await?;
        Ok(clients.iter().any(|client| client.kind != ClientKind::NonInteractive))
    }

    async fn has_signed_in(&self) -> Result<bool, Fault> {
        let search = UserSearch {
            filter: UserFilter::Number(UserNumber::LastLogin, Some(1), None),
            sort: UserSort::default(),
            window: UserWindow::Page { start: 0, limit: 1, total: false },
        };
        Ok(!self.store.search_users(&search).await?.users.is_empty())
    }

    async fn has_second_admin(&self) -> Result<bool, Fault> {
        let page = Page { after: None, limit: 2 };
        Ok(self.store.list_documents(DocumentKind::Admin, &page).await?.len() > 1)
    }
}

fn item(id: &'static str, state: &'static str) -> Item {
    Item { id, done: state == DONE, state }
}

/// Others reach the server by a name, over TLS.
fn domain(issuer: &str) -> &'static str {
    let Ok(url) = Url::parse(issuer) else { return "local" };
    let is_public =
        |name: &str| name.contains('.') && !name.ends_with(".localhost") && !name.ends_with(".local");
    match url.host() {
        _ if url.scheme() != "https" => "plain",
        Some(Host::Domain(name)) if is_public(name) => DONE,
        _ => "local",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_a_public_name_over_tls() {
        for (issuer, state) in [
            ("https://login.example.com/", DONE),
            ("http://login.example.com/", "plain"),
            ("https://localhost:3443/", "local"),
            ("https://app.localhost/", "local"),
            ("https://192.0.2.1/", "local"),
            ("nothing", "local"),
        ] {
            assert_eq!(domain(issuer), state, "{issuer}");
        }
    }
}
