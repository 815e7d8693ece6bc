#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// What a sign-in gives. Immutable; any thread may read it. Its description shows no token.
@interface A0Token : NSObject

/// For calls of APIs. nil after `fetchNewIdTokenWith…` of the old pipeline.
@property (readonly, copy, nonatomic, nullable) NSString *accessToken;
/// Who signed in, signed by the server. It was checked when it came.
@property (readonly, copy, nonatomic) NSString *idToken;
/// `Bearer`, in whatever case the server writes it.
@property (readonly, copy, nonatomic) NSString *tokenType;
/// With the scope `offline_access`: gives new tokens without the person. Keep it in the keychain.
@property (readonly, copy, nonatomic, nullable) NSString *refreshToken;
/// When the access token ends; nil where the server did not say.
@property (readonly, copy, nonatomic, nullable) NSDate *expiresAt;

- (instancetype)initWithAccessToken:(nullable NSString *)accessToken
                            idToken:(NSString *)idToken
                          tokenType:(NSString *)tokenType
                       refreshToken:(nullable NSString *)refreshToken;

/// Takes the names of the wire: `access_token`, `id_token`, `token_type`, `refresh_token`, and `expires_at`
/// in seconds since 1970.
- (instancetype)initWithDictionary:(NSDictionary<NSString *, id> *)dictionary;

@end

NS_ASSUME_NONNULL_END
