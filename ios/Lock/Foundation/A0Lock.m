#import "A0Lock.h"
#import "A0APIClient.h"
#import "A0Call.h"
#import "A0SignIn+Core.h"

/// Seconds for which a link waits for a screen: about as long as its code works.
static const NSTimeInterval A0LinkLifetime = 600;

NSString *const A0LockMagicLinkNotification = @"A0LockMagicLinkNotification";

@implementation A0Lock {
    NSString *_issuer;
    BOOL _legacy;
    NSString *_bundleIdentifier;
    A0APIClient *_apiClient;
    NSString *_linkCode;
    NSDate *_linkOpened;
}

+ (instancetype)sharedLock {
    static A0Lock *shared;
    @synchronized([A0Lock class]) {
        if (shared == nil) {
            shared = [[A0Lock alloc] init];
        }
        return shared;
    }
}

+ (instancetype)newLock {
    return [[self alloc] init];
}

+ (instancetype)newLockWithClientId:(NSString *)clientId domain:(NSString *)domain {
    return [[self alloc] initWithClientId:clientId domain:domain];
}

+ (instancetype)newLockFromBundle:(NSBundle *)bundle {
    return [[self alloc] initWithBundle:bundle];
}

- (instancetype)init {
    return [self initWithBundle:[NSBundle mainBundle]];
}

- (instancetype)initWithBundle:(NSBundle *)bundle {
    id (^value)(NSString *) = ^(NSString *key) {
        return [bundle objectForInfoDictionaryKey:key];
    };
    self = [self initWithClientId:value(@"Auth0ClientId")
                           domain:value(@"Auth0Domain")
                           issuer:value(@"LatchkeyIssuer")
                           legacy:[value(@"LatchkeyLegacy") boolValue]];
    if (self) {
        _bundleIdentifier = [bundle.bundleIdentifier copy];
        if (_clientId.length == 0 || _domain.length == 0) {
            NSLog(@"Lock needs Auth0ClientId and Auth0Domain in Info.plist");
        }
    }
    return self;
}

- (instancetype)initWithClientId:(NSString *)clientId domain:(NSString *)domain {
    return [self initWithClientId:clientId domain:domain issuer:nil legacy:NO];
}

- (instancetype)initWithClientId:(NSString *)clientId
                          domain:(NSString *)domain
                          issuer:(NSString *)issuer
                          legacy:(BOOL)legacy {
    self = [super init];
    if (self) {
        _clientId = [clientId ?: @"" copy];
        _domain = [domain ?: @"" copy];
        _issuer = [issuer copy];
        _legacy = legacy;
        _bundleIdentifier = [[NSBundle mainBundle].bundleIdentifier copy];
        _languages = [[NSLocale preferredLanguages] copy];
    }
    return self;
}

- (A0APIClient *)apiClient {
    @synchronized(self) {
        if (_apiClient == nil) {
            A0Core *core = [[A0Core alloc] initWithClientId:_clientId
                                                     domain:_domain
                                                     issuer:_issuer
                                                  languages:_languages ?: @[]
                                                     legacy:_legacy
                                                  transport:_transport];
            _apiClient = [[A0APIClient alloc] initWithClientId:_clientId domain:_domain core:core];
        }
        return _apiClient;
    }
}

- (BOOL)handleMagicLink:(NSURL *)url {
    NSURL *base = self.apiClient.baseURL;
    NSArray<NSString *> *parts = url.path.pathComponents;
    BOOL ours = url.host != nil && [url.host caseInsensitiveCompare:base.host ?: @""] == NSOrderedSame &&
                parts.count == 4 && [parts[1] caseInsensitiveCompare:@"ios"] == NSOrderedSame &&
                [parts[2] caseInsensitiveCompare:_bundleIdentifier ?: @""] == NSOrderedSame &&
                ([parts[3] isEqual:@"email"] || [parts[3] isEqual:@"sms"]);
    if (!ours) {
        return NO;
    }
    for (NSString *pair in [url.query componentsSeparatedByString:@"&"]) {
        if ([pair hasPrefix:@"code="]) {
            NSString *code = [pair substringFromIndex:5];
            NSCharacterSet *others = [[NSCharacterSet characterSetWithCharactersInString:@"0123456789"] invertedSet];
            if (code.length == 0 || code.length > 12 || [code rangeOfCharacterFromSet:others].location != NSNotFound) {
                return NO;
            }
            @synchronized(self) {
                _linkCode = [code copy];
                _linkOpened = [NSDate date];
            }
            [[NSNotificationCenter defaultCenter] postNotificationName:A0LockMagicLinkNotification
                                                                object:self
                                                              userInfo:@{ @"code" : code, @"channel" : parts[3] }];
            return YES;
        }
    }
    return NO;
}

- (NSString *)takeMagicLinkCode {
    @synchronized(self) {
        BOOL isFresh = _linkOpened != nil && -_linkOpened.timeIntervalSinceNow < A0LinkLifetime;
        NSString *code = isFresh ? _linkCode : nil;
        _linkCode = nil;
        return code;
    }
}

@end
