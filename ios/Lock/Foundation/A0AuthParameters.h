#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

FOUNDATION_EXPORT NSString *const A0ParameterClientID;
FOUNDATION_EXPORT NSString *const A0ParameterConnection;
FOUNDATION_EXPORT NSString *const A0ParameterAccessToken;
FOUNDATION_EXPORT NSString *const A0ParameterAPIType;
FOUNDATION_EXPORT NSString *const A0ParameterTarget;

FOUNDATION_EXPORT NSString *const A0ScopeOpenId;
FOUNDATION_EXPORT NSString *const A0ScopeOfflineAccess;
/// `openid profile`.
FOUNDATION_EXPORT NSString *const A0ScopeProfile;

/// What is asked for at a sign-in. Not for several threads at once: every call copies it.
@interface A0AuthParameters : NSObject <NSCopying>

/// Words of what is asked for; nil brings the defaults back: `openid profile email phone offline_access`.
@property (copy, nonatomic, null_resettable) NSArray<NSString *> *scopes;
/// How the old pipeline calls the device that its refresh token is for. It goes along with `offline_access` only.
@property (copy, nonatomic, nullable) NSString *device;
/// The connection, where it is not called `sms` or `email`.
@property (copy, nonatomic, nullable) NSString *connection;
/// The API that the access token is for.
@property (copy, nonatomic, nullable) NSString *audience;
@property (copy, nonatomic, nullable) NSString *accessToken;
@property (copy, nonatomic, nullable) NSString *protocol;
@property (copy, nonatomic, nullable) NSString *nonce;
@property (copy, nonatomic, nullable) NSString *offlineMode;
@property (copy, nonatomic, nullable) NSString *state;
@property (copy, nonatomic, nullable) NSDictionary<NSString *, NSArray<NSString *> *> *connectionScopes;

+ (instancetype)newDefaultParams;
+ (instancetype)newWithScopes:(NSArray<NSString *> *)scopes;
+ (instancetype)newWithDictionary:(NSDictionary<NSString *, id> *)dictionary;
- (instancetype)initWithScopes:(NSArray<NSString *> *)scopes;
- (instancetype)initWithDictionary:(NSDictionary<NSString *, id> *)dictionary;

/// By the names of the wire.
- (NSDictionary<NSString *, id> *)asAPIPayload;
- (void)addValuesFromDictionary:(NSDictionary<NSString *, id> *)dictionary;
- (void)addValuesFromParameters:(A0AuthParameters *)parameters;

- (nullable id)objectForKeyedSubscript:(NSString *)key;
- (void)setObject:(nullable id)object forKeyedSubscript:(NSString *)key;
- (void)setValue:(nullable id)value forKey:(NSString *)key;
- (nullable id)valueForKey:(NSString *)key;

@end

NS_ASSUME_NONNULL_END
