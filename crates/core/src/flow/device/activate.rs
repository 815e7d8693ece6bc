//! `/activate`: a person types the code that their device shows. What follows is the usual sign-in, or the
//! question to whoever is signed in already; nothing is allowed by the code alone (S-096).

use latchkey_wire::authorize::{ResponseMode, ResponseType};
use latchkey_wire::{Secret, token};

use super::{USER_CODE_CONTEXT, user_code};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authorize::Authorized;
use crate::flow::browser::{Browser, read_body};
use crate::flow::sign_in::SignIn;
use crate::limit::{self, LimitState};
use crate::model::{
    Activation, Authorization, DeviceGrant, EventKind, HandleKind, LedgerKey, Prompt, SendDenied, Target,
    TokenHash,
};
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum ActivateError {
    /// Wrong, expired, or decided already.
    #[error("no such user code")]
    Unknown,
    /// Of this browser, or of all (RL-17).
    #[error("too many wrong user codes")]
    TooManyTries { seconds: u32 },
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ActivateError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Engine {
    pub async fn activate(
        &self,
        typed: &str,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Authorized, ActivateError> {
        let (bucket, micros) = (self.settings.limits.user_codes_per_ip, self.clock.now_micros());
        self.buckets
            .take("user_code", &limit::prefix(caller.ip), bucket, micros)
            .map_err(ActivateError::TooManyRequests)?;
        let tries = self.take_try(browser).await?;
        let Some((device, grant, code)) = self.find_device(typed).await? else {
            let mut event = self.event(EventKind::DeviceActivationFailed, None);
            event.ip = Some(caller.ip.to_string());
            self.store.insert_events(vec![event]).await?;
            return Err(ActivateError::Unknown);
        };
        self.store.refund_send(tries).await?;
        let user_code = self.vault.seal(USER_CODE_CONTEXT, code.expose().as_bytes()).map_err(Fault::from)?;
        let authorization = self.authorization_of(grant, Activation { device, user_code });
        let sign_in = SignIn::new(authorization, browser);
        let known = match self.known(browser).await? {
            Some(known) if self.is_refused_session(&sign_in.authorization.client, &known).await? => None,
            known => known,
        };
        Ok(match known {
            Some(known) => {
                let sign_in = SignIn { signed_in: Some(known.session.sid), ..sign_in };
                Authorized::Consent { handle: self.begin_sign_in(sign_in).await?, session: None }
            }
            None => Authorized::SignIn { handle: self.begin_sign_in(sign_in).await? },
        })
    }

    /// Invariant: a try is taken before anything is looked up, or many requests at once would make many. A
    /// right code gives it back.
    async fn take_try(&self, browser: &Browser) -> Result<Vec<LedgerKey>, ActivateError> {
        let limits = &self.settings.limits;
        let browser = data_encoding::HEXLOWER.encode(&browser.hash().0);
        let counts = vec![
            (self.vault.ledger_key(&["user_code", "browser", &browser]), limits.user_codes_per_browser),
            (self.vault.ledger_key(&["user_code", "all"]), limits.user_codes_per_day),
        ];
        let keys = counts.iter().map(|(key, _)| *key).collect();
        match self.store.charge_counts(counts, self.now()).await? {
            Ok(()) | Err(SendDenied::Coalesced) => Ok(keys),
            Err(SendDenied::Wait { until, .. }) => {
                let seconds = u32::try_from(until.since(self.now())).unwrap_or(0);
                Err(ActivateError::TooManyTries { seconds })
            }
        }
    }

    /// The device that waits for this code, and the code as it is shown.
    async fn find_device(&self, typed: &str) -> Result<Option<(TokenHash, DeviceGrant, Secret)>, Fault> {
        let Some(code) = user_code::read(typed) else { return Ok(None) };
        let id = self.vault.hash_user_code(&code);
        let found = self.store.find_handle(&id, HandleKind::UserCode).await?;
        let Some(handle) = found.filter(|handle| handle.is_live(self.now())) else { return Ok(None) };
        let device: TokenHash = read_body(&handle.body)?;
        let found = self.store.find_handle(&device, HandleKind::DeviceCode).await?;
        let Some(handle) = found.filter(|handle| handle.is_live(self.now())) else { return Ok(None) };
        let grant: DeviceGrant = read_body(&handle.body)?;
        let client = self.client(&grant.client).await?;
        let good =
            grant.is_open(self.now()) && client.is_some_and(|client| client.allows(token::DEVICE_CODE));
        Ok(good.then_some((device, grant, code)))
    }

    /// As the pages of a sign-in want it. The answer goes nowhere: it is the device that asks for it.
    fn authorization_of(&self, grant: DeviceGrant, device: Activation) -> Authorization {
        Authorization {
            client: grant.client,
            target: Target { redirect_uri: self.url("activate"), mode: ResponseMode::Query, state: None },
            redirect_given: false,
            response_type: ResponseType::CODE,
            scope: grant.scope,
            audience: grant.audience,
            nonce: None,
            code_challenge: None,
            connection: None,
            prompt: Prompt::default(),
            max_age: None,
            acr_values: None,
            pushed: None,
            device: Some(device),
            login_hint: None,
            hinted: None,
            ui_locales: None,
        }
    }
}
