#import <UIKit/UIKit.h>

@class A0AuthParameters, A0Lock, A0Token, A0UserProfile;

NS_ASSUME_NONNULL_BEGIN

/// What all screens have. Present them with `-[A0Lock presentSMSController:fromController:]` and its sisters, or as any
/// other controller.
@interface A0ContainerViewController : UIViewController

/// A button that closes the screen. NO, unless set.
@property (assign, nonatomic) BOOL closable;
/// Somebody signed in. The screen stays until the app dismisses it.
@property (copy, nonatomic, nullable) void (^onAuthenticationBlock)(A0UserProfile *profile, A0Token *token);
/// The person closed the screen, and it is gone.
@property (copy, nonatomic, nullable) void (^onUserDismissBlock)(void);
/// What is asked for. Set it before the screen is shown.
@property (strong, nonatomic, null_resettable) A0AuthParameters *authenticationParameters;

@property (readonly, strong, nonatomic) A0Lock *lock;

/// Of `+[A0Lock sharedLock]`.
- (instancetype)init;
- (instancetype)initWithLock:(A0Lock *)lock;

@end

NS_ASSUME_NONNULL_END
