//! The handle that everything else asks for.

use std::ffi::c_char;
use std::panic::AssertUnwindSafe;
use std::ptr;
use std::sync::Arc;

use latchkey_client::{Client, Generation, HttpTransport, Locale, Transport, negotiate};

use crate::call::Calls;
use crate::handle;
use crate::text::{Shown, read};
use crate::transport::{LkTransport, PlatformTransport};

/// A client of one app at one server. Opaque; cheap enough to make one per screen, and safe to share by all threads.
pub struct LkClient {
    pub(crate) client: Client,
    pub(crate) locale: Locale,
    pub(crate) calls: Calls,
}

/// Where the server is and who the app is. Begin with all of it zero; what is NULL or false has its default.
#[repr(C)]
pub struct LkSettings {
    /// `login.example.com`, or a URL with nothing after its port. Plain HTTP is for this machine only. Required.
    pub domain: *const c_char,
    /// Required.
    pub client_id: *const c_char,
    /// Who signs the tokens, where that is not the domain: while developing over plain HTTP.
    pub issuer: *const c_char,
    /// The languages of the person, the best first, with spaces between: `fr-CA en`. Errors and messages are in the
    /// first that there are texts in; else in English.
    pub languages: *const c_char,
    /// What the server's log calls the app's library, and its version.
    pub library: *const c_char,
    pub library_version: *const c_char,
    /// Signs in by `/oauth/ro` and renews by `/delegation`, as Lock for iOS 1.x: for servers that know nothing else.
    pub legacy: bool,
    /// Sends requests; with all of it zero, the library does so itself, and trusts whom the system trusts. Its `release` is
    /// called in any case: also when no client can be made.
    pub transport: LkTransport,
}

/// Makes a client. NULL when the settings will not do; `*problem` then says why, for developers, in a text that is
/// there for ever. `problem` may be NULL.
///
/// # Safety
///
/// `settings` is NULL or points to settings whose texts are NULL or end with a NUL. `problem` is NULL or can be
/// written to.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_client_new(
    settings: *const LkSettings,
    problem: *mut *const c_char,
) -> *mut LkClient {
    // SAFETY: the caller's promise.
    let read = unsafe { settings.as_ref() }.map(|settings| unsafe { Read::of(settings) });
    let made = std::panic::catch_unwind(AssertUnwindSafe(|| make(read)));
    let made = made.unwrap_or(Err(c"the library failed"));
    match made {
        Ok(client) => handle::give(Arc::new(client)),
        Err(why) => {
            if !problem.is_null() {
                // SAFETY: not NULL, and the caller promises that it can be written to.
                unsafe { problem.write(why.as_ptr()) };
            }
            ptr::null_mut()
        }
    }
}

/// Ends a client. Its calls that are under way are cancelled; their callbacks still come. Does nothing for NULL.
///
/// # Safety
///
/// `client` is NULL, or came from `lk_client_new`, and is not used any more.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_client_free(client: *mut LkClient) {
    // SAFETY: the caller's promise.
    if let Some(client) = unsafe { handle::end(client) } {
        client.calls.cancel_all();
    }
}

/// The settings, copied.
struct Read {
    domain: Option<String>,
    client_id: Option<String>,
    issuer: Option<String>,
    languages: Option<String>,
    library: Option<String>,
    library_version: Option<String>,
    legacy: bool,
    transport: Option<PlatformTransport>,
}

impl Read {
    /// # Safety
    ///
    /// The texts are NULL or end with a NUL.
    #[expect(unsafe_code, reason = "pointers of the caller are read")]
    unsafe fn of(settings: &LkSettings) -> Self {
        // SAFETY: the caller's promise, for each.
        let read = |text| unsafe { read(text) };
        Self {
            domain: read(settings.domain),
            client_id: read(settings.client_id),
            issuer: read(settings.issuer),
            languages: read(settings.languages),
            library: read(settings.library),
            library_version: read(settings.library_version),
            legacy: settings.legacy,
            transport: PlatformTransport::new(LkTransport { ..settings.transport }),
        }
    }
}

fn make(settings: Option<Read>) -> Result<LkClient, &'static std::ffi::CStr> {
    let settings = settings.ok_or(c"there are no settings")?;
    let domain = settings.domain.filter(|domain| !domain.is_empty()).ok_or(c"the domain is missing")?;
    let client_id = settings.client_id.filter(|id| !id.is_empty()).ok_or(c"the client id is missing")?;
    let locale = locale(settings.languages.as_deref());
    let transport: Arc<dyn Transport> = match settings.transport {
        Some(transport) => Arc::new(transport),
        None => Arc::new(HttpTransport::new()),
    };
    let mut builder = Client::builder(&domain, &client_id, transport).locale(locale);
    if let Some(issuer) = &settings.issuer {
        builder = builder.issuer(issuer);
    }
    if let Some(library) = &settings.library {
        builder = builder.telemetry(library, settings.library_version.as_deref().unwrap_or_default(), &[]);
    }
    if settings.legacy {
        builder = builder.generation(Generation::Legacy);
    }
    let client = builder.build().map_err(|_| c"the domain names no server, or one elsewhere without TLS")?;
    Ok(LkClient { client, locale, calls: Calls::default() })
}

pub(crate) fn locale(languages: Option<&str>) -> Locale {
    negotiate(languages.unwrap_or_default().split_whitespace())
}

// What the header promises of threads.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<LkClient>();
    let _ = Shown::default;
};
