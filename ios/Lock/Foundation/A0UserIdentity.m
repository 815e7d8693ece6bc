#import "A0UserIdentity.h"
#import "A0Values.h"

@implementation A0UserIdentity

- (instancetype)initWithJSONDictionary:(NSDictionary<NSString *, id> *)JSON {
    self = [super init];
    if (self) {
        _connection = [A0StringIn(JSON, @"connection") ?: @"" copy];
        _provider = [A0StringIn(JSON, @"provider") ?: @"" copy];
        // Some servers give a number.
        _userId = [A0StringIn(JSON, @"user_id") ?: A0NumberIn(JSON, @"user_id").stringValue ?: @"" copy];
        _identityId = [NSString stringWithFormat:@"%@|%@", _provider, _userId];
        _social = A0NumberIn(JSON, @"isSocial").boolValue;
        _accessToken = [A0StringIn(JSON, @"access_token") copy];
        _accessTokenSecret = [A0StringIn(JSON, @"access_token_secret") copy];
        _profileData = [A0DictionaryIn(JSON, @"profileData") copy];
    }
    return self;
}

@end
