//! The demo clients and connections (their ids are fixed; other people's scripts depend on them).

use anyhow::Result;
use latchkey_core::Engine;
use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{AudienceGrant, Client, ClientId, ClientKind, Role, Strategy, TokenDialect};
use latchkey_core::store::Page;
use latchkey_wire::Secret;
use latchkey_wire::management::scope;
use latchkey_wire::token::{IMPLICIT, JWT_BEARER, LEGACY_DELEGATION, LEGACY_RO, LEGACY_RO_JWT_BEARER};
use serde_json::{Map, json};

/// What `dev.json` says of a client.
pub struct DemoClient {
    pub role: &'static str,
    pub id: String,
    pub secret: Option<Secret>,
}

const CLIENTS: [(&str, &str, &str, ClientKind); 4] = [
    ("native", "demo-native", "Demo app", ClientKind::Native),
    ("spa", "demo-spa", "Demo page", ClientKind::Spa),
    ("web", "demo-web", "Demo server", ClientKind::RegularWeb),
    ("m2m", "demo-m2m", "Demo machine", ClientKind::NonInteractive),
];

/// Makes what is missing, and moves the URLs to where the server listens now.
pub async fn seed(engine: &Engine, issuer: &str, http_port: u16) -> Result<Vec<DemoClient>> {
    let mut demo = Vec::new();
    for (role, id, name, kind) in CLIENTS {
        let known = engine.store.find_client(&ClientId::from(id)).await?;
        let mut client = match known {
            Some(client) => client,
            None => engine.draft_client(ClientId::from(id), name, kind)?.0,
        };
        place(&mut client, issuer, http_port);
        engine.save_client(&client).await?;
        let context = Client::secret_context(&client.id);
        let secret = match &client.secret {
            Some(sealed) => Some(engine.vault.open_text(&context, sealed)?),
            None => None,
        };
        demo.push(DemoClient { role, id: id.to_owned(), secret });
    }
    connect(engine, "sms", Strategy::Sms).await?;
    connect(engine, "email", Strategy::Email).await?;
    engine.directory.forget();
    Ok(demo)
}

fn place(client: &mut Client, issuer: &str, http_port: u16) {
    let pages = [
        issuer.to_owned(),
        format!("http://localhost:{http_port}/"),
        format!("http://127.0.0.1:{http_port}/"),
    ];
    let app = "https://localhost:9443/";
    client.callbacks = vec![app.to_owned(), format!("{app}cb")];
    client.callbacks.extend(pages.iter().cloned());
    client.callbacks.extend(pages.iter().map(|page| format!("{page}dev/")));
    client.logout_urls.clone_from(&client.callbacks);
    client.callbacks.extend(pages.iter().map(|page| format!("{page}dev/widget")));
    let origins = pages.iter().map(String::as_str).chain([app]);
    client.web_origins = origins.map(|url| url.trim_end_matches('/').to_owned()).collect();
    if client.kind == ClientKind::Native {
        for app in [&mut client.ios_bundle, &mut client.android_package] {
            app.get_or_insert_with(|| String::from("com.example.demo"));
        }
        client.oidc_conformant = false;
        for grant in [JWT_BEARER, LEGACY_RO, LEGACY_RO_JWT_BEARER, LEGACY_DELEGATION] {
            if !client.allows(grant) {
                client.grant_types.push(grant.to_owned());
            }
        }
    }
    if client.kind == ClientKind::Spa {
        client.cross_origin_login = true;
        client.cross_origin_loc = Some(String::from("https://localhost:9443/verify"));
        if !client.allows(IMPLICIT) {
            client.grant_types.push(IMPLICIT.to_owned());
        }
    }
    if client.kind == ClientKind::NonInteractive {
        let audience = format!("{issuer}api/v2/");
        client.audiences.retain(|grant| grant.audience != audience);
        client.audiences.push(AudienceGrant {
            audience,
            scopes: scope::ALL.iter().map(|scope| (*scope).to_owned()).collect(),
            token_lifetime: 86_400,
            dialect: TokenDialect::default(),
            further: Default::default(),
        });
    }
}

/// Who runs the demo.
const ADMIN: &str = "admin@latchkey.example";

/// Somebody who may use the dashboard.
pub async fn appoint(engine: &Engine) -> Result<()> {
    if !engine.has_admin().await? {
        engine.create_admin(&Operator::console(), ADMIN, Role::Owner).await?;
    }
    Ok(())
}

/// A connection whose messages go to the inbox, for every client that people sign in to. One that is
/// there already is somebody's work and stays as it is.
async fn connect(engine: &Engine, name: &str, strategy: Strategy) -> Result<()> {
    if engine.store.find_connection(name).await?.is_some() {
        return Ok(());
    }
    let mut connection = engine.draft_connection(name, strategy);
    let clients = engine.store.list_clients(&Page { after: None, limit: 100 }).await?;
    connection.enabled_clients = clients
        .into_iter()
        .filter(|client| client.kind != ClientKind::NonInteractive)
        .map(|client| client.id)
        .collect();
    let mut options = Map::from_iter([(String::from("provider"), json!("inbox"))]);
    let (option, value) = match strategy {
        Strategy::Email => ("from", json!("Latchkey <codes@latchkey.example>")),
        Strategy::Sms | Strategy::Database => {
            ("template", json!("Your code for @@application.name@@ is: @@password@@"))
        }
    };
    options.insert(option.to_owned(), value);
    if strategy == Strategy::Email {
        let methods = json!({ "passkey": { "enabled": true } });
        options.insert(String::from("authentication_methods"), methods);
    }
    engine.save_connection(connection, options).await?;
    Ok(())
}
