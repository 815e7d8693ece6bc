#import "A0KeychainStore.h"

#if A0_HAS_SECURITY
#import <LocalAuthentication/LocalAuthentication.h>
#import <Security/Security.h>

static CFStringRef A0Accessible(A0SimpleKeychainItemAccessible accessible) {
    switch (accessible) {
        case A0SimpleKeychainItemAccessibleWhenUnlocked: return kSecAttrAccessibleWhenUnlocked;
        case A0SimpleKeychainItemAccessibleAfterFirstUnlock:
        case A0SimpleKeychainItemAccessibleAlways: return kSecAttrAccessibleAfterFirstUnlock;
        case A0SimpleKeychainItemAccessibleWhenPasscodeSetThisDeviceOnly:
            return kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly;
        case A0SimpleKeychainItemAccessibleWhenUnlockedThisDeviceOnly:
            return kSecAttrAccessibleWhenUnlockedThisDeviceOnly;
        case A0SimpleKeychainItemAccessibleAfterFirstUnlockThisDeviceOnly:
        case A0SimpleKeychainItemAccessibleAlwaysThisDeviceOnly:
            return kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly;
    }
    return kSecAttrAccessibleAfterFirstUnlock;
}

static NSMutableDictionary *A0Query(A0SimpleKeychain *keychain, NSString *key) {
    NSMutableDictionary *query = [NSMutableDictionary dictionary];
    query[(__bridge id)kSecClass] = (__bridge id)kSecClassGenericPassword;
    query[(__bridge id)kSecAttrService] = keychain.service;
    [query setValue:key forKey:(__bridge NSString *)kSecAttrAccount];
    [query setValue:keychain.accessGroup forKey:(__bridge NSString *)kSecAttrAccessGroup];
    return query;
}

static void A0Protect(A0SimpleKeychain *keychain, NSMutableDictionary *attributes) {
    CFStringRef accessible = A0Accessible(keychain.defaultAccessiblity);
    if (!keychain.useAccessControl) {
        attributes[(__bridge id)kSecAttrAccessible] = (__bridge id)accessible;
        return;
    }
    SecAccessControlRef control =
        SecAccessControlCreateWithFlags(kCFAllocatorDefault, accessible, kSecAccessControlUserPresence, NULL);
    if (control != NULL) {
        attributes[(__bridge id)kSecAttrAccessControl] = (__bridge_transfer id)control;
    }
}

static void A0Prompt(NSMutableDictionary *query, NSString *prompt) {
    if (prompt != nil) {
        LAContext *context = [[LAContext alloc] init];
        context.localizedReason = prompt;
        query[(__bridge id)kSecUseAuthenticationContext] = context;
    }
}

BOOL A0KeychainWrite(A0SimpleKeychain *keychain, NSString *key, NSData *data, NSString *prompt) {
    NSMutableDictionary *query = A0Query(keychain, key);
    NSMutableDictionary *attributes = [NSMutableDictionary dictionary];
    attributes[(__bridge id)kSecValueData] = data;
    if (A0KeychainHas(keychain, key)) {
        A0Prompt(query, prompt);
        return SecItemUpdate((__bridge CFDictionaryRef)query, (__bridge CFDictionaryRef)attributes) == errSecSuccess;
    }
    [query addEntriesFromDictionary:attributes];
    A0Protect(keychain, query);
    return SecItemAdd((__bridge CFDictionaryRef)query, NULL) == errSecSuccess;
}

NSData *A0KeychainRead(A0SimpleKeychain *keychain, NSString *key, NSString *prompt, NSError **error) {
    NSMutableDictionary *query = A0Query(keychain, key);
    query[(__bridge id)kSecReturnData] = @YES;
    query[(__bridge id)kSecMatchLimit] = (__bridge id)kSecMatchLimitOne;
    A0Prompt(query, prompt);
    CFTypeRef found = NULL;
    OSStatus status = SecItemCopyMatching((__bridge CFDictionaryRef)query, &found);
    if (status == errSecSuccess) {
        return (__bridge_transfer NSData *)found;
    }
    if (error != NULL) {
        *error = [NSError errorWithDomain:A0SimpleKeychainErrorDomain code:status userInfo:nil];
    }
    return nil;
}

// Asks nobody: an entry that would need a finger is there, too.
BOOL A0KeychainHas(A0SimpleKeychain *keychain, NSString *key) {
    NSMutableDictionary *query = A0Query(keychain, key);
    LAContext *silent = [[LAContext alloc] init];
    silent.interactionNotAllowed = YES;
    query[(__bridge id)kSecUseAuthenticationContext] = silent;
    OSStatus status = SecItemCopyMatching((__bridge CFDictionaryRef)query, NULL);
    return status == errSecSuccess || status == errSecInteractionNotAllowed;
}

BOOL A0KeychainDelete(A0SimpleKeychain *keychain, NSString *key) {
    return SecItemDelete((__bridge CFDictionaryRef)A0Query(keychain, key)) == errSecSuccess;
}

void A0KeychainClear(A0SimpleKeychain *keychain) {
    SecItemDelete((__bridge CFDictionaryRef)A0Query(keychain, nil));
}
#else
typedef int A0KeychainOfAppleIsNotHere;
#endif
