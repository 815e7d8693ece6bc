#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// A key of this device, which signs after the system has asked its person. Called on any thread but the main one.
@protocol A0DeviceSigner <NSObject>
/// Makes a key in place of the one that was there. NO, and an error, when it cannot.
- (BOOL)makeKey:(NSError *_Nullable *_Nullable)error;
/// PKCS#1 DER of the public RSA key; nil where there is none.
- (nullable NSData *)publicKey;
/// RSASSA-PKCS1-v1_5 with SHA-256. An error whose code is `A0ErrorCodeAuth0Cancelled` says that the person said no,
/// or did not confirm this time; nil without an error, that there is no key.
- (nullable NSData *)sign:(NSData *)message error:(NSError *_Nullable *_Nullable)error;
- (void)deleteKey;
@end

#if __has_include(<Security/Security.h>)
/// In the keychain of this device, for the set of fingers, or the face, that it was made for.
@interface A0DeviceKey : NSObject <A0DeviceSigner>
- (instancetype)initWithName:(NSString *)name reason:(NSString *)reason;
@end
#endif

NS_ASSUME_NONNULL_END
