#import "A0ContainerViewController.h"

NS_ASSUME_NONNULL_BEGIN

/// A phone number or email address, then the code that was sent there. Use its subclasses.
@interface A0PasswordlessViewController : A0ContainerViewController

/// A link that opens the app on this device, with a code in it, in place of a code alone. Set it before the screen is
/// shown; hand links to `-[A0Lock continueUserActivity:restorationHandler:]`.
@property (assign, nonatomic) BOOL useMagicLink;

@end

NS_ASSUME_NONNULL_END
