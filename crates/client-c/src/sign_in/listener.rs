//! Whoever shows a sign-in, and is told when to look again.

use std::ffi::c_void;

/// Something changed: look again. Called on a thread of the library; must not throw.
pub type LkChanged = Option<unsafe extern "C" fn(context: *mut c_void)>;

/// The context is not used any more. Called on any thread; must not throw.
pub type LkRelease = Option<unsafe extern "C" fn(context: *mut c_void)>;

/// Releases the context when nothing can use it any more.
pub(super) struct Listener {
    changed: LkChanged,
    release: LkRelease,
    context: *mut c_void,
}

// SAFETY: the pointer is not followed here; the caller was told that it comes back on any thread.
#[expect(unsafe_code, reason = "the caller's pointer crosses threads")]
unsafe impl Send for Listener {}
// SAFETY: as above; the caller was told that calls may come from several threads.
#[expect(unsafe_code, reason = "the caller's pointer crosses threads")]
unsafe impl Sync for Listener {}

impl Listener {
    pub(super) fn new(changed: LkChanged, release: LkRelease, context: *mut c_void) -> Self {
        Self { changed, release, context }
    }

    #[expect(unsafe_code, reason = "a function of the caller is called")]
    pub(super) fn tell(&self) {
        if let Some(changed) = self.changed {
            // SAFETY: the caller's own function and context, which was not released: that happens in `drop`.
            unsafe { changed(self.context) }
        }
    }
}

impl Drop for Listener {
    #[expect(unsafe_code, reason = "a function of the caller is called")]
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller's own function and context, for the first and last time.
            unsafe { release(self.context) }
        }
    }
}
