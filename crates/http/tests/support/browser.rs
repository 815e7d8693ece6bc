//! A browser as far as our pages need one: it keeps cookies, and sends the forms that a page holds.

use std::cell::RefCell;
use std::collections::BTreeMap;

use http::Method;

use super::{Answer, FORM, TestServer};

pub struct Browser<'a> {
    server: &'a TestServer,
    cookies: RefCell<BTreeMap<String, String>>,
    /// Sent with every request.
    pub headers: Vec<(&'static str, String)>,
}

impl<'a> Browser<'a> {
    pub fn new(server: &'a TestServer) -> Self {
        Self { server, cookies: RefCell::default(), headers: Vec::new() }
    }

    /// As [`Browser::new`], with the `User-Agent` and languages of a person.
    pub fn of(server: &'a TestServer, agent: &str, languages: &str) -> Self {
        let headers = vec![("user-agent", agent.to_owned()), ("accept-language", languages.to_owned())];
        Self { headers, ..Self::new(server) }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// The session, once there is one.
    pub fn session(&self) -> Option<String> {
        self.cookie("__Host-latchkey_session")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, &[], b"").await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.request(Method::POST, path, &[("content-type", FORM)], body.as_bytes()).await
    }

    pub async fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let line =
            self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
        let mut all: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(headers);
        if !line.is_empty() {
            all.push(("cookie", &line));
        }
        let answer = self.server.request(method, path, &all, body).await;
        for value in answer.headers.get_all("set-cookie") {
            let cookie = cookie::Cookie::parse(value.to_str().unwrap()).unwrap();
            let (name, value) = (cookie.name().to_owned(), cookie.value().to_owned());
            match cookie.max_age().is_some_and(|age| age.is_zero()) {
                true => self.cookies.borrow_mut().remove(&name),
                false => self.cookies.borrow_mut().insert(name, value),
            };
        }
        answer
    }

    /// Goes where the answers lead, until they lead away from us.
    pub async fn follow(&self, mut answer: Answer) -> Answer {
        while answer.header("location").starts_with('/') {
            answer = self.get(answer.header("location")).await;
        }
        answer
    }

    /// Sends the form of a page that goes to this path, with these fields filled in, and follows.
    pub async fn submit(&self, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = Form::of(page, path);
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        let answer = self.post(&form.action, &all).await;
        self.follow(answer).await
    }
}

/// A form as it stands in a page.
pub struct Form {
    pub action: String,
    pub hidden: Vec<(String, String)>,
}

impl Form {
    /// The first form whose action begins with `path` and a query, or is it.
    pub fn of(page: &Answer, path: &str) -> Self {
        let forms = page.text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap());
        for form in forms {
            let action = attribute(form, "action").unwrap_or_default();
            if action.split('?').next() == Some(path) {
                let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap());
                let hidden = inputs.filter(|input| attribute(input, "type").as_deref() == Some("hidden"));
                let pair = |input| {
                    (attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or_default())
                };
                return Self { action, hidden: hidden.map(pair).collect() };
            }
        }
        panic!("no form for {path} in {} {}", page.status, page.text)
    }

    pub fn token(&self) -> &str {
        &self.hidden.iter().find(|(name, _)| name == "token").unwrap().1
    }
}

/// The value of an attribute, as a browser reads it.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(rest.split('"').next()?))
}

pub fn unescape(text: &str) -> String {
    [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
