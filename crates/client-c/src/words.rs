//! Texts of the screen for Touch ID, which has no state machine; `sign_in` has all of its own.

use std::ffi::c_char;

use latchkey_client::Direction;
use latchkey_words::Words;

use crate::client::locale;
use crate::text::{given, read};

/// A text of a screen.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkPhrase {
    SignInTitle = 1,
    EmailLabel = 2,
    Continue = 3,
    Close = 4,
    TouchId = 5,
    ErrorTitle = 6,
    BadEmail = 7,
    /// The person, or the system, ended the prompt.
    NotConfirmed = 8,
}

/// The text of a phrase (a number of `LkPhrase`) in the first of `languages` that there are texts in, else in English.
/// The caller ends it by `lk_text_free`. NULL where there is no such phrase.
///
/// # Safety
///
/// `languages` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_phrase(languages: *const c_char, phrase: u32) -> *mut c_char {
    // SAFETY: the caller's promise.
    let languages = unsafe { read(languages) };
    let made = std::panic::catch_unwind(|| phrase_of(Words::of(locale(languages.as_deref())), phrase));
    made.ok().flatten().map_or(std::ptr::null_mut(), |made| given(&made))
}

/// Whether the language of [`lk_phrase`] is written from right to left.
///
/// # Safety
///
/// `languages` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_reads_right_to_left(languages: *const c_char) -> bool {
    // SAFETY: the caller's promise.
    let languages = unsafe { read(languages) };
    locale(languages.as_deref()).direction() == Direction::Rtl
}

fn phrase_of(words: Words, phrase: u32) -> Option<String> {
    let is = |known: LkPhrase| phrase == known as u32;
    Some(match phrase {
        _ if is(LkPhrase::SignInTitle) => words.identify_title(),
        _ if is(LkPhrase::EmailLabel) => words.identify_email_label(),
        _ if is(LkPhrase::Continue) => words.identify_submit(),
        _ if is(LkPhrase::Close) => words.identify_close(),
        _ if is(LkPhrase::TouchId) => words.account_way_touch_id(),
        _ if is(LkPhrase::ErrorTitle) => words.error_title(),
        _ if is(LkPhrase::BadEmail) => words.error_bad_email(),
        _ if is(LkPhrase::NotConfirmed) => words.error_no_passkey(),
        _ => return None,
    })
}
