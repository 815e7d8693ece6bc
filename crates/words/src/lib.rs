//! All texts that people who sign in read, on the hosted pages and in our default mails.
//!
//! One Fluent file per language in `locales/`, one method of [`Words`] per message. Texts are plain:
//! whoever puts one into HTML escapes it. Times, devices and addresses come in ready to be shown.
//!
//! ```
//! use latchkey_words::{Words, negotiate, parse_accept_language};
//!
//! let accepted = parse_accept_language("fr-CA, en;q=0.5");
//! let locale = negotiate("eo de-AT".split(' ').chain(accepted.iter().map(String::as_str)));
//! let words = Words::of(locale);
//!
//! assert_eq!((locale.tag(), locale.name()), ("de", "Deutsch"));
//! assert_eq!(words.code_title(), "Code eingeben");
//! assert_eq!(words.code_lifetime(1), "Der Code ist 1 Minute gültig.");
//! ```
//!
//! A new language is its file and a line in `locale.rs`; a new message is a line in `messages.rs` and
//! its text in every file. The tests name whatever is missing.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod argument;
mod bundle;
mod locale;
mod messages;
mod negotiate;
mod templates;

pub use locale::{Direction, Locale};
pub use messages::Words;
pub use negotiate::{negotiate, parse_accept_language};
pub use templates::Template;
