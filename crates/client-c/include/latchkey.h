/* The client of Latchkey for C. Made from crates/client-c by its tests: do not edit.
 *
 * Who makes a thing ends it: texts that you pass are copied; what a callback gets lives until it returns; handles end
 * by their ..._free, and texts that were returned by lk_text_free.
 * A callback comes once, on a thread of the library: also when the call was cancelled or could not begin, in which
 * case it may come before the function returns. Release there what the context points to.
 * NULL means absent, and is never followed. Any thread may call any function.
 */

#ifndef LATCHKEY_H
#define LATCHKEY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/**
 * What failed, as a program tells cases apart.
 */
typedef enum LkErrorKind {
  /**
   * No answer from the server, or none that can be read.
   */
  LkErrorKind_NoAnswer = 1,
  LkErrorKind_WrongCode = 2,
  LkErrorKind_CodeExpired = 3,
  /**
   * The code died of wrong tries.
   */
  LkErrorKind_NoTriesLeft = 4,
  /**
   * Too many tries or messages; `retry_after` may say how long.
   */
  LkErrorKind_TooMany = 5,
  LkErrorKind_BadPhoneNumber = 6,
  LkErrorKind_BadEmail = 7,
  /**
   * The number cannot receive text messages.
   */
  LkErrorKind_NumberWithoutTexts = 8,
  LkErrorKind_CountryNotAllowed = 9,
  /**
   * The message could not be sent.
   */
  LkErrorKind_NotSent = 10,
  LkErrorKind_SignUpClosed = 11,
  LkErrorKind_Blocked = 12,
  /**
   * Whatever proved the person no longer does: sign in again.
   */
  LkErrorKind_SignInAgain = 13,
  /**
   * The caller, the person or the system put an end to it.
   */
  LkErrorKind_Cancelled = 14,
  /**
   * The app or its client is not set up for this, or called a function with something missing.
   */
  LkErrorKind_Misconfigured = 15,
  /**
   * The server failed.
   */
  LkErrorKind_Server = 16,
  /**
   * This device failed, or this library.
   */
  LkErrorKind_Device = 17,
} LkErrorKind;

/**
 * Which screen.
 */
typedef enum LkScreen {
  /**
   * Who is it?
   */
  LkScreen_Identify = 1,
  /**
   * Which code came?
   */
  LkScreen_Code = 2,
  /**
   * Signed in: take the tokens.
   */
  LkScreen_Done = 3,
  /**
   * Closed before.
   */
  LkScreen_Closed = 4,
} LkScreen;

/**
 * What a field takes.
 */
typedef enum LkFieldKind {
  LkFieldKind_Phone = 1,
  LkFieldKind_Email = 2,
  /**
   * A code that systems read from messages by themselves.
   */
  LkFieldKind_Code = 3,
} LkFieldKind;

/**
 * How a message travels.
 */
typedef enum LkChannel {
  LkChannel_Sms = 1,
  LkChannel_Email = 2,
} LkChannel;

/**
 * What a message holds.
 */
typedef enum LkSend {
  LkSend_Code = 1,
  /**
   * A link that ends in a browser.
   */
  LkSend_Link = 2,
  /**
   * A link that opens the app on an iPhone, with a code in it.
   */
  LkSend_LinkIos = 3,
  LkSend_LinkAndroid = 4,
} LkSend;

/**
 * What is given for new tokens. Numbers for `lk_renew`.
 */
typedef enum LkRenewal {
  /**
   * A refresh token, at `/oauth/token`. The answer always has a refresh token to keep.
   */
  LkRenewal_RefreshToken = 1,
  /**
   * A refresh token of the old pipeline, at `/delegation`: the answer has an `id_token` only.
   */
  LkRenewal_LegacyRefreshToken = 2,
  /**
   * An `id_token` that still works, at `/delegation`: the same.
   */
  LkRenewal_LegacyIdToken = 3,
} LkRenewal;

/**
 * A text of a screen.
 */
typedef enum LkPhrase {
  LkPhrase_SignInTitle = 1,
  LkPhrase_EmailLabel = 2,
  LkPhrase_Continue = 3,
  LkPhrase_Close = 4,
  LkPhrase_TouchId = 5,
  LkPhrase_ErrorTitle = 6,
  LkPhrase_BadEmail = 7,
  /**
   * The person, or the system, ended the prompt.
   */
  LkPhrase_NotConfirmed = 8,
} LkPhrase;

