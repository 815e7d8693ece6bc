//! Administrators sign in by a code in an email (decision 1.6; never by SMS, S-125).
//!
//! A code is good together with the page that asked for it alone: the handle's id is the hash of both. So it is
//! used once, by a compare that the store makes, and a guess needs a page of its own, of which an address gets few.

use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};

use super::ManageError;
use super::admin_sessions::{EnterError, EntryMethod};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::{read_body, write_body};
use crate::limit::{self, Bucket, LimitState};
use crate::model::{DocumentKind, EmailAddress, Handle, HandleKind, TokenHash};
use crate::store::{HandleUse, UseHandle};

const DIGITS: u8 = 8;
/// Seconds that a code works.
const LIFE: i64 = 600;
/// Codes for one address: five at once, then one in two minutes. So many pages there are to guess at.
const SENDS: Bucket = Bucket::new(5, 5, 600);
/// Pages of one network that ask for codes.
const ASKS: Bucket = Bucket::new(10, 10, 600);
/// Guesses at one page, in the life of its code.
const GUESSES: Bucket = Bucket::new(5, 5, 6000);
/// Guesses of one network, whatever pages it names: none is asked of the store before.
const TRIES: Bucket = Bucket::new(30, 30, 600);

#[derive(Debug, thiserror::Error)]
pub enum StartCodeError {
    #[error("that is no email address")]
    Email,
    #[error("too many codes were asked for")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Whom a code signs in.
#[derive(Serialize, Deserialize)]
struct Body {
    /// The id: whoever gets the address later is somebody else.
    admin: String,
    email: String,
}

impl Engine {
    /// Sends a code if the address is an administrator's; what it answers, and how long that takes, is the same
    /// for every address. Returns what the page hands back with the code.
    pub async fn start_admin_code(&self, email: &str, caller: &Caller) -> Result<Secret, StartCodeError> {
        let email = EmailAddress::parse(email).map_err(|_| StartCodeError::Email)?;
        self.pace("admin-asks", &limit::prefix(caller.ip), ASKS).map_err(StartCodeError::TooManyRequests)?;
        self.pace("admin-codes", email.as_str(), SENDS).map_err(StartCodeError::TooManyRequests)?;
        let page = self.random.token();
        let code = self.random.digits(DIGITS);
        let found = self.store.find_document_by_name(DocumentKind::Admin, email.as_str()).await;
        let found = found.map_err(Fault::from)?;
        let body = Body {
            admin: found.as_ref().map(|admin| admin.id.clone()).unwrap_or_default(),
            email: email.as_str().to_owned(),
        };
        // For strangers one that no code opens.
        let id = match &found {
            Some(_) => both(&page, code.expose()),
            None => TokenHash::of(&self.random.token()),
        };
        let handle = Handle {
            id,
            kind: HandleKind::AdminCode,
            body: write_body(&body)?,
            expires_at: self.now().plus(LIFE),
            used_at: None,
        };
        self.store.insert_handle(handle).await.map_err(Fault::from)?;
        // Worded for strangers, too, whom it does not reach: it takes time (S-006).
        let mail = self.word_admin_code(email.as_str(), &code, (LIFE / 60) as u32, caller).await?;
        if let Some((route, message)) = mail.filter(|_| found.is_some()) {
            self.hand_to_admin(&route, message);
        }
        Ok(page)
    }

    /// Uses the code of a page up: its administrator is signed in, by the cookie that this returns.
    pub async fn redeem_admin_code(
        &self,
        page: &Secret,
        code: &str,
        caller: &Caller,
    ) -> Result<Secret, EnterError> {
        let code: String = code.chars().filter(char::is_ascii_digit).take(32).collect();
        self.pace("admin-tries", &limit::prefix(caller.ip), TRIES).map_err(EnterError::TooManyRequests)?;
        self.pace("admin-guesses", page.expose(), GUESSES).map_err(EnterError::TooManyRequests)?;
        let id = both(page, &code);
        let act = UseHandle {
            id,
            kind: HandleKind::AdminCode,
            now: self.now(),
            refresh: None,
            max_families: 0,
            events: Vec::new(),
        };
        match self.store.use_handle(act).await.map_err(Fault::from)? {
            HandleUse::First(handle) => {
                let Body { admin, email } = read_body(&handle.body)?;
                self.begin_admin_session(&admin, &email, EntryMethod::Code, caller).await
            }
            _ => Err(EnterError::Code),
        }
    }

    pub(super) fn pace(&self, name: &str, key: &str, bucket: Bucket) -> Result<(), LimitState> {
        self.buckets.take(name, key, bucket, self.clock.now_micros()).map(drop)
    }
}

impl From<ManageError> for StartCodeError {
    fn from(error: ManageError) -> Self {
        match error {
            ManageError::Fault(fault) => Self::Fault(fault),
            _ => Self::Email,
        }
    }
}

fn both(page: &Secret, code: &str) -> TokenHash {
    TokenHash::of(&Secret::new(format!("{}:{code}", page.expose())))
}
