#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// `com.auth0`: the domain of every error here.
FOUNDATION_EXPORT NSString *const A0ErrorDomain;

/// Codes of `A0ErrorDomain`. Those below 1000 are Lock's, with Lock's numbers; only some of them can still happen.
typedef NS_ENUM(NSInteger, A0ErrorCode) {
    A0ErrorCodeAuthenticationFailed = 0,
    /// The code is wrong.
    A0ErrorCodeInvalidCredentials,
    A0ErrorCodeInvalidUsername,
    /// Not an email address.
    A0ErrorCodeInvalidEmail,
    A0ErrorCodeInvalidPassword,
    /// Not a phone number.
    A0ErrorCodeInvalidPhoneNumber,
    A0ErrorCodeInvalidRepeatPassword,
    A0ErrorCodeInvalidPasswordAndRepeatPassword,
    A0ErrorCodeFacebookCancelled,
    A0ErrorCodeTwitterAppNotAuthorized,
    A0ErrorCodeTwitterCancelled,
    A0ErrorCodeTwitterNotConfigured,
    A0ErrorCodeTwitterInvalidAccount,
    A0ErrorCodeUknownProviderForStrategy,
    /// The app cancelled the call, or the person the prompt of the system.
    A0ErrorCodeAuth0Cancelled,
    A0ErrorCodeAuth0NotAuthorized,
    /// The app, or its client on the server, is not set up for this.
    A0ErrorCodeAuth0InvalidConfiguration,
    A0ErrorCodeAuth0NoURLSchemeFound,
    A0ErrorCodeNoConnectionNameFound,
    /// No answer from the server, or none that can be read.
    A0ErrorCodeNotConnectedToInternet,
    A0ErrorCodeGooglePlusFailed,
    A0ErrorCodeGooglePlusCancelled,
    A0ErrorCodeConfigurationLoadFailed,

    /// The code was right once.
    A0ErrorCodeCodeExpired = 1001,
    /// The code died of wrong tries: ask for another.
    A0ErrorCodeNoTriesLeft,
    /// Too many tries or messages: `A0ErrorRetryAfterKey` may say how long to wait.
    A0ErrorCodeTooManyAttempts,
    A0ErrorCodeNumberWithoutTexts,
    A0ErrorCodeCountryNotAllowed,
    /// The message could not be sent.
    A0ErrorCodeMessageNotSent,
    A0ErrorCodeSignUpClosed,
    A0ErrorCodeUserBlocked,
    /// A token is over: sign in again.
    A0ErrorCodeSignInAgain,
    A0ErrorCodeServerFailed,
    /// The device failed: its keychain, its randomness.
    A0ErrorCodeDeviceFailed,
};

/// In `userInfo`, an NSDictionary with what the server said: `error`, `error_description`. There only where it said
/// something.
FOUNDATION_EXPORT NSString *const A0JSONResponseSerializerErrorDataKey;
/// In `userInfo`, an NSNumber: the status of the server's answer.
FOUNDATION_EXPORT NSString *const A0ErrorStatusKey;
/// In `userInfo`, an NSNumber of seconds.
FOUNDATION_EXPORT NSString *const A0ErrorRetryAfterKey;
/// In `userInfo`, an NSNumber of a BOOL: no answer came, or only that something failed (5xx), and the server may have
/// done its work. A message may be on its way, a code be used up.
FOUNDATION_EXPORT NSString *const A0ErrorOutcomeUnknownKey;

/// Texts for people. `localizedDescription` of an error is the same text.
@interface A0Errors : NSObject
+ (NSString *)localizedStringForLoginError:(NSError *)error;
+ (NSString *)localizedStringForSignUpError:(NSError *)error;
@end

@interface NSError (A0APIError)
/// What the server said.
@property (readonly, nonatomic, nullable) NSDictionary<NSString *, id> *a0_payload;
/// The server's code: `invalid_grant`, …
@property (readonly, nonatomic, nullable) NSString *a0_error;
- (BOOL)a0_auth0ErrorWithCode:(A0ErrorCode)code;
- (BOOL)a0_cancelledSocialAuthenticationError;
@end

NS_ASSUME_NONNULL_END
