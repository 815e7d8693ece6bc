// What needs no server: values, archives, the keychain.
#import "app/A0LockApplication.h"
#import "support/Check.h"
#include <sys/stat.h>

static NSDictionary *Claims(void) {
    return @{
        @"user_id" : @"sms|6b08f1",
        @"name" : @"+14155550100",
        @"email" : [NSNull null],
        @"picture" : @"https://login.example.com/a.png",
        @"created_at" : @"2026-11-27T04:05:06.250Z",
        @"phone_number" : @"+14155550100",
        @"user_metadata" : @{ @"colour" : @"blue" },
        @"identities" : @[ @{ @"user_id" : @"6b08f1", @"provider" : @"sms", @"connection" : @"sms", @"isSocial" : @NO } ],
    };
}

static void a_profile_has_what_the_server_said(void) {
    A0UserProfile *profile = [[A0UserProfile alloc] initWithDictionary:Claims()];
    CHECK_EQUAL(profile.userId, @"sms|6b08f1");
    CHECK(profile.email == nil);
    CHECK_EQUAL(profile.picture.absoluteString, @"https://login.example.com/a.png");
    CHECK(profile.createdAt.timeIntervalSince1970 == 1795752306.25);
    CHECK_EQUAL(profile.extraInfo[@"phone_number"], @"+14155550100");
    CHECK_EQUAL(profile.userMetadata[@"colour"], @"blue");
    CHECK_EQUAL(profile.identities.firstObject.identityId, @"sms|6b08f1");
    CHECK(!profile.identities.firstObject.social);
}

static void a_profile_survives_an_archive(void) {
    A0UserProfile *profile = [[A0UserProfile alloc] initWithDictionary:Claims()];
    CHECK([A0UserProfile supportsSecureCoding]);
    NSData *archive = [NSKeyedArchiver archivedDataWithRootObject:profile];
    A0UserProfile *read = [NSKeyedUnarchiver unarchiveObjectWithData:archive];
    CHECK_EQUAL(read, profile);
    CHECK_EQUAL(read.createdAt, profile.createdAt);
    CHECK_EQUAL(read.identities.firstObject.identityId, @"sms|6b08f1");
}

static void nonsense_from_a_server_is_no_crash(void) {
    for (id nonsense in @[ @{}, @{ @"user_id" : @1 }, @{ @"identities" : @"x" }, @{ @"identities" : @[ @1 ] },
                           @{ @"created_at" : @"yesterday" }, @{ @"picture" : @"" }, @{ @"user_metadata" : @[] } ]) {
        A0UserProfile *profile = [[A0UserProfile alloc] initWithDictionary:nonsense];
        CHECK(profile != nil && profile.identities != nil && profile.extraInfo != nil && profile.createdAt == nil);
    }
    A0Token *token = [[A0Token alloc] initWithDictionary:@{ @"id_token" : @7 }];
    CHECK_EQUAL(token.idToken, @"");
    CHECK(token.refreshToken == nil);
}

static void a_token_does_not_show_when_it_is_printed(void) {
    A0Token *token = [[A0Token alloc] initWithAccessToken:@"secret-a" idToken:@"secret-i" tokenType:@"Bearer" refreshToken:@"secret-r"];
    CHECK([[NSString stringWithFormat:@"%@", token] rangeOfString:@"secret"].location == NSNotFound);
}

static void parameters_say_what_is_asked_for(void) {
    A0AuthParameters *parameters = [A0AuthParameters newDefaultParams];
    CHECK_EQUAL(parameters.asAPIPayload[@"scope"], @"openid profile email phone offline_access");
    CHECK([parameters.asAPIPayload[@"device"] length] > 0);
    parameters.scopes = @[ A0ScopeProfile, @"openid" ];
    CHECK_EQUAL(parameters.scopes, (@[ @"openid", @"profile" ]));
    CHECK(parameters.asAPIPayload[@"device"] == nil);
    parameters[@"state"] = @"xyz";
    A0AuthParameters *copy = [parameters copy];
    parameters.state = @"other";
    CHECK_EQUAL(copy.state, @"xyz");
    copy.scopes = nil;
    CHECK(copy.scopes.count == 5);
    CHECK_EQUAL(([A0AuthParameters newWithDictionary:@{ @"scope" : @"email", @"nonce" : @"n" }].nonce), @"n");
}

