#import "A0AuthParameters.h"
#import "A0Device.h"

NSString *const A0ParameterClientID = @"client_id";
NSString *const A0ParameterConnection = @"connection";
NSString *const A0ParameterAccessToken = @"access_token";
NSString *const A0ParameterAPIType = @"api_type";
NSString *const A0ParameterTarget = @"target";

NSString *const A0ScopeOpenId = @"openid";
NSString *const A0ScopeOfflineAccess = @"offline_access";
NSString *const A0ScopeProfile = @"openid profile";

static NSString *const A0ScopeKey = @"scope";

static NSArray<NSString *> *A0DefaultScopes(void) {
    // Lock asked for `openid offline_access`, and the old pipeline gave the whole profile for that. Today what is
    // not asked for is not told.
    return @[ A0ScopeOpenId, @"profile", @"email", @"phone", A0ScopeOfflineAccess ];
}

@implementation A0AuthParameters {
    NSMutableDictionary<NSString *, id> *_values;
    NSArray<NSString *> *_scopes;
}

+ (instancetype)newDefaultParams {
    return [[self alloc] init];
}

+ (instancetype)newWithScopes:(NSArray<NSString *> *)scopes {
    return [[self alloc] initWithScopes:scopes];
}

+ (instancetype)newWithDictionary:(NSDictionary<NSString *, id> *)dictionary {
    return [[self alloc] initWithDictionary:dictionary];
}

- (instancetype)init {
    return [self initWithScopes:A0DefaultScopes()];
}

- (instancetype)initWithScopes:(NSArray<NSString *> *)scopes {
    self = [super init];
    if (self) {
        _values = [NSMutableDictionary dictionary];
        self.scopes = scopes;
        self.device = A0DeviceName();
    }
    return self;
}

- (instancetype)initWithDictionary:(NSDictionary<NSString *, id> *)dictionary {
    self = [self init];
    if (self) {
        [self addValuesFromDictionary:dictionary];
    }
    return self;
}

- (id)copyWithZone:(NSZone *)zone {
    A0AuthParameters *copy = [[[self class] allocWithZone:zone] initWithScopes:self.scopes];
    copy->_values = [_values mutableCopy];
    return copy;
}

- (void)setScopes:(NSArray<NSString *> *)scopes {
    NSMutableOrderedSet<NSString *> *words = [NSMutableOrderedSet orderedSet];
    NSCharacterSet *spaces = [NSCharacterSet whitespaceAndNewlineCharacterSet];
    // `A0ScopeProfile` is two words.
    for (NSString *scope in (scopes ?: A0DefaultScopes())) {
        for (NSString *word in [scope componentsSeparatedByCharactersInSet:spaces]) {
            if (word.length > 0) {
                [words addObject:word];
            }
        }
    }
    _scopes = [words.array copy];
}

- (NSArray<NSString *> *)scopes {
    return _scopes;
}

#pragma mark - Values by name

- (NSDictionary<NSString *, id> *)asAPIPayload {
    NSMutableDictionary *payload = [_values mutableCopy];
    payload[A0ScopeKey] = [_scopes componentsJoinedByString:@" "];
    if (![_scopes containsObject:A0ScopeOfflineAccess]) {
        [payload removeObjectForKey:@"device"];
    }
    return [payload copy];
}

- (void)addValuesFromDictionary:(NSDictionary<NSString *, id> *)dictionary {
    for (NSString *key in dictionary) {
        [self setValue:dictionary[key] forKey:key];
    }
}

- (void)addValuesFromParameters:(A0AuthParameters *)parameters {
    [self addValuesFromDictionary:parameters.asAPIPayload];
}

- (id)valueForKey:(NSString *)key {
    if ([key isEqualToString:A0ScopeKey]) {
        return [_scopes componentsJoinedByString:@" "];
    }
    return _values[key];
}

- (void)setValue:(id)value forKey:(NSString *)key {
    if ([key isEqualToString:A0ScopeKey]) {
        if ([value isKindOfClass:[NSString class]]) {
            self.scopes = @[ value ];
        } else {
            self.scopes = [value isKindOfClass:[NSArray class]] ? value : nil;
        }
    } else if (value != nil) {
        _values[key] = value;
    } else {
        [_values removeObjectForKey:key];
    }
}

- (id)objectForKeyedSubscript:(NSString *)key {
    return [self valueForKey:key];
}

- (void)setObject:(id)object forKeyedSubscript:(NSString *)key {
    [self setValue:object forKey:key];
}

#pragma mark - Values with a name of their own

#define A0_VALUE(TYPE, GETTER, SETTER, KEY) \
    -(TYPE)GETTER { \
        return [_values[KEY] copy]; \
    } \
    -(void)SETTER : (TYPE)value { \
        [self setValue:[value copy] forKey:KEY]; \
    }

A0_VALUE(NSString *, device, setDevice, @"device")
A0_VALUE(NSString *, connection, setConnection, @"connection")
A0_VALUE(NSString *, audience, setAudience, @"audience")
A0_VALUE(NSString *, accessToken, setAccessToken, @"access_token")
A0_VALUE(NSString *, protocol, setProtocol, @"protocol")
A0_VALUE(NSString *, nonce, setNonce, @"nonce")
A0_VALUE(NSString *, offlineMode, setOfflineMode, @"offline_mode")
A0_VALUE(NSString *, state, setState, @"state")
A0_VALUE(NSDictionary *, connectionScopes, setConnectionScopes, @"connection_scopes")

@end
