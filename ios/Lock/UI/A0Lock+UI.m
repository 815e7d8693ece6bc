#import "A0Lock+UI.h"
#import "A0EmailLockViewController.h"
#import "A0SMSLockViewController.h"
#import "A0TouchIDLockViewController.h"

@implementation A0Lock (UI)

- (A0SMSLockViewController *)newSMSViewController {
    return [[A0SMSLockViewController alloc] initWithLock:self];
}

- (A0EmailLockViewController *)newEmailViewController {
    return [[A0EmailLockViewController alloc] initWithLock:self];
}

- (A0TouchIDLockViewController *)newTouchIDViewController {
    return [[A0TouchIDLockViewController alloc] initWithLock:self];
}

- (void)presentSMSController:(A0SMSLockViewController *)smsController fromController:(UIViewController *)controller {
    [controller presentViewController:smsController animated:YES completion:nil];
}

- (void)presentSMSController:(A0SMSLockViewController *)smsController
              fromController:(UIViewController *)controller
           presentationStyle:(UIModalPresentationStyle)presentationStyle {
    smsController.modalPresentationStyle = presentationStyle;
    [self presentSMSController:smsController fromController:controller];
}

- (void)presentEmailController:(A0EmailLockViewController *)emailController
                fromController:(UIViewController *)controller {
    [controller presentViewController:emailController animated:YES completion:nil];
}

- (void)presentEmailController:(A0EmailLockViewController *)emailController
                fromController:(UIViewController *)controller
             presentationStyle:(UIModalPresentationStyle)presentationStyle {
    emailController.modalPresentationStyle = presentationStyle;
    [self presentEmailController:emailController fromController:controller];
}

- (void)presentTouchIDController:(A0TouchIDLockViewController *)touchIDController
                  fromController:(UIViewController *)controller {
    [controller presentViewController:touchIDController animated:YES completion:nil];
}

- (void)presentTouchIDController:(A0TouchIDLockViewController *)touchIDController
                  fromController:(UIViewController *)controller
               presentationStyle:(UIModalPresentationStyle)presentationStyle {
    touchIDController.modalPresentationStyle = presentationStyle;
    [self presentTouchIDController:touchIDController fromController:controller];
}

- (BOOL)continueUserActivity:(NSUserActivity *)userActivity
          restorationHandler:(void (^)(NSArray *))restorationHandler {
    NSURL *url = userActivity.webpageURL;
    return url != nil && [self handleMagicLink:url];
}

@end
