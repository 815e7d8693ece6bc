//! Texts between C and us: NUL-terminated UTF-8, NULL for an absent one.

use std::ffi::{CStr, CString, c_char};
use std::ptr;

/// What a caller passed, copied. `None` for NULL. Bytes that are no UTF-8 become replacement characters, which no
/// server accepts as anything.
///
/// # Safety
///
/// `text` is NULL or points to bytes that end with a NUL and do not change during the call.
#[expect(unsafe_code, reason = "a pointer of the caller is read")]
pub(crate) unsafe fn read(text: *const c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not NULL, and the rest is the caller's promise.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_string_lossy().into_owned())
}

/// A text that lives as long as this, for a caller to look at.
#[derive(Default)]
pub(crate) struct Shown(Option<CString>);

impl Shown {
    /// Up to the first NUL: no text of ours holds one.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let end = text.find('\0').unwrap_or(text.len());
        Self(CString::new(text.get(..end).unwrap_or_default()).ok())
    }

    pub(crate) fn or_absent(text: Option<impl Into<String>>) -> Self {
        text.map_or_else(Self::default, Self::new)
    }

    pub(crate) fn pointer(&self) -> *const c_char {
        self.0.as_ref().map_or(ptr::null(), |text| text.as_ptr())
    }
}

/// A text that the caller owns from now on, and ends by [`lk_text_free`].
pub(crate) fn given(text: &str) -> *mut c_char {
    Shown::new(text).0.map_or(ptr::null_mut(), CString::into_raw)
}

/// Ends a text that a function returned. Does nothing for NULL.
///
/// # Safety
///
/// `text` is NULL, or was returned by a function that says so, and is not used any more.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "takes back what `given` gave away")]
pub unsafe extern "C" fn lk_text_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: made by `CString::into_raw` in `given`; the caller promises that it was not freed before.
        drop(unsafe { CString::from_raw(text) });
    }
}

#[cfg(test)]
#[expect(unsafe_code, reason = "tests call what C calls")]
mod tests {
    use super::*;

    #[test]
    fn null_is_an_absent_text_and_broken_ones_are_read_without_harm() {
        // SAFETY: NULL is allowed.
        assert_eq!(unsafe { read(ptr::null()) }, None);
        // SAFETY: the literal ends with a NUL.
        assert_eq!(unsafe { read(c"\xff1".as_ptr()) }.as_deref(), Some("\u{fffd}1"));
    }

    #[test]
    fn a_text_is_given_and_taken_back_and_ends_at_a_nul() {
        let text = given("12\0x");
        // SAFETY: `text` was just given.
        assert_eq!(unsafe { read(text) }.as_deref(), Some("12"));
        // SAFETY: the same, and it is not used again.
        unsafe { lk_text_free(text) };
        // SAFETY: NULL is allowed.
        unsafe { lk_text_free(ptr::null_mut()) };
    }
}
