// NSURLSession, which GNUstep has not. As Security/Security.h beside it.

#import <Foundation/Foundation.h>

@class NSURLSession, NSURLSessionTask;

@protocol NSURLSessionTaskDelegate <NSObject>
@optional
- (void)URLSession:(NSURLSession *)session
                          task:(NSURLSessionTask *)task
    willPerformHTTPRedirection:(NSHTTPURLResponse *)response
                    newRequest:(NSURLRequest *)request
             completionHandler:(void (^)(NSURLRequest *))completionHandler;
@end

@interface NSURLSessionTask : NSObject
@property (retain) id<NSURLSessionTaskDelegate> delegate;
- (void)resume;
@end
@interface NSURLSessionDataTask : NSURLSessionTask
@end

@interface NSURLSessionConfiguration : NSObject
+ (instancetype)ephemeralSessionConfiguration;
@property NSTimeInterval timeoutIntervalForRequest, timeoutIntervalForResource;
@property BOOL HTTPShouldSetCookies;
@property NSHTTPCookieAcceptPolicy HTTPCookieAcceptPolicy;
@property (retain) id URLCache;
@end

@interface NSURLSession : NSObject
+ (instancetype)sessionWithConfiguration:(NSURLSessionConfiguration *)configuration;
- (void)finishTasksAndInvalidate;
- (NSURLSessionDataTask *)dataTaskWithRequest:(NSURLRequest *)request
                            completionHandler:(void (^)(NSData *, NSURLResponse *, NSError *))handler;
@end
