#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// One way in that a person has. Immutable.
@interface A0UserIdentity : NSObject

/// The connection's name: `sms`, `email`, …
@property (readonly, copy, nonatomic) NSString *connection;
/// The connection's kind.
@property (readonly, copy, nonatomic) NSString *provider;
/// The person's id there, without the provider.
@property (readonly, copy, nonatomic) NSString *userId;
/// `provider|userId`.
@property (readonly, copy, nonatomic) NSString *identityId;
@property (readonly, nonatomic, getter=isSocial) BOOL social;
@property (readonly, copy, nonatomic, nullable) NSString *accessToken;
@property (readonly, copy, nonatomic, nullable) NSString *accessTokenSecret;
@property (readonly, copy, nonatomic, nullable) NSDictionary<NSString *, id> *profileData;

- (instancetype)initWithJSONDictionary:(NSDictionary<NSString *, id> *)JSON;

@end

NS_ASSUME_NONNULL_END
