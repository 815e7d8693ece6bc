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
   * A refresh token of the old pipeline, at `/delegation`: the answer has an id_token only.
   */
  LkRenewal_LegacyRefreshToken = 2,
  /**
   * An id_token that still works, at `/delegation`: the same.
   */
  LkRenewal_LegacyIdToken = 3,
} LkRenewal;

/**
 * A text of a screen. What it takes stands beside it; `lk_phrase` gets it.
 */
typedef enum LkPhrase {
  LkPhrase_IdentifyTitle = 1,
  LkPhrase_IdentifyPrivacy = 2,
  LkPhrase_PhoneLabel = 3,
  LkPhrase_PhoneHint = 4,
  LkPhrase_EmailLabel = 5,
  LkPhrase_IdentifySubmit = 6,
  LkPhrase_CodeTitle = 7,
  /**
   * `text`: the address.
   */
  LkPhrase_CodeLead = 8,
  LkPhrase_CodeLabel = 9,
  LkPhrase_CodeSubmit = 10,
  LkPhrase_CodeResend = 11,
  /**
   * `number`: seconds.
   */
  LkPhrase_CodeResendWait = 12,
  LkPhrase_CodeResent = 13,
  LkPhrase_ChangePhone = 14,
  LkPhrase_ChangeEmail = 15,
  LkPhrase_LinkTitle = 16,
  /**
   * `text`: the address.
   */
  LkPhrase_LinkLead = 17,
  LkPhrase_LinkCode = 18,
  LkPhrase_ErrorTitle = 19,
  LkPhrase_BadPhone = 20,
  LkPhrase_BadEmail = 21,
  LkPhrase_TouchId = 22,
  LkPhrase_Cancel = 23,
  /**
   * A device without the key that signs.
   */
  LkPhrase_NoKey = 24,
  LkPhrase_SignedIn = 25,
} LkPhrase;

/**
 * A client of one app at one server. Opaque; cheap enough to make one per screen, and safe to share by all threads.
 */
typedef struct LkClient LkClient;

/**
 * Names a call of one client, for `lk_call_cancel`; 0 names none. It needs no freeing and is never used again.
 */
typedef uint64_t LkCallId;

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
   * Whether the server may have done something all the same: nothing was heard of the request.
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
 * Whose id_token it is, by `/tokeninfo`: only servers with the old pipeline say.
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
 * The text of a phrase (a number of `LkPhrase`) in the first of `languages` that there are texts in, else in English.
 * The caller ends it by `lk_text_free`. NULL where there is no such phrase.
 *
 * Safety:
 *
 * `languages` and `text` are NULL or end with a NUL.
 */
char *lk_phrase(const char *languages,
                uint32_t phrase,
                uint32_t number,
                const char *text);

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
