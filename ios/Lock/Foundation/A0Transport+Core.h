// From the C interface to a transport of the app. Not for apps.

#import "A0Transport.h"
#import "latchkey.h"

/// Zero for nil: the library's own.
FOUNDATION_EXPORT LkTransport A0TransportForCore(id<A0Transport> _Nullable transport);
