// As Security/Security.h beside it.

#import <Foundation/Foundation.h>

@interface LAContext : NSObject
@property (copy, nonatomic) NSString *localizedReason;
@property (nonatomic) BOOL interactionNotAllowed;
@end

enum {
    LAErrorAuthenticationFailed = -1,
    LAErrorUserCancel = -2,
    LAErrorUserFallback = -3,
    LAErrorSystemCancel = -4,
    LAErrorBiometryLockout = -8,
    LAErrorAppCancel = -9,
};
