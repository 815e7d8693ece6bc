#import "A0SMSLockViewController.h"
#import "A0PasswordlessViewController+Channel.h"

@implementation A0SMSLockViewController

- (A0SignInChannel)channel {
    return A0SignInChannelSMS;
}

@end
