//! Shall this device be signed in? Asked of everybody, with what is known of who asked: a code that somebody
//! was talked into typing would sign in a stranger's device (S-096, RFC 8628 section 5.4).

use std::net::IpAddr;
use std::sync::Arc;

use latchkey_wire::Secret;

use super::{SignIn, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::{Browser, read_body, write_body};
use crate::flow::device::USER_CODE_CONTEXT;
use crate::limit;
use crate::model::{Activation, Client, DeviceDecision, DeviceGrant, EventKind, Handle, HandleKind, User};
use crate::store::UseHandle;

/// What the page shows.
#[derive(Debug)]
pub struct DevicePage {
    pub client: Arc<Client>,
    pub user: User,
    pub grant: DeviceGrant,
    /// What the device must show.
    pub user_code: Secret,
    /// The device asked from the network of this browser.
    pub near: bool,
}

impl Engine {
    pub async fn device_page(
        &self,
        token: &Secret,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<DevicePage, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let known = self.known_for(&open.sign_in, browser).await?;
        let activation = activation(&open.sign_in)?;
        let (_, grant) = self.open_device(activation).await?;
        let user_code =
            self.vault.open_text(USER_CODE_CONTEXT, &activation.user_code).map_err(Fault::from)?;
        let asked_from: Option<IpAddr> = grant.ip.parse().ok();
        let near = asked_from.is_some_and(|ip| limit::prefix(ip) == limit::prefix(caller.ip));
        Ok(DevicePage { client: open.client, user: known.user, grant, user_code, near })
    }

    /// Of any number of answers to one device the first one counts.
    pub async fn decide_device(
        &self,
        token: &Secret,
        browser: &Browser,
        allow: bool,
        caller: &Caller,
    ) -> Result<(), SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let known = self.known_for(&open.sign_in, browser).await?;
        let activation = activation(&open.sign_in)?;
        // Before anything is written: of a device that waits no more nothing is allowed.
        self.open_device(activation).await?;
        self.finish(&open).await?;
        let authorization = &open.sign_in.authorization;
        if allow && !open.client.first_party && !self.remember_consent(authorization, &known.user).await? {
            return Err(SignInError::Gone);
        }
        let session = &known.session;
        let decision = match allow {
            false => DeviceDecision::Declined,
            true => DeviceDecision::Allowed {
                user: known.user.id.clone(),
                connection: session.connection.clone(),
                proof: session.proof,
                auth_time: session.auth_time,
            },
        };
        let user_code = loop {
            let (handle, mut grant) = self.open_device(activation).await?;
            grant.decision = Some(decision.clone());
            let changed = Handle { body: write_body(&grant)?, ..handle.clone() };
            // Each further round means that the device polled meanwhile, or that somebody else decided.
            if self.store.update_handle(&changed, &handle.body, self.now()).await? {
                break grant.user_code;
            }
        };
        let kind = if allow { EventKind::DeviceActivated } else { EventKind::DeviceDeclined };
        let mut event = self.event(kind, Some(&open.client.id));
        event.user = Some(known.user.id.clone());
        event.ip = Some(caller.ip.to_string());
        let act = UseHandle {
            id: user_code,
            kind: HandleKind::UserCode,
            now: self.now(),
            refresh: None,
            max_families: 0,
            events: vec![event],
        };
        self.store.use_handle(act).await?;
        if allow {
            self.touch(known.session, &open.client).await?;
        }
        Ok(())
    }

    /// The device that waits for a decision.
    async fn open_device(&self, activation: &Activation) -> Result<(Handle, DeviceGrant), SignInError> {
        let found = self.store.find_handle(&activation.device, HandleKind::DeviceCode).await?;
        let handle = found.filter(|handle| handle.is_live(self.now())).ok_or(SignInError::Gone)?;
        let grant: DeviceGrant = read_body(&handle.body)?;
        match grant.is_open(self.now()) {
            true => Ok((handle, grant)),
            false => Err(SignInError::Gone),
        }
    }
}

fn activation(sign_in: &SignIn) -> Result<&Activation, SignInError> {
    sign_in.authorization.device.as_ref().ok_or(SignInError::Gone)
}
