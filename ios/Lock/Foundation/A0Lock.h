#import <Foundation/Foundation.h>

#import "A0Transport.h"

@class A0APIClient;

NS_ASSUME_NONNULL_BEGIN

/// Posted when a link of a message was handed to `handleMagicLink:`; `userInfo` has `code`, and `channel` (`email` or
/// `sms`).
FOUNDATION_EXPORT NSString *const A0LockMagicLinkNotification;

/// One app at one server: the beginning of everything else. An app keeps one, in its `A0LockApplication` or by
/// `sharedLock`. Any thread may use it; what is set is set before.
///
/// Without arguments it reads `Auth0ClientId` and `Auth0Domain` of Info.plist, and two keys more that apps seldom need:
/// `LatchkeyIssuer` (who signs the tokens, where that is not the domain) and `LatchkeyLegacy` (YES: speak to the server
/// as Lock 1.x did, by `/oauth/ro`).
@interface A0Lock : NSObject

@property (readonly, copy, nonatomic) NSString *clientId;
/// A host name, or a URL of one.
@property (readonly, copy, nonatomic) NSString *domain;
/// The languages of screens, errors and messages, the best first. The person's, unless set before `apiClient` is asked
/// for.
@property (copy, nonatomic) NSArray<NSString *> *languages;

/// Carries the requests, in place of the library's own. Set it before `apiClient` is asked for.
@property (strong, nonatomic, nullable) id<A0Transport> transport;

+ (instancetype)sharedLock;
+ (instancetype)newLock;
+ (instancetype)newLockWithClientId:(NSString *)clientId domain:(NSString *)domain;
+ (instancetype)newLockFromBundle:(NSBundle *)bundle;

- (instancetype)init;
- (instancetype)initWithClientId:(NSString *)clientId domain:(NSString *)domain;
- (instancetype)initWithClientId:(NSString *)clientId
                          domain:(NSString *)domain
                          issuer:(nullable NSString *)issuer
                          legacy:(BOOL)legacy NS_DESIGNATED_INITIALIZER;

/// The same object each time.
- (A0APIClient *)apiClient;

/// Takes a link of a message that opened the app: `https://{domain}/ios/{bundle id}/email?code=…`, or `/sms`. NO for
/// any other URL. The screen that waits goes on with the code by itself; where none is there yet, as in an app that the
/// link started, the next one with a link does, for ten minutes, and asks whose it is.
- (BOOL)handleMagicLink:(NSURL *)url;

@end

NS_ASSUME_NONNULL_END
