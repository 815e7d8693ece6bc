//! A key that the platform holds: it is asked, and answers when its person has said yes.

use std::ffi::{c_char, c_void};

use futures_channel::oneshot;
use latchkey_client::{AuthenticatorError, BoxFuture, SignatureAlgorithm, Signer};

use crate::sign_in::LkRelease;
use crate::text::read;

/// What a key is asked for.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkQuestionKind {
    /// The public key as PEM: PKCS#1, in `-----BEGIN RSA PUBLIC KEY-----`.
    PublicKey = 1,
    /// The MD5 of the public key's PKCS#1 DER, as `AA:BB:…`: its name in what it signs.
    KeyId = 2,
    /// The signature of `lk_question_message`: RSASSA-PKCS1-v1_5 with SHA-256. The system asks the person first.
    Sign = 3,
}

/// Something that a key is asked for. Opaque. Whoever gets one ends it, by `lk_question_answer` or by
/// `lk_question_refuse`, on any thread; the call waits until then.
pub struct LkQuestion {
    kind: LkQuestionKind,
    message: Vec<u8>,
    reply: oneshot::Sender<Result<Vec<u8>, AuthenticatorError>>,
}

/// Asks a key. Called on a thread of the library; must not throw.
pub type LkAsk = Option<unsafe extern "C" fn(context: *mut c_void, question: *mut LkQuestion)>;

/// A key of this device. `release` is called with `context` once, when `ask` will not be called any more.
#[repr(C)]
pub struct LkSigner {
    pub ask: LkAsk,
    pub release: LkRelease,
    pub context: *mut c_void,
}

/// As the client sees it.
pub(crate) struct PlatformSigner(LkSigner);

// SAFETY: the pointer is not followed here; the caller was told that it comes back on any thread.
#[expect(unsafe_code, reason = "the caller's pointer crosses threads")]
unsafe impl Send for PlatformSigner {}
// SAFETY: as above.
#[expect(unsafe_code, reason = "the caller's pointer crosses threads")]
unsafe impl Sync for PlatformSigner {}

impl PlatformSigner {
    pub(crate) fn new(signer: LkSigner) -> Self {
        Self(signer)
    }

    fn ask(
        &self,
        kind: LkQuestionKind,
        message: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
        let (reply, answer) = oneshot::channel();
        match self.0.ask {
            Some(ask) => self.put(ask, LkQuestion { kind, message, reply }),
            None => drop(reply.send(Err(AuthenticatorError::NoKey))),
        }
        Box::pin(async move {
            answer.await.unwrap_or_else(|_| Err(AuthenticatorError::Failed(String::from("nobody answered"))))
        })
    }

    #[expect(unsafe_code, reason = "a function of the caller is called")]
    fn put(&self, ask: unsafe extern "C" fn(*mut c_void, *mut LkQuestion), question: LkQuestion) {
        let question = Box::into_raw(Box::new(question));
        // SAFETY: the caller's own function and context, which is released in `drop`; the question is theirs from now on.
        unsafe { ask(self.0.context, question) }
    }

    async fn text(&self, kind: LkQuestionKind) -> Result<String, AuthenticatorError> {
        let bytes = self.ask(kind, Vec::new()).await?;
        String::from_utf8(bytes)
            .map_err(|_| AuthenticatorError::Failed(String::from("the answer is no text")))
    }
}

impl Drop for PlatformSigner {
    #[expect(unsafe_code, reason = "a function of the caller is called")]
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: the caller's own function and context, for the first and last time.
            unsafe { release(self.0.context) }
        }
    }
}

impl Signer for PlatformSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Rs256
    }

    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(self.text(LkQuestionKind::PublicKey))
    }

    fn key_id(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(self.text(LkQuestionKind::KeyId))
    }

    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
        self.ask(LkQuestionKind::Sign, message)
    }
}

/// What is asked for: a number of `LkQuestionKind`; 0 for NULL.
///
/// # Safety
///
/// `question` is NULL, or was asked and not ended.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_question_kind(question: *const LkQuestion) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { question.as_ref() }.map_or(0, |question| question.kind as u32)
}

/// What is to be signed: `*bytes` of as many bytes as this returns, which live until the question is ended.
///
/// # Safety
///
/// `question` is NULL, or was asked and not ended. `bytes` is NULL or can be written to.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_question_message(question: *const LkQuestion, bytes: *mut *const u8) -> usize {
    // SAFETY: the caller's promise.
    let Some(question) = (unsafe { question.as_ref() }) else { return 0 };
    if !bytes.is_null() {
        // SAFETY: not NULL, and the caller promises that it can be written to.
        unsafe { bytes.write(question.message.as_ptr()) };
    }
    question.message.len()
}

/// Answers a question, and ends it. Does nothing for NULL.
///
/// # Safety
///
/// `question` is NULL, or was asked and not ended, and is not used any more. `bytes` is NULL, or points to `length`
/// bytes.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_question_answer(question: *mut LkQuestion, bytes: *const u8, length: usize) {
    let answer = match bytes.is_null() {
        true => Vec::new(),
        // SAFETY: not NULL, and the caller promises the length.
        false => unsafe { std::slice::from_raw_parts(bytes, length) }.to_vec(),
    };
    // SAFETY: the caller's promise.
    unsafe { end(question, Ok(answer)) };
}

/// Refuses a question, and ends it: `cancelled` when the person, or the system, said no; else there is no key, or it
/// failed for the reason that `why` tells developers. Does nothing for NULL.
///
/// # Safety
///
/// `question` is NULL, or was asked and not ended, and is not used any more. `why` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "called from C")]
pub unsafe extern "C" fn lk_question_refuse(question: *mut LkQuestion, cancelled: bool, why: *const c_char) {
    // SAFETY: the caller's promise.
    let why = unsafe { read(why) };
    let refusal = match (cancelled, why) {
        (true, _) => AuthenticatorError::Cancelled,
        (false, None) => AuthenticatorError::NoKey,
        (false, Some(why)) => AuthenticatorError::Failed(why),
    };
    // SAFETY: the caller's promise.
    unsafe { end(question, Err(refusal)) };
}

/// # Safety
///
/// `question` is NULL, or came from [`PlatformSigner::put`] and was not ended.
#[expect(unsafe_code, reason = "takes back what `put` gave")]
unsafe fn end(question: *mut LkQuestion, answer: Result<Vec<u8>, AuthenticatorError>) {
    if !question.is_null() {
        // SAFETY: made by `Box::into_raw` in `put`; the caller promises that it was not ended before.
        let question = unsafe { Box::from_raw(question) };
        // Nobody waits any more when the call was cancelled.
        let _ = question.reply.send(answer);
    }
}
