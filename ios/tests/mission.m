// The mission's code for one's own screens against `latchkey dev`.
#import "app/OwnScreens.h"
#import "support/Check.h"
#import "support/DevServer.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/// Starts and waits for the code of the message.
static NSString *CodeFor(OwnScreens *app, NSString *phoneNumber) {
    [app startWithPhoneNumber:phoneNumber];
    CHECK(WaitUntil(^BOOL { return app.sent || app.error != nil; }));
    CHECK(app.error == nil);
    return [[DevServer running] newestCodeTo:phoneNumber];
}

static void LogIn(OwnScreens *app, NSString *phoneNumber, NSString *passcode) {
    app.error = nil;
    app.profile = nil;
    [app loginWithPhoneNumber:phoneNumber passcode:passcode];
    CHECK(WaitUntil(^BOOL { return app.profile != nil || app.error != nil; }));
}

static NSString *OtherThan(NSString *code) {
    return [code isEqual:@"000000"] ? @"000001" : @"000000";
}

static void the_code_of_the_message_gives_profile_and_three_tokens(void) {
    OwnScreens *app = [[OwnScreens alloc] init];
    NSString *number = [[DevServer running] freshPhoneNumber];
    NSString *code = CodeFor(app, number);
    CHECK(code.length == 6);
    CHECK(app.sentOnMainThread);
    LogIn(app, number, code);
    CHECK(app.error == nil);
    CHECK(app.authenticatedOnMainThread);
    CHECK([app.profile.userId hasPrefix:@"sms|"]);
    CHECK_EQUAL(app.profile.name, number);
    CHECK([app.token.idToken componentsSeparatedByString:@"."].count == 3);
    CHECK(app.token.accessToken.length > 0 && app.token.refreshToken.length > 0);
    CHECK_EQUAL(app.token.tokenType.lowercaseString, @"bearer");
    CHECK(app.token.expiresAt.timeIntervalSinceNow > 60);
    CHECK_EQUAL([app.keychain stringForKey:@"id_token"], app.token.idToken);
}

static void a_second_process_reads_what_was_stored(void) {
    OwnScreens *app = [[OwnScreens alloc] init];
    NSString *number = [[DevServer running] freshPhoneNumber];
    LogIn(app, number, CodeFor(app, number));
    NSString *program = [NSProcessInfo processInfo].environment[@"A0_READER"];
    NSTask *task = [[NSTask alloc] init];
    NSPipe *pipe = [NSPipe pipe];
    task.launchPath = program;
    task.standardOutput = pipe;
    [task launch];
    NSData *said = [pipe.fileHandleForReading readDataToEndOfFile];
    [task waitUntilExit];
    NSDictionary *read = [NSJSONSerialization JSONObjectWithData:said options:0 error:NULL];
    CHECK_EQUAL(read[@"id_token"], app.token.idToken);
    CHECK_EQUAL(read[@"access_token"], app.token.accessToken);
    CHECK_EQUAL(read[@"refresh_token"], app.token.refreshToken);
    CHECK_EQUAL(read[@"user_id"], app.profile.userId);
    CHECK_EQUAL(read[@"name"], number);
}

static void a_wrong_code_is_invalid_credentials(void) {
    OwnScreens *app = [[OwnScreens alloc] init];
    NSString *number = [[DevServer running] freshPhoneNumber];
    NSString *code = CodeFor(app, number);
    LogIn(app, number, OtherThan(code));
    CHECK_EQUAL(app.error.domain, @"com.auth0");
    CHECK(app.error.code == A0ErrorCodeInvalidCredentials);
    CHECK(app.failedOnMainThread);
    CHECK_EQUAL(app.error.a0_error, @"invalid_grant");
    CHECK_EQUAL(app.error.userInfo[A0ErrorStatusKey], @403);
    CHECK(app.error.localizedDescription.length > 0);
    CHECK([app.error.description rangeOfString:number].location == NSNotFound);
    // The right one still works.
    LogIn(app, number, code);
    CHECK(app.profile != nil);
}

