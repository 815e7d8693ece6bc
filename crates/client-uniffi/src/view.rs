//! What a sign-in screen shows. As [`latchkey_client::View`], in types that every language has.

use latchkey_client as core;

use crate::values::{Channel, Country};

/// Which screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SignInStage {
    /// Who is it?
    Identify,
    /// Which code came?
    Code,
    /// Signed in.
    Done,
    /// Closed before.
    Closed,
}

/// A screen, ready to be shown: every text in the person's language, and plain.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignInView {
    pub stage: SignInStage,
    /// The language of the texts, as a tag.
    pub locale: String,
    /// It is written from right to left.
    pub right_to_left: bool,
    pub title: String,
    /// Below the title.
    pub lead: Option<String>,
    pub field: SignInField,
    /// Beside a phone number.
    pub country: Option<SignInCountry>,
    /// The main button.
    pub submit: SignInButton,
    /// Below the main button, in small type.
    pub note: Option<String>,
    /// Something is on its way: nothing but `Change` and `Close` does anything.
    pub busy: bool,
    /// What went wrong, and what to do. A screen reader says it at once.
    pub error: Option<String>,
    /// What went well. A screen reader says it when it is idle.
    pub notice: Option<String>,
    /// "Send a new code".
    pub resend: Option<SignInResend>,
    /// "I already have a code".
    pub have_code: Option<SignInButton>,
    /// "Change number".
    pub change: Option<SignInButton>,
    /// The other way to sign in.
    pub other: Option<SignInChoice>,
    /// The text of a button that closes the screen.
    pub close: String,
}

#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignInField {
    /// Which keyboard, and what systems may fill in.
    pub kind: SignInFieldKind,
    /// Beside it.
    pub label: String,
    /// How to fill it in.
    pub hint: Option<String>,
    /// As it was typed.
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SignInFieldKind {
    Phone,
    Email,
    /// A code that systems read from messages by themselves.
    Code,
}

#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignInCountry {
    /// Beside it.
    pub label: String,
    /// In the field of a search among all.
    pub search: String,
    /// Nothing while none was chosen: the number is typed with its code.
    pub country: Option<Country>,
}

#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignInButton {
    pub label: String,
    pub enabled: bool,
}

/// A button with a countdown in its text.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignInResend {
    pub button: SignInButton,
    /// Until it is enabled; 0 when it is.
    pub seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignInChoice {
    pub channel: Channel,
    pub button: SignInButton,
}

impl From<core::View> for SignInView {
    fn from(view: core::View) -> Self {
        Self {
            stage: stage(view.screen),
            locale: view.locale.tag().to_owned(),
            right_to_left: view.direction == core::Direction::Rtl,
            title: view.title,
            lead: view.lead,
            field: SignInField {
                kind: match view.field.kind {
                    core::FieldKind::Phone => SignInFieldKind::Phone,
                    core::FieldKind::Email => SignInFieldKind::Email,
                    core::FieldKind::Code => SignInFieldKind::Code,
                },
                label: view.field.label,
                hint: view.field.hint,
                value: view.field.value,
            },
            country: view.country.map(|field| SignInCountry {
                label: field.label,
                search: field.search,
                country: field.country.map(Country::from),
            }),
            submit: view.submit.into(),
            note: view.note,
            busy: view.busy,
            error: view.error,
            notice: view.notice,
            resend: view
                .resend
                .map(|resend| SignInResend { button: resend.button.into(), seconds: resend.seconds }),
            have_code: view.have_code.map(SignInButton::from),
            change: view.change.map(SignInButton::from),
            other: view
                .switch
                .map(|(channel, button)| SignInChoice { channel: channel.into(), button: button.into() }),
            close: view.close,
        }
    }
}

impl From<core::Button> for SignInButton {
    fn from(button: core::Button) -> Self {
        Self { label: button.label, enabled: button.enabled }
    }
}

fn stage(screen: core::Screen) -> SignInStage {
    match screen {
        core::Screen::Identify => SignInStage::Identify,
        core::Screen::Code => SignInStage::Code,
        core::Screen::Done => SignInStage::Done,
        core::Screen::Closed => SignInStage::Closed,
    }
}
