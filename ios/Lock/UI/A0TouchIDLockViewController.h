#import "A0ContainerViewController.h"
#import "A0DeviceSigner.h"

NS_ASSUME_NONNULL_BEGIN

/// Signs in by Touch ID or Face ID, as Lock 1.x did: the first time with an email address, then by a key of this
/// device.
@interface A0TouchIDLockViewController : A0ContainerViewController

/// Who signs; nil brings the keychain of this device back. Set it before the screen is shown.
@property (strong, nonatomic, null_resettable) id<A0DeviceSigner> signer;
/// Forgets the key of this device before the screen is shown, and asks for an address again.
@property (assign, nonatomic) BOOL cleanOnStart;
/// The same when a sign-in by the key fails.
@property (assign, nonatomic) BOOL cleanOnError;

@end

NS_ASSUME_NONNULL_END
