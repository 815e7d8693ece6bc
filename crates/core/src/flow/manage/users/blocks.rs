//! What failed codes block (section 2.7): an address, an address from one IP, and an IP. Addresses are held in
//! ledgers that every node shares; an IP is held by the node that it failed at.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{Address, EmailAddress, ManageError, Operator, PhoneNumber, missing};
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit;
use crate::model::{EventKind, Identity, LedgerKey, MAX_DEVICE_KEYS, Strategy, User};
use crate::store::{DeviceKeyFilter, EventFilter, Page, StoreError};

/// Where an IP is told that fails with somebody's code.
pub(super) const FAILURES: [EventKind; 5] = [
    EventKind::WrongUser,
    EventKind::WrongCode,
    EventKind::OtpExchangeFailed,
    EventKind::CrossOriginFailed,
    EventKind::SignInFailed,
];

/// The buckets of IPs whose codes fail.
pub(super) const BUCKET: &str = "code_failures";

/// One thing that is held, and its ledger.
struct Held {
    key: LedgerKey,
    /// Of an address with an IP, not of the address.
    is_pair: bool,
    shown: Value,
}

impl Engine {
    pub async fn blocks_of_identifier(&self, identifier: Option<&str>) -> Result<Vec<Value>, ManageError> {
        let address = address(identifier.ok_or_else(|| missing("identifier"))?);
        let held = match address {
            Some(address) => self.held_of_address(&address).await?,
            None => Vec::new(),
        };
        Ok(held.into_iter().map(|held| held.shown).collect())
    }

    pub async fn blocks_of_user(&self, id: &str) -> Result<Vec<Value>, ManageError> {
        let user = self.known_user(id).await?;
        Ok(self.held_of_user(&user).await?.into_iter().map(|held| held.shown).collect())
    }

    pub async fn unblock_identifier(
        &self,
        operator: &Operator,
        identifier: Option<&str>,
    ) -> Result<(), ManageError> {
        let Some(address) = address(identifier.ok_or_else(|| missing("identifier"))?) else { return Ok(()) };
        let held = self.held_of_address(&address).await?;
        self.forgive(operator, held, None, &address).await
    }

    pub async fn unblock_user(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        let user = self.known_user(id).await?;
        let held = self.held_of_user(&user).await?;
        match user.primary() {
            Some(identity) => self.forgive(operator, held, Some(&user), &identity.address).await,
            None => Ok(()),
        }
    }

    async fn held_of_user(&self, user: &User) -> Result<Vec<Held>, Fault> {
        let ips: Vec<IpAddr> = user.last_ip.iter().filter_map(|ip| ip.parse().ok()).collect();
        let mut all = Vec::new();
        for identity in &user.identities {
            all.extend(self.held(&identity.address, Some(&identity.connection), &ips).await?);
            all.extend(self.held_password(identity, &ips).await?);
        }
        let filter = DeviceKeyFilter { user: Some(user.id.clone()), client: None };
        for device in self.store.list_device_keys(&filter, MAX_DEVICE_KEYS).await? {
            let key = self.device_key_ledger(&device.id);
            let rules = &self.settings.limits.key_tries;
            if self.store.find_ledger(key).await?.is_some_and(|it| it.is_held(rules, self.now())) {
                let shown = json!({"identifier": device.id, "connection": device.connection});
                all.push(Held { key, is_pair: false, shown });
            }
        }
        Ok(all)
    }

    /// Codes of the address, and passwords of those who have it.
    async fn held_of_address(&self, address: &Address) -> Result<Vec<Held>, Fault> {
        let mut all = self.held(address, None, &[]).await?;
        for user in self.store.list_users_by_address(address).await? {
            for identity in user.identities.iter().filter(|identity| identity.address == *address) {
                all.extend(self.held_password(identity, &[]).await?);
            }
        }
        Ok(all)
    }

    /// Tries of a password, which are counted on each connection by itself.
    async fn held_password(&self, identity: &Identity, ips: &[IpAddr]) -> Result<Vec<Held>, Fault> {
        let (address, connection) = (&identity.address, identity.connection.as_str());
        if identity.strategy != Strategy::Database {
            return Ok(Vec::new());
        }
        let (limits, now) = (&self.settings.limits, self.now());
        let mut held = Vec::new();
        let key = self.password_ledger(connection, address);
        if self.store.find_ledger(key).await?.is_some_and(|it| it.is_held(&limits.address_tries, now)) {
            let shown = json!({"identifier": address.as_str(), "connection": connection});
            held.push(Held { key, is_pair: false, shown });
        }
        for ip in self.failing_ips(address, ips).await? {
            let key = self.password_pair_ledger(connection, address, ip);
            if self.store.find_ledger(key).await?.is_some_and(|it| it.is_held(&limits.pair_tries, now)) {
                let shown = json!({
                    "identifier": address.as_str(), "ip": ip.to_string(), "connection": connection,
                });
                held.push(Held { key, is_pair: true, shown });
            }
        }
        Ok(held)
    }

