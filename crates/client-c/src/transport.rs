//! A transport that the platform brings, in place of our own.

use std::ffi::{CString, c_char, c_void};

use futures_channel::oneshot;
use latchkey_client::{BoxFuture, MAX_ANSWER, Request, Response, Transport, TransportError};

use crate::sign_in::LkRelease;
use crate::text::read;

/// A header: its name and its value.
#[repr(C)]
pub struct LkHeader {
    pub name: *const c_char,
    pub value: *const c_char,
}

/// What goes to the server. Lives until `send` returns.
#[repr(C)]
pub struct LkRequest {
    /// `GET`, `POST` or `DELETE`.
    pub method: *const c_char,
    pub url: *const c_char,
    pub headers: *const LkHeader,
    pub header_count: usize,
    /// NULL where there is none.
    pub body: *const u8,
    pub body_length: usize,
}

/// Where an answer goes. Opaque. Whoever gets one ends it, by `lk_reply_answer` or by `lk_reply_fail`, on any thread; the
/// call waits until then.
pub struct LkReply(oneshot::Sender<Result<Response, TransportError>>);

/// Sends a request. Called on a thread of the library; must not throw. It follows no redirects, keeps no cookies, repeats
/// nothing, and gives up after half a minute.
pub type LkSendRequest =
    Option<unsafe extern "C" fn(context: *mut c_void, request: *const LkRequest, reply: *mut LkReply)>;

/// A transport. `release` is called with `context` once, when `send` will not be called any more.
#[repr(C)]
pub struct LkTransport {
    pub send: LkSendRequest,
    pub release: LkRelease,
    pub context: *mut c_void,
}

/// As the client sees it.
pub(crate) struct PlatformTransport(LkTransport);

// SAFETY: the pointer is not followed here; the caller was told that it comes back on any thread.
#[expect(unsafe_code, reason = "the caller's pointer crosses threads")]
unsafe impl Send for PlatformTransport {}
// SAFETY: as above.
#[expect(unsafe_code, reason = "the caller's pointer crosses threads")]
unsafe impl Sync for PlatformTransport {}

impl PlatformTransport {
    /// `None` where there is none: ours is taken. Whoever gave one without `send` gets it released.
    pub(crate) fn new(transport: LkTransport) -> Option<Self> {
        let given = Self(transport);
        given.0.send.is_some().then_some(given)
    }

    #[expect(unsafe_code, reason = "a function of the caller is called")]
    fn put(&self, request: &Request, reply: LkReply) {
        let Some(send) = self.0.send else { return };
        let text = |text: &str| CString::new(text.replace('\0', "")).unwrap_or_default();
        let (method, url) = (text(request.method.as_str()), text(&request.url));
        let texts: Vec<(CString, CString)> =
            request.headers.iter().map(|(name, value)| (text(name), text(value))).collect();
        let headers: Vec<LkHeader> = texts
            .iter()
            .map(|(name, value)| LkHeader { name: name.as_ptr(), value: value.as_ptr() })
            .collect();
        let body = request.body.as_deref();
        let shown = LkRequest {
            method: method.as_ptr(),
            url: url.as_ptr(),
            headers: headers.as_ptr(),
            header_count: headers.len(),
            body: body.map_or(std::ptr::null(), <[u8]>::as_ptr),
            body_length: body.map_or(0, <[u8]>::len),
        };
        let reply = Box::into_raw(Box::new(reply));
        // SAFETY: the caller's own function and context, which is released in `drop`; `shown` lives until it returns, and
        // the reply is theirs from now on.
        unsafe { send(self.0.context, &raw const shown, reply) }
    }
}

impl Drop for PlatformTransport {
    #[expect(unsafe_code, reason = "a function of the caller is called")]
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: the caller's own function and context, for the first and last time.
            unsafe { release(self.0.context) }
        }
    }
}

impl Transport for PlatformTransport {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let (reply, answer) = oneshot::channel();
        self.put(&request, LkReply(reply));
        Box::pin(async move {
            answer.await.unwrap_or_else(|_| Err(TransportError::NoAnswer(String::from("nobody answered"))))
        })
    }
}

/// Answers, and ends the reply; what the pointers lead to is copied. A status that is none, or a body that is too large,
/// is no answer. Does nothing for NULL.
///
/// # Safety
///
/// `reply` is NULL, or came with a request and was not ended, and is not used any more. `headers` points to
/// `header_count` headers, whose texts are NULL or end with a NUL, and `body` to `body_length` bytes; both may be NULL.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_reply_answer(
    reply: *mut LkReply,
    status: i32,
    headers: *const LkHeader,
    header_count: usize,
    body: *const u8,
    body_length: usize,
) {
    let status = u16::try_from(status).ok().filter(|status| (100..600).contains(status));
    let answer = match status {
        Some(status) if body_length <= MAX_ANSWER => Ok(Response {
            status,
            // SAFETY: the caller's promise.
            headers: unsafe { copy_headers(headers, header_count) },
            body: match body.is_null() {
                true => Vec::new(),
                // SAFETY: not NULL, and the caller promises the length.
                false => unsafe { std::slice::from_raw_parts(body, body_length) }.to_vec(),
            },
        }),
        _ => Err(TransportError::NoAnswer(String::from("the answer is none"))),
    };
    // SAFETY: the caller's promise.
    unsafe { end(reply, answer) };
}

/// Says that no answer came, and ends the reply. `sent`: the server may have got the request. `why` is for developers.
/// Does nothing for NULL.
///
/// # Safety
///
/// `reply` is NULL, or came with a request and was not ended, and is not used any more. `why` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_reply_fail(reply: *mut LkReply, sent: bool, why: *const c_char) {
    // SAFETY: the caller's promise.
    let why = unsafe { read(why) }.unwrap_or_default();
    let failure = match sent {
        true => TransportError::NoAnswer(why),
        false => TransportError::Unreachable(why),
    };
    // SAFETY: the caller's promise.
    unsafe { end(reply, Err(failure)) };
}

/// # Safety
///
/// As [`lk_reply_answer`].
#[expect(unsafe_code, reason = "pointers of the caller are read")]
unsafe fn copy_headers(headers: *const LkHeader, count: usize) -> Vec<(String, String)> {
    if headers.is_null() {
        return Vec::new();
    }
    // SAFETY: not NULL, and the caller promises the count.
    let headers = unsafe { std::slice::from_raw_parts(headers, count) };
    // SAFETY: the caller's promise, for each.
    let text = |text| unsafe { read(text) };
    headers.iter().filter_map(|header| Some((text(header.name)?, text(header.value)?))).collect()
}

/// # Safety
///
/// `reply` is NULL, or came from [`PlatformTransport::put`] and was not ended.
#[expect(unsafe_code, reason = "takes back what `put` gave")]
unsafe fn end(reply: *mut LkReply, answer: Result<Response, TransportError>) {
    if !reply.is_null() {
        // SAFETY: made by `Box::into_raw` in `put`; the caller promises that it was not ended before.
        let reply = unsafe { Box::from_raw(reply) };
        // Nobody waits any more when the call was cancelled.
        let _ = reply.0.send(answer);
    }
}
