//! The link of a mail (decision 3.8; S-040 to S-050). Looking at it changes nothing; pressing the button
//! of its page uses it up. In the browser that asked it signs in; elsewhere it lets that browser go on.

use std::sync::Arc;

use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};

use super::confirmation::{self, Guess};
use super::finish::Entry;
use super::{Entered, Open, Sent, SignIn, SignInError, traced};
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::flow::browser::{Browser, Proved, read_body};
use crate::flow::redeem::{Presented, RedeemError, Redemption};
use crate::model::{
    Address, Authorization, Challenge, ChallengeKey, Client, EventKind, Handle, HandleKind, Proof, TokenHash,
    UserId,
};

/// What a link stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LinkBody {
    pub challenge: String,
    pub connection: String,
    pub address: Address,
    pub authorization: Authorization,
    /// The sign-in on the hosted pages that asked for it; `None` when an app did.
    pub transaction: Option<TokenHash>,
    /// What asked, such as `Firefox on Linux`, and when.
    pub device: Option<String>,
    pub asked_at: Timestamp,
}

/// What the page of a link shows.
#[derive(Debug)]
pub enum LinkPage {
    /// One press signs in here.
    Here {
        client: Arc<Client>,
        body: LinkBody,
    },
    /// Another browser waits: one press, with what it shows typed in, lets it go on.
    Elsewhere {
        client: Arc<Client>,
        body: LinkBody,
    },
    Dead(DeadLink),
}

/// A link that works no more; one that is not known at all has no client.
#[derive(Debug)]
pub struct DeadLink {
    pub client: Option<Arc<Client>>,
    pub why: WhyDead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyDead {
    /// It, or the code of the same mail, signed somebody in.
    Used,
    /// Too old, too often guessed at, or unknown.
    Expired,
    /// A newer mail went out.
    Replaced,
}

/// What a press came to.
#[derive(Debug)]
pub enum LinkUse {
    Entered(Entered),
    /// The browser that waits goes on.
    Elsewhere {
        client: Arc<Client>,
    },
    /// What was typed is not what the other browser shows. Nothing was used up, until the third time.
    WrongConfirmation,
    Dead(DeadLink),
}

/// A link, and whether it still works.
pub(super) struct Found {
    handle: Handle,
    pub body: LinkBody,
    pub client: Arc<Client>,
    dead: Option<WhyDead>,
}

impl Found {
    fn dead(&self, why: WhyDead) -> DeadLink {
        DeadLink { client: Some(Arc::clone(&self.client)), why }
    }
}

const UNKNOWN: DeadLink = DeadLink { client: None, why: WhyDead::Expired };

impl Engine {
    pub async fn link_page(&self, token: &Secret, browser: &Browser) -> Result<LinkPage, SignInError> {
        let Some(found) = self.find_link(token).await? else { return Ok(LinkPage::Dead(UNKNOWN)) };
        if let Some(why) = found.dead {
            return Ok(LinkPage::Dead(found.dead(why)));
        }
        let Some(transaction) = found.body.transaction else {
            return Ok(LinkPage::Here { client: found.client, body: found.body });
        };
        Ok(match self.find_sign_in(&transaction).await?.filter(|waiting| waits_for(waiting, &found.body)) {
            Some(waiting) if browser.is(&waiting.browser) => {
                LinkPage::Here { client: found.client, body: found.body }
            }
            Some(_) if self.may_guess(&transaction).await? => {
                LinkPage::Elsewhere { client: found.client, body: found.body }
            }
            Some(_) | None => LinkPage::Dead(found.dead(WhyDead::Expired)),
        })
    }

    pub async fn use_link(
        &self,
        token: &Secret,
        browser: &Browser,
        typed: Option<&str>,
        caller: &Caller,
    ) -> Result<LinkUse, SignInError> {
        let Some(found) = self.find_link(token).await? else { return Ok(LinkUse::Dead(UNKNOWN)) };
        if let Some(why) = found.dead {
            return Ok(LinkUse::Dead(found.dead(why)));
        }
        let waiting = match found.body.transaction {
            None => None,
            Some(transaction) => match self.find_sign_in(&transaction).await? {
                Some(waiting) if waits_for(&waiting, &found.body) => Some((transaction, waiting)),
                Some(_) | None => return Ok(LinkUse::Dead(found.dead(WhyDead::Expired))),
            },
        };
        let Some((transaction, sign_in)) = waiting else {
            // An app asked: it has no page of ours that waits.
            return self.enter_by_link(found, None, browser, caller).await;
        };
        if browser.is(&sign_in.browser) {
            return self.enter_by_link(found, Some((transaction, sign_in)), browser, caller).await;
        }
        let Some(typed) = typed.and_then(confirmation::read) else { return Ok(LinkUse::WrongConfirmation) };
        match self.guess_confirmation(&transaction, &typed).await? {
            Guess::Right => {}
            Guess::Wrong { last: false } => return Ok(LinkUse::WrongConfirmation),
            Guess::Wrong { last: true } => {
                self.void_link(&found).await?;
                return Ok(LinkUse::WrongConfirmation);
            }
            Guess::TooMany => return Ok(LinkUse::Dead(found.dead(WhyDead::Expired))),
        }
        let Some((user, proof, at)) = self.redeem_link(&found, caller).await? else {
            return Ok(LinkUse::Dead(found.dead(WhyDead::Used)));
        };
        let proved = Proved {
            user,
            client: found.client.id.clone(),
            browser: sign_in.browser,
            connection: found.body.connection.clone(),
            proof,
            at,
        };
        let prove = |sign_in: &mut SignIn| {
            sign_in.proved = Some(proved.clone());
            true
        };
        self.change_sign_in(&transaction, prove).await?;
        Ok(LinkUse::Elsewhere { client: found.client })
    }

