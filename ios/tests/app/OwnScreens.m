// The mission's own code for one's own screens, word for word but for the type of one block, which no compiler takes (see
// ../mission/unchanged.sh).

#import "OwnScreens.h"

@implementation OwnScreens

- (void)startWithPhoneNumber:(NSString *)phoneNumber {
    // mission 2
    void(^onFailure)(NSError *) = ^(NSError *error) {
        NSLog(@"Failed to send SMS code with error %@", error);
        [self failed:error]; // the app's own
    };

    A0Lock *lock = [[A0LockApplication sharedInstance] lock];
    A0APIClient *client = [lock apiClient];
    [client startPasswordlessWithPhoneNumber:phoneNumber success:^{
        NSLog(@"SMS code sent to phone %@", phoneNumber);
        // Navigate to the next view.
        self.sent = YES; // the app's own
        self.sentOnMainThread = [NSThread isMainThread]; // the app's own
    } failure:onFailure];
    // mission
}

- (void)loginWithPhoneNumber:(NSString *)phoneNumber passcode:(NSString *)passcode {
    A0APIClient *client = [[[A0LockApplication sharedInstance] lock] apiClient];
    // mission 3
    void(^failureBlock)(NSError *) = ^(NSError *error) {
        [self failed:error]; // the app's own
    };
    void(^authenticatedBlock)(A0UserProfile *, A0Token *) = ^(A0UserProfile *profile, A0Token *token) {
        // Store token.idToken, token.refreshToken and profile
        [self.keychain setString:token.idToken forKey:@"id_token"]; // the app's own
        [self.keychain setString:token.refreshToken forKey:@"refresh_token"]; // the app's own
        [self.keychain setString:token.accessToken forKey:@"access_token"]; // the app's own
        [self.keychain setData:[NSKeyedArchiver archivedDataWithRootObject:profile] forKey:@"profile"]; // the app's own
        self.profile = profile; // the app's own
        self.token = token; // the app's own
        self.authenticatedOnMainThread = [NSThread isMainThread]; // the app's own
    };
    [client loginWithPhoneNumber:phoneNumber
                        passcode:passcode
                         success:authenticatedBlock
                         failure:failureBlock];
    // mission
}

- (void)failed:(NSError *)error {
    self.error = error;
    self.failedOnMainThread = [NSThread isMainThread];
}

- (A0SimpleKeychain *)keychain {
    return [A0SimpleKeychain keychainWithService:@"com.example.mission"];
}

@end
