#import "A0LockApplication.h"
#import <UIKit/UIKit.h>

/// The screen of the app that shows the ready-made ones.
@interface MainViewController : UIViewController
@property (nonatomic, readonly) A0SimpleKeychain *keychain;
@property (nonatomic, readonly) A0SMSLockViewController *shown;
- (void)signIn;
@end