    /// What is held of an address: itself, and it from the IPs that failed with it lately.
    async fn held(
        &self,
        address: &Address,
        connection: Option<&str>,
        ips: &[IpAddr],
    ) -> Result<Vec<Held>, Fault> {
        let (limits, now) = (&self.settings.limits, self.now());
        let mut held = Vec::new();
        let key = self.address_ledger(address);
        if self.store.find_ledger(key).await?.is_some_and(|it| it.is_held(&limits.address_tries, now)) {
            let mut shown = json!({"identifier": address.as_str()});
            if let (Some(object), Some(connection)) = (shown.as_object_mut(), connection) {
                object.insert(String::from("connection"), json!(connection));
            }
            held.push(Held { key, is_pair: false, shown });
        }
        for ip in self.failing_ips(address, ips).await? {
            let key = self.pair_ledger(address, ip);
            if self.store.find_ledger(key).await?.is_some_and(|it| it.is_held(&limits.pair_tries, now)) {
                let mut shown = json!({"identifier": address.as_str(), "ip": ip.to_string()});
                if let (Some(object), Some(connection)) = (shown.as_object_mut(), connection) {
                    object.insert(String::from("connection"), json!(connection));
                }
                held.push(Held { key, is_pair: true, shown });
            }
        }
        Ok(held)
    }

    /// Events tell addresses masked: those of others that look alike are asked for in vain.
    async fn failing_ips(&self, address: &Address, also: &[IpAddr]) -> Result<Vec<IpAddr>, StoreError> {
        let masked = address.masked();
        let mut ips = also.to_vec();
        for kind in FAILURES {
            let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
            let events = self.store.list_events(&filter, &Page { after: None, limit: 100 }).await?;
            let ours = events.into_iter().filter(|event| event.address.as_ref() == Some(&masked));
            ips.extend(ours.filter_map(|event| event.ip?.parse::<IpAddr>().ok()));
        }
        let mut seen = std::collections::HashSet::new();
        ips.retain(|ip| seen.insert(limit::prefix(*ip)));
        Ok(ips)
    }

    async fn forgive(
        &self,
        operator: &Operator,
        held: Vec<Held>,
        user: Option<&User>,
        address: &Address,
    ) -> Result<(), ManageError> {
        if held.is_empty() {
            return Ok(());
        }
        let mut event = self.event(EventKind::UserUnblocked, Some(&operator.client));
        event.user = user.map(|user| user.id.clone());
        event.address = Some(address.masked());
        let keys = |of_pairs| held.iter().filter(|one| one.is_pair == of_pairs).map(|one| one.key).collect();
        self.store.unblock_ledgers(keys(false), keys(true), vec![event]).await?;
        Ok(())
    }

    /// Whether the IP failed so often that no code of it is looked at.
    pub async fn ip_is_blocked(&self, ip: &str) -> Result<(), ManageError> {
        let ip = read_ip(ip)?;
        let bucket = self.protection(ip).await?.failures_per_ip.ok_or(ManageError::NotBlocked)?;
        match self.buckets.peek(BUCKET, &limit::prefix(ip), bucket, self.clock.now_micros()) {
            Err(_) => Ok(()),
            Ok(_) => Err(ManageError::NotBlocked),
        }
    }

    pub async fn unblock_ip(&self, operator: &Operator, ip: &str) -> Result<(), ManageError> {
        let ip = read_ip(ip)?;
        self.buckets.forget(BUCKET, &limit::prefix(ip));
        let mut event = self.event(EventKind::OperatorActed, Some(&operator.client));
        event.detail.insert(String::from("act"), json!("unblock ip"));
        event.detail.insert(String::from("on"), json!(ip.to_string()));
        self.store.insert_events(vec![event]).await?;
        Ok(())
    }
}

fn read_ip(text: &str) -> Result<IpAddr, ManageError> {
    text.parse().map_err(|_| ManageError::InvalidPath {
        property: "id",
        reason: String::from("Must be an IP address"),
    })
}

/// What cannot be an address is blocked nowhere.
fn address(identifier: &str) -> Option<Address> {
    match identifier.contains('@') {
        true => EmailAddress::parse(identifier).ok().map(|email| email.address()),
        false => PhoneNumber::parse(identifier).ok().map(|number| number.address()),
    }
}
