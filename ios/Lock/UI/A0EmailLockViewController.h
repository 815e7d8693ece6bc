#import "A0PasswordlessViewController.h"

/// Signs in by a code in an email.
@interface A0EmailLockViewController : A0PasswordlessViewController
@end
