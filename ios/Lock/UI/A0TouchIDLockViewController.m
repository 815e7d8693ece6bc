#import "A0TouchIDLockViewController.h"

@implementation A0TouchIDLockViewController
@end
