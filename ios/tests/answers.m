// What apps are told for what a server may say, by a transport of the app.
#import "app/A0LockApplication.h"
#import "support/CannedTransport.h"
#import "support/Check.h"

static A0APIClient *Client(CannedTransport *transport, BOOL legacy) {
    A0Lock *lock = [[A0Lock alloc] initWithClientId:@"app" domain:@"login.example.com" issuer:nil legacy:legacy];
    lock.languages = @[ @"en" ];
    lock.transport = transport;
    return lock.apiClient;
}

static NSError *StartError(CannedTransport *transport) {
    __block NSError *error = nil;
    __block BOOL ended = NO;
    [Client(transport, NO) startPasswordlessWithPhoneNumber:@"+14155550100"
        success:^{
            ended = YES;
        }
        failure:^(NSError *found) {
            ended = YES;
            error = found;
        }];
    CHECK(WaitUntil(^BOOL { return ended; }));
    return error;
}

static NSError *StartAnswer(NSInteger status, NSDictionary *headers, NSString *body) {
    return StartError([CannedTransport status:status headers:headers body:body]);
}

static void a_start_goes_out_as_documented(void) {
    CannedTransport *transport = [CannedTransport status:200 headers:nil body:@"{}"];
    CHECK(StartError(transport) == nil);
    NSURLRequest *request = transport.requests.firstObject;
    CHECK_EQUAL(request.URL.absoluteString, @"https://login.example.com/passwordless/start");
    CHECK_EQUAL(request.HTTPMethod, @"POST");
    CHECK_EQUAL([request valueForHTTPHeaderField:@"Content-Type"], @"application/json");
    CHECK([request valueForHTTPHeaderField:@"Auth0-Client"].length > 0);
    CHECK_EQUAL([NSJSONSerialization JSONObjectWithData:request.HTTPBody options:0 error:NULL],
                (@{ @"client_id" : @"app", @"connection" : @"sms", @"phone_number" : @"+14155550100", @"send" : @"code" }));
    CHECK(transport.requests.count == 1);
}

static void lock_of_2014_is_spoken_where_it_is_asked_for(void) {
    CannedTransport *transport = [CannedTransport status:401 headers:nil body:@"{\"error\":\"invalid_user_password\",\"error_description\":\"Wrong\"}"];
    __block NSError *error = nil;
    A0AuthParameters *parameters = [A0AuthParameters newWithScopes:@[ A0ScopeOpenId, A0ScopeOfflineAccess ]];
    parameters.device = @"phone";
    [Client(transport, YES) loginWithPhoneNumber:@"+14155550100"
                                        passcode:@"123456"
                                      parameters:parameters
                                         success:nil
                                         failure:^(NSError *found) { error = found; }];
    CHECK(WaitUntil(^BOOL { return error != nil; }));
    CHECK(error.code == A0ErrorCodeInvalidCredentials);
    NSURLRequest *request = transport.requests.firstObject;
    CHECK_EQUAL(request.URL.path, @"/oauth/ro");
    CHECK_EQUAL([NSJSONSerialization JSONObjectWithData:request.HTTPBody options:0 error:NULL], (@{
                    @"client_id" : @"app",
                    @"username" : @"+14155550100",
                    @"password" : @"123456",
                    @"connection" : @"sms",
                    @"grant_type" : @"password",
                    @"scope" : @"openid offline_access",
                    @"device" : @"phone",
                }));
}

static void how_long_to_wait_is_told(void) {
    NSError *error = StartAnswer(429, @{ @"Retry-After" : @"90" }, @"{\"error\":\"too_many_requests\"}");
    CHECK(error.code == A0ErrorCodeTooManyAttempts);
    CHECK_EQUAL(error.userInfo[A0ErrorRetryAfterKey], @90);
    CHECK_EQUAL(error.userInfo[A0ErrorStatusKey], @429);
    CHECK([error.localizedDescription rangeOfString:@"2 minutes"].location != NSNotFound);
}

