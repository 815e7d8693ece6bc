#import "A0Errors.h"
#import "A0Errors+Core.h"
#import "A0Values.h"

NSString *const A0ErrorDomain = @"com.auth0";
NSString *const A0JSONResponseSerializerErrorDataKey = @"A0JSONResponseSerializerErrorDataKey";
NSString *const A0ErrorStatusKey = @"A0ErrorStatusKey";
NSString *const A0ErrorRetryAfterKey = @"A0ErrorRetryAfterKey";
NSString *const A0ErrorOutcomeUnknownKey = @"A0ErrorOutcomeUnknownKey";

static A0ErrorCode A0CodeOf(LkErrorKind kind) {
    switch (kind) {
        case LkErrorKind_NoAnswer: return A0ErrorCodeNotConnectedToInternet;
        case LkErrorKind_WrongCode: return A0ErrorCodeInvalidCredentials;
        case LkErrorKind_CodeExpired: return A0ErrorCodeCodeExpired;
        case LkErrorKind_NoTriesLeft: return A0ErrorCodeNoTriesLeft;
        case LkErrorKind_TooMany: return A0ErrorCodeTooManyAttempts;
        case LkErrorKind_BadPhoneNumber: return A0ErrorCodeInvalidPhoneNumber;
        case LkErrorKind_BadEmail: return A0ErrorCodeInvalidEmail;
        case LkErrorKind_NumberWithoutTexts: return A0ErrorCodeNumberWithoutTexts;
        case LkErrorKind_CountryNotAllowed: return A0ErrorCodeCountryNotAllowed;
        case LkErrorKind_NotSent: return A0ErrorCodeMessageNotSent;
        case LkErrorKind_SignUpClosed: return A0ErrorCodeSignUpClosed;
        case LkErrorKind_Blocked: return A0ErrorCodeUserBlocked;
        case LkErrorKind_SignInAgain: return A0ErrorCodeSignInAgain;
        case LkErrorKind_Cancelled: return A0ErrorCodeAuth0Cancelled;
        case LkErrorKind_Misconfigured: return A0ErrorCodeAuth0InvalidConfiguration;
        case LkErrorKind_Server: return A0ErrorCodeServerFailed;
        case LkErrorKind_Device: return A0ErrorCodeDeviceFailed;
    }
    return A0ErrorCodeAuthenticationFailed;
}

NSError *A0ErrorFromCore(const LkError *error) {
    NSString *code = A0TextFromCore(error->code) ?: @"";
    NSString *description = A0TextFromCore(error->description) ?: @"";
    NSMutableDictionary *info = [NSMutableDictionary dictionary];
    info[NSLocalizedDescriptionKey] = A0TextFromCore(error->text) ?: description;
    info[NSLocalizedFailureReasonErrorKey] = description;
    if (error->status != 0) {
        info[A0JSONResponseSerializerErrorDataKey] = @{ @"error" : code, @"error_description" : description };
        info[A0ErrorStatusKey] = @(error->status);
    }
    if (error->retry_after >= 0) {
        info[A0ErrorRetryAfterKey] = @(error->retry_after);
    }
    if (error->outcome_unknown) {
        info[A0ErrorOutcomeUnknownKey] = @YES;
    }
    return [NSError errorWithDomain:A0ErrorDomain code:A0CodeOf(error->kind) userInfo:info];
}

NSString *A0TextFromCore(const char *text) {
    return text == NULL ? nil : [NSString stringWithUTF8String:text];
}

@implementation A0Errors

+ (NSString *)localizedStringForLoginError:(NSError *)error {
    return error.localizedDescription;
}

+ (NSString *)localizedStringForSignUpError:(NSError *)error {
    return error.localizedDescription;
}

@end

@implementation NSError (A0APIError)

- (NSDictionary<NSString *, id> *)a0_payload {
    return A0DictionaryIn(self.userInfo, A0JSONResponseSerializerErrorDataKey);
}

- (NSString *)a0_error {
    return A0StringIn(self.a0_payload, @"error");
}

- (BOOL)a0_auth0ErrorWithCode:(A0ErrorCode)code {
    return [self.domain isEqualToString:A0ErrorDomain] && self.code == code;
}

- (BOOL)a0_cancelledSocialAuthenticationError {
    return [self a0_auth0ErrorWithCode:A0ErrorCodeAuth0Cancelled];
}

@end
