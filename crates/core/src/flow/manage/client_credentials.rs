//! Public keys that clients prove themselves by: `private_key_jwt` (section 2.3).

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::Algorithm;
use latchkey_wire::management::client::CredentialBody;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::client_parts::parse;
use super::{Entity, ManageError, Operator};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::flow::authenticate_client::public_key;
use crate::model::{Client, ClientCredential};

/// Most keys of a client.
const MAX: usize = 10;
const METHODS: &str = "client_authentication_methods";

impl Engine {
    pub async fn create_credential(
        &self,
        operator: &Operator,
        client: &str,
        body: CredentialBody,
    ) -> Result<Value, ManageError> {
        let key = self.credential_from(&body, "")?;
        self.change_client(client, |client| {
            add(client, key.clone())?;
            let after = Some(show_credential(&key));
            Ok(self.change(operator, "create", Entity::Credential, &key.id, (None, after)))
        })
        .await?;
        Ok(show_credential(&key))
    }

    pub async fn read_credentials(&self, client: &str) -> Result<Vec<Value>, ManageError> {
        let client = self.read_managed_client(client).await?;
        Ok(client.credentials.iter().map(show_credential).collect())
    }

    pub async fn read_credential(&self, client: &str, id: &str) -> Result<Value, ManageError> {
        let client = self.read_managed_client(client).await?;
        let found = client.credentials.iter().find(|key| key.id == id);
        found.map(show_credential).ok_or(ManageError::NotFound(Entity::Credential))
    }

    /// Only its end changes; `null` takes that away.
    pub async fn update_credential(
        &self,
        operator: &Operator,
        (client, id): (&str, &str),
        given: Map<String, Value>,
    ) -> Result<Value, ManageError> {
        let now = self.now();
        let end = given.get("expires_at").map(|end| ends_at(end, now)).transpose()?;
        self.change_client(client, |client| {
            let found = client.credentials.iter_mut().find(|key| key.id == id);
            let key = found.ok_or(ManageError::NotFound(Entity::Credential))?;
            let before = show_credential(key);
            if let Some(end) = end {
                key.expires_at = end;
            }
            key.updated_at = now;
            let records = (Some(before), Some(show_credential(key)));
            Ok(self.change(operator, "update", Entity::Credential, id, records))
        })
        .await?;
        self.read_credential(client, id).await
    }

    /// An unknown id is as good as deleted. One in use stays: its client could not prove itself any more.
    pub async fn remove_credential(
        &self,
        operator: &Operator,
        client: &str,
        id: &str,
    ) -> Result<(), ManageError> {
        let known = self.read_managed_client(client).await?;
        if !known.credentials.iter().any(|key| key.id == id) {
            return Ok(());
        }
        self.change_client(client, |client| {
            let before = client.credentials.iter().find(|key| key.id == id).map(show_credential);
            if client.credentials.iter().any(|key| key.id == id && key.in_use) {
                let text = "The credential is in use: take it out of client_authentication_methods first";
                return Err(ManageError::NotSupported(String::from(text)));
            }
            client.credentials.retain(|key| key.id != id);
            Ok(self.change(operator, "delete", Entity::Credential, id, (before, None)))
        })
        .await?;
        Ok(())
    }

    /// A new client may bring its keys along: each becomes a credential, and the body names it.
    pub(super) fn take_credentials(
        &self,
        client: &mut Client,
        body: &mut Map<String, Value>,
    ) -> Result<(), ManageError> {
        let root =
            body.get_mut(METHODS).and_then(|methods| methods.pointer_mut("/private_key_jwt/credentials"));
        let Some(Value::Array(list)) = root else { return Ok(()) };
        for item in list.iter_mut().filter(|item| item.get("pem").is_some()) {
            let property = format!("{METHODS}.private_key_jwt.credentials");
            let key = self.credential_from(&parse(&property, item)?, &format!("{property}."))?;
            *item = json!({ "id": key.id });
            add(client, key)?;
        }
        Ok(())
    }

    fn credential_from(&self, body: &CredentialBody, at: &str) -> Result<ClientCredential, ManageError> {
        let bad = |property: &str, reason: &str| Err(ManageError::invalid(format!("{at}{property}"), reason));
        if body.credential_type != "public_key" {
            return bad("credential_type", "Must be public_key");
        }
        let name = body.name.clone().unwrap_or_default();
        if name.chars().count() > 128 || body.pem.len() > 8_192 {
            return bad("name", "Must be at most 128 characters, and the key at most 8192");
        }
        let pem = body.pem.trim().to_owned();
        let Some((own, _)) = public_key(&pem) else {
            return bad("pem", "Must be a public key of RSA, P-256 or Ed25519, as PEM");
        };
        let alg = body.alg.clone().unwrap_or_else(|| format!("{own:?}"));
        let fits = match own {
            Algorithm::RS256 => ["RS256", "RS384", "PS256"].contains(&alg.as_str()),
            other => format!("{other:?}") == alg,
        };
        if !fits {
            return bad("alg", "Does not fit the key");
        }
        let now = self.now();
        let expires_at = match &body.expires_at {
            None => None,
            Some(end) => ends_at(end, now)?,
        };
        let id = format!("cred_{}", self.random.alphanumeric(22));
        Ok(ClientCredential {
            id,
            name,
            alg,
            pem,
            in_use: false,
            expires_at,
            created_at: now,
            updated_at: now,
        })
    }
}

fn add(client: &mut Client, key: ClientCredential) -> Result<(), ManageError> {
    if client.credentials.iter().any(|known| known.pem == key.pem) {
        return Err(ManageError::Conflict(Entity::Credential));
    }
    if client.credentials.len() >= MAX {
        return Err(ManageError::invalid("", format!("A client has at most {MAX} credentials")));
    }
    client.credentials.push(key);
    Ok(())
}

/// The key itself is never read back.
fn show_credential(key: &ClientCredential) -> Value {
    let mut shown = json!({
        "id": key.id,
        "name": key.name,
        "kid": BASE64URL_NOPAD.encode(digest(&SHA256, key.pem.as_bytes()).as_ref()),
        "alg": key.alg,
        "credential_type": "public_key",
        "created_at": key.created_at.to_iso8601(),
        "updated_at": key.updated_at.to_iso8601(),
    });
    if let (Some(object), Some(end)) = (shown.as_object_mut(), key.expires_at) {
        object.insert(String::from("expires_at"), json!(end.to_iso8601()));
    }
    shown
}

fn ends_at(value: &Value, now: Timestamp) -> Result<Option<Timestamp>, ManageError> {
    let bad = || ManageError::invalid("expires_at", "Must be a date of RFC 3339 that is to come");
    match value {
        Value::Null => Ok(None),
        Value::String(text) => {
            let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| bad())?.unix_timestamp();
            (at > now.0).then_some(Some(Timestamp(at))).ok_or_else(bad)
        }
        _ => Err(bad()),
    }
}