static void every_refusal_has_its_code(void) {
    NSArray *table = @[
        @[ @400, @"{\"error\":\"bad.phone_number\",\"error_description\":\"x\"}", @(A0ErrorCodeInvalidPhoneNumber) ],
        @[ @400, @"{\"error\":\"bad.connection\",\"error_description\":\"Public signup is disabled\"}", @(A0ErrorCodeSignUpClosed) ],
        @[ @400, @"{\"error\":\"sms_provider_error\",\"error_description\":\"The 'To' number is not valid (Code: 21211)\"}", @(A0ErrorCodeNumberWithoutTexts) ],
        @[ @400, @"{\"error\":\"sms_provider_error\",\"error_description\":\"x\"}", @(A0ErrorCodeMessageNotSent) ],
        @[ @401, @"{\"error\":\"unauthorized\",\"error_description\":\"user is blocked\"}", @(A0ErrorCodeUserBlocked) ],
        @[ @403, @"{\"error\":\"unauthorized_client\",\"error_description\":\"x\"}", @(A0ErrorCodeAuth0InvalidConfiguration) ],
        @[ @500, @"oops", @(A0ErrorCodeServerFailed) ],
        @[ @503, @"", @(A0ErrorCodeServerFailed) ],
        @[ @302, @"", @(A0ErrorCodeAuth0InvalidConfiguration) ],
        @[ @400, @"{\"error\":7", @(A0ErrorCodeAuth0InvalidConfiguration) ],
    ];
    for (NSArray *row in table) {
        NSError *error = StartAnswer([row[0] integerValue], nil, row[1]);
        CHECK_EQUAL(error.domain, @"com.auth0");
        CHECK_EQUAL(@(error.code), row[2]);
        CHECK(error.localizedDescription.length > 0);
    }
}

static void tokens_that_prove_nothing_sign_nobody_in(void) {
    for (NSString *body in @[ @"{}", @"[]", @"", @"{\"access_token\":\"a\",\"token_type\":\"Bearer\"}",
                              @"{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"x.y.z\"}" ]) {
        __block NSError *error = nil;
        __block BOOL signedIn = NO;
        [Client([CannedTransport status:200 headers:nil body:body], YES) loginWithPhoneNumber:@"+14155550100"
                                                                                     passcode:@"123456"
                                                                                      success:^(A0UserProfile *p, A0Token *t) { signedIn = YES; }
                                                                                      failure:^(NSError *found) { error = found; }];
        CHECK(WaitUntil(^BOOL { return error != nil || signedIn; }));
        CHECK(!signedIn);
    }
}

static void whether_the_server_may_have_heard_is_told(void) {
    NSError *(^of)(NSInteger) = ^(NSInteger code) {
        return StartError([CannedTransport error:[NSError errorWithDomain:NSURLErrorDomain code:code userInfo:nil]]);
    };
    CHECK(of(-1009).code == A0ErrorCodeNotConnectedToInternet);
    CHECK(of(-1009).userInfo[A0ErrorOutcomeUnknownKey] == nil);
    CHECK(of(-1005).code == A0ErrorCodeNotConnectedToInternet);
    CHECK_EQUAL(of(-1005).userInfo[A0ErrorOutcomeUnknownKey], @YES);
}

static void a_transport_that_answers_twice_is_heard_once(void) {
    CannedTransport *transport = [CannedTransport status:200 headers:nil body:@"{}"];
    transport.twice = YES;
    CHECK(StartError(transport) == nil);
}

int main(void) {
    @autoreleasepool {
        TEST(a_start_goes_out_as_documented);
        TEST(lock_of_2014_is_spoken_where_it_is_asked_for);
        TEST(how_long_to_wait_is_told);
        TEST(every_refusal_has_its_code);
        TEST(tokens_that_prove_nothing_sign_nobody_in);
        TEST(whether_the_server_may_have_heard_is_told);
        TEST(a_transport_that_answers_twice_is_heard_once);
        return EndOfTests();
    }
}
