//! The hosted sign-in (protocol F8): who are you, here is a code, you are signed in. Each step is an act
//! on one transaction, which a browser's cookie is bound to.

mod consent;
mod finish;
mod link;

use std::sync::Arc;

use latchkey_wire::Secret;
use latchkey_wire::passwordless::{SendKind, StartRequest};
use serde::{Deserialize, Serialize};

use super::authenticate_client::ProvenClient;
use super::authorize::NewSession;
use super::browser::{Browser, Proved, read_body, write_body};
use super::redeem::{Presented, RedeemError, Redemption};
use super::start_passwordless::StartPasswordlessError;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{
    Authorization, AuthorizationResponse, Channel, Client, Connection, EventKind, Handle, HandleKind,
    Strategy, TokenHash, User,
};
use crate::store::{Page, StoreError};

pub use link::{LinkBody, LinkPage, LinkUse};

/// Seconds that a sign-in may take.
const LIFE: i64 = 3600;

/// A sign-in under way: the body of its transaction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignIn {
    pub authorization: Authorization,
    /// The browser that began it, and the only one that may go on.
    pub browser: TokenHash,
    pub sent: Option<Sent>,
    /// Keep the session when the browser closes.
    pub remember: bool,
    /// Proved elsewhere: by a link that was opened on another device.
    pub proved: Option<Proved>,
    /// The browser's session does; what is missing is consent.
    pub signed_in: bool,
}

/// Where a code went last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sent {
    pub connection: String,
    pub channel: Channel,
    /// Canonical.
    pub address: String,
    pub at: Timestamp,
    /// Seconds that the code lives, and how many digits it has at least.
    pub life: u32,
    pub digits: u8,
    /// Messages so far.
    pub count: u32,
    /// The mail holds a link too.
    pub link: bool,
}

/// Why a page cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown, finished or too old: the person begins anew at the app.
    #[error("no such sign-in")]
    Gone,
    /// Finished, in this browser.
    #[error("this sign-in is finished")]
    Done,
    /// Begun in another browser, or this one keeps no cookies.
    #[error("another browser began this sign-in")]
    OtherBrowser,
    /// No code was asked for yet.
    #[error("there is no code to enter")]
    NothingSent,
    #[error(transparent)]
    Start(#[from] StartPasswordlessError),
    #[error(transparent)]
    Code(#[from] RedeemError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a page shows.
#[derive(Clone, Debug)]
pub struct SignInPage {
    pub client: Arc<Client>,
    pub sign_in: SignIn,
    /// The ways in that the client has, in the order shown.
    pub ways: Vec<Way>,
    /// Typed on the other device, so that nobody finishes a sign-in that they do not see.
    pub confirmation: String,
    /// Seconds until a new code may be asked for, as far as this sign-in tells.
    pub resend_in: u32,
}

/// A way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub connection: String,
    pub channel: Channel,
}

/// What a person says about themselves on the first page.
#[derive(Clone, Debug)]
pub struct Identity<'a> {
    pub channel: Channel,
    pub address: &'a str,
    pub remember: bool,
}

/// Someone is signed in in this browser.
#[derive(Debug)]
pub enum Entered {
    Respond {
        response: AuthorizationResponse,
        session: NewSession,
    },
    /// The client asks for consent first. The handle stands in the URL of the page that asks.
    Consent {
        handle: Secret,
        session: NewSession,
    },
}

impl SignIn {
    pub fn new(authorization: Authorization, browser: &Browser) -> Self {
        Self {
            authorization,
            browser: browser.hash(),
            sent: None,
            remember: false,
            proved: None,
            signed_in: false,
        }
    }
}

/// A live transaction and what it says.
pub(super) struct Open {
    pub handle: Handle,
    pub sign_in: SignIn,
    pub client: Arc<Client>,
}

impl Engine {
    pub(super) async fn begin_sign_in(&self, sign_in: SignIn) -> Result<Secret, Fault> {
        let token = self.random.token();
        let handle = Handle {
            id: TokenHash::of(&token),
            kind: HandleKind::Transaction,
            body: write_body(&sign_in)?,
            expires_at: self.now().plus(LIFE),
            used_at: None,
        };
        self.store.insert_handle(handle).await?;
        Ok(token)
    }