static void the_keychain_keeps_replaces_and_forgets(void) {
    A0SimpleKeychain *keychain = [A0SimpleKeychain keychainWithService:@"com.example.values"];
    A0SimpleKeychain *other = [A0SimpleKeychain keychainWithService:@"com.example.other"];
    CHECK([keychain setString:@"one" forKey:@"../key/ü"]);
    CHECK([keychain setString:@"two" forKey:@"../key/ü"]);
    CHECK_EQUAL([keychain stringForKey:@"../key/ü"], @"two");
    CHECK([other stringForKey:@"../key/ü"] == nil);
    CHECK([keychain hasValueForKey:@"../key/ü"]);
    // An app that has no refresh token says nil.
    NSString *absent = nil;
    CHECK([keychain setString:absent forKey:@"../key/ü"]);
    CHECK(![keychain hasValueForKey:@"../key/ü"]);
    NSError *error = nil;
    CHECK([keychain dataForKey:@"../key/ü" promptMessage:nil error:&error] == nil && error.code == -25300);
    [keychain setString:@"a" forKey:@"a"];
    [keychain clearAll];
    CHECK(![keychain hasValueForKey:@"a"]);
}

static void only_the_owner_reads_the_keychain(void) {
    A0SimpleKeychain *keychain = [A0SimpleKeychain keychainWithService:@"s"];
    [keychain setString:@"secret" forKey:@"k"];
    NSString *all = [[NSProcessInfo processInfo].environment[@"HOME"] stringByAppendingPathComponent:@".latchkey-keychain"];
    NSString *folder = [all stringByAppendingPathComponent:@"737c"];
    struct stat facts;
    CHECK(stat([folder stringByAppendingPathComponent:@"6b"].fileSystemRepresentation, &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK(stat(folder.fileSystemRepresentation, &facts) == 0 && (facts.st_mode & 0777) == 0700);
    NSArray *files = [[NSFileManager defaultManager] contentsOfDirectoryAtPath:folder error:NULL];
    CHECK(files.count == 1);
}

static void a_lock_that_is_set_up_wrongly_fails_in_the_block(void) {
    for (NSString *domain in @[ @"", @"http://login.example.com", @"login.example.com/path", @"user@login.example.com" ]) {
        __block NSError *error = nil;
        A0Lock *lock = [A0Lock newLockWithClientId:@"app" domain:domain];
        [lock.apiClient startPasswordlessWithPhoneNumber:@"+14155550100" success:nil failure:^(NSError *found) { error = found; }];
        CHECK(error == nil);
        CHECK(WaitUntil(^BOOL { return error != nil; }));
        CHECK([error a0_auth0ErrorWithCode:A0ErrorCodeAuth0InvalidConfiguration]);
    }
}

static void errors_are_in_the_language_of_the_lock(void) {
    __block NSError *error = nil;
    A0Lock *lock = [A0Lock newLockWithClientId:@"app" domain:@"localhost:9"];
    lock.languages = @[ @"de-AT", @"en" ];
    [lock.apiClient startPasswordlessWithEmail:@"no address" success:nil failure:^(NSError *found) { error = found; }];
    CHECK(WaitUntil(^BOOL { return error != nil; }));
    CHECK(error.code == A0ErrorCodeInvalidEmail);
    CHECK([error.localizedDescription rangeOfString:@"E-Mail"].location != NSNotFound);
}

@interface Caller : NSObject
@property (nonatomic) int ends;
@end
@implementation Caller
- (void)call:(A0Lock *)lock {
    @autoreleasepool {
        A0APIRequest *request = [lock.apiClient startPasswordlessWithPhoneNumber:@"+14155550100" success:nil failure:^(NSError *error) {
            NSAssert([NSThread isMainThread], @"off the main thread");
            self.ends += 1;
        }];
        if (arc4random() % 2 == 0) {
            [request cancel];
        }
    }
}
@end

static void many_threads_may_call_at_once(void) {
    A0Lock *lock = [A0Lock newLockWithClientId:@"app" domain:@"localhost:9"];
    Caller *caller = [[Caller alloc] init];
    for (int n = 0; n < 60; n++) {
        [NSThread detachNewThreadSelector:@selector(call:) toTarget:caller withObject:lock];
    }
    CHECK(WaitUntil(^BOOL { return caller.ends == 60; }));
}

int main(void) {
    @autoreleasepool {
        TEST(a_profile_has_what_the_server_said);
        TEST(a_profile_survives_an_archive);
        TEST(nonsense_from_a_server_is_no_crash);
        TEST(a_token_does_not_show_when_it_is_printed);
        TEST(parameters_say_what_is_asked_for);
        TEST(the_keychain_keeps_replaces_and_forgets);
        TEST(only_the_owner_reads_the_keychain);
        TEST(a_lock_that_is_set_up_wrongly_fails_in_the_block);
        TEST(errors_are_in_the_language_of_the_lock);
        TEST(many_threads_may_call_at_once);
        return EndOfTests();
    }
}