/**
 * What a person did. `lk_sign_in_event` takes the number, and the text that stands beside it.
 */
typedef enum LkEvent {
  /**
   * The field for the phone number or email address has this text now.
   */
  LkEvent_Identifier = 1,
  /**
   * The country of this region (`DE`) was chosen.
   */
  LkEvent_Country = 2,
  /**
   * The other way to sign in: `sms` or `email`.
   */
  LkEvent_Channel = 3,
  /**
   * The field for the code has this text now.
   */
  LkEvent_Code = 4,
  /**
   * This code came by itself, as by a link: it is typed and submitted.
   */
  LkEvent_Received = 5,
  /**
   * The main button, or return.
   */
  LkEvent_Submit = 6,
  LkEvent_Resend = 7,
  /**
   * "I already have a code".
   */
  LkEvent_HaveCode = 8,
  /**
   * "Change number". Cancels what is on its way.
   */
  LkEvent_Change = 9,
  /**
   * The screen was closed. Cancels what is on its way.
   */
  LkEvent_Close = 10,
  /**
   * The time of `tick_at` is there.
   */
  LkEvent_Tick = 11,
} LkEvent;

/**
 * What a key is asked for.
 */
typedef enum LkQuestionKind {
  /**
   * The public key as PEM: PKCS#1, in `-----BEGIN RSA PUBLIC KEY-----`.
   */
  LkQuestionKind_PublicKey = 1,
  /**
   * The MD5 of the public key's PKCS#1 DER, as `AA:BB:…`: its name in what it signs.
   */
  LkQuestionKind_KeyId = 2,
  /**
   * The signature of `lk_question_message`: RSASSA-PKCS1-v1_5 with SHA-256. The system asks the person first.
   */
  LkQuestionKind_Sign = 3,
} LkQuestionKind;

/**
 * A client of one app at one server. Opaque; cheap enough to make one per screen, and safe to share by all threads.
 */
typedef struct LkClient LkClient;

/**
 * Something that a key is asked for. Opaque. Whoever gets one ends it, by `lk_question_answer` or by
 * `lk_question_refuse`, on any thread; the call waits until then.
 */
typedef struct LkQuestion LkQuestion;

/**
 * Where an answer goes. Opaque. Whoever gets one ends it, by `lk_reply_answer` or by `lk_reply_fail`, on any thread; the
 * call waits until then.
 */
typedef struct LkReply LkReply;

/**
 * A sign-in. Opaque; any thread may use it.
 */
typedef struct LkSignIn LkSignIn;

/**
 * Names a call of one client, for `lk_call_cancel`; 0 names none. It needs no freeing and is never used again.
 */
typedef uint64_t LkCallId;

/**
 * A header: its name and its value.
 */
typedef struct LkHeader {
  const char *name;
  const char *value;
} LkHeader;

/**
 * What goes to the server. Lives until `send` returns.
 */
typedef struct LkRequest {
  /**
   * `GET`, `POST` or `DELETE`.
   */
  const char *method;
  const char *url;
  const struct LkHeader *headers;
  uintptr_t header_count;
  /**
   * NULL where there is none.
   */
  const uint8_t *body;
  uintptr_t body_length;
} LkRequest;

/**
 * Sends a request. Called on a thread of the library; must not throw. It follows no redirects, keeps no cookies, repeats
 * nothing, and gives up after half a minute.
 */
typedef void (*LkSendRequest)(void *context, const struct LkRequest *request, struct LkReply *reply);

/**
 * The context is not used any more. Called on any thread; must not throw.
 */
typedef void (*LkRelease)(void *context);

/**
 * A transport. `release` is called with `context` once, when `send` will not be called any more.
 */
typedef struct LkTransport {
  LkSendRequest send;
  LkRelease release;
  void *context;
} LkTransport;

/**
 * Where the server is and who the app is. Begin with all of it zero; what is NULL or false has its default.
 */
