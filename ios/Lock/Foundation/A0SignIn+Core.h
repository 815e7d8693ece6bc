// From the C interface to a view. Not for apps.

#import "A0SignIn.h"
#import "latchkey.h"

NS_ASSUME_NONNULL_BEGIN

@interface A0SignInView ()
- (nullable instancetype)initWithView:(const LkView *)view;
/// Seconds since 1970; -1 for never.
@property (readonly, nonatomic) int64_t tickAt;
@end

NS_ASSUME_NONNULL_END
