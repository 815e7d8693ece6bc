#import <Foundation/Foundation.h>

/// How Lock 1.x names a key: MD5 of its PKCS#1 DER, as `AA:BB:…`. A label, which proves nothing. Not for apps.
FOUNDATION_EXPORT NSString *_Nonnull A0Fingerprint(NSData *_Nonnull der);
