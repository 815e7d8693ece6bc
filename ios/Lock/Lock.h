// Sign people in without a password. `#import <Lock/Lock.h>` is all that an app needs.
//
// Names, selectors and blocks are those of Lock for iOS 1.x, so that apps built on it compile unchanged; the
// code is new, over the Rust client in crates/client.

#import <Foundation/Foundation.h>

#import "A0APIClient.h"
#import "A0APIClient+TouchID.h"
#import "A0AuthParameters.h"
#import "A0Errors.h"
#import "A0Lock.h"
#import "A0SignIn.h"
#import "A0SimpleKeychain.h"
#import "A0Token.h"
#import "A0Transport.h"
#import "A0UserIdentity.h"
#import "A0UserProfile.h"

#if __has_include(<UIKit/UIKit.h>)
#import "A0EmailLockViewController.h"
#import "A0Lock+UI.h"
#import "A0SMSLockViewController.h"
#import "A0Theme.h"
#import "A0TouchIDLockViewController.h"
#endif
