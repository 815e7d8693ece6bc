// Where A0SimpleKeychain keeps things: A0KeychainStore+Security.m on Apple's systems, A0KeychainStore+Files.m
// elsewhere. Not for apps.

#import "A0SimpleKeychain.h"

#if __has_include(<Security/Security.h>)
#define A0_HAS_SECURITY 1
#else
#define A0_HAS_SECURITY 0
#endif

NS_ASSUME_NONNULL_BEGIN

FOUNDATION_EXPORT BOOL A0KeychainWrite(A0SimpleKeychain *keychain, NSString *key, NSData *data,
                                       NSString *_Nullable prompt);
FOUNDATION_EXPORT NSData *_Nullable A0KeychainRead(A0SimpleKeychain *keychain, NSString *key,
                                                   NSString *_Nullable prompt,
                                                   NSError *_Nullable *_Nullable error);
FOUNDATION_EXPORT BOOL A0KeychainHas(A0SimpleKeychain *keychain, NSString *key);
FOUNDATION_EXPORT BOOL A0KeychainDelete(A0SimpleKeychain *keychain, NSString *key);
FOUNDATION_EXPORT void A0KeychainClear(A0SimpleKeychain *keychain);

NS_ASSUME_NONNULL_END
