// Declarations of what A0SimpleKeychain and A0DeviceKey use, so that their sources can be looked over where there is no
// Apple SDK. Nothing here runs. Written from Apple's documentation.

#import <Foundation/Foundation.h>

typedef const void *CFTypeRef;
typedef const struct __attribute__((objc_bridge(NSString))) __CFString *CFStringRef;
typedef const struct __attribute__((objc_bridge(NSDictionary))) __CFDictionary *CFDictionaryRef;
typedef const struct __attribute__((objc_bridge(NSData))) __CFData *CFDataRef;
typedef struct __attribute__((objc_bridge_mutable(NSError))) __CFError *CFErrorRef;
typedef const struct __CFAllocator *CFAllocatorRef;
typedef struct __SecKey *SecKeyRef;
typedef struct __SecAccessControl *SecAccessControlRef;
typedef int32_t OSStatus;
typedef unsigned long SecAccessControlCreateFlags;
typedef CFStringRef SecKeyAlgorithm;
#define CF_RETURNS_RETAINED __attribute__((cf_returns_retained))

extern const CFAllocatorRef kCFAllocatorDefault;
extern void CFRelease(CFTypeRef);
extern const CFStringRef kSecClass, kSecClassGenericPassword, kSecClassKey, kSecAttrService, kSecAttrAccount,
    kSecAttrAccessGroup, kSecAttrAccessible, kSecAttrAccessControl, kSecValueData, kSecReturnData, kSecReturnRef,
    kSecMatchLimit, kSecMatchLimitOne, kSecUseAuthenticationContext, kSecAttrKeyType, kSecAttrKeyTypeRSA,
    kSecAttrKeySizeInBits, kSecPrivateKeyAttrs, kSecAttrIsPermanent, kSecAttrApplicationTag,
    kSecAttrAccessibleWhenUnlocked, kSecAttrAccessibleAfterFirstUnlock,
    kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
    kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, kSecKeyAlgorithmRSASignatureMessagePKCS1v15SHA256;
enum { errSecSuccess = 0, errSecUserCanceled = -128, errSecInteractionNotAllowed = -25308 };
enum { kSecAccessControlUserPresence = 1, kSecAccessControlBiometryCurrentSet = 8 };

extern OSStatus SecItemAdd(CFDictionaryRef, CFTypeRef *);
extern OSStatus SecItemUpdate(CFDictionaryRef, CFDictionaryRef);
extern OSStatus SecItemDelete(CFDictionaryRef);
extern OSStatus SecItemCopyMatching(CFDictionaryRef, CFTypeRef *);
extern SecAccessControlRef SecAccessControlCreateWithFlags(CFAllocatorRef, CFTypeRef, SecAccessControlCreateFlags,
                                                           CFErrorRef *) CF_RETURNS_RETAINED;
extern SecKeyRef SecKeyCreateRandomKey(CFDictionaryRef, CFErrorRef *) CF_RETURNS_RETAINED;
extern SecKeyRef SecKeyCopyPublicKey(SecKeyRef) CF_RETURNS_RETAINED;
extern CFDataRef SecKeyCopyExternalRepresentation(SecKeyRef, CFErrorRef *) CF_RETURNS_RETAINED;
extern CFDataRef SecKeyCreateSignature(SecKeyRef, SecKeyAlgorithm, CFDataRef, CFErrorRef *) CF_RETURNS_RETAINED;
