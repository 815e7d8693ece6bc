//! An operator saves a connection: what could not send is refused here, not at three in the morning.

use serde_json::{Map, Value};

use crate::channel::{
    CodeOptions, DatabaseOptions, EmailOptions, PasskeyOptions, SmsOptions, misdirected, take_secrets,
    with_secrets,
};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Channel, ClientId, Connection, ConnectionId, Strategy};
use crate::sender::BadOption;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum SaveConnectionError {
    #[error("name: 1 to 128 letters, digits or '-', starting and ending with a letter or digit")]
    Name,
    #[error("the name is taken")]
    NameTaken,
    #[error(transparent)]
    Option(#[from] BadOption),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SaveConnectionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::NameTaken,
            other => Self::Fault(other.into()),
        }
    }
}

impl Engine {
    /// A connection with nothing in it, not yet saved.
    pub fn draft_connection(&self, name: &str, strategy: Strategy) -> Connection {
        let now = self.now();
        Connection {
            id: ConnectionId::new(format!("con_{}", self.random.alphanumeric(16))),
            name: name.to_owned(),
            strategy,
            enabled: true,
            enabled_clients: Vec::<ClientId>::new(),
            options: Map::new(),
            secrets: std::collections::BTreeMap::new(),
            further: Map::new(),
            version: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// Checks, seals the secrets and saves. `options` replaces the whole of what was there (P-197),
    /// but that a secret which is absent keeps its value (decision 3.13).
    pub async fn save_connection(
        &self,
        connection: Connection,
        options: Map<String, Value>,
    ) -> Result<Connection, SaveConnectionError> {
        let connection = self.prepare_connection(connection, options, true).await?;
        self.put_connection(&connection).await?;
        Ok(connection)
    }

    /// Checked, and with its secrets sealed; nothing is saved yet. `whole`: its senders have all that they need
    /// to send. Tools write a connection in several steps.
    pub(super) async fn prepare_connection(
        &self,
        mut connection: Connection,
        mut options: Map<String, Value>,
        whole: bool,
    ) -> Result<Connection, SaveConnectionError> {
        if !is_name(&connection.name) {
            return Err(SaveConnectionError::Name);
        }
        let given = take_secrets(&mut options);
        if let Some(bad) = misdirected(&connection, &options, &given) {
            return Err(bad.into());
        }
        for secret in given {
            let Some(value) = secret.value else {
                connection.secrets.remove(&secret.path);
                continue;
            };
            let context = Connection::secret_context(&connection.id, &secret.path);
            let sealed = self.vault.seal(&context, value.expose().as_bytes()).map_err(Fault::from)?;
            connection.secrets.insert(secret.path, sealed);
        }
        self.check_urls(&options)?;
        connection.options = options;
        connection.updated_at = self.now();
        PasskeyOptions::read(&connection)?;
        match connection.strategy {
            Strategy::Sms => self.check_sms(&connection, whole)?,
            Strategy::Email => self.check_email(&connection, whole)?,
            Strategy::Database => self.check_database(&connection).await?,
        }
        Ok(connection)
    }

    /// Also while the rest of a sender is not there yet (S-134).
    fn check_urls(&self, options: &Map<String, Value>) -> Result<(), BadOption> {
        for option in URLS {
            let url = options.get(option).and_then(Value::as_str).filter(|url| !url.is_empty());
            if let Some(url) = url {
                let bad = |reason| BadOption { option: option.to_owned(), reason };
                self.senders.check_url(url).map_err(bad)?;
            }
        }
        Ok(())
    }

    fn check_sms(&self, connection: &Connection, whole: bool) -> Result<(), SaveConnectionError> {
        let options = SmsOptions::read(connection)?;
        if options.template.chars().count() > MAX_SMS_TEMPLATE {
            let reason = format!("must be at most {MAX_SMS_TEMPLATE} characters");
            return Err(BadOption { option: String::from("template"), reason }.into());
        }
        self.renderer
            .check(options.syntax, &options.template)
            .map_err(|e| BadOption { option: String::from("template"), reason: e.to_string() })?;
        if whole {
            self.senders.sms(connection, &with_secrets(connection, &self.vault)?)?;
        }
        Ok(())
    }

    fn check_email(&self, connection: &Connection, whole: bool) -> Result<(), SaveConnectionError> {
        let options = EmailOptions::read(connection)?;
        self.renderer.check_mail(&options.template)?;
        if whole {
            self.senders.email(connection, &with_secrets(connection, &self.vault)?)?;
        }
        Ok(())
    }

    /// Somebody must send its codes.
    async fn check_database(&self, connection: &Connection) -> Result<(), SaveConnectionError> {
        let options = DatabaseOptions::read(connection)?;
        for channel in [Channel::Email, Channel::Sms] {
            let Some(name) = options.sender(channel) else { continue };
            CodeOptions::read(connection, channel)?;
            let sender = self.store.find_connection(name).await?;
            if !sender.is_some_and(|sender| sender.strategy.sends_by(channel)) {
                let option = format!("latchkey.{}_connection", channel.as_str());
                let reason = format!("there is no {} connection {name} to send the codes", channel.as_str());
                return Err(BadOption { option, reason }.into());
            }
        }
        Ok(())
    }
}

/// Options that a sender calls by HTTP.
const URLS: [&str; 2] = ["gateway_url", "http_url"];
/// What providers take of one message.
const MAX_SMS_TEMPLATE: usize = 1600;

fn is_name(name: &str) -> bool {
    let inner = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    inner && (1..=128).contains(&name.len()) && !name.starts_with('-') && !name.ends_with('-')
}
