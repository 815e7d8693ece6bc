#import "A0EmailLockViewController.h"
#import "A0PasswordlessViewController+Channel.h"

@implementation A0EmailLockViewController

- (A0SignInChannel)channel {
    return A0SignInChannelEmail;
}

@end