static void wrong_tries_end_the_code(void) {
    OwnScreens *app = [[OwnScreens alloc] init];
    NSString *number = [[DevServer running] freshPhoneNumber];
    NSString *code = CodeFor(app, number);
    for (int n = 0; n < 3; n++) {
        LogIn(app, number, OtherThan(code));
    }
    CHECK_EQUAL(app.error.domain, A0ErrorDomain);
    CHECK(app.error.code == A0ErrorCodeNoTriesLeft);
    LogIn(app, number, code);
    CHECK(app.error.code == A0ErrorCodeNoTriesLeft);
}

static void too_many_tries_say_so(void) {
    OwnScreens *app = [[OwnScreens alloc] init];
    NSString *number = [[DevServer running] freshPhoneNumber];
    for (int n = 0; n < 20 && app.error.code != A0ErrorCodeTooManyAttempts; n++) {
        if (n % 3 == 0) {
            app.sent = NO;
            app.error = nil;
            [app startWithPhoneNumber:number];
            CHECK(WaitUntil(^BOOL { return app.sent || app.error != nil; }));
        }
        if (app.error.code != A0ErrorCodeTooManyAttempts) {
            LogIn(app, number, @"0000");
        }
    }
    CHECK_EQUAL(app.error.domain, A0ErrorDomain);
    CHECK(app.error.code == A0ErrorCodeTooManyAttempts);
    CHECK_EQUAL(app.error.userInfo[A0ErrorStatusKey], @429);
    CHECK(app.error.localizedDescription.length > 0);
}

static void who_is_blocked_is_told(void) {
    OwnScreens *app = [[OwnScreens alloc] init];
    DevServer *server = [DevServer running];
    NSString *number = [server freshPhoneNumber];
    LogIn(app, number, CodeFor(app, number));
    app.sent = NO;
    NSString *code = CodeFor(app, number);
    [server blockUser:app.profile.userId];
    LogIn(app, number, code);
    CHECK_EQUAL(app.error.domain, A0ErrorDomain);
    CHECK(app.error.code == A0ErrorCodeUserBlocked);
    CHECK_EQUAL(app.error.a0_payload[@"error_description"], @"user is blocked");
}

static void IsOffline(NSError *error) {
    CHECK_EQUAL(error.domain, @"com.auth0");
    CHECK(error.code == A0ErrorCodeNotConnectedToInternet);
    CHECK(error.a0_payload == nil);
    CHECK(error.userInfo[A0ErrorOutcomeUnknownKey] == nil);
}

static void no_network_reaches_the_failure_blocks_of_both_calls(void) {
    A0LockApplication *application = [A0LockApplication sharedInstance];
    A0Lock *usual = application.lock;
    // Nobody listens on port 9.
    application.lock = [A0Lock newLockWithClientId:@"demo-native" domain:@"localhost:9"];
    OwnScreens *app = [[OwnScreens alloc] init];
    [app startWithPhoneNumber:@"+14155550100"];
    CHECK(WaitUntil(^BOOL { return app.sent || app.error != nil; }));
    NSError *start = app.error;
    LogIn(app, @"+14155550100", @"123456");
    application.lock = usual;
    CHECK(!app.sent && app.profile == nil && app.failedOnMainThread);
    IsOffline(start);
    IsOffline(app.error);
}

static void what_is_no_phone_number_is_told_without_asking(void) {
    OwnScreens *app = [[OwnScreens alloc] init];
    [app startWithPhoneNumber:@"hello"];
    CHECK(WaitUntil(^BOOL { return app.error != nil; }));
    CHECK(app.error.code == A0ErrorCodeInvalidPhoneNumber);
}

