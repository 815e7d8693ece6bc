// The app's own class, as the documents of Lock for iOS 1.x tell apps to have it.

#import <Lock/Lock.h>

@interface A0LockApplication : NSObject
/// A test may have the app speak to another server.
@property (strong, nonatomic) A0Lock *lock;
+ (A0LockApplication *)sharedInstance;
@end

// The macros that apps take from libextobjc.
#define weakify(VAR) autoreleasepool {} __weak __typeof__(VAR) VAR##_weak_ = VAR
#define strongify(VAR) autoreleasepool {} __strong __typeof__(VAR) VAR = VAR##_weak_
