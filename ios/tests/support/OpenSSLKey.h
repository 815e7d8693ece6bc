// The key of a device, where there is no Touch ID: openssl signs, and the test says what the person does.

#import <Lock/Lock.h>

@interface OpenSSLKey : NSObject <A0DeviceSigner>
/// The person ends the prompt.
@property (nonatomic) BOOL refuses;
@property (readonly, nonatomic) int signatures;
@property (readonly, nonatomic) BOOL signedOnMainThread;
@end
