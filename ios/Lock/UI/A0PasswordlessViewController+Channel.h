// Not for apps.

#import "A0PasswordlessViewController.h"
#import "A0SignIn.h"

@interface A0PasswordlessViewController ()
- (A0SignInChannel)channel;
@end
