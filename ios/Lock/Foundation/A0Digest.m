#import "A0Digest.h"

#if __has_include(<CommonCrypto/CommonDigest.h>)
#import <CommonCrypto/CommonDigest.h>

static NSData *A0MD5(NSData *data) {
    unsigned char digest[CC_MD5_DIGEST_LENGTH];
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    CC_MD5(data.bytes, (CC_LONG)data.length, digest);
#pragma clang diagnostic pop
    return [NSData dataWithBytes:digest length:sizeof digest];
}
#else
#import <GNUstepBase/NSData+GNUstepBase.h>

static NSData *A0MD5(NSData *data) {
    return [data md5Digest];
}
#endif

NSString *A0Fingerprint(NSData *der) {
    NSData *digest = A0MD5(der);
    const unsigned char *bytes = digest.bytes;
    NSMutableArray<NSString *> *pairs = [NSMutableArray array];
    for (NSUInteger at = 0; at < digest.length; at++) {
        [pairs addObject:[NSString stringWithFormat:@"%02X", bytes[at]]];
    }
    return [pairs componentsJoinedByString:@":"];
}
