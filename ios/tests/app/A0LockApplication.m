#import "A0LockApplication.h"
#import "../support/DevServer.h"

@implementation A0LockApplication

+ (A0LockApplication *)sharedInstance {
    static A0LockApplication *shared;
    if (shared == nil) {
        shared = [[A0LockApplication alloc] init];
    }
    return shared;
}

- (instancetype)init {
    self = [super init];
    if (self) {
        // An app on a phone has both in Info.plist, and says `[A0Lock newLock]`.
        DevServer *server = [DevServer running];
        _lock = [A0Lock newLockWithClientId:server.clientId domain:server.domain];
        _lock.languages = @[ @"en" ];
    }
    return self;
}

@end
