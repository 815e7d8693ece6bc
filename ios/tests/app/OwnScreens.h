#import "A0LockApplication.h"

/// An app with screens of its own, and what came of its calls.
@interface OwnScreens : NSObject
@property (nonatomic) BOOL sent;
@property (nonatomic) BOOL sentOnMainThread;
@property (nonatomic) BOOL authenticatedOnMainThread;
@property (nonatomic) BOOL failedOnMainThread;
@property (nonatomic, strong) NSError *error;
@property (nonatomic, strong) A0UserProfile *profile;
@property (nonatomic, strong) A0Token *token;
@property (nonatomic, readonly) A0SimpleKeychain *keychain;
- (void)startWithPhoneNumber:(NSString *)phoneNumber;
- (void)loginWithPhoneNumber:(NSString *)phoneNumber passcode:(NSString *)passcode;
@end
