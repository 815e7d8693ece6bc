//! The two servers: everything that can be asked about an address, and users of every kind.

use std::path::Path;

use anyhow::Result;
use latchkey_core::model::{Client, ClientKind, Connection, ConnectionId, SigningAlgorithm, Strategy};
use latchkey_core::store::Store;
use serde_json::{Value, json};

use super::asked::{CALLBACK, DATABASE, EMAIL, ORIGIN, PAGE};
use crate::population;
use crate::process::Served;
use crate::setup::{self, Places};

pub fn serve(places: &Places, folder: &Path, users: Vec<u64>) -> Result<Served> {
    std::fs::create_dir_all(folder)?;
    let url = format!("sqlite:{}", folder.join("store.db").display());
    population::open(&url, |store| Box::pin(fill(store, users)))?;
    places.serve(folder, &url)
}

async fn fill(store: &dyn Store, users: Vec<u64>) -> Result<()> {
    setup::fill(store).await?;
    store.put_client(&page()).await?;
    let mut sms = setup::connection();
    sms.enabled_clients.push(page().id);
    store.put_connection(&sms).await?;
    let mail = json!({ "provider": "inbox", "from": "Bench <codes@bench.example>" });
    store.put_connection(&connection("con_bench00000000001", EMAIL, Strategy::Email, mail)).await?;
    let codes = json!({ "authentication_methods": { "email_otp": { "enabled": true } } });
    store.put_connection(&connection("con_bench00000000002", DATABASE, Strategy::Database, codes)).await?;
    population::insert(store, &users).await?;
    population::insert_by_email(store, (EMAIL, DATABASE), &users).await
}

/// A page that signs in from its own origin, and by the hosted pages.
fn page() -> Client {
    let native = setup::client(SigningAlgorithm::ES256);
    Client {
        id: PAGE.into(),
        kind: ClientKind::Spa,
        grant_types: [native.grant_types.clone(), vec![String::from("authorization_code")]].concat(),
        callbacks: vec![CALLBACK.to_owned()],
        web_origins: vec![ORIGIN.to_owned()],
        cross_origin_login: true,
        ..native
    }
}

fn connection(id: &str, name: &str, strategy: Strategy, options: Value) -> Connection {
    let sms = setup::connection();
    let mut enabled_clients = sms.enabled_clients.clone();
    enabled_clients.push(page().id);
    Connection {
        id: ConnectionId::new(id),
        name: name.to_owned(),
        strategy,
        enabled_clients,
        options: options.as_object().cloned().unwrap_or_default(),
        ..sms
    }
}
