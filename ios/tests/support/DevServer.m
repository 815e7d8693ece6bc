#import "DevServer.h"
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

@implementation DevServer {
    NSDictionary *_facts;
    NSString *_operator;
}

+ (instancetype)running {
    static DevServer *server;
    if (server == nil) {
        server = [[DevServer alloc] init];
    }
    return server;
}

- (instancetype)init {
    self = [super init];
    if (self) {
        NSString *file = [NSProcessInfo processInfo].environment[@"LATCHKEY_DEV_JSON"];
        NSData *facts = file ? [NSData dataWithContentsOfFile:file] : nil;
        NSAssert(facts != nil, @"LATCHKEY_DEV_JSON names no file: use cargo xtask sdk objc");
        _facts = [NSJSONSerialization JSONObjectWithData:facts options:0 error:NULL];
        NSURL *base = [NSURL URLWithString:_facts[@"base_url"]];
        _domain = [NSString stringWithFormat:@"%@:%@", base.host, base.port];
        _issuer = _facts[@"issuer"];
        _clientId = _facts[@"clients"][@"native"][@"client_id"];
    }
    return self;
}

// GNUstep's NSURLConnection knows no PATCH.
- (id)call:(NSString *)method path:(NSString *)path body:(NSDictionary *)body token:(NSString *)token {
    NSURL *base = [NSURL URLWithString:_facts[@"http_url"]];
    NSData *json = body ? [NSJSONSerialization dataWithJSONObject:body options:0 error:NULL] : [NSData data];
    NSMutableString *head = [NSMutableString stringWithFormat:@"%@ %@ HTTP/1.0\r\nHost: %@:%@\r\n", method, path, base.host, base.port];
    [head appendFormat:@"Content-Type: application/json\r\nContent-Length: %lu\r\n", (unsigned long)json.length];
    if (token != nil) {
        [head appendFormat:@"Authorization: Bearer %@\r\n", token];
    }
    [head appendString:@"\r\n"];
    NSMutableData *request = [[head dataUsingEncoding:NSUTF8StringEncoding] mutableCopy];
    [request appendData:json];
    NSData *answer = [self exchange:request port:base.port.unsignedShortValue];
    NSRange end = [answer rangeOfData:[NSData dataWithBytes:"\r\n\r\n" length:4]
                              options:0
                                range:NSMakeRange(0, answer.length)];
    if (end.location == NSNotFound) {
        return nil;
    }
    NSData *found = [answer subdataWithRange:NSMakeRange(NSMaxRange(end), answer.length - NSMaxRange(end))];
    return found.length > 0 ? [NSJSONSerialization JSONObjectWithData:found options:0 error:NULL] : nil;
}

- (NSData *)exchange:(NSData *)request port:(unsigned short)port {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int server = socket(AF_INET, SOCK_STREAM, 0);
    NSMutableData *answer = [NSMutableData data];
    if (connect(server, (struct sockaddr *)&place, sizeof place) == 0 &&
        write(server, request.bytes, request.length) == (ssize_t)request.length) {
        char part[4096];
        for (ssize_t had = read(server, part, sizeof part); had > 0; had = read(server, part, sizeof part)) {
            [answer appendBytes:part length:(NSUInteger)had];
        }
    }
    close(server);
    return answer;
}

- (NSArray *)inbox:(NSString *)address wait:(int)seconds {
    NSString *to = [[address stringByReplacingOccurrencesOfString:@"+" withString:@"%2B"]
        stringByReplacingOccurrencesOfString:@"@"
                                  withString:@"%40"];
    NSString *path = [NSString stringWithFormat:@"/dev/inbox/messages?to=%@&wait=%d", to, seconds];
    return [self call:@"GET" path:path body:nil token:nil][@"messages"];
}

- (NSDictionary *)newestMessageTo:(NSString *)address {
    return [self inbox:address wait:10].firstObject;
}

- (NSString *)newestCodeTo:(NSString *)address {
    return [self newestMessageTo:address][@"code"];
}

- (NSUInteger)messagesTo:(NSString *)address {
    return [self inbox:address wait:0].count;
}

- (id)manage:(NSString *)method path:(NSString *)path body:(NSDictionary *)body {
    if (_operator == nil) {
        NSDictionary *machine = _facts[@"clients"][@"m2m"];
        _operator = [self call:@"POST"
                          path:@"/oauth/token"
                          body:@{
                              @"grant_type" : @"client_credentials",
                              @"client_id" : machine[@"client_id"],
                              @"client_secret" : machine[@"client_secret"],
                              @"audience" : _facts[@"management_audience"],
                          }
                         token:nil][@"access_token"];
        NSAssert(_operator != nil, @"no token for the Management API");
    }
    return [self call:method path:[@"/api/v2" stringByAppendingString:path] body:body token:_operator];
}

- (void)blockUser:(NSString *)userId {
    NSString *path = [@"/users/" stringByAppendingString:[userId stringByReplacingOccurrencesOfString:@"|" withString:@"%7C"]];
    NSDictionary *user = [self manage:@"PATCH" path:path body:@{ @"blocked" : @YES }];
    NSAssert([user[@"blocked"] boolValue], @"not blocked: %@", user);
}

- (NSString *)freshPhoneNumber {
    static int last;
    last += 1;
    int process = [NSProcessInfo processInfo].processIdentifier;
    return [NSString stringWithFormat:@"+141555%05d", (process * 100 + last) % 100000];
}

@end
