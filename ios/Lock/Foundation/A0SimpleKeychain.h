#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// When what is kept can be read: the `kSecAttrAccessible…` of the same name.
typedef NS_ENUM(NSInteger, A0SimpleKeychainItemAccessible) {
    A0SimpleKeychainItemAccessibleWhenUnlocked = 0,
    A0SimpleKeychainItemAccessibleAfterFirstUnlock,
    /// Apple took it away; taken as `AfterFirstUnlock`.
    A0SimpleKeychainItemAccessibleAlways,
    A0SimpleKeychainItemAccessibleWhenPasscodeSetThisDeviceOnly,
    A0SimpleKeychainItemAccessibleWhenUnlockedThisDeviceOnly,
    A0SimpleKeychainItemAccessibleAfterFirstUnlockThisDeviceOnly,
    /// Taken as `AfterFirstUnlockThisDeviceOnly`.
    A0SimpleKeychainItemAccessibleAlwaysThisDeviceOnly
};

FOUNDATION_EXPORT NSString *const A0SimpleKeychainErrorDomain;

/// What is of value to a thief, by key. On Apple's systems the keychain, as generic passwords of `service`: the same
/// entries that apps with the pod SimpleKeychain have. Elsewhere files that only their owner can read. Any thread may
/// use it.
@interface A0SimpleKeychain : NSObject

/// The bundle identifier, unless said otherwise.
@property (readonly, copy, nonatomic) NSString *service;
/// Shares entries with other apps of the same team.
@property (readonly, copy, nonatomic, nullable) NSString *accessGroup;
/// `AfterFirstUnlock`, unless set.
@property (assign, nonatomic) A0SimpleKeychainItemAccessible defaultAccessiblity;
/// Asks for a finger, a face or the passcode on every read.
@property (assign, nonatomic) BOOL useAccessControl;

+ (instancetype)keychain;
+ (instancetype)keychainWithService:(NSString *)service;
+ (instancetype)keychainWithService:(NSString *)service accessGroup:(nullable NSString *)accessGroup;
- (instancetype)init;
- (instancetype)initWithService:(NSString *)service;
- (instancetype)initWithService:(NSString *)service accessGroup:(nullable NSString *)accessGroup;

/// Keeps a value in place of what was there; nil removes it. NO when it could not be kept.
- (BOOL)setString:(nullable NSString *)string forKey:(NSString *)key;
- (BOOL)setString:(nullable NSString *)string forKey:(NSString *)key promptMessage:(nullable NSString *)message;
- (BOOL)setData:(nullable NSData *)data forKey:(NSString *)key;
- (BOOL)setData:(nullable NSData *)data forKey:(NSString *)key promptMessage:(nullable NSString *)message;

/// nil where nothing is kept, and where it cannot be read: `error` tells them apart.
- (nullable NSString *)stringForKey:(NSString *)key;
- (nullable NSString *)stringForKey:(NSString *)key promptMessage:(nullable NSString *)message;
- (nullable NSData *)dataForKey:(NSString *)key;
- (nullable NSData *)dataForKey:(NSString *)key promptMessage:(nullable NSString *)message;
- (nullable NSData *)dataForKey:(NSString *)key
                  promptMessage:(nullable NSString *)message
                          error:(NSError *_Nullable *_Nullable)error;
- (BOOL)hasValueForKey:(NSString *)key;

- (BOOL)deleteEntryForKey:(NSString *)key;
/// Removes everything of `service`.
- (void)clearAll;

@end

NS_ASSUME_NONNULL_END
