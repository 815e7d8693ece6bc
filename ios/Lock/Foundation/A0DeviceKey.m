#import "A0DeviceSigner.h"

#if __has_include(<Security/Security.h>)
#import <LocalAuthentication/LocalAuthentication.h>
#import <Security/Security.h>

#import "A0Errors.h"

@implementation A0DeviceKey {
    NSData *_tag;
    NSString *_reason;
}

- (instancetype)initWithName:(NSString *)name reason:(NSString *)reason {
    self = [super init];
    if (self) {
        _tag = [[name dataUsingEncoding:NSUTF8StringEncoding] copy];
        _reason = [reason copy];
    }
    return self;
}

- (BOOL)makeKey:(NSError **)error {
    [self deleteKey];
    CFErrorRef failure = NULL;
    // The key dies with the set of fingers: who adds one does not sign in as somebody else.
    SecAccessControlRef control =
        SecAccessControlCreateWithFlags(kCFAllocatorDefault, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly,
                                        kSecAccessControlBiometryCurrentSet, &failure);
    SecKeyRef key = NULL;
    if (control != NULL) {
        NSDictionary *attributes = @{
            (__bridge id)kSecAttrKeyType : (__bridge id)kSecAttrKeyTypeRSA,
            (__bridge id)kSecAttrKeySizeInBits : @2048,
            (__bridge id)kSecPrivateKeyAttrs : @{
                (__bridge id)kSecAttrIsPermanent : @YES,
                (__bridge id)kSecAttrApplicationTag : _tag,
                (__bridge id)kSecAttrAccessControl : (__bridge id)control,
            },
        };
        key = SecKeyCreateRandomKey((__bridge CFDictionaryRef)attributes, &failure);
        CFRelease(control);
    }
    if (failure != NULL) {
        NSError *found = (__bridge_transfer NSError *)failure;
        if (error != NULL) {
            *error = found;
        }
    }
    BOOL made = key != NULL;
    if (made) {
        CFRelease(key);
    }
    return made;
}

- (NSDictionary *)query {
    return @{
        (__bridge id)kSecClass : (__bridge id)kSecClassKey,
        (__bridge id)kSecAttrApplicationTag : _tag,
        (__bridge id)kSecAttrKeyType : (__bridge id)kSecAttrKeyTypeRSA,
    };
}

- (SecKeyRef)copyKey CF_RETURNS_RETAINED {
    NSMutableDictionary *query = [[self query] mutableCopy];
    LAContext *context = [[LAContext alloc] init];
    context.localizedReason = _reason;
    query[(__bridge id)kSecReturnRef] = @YES;
    query[(__bridge id)kSecUseAuthenticationContext] = context;
    CFTypeRef found = NULL;
    OSStatus status = SecItemCopyMatching((__bridge CFDictionaryRef)query, &found);
    return status == errSecSuccess ? (SecKeyRef)found : NULL;
}

- (NSData *)publicKey {
    SecKeyRef key = [self copyKey];
    SecKeyRef public = key == NULL ? NULL : SecKeyCopyPublicKey(key);
    // Of RSA keys this is PKCS#1.
    NSData *der = public == NULL ? nil : (__bridge_transfer NSData *)SecKeyCopyExternalRepresentation(public, NULL);
    if (public != NULL) CFRelease(public);
    if (key != NULL) CFRelease(key);
    return der;
}

- (NSData *)sign:(NSData *)message error:(NSError **)error {
    SecKeyRef key = [self copyKey];
    if (key == NULL) {
        return nil;
    }
    CFErrorRef failure = NULL;
    NSData *signature = (__bridge_transfer NSData *)SecKeyCreateSignature(
        key, kSecKeyAlgorithmRSASignatureMessagePKCS1v15SHA256, (__bridge CFDataRef)message, &failure);
    CFRelease(key);
    NSError *found = failure == NULL ? nil : (__bridge_transfer NSError *)failure;
    if (found != nil && error != NULL) {
        BOOL cancelled = found.code == LAErrorUserCancel || found.code == LAErrorSystemCancel ||
                         found.code == LAErrorAppCancel || found.code == errSecUserCanceled;
        NSError *ended = [NSError errorWithDomain:A0ErrorDomain code:A0ErrorCodeAuth0Cancelled userInfo:nil];
        *error = cancelled ? ended : found;
    }
    return signature;
}

- (void)deleteKey {
    SecItemDelete((__bridge CFDictionaryRef)[self query]);
}

@end
#else
typedef int A0DeviceKeyOfAppleIsNotHere;
#endif
