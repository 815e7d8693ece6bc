#import "A0APIClient+TouchID.h"
#import "A0Call.h"
#import "A0Device.h"
#import "A0Digest.h"
#import "A0Errors.h"
#import "A0UserProfile.h"

static NSString *A0PEM(NSData *der) {
    NSString *base64 = [der base64EncodedStringWithOptions:NSDataBase64Encoding64CharacterLineLength |
                                                           NSDataBase64EncodingEndLineWithLineFeed];
    return [NSString stringWithFormat:@"-----BEGIN RSA PUBLIC KEY-----\n%@\n-----END RSA PUBLIC KEY-----\n", base64];
}

/// What the library asks, and what came of it.
@interface A0SignerAsked : NSObject {
  @public
    id<A0DeviceSigner> signer;
    BOOL hasNoKey;
}
@end

@implementation A0SignerAsked
@end

static void A0RefuseWithoutKey(LkQuestion *question, A0SignerAsked *asked) {
    asked->hasNoKey = YES;
    lk_question_refuse(question, false, NULL);
}

static void A0AnswerText(LkQuestion *question, NSString *text) {
    NSData *bytes = [text dataUsingEncoding:NSUTF8StringEncoding];
    lk_question_answer(question, bytes.bytes, bytes.length);
}

static void A0AnswerSignature(LkQuestion *question, A0SignerAsked *asked) {
    const uint8_t *bytes = NULL;
    size_t length = lk_question_message(question, &bytes);
    NSError *error = nil;
    NSData *signature = [asked->signer sign:[NSData dataWithBytes:bytes length:length] error:&error];
    if (signature != nil) {
        lk_question_answer(question, signature.bytes, signature.length);
        return;
    }
    if (error == nil) {
        A0RefuseWithoutKey(question, asked);
        return;
    }
    BOOL cancelled = [error a0_auth0ErrorWithCode:A0ErrorCodeAuth0Cancelled];
    lk_question_refuse(question, cancelled, error.localizedDescription.UTF8String);
}

/// On a thread of the library, which may wait for the person.
static void A0AskSigner(void *context, LkQuestion *question) {
    @autoreleasepool {
        A0SignerAsked *asked = (__bridge A0SignerAsked *)context;
        uint32_t kind = lk_question_kind(question);
        if (kind == LkQuestionKind_Sign) {
            A0AnswerSignature(question, asked);
            return;
        }
        NSData *key = [asked->signer publicKey];
        if (key == nil) {
            A0RefuseWithoutKey(question, asked);
        } else if (kind == LkQuestionKind_PublicKey) {
            A0AnswerText(question, A0PEM(key));
        } else {
            A0AnswerText(question, A0Fingerprint(key));
        }
    }
}

static void A0ReleaseSigner(void *context) {
    @autoreleasepool {
        (void)(__bridge_transfer id)context;
    }
}

static LkSigner A0SignerForCore(A0SignerAsked *asked) {
    return (LkSigner){A0AskSigner, A0ReleaseSigner, (__bridge_retained void *)asked};
}

/// Without a key there is nothing to try again with, as there is where a device failed.
static NSError *A0TouchIDError(NSError *error, A0SignerAsked *asked) {
    if (asked->hasNoKey && [error a0_auth0ErrorWithCode:A0ErrorCodeDeviceFailed]) {
        return [NSError errorWithDomain:A0ErrorDomain code:A0ErrorCodeSignInAgain userInfo:error.userInfo];
    }
    return error;
}

@implementation A0APIClient (TouchID)

- (A0APIRequest *)enrolForTouchIDWithEmail:(NSString *)email
                                    signer:(id<A0DeviceSigner>)signer
                                   success:(void (^)(NSString *))success
                                   failure:(A0APIClientError)failure {
    A0SignerAsked *asked = [[A0SignerAsked alloc] init];
    asked->signer = signer;
    return [self.core
        begin:^LkCallId(const LkClient *client, LkCallback callback, void *context) {
            LkDevice device = {0};
            device.email = email.UTF8String;
            device.device = A0DeviceName().UTF8String;
            return lk_touch_id_enrol(client, &device, A0SignerForCore(asked), callback, context);
        }
        end:^(A0UserProfile *profile, A0Token *token, NSError *error) {
            if (error != nil) {
                if (failure != nil) failure(A0TouchIDError(error, asked));
            } else if (success != nil) {
                success(profile.userId);
            }
        }];
}

- (A0APIRequest *)loginWithTouchIDOfUser:(NSString *)userId
                                  signer:(id<A0DeviceSigner>)signer
                                 success:(A0APIClientAuthenticationSuccess)success
                                 failure:(A0APIClientError)failure {
    A0SignerAsked *asked = [[A0SignerAsked alloc] init];
    asked->signer = signer;
    return [self.core
        begin:^LkCallId(const LkClient *client, LkCallback callback, void *context) {
            LkDevice device = {0};
            device.user_id = userId.UTF8String;
            device.device = A0DeviceName().UTF8String;
            return lk_touch_id_sign_in(client, &device, A0SignerForCore(asked), callback, context);
        }
        end:^(A0UserProfile *profile, A0Token *token, NSError *error) {
            if (error != nil) {
                if (failure != nil) failure(A0TouchIDError(error, asked));
            } else if (success != nil) {
                success(profile, token);
            }
        }];
}

@end
