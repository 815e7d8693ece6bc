//! What development mode tells: `dev.json` for programs, the banner for people.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::demo::DemoClient;
use super::{FACTS, Folder};
use crate::wiring::write_secret;

/// Where the server is.
pub struct Place {
    pub issuer: String,
    pub http_url: String,
    pub ca_file: PathBuf,
}

pub fn write(folder: &Folder, place: &Place, clients: &[DemoClient]) -> Result<()> {
    let mut listed = Map::new();
    for client in clients {
        let mut entry = Map::new();
        entry.insert(String::from("client_id"), json!(client.id));
        if let Some(secret) = &client.secret {
            entry.insert(String::from("client_secret"), json!(secret.expose()));
        }
        listed.insert(client.role.to_owned(), Value::Object(entry));
    }
    let facts = json!({
        "base_url": place.issuer.trim_end_matches('/'),
        "http_url": place.http_url.trim_end_matches('/'),
        "issuer": place.issuer,
        "ca_file": place.ca_file,
        "inbox_url": format!("{}dev/inbox", place.http_url),
        "dashboard_url": format!("{}dev/dashboard", place.http_url),
        "clients": listed,
        "management_audience": format!("{}api/v2/", place.issuer),
    });
    // Written whole or not at all: programs wait for this file.
    let (fresh, file) = (folder.file("dev.json.new"), folder.file(FACTS));
    let _ = std::fs::remove_file(&fresh);
    write_secret(&fresh, &serde_json::to_string_pretty(&facts)?)?;
    std::fs::rename(&fresh, &file).with_context(|| format!("cannot write {}", file.display()))
}

/// Three commands that a newcomer can paste, one after the other.
pub fn banner(folder: &Folder, place: &Place) -> Result<String> {
    let program = std::env::current_exe().context("cannot find this program's own path")?;
    let http = place.http_url.trim_end_matches('/');
    Ok(format!(
        r#"
  Latchkey is ready, for development on this machine only.

    Demo app   {http}/dev/
    Inbox      {http}/dev/inbox
    Dashboard  {http}/dev/dashboard
    Issuer     {issuer}
    Authority  {ca}
    Facts      {facts}

  Three commands to try:

  1. Ask for a code by SMS
     curl -sS {http}/passwordless/start -H 'content-type: application/json' -d '{{"client_id":"demo-native","connection":"sms","phone_number":"+14155550100","send":"code"}}'

  2. Read it in the inbox
     curl -sS '{http}/dev/inbox/messages?to=%2B14155550100'

  3. Trade it for tokens, and look inside the id_token
     curl -sS {http}/oauth/token -d grant_type=http://auth0.com/oauth/grant-type/passwordless/otp -d client_id=demo-native -d realm=sms --data-urlencode username=+14155550100 -d scope='openid profile phone offline_access' -d otp=$(curl -sS '{http}/dev/inbox/messages?to=%2B14155550100' | '{program}' decode --code) | '{program}' decode

"#,
        issuer = place.issuer,
        ca = place.ca_file.display(),
        facts = folder.file(FACTS).display(),
        program = program.display(),
    ))
}