static void the_code_of_a_mail_signs_in(void) {
    A0APIClient *client = [[A0LockApplication sharedInstance].lock apiClient];
    NSString *email = [NSString stringWithFormat:@"ana.%d@example.com", [NSProcessInfo processInfo].processIdentifier];
    __block BOOL sent = NO;
    __block A0UserProfile *profile = nil;
    __block A0Token *token = nil;
    [client startPasswordlessWithEmail:email success:^{ sent = YES; } failure:nil];
    CHECK(WaitUntil(^BOOL { return sent; }));
    A0AuthParameters *parameters = [A0AuthParameters newWithScopes:@[ @"openid", @"email" ]];
    [client loginWithEmail:email
                  passcode:[[DevServer running] newestCodeTo:email]
                parameters:parameters
                   success:^(A0UserProfile *found, A0Token *given) {
                       profile = found;
                       token = given;
                   }
                   failure:nil];
    CHECK(WaitUntil(^BOOL { return profile != nil; }));
    CHECK_EQUAL(profile.email, email);
    CHECK(token.refreshToken == nil);
}

/// Where the links of messages lead: `https://{domain}/ios/{bundle id}/email?code=…`.
static NSURL *LinkOf(NSString *text) {
    NSRange start = [text rangeOfString:@"https://"];
    NSString *rest = start.location == NSNotFound ? @"" : [text substringFromIndex:start.location];
    return [NSURL URLWithString:[rest componentsSeparatedByString:@"\n"].firstObject];
}

static void the_link_of_a_mail_opens_the_app_with_its_code(void) {
    // The demo client says that its app is com.example.demo.
    NSString *folder = [NSTemporaryDirectory() stringByAppendingPathComponent:@"Demo.app"];
    NSString *resources = [folder stringByAppendingPathComponent:@"Resources"];
    [[NSFileManager defaultManager] createDirectoryAtPath:resources withIntermediateDirectories:YES attributes:nil error:NULL];
    NSDictionary *info = @{
        @"CFBundleIdentifier" : @"com.example.demo",
        @"Auth0ClientId" : [DevServer running].clientId,
        @"Auth0Domain" : [DevServer running].domain,
    };
    [info writeToFile:[resources stringByAppendingPathComponent:@"Info-gnustep.plist"] atomically:YES];
    A0Lock *lock = [A0Lock newLockFromBundle:[NSBundle bundleWithPath:folder]];
    NSString *email = [NSString stringWithFormat:@"link.%d@example.com", [NSProcessInfo processInfo].processIdentifier];
    __block BOOL sent = NO;
    [lock.apiClient startPasswordlessWithMagicLinkInEmail:email parameters:nil success:^{ sent = YES; } failure:nil];
    CHECK(WaitUntil(^BOOL { return sent; }));
    NSURL *link = LinkOf([[DevServer running] newestMessageTo:email][@"link"]);
    __block NSDictionary *found = nil;
    id observer = [[NSNotificationCenter defaultCenter]
        addObserverForName:A0LockMagicLinkNotification
                    object:lock
                     queue:nil
                usingBlock:^(NSNotification *note) { found = note.userInfo; }];
    CHECK([lock handleMagicLink:link]);
    CHECK_EQUAL(found[@"channel"], @"email");
    CHECK_EQUAL(found[@"code"], [[DevServer running] newestCodeTo:email]);
    [[NSNotificationCenter defaultCenter] removeObserver:observer];
    for (NSString *other in @[ @"https://evil.example/ios/com.example.demo/email?code=123456", @"demo://x?code=123456" ]) {
        CHECK(![lock handleMagicLink:[NSURL URLWithString:other]]);
    }
    __block A0UserProfile *profile = nil;
    [lock.apiClient loginWithEmail:email
                          passcode:found[@"code"]
                           success:^(A0UserProfile *who, A0Token *token) { profile = who; }
                           failure:nil];
    CHECK(WaitUntil(^BOOL { return profile != nil; }));
    CHECK_EQUAL(profile.email, email);
}

