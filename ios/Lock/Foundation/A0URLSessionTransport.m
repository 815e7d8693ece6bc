#import "A0Transport.h"

#if __has_include(<Security/Security.h>)

@interface A0URLSessionTransport () <NSURLSessionTaskDelegate>
@end

@implementation A0URLSessionTransport {
    NSURLSession *_session;
}

- (instancetype)init {
    self = [super init];
    if (self) {
        NSURLSessionConfiguration *configuration = [NSURLSessionConfiguration ephemeralSessionConfiguration];
        configuration.timeoutIntervalForRequest = 30;
        configuration.timeoutIntervalForResource = 30;
        configuration.HTTPShouldSetCookies = NO;
        configuration.HTTPCookieAcceptPolicy = NSHTTPCookieAcceptPolicyNever;
        configuration.URLCache = nil;
        _session = [NSURLSession sessionWithConfiguration:configuration];
    }
    return self;
}

- (void)dealloc {
    [_session finishTasksAndInvalidate];
}

- (void)send:(NSURLRequest *)request
    completion:(void (^)(NSHTTPURLResponse *, NSData *, NSError *))completion {
    NSURLSessionDataTask *task = [_session
        dataTaskWithRequest:request
          completionHandler:^(NSData *body, NSURLResponse *response, NSError *error) {
              BOOL answered = [response isKindOfClass:[NSHTTPURLResponse class]];
              completion(answered ? (NSHTTPURLResponse *)response : nil, body, error);
          }];
    // The session does not keep its delegate of a task, and this one has nothing but a rule.
    if ([task respondsToSelector:@selector(setDelegate:)]) {
        task.delegate = self;
    }
    [task resume];
}

- (void)URLSession:(NSURLSession *)session
                          task:(NSURLSessionTask *)task
    willPerformHTTPRedirection:(NSHTTPURLResponse *)response
                    newRequest:(NSURLRequest *)request
             completionHandler:(void (^)(NSURLRequest *))completionHandler {
    completionHandler(nil);
}

@end
#else
typedef int A0URLSessionIsNotHere;
#endif
