#import "A0Token.h"
#import "A0Values.h"

@implementation A0Token

- (instancetype)initWithDictionary:(NSDictionary<NSString *, id> *)dictionary {
    self = [super init];
    if (self) {
        _accessToken = [A0StringIn(dictionary, @"access_token") copy];
        _idToken = [A0StringIn(dictionary, @"id_token") ?: @"" copy];
        _tokenType = [A0StringIn(dictionary, @"token_type") ?: @"" copy];
        _refreshToken = [A0StringIn(dictionary, @"refresh_token") copy];
        NSNumber *end = A0NumberIn(dictionary, @"expires_at");
        _expiresAt = end ? [NSDate dateWithTimeIntervalSince1970:end.doubleValue] : nil;
    }
    return self;
}

- (instancetype)initWithAccessToken:(NSString *)accessToken
                            idToken:(NSString *)idToken
                          tokenType:(NSString *)tokenType
                       refreshToken:(NSString *)refreshToken {
    NSMutableDictionary *dictionary = [NSMutableDictionary dictionary];
    [dictionary setValue:accessToken forKey:@"access_token"];
    [dictionary setValue:idToken forKey:@"id_token"];
    [dictionary setValue:tokenType forKey:@"token_type"];
    [dictionary setValue:refreshToken forKey:@"refresh_token"];
    return [self initWithDictionary:dictionary];
}

@end
