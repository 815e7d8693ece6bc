//! What a callback gets.

use std::ffi::c_char;
use std::ptr;

use latchkey_client::{Delegated, Profile, Secret, Tokens};

use crate::error::{Failure, LkError};
use crate::text::Shown;

/// Tokens of one person. NULL for each that the server did not give.
#[repr(C)]
pub struct LkTokens {
    pub access_token: *const c_char,
    pub id_token: *const c_char,
    pub refresh_token: *const c_char,
    /// `Bearer`, in whatever case.
    pub token_type: *const c_char,
    /// Words with spaces between.
    pub scope: *const c_char,
    /// Seconds since 1970; -1 where the server did not say.
    pub expires_at: i64,
}

/// How a call ended. Everything here lives until the callback returns.
#[repr(C)]
pub struct LkAnswer {
    /// NULL when it went well. The others are NULL when it did not.
    pub error: *const LkError,
    /// Where the call gives tokens.
    pub tokens: *const LkTokens,
    /// Where the call gives a profile: a JSON object. It has `user_id` in any case.
    pub profile: *const c_char,
}

/// What went well, before C sees it.
#[derive(Default)]
pub(crate) struct Success {
    tokens: Option<ShownTokens>,
    profile: Shown,
}

struct ShownTokens {
    access_token: Shown,
    id_token: Shown,
    refresh_token: Shown,
    token_type: Shown,
    scope: Shown,
    expires_at: i64,
}

impl Success {
    pub(crate) fn tokens(mut self, tokens: &Tokens) -> Self {
        self.tokens = Some(ShownTokens {
            access_token: Shown::new(tokens.access_token.expose()),
            id_token: Shown::or_absent(tokens.id_token.as_ref().map(Secret::expose)),
            refresh_token: Shown::or_absent(tokens.refresh_token.as_ref().map(Secret::expose)),
            token_type: Shown::new(&*tokens.token_type),
            scope: Shown::or_absent(tokens.scope.as_deref()),
            expires_at: tokens.expires_at.unwrap_or(-1),
        });
        self
    }

    pub(crate) fn delegated(mut self, delegated: &Delegated) -> Self {
        self.tokens = Some(ShownTokens {
            access_token: Shown::default(),
            id_token: Shown::new(delegated.id_token.expose()),
            refresh_token: Shown::default(),
            token_type: Shown::new("Bearer"),
            scope: Shown::default(),
            expires_at: delegated.expires_at.unwrap_or(-1),
        });
        self
    }

    /// The claims as one object, with the id under the name that both generations of apps read.
    pub(crate) fn profile(mut self, profile: &Profile) -> Self {
        let mut claims = profile.claims.clone();
        claims.insert(String::from("user_id"), profile.id.as_str().into());
        self.profile = Shown::new(serde_json::Value::Object(claims).to_string());
        self
    }
}

/// Shows how a call ended to `look`, for as long as it looks.
pub(crate) fn show(outcome: &Result<Success, Failure>, look: impl FnOnce(&LkAnswer)) {
    match outcome {
        Err(failure) => {
            let error = failure.show();
            look(&LkAnswer { error: &raw const error, tokens: ptr::null(), profile: ptr::null() });
        }
        Ok(success) => {
            let tokens = success.tokens.as_ref().map(ShownTokens::show);
            let tokens = tokens.as_ref().map_or(ptr::null(), ptr::from_ref);
            look(&LkAnswer { error: ptr::null(), tokens, profile: success.profile.pointer() });
        }
    }
}

impl ShownTokens {
    fn show(&self) -> LkTokens {
        LkTokens {
            access_token: self.access_token.pointer(),
            id_token: self.id_token.pointer(),
            refresh_token: self.refresh_token.pointer(),
            token_type: self.token_type.pointer(),
            scope: self.scope.pointer(),
            expires_at: self.expires_at,
        }
    }
}