typedef struct LkSettings {
  /**
   * `login.example.com`, or a URL with nothing after its port. Plain HTTP is for this machine only. Required.
   */
  const char *domain;
  /**
   * Required.
   */
  const char *client_id;
  /**
   * Who signs the tokens, where that is not the domain: while developing over plain HTTP.
   */
  const char *issuer;
  /**
   * The languages of the person, the best first, with spaces between: `fr-CA en`. Errors and messages are in the
   * first that there are texts in; else in English.
   */
  const char *languages;
  /**
   * What the server's log calls the app's library, and its version.
   */
  const char *library;
  const char *library_version;
  /**
   * Signs in by `/oauth/ro` and renews by `/delegation`, as Lock for iOS 1.x: for servers that know nothing else.
   */
  bool legacy;
  /**
   * Sends requests; with all of it zero, the library does so itself, and trusts whom the system trusts. Its `release` is
   * called in any case: also when no client can be made.
   */
  struct LkTransport transport;
} LkSettings;

/**
 * Whom to send what. Begin with all of it zero. `channel` and `send` are numbers of `LkChannel` and `LkSend`.
 */
typedef struct LkStart {
  uint32_t channel;
  uint32_t send;
  /**
   * A phone number with its country's code, or an email address, as people write them. Required.
   */
  const char *address;
  /**
   * The connection, where it is not called `sms` or `email`.
   */
  const char *connection;
  /**
   * What a link carries (`scope`, `redirect_uri`, `state`, …): a JSON object.
   */
  const char *auth_params;
} LkStart;

/**
 * Why a call failed. Its texts live as long as it does.
 */
typedef struct LkError {
  enum LkErrorKind kind;
  /**
   * The status of the server's answer; 0 where it gave none.
   */
  int32_t status;
  /**
   * Seconds until another call may help; -1 where nobody says.
   */
  int64_t retry_after;
  /**
   * Whether the server may have done something all the same: no answer came, or only that something failed (5xx).
   */
  bool outcome_unknown;
  /**
   * The server's code (`invalid_grant`), or one of ours where it gave none. Never NULL.
   */
  const char *code;
  /**
   * The server's own words, for developers. Holds no code, no token and no address. Never NULL.
   */
  const char *description;
  /**
   * What a person reads, in the client's language. Never NULL.
   */
  const char *text;
} LkError;

/**
 * Tokens of one person. NULL for each that the server did not give.
 */
typedef struct LkTokens {
  const char *access_token;
  const char *id_token;
  const char *refresh_token;
  /**
   * `Bearer`, in whatever case.
   */
  const char *token_type;
  /**
   * Words with spaces between.
   */
  const char *scope;
  /**
   * Seconds since 1970; -1 where the server did not say.
   */
  int64_t expires_at;
} LkTokens;

/**
 * How a call ended. Everything here lives until the callback returns.
 */
typedef struct LkAnswer {
  /**
   * NULL when it went well. The others are NULL when it did not.
   */
  const struct LkError *error;
  /**
   * Where the call gives tokens.
   */
  const struct LkTokens *tokens;
  /**
   * Where the call gives a profile: a JSON object. It has `user_id` in any case.
   */
  const char *profile;
} LkAnswer;

/**
 * Is told how a call ended: once, on a thread of the library. `answer` and all that it points to lives until the
 * callback returns, which must not throw.
 */
typedef void (*LkCallback)(void *context, const struct LkAnswer *answer);

/**
 * A code that a person typed, and whose it is. Begin with all of it zero.
 */
typedef struct LkCode {
  uint32_t channel;
  /**
   * As it was given to `lk_start_passwordless`. Required.
   */
  const char *address;
  /**
   * As the person typed it, spaces and all. Required.
   */
  const char *code;
  const char *connection;
  /**
   * Words with spaces between; NULL for `openid profile email offline_access` (with `legacy`, `openid
   * offline_access`).
   */
  const char *scope;
  /**
   * The API that the access token is for.
   */
  const char *audience;
  /**
   * How the old pipeline calls the device that its refresh token is for.
   */
  const char *device;
} LkCode;

/**
 * How people sign in. Begin with all of it zero; what is NULL or 0 has its default.
 */
typedef struct LkSignInSettings {
  /**
   * A number of `LkChannel`: what is asked for. 0: a phone number, or an email address for who wants that.
   */
  uint32_t channel;
  /**
   * A number of `LkSend`; 0 for a code.
   */
  uint32_t send;
  /**
   * The region that numbers without a country are of, until another is chosen: `DE`.
   */
  const char *region;
  /**
   * The name of the app, for the title.
   */
  const char *app;
  /**
   * The connection, where it is not called `sms` or `email`. Only with a `channel`.
   */
  const char *connection;
  const char *scope;
  const char *audience;
  /**
   * How the old pipeline calls the device that its refresh token is for.
   */
  const char *device;
} LkSignInSettings;

