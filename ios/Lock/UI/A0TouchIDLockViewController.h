#import "A0ContainerViewController.h"

/// Signs in by Touch ID or Face ID, as Lock 1.x did: the first time with an email address, then by a key of this device.
@interface A0TouchIDLockViewController : A0ContainerViewController
@end
