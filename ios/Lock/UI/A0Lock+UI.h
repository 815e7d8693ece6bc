#import <UIKit/UIKit.h>

#import "A0Lock.h"

@class A0EmailLockViewController, A0SMSLockViewController, A0TouchIDLockViewController;

NS_ASSUME_NONNULL_BEGIN

/// The ready-made screens. On the main thread only.
@interface A0Lock (UI)

- (A0SMSLockViewController *)newSMSViewController;
- (A0EmailLockViewController *)newEmailViewController;
- (A0TouchIDLockViewController *)newTouchIDViewController;

/// On a tablet as a form sheet.
- (void)presentSMSController:(A0SMSLockViewController *)smsController fromController:(UIViewController *)controller;
- (void)presentSMSController:(A0SMSLockViewController *)smsController
              fromController:(UIViewController *)controller
           presentationStyle:(UIModalPresentationStyle)presentationStyle;
- (void)presentEmailController:(A0EmailLockViewController *)emailController
                fromController:(UIViewController *)controller;
- (void)presentEmailController:(A0EmailLockViewController *)emailController
                fromController:(UIViewController *)controller
             presentationStyle:(UIModalPresentationStyle)presentationStyle;
- (void)presentTouchIDController:(A0TouchIDLockViewController *)touchIDController
                  fromController:(UIViewController *)controller;
- (void)presentTouchIDController:(A0TouchIDLockViewController *)touchIDController
                  fromController:(UIViewController *)controller
               presentationStyle:(UIModalPresentationStyle)presentationStyle;

/// Call it in `application:continueUserActivity:restorationHandler:`, for links in messages. NO when it is none of
/// ours.
- (BOOL)continueUserActivity:(NSUserActivity *)userActivity
          restorationHandler:(void (^_Nullable)(NSArray *_Nullable objects))restorationHandler;

@end

NS_ASSUME_NONNULL_END
