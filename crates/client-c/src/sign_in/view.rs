//! A screen, as C sees it.

use std::ffi::{CString, c_char, c_void};
use std::ptr;

use latchkey_client::{Button, Country, Direction, FieldKind, Screen, View};

use crate::text::{Shown, read};

/// Which screen.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkScreen {
    /// Who is it?
    Identify = 1,
    /// Which code came?
    Code = 2,
    /// Signed in: take the tokens.
    Done = 3,
    /// Closed before.
    Closed = 4,
}

/// What a field takes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkFieldKind {
    Phone = 1,
    Email = 2,
    /// A code that systems read from messages by themselves.
    Code = 3,
}

/// A button. There is none where `label` is NULL.
#[repr(C)]
pub struct LkButton {
    pub label: *const c_char,
    pub enabled: bool,
}

/// A field.
#[repr(C)]
pub struct LkField {
    pub kind: LkFieldKind,
    pub label: *const c_char,
    /// How to fill it in. May be NULL.
    pub hint: *const c_char,
    /// As it was typed.
    pub value: *const c_char,
}

/// A country whose numbers begin with a code.
#[repr(C)]
pub struct LkCountry {
    /// `DE`: by it, systems have the name in every language.
    pub region: *const c_char,
    /// In English.
    pub name: *const c_char,
    pub flag: *const c_char,
    /// Without the plus.
    pub calling_code: u32,
}

/// A screen, ready to be shown: plain texts in the person's language. Everything here lives until `look` returns.
#[repr(C)]
pub struct LkView {
    pub screen: LkScreen,
    pub right_to_left: bool,
    pub title: *const c_char,
    /// Below the title. May be NULL.
    pub lead: *const c_char,
    pub field: LkField,
    /// The label of the country beside a phone number; NULL where there is none.
    pub country_label: *const c_char,
    /// The label of the search among all countries.
    pub country_search: *const c_char,
    /// NULL while none was chosen.
    pub country: *const LkCountry,
    pub submit: LkButton,
    /// Below the main button, in small type. May be NULL.
    pub note: *const c_char,
    /// Something is on its way: only `Change` and `Close` do anything.
    pub busy: bool,
    /// What went wrong, and what to do: a screen reader says it at once. May be NULL.
    pub error: *const c_char,
    /// What went well: a screen reader says it when it is idle. May be NULL.
    pub notice: *const c_char,
    pub resend: LkButton,
    /// Seconds until `resend` is enabled.
    pub resend_seconds: u32,
    pub have_code: LkButton,
    pub change: LkButton,
    /// The other way to sign in, and its `LkEvent_Channel`.
    pub other: LkButton,
    pub other_channel: *const c_char,
    /// The text of a button that closes the screen.
    pub close: *const c_char,
    /// Report `LkEvent_Tick` at this time, in seconds since 1970, and look; -1 for never.
    pub tick_at: i64,
}

/// Looks at a screen, for as long as it takes.
pub type LkLook = Option<unsafe extern "C" fn(context: *mut c_void, view: *const LkView)>;

/// Looks at a country, for as long as it takes.
pub type LkCountryLook = Option<unsafe extern "C" fn(context: *mut c_void, country: *const LkCountry)>;

/// Shows every country whose region, code or English name has `search` in it to `look`, in the order of their English
/// names, before this returns; all of them for NULL.
///
/// # Safety
///
/// `search` is NULL or ends with a NUL. `look` may be called with `context`.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_countries(search: *const c_char, look: LkCountryLook, context: *mut c_void) {
    // SAFETY: the caller's promise.
    let search = unsafe { read(search) }.unwrap_or_default();
    let Some(look) = look else { return };
    for country in Country::search(&search) {
        let shown = ShownCountry::of(country);
        let seen = shown.show();
        // SAFETY: the function and its context are the caller's; `seen` lives until it returns.
        unsafe { look(context, &raw const seen) };
    }
}

struct ShownCountry {
    region: Shown,
    name: Shown,
    flag: Shown,
    calling_code: u16,
}

impl ShownCountry {
    fn of(country: Country) -> Self {
        Self {
            region: Shown::new(country.region()),
            name: Shown::new(country.name()),
            flag: Shown::new(country.flag()),
            calling_code: country.calling_code(),
        }
    }

    fn show(&self) -> LkCountry {
        LkCountry {
            region: self.region.pointer(),
            name: self.name.pointer(),
            flag: self.flag.pointer(),
            calling_code: u32::from(self.calling_code),
        }
    }
}

/// Keeps the texts of a view while it is looked at.
#[derive(Default)]
struct Texts(Vec<CString>);

impl Texts {
    /// What a `CString` holds does not move when the list grows.
    fn keep(&mut self, text: &str) -> *const c_char {
        let text = CString::new(text.replace('\0', "")).unwrap_or_default();
        let pointer = text.as_ptr();
        self.0.push(text);
        pointer
    }

    fn keep_any(&mut self, text: Option<&str>) -> *const c_char {
        text.map_or(ptr::null(), |text| self.keep(text))
    }

    fn button(&mut self, button: Option<&Button>) -> LkButton {
        match button {
            Some(button) => LkButton { label: self.keep(&button.label), enabled: button.enabled },
            None => LkButton { label: ptr::null(), enabled: false },
        }
    }
}

pub(super) fn show(view: &View, tick_at: Option<i64>, look: impl FnOnce(*const LkView)) {
    let mut texts = Texts::default();
    let country = view.country.as_ref().and_then(|field| field.country).map(ShownCountry::of);
    let country = country.as_ref().map(ShownCountry::show);
    let shown = LkView {
        screen: screen(view.screen),
        right_to_left: view.direction == Direction::Rtl,
        title: texts.keep(&view.title),
        lead: texts.keep_any(view.lead.as_deref()),
        field: LkField {
            kind: field_kind(view.field.kind),
            label: texts.keep(&view.field.label),
            hint: texts.keep_any(view.field.hint.as_deref()),
            value: texts.keep(&view.field.value),
        },
        country_label: texts.keep_any(view.country.as_ref().map(|field| field.label.as_str())),
        country_search: texts.keep_any(view.country.as_ref().map(|field| field.search.as_str())),
        country: country.as_ref().map_or(ptr::null(), ptr::from_ref),
        submit: texts.button(Some(&view.submit)),
        note: texts.keep_any(view.note.as_deref()),
        busy: view.busy,
        error: texts.keep_any(view.error.as_deref()),
        notice: texts.keep_any(view.notice.as_deref()),
        resend: texts.button(view.resend.as_ref().map(|resend| &resend.button)),
        resend_seconds: view.resend.as_ref().map_or(0, |resend| resend.seconds),
        have_code: texts.button(view.have_code.as_ref()),
        change: texts.button(view.change.as_ref()),
        other: texts.button(view.switch.as_ref().map(|(_, button)| button)),
        other_channel: texts.keep_any(view.switch.as_ref().map(|(channel, _)| channel.as_str())),
        close: texts.keep(&view.close),
        tick_at: tick_at.unwrap_or(-1),
    };
    look(&raw const shown);
}

fn screen(screen: Screen) -> LkScreen {
    match screen {
        Screen::Identify => LkScreen::Identify,
        Screen::Code => LkScreen::Code,
        Screen::Done => LkScreen::Done,
        Screen::Closed => LkScreen::Closed,
    }
}

fn field_kind(kind: FieldKind) -> LkFieldKind {
    match kind {
        FieldKind::Phone => LkFieldKind::Phone,
        FieldKind::Email => LkFieldKind::Email,
        FieldKind::Code => LkFieldKind::Code,
    }
}
