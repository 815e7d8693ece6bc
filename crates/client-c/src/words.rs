//! The texts of the sign-in screens, in the languages of the hosted pages.

use std::ffi::c_char;

use latchkey_client::Direction;
use latchkey_words::Words;

use crate::client::locale;
use crate::text::{given, read};

/// A text of a screen. What it takes stands beside it; `lk_phrase` gets it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkPhrase {
    IdentifyTitle = 1,
    IdentifyPrivacy = 2,
    PhoneLabel = 3,
    PhoneHint = 4,
    EmailLabel = 5,
    IdentifySubmit = 6,
    CodeTitle = 7,
    /// `text`: the address.
    CodeLead = 8,
    CodeLabel = 9,
    CodeSubmit = 10,
    CodeResend = 11,
    /// `number`: seconds.
    CodeResendWait = 12,
    CodeResent = 13,
    ChangePhone = 14,
    ChangeEmail = 15,
    LinkTitle = 16,
    /// `text`: the address.
    LinkLead = 17,
    LinkCode = 18,
    ErrorTitle = 19,
    BadPhone = 20,
    BadEmail = 21,
    TouchId = 22,
    Cancel = 23,
    /// A device without the key that signs.
    NoKey = 24,
    SignedIn = 25,
}

/// The text of a phrase (a number of `LkPhrase`) in the first of `languages` that there are texts in, else in English.
/// The caller ends it by `lk_text_free`. NULL where there is no such phrase.
///
/// # Safety
///
/// `languages` and `text` are NULL or end with a NUL.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_phrase(
    languages: *const c_char,
    phrase: u32,
    number: u32,
    text: *const c_char,
) -> *mut c_char {
    // SAFETY: the caller's promise, for both.
    let (languages, text) = (unsafe { read(languages) }, unsafe { read(text) });
    let made = std::panic::catch_unwind(|| {
        phrase_of(
            Words::of(locale(languages.as_deref())),
            phrase,
            number,
            text.as_deref().unwrap_or_default(),
        )
    });
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

fn phrase_of(words: Words, phrase: u32, number: u32, text: &str) -> Option<String> {
    let is = |known: LkPhrase| phrase == known as u32;
    Some(match phrase {
        _ if is(LkPhrase::IdentifyTitle) => words.identify_title(),
        _ if is(LkPhrase::IdentifyPrivacy) => words.identify_privacy(),
        _ if is(LkPhrase::PhoneLabel) => words.identify_phone_label(),
        _ if is(LkPhrase::PhoneHint) => words.identify_phone_hint(),
        _ if is(LkPhrase::EmailLabel) => words.identify_email_label(),
        _ if is(LkPhrase::IdentifySubmit) => words.identify_submit(),
        _ if is(LkPhrase::CodeTitle) => words.code_title(),
        _ if is(LkPhrase::CodeLead) => words.code_lead_careful(text),
        _ if is(LkPhrase::CodeLabel) => words.code_label(),
        _ if is(LkPhrase::CodeSubmit) => words.code_submit(),
        _ if is(LkPhrase::CodeResend) => words.code_resend(),
        _ if is(LkPhrase::CodeResendWait) => words.code_resend_wait(number),
        _ if is(LkPhrase::CodeResent) => words.code_resent(),
        _ if is(LkPhrase::ChangePhone) => words.code_change_phone(),
        _ if is(LkPhrase::ChangeEmail) => words.code_change_email(),
        _ if is(LkPhrase::LinkTitle) => words.link_wait_title(),
        _ if is(LkPhrase::LinkLead) => words.link_wait_lead(text),
        _ if is(LkPhrase::LinkCode) => words.link_wait_code(),
        _ if is(LkPhrase::ErrorTitle) => words.error_title(),
        _ if is(LkPhrase::BadPhone) => words.error_bad_phone(),
        _ if is(LkPhrase::BadEmail) => words.error_bad_email(),
        _ if is(LkPhrase::TouchId) => words.account_way_touch_id(),
        _ if is(LkPhrase::Cancel) => words.sign_out_cancel(),
        _ if is(LkPhrase::NoKey) => words.error_passkey(),
        _ if is(LkPhrase::SignedIn) => words.link_elsewhere_title(),
        _ => return None,
    })
}
