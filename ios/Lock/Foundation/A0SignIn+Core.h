// From the C interface to a view, and from a link to a sign-in. Not for apps.

#import "A0Lock.h"
#import "A0SignIn.h"
#import "latchkey.h"

NS_ASSUME_NONNULL_BEGIN

@interface A0SignInView ()
- (nullable instancetype)initWithView:(const LkView *)view;
/// Seconds since 1970; -1 for never.
@property (readonly, nonatomic) int64_t tickAt;
@end

@interface A0Lock ()
/// Of the link that was opened last, once, where nothing has taken it yet.
- (nullable NSString *)takeMagicLinkCode;
@end

NS_ASSUME_NONNULL_END
