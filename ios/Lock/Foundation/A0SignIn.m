#import "A0SignIn.h"
#import "A0APIClient.h"
#import "A0AuthParameters.h"
#import "A0Call.h"
#import "A0Errors+Core.h"
#import "A0Lock.h"
#import "A0SignIn+Core.h"

/// What the library holds of a sign-in: it may outlive the sign-in by a moment, on another thread.
@interface A0SignInListener : NSObject
/// Of the main thread, where the sign-in goes, too.
@property (weak, nonatomic) A0SignIn *signIn;
- (void)changed;
@end

static void A0SignInChanged(void *context) {
    @autoreleasepool {
        A0SignInListener *listener = (__bridge A0SignInListener *)context;
        [listener performSelectorOnMainThread:@selector(changed)
                                   withObject:nil
                                waitUntilDone:NO
                                        modes:@[ NSRunLoopCommonModes, NSDefaultRunLoopMode ]];
    }
}

static void A0SignInReleased(void *context) {
    @autoreleasepool {
        (void)(__bridge_transfer A0SignInListener *)context;
    }
}

static void A0SignInLook(void *context, const LkView *view) {
    A0SignInView *__strong *seen = (A0SignInView * __strong *)context;
    *seen = [[A0SignInView alloc] initWithView:view];
}

@interface A0SignIn ()
- (void)changed;
@end

@implementation A0SignInListener

- (void)changed {
    [self.signIn changed];
}

@end

@implementation A0SignIn {
    A0Core *_core;
    LkSignIn *_signIn;
    NSTimer *_timer;
    NSArray<NSString *> *_languages;
}

- (instancetype)initWithLock:(A0Lock *)lock
                     channel:(A0SignInChannel)channel
                   magicLink:(BOOL)magicLink
                  parameters:(A0AuthParameters *)parameters {
    self = [super init];
    if (self) {
        _core = lock.apiClient.core;
        _languages = [lock.languages copy];
        A0AuthParameters *asked = parameters ?: [A0AuthParameters newDefaultParams];
        NSString *scope = [asked.scopes componentsJoinedByString:@" "];
        NSString *region = [[NSLocale currentLocale] objectForKey:NSLocaleCountryCode];
        NSString *app = [[NSBundle mainBundle] objectForInfoDictionaryKey:@"CFBundleDisplayName"];
        LkSignInSettings settings = {0};
        settings.channel = (uint32_t)channel;
        settings.send = magicLink ? LkSend_LinkIos : LkSend_Code;
        settings.region = region.UTF8String;
        settings.app = app.UTF8String;
        settings.connection = asked.connection.UTF8String;
        settings.scope = scope.UTF8String;
        settings.audience = asked.audience.UTF8String;
        settings.device = [asked.scopes containsObject:A0ScopeOfflineAccess] ? asked.device.UTF8String : NULL;
        A0SignInListener *listener = [[A0SignInListener alloc] init];
        listener.signIn = self;
        _signIn = lk_sign_in_new(_core.client, &settings, A0SignInChanged, A0SignInReleased,
                                 (__bridge_retained void *)listener);
        [[NSNotificationCenter defaultCenter] addObserver:self
                                                 selector:@selector(linkOpened:)
                                                     name:A0LockMagicLinkNotification
                                                   object:lock];
        [self look];
        // The link may have started the app.
        NSString *code = magicLink ? [lock takeMagicLinkCode] : nil;
        if (code != nil) {
            [self happen:A0SignInEventReceived text:code];
        }
    }
    return self;
}

- (void)dealloc {
    [[NSNotificationCenter defaultCenter] removeObserver:self];
    [_timer invalidate];
    lk_sign_in_free(_signIn);
}

- (void)happen:(A0SignInEvent)event {
    [self happen:event text:nil];
}

- (void)happen:(A0SignInEvent)event text:(NSString *)text {
    NSAssert([NSThread isMainThread], @"a sign-in is for the main thread");
    lk_sign_in_event(_signIn, (uint32_t)event, text.UTF8String);
    [self changed];
}

- (void)linkOpened:(NSNotification *)note {
    A0SignInScreen screen = self.view.screen;
    if (screen == A0SignInScreenDone || screen == A0SignInScreenClosed) {
        return;
    }
    (void)[(A0Lock *)note.object takeMagicLinkCode];
    [self happen:A0SignInEventReceived text:note.userInfo[@"code"]];
}

- (void)changed {
    [self look];
    void (^onChange)(void) = self.onChange;
    if (onChange != nil) {
        onChange();
    }
    [self finish];
}

static void A0SignInTaken(void *context, const LkAnswer *answer) {
    NSArray *__strong *taken = (NSArray * __strong *)context;
    A0UserProfile *profile = A0ProfileFromCore(answer->profile);
    A0Token *token = A0TokenFromCore(answer->tokens);
    *taken = profile != nil && token != nil ? @[ profile, token ] : nil;
}

- (void)finish {
    NSArray *taken = nil;
    if (lk_sign_in_take(_signIn, A0SignInTaken, &taken) && taken != nil && self.onFinish != nil) {
        self.onFinish(taken[0], taken[1]);
    }
}

- (void)look {
    A0SignInView *seen = nil;
    lk_sign_in_look(_signIn, A0SignInLook, &seen);
    _view = seen;
    [_timer invalidate];
    _timer = nil;
    if (seen != nil && seen.tickAt >= 0) {
        // A timer keeps its target: a listener of its own does not keep the sign-in.
        A0SignInListener *listener = [[A0SignInListener alloc] init];
        listener.signIn = self;
        NSTimeInterval wait = MAX(0.05, (NSTimeInterval)seen.tickAt - [NSDate date].timeIntervalSince1970);
        _timer = [NSTimer timerWithTimeInterval:wait target:listener selector:@selector(tick) userInfo:nil repeats:NO];
        // Not every system has the default mode among the common ones.
        [[NSRunLoop mainRunLoop] addTimer:_timer forMode:NSRunLoopCommonModes];
        [[NSRunLoop mainRunLoop] addTimer:_timer forMode:NSDefaultRunLoopMode];
    }
}

@end

@implementation A0SignInListener (Ticking)

- (void)tick {
    [self.signIn happen:A0SignInEventTick];
}

@end