    pub async fn sign_in_page(&self, token: &Secret, browser: &Browser) -> Result<SignInPage, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let ways = self.ways(&open).await?;
        let confirmation = self.confirmation(&open.handle.id);
        let resend_in = open.sign_in.sent.as_ref().map_or(0, |sent| self.resend_in(sent));
        Ok(SignInPage { client: open.client, sign_in: open.sign_in, ways, confirmation, resend_in })
    }

    /// Other sign-ins with the address may make the true wait longer: that is not told before it is
    /// this browser's own doing (S-018).
    fn resend_in(&self, sent: &Sent) -> u32 {
        let gaps = &self.settings.limits.address_sends.gaps;
        let step = usize::try_from(sent.count.saturating_sub(1)).unwrap_or(usize::MAX);
        let gap = gaps.get(step).or(gaps.last()).copied().unwrap_or(0);
        let left = sent.at.plus(gap.into()).since(self.now()).clamp(0, gap.into());
        u32::try_from(left).unwrap_or(0)
    }

    /// Sends a code, and where the way is email a link with it.
    pub async fn identify(
        &self,
        token: &Secret,
        browser: &Browser,
        identity: Identity<'_>,
        caller: &Caller,
    ) -> Result<(), SignInError> {
        let mut open = self.open_sign_in(token, browser).await?;
        let ways = self.ways(&open).await?;
        let way = ways.into_iter().find(|way| way.channel == identity.channel);
        let way = way.ok_or(StartPasswordlessError::ConnectionDisabled)?;
        open.sign_in.remember = identity.remember;
        self.send(&mut open, &way, identity.address, caller).await
    }

    /// The same again, to the same address.
    pub async fn resend(
        &self,
        token: &Secret,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<(), SignInError> {
        let mut open = self.open_sign_in(token, browser).await?;
        let sent = open.sign_in.sent.clone().ok_or(SignInError::NothingSent)?;
        let way = Way { connection: sent.connection, channel: sent.channel };
        self.send(&mut open, &way, &sent.address, caller).await
    }

    async fn send(
        &self,
        open: &mut Open,
        way: &Way,
        address: &str,
        caller: &Caller,
    ) -> Result<(), SignInError> {
        let request = StartRequest {
            connection: way.connection.clone(),
            phone_number: (way.channel == Channel::Sms).then(|| address.to_owned()),
            email: (way.channel == Channel::Email).then(|| address.to_owned()),
            send: Some(if way.channel == Channel::Email { SendKind::Link } else { SendKind::Code }),
            auth_params: serde_json::Map::new(),
        };
        let who = ProvenClient { client: Arc::clone(&open.client), proven: false };
        let caller = Caller { origin: None, ..caller.clone() };
        let started =
            self.start_for_page(who, &request, &caller, &open.sign_in.authorization, open.handle.id).await?;
        let before = open.sign_in.sent.as_ref().map_or(0, |sent| sent.count);
        open.sign_in.sent = Some(Sent {
            connection: way.connection.clone(),
            channel: way.channel,
            address: started.address.as_str().to_owned(),
            at: self.now(),
            life: started.code_life,
            digits: started.code_length,
            count: before.saturating_add(1),
            link: way.channel == Channel::Email,
        });
        open.handle.body = write_body(&open.sign_in)?;
        match self.store.update_handle(&open.handle, self.now()).await? {
            true => Ok(()),
            false => Err(SignInError::Gone),
        }
    }

    pub async fn enter_code(
        &self,
        token: &Secret,
        browser: &Browser,
        code: &Secret,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let sent = open.sign_in.sent.as_ref().ok_or(SignInError::NothingSent)?;
        let connection = self.connection_of(&sent.connection).await?;
        let signed_in = self
            .redeem(Redemption {
                client: &open.client,
                connection: &connection,
                username: &sent.address,
                presented: Presented::Code(code),
                ip: caller.ip,
                refresh: None,

                on_success: EventKind::SignedIn,
                on_failure: EventKind::WrongCode,
            })
            .await?;
        let proved = Proved {
            user: signed_in.user.id.clone(),
            client: open.client.id.clone(),
            browser: browser.hash(),
            connection: sent.connection.clone(),
            proof: signed_in.proof,
            at: self.now(),
        };
        self.enter(open, &signed_in.user, &proved, browser, caller).await
    }

    /// A transaction of this browser.
    pub(super) async fn open_sign_in(&self, token: &Secret, browser: &Browser) -> Result<Open, SignInError> {
        let found = self.store.find_handle(&TokenHash::of(token), HandleKind::Transaction).await?;
        let handle = found.filter(|handle| self.now() < handle.expires_at).ok_or(SignInError::Gone)?;
        let sign_in: SignIn = read_body(&handle.body)?;
        if !browser.is(&sign_in.browser) {
            return Err(SignInError::OtherBrowser);
        }
        if handle.used_at.is_some() {
            return Err(SignInError::Done);
        }
        let client = self.client(&sign_in.authorization.client).await?.ok_or(SignInError::Gone)?;
        Ok(Open { handle, sign_in, client })
    }

    async fn connection_of(&self, name: &str) -> Result<Arc<Connection>, SignInError> {
        let found = self.connection(name).await?;
        found.ok_or(SignInError::Start(StartPasswordlessError::ConnectionUnknown))
    }

    /// One way per channel: the one that the client asked for, or else all that are on for it.
    async fn ways(&self, open: &Open) -> Result<Vec<Way>, Fault> {
        let asked = open.sign_in.authorization.connection.as_deref();
        let all = self.store.list_connections(&Page { after: None, limit: 100 }).await?;
        let mut ways: Vec<Way> = Vec::new();
        for connection in all {
            let channel = match connection.strategy {
                Strategy::Sms => Channel::Sms,
                Strategy::Email => Channel::Email,
                Strategy::Database => continue,
            };
            let wanted = asked.is_none_or(|name| name == connection.name);
            if wanted
                && connection.is_enabled_for(&open.client.id)
                && !ways.iter().any(|way| way.channel == channel)
            {
                ways.push(Way { connection: connection.name, channel });
            }
        }
        ways.sort_by_key(|way| way.channel == Channel::Email);
        Ok(ways)
    }

    /// Three signs that only who sees the waiting page can know: no two of them look alike.
    pub(super) fn confirmation(&self, transaction: &TokenHash) -> String {
        const SIGNS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let lane = self.vault.lane(&["confirmation", &data_encoding::HEXLOWER.encode(&transaction.0)]);
        let sign = |at: u32| SIGNS.get(((lane >> (5 * at)) & 31) as usize).copied().unwrap_or(b'A');
        (0..3).map(|at| char::from(sign(at))).collect()
    }

    pub(super) async fn user_of(&self, proved: &Proved) -> Result<User, SignInError> {
        let user = self.store.find_user(&proved.user).await?.ok_or(SignInError::Gone)?;
        match user.blocked {
            true => Err(SignInError::Code(RedeemError::UserBlocked)),
            false => Ok(user),
        }
    }
}
