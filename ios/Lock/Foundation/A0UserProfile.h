#import <Foundation/Foundation.h>

@class A0UserIdentity;

NS_ASSUME_NONNULL_BEGIN

/// Who signed in, as the server describes them. Immutable; any thread may read it. Can be archived.
@interface A0UserProfile : NSObject <NSSecureCoding>

/// `sms|…`, `email|…`: the same for as long as the account is there.
@property (readonly, copy, nonatomic) NSString *userId;
@property (readonly, copy, nonatomic, nullable) NSString *name;
@property (readonly, copy, nonatomic, nullable) NSString *nickname;
@property (readonly, copy, nonatomic, nullable) NSString *email;
@property (readonly, copy, nonatomic, nullable) NSURL *picture;
@property (readonly, copy, nonatomic, nullable) NSDate *createdAt;
/// Everything that the server said and no property above holds, by the names of the wire.
@property (readonly, copy, nonatomic) NSDictionary<NSString *, id> *extraInfo;
@property (readonly, copy, nonatomic) NSArray<A0UserIdentity *> *identities;
@property (readonly, copy, nonatomic) NSDictionary<NSString *, id> *userMetadata;
@property (readonly, copy, nonatomic) NSDictionary<NSString *, id> *appMetadata;

/// Takes what JSON gives for an answer of `/userinfo` or `/tokeninfo`; of other values it keeps none.
- (instancetype)initWithDictionary:(NSDictionary<NSString *, id> *)dictionary;

- (instancetype)initWithUserId:(NSString *)userId
                          name:(nullable NSString *)name
                      nickname:(nullable NSString *)nickname
                         email:(nullable NSString *)email
                       picture:(nullable NSURL *)picture
                     createdAt:(nullable NSDate *)createdAt;

@end

NS_ASSUME_NONNULL_END