/**
 * Something changed: look again. Called on a thread of the library; must not throw.
 */
typedef void (*LkChanged)(void *context);

/**
 * A field.
 */
typedef struct LkField {
  enum LkFieldKind kind;
  const char *label;
  /**
   * How to fill it in. May be NULL.
   */
  const char *hint;
  /**
   * As it was typed.
   */
  const char *value;
} LkField;

/**
 * A country whose numbers begin with a code.
 */
typedef struct LkCountry {
  /**
   * `DE`: by it, systems have the name in every language.
   */
  const char *region;
  /**
   * In English.
   */
  const char *name;
  const char *flag;
  /**
   * Without the plus.
   */
  uint32_t calling_code;
} LkCountry;

/**
 * A button. There is none where `label` is NULL.
 */
typedef struct LkButton {
  const char *label;
  bool enabled;
} LkButton;

/**
 * A screen, ready to be shown: plain texts in the person's language. Everything here lives until `look` returns.
 */
typedef struct LkView {
  enum LkScreen screen;
  bool right_to_left;
  const char *title;
  /**
   * Below the title. May be NULL.
   */
  const char *lead;
  struct LkField field;
  /**
   * The label of the country beside a phone number; NULL where there is none.
   */
  const char *country_label;
  /**
   * The label of the search among all countries.
   */
  const char *country_search;
  /**
   * NULL while none was chosen.
   */
  const struct LkCountry *country;
  struct LkButton submit;
  /**
   * Below the main button, in small type. May be NULL.
   */
  const char *note;
  /**
   * Something is on its way: only `Change` and `Close` do anything.
   */
  bool busy;
  /**
   * What went wrong, and what to do: a screen reader says it at once. May be NULL.
   */
  const char *error;
  /**
   * What went well: a screen reader says it when it is idle. May be NULL.
   */
  const char *notice;
  struct LkButton resend;
  /**
   * Seconds until `resend` is enabled.
   */
  uint32_t resend_seconds;
  struct LkButton have_code;
  struct LkButton change;
  /**
   * The other way to sign in, and its `LkEvent_Channel`.
   */
  struct LkButton other;
  const char *other_channel;
  /**
   * The text of a button that closes the screen.
   */
  const char *close;
  /**
   * Report `LkEvent_Tick` at this time, in seconds since 1970, and look; -1 for never.
   */
  int64_t tick_at;
} LkView;

/**
 * Looks at a screen, for as long as it takes.
 */
typedef void (*LkLook)(void *context, const struct LkView *view);

/**
 * Looks at a country, for as long as it takes.
 */
typedef void (*LkCountryLook)(void *context, const struct LkCountry *country);

/**
 * Whose key it is. Begin with all of it zero.
 */
typedef struct LkDevice {
  /**
   * To sign in. What `lk_touch_id_enrol` gave as the profile's `user_id`.
   */
  const char *user_id;
  /**
   * To enrol: an email address.
   */
  const char *email;
  /**
   * How its person calls the device. Required.
   */
  const char *device;
  /**
   * The database; NULL for the one that Lock uses.
   */
  const char *connection;
} LkDevice;

/**
 * Asks a key. Called on a thread of the library; must not throw.
 */
typedef void (*LkAsk)(void *context, struct LkQuestion *question);

/**
 * A key of this device. `release` is called with `context` once, when `ask` will not be called any more.
 */
typedef struct LkSigner {
  LkAsk ask;
  LkRelease release;
  void *context;
} LkSigner;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Ends a call early: its callback comes soon, with `LkErrorKind_Cancelled`, unless it is on its way already. Whether
 * the server did what it was asked is then not known. Does nothing for a call that ended.
 *
 * Safety:
 *
 * `client` is NULL, or came from `lk_client_new` and was not freed.
 */
void lk_call_cancel(const struct LkClient *client,
                    LkCallId call);

/**
 * Makes a client. NULL when the settings will not do; `*problem` then says why, for developers, in a text that is
 * there for ever. `problem` may be NULL.
 *
 * Safety:
 *
 * `settings` is NULL or points to settings whose texts are NULL or end with a NUL. `problem` is NULL or can be
 * written to.
 */
struct LkClient *lk_client_new(const struct LkSettings *settings,
                               const char **problem);

/**
 * Ends a client. Its calls that are under way are cancelled; their callbacks still come. Does nothing for NULL.
 *
 * Safety:
 *
 * `client` is NULL, or came from `lk_client_new`, and is not used any more.
 */
