// The mission's own code for one's own screens, word for word but for the type of one block, which no compiler takes.

#import "OwnScreens.h"

@implementation OwnScreens

- (void)startWithPhoneNumber:(NSString *)phoneNumber {
void(^onFailure)(NSError *) = ^(NSError *error) {
    NSLog(@"Failed to send SMS code with error %@", error);
    self.error = error;
};

A0Lock *lock = [[A0LockApplication sharedInstance] lock];
A0APIClient *client = [lock apiClient];
[client startPasswordlessWithPhoneNumber:phoneNumber success:^{
    NSLog(@"SMS code sent to phone %@", phoneNumber);
    self.sent = YES;
    self.sentOnMainThread = [NSThread isMainThread];
    // Navigate to the next view.
} failure:onFailure];
}

- (void)loginWithPhoneNumber:(NSString *)phoneNumber passcode:(NSString *)passcode {
void(^failureBlock)(NSError *) = ^(NSError *error) {
    NSLog(@"Failed to send SMS code with error %@", error);
    self.error = error;
    self.failedOnMainThread = [NSThread isMainThread];
};

void(^authenticatedBlock)(A0UserProfile *, A0Token *) = ^(A0UserProfile *profile, A0Token *token) {

    // Store token.idToken, token.refresh_token and profile
    [self.keychain setString:token.idToken forKey:@"id_token"];
    [self.keychain setString:token.refreshToken forKey:@"refresh_token"];
    [self.keychain setData:[NSKeyedArchiver archivedDataWithRootObject:profile] forKey:@"profile"];
    // Continue to the authenticated part of your application
    self.profile = profile;
    self.token = token;
    self.authenticatedOnMainThread = [NSThread isMainThread];
};

A0Lock *lock = [[A0LockApplication sharedInstance] lock];
A0APIClient *client = [lock apiClient];
[client loginWithPhoneNumber:phoneNumber
                    passcode:passcode
                     success:authenticatedBlock
                     failure:failureBlock];
}

- (A0SimpleKeychain *)keychain {
    return [A0SimpleKeychain keychainWithService:@"com.example.mission"];
}

@end
