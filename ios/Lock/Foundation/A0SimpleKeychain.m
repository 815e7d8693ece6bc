#import "A0SimpleKeychain.h"
#import "A0KeychainStore.h"

NSString *const A0SimpleKeychainErrorDomain = @"com.auth0.simplekeychain";

@implementation A0SimpleKeychain

+ (instancetype)keychain {
    return [[self alloc] init];
}

+ (instancetype)keychainWithService:(NSString *)service {
    return [[self alloc] initWithService:service];
}

+ (instancetype)keychainWithService:(NSString *)service accessGroup:(NSString *)accessGroup {
    return [[self alloc] initWithService:service accessGroup:accessGroup];
}

- (instancetype)init {
    NSString *identifier = [NSBundle mainBundle].bundleIdentifier;
    return [self initWithService:identifier ?: [NSProcessInfo processInfo].processName];
}

- (instancetype)initWithService:(NSString *)service {
    return [self initWithService:service accessGroup:nil];
}

- (instancetype)initWithService:(NSString *)service accessGroup:(NSString *)accessGroup {
    self = [super init];
    if (self) {
        _service = [service copy];
        _accessGroup = [accessGroup copy];
        _defaultAccessiblity = A0SimpleKeychainItemAccessibleAfterFirstUnlock;
    }
    return self;
}

- (BOOL)setString:(NSString *)string forKey:(NSString *)key {
    return [self setString:string forKey:key promptMessage:nil];
}

- (BOOL)setString:(NSString *)string forKey:(NSString *)key promptMessage:(NSString *)message {
    return [self setData:[string dataUsingEncoding:NSUTF8StringEncoding] forKey:key promptMessage:message];
}

- (BOOL)setData:(NSData *)data forKey:(NSString *)key {
    return [self setData:data forKey:key promptMessage:nil];
}

- (BOOL)setData:(NSData *)data forKey:(NSString *)key promptMessage:(NSString *)message {
    if (data == nil) {
        return ![self hasValueForKey:key] || [self deleteEntryForKey:key];
    }
    return A0KeychainWrite(self, key, data, message);
}

- (NSString *)stringForKey:(NSString *)key {
    return [self stringForKey:key promptMessage:nil];
}

- (NSString *)stringForKey:(NSString *)key promptMessage:(NSString *)message {
    NSData *data = [self dataForKey:key promptMessage:message];
    return data == nil ? nil : [[NSString alloc] initWithData:data encoding:NSUTF8StringEncoding];
}

- (NSData *)dataForKey:(NSString *)key {
    return [self dataForKey:key promptMessage:nil];
}

- (NSData *)dataForKey:(NSString *)key promptMessage:(NSString *)message {
    return [self dataForKey:key promptMessage:message error:NULL];
}

- (NSData *)dataForKey:(NSString *)key promptMessage:(NSString *)message error:(NSError **)error {
    return A0KeychainRead(self, key, message, error);
}

- (BOOL)hasValueForKey:(NSString *)key {
    return A0KeychainHas(self, key);
}

- (BOOL)deleteEntryForKey:(NSString *)key {
    return A0KeychainDelete(self, key);
}

- (void)clearAll {
    A0KeychainClear(self);
}

@end