void lk_client_free(struct LkClient *client);

/**
 * Has the server send a message. Never repeated by itself: each call is at most one message. Success says nothing of
 * whether anybody has the address.
 *
 * Safety:
 *
 * `client` is NULL, or came from `lk_client_new` and was not freed. `start` is NULL, or its texts are NULL or end with
 * a NUL. `callback` may be called with `context` on another thread.
 */
LkCallId lk_start_passwordless(const struct LkClient *client,
                               const struct LkStart *start,
                               LkCallback callback,
                               void *context);

/**
 * Turns a code into tokens and the profile of who typed it. Never repeated by itself: a code works once.
 *
 * Safety:
 *
 * As `lk_start_passwordless`.
 */
LkCallId lk_sign_in_with_code(const struct LkClient *client,
                              const struct LkCode *code,
                              LkCallback callback,
                              void *context);

/**
 * Begins a sign-in of `client`, which may be freed before it. NULL when there is no client.
 *
 * `changed` is called with `context` on a thread of the library when an answer changed what is to be shown: hop to the
 * thread of the screen and look there. `release` is called with `context` once, when `changed` will not be called any
 * more: after `lk_sign_in_free`, or at once when NULL is returned.
 *
 * Safety:
 *
 * `client` is NULL, or came from `lk_client_new` and was not freed. `settings` is NULL, or its texts are NULL or end
 * with a NUL. `changed` and `release` may be called with `context` on any thread.
 */
struct LkSignIn *lk_sign_in_new(const struct LkClient *client,
                                const struct LkSignInSettings *settings,
                                LkChanged changed,
                                LkRelease release,
                                void *context);

/**
 * Ends a sign-in; what is on its way is cancelled. Does nothing for NULL.
 *
 * Safety:
 *
 * `sign_in` is NULL, or came from `lk_sign_in_new`, and is not used any more.
 */
void lk_sign_in_free(struct LkSignIn *sign_in);

/**
 * Something happened. What makes no sense where the sign-in stands is ignored, so that a button which is pressed twice
 * does one thing. Look afterwards: `changed` does not tell of what happened here.
 *
 * Safety:
 *
 * `sign_in` is NULL, or came from `lk_sign_in_new` and was not freed. `text` is NULL or ends with a NUL.
 */
void lk_sign_in_event(const struct LkSignIn *sign_in,
                      uint32_t event,
                      const char *text);

/**
 * Shows the screen as it is now to `look`, before this returns.
 *
 * Safety:
 *
 * `sign_in` is NULL, or came from `lk_sign_in_new` and was not freed. `look` may be called with `context`.
 */
void lk_sign_in_look(const struct LkSignIn *sign_in, LkLook look, void *context);

/**
 * Gives what the sign-in gave, once, to `callback`, before this returns. False, and no callback, while there is
 * nothing to take.
 *
 * Safety:
 *
 * As `lk_sign_in_look`.
 */
bool lk_sign_in_take(const struct LkSignIn *sign_in,
                     LkCallback callback,
                     void *context);

/**
 * Shows every country whose region, code or English name has `search` in it to `look`, in the order of their English
 * names, before this returns; all of them for NULL.
 *
 * Safety:
 *
 * `search` is NULL or ends with a NUL. `look` may be called with `context`.
 */
void lk_countries(const char *search,
                  LkCountryLook look,
                  void *context);

/**
 * What is asked for: a number of `LkQuestionKind`; 0 for NULL.
 *
 * Safety:
 *
 * `question` is NULL, or was asked and not ended.
 */
uint32_t lk_question_kind(const struct LkQuestion *question);

/**
 * What is to be signed: `*bytes` of as many bytes as this returns, which live until the question is ended.
 *
 * Safety:
 *
 * `question` is NULL, or was asked and not ended. `bytes` is NULL or can be written to.
 */
uintptr_t lk_question_message(const struct LkQuestion *question, const uint8_t **bytes);

/**
 * Answers a question, and ends it. Does nothing for NULL.
 *
 * Safety:
 *
 * `question` is NULL, or was asked and not ended, and is not used any more. `bytes` is NULL, or points to `length`
 * bytes.
 */
void lk_question_answer(struct LkQuestion *question,
                        const uint8_t *bytes,
                        uintptr_t length);

