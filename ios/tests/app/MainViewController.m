// The mission's own code for the ready-made screens, word for word (see ../mission/unchanged.sh).

#import "MainViewController.h"

@implementation MainViewController {
    __weak A0SMSLockViewController *_shown;
}

- (void)signIn {
    // mission 1
    A0Lock *lock = [[A0LockApplication sharedInstance] lock];
    A0SMSLockViewController *controller = [lock newSMSViewController];
    controller.closable = YES;
    @weakify(self);
    controller.onAuthenticationBlock = ^(A0UserProfile *profile, A0Token *token) {
        @strongify(self);
        [self.keychain setString:token.idToken forKey:@"id_token"];
        [self.keychain setString:token.refreshToken forKey:@"refresh_token"];
        [self.keychain setData:[NSKeyedArchiver archivedDataWithRootObject:profile] forKey:@"profile"];
        [self dismissViewControllerAnimated:YES completion:^(){
            [self performSegueWithIdentifier:@"LoggedIn" sender:self];
        }];
    };
    [lock presentSMSController:controller fromController:self];
    // mission
    _shown = controller;
}

- (A0SMSLockViewController *)shown {
    return _shown;
}

- (A0SimpleKeychain *)keychain {
    return [A0SimpleKeychain keychainWithService:@"com.example.screens"];
}

@end
