// An app without ARC: retains and releases by hand, as apps of 2014 may.
#import <Lock/Lock.h>
#include <stdio.h>

#if __has_feature(objc_arc)
#error "this file is compiled without ARC"
#endif

@interface ManualApp : NSObject {
    A0Lock *_lock;
    A0APIClient *_client;
    NSError *_error;
}
@end

@implementation ManualApp

- (NSError *)error {
    return _error;
}

- (void)start {
    _lock = [[A0Lock alloc] initWithClientId:@"app" domain:@"localhost:9"];
    _client = [[_lock apiClient] retain];
    void (^failure)(NSError *) = ^(NSError *error) {
        _error = [error retain];
    };
    [_client startPasswordlessWithPhoneNumber:@"+14155550100" success:nil failure:failure];
}

- (void)dealloc {
    [_client release];
    [_lock release];
    [_error release];
    [super dealloc];
}

@end

int main(void) {
    NSAutoreleasePool *pool = [[NSAutoreleasePool alloc] init];
    ManualApp *app = [[ManualApp alloc] init];
    [app start];
    NSDate *end = [NSDate dateWithTimeIntervalSinceNow:20];
    while ([app error] == nil && [end timeIntervalSinceNow] > 0) {
        [[NSRunLoop currentRunLoop] runMode:NSDefaultRunLoopMode beforeDate:[NSDate dateWithTimeIntervalSinceNow:0.02]];
    }
    int held = [[app error] code] == A0ErrorCodeNotConnectedToInternet;
    printf("%s an app without ARC calls and is called\n", held ? "ok    " : "FAILED");
    [app release];
    [pool drain];
    return held ? 0 : 1;
}
