#import "A0APIClient.h"
#import "A0DeviceSigner.h"

NS_ASSUME_NONNULL_BEGIN

/// Touch ID as Lock 1.x did it, for screens of your own. The client on the server needs the older grants, and a
/// database.
@interface A0APIClient (TouchID)

/// Makes an account for the address, and a key for it. The block gets the id to sign in with: keep it.
- (nullable A0APIRequest *)enrolForTouchIDWithEmail:(NSString *)email
                                             signer:(id<A0DeviceSigner>)signer
                                            success:(nullable void (^)(NSString *userId))success
                                            failure:(nullable A0APIClientError)failure;

- (nullable A0APIRequest *)loginWithTouchIDOfUser:(NSString *)userId
                                           signer:(id<A0DeviceSigner>)signer
                                          success:(nullable A0APIClientAuthenticationSuccess)success
                                          failure:(nullable A0APIClientError)failure;

@end

NS_ASSUME_NONNULL_END
