//! The hosted sign-in (protocol F8): who are you, here is a code, you are signed in. Each step is an act
//! on one transaction, which a browser's cookie is bound to.

mod confirmation;
mod consent;
mod device;
mod finish;
mod link;
mod offer;
mod passkey;
mod renew;
mod sign_up;
mod transaction;

use std::sync::Arc;

use latchkey_wire::Secret;
use latchkey_wire::passwordless::{SendKind, StartRequest};
use serde::{Deserialize, Serialize};

use super::authenticate_client::ProvenClient;
use super::authorize::NewSession;
use super::browser::{Browser, Proved};
use super::redeem::{Presented, RedeemError, Redemption};
use super::start_passwordless::StartPasswordlessError;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{
    Authorization, AuthorizationResponse, Channel, Client, Connection, EventKind, Strategy, TokenHash, User,
};
use crate::store::{Page, StoreError};
use crate::trace;

pub use crate::flow::passkey::PageCreation;
pub use device::DevicePage;
pub(super) use finish::Entry;
pub use link::{DeadLink, LinkBody, LinkPage, LinkUse, WhyDead};
pub use offer::Onward;
pub use passkey::PagePasskey;
pub use renew::Renewed;
use transaction::Open;

/// Seconds that a sign-in may take.
pub(super) const LIFE: i64 = 3600;

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
    /// The `sid` of the session that does; what is missing is consent, or an answer to [`SignIn::offers`].
    pub signed_in: Option<String>,
    /// The browser said that it can make passkeys.
    #[serde(default)]
    pub makes_passkeys: bool,
    /// Whether to add a passkey is asked now.
    #[serde(default)]
    pub offers: bool,
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
    /// What the authenticator answered does not hold, or too late.
    #[error("the passkey is refused")]
    Passkey,
    /// Of somebody who signs up.
    #[error("the name cannot be used")]
    Name,
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
    /// The browser may offer passkeys.
    pub passkeys: bool,
    /// Somebody new may sign up with one.
    pub sign_up: bool,
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
    /// The browser says that it can make passkeys.
    pub makes_passkeys: bool,
}

/// What came with an address.
#[derive(Clone, Copy)]
struct Typed {
    remember: bool,
    makes_passkeys: bool,
}

impl Typed {
    /// As it was before.
    fn again(sign_in: &SignIn) -> Self {
        Self { remember: sign_in.remember, makes_passkeys: sign_in.makes_passkeys }
    }
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
    /// The person is asked whether to add a passkey, by a page like that of consent.
    Offer {
        handle: Secret,
        session: NewSession,
    },
    /// Somebody else than the client expects: it is told, and nobody is signed in.
    Refused {
        response: AuthorizationResponse,
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
            signed_in: None,
            makes_passkeys: false,
            offers: false,
        }
    }
}

/// Does `work`; entries of the log say what the client asked for.
async fn traced<T>(authorization: &Authorization, work: impl Future<Output = T>) -> T {
    trace::asking(authorization.audience.as_deref(), Some(&authorization.scope), Box::pin(work)).await
}

