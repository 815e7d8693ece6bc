#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// Carries requests to the server, for apps that pin certificates, or that must go by the system's way. The library has
/// one of its own, which trusts whom the system trusts.
@protocol A0Transport <NSObject>
/// On any thread. Calls `completion` once, on any thread: with an answer of whatever status, or with an error.
/// Follows no redirects, keeps no cookies, repeats nothing, and gives up after half a minute.
- (void)send:(NSURLRequest *)request
    completion:(void (^)(NSHTTPURLResponse *_Nullable response, NSData *_Nullable body,
                         NSError *_Nullable error))completion;
@end

#if __has_include(<Security/Security.h>)
/// By NSURLSession, with the proxies, the VPN and the App Transport Security of the system.
@interface A0URLSessionTransport : NSObject <A0Transport>
@end
#endif

NS_ASSUME_NONNULL_END
