#import <Foundation/Foundation.h>

/// How its person calls this device. Not for apps.
FOUNDATION_EXPORT NSString *_Nonnull A0DeviceName(void);
