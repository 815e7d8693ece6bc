#import "A0Call.h"
#import "A0Errors+Core.h"
#import "A0Token.h"
#import "A0Transport+Core.h"
#import "A0UserProfile.h"

/// One call: from the thread of the library to the main thread.
@interface A0Pending : NSObject
@property (copy, nonatomic) A0CallEnd end;
@property (strong, nonatomic) A0UserProfile *profile;
@property (strong, nonatomic) A0Token *token;
@property (strong, nonatomic) NSError *error;
/// Keeps the client until the call ended: an app need not keep what it called.
@property (strong, nonatomic) A0Core *core;
@end

@implementation A0Pending

- (void)finish {
    A0CallEnd end = self.end;
    self.end = nil;
    end(self.profile, self.token, self.error);
    self.core = nil;
}

@end

A0Token *A0TokenFromCore(const LkTokens *tokens) {
    if (tokens == NULL) {
        return nil;
    }
    NSMutableDictionary *values = [NSMutableDictionary dictionary];
    [values setValue:A0TextFromCore(tokens->access_token) forKey:@"access_token"];
    [values setValue:A0TextFromCore(tokens->id_token) forKey:@"id_token"];
    [values setValue:A0TextFromCore(tokens->refresh_token) forKey:@"refresh_token"];
    [values setValue:A0TextFromCore(tokens->token_type) forKey:@"token_type"];
    if (tokens->expires_at >= 0) {
        values[@"expires_at"] = @(tokens->expires_at);
    }
    return [[A0Token alloc] initWithDictionary:values];
}

A0UserProfile *A0ProfileFromCore(const char *profile) {
    if (profile == NULL) {
        return nil;
    }
    NSData *bytes = [NSData dataWithBytes:profile length:strlen(profile)];
    id claims = [NSJSONSerialization JSONObjectWithData:bytes options:0 error:NULL];
    return [claims isKindOfClass:[NSDictionary class]] ? [[A0UserProfile alloc] initWithDictionary:claims] : nil;
}

/// On a thread of the library. Reads everything, since nothing of the answer lives on, and hands it over.
static void A0CallEnded(void *context, const LkAnswer *answer) {
    @autoreleasepool {
        A0Pending *pending = (__bridge_transfer A0Pending *)context;
        if (answer->error != NULL) {
            pending.error = A0ErrorFromCore(answer->error);
        } else {
            pending.token = A0TokenFromCore(answer->tokens);
            pending.profile = A0ProfileFromCore(answer->profile);
        }
        // Also while a list is being scrolled, or a menu is open.
        NSArray *modes = @[ NSRunLoopCommonModes, NSDefaultRunLoopMode ];
        if ([NSThread isMainThread]) {
            // The call could not begin. Whoever made it has not got its request yet: not before it does.
            [pending performSelector:@selector(finish) withObject:nil afterDelay:0 inModes:modes];
        } else {
            [pending performSelectorOnMainThread:@selector(finish) withObject:nil waitUntilDone:NO modes:modes];
        }
    }
}

@interface A0APIRequest ()
@property (strong, nonatomic) A0Core *core;
@property (nonatomic) LkCallId call;
@end

@implementation A0Core {
    LkClient *_client;
}

- (instancetype)initWithClientId:(NSString *)clientId
                          domain:(NSString *)domain
                          issuer:(NSString *)issuer
                       languages:(NSArray<NSString *> *)languages
                          legacy:(BOOL)legacy
                       transport:(id<A0Transport>)transport {
    self = [super init];
    if (self) {
        _legacy = legacy;
        _languages = [[languages componentsJoinedByString:@" "] copy];
        LkSettings settings = {0};
        settings.domain = domain.UTF8String;
        settings.client_id = clientId.UTF8String;
        settings.issuer = issuer.UTF8String;
        settings.languages = _languages.UTF8String;
        settings.library = "Lock.iOS";
        settings.library_version = "2.0.0-latchkey";
        settings.legacy = legacy;
        settings.transport = A0TransportForCore(transport);
        const char *problem = NULL;
        _client = lk_client_new(&settings, &problem);
        if (_client == NULL) {
            // Every call will say so, too.
            NSLog(@"Lock cannot be used: %s", problem == NULL ? "" : problem);
        }
    }
    return self;
}

- (void)dealloc {
    lk_client_free(_client);
}

- (const LkClient *)client {
    return _client;
}

- (A0APIRequest *)begin:(A0CallBegin)begin end:(A0CallEnd)end {
    A0Pending *pending = [[A0Pending alloc] init];
    pending.end = end;
    pending.core = self;
    A0APIRequest *request = [[A0APIRequest alloc] init];
    request.core = self;
    request.call = begin(_client, A0CallEnded, (__bridge_retained void *)pending);
    return request;
}

- (void)cancel:(LkCallId)call {
    lk_call_cancel(_client, call);
}

@end

@implementation A0APIRequest

- (void)cancel {
    [self.core cancel:self.call];
}

@end
