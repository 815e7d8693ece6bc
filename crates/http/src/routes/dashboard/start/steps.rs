//! What each item of the list says, as things stand.

use serde_json::Value;

use crate::routes::dashboard::api::{segment, text};

pub struct Step {
    pub id: String,
    pub title: &'static str,
    pub done: bool,
    pub about: String,
    /// Where it is done: the path, and what is there.
    pub links: Vec<(String, String)>,
}

impl Step {
    pub fn state(&self) -> &'static str {
        if self.done { "Done" } else { "To do" }
    }

    /// It happens elsewhere, and the page waits for it.
    pub fn is_awaited(&self) -> bool {
        self.id == "sign_in" && !self.done
    }
}

/// `client`: the first application, or null.
pub fn step(item: &Value, issuer: &str, client: &Value) -> Step {
    let (id, state) = (text(item, "/id"), text(item, "/state"));
    let done = state == "done";
    let (title, about) = match id {
        "domain" => ("A domain and TLS", domain(state, issuer)),
        "messages" => ("A provider of messages", messages(state).to_owned()),
        "connection" => ("A way to sign in", connection(done).to_owned()),
        "application" => ("Your first application", application(done, text(client, "/name"))),
        "sign_in" => ("The first sign-in", sign_in(done).to_owned()),
        _ => ("A second administrator", administrator(done).to_owned()),
    };
    Step { id: id.to_owned(), title, done, about, links: links(id, done, client) }
}

fn domain(state: &str, issuer: &str) -> String {
    match state {
        "done" => format!("People and applications find this server at {issuer}."),
        "plain" => format!(
            "This server calls itself {issuer}, which is not protected by TLS. Set [server] public_url to an \
             https:// address, and give the listener a certificate or put a proxy in front of it."
        ),
        _ => format!(
            "This server calls itself {issuer}, which only this machine can reach. That is enough to try \
             things. For others, point a domain at the server and set [server] public_url to it."
        ),
    }
}

fn messages(state: &str) -> &'static str {
    match state {
        "done" => "Codes leave this server. The last message was taken by its provider.",
        "untested" => {
            "A provider is set, and no message has left since, or the last one failed. Send a test message; \
             the log says what became of it."
        }
        "inbox" => {
            "Messages stay in the inbox of this server, where only you read them. For real people, set up a \
             mail server, Twilio or a gateway."
        }
        _ => "Nothing can send codes yet. Set up a mail server for emails, or Twilio for text messages.",
    }
}

fn connection(done: bool) -> &'static str {
    match done {
        true => "At least one passwordless connection is on.",
        false => "Turn on SMS or Email: choose the applications that people may use it for.",
    }
}

fn application(done: bool, name: &str) -> String {
    match done {
        true if !name.is_empty() => {
            format!("{name} can ask people to sign in. Its quick start has the code.")
        }
        true => String::from("An application can ask people to sign in."),
        false => String::from(
            "Create the application that people sign in to: a native app, a single page or a web server. Its \
             quick start then has the code to paste, with your domain and its client ID in it.",
        ),
    }
}

fn sign_in(done: bool) -> &'static str {
    match done {
        true => "Somebody has signed in.",
        false => "Sign in to your application once, as one of its users would.",
    }
}

fn administrator(done: bool) -> &'static str {
    match done {
        true => "Somebody else can help when you cannot.",
        false => "Add a second person, so that one lost device or mailbox locks nobody out.",
    }
}

fn links(id: &str, done: bool, client: &Value) -> Vec<(String, String)> {
    let link = |path: &str, name: &str| (path.to_owned(), name.to_owned());
    let client_id = text(client, "/client_id");
    match id {
        "domain" => vec![link("/dashboard/settings/domains", "Custom domains")],
        "messages" => vec![
            link("/dashboard/email", "Email provider"),
            link("/dashboard/phone", "Phone provider"),
            link("/dashboard/logs", "Log"),
        ],
        "connection" => vec![link("/dashboard/connections/passwordless", "Passwordless connections")],
        "application" if done && !client_id.is_empty() => {
            let path = format!("/dashboard/applications/{}/quickstart", segment(client_id));
            vec![(path, format!("Quick start of {}", text(client, "/name")))]
        }
        "application" => vec![link("/dashboard/applications", "Applications")],
        "sign_in" => vec![link("/dashboard/logs", "Log")],
        _ => vec![link("/dashboard/admins", "Administrators")],
    }
}