impl Engine {
    pub async fn sign_in_page(&self, token: &Secret, browser: &Browser) -> Result<SignInPage, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let ways = self.ways(&open).await?;
        let with_passkeys = self.passkey_connections(&open).await?;
        let passkeys = !with_passkeys.is_empty();
        let sign_up =
            open.client.signs_up() && with_passkeys.iter().any(|(_, options)| !options.disable_signup);
        let confirmation = self.confirmation(&open.id);
        let resend_in = open.sign_in.sent.as_ref().map_or(0, |sent| self.resend_in(sent));
        let (client, sign_in) = (open.client, open.sign_in);
        Ok(SignInPage { client, sign_in, ways, confirmation, resend_in, passkeys, sign_up })
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
        let open = self.open_sign_in(token, browser).await?;
        let ways = self.ways(&open).await?;
        let way = ways.into_iter().find(|way| way.channel == identity.channel);
        let way = way.ok_or(StartPasswordlessError::ConnectionDisabled)?;
        let typed = Typed { remember: identity.remember, makes_passkeys: identity.makes_passkeys };
        self.send(&open, &way, identity.address, typed, caller).await
    }

    /// The same again, to the same address.
    pub async fn resend(
        &self,
        token: &Secret,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<(), SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let sent = open.sign_in.sent.clone().ok_or(SignInError::NothingSent)?;
        let way = Way { connection: sent.connection, channel: sent.channel };
        self.send(&open, &way, &sent.address, Typed::again(&open.sign_in), caller).await
    }

    async fn send(
        &self,
        open: &Open,
        way: &Way,
        address: &str,
        typed: Typed,
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
            self.start_for_page(who, &request, &caller, &open.sign_in.authorization, open.id).await?;
        // The mail may be answered by now: only what was sent changes.
        let record = |sign_in: &mut SignIn| {
            let before = sign_in.sent.as_ref().map_or(0, |sent| sent.count);
            sign_in.remember = typed.remember;
            sign_in.makes_passkeys = typed.makes_passkeys;
            sign_in.sent = Some(Sent {
                connection: way.connection.clone(),
                channel: way.channel,
                address: started.address.as_str().to_owned(),
                at: self.now(),
                life: started.code_life,
                digits: started.code_length,
                count: before.saturating_add(1),
                link: way.channel == Channel::Email,
            });
            true
        };
        self.change_sign_in(&open.id, record).await?;
        Ok(())
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
        let redeemed = self.redeem(Redemption {
            client: &open.client,
            connection: &connection,
            username: &sent.address,
            presented: Presented::Code(code),
            ip: caller.ip,
            refresh: None,
            on_success: EventKind::SignedIn,
            on_failure: EventKind::WrongCode,
        });
        let signed_in = traced(&open.sign_in.authorization, redeemed).await?;
        let proved = Proved {
            user: signed_in.user.id.clone(),
            client: open.client.id.clone(),
            browser: browser.hash(),
            connection: sent.connection.clone(),
            proof: signed_in.proof,
            at: signed_in.at(self.now()),
        };
        self.enter(&open, &signed_in.user, &proved, browser, caller).await
    }

    async fn connection_of(&self, name: &str) -> Result<Arc<Connection>, SignInError> {
        let found = self.connection(name).await?;
        found.ok_or(SignInError::Start(StartPasswordlessError::ConnectionUnknown))
    }

    /// One way per channel: the one that the client asked for, or else of all that are on for it the one
    /// that is named like its channel, or the first by name.
    async fn ways(&self, open: &Open) -> Result<Vec<Way>, Fault> {
        let connections = match &open.sign_in.authorization.connection {
            Some(name) => self.store.find_connection(name).await?.into_iter().collect(),
            None => self.store.list_connections(&Page { after: None, limit: 100 }).await?,
        };
        let on = connections.into_iter().filter(|connection| connection.is_enabled_for(&open.client.id));
        let mut ways: Vec<Way> = on
            .filter_map(|connection| {
                let channel = match connection.strategy {
                    Strategy::Sms => Channel::Sms,
                    Strategy::Email => Channel::Email,
                    Strategy::Database => return None,
                };
                Some(Way { connection: connection.name, channel })
            })
            .collect();
        let place = |way: &Way| {
            let usual = way.connection == way.channel.as_str();
            (way.channel == Channel::Email, !usual, way.connection.clone())
        };
        ways.sort_by_cached_key(place);
        ways.dedup_by_key(|way| way.channel);
        Ok(ways)
    }

    pub(super) async fn user_of(&self, proved: &Proved) -> Result<User, SignInError> {
        let user = self.still_good(proved).await?.ok_or(SignInError::Gone)?;
        match user.blocked {
            true => Err(SignInError::Code(RedeemError::UserBlocked)),
            false => Ok(user),
        }
    }
}
