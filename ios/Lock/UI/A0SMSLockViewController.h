#import "A0PasswordlessViewController.h"

/// Signs in by a code in a text message.
@interface A0SMSLockViewController : A0PasswordlessViewController
@end
