// From the C interface to NSError. Not for apps.

#import "A0Errors.h"
#import "latchkey.h"

NS_ASSUME_NONNULL_BEGIN

FOUNDATION_EXPORT NSError *A0ErrorFromCore(const LkError *error);
FOUNDATION_EXPORT NSString *_Nullable A0TextFromCore(const char *_Nullable text);

NS_ASSUME_NONNULL_END
