//! An administrator at the dashboard, and forms as a person fills them in.

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::Role;

use super::browser::{attribute, unescape};
use super::{Answer, Browser, TestServer};

pub const ME: &str = "first@example.com";

/// A browser whose person is the first administrator.
pub async fn enter(server: &TestServer) -> Browser<'_> {
    let link = server.t.engine.set_up_link().await.unwrap().unwrap();
    come_in(server, link.expose(), &[("email", ME)]).await
}

/// A browser whose person has this role; somebody is an owner already.
pub async fn enter_as<'a>(server: &'a TestServer, email: &str, role: Role) -> Browser<'a> {
    let owner = server.t.engine.admin_operator(ME).await.unwrap().unwrap();
    server.t.engine.create_admin(&owner, email, role).await.unwrap();
    let link = server.t.engine.admin_link(&Operator::console(), email).await.unwrap();
    come_in(server, link.expose(), &[]).await
}

async fn come_in<'a>(server: &'a TestServer, link: &str, fields: &[(&str, &str)]) -> Browser<'a> {
    let browser = Browser::new(server);
    let path = format!("/dashboard/enter/{link}");
    let page = browser.get(&path).await;
    let home = browser.submit(&page, &path, fields).await;
    assert!(home.status == 200, "{}", home.text);
    browser
}

impl Browser<'_> {
    /// Sends the form of a page as it stands there, with these fields typed over; an empty value takes a field out.
    pub async fn save(&self, page: &Answer, path: &str, changes: &[(&str, &str)]) -> Answer {
        let kept = filled(page, path).into_iter().filter(|(name, _)| !changes.iter().any(|(n, _)| n == name));
        let changed = changes.iter().filter(|(_, value)| !value.is_empty());
        let changed = changed.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let all: Vec<(String, String)> = kept.chain(changed).collect();
        let all: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.post(path, &all).await;
        self.follow(answer).await
    }
}

/// What a browser would send of the form that posts to `path`.
pub fn filled(page: &Answer, path: &str) -> Vec<(String, String)> {
    let forms = page.text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap());
    let mut forms = forms.filter(|form| attribute(form, "action").as_deref() == Some(path));
    let form = forms.next().unwrap_or_else(|| panic!("no form for {path} in {} {}", page.status, page.text));
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let name = attribute(tag, "name").unwrap_or_default();
        let is_checked = tag.split('>').next().unwrap().ends_with(" checked");
        if tag.starts_with("input") {
            let kind = attribute(tag, "type").unwrap_or_default();
            let value = attribute(tag, "value").unwrap_or_else(|| String::from("on"));
            let value = if kind == "password" { String::new() } else { value };
            if !matches!(kind.as_str(), "checkbox" | "radio") || is_checked {
                fields.push((name, value));
            }
        } else if tag.starts_with("textarea") {
            fields.push((name, unescape(tag.split_once('>').unwrap().1)));
        } else if tag.starts_with("select") {
            let (_, rest) = form.split_once(&format!("name=\"{name}\"")).unwrap();
            let options: Vec<&str> =
                rest.split("</select>").next().unwrap().split("<option").skip(1).collect();
            let chosen =
                options.iter().find(|option| option.split('>').next().unwrap().ends_with(" selected"));
            let chosen = chosen.or(options.first()).unwrap();
            fields.push((name, attribute(chosen, "value").unwrap()));
        }
    }
    fields
}
