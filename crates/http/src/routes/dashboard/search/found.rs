//! What a search finds, by asking the API for each kind of record. What the administrator may not read, or what
//! cannot be asked just now, is left out.

use serde_json::Value;

use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, list, number, segment, text};
use crate::routes::dashboard::nav::GROUPS;
use crate::routes::dashboard::{apis, applications, passwordless};

pub struct Group {
    pub name: &'static str,
    pub items: Vec<Item>,
    /// Where there may be more of them.
    pub more: Option<String>,
}

pub struct Item {
    pub name: String,
    pub about: String,
    pub href: String,
}

/// At most `most` items of each kind; kinds of which none is found are left out.
pub async fn search(app: &SharedApp, visit: &AdminVisit, q: &str, most: usize) -> Vec<Group> {
    if q.is_empty() {
        return Vec::new();
    }
    let api = Api::of(app, visit);
    let mut groups = vec![
        screens(q),
        clients(&api, q, most).await,
        resource_servers(&api, q).await,
        connections(&api, q).await,
        users(&api, q, most).await,
    ];
    groups.iter_mut().for_each(|group| group.items.truncate(most));
    groups.retain(|group| !group.items.is_empty());
    groups
}

fn has(q: &str, texts: &[&str]) -> bool {
    let small = q.to_lowercase();
    texts.iter().any(|text| text.to_lowercase().contains(&small))
}

fn screens(q: &str) -> Group {
    let all = GROUPS.iter().flat_map(|group| group.screens.iter().map(move |screen| (group.name, screen)));
    let found = all.filter(|(group, screen)| has(q, &[group, screen.name]));
    let item = |(group, screen): (&str, &crate::routes::dashboard::nav::Screen)| Item {
        name: screen.name.to_owned(),
        about: if group == screen.name { String::new() } else { group.to_owned() },
        href: screen.path.to_owned(),
    };
    Group { name: "Screens", items: found.map(item).collect(), more: None }
}

async fn clients(api: &Api<'_>, q: &str, most: usize) -> Group {
    let (asked, page) = (segment(q), applications::PATH);
    let path = format!("/clients?fields=client_id,name&include_totals=true&per_page={most}&q={asked}");
    let found = api.get(&path).await.unwrap_or_default();
    let item = |client: &Value| {
        let id = text(client, "/client_id");
        let href = format!("{page}/{}/quickstart", segment(id));
        Item { name: text(client, "/name").to_owned(), about: id.to_owned(), href }
    };
    let items: Vec<Item> = list(&found, "/clients").iter().map(item).collect();
    let total = number(&found, "/total");
    let more = (total > most as u64).then(|| format!("{page}?q={asked}"));
    Group { name: "Applications", items, more }
}

async fn resource_servers(api: &Api<'_>, q: &str) -> Group {
    let found = api.all("/resource-servers?fields=id,name,identifier").await.unwrap_or_default();
    let fits = |one: &&Value| has(q, &["/name", "/identifier", "/id"].map(|part| text(one, part)));
    let item = |one: &Value| {
        let href = format!("{}/{}/settings", apis::PATH, segment(text(one, "/id")));
        Item { name: text(one, "/name").to_owned(), about: text(one, "/identifier").to_owned(), href }
    };
    Group { name: "APIs", items: found.iter().filter(fits).map(item).collect(), more: None }
}

async fn connections(api: &Api<'_>, q: &str) -> Group {
    let path = "/connections?strategy=sms&strategy=email&fields=id,name,strategy";
    let found = api.all(path).await.unwrap_or_default();
    let fits = |one: &&Value| has(q, &["/name", "/strategy", "/id"].map(|part| text(one, part)));
    let item = |one: &Value| {
        let href = format!("{}/{}/settings", passwordless::PATH, segment(text(one, "/id")));
        Item { name: text(one, "/name").to_owned(), about: text(one, "/id").to_owned(), href }
    };
    Group { name: "Connections", items: found.iter().filter(fits).map(item).collect(), more: None }
}

async fn users(api: &Api<'_>, q: &str, most: usize) -> Group {
    let path = format!(
        "/users?search_engine=v3&fields=user_id,name,email,phone_number&per_page={most}&q={}",
        segment(&lucene(q))
    );
    let found = api.get(&path).await.unwrap_or_default();
    let item = |user: &Value| {
        let id = text(user, "/user_id");
        let names = ["/name", "/email", "/phone_number", "/user_id"].map(|part| text(user, part));
        let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        let href = format!("/dashboard/users/{}", segment(id));
        Item { name: name.to_owned(), about: id.to_owned(), href }
    };
    Group { name: "Users", items: list(&found, "").iter().map(item).collect(), more: None }
}

/// The words within a name or an id; what is too short for that, at its beginning.
fn lucene(q: &str) -> String {
    let escaped: String = q.chars().filter(|c| !c.is_control()).flat_map(|c| ['\\', c]).collect();
    if q.chars().count() >= 3 { format!("*{escaped}*") } else { format!("{escaped}*") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_searched_for_as_it_is() {
        assert_eq!(lucene("a:(b"), r"*\a\:\(\b*");
        assert_eq!(lucene("ab"), r"\a\b*");
    }
}