static void tokens_are_renewed_and_ended(void) {
    OwnScreens *app = [[OwnScreens alloc] init];
    NSString *number = [[DevServer running] freshPhoneNumber];
    LogIn(app, number, CodeFor(app, number));
    A0APIClient *client = [[A0LockApplication sharedInstance].lock apiClient];
    __block A0Token *renewed = nil;
    [client fetchNewIdTokenWithRefreshToken:app.token.refreshToken
                                 parameters:nil
                                    success:^(A0Token *token) { renewed = token; }
                                    failure:^(NSError *error) { NSLog(@"%@", error); }];
    CHECK(WaitUntil(^BOOL { return renewed != nil; }));
    CHECK(renewed.idToken.length > 0 && renewed.refreshToken.length > 0);
    __block A0UserProfile *profile = nil;
    [client fetchUserProfileWithAccessToken:renewed.accessToken
                                    success:^(A0UserProfile *found) { profile = found; }
                                    failure:nil];
    CHECK(WaitUntil(^BOOL { return profile != nil; }));
    CHECK_EQUAL(profile.userId, app.profile.userId);
    __block BOOL ended = NO;
    [client logoutWithRefreshToken:renewed.refreshToken success:^{ ended = YES; } failure:nil];
    CHECK(WaitUntil(^BOOL { return ended; }));
    __block NSError *error = nil;
    [client fetchNewIdTokenWithRefreshToken:renewed.refreshToken
                                 parameters:nil
                                    success:nil
                                    failure:^(NSError *found) { error = found; }];
    CHECK(WaitUntil(^BOOL { return error != nil; }));
    CHECK(error.code == A0ErrorCodeSignInAgain);
}

/// The domain of a server that never answers: the system takes connections, and nobody accepts them.
static NSString *SilentServer(int *listening) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    *listening = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(*listening, (struct sockaddr *)&address, length) == 0);
    CHECK(listen(*listening, 1) == 0);
    CHECK(getsockname(*listening, (struct sockaddr *)&address, &length) == 0);
    return [NSString stringWithFormat:@"127.0.0.1:%d", ntohs(address.sin_port)];
}

static void a_cancelled_call_fails_as_cancelled_and_only_once(void) {
    A0APIClient *client = [[A0LockApplication sharedInstance].lock apiClient];
    __block int ends = 0;
    __block NSError *error = nil;
    int listening = -1;
    NSString *silent = SilentServer(&listening);
    A0APIClient *nobody = [[A0APIClient alloc] initWithClientId:client.clientId domain:silent];
    A0APIRequest *request = [nobody startPasswordlessWithPhoneNumber:@"+14155550100"
                                                             success:^{ ends += 1; }
                                                             failure:^(NSError *found) {
                                                                 ends += 1;
                                                                 error = found;
                                                             }];
    [request cancel];
    [request cancel];
    CHECK(WaitUntil(^BOOL { return ends > 0; }));
    CHECK(error.code == A0ErrorCodeAuth0Cancelled);
    CHECK(ends == 1);
    close(listening);
}

static void blocks_may_be_nil_and_the_client_may_go(void) {
    @autoreleasepool {
        DevServer *server = [DevServer running];
        A0APIClient *client = [[A0APIClient alloc] initWithClientId:server.clientId domain:server.domain];
        [client startPasswordlessWithPhoneNumber:@"+14155550101" success:nil failure:nil];
        client = nil;
    }
    CHECK([[DevServer running] newestCodeTo:@"+14155550101"] != nil);
}

int main(void) {
    @autoreleasepool {
        TEST(the_code_of_the_message_gives_profile_and_three_tokens);
        TEST(a_second_process_reads_what_was_stored);
        TEST(a_wrong_code_is_invalid_credentials);
        TEST(wrong_tries_end_the_code);
        TEST(too_many_tries_say_so);
        TEST(who_is_blocked_is_told);
        TEST(no_network_reaches_the_failure_blocks_of_both_calls);
        TEST(what_is_no_phone_number_is_told_without_asking);
        TEST(the_code_of_a_mail_signs_in);
        TEST(the_link_of_a_mail_opens_the_app_with_its_code);
        TEST(tokens_are_renewed_and_ended);
        TEST(a_cancelled_call_fails_as_cancelled_and_only_once);
        TEST(blocks_may_be_nil_and_the_client_may_go);
        return EndOfTests();
    }
}
