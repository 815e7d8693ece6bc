#import "CannedTransport.h"

@implementation CannedTransport {
    NSInteger _status;
    NSDictionary *_headers;
    NSData *_body;
    NSError *_error;
}

+ (instancetype)status:(NSInteger)status headers:(NSDictionary *)headers body:(NSString *)body {
    CannedTransport *made = [[self alloc] init];
    made->_status = status;
    made->_headers = headers ?: @{};
    made->_body = [body dataUsingEncoding:NSUTF8StringEncoding];
    made->_requests = [NSMutableArray array];
    return made;
}

+ (instancetype)error:(NSError *)error {
    CannedTransport *made = [self status:0 headers:nil body:@""];
    made->_error = error;
    return made;
}

- (void)send:(NSURLRequest *)request completion:(void (^)(NSHTTPURLResponse *, NSData *, NSError *))completion {
    @synchronized(self) {
        [_requests addObject:request];
    }
    NSHTTPURLResponse *response = _error ? nil
                                         : [[NSHTTPURLResponse alloc] initWithURL:request.URL
                                                                       statusCode:_status
                                                                      HTTPVersion:@"HTTP/1.1"
                                                                     headerFields:_headers];
    for (int n = 0; n < (self.twice ? 2 : 1); n++) {
        completion(response, _body, _error);
    }
}

@end