/**
 * Refuses a question, and ends it: `cancelled` when the person, or the system, said no; else there is no key, or it
 * failed for the reason that `why` tells developers. Does nothing for NULL.
 *
 * Safety:
 *
 * `question` is NULL, or was asked and not ended, and is not used any more. `why` is NULL or ends with a NUL.
 */
void lk_question_refuse(struct LkQuestion *question,
                        bool cancelled,
                        const char *why);

/**
 * Ends a text that a function returned. Does nothing for NULL.
 *
 * Safety:
 *
 * `text` is NULL, or was returned by a function that says so, and is not used any more.
 */
void lk_text_free(char *text);

/**
 * New tokens for one that is there. `renewal` is a number of `LkRenewal`.
 *
 * Safety:
 *
 * `client` is NULL, or came from `lk_client_new` and was not freed. `token` is NULL or ends with a NUL. `callback` may
 * be called with `context` on another thread.
 */
LkCallId lk_renew(const struct LkClient *client,
                  uint32_t renewal,
                  const char *token,
                  LkCallback callback,
                  void *context);

/**
 * Ends a refresh token and what it gave. One that is over already is ended, too.
 *
 * Safety:
 *
 * As `lk_renew`.
 */
LkCallId lk_revoke(const struct LkClient *client,
                   const char *refresh_token,
                   LkCallback callback,
                   void *context);

/**
 * Whose access token it is, by `/userinfo`.
 *
 * Safety:
 *
 * As `lk_renew`.
 */
LkCallId lk_profile_of_access_token(const struct LkClient *client,
                                    const char *access_token,
                                    LkCallback callback,
                                    void *context);

/**
 * Whose `id_token` it is, by `/tokeninfo`: only servers with the old pipeline say.
 *
 * Safety:
 *
 * As `lk_renew`.
 */
LkCallId lk_profile_of_id_token(const struct LkClient *client,
                                const char *id_token,
                                LkCallback callback,
                                void *context);

/**
 * Makes an account for an email address and gives it the key of this device. The answer is a profile that has
 * `user_id` alone: keep it for `lk_touch_id_sign_in`.
 *
 * Safety:
 *
 * `client` is NULL, or came from `lk_client_new` and was not freed. `device` is NULL, or its texts are NULL or end with
 * a NUL. The functions of `signer`, and `callback`, may be called with their contexts on another thread.
 */
LkCallId lk_touch_id_enrol(const struct LkClient *client,
                           const struct LkDevice *device,
                           struct LkSigner signer,
                           LkCallback callback,
                           void *context);

/**
 * Signs in by the key of this device: tokens and profile.
 *
 * Safety:
 *
 * As `lk_touch_id_enrol`.
 */
LkCallId lk_touch_id_sign_in(const struct LkClient *client,
                             const struct LkDevice *device,
                             struct LkSigner signer,
                             LkCallback callback,
                             void *context);

/**
 * Answers, and ends the reply; what the pointers lead to is copied. A status that is none, or a body that is too large,
 * is no answer. Does nothing for NULL.
 *
 * Safety:
 *
 * `reply` is NULL, or came with a request and was not ended, and is not used any more. `headers` points to
 * `header_count` headers, whose texts are NULL or end with a NUL, and `body` to `body_length` bytes; both may be NULL.
 */
void lk_reply_answer(struct LkReply *reply,
                     int32_t status,
                     const struct LkHeader *headers,
                     uintptr_t header_count,
                     const uint8_t *body,
                     uintptr_t body_length);

/**
 * Says that no answer came, and ends the reply. `sent`: the server may have got the request. `why` is for developers.
 * Does nothing for NULL.
 *
 * Safety:
 *
 * `reply` is NULL, or came with a request and was not ended, and is not used any more. `why` is NULL or ends with a NUL.
 */
void lk_reply_fail(struct LkReply *reply,
                   bool sent,
                   const char *why);

/**
 * The text of a phrase (a number of `LkPhrase`) in the first of `languages` that there are texts in, else in English.
 * The caller ends it by `lk_text_free`. NULL where there is no such phrase.
 *
 * Safety:
 *
 * `languages` is NULL or ends with a NUL.
 */
char *lk_phrase(const char *languages,
                uint32_t phrase);

/**
 * Whether the language of `lk_phrase` is written from right to left.
 *
 * Safety:
 *
 * `languages` is NULL or ends with a NUL.
 */
bool lk_reads_right_to_left(const char *languages);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LATCHKEY_H */
