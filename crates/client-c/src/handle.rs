//! Things of ours that C holds by a pointer: shared, so that one that is freed while others still use it lives until
//! they are done.

use std::sync::Arc;

pub(crate) fn give<T>(thing: Arc<T>) -> *mut T {
    Arc::into_raw(thing).cast_mut()
}

/// The thing behind a handle, for as long as the answer is kept. `None` for NULL.
///
/// # Safety
///
/// `handle` is NULL, or came from [`give`] and was not passed to [`end`].
#[expect(unsafe_code, reason = "a pointer that C holds is followed")]
pub(crate) unsafe fn share<T>(handle: *const T) -> Option<Arc<T>> {
    if handle.is_null() {
        return None;
    }
    // SAFETY: a pointer of `Arc::into_raw` whose count is at least one, since `end` was not called.
    unsafe { Arc::increment_strong_count(handle) };
    // SAFETY: the same pointer; this takes the count that was just added.
    Some(unsafe { Arc::from_raw(handle) })
}

/// Takes back what [`give`] gave. `None` for NULL.
///
/// # Safety
///
/// As [`share`], and `handle` is not used any more.
#[expect(unsafe_code, reason = "a pointer that C held is taken back")]
pub(crate) unsafe fn end<T>(handle: *mut T) -> Option<Arc<T>> {
    if handle.is_null() {
        return None;
    }
    // SAFETY: a pointer of `Arc::into_raw` whose count this takes, once.
    Some(unsafe { Arc::from_raw(handle) })
}