    /// The browser that waits asks whether the link was opened; `None` when not yet.
    pub async fn go_on(
        &self,
        token: &Secret,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Option<Entered>, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let Some(proved) = open.sign_in.proved.clone() else { return Ok(None) };
        let user = self.user_of(&proved).await?;
        // Of two tabs that ask at once one takes it.
        let take = |sign_in: &mut SignIn| sign_in.proved.take_if(|waiting| *waiting == proved).is_some();
        if !self.change_sign_in(&open.id, take).await? {
            return Ok(None);
        }
        self.enter(&open, &user, &proved, browser, caller).await.map(Some)
    }

    /// Whether [`Engine::go_on`] would go on.
    pub async fn is_waiting(&self, token: &Secret, browser: &Browser) -> Result<bool, SignInError> {
        Ok(self.open_sign_in(token, browser).await?.sign_in.proved.is_none())
    }

    async fn enter_by_link(
        &self,
        found: Found,
        waiting: Option<(TokenHash, SignIn)>,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<LinkUse, SignInError> {
        let Some((user, proof, at)) = self.redeem_link(&found, caller).await? else {
            return Ok(LinkUse::Dead(found.dead(WhyDead::Used)));
        };
        let proved = Proved {
            user,
            client: found.client.id.clone(),
            browser: browser.hash(),
            connection: found.body.connection.clone(),
            proof,
            at,
        };
        let user = self.user_of(&proved).await?;
        if let Some((id, sign_in)) = waiting {
            let open = Open { id, sign_in, client: found.client };
            return self.enter(&open, &user, &proved, browser, caller).await.map(LinkUse::Entered);
        }
        let entry = Entry {
            client: &found.client,
            authorization: &found.body.authorization,
            remember: false,
            makes_passkeys: false,
        };
        self.admit(entry, &user, &proved, browser, caller).await.map(LinkUse::Entered)
    }

    /// After the last wrong guess (security.md section 2.6).
    async fn void_link(&self, found: &Found) -> Result<(), SignInError> {
        let act = crate::store::UseHandle {
            id: found.handle.id,
            kind: HandleKind::Link,
            now: self.now(),
            refresh: None,
            max_families: 0,
            events: Vec::new(),
        };
        self.store.use_handle(act).await?;
        Ok(())
    }

    /// Uses the challenge of the link up: whom it signs in, by what and when; `None` when somebody else did, or it was
    /// replaced.
    async fn redeem_link(
        &self,
        found: &Found,
        caller: &Caller,
    ) -> Result<Option<(UserId, Proof, Timestamp)>, SignInError> {
        let connection = self.connection_of(&found.body.connection).await?;
        let redeemed = self.redeem(Redemption {
            client: &found.client,
            connection: &connection,
            username: found.body.address.as_str(),
            presented: Presented::Link(&found.body.challenge),
            ip: caller.ip,
            refresh: None,
            on_success: EventKind::SignedIn,
            on_failure: EventKind::SignInFailed,
        });
        match traced(&found.body.authorization, redeemed).await {
            Ok(signed_in) => {
                let at = signed_in.at(self.now());
                Ok(Some((signed_in.user.id, signed_in.proof, at)))
            }
            Err(RedeemError::Wrong { .. } | RedeemError::Expired | RedeemError::NoTriesLeft) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn find_link(&self, token: &Secret) -> Result<Option<Found>, SignInError> {
        let Some(handle) = self.store.find_handle(&TokenHash::of(token), HandleKind::Link).await? else {
            return Ok(None);
        };
        let body: LinkBody = read_body(&handle.body)?;
        let Some(client) = self.client(&body.authorization.client).await? else { return Ok(None) };
        let key = ChallengeKey {
            connection: body.connection.clone(),
            address: body.address.clone(),
            client: client.id.clone(),
        };
        let mut dead = self.why_dead(&handle, &body, self.store.find_challenge(&key).await?);
        let connection = self.connection(&body.connection).await?;
        let open = connection.is_some_and(|connection| connection.is_enabled_for(&client.id));
        if !open || !self.still_stands(&client, &body.authorization).await? {
            dead = dead.or(Some(WhyDead::Expired));
        }
        Ok(Some(Found { handle, body, client, dead }))
    }

    /// `challenge`: the newest one of the address.
    fn why_dead(&self, handle: &Handle, body: &LinkBody, challenge: Option<Challenge>) -> Option<WhyDead> {
        let now = self.now();
        let Some(challenge) = challenge else { return Some(WhyDead::Expired) };
        let (used, old) = (challenge.consumed_at.is_some(), now >= challenge.expires_at);
        match challenge.id == body.challenge {
            true if used => Some(WhyDead::Used),
            true => (old || !handle.is_live(now)).then_some(WhyDead::Expired),
            false if used || old => Some(WhyDead::Expired),
            false => Some(WhyDead::Replaced),
        }
    }
}

/// A person who corrected the address does not wait for who has the wrong one. Where nothing is recorded as
/// sent, the mail was faster than the record.
pub(super) fn waits_for(waiting: &SignIn, link: &LinkBody) -> bool {
    let same = |sent: &Sent| sent.connection == link.connection && sent.address == link.address.as_str();
    waiting.sent.as_ref().is_none_or(same)
}
