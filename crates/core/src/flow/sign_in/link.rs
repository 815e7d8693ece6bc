//! The link of a mail (decision 3.8; S-040 to S-050). Looking at it changes nothing; pressing the button
//! of its page uses it up. In the browser that asked it signs in; elsewhere it lets that browser go on.

use std::sync::Arc;

use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::finish::Entry;
use super::{Entered, Open, SignIn, SignInError};
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::flow::browser::{Browser, Proved, read_body, write_body};
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
    Here { client: Arc<Client>, body: LinkBody },
    /// Another browser waits: one press, with what it shows typed in, lets it go on.
    Elsewhere { client: Arc<Client>, body: LinkBody },
    /// Used, too old, or replaced by a newer one.
    Dead { client: Option<Arc<Client>> },
}

/// What a press came to.
#[derive(Debug)]
pub enum LinkUse {
    Entered(Entered),
    /// The browser that waits goes on.
    Elsewhere {
        client: Arc<Client>,
    },
    /// What was typed is not what the other browser shows; nothing was used up.
    WrongConfirmation,
    Dead {
        client: Option<Arc<Client>>,
    },
}

/// A link, and whether it still works.
struct Found {
    handle: Handle,
    body: LinkBody,
    client: Arc<Client>,
    alive: bool,
}

impl Engine {
    pub async fn link_page(&self, token: &Secret, browser: &Browser) -> Result<LinkPage, SignInError> {
        let Some(found) = self.find_link(token).await? else { return Ok(LinkPage::Dead { client: None }) };
        if !found.alive {
            return Ok(LinkPage::Dead { client: Some(found.client) });
        }
        let Some(transaction) = found.body.transaction else {
            return Ok(LinkPage::Here { client: found.client, body: found.body });
        };
        Ok(match self.transaction(&transaction).await? {
            Some((_, waiting)) if browser.is(&waiting.browser) => {
                LinkPage::Here { client: found.client, body: found.body }
            }
            Some(_) => LinkPage::Elsewhere { client: found.client, body: found.body },
            None => LinkPage::Dead { client: Some(found.client) },
        })
    }

    pub async fn use_link(
        &self,
        token: &Secret,
        browser: &Browser,
        typed: Option<&str>,
        caller: &Caller,
    ) -> Result<LinkUse, SignInError> {
        let Some(found) = self.find_link(token).await? else { return Ok(LinkUse::Dead { client: None }) };
        if !found.alive {
            return Ok(LinkUse::Dead { client: Some(found.client) });
        }
        let waiting = match found.body.transaction {
            None => None,
            Some(transaction) => match self.transaction(&transaction).await? {
                Some(waiting) => Some(waiting),
                None => return Ok(LinkUse::Dead { client: Some(found.client) }),
            },
        };
        let Some((transaction, mut sign_in)) = waiting else {
            // An app asked: it has no page of ours that waits.
            return self.enter_by_link(found, None, browser, caller).await;
        };
        if browser.is(&sign_in.browser) {
            return self.enter_by_link(found, Some((transaction, sign_in)), browser, caller).await;
        }
        let right = self.confirmation(&transaction.id);
        let typed = typed.unwrap_or_default().trim().to_ascii_uppercase();
        if typed.is_empty() {
            // No guess: programs that press the buttons in mails leave fields empty (S-040).
            return Ok(LinkUse::WrongConfirmation);
        }
        if !bool::from(typed.as_bytes().ct_eq(right.as_bytes())) {
            return self.wrong_confirmation(&found).await;
        }
        let Some(user) = self.redeem_link(&found, caller).await? else {
            return Ok(LinkUse::Dead { client: Some(found.client) });
        };
        sign_in.proved = Some(Proved {
            user,
            client: found.client.id.clone(),
            browser: sign_in.browser,
            connection: found.body.connection.clone(),
            proof: Proof::EmailLink,
            at: self.now(),
        });
        let handle = Handle { body: write_body(&sign_in)?, ..transaction };
        match self.store.update_handle(&handle, self.now()).await? {
            true => Ok(LinkUse::Elsewhere { client: found.client }),
            false => Err(SignInError::Gone),
        }
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
        self.enter(open, &user, &proved, browser, caller).await.map(Some)
    }

    /// Whether [`Engine::go_on`] would go on.
    pub async fn is_waiting(&self, token: &Secret, browser: &Browser) -> Result<bool, SignInError> {
        Ok(self.open_sign_in(token, browser).await?.sign_in.proved.is_none())
    }

    async fn enter_by_link(
        &self,
        found: Found,
        waiting: Option<(Handle, SignIn)>,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<LinkUse, SignInError> {
        let Some(user) = self.redeem_link(&found, caller).await? else {
            return Ok(LinkUse::Dead { client: Some(found.client) });
        };
        let proved = Proved {
            user,
            client: found.client.id.clone(),
            browser: browser.hash(),
            connection: found.body.connection.clone(),
            proof: Proof::EmailLink,
            at: self.now(),
        };
        let user = self.user_of(&proved).await?;
        if let Some((handle, sign_in)) = waiting {
            let open = Open { handle, sign_in, client: found.client };
            return self.enter(open, &user, &proved, browser, caller).await.map(LinkUse::Entered);
        }
        let entry = Entry { client: found.client, authorization: found.body.authorization, remember: false };
        self.admit(entry, &user, &proved, browser, caller).await.map(LinkUse::Entered)
    }

    /// Three guesses, then the link is void (security.md section 2.6).
    async fn wrong_confirmation(&self, found: &Found) -> Result<LinkUse, SignInError> {
        let key = data_encoding::HEXLOWER.encode(&found.handle.id.0);
        for guess in 0..3 {
            let name = format!("confirmation|{key}|{guess}");
            if self.store.insert_once(&name, found.handle.expires_at, self.now()).await? {
                if guess == 2 {
                    self.void_link(found).await?;
                }
                return Ok(LinkUse::WrongConfirmation);
            }
        }
        Ok(LinkUse::Dead { client: Some(Arc::clone(&found.client)) })
    }

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

    /// Uses the challenge of the link up; `None` when somebody else did, or it was replaced.
    async fn redeem_link(&self, found: &Found, caller: &Caller) -> Result<Option<UserId>, SignInError> {
        let connection = self.connection_of(&found.body.connection).await?;
        let redeemed = self
            .redeem(Redemption {
                client: &found.client,
                connection: &connection,
                username: found.body.address.as_str(),
                presented: Presented::Link(&found.body.challenge),
                ip: caller.ip,
                refresh: None,

                on_success: EventKind::SignedIn,
                on_failure: EventKind::WrongCode,
            })
            .await;
        match redeemed {
            Ok(signed_in) => Ok(Some(signed_in.user.id)),
            Err(RedeemError::Wrong { .. } | RedeemError::Expired | RedeemError::NoTriesLeft) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn find_link(&self, token: &Secret) -> Result<Option<Found>, SignInError> {
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
        let challenge: Option<Challenge> = self.live_challenge(&key).await?;
        let current = challenge.is_some_and(|challenge| challenge.id == body.challenge);
        let alive = handle.is_live(self.now()) && current;
        Ok(Some(Found { handle, body, client, alive }))
    }

    /// The transaction that waits for a link.
    async fn transaction(&self, id: &TokenHash) -> Result<Option<(Handle, SignIn)>, SignInError> {
        let found = self.store.find_handle(id, HandleKind::Transaction).await?;
        let Some(handle) = found.filter(|handle| handle.is_live(self.now())) else { return Ok(None) };
        let sign_in = read_body(&handle.body)?;
        Ok(Some((handle, sign_in)))
    }
}
