// The key of a device, where there is no Touch ID: openssl signs, and the test says what the person does.

#import <Lock/Lock.h>

@interface OpenSSLKey : NSObject <A0DeviceSigner>
/// The person ends the prompt.
@property (nonatomic) BOOL refuses;
/// The device fails, and the key is as it was.
@property (nonatomic) BOOL fails;
@property (readonly, nonatomic) int signatures;
/// Of anything that the signer does.
@property (readonly) BOOL askedOnMainThread;
@end
