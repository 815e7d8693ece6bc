#import "A0Transport+Core.h"
#import "A0Errors+Core.h"

static NSURLRequest *A0RequestFromCore(const LkRequest *request) {
    NSURL *url = [NSURL URLWithString:A0TextFromCore(request->url) ?: @""];
    NSMutableURLRequest *made = [NSMutableURLRequest requestWithURL:url];
    made.HTTPMethod = A0TextFromCore(request->method) ?: @"GET";
    made.timeoutInterval = 30;
    made.HTTPShouldHandleCookies = NO;
    for (uintptr_t at = 0; at < request->header_count; at++) {
        [made setValue:A0TextFromCore(request->headers[at].value)
            forHTTPHeaderField:A0TextFromCore(request->headers[at].name) ?: @""];
    }
    if (request->body != NULL) {
        made.HTTPBody = [NSData dataWithBytes:request->body length:request->body_length];
    }
    return made;
}

static void A0Answer(LkReply *reply, NSHTTPURLResponse *response, NSData *body) {
    NSDictionary<NSString *, NSString *> *fields = response.allHeaderFields;
    NSUInteger count = 0;
    LkHeader *headers = calloc(fields.count + 1, sizeof *headers);
    if (headers != NULL) {
        for (NSString *name in fields) {
            headers[count].name = name.UTF8String;
            headers[count].value = [fields[name] description].UTF8String;
            count += 1;
        }
    }
    lk_reply_answer(reply, (int32_t)response.statusCode, headers, count, body.bytes, body.length);
    free(headers);
}

/// Before anything was said to the server. Everything else may have arrived.
static BOOL A0WasNotSent(NSError *error) {
    if (![error.domain isEqualToString:NSURLErrorDomain]) {
        return NO;
    }
    switch (error.code) {
        case -1000: // no URL
        case -1002: // no such scheme
        case -1003: // no such host
        case -1004: // no connection
        case -1006: // no name
        case -1009: // no network
        case -1022: // App Transport Security
        case -1200: // no TLS
        case -1202: // an untrusted certificate
        case -1203:
        case -1204: return YES;
        default: return NO;
    }
}

static void A0Send(void *context, const LkRequest *request, LkReply *reply) {
    @autoreleasepool {
        id<A0Transport> transport = (__bridge id<A0Transport>)context;
        __block LkReply *waiting = reply;
        NSObject *once = [[NSObject alloc] init];
        [transport send:A0RequestFromCore(request)
             completion:^(NSHTTPURLResponse *response, NSData *body, NSError *error) {
                 LkReply *mine;
                 // A transport that answers twice is heard once.
                 @synchronized(once) {
                     mine = waiting;
                     waiting = NULL;
                 }
                 if (mine == NULL) {
                     return;
                 }
                 if (response != nil && error == nil) {
                     A0Answer(mine, response, body);
                 } else {
                     lk_reply_fail(mine, !A0WasNotSent(error), error.localizedDescription.UTF8String);
                 }
             }];
    }
}

static void A0ReleaseTransport(void *context) {
    @autoreleasepool {
        (void)(__bridge_transfer id)context;
    }
}

LkTransport A0TransportForCore(id<A0Transport> transport) {
    if (transport == nil) {
        return (LkTransport){NULL, NULL, NULL};
    }
    return (LkTransport){A0Send, A0ReleaseTransport, (__bridge_retained void *)transport};
}
