//! The client of Latchkey for C and Objective-C: `include/latchkey.h` is made from this crate.
//!
//! What the header promises, and every function here keeps:
//!
//! - **Who makes a thing ends it.** Texts that callers pass are copied before the function returns. What a callback
//!   gets lives until the callback returns. Handles end by their `…_free`, texts that were returned by `lk_text_free`.
//! - **A callback comes once.** Also when the call was cancelled, could not begin, or panicked; so whatever the
//!   context points to can be released there and nowhere else. It comes on a thread of ours.
//! - **Nothing unwinds** out of a function, and NULL is never followed: it means "absent".
//! - **Any thread** may call any function, at the same time as others.
//!
//! The only crate with `unsafe`: `text` reads pointers, `call`, `sign_in`, `signer` and
//! `transport` call back, `handle` makes handles.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod answer;
mod call;
mod client;
mod error;
mod handle;
mod passwordless;
mod sign_in;
mod signer;
mod text;
mod tokens;
mod touch_id;
mod transport;
mod words;

pub use answer::{LkAnswer, LkTokens};
pub use call::{LkCallId, LkCallback, lk_call_cancel};
pub use client::{LkClient, LkSettings, lk_client_free, lk_client_new};
pub use error::{LkError, LkErrorKind};
pub use passwordless::{LkChannel, LkCode, LkSend, LkStart, lk_sign_in_with_code, lk_start_passwordless};
pub use sign_in::{
    LkButton, LkChanged, LkCountry, LkCountryLook, LkEvent, LkField, LkFieldKind, LkLook, LkRelease,
    LkScreen, LkSignIn, LkSignInSettings, LkView, lk_countries, lk_sign_in_event, lk_sign_in_free,
    lk_sign_in_look, lk_sign_in_new, lk_sign_in_take,
};
pub use signer::{
    LkAsk, LkQuestion, LkQuestionKind, LkSigner, lk_question_answer, lk_question_kind, lk_question_message,
    lk_question_refuse,
};
pub use text::lk_text_free;
pub use tokens::{LkRenewal, lk_profile_of_access_token, lk_profile_of_id_token, lk_renew, lk_revoke};
pub use touch_id::{LkDevice, lk_touch_id_enrol, lk_touch_id_sign_in};
pub use transport::{
    LkHeader, LkReply, LkRequest, LkSendRequest, LkTransport, lk_reply_answer, lk_reply_fail,
};
pub use words::{LkPhrase, lk_phrase, lk_reads_right_to_left};
