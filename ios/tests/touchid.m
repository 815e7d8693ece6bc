// The screen for Touch ID, as Lock 1.x had it, against `latchkey dev`.
#import "UIKit/Driver.h"
#import "app/MainViewController.h"
#import "support/Check.h"
#import "support/DevServer.h"
#import "support/OpenSSLKey.h"
#include <math.h>

static A0UserProfile *profile;
static A0Token *token;

static A0TouchIDLockViewController *Show(OpenSSLKey *key) {
    // What the key signs is the same all through a second, and is taken once.
    NSTimeInterval second = floor([NSDate date].timeIntervalSince1970);
    WaitUntil(^BOOL { return floor([NSDate date].timeIntervalSince1970) > second; });
    MainViewController *main = [[MainViewController alloc] init];
    DriverWindow(main, UIUserInterfaceIdiomPhone);
    A0Lock *lock = [[A0LockApplication sharedInstance] lock];
    A0TouchIDLockViewController *controller = [lock newTouchIDViewController];
    controller.closable = YES;
    controller.signer = key;
    profile = nil;
    token = nil;
    controller.onAuthenticationBlock = ^(A0UserProfile *who, A0Token *given) {
        profile = who;
        token = given;
    };
    return controller;
}

static void Present(A0TouchIDLockViewController *controller) {
    UIViewController *main = DriverTop();
    [[[A0LockApplication sharedInstance] lock] presentTouchIDController:controller fromController:main];
    [[NSRunLoop currentRunLoop] runMode:NSDefaultRunLoopMode beforeDate:[NSDate dateWithTimeIntervalSinceNow:0.05]];
    [[NSRunLoop currentRunLoop] runMode:NSDefaultRunLoopMode beforeDate:[NSDate dateWithTimeIntervalSinceNow:0.05]];
}

static OpenSSLKey *key;

static void the_first_time_an_address_enrols_this_device_and_signs_in(void) {
    key = [[OpenSSLKey alloc] init];
    A0TouchIDLockViewController *controller = Show(key);
    controller.cleanOnStart = YES;
    Present(controller);
    DriverAudit();
    CHECK(!DriverButton(@"Continue").enabled);
    DriverType([NSString stringWithFormat:@"finger.%d@example.com", [NSProcessInfo processInfo].processIdentifier]);
    DriverTap(@"Continue");
    CHECK(DriverButton(@"Continue").configuration.showsActivityIndicator);
    CHECK(WaitUntil(^BOOL { return profile != nil; }));
    CHECK([profile.userId hasPrefix:@"auth0|"]);
    CHECK(token.idToken.length > 0 && token.accessToken.length > 0 && token.refreshToken.length > 0);
    CHECK(key.signatures == 1 && !key.askedOnMainThread);
}

static void the_next_time_a_finger_is_enough(void) {
    NSString *before = profile.userId;
    A0TouchIDLockViewController *controller = Show(key);
    Present(controller);
    CHECK(WaitUntil(^BOOL { return profile != nil; }));
    CHECK_EQUAL(profile.userId, before);
    CHECK(key.signatures == 2);
}

static void who_ends_the_prompt_is_left_alone_and_can_try_again(void) {
    A0TouchIDLockViewController *controller = Show(key);
    key.refuses = YES;
    Present(controller);
    CHECK(WaitUntil(^BOOL { return DriverButton(@"With Touch ID").enabled; }));
    CHECK(DriverAnnouncements().count == 0);
    CHECK(profile == nil);
    key.refuses = NO;
    CHECK(key.signatures == 2);
    DriverTap(@"With Touch ID");
    CHECK(WaitUntil(^BOOL { return profile != nil; }));
}

static void a_device_that_fails_keeps_its_key(void) {
    A0TouchIDLockViewController *controller = Show(key);
    key.fails = YES;
    Present(controller);
    CHECK(WaitUntil(^BOOL { return DriverButton(@"With Touch ID").enabled; }));
    CHECK(DriverAnnouncements().count > 0);
    CHECK(profile == nil);
    key.fails = NO;
    DriverTap(@"With Touch ID");
    CHECK(WaitUntil(^BOOL { return profile != nil; }));
}

static void a_key_that_the_server_does_not_know_brings_the_address_back(void) {
    OpenSSLKey *other = [[OpenSSLKey alloc] init];
    [other makeKey:NULL];
    A0TouchIDLockViewController *controller = Show(other);
    Present(controller);
    CHECK(WaitUntil(^BOOL { return DriverButton(@"Continue") != nil; }));
    CHECK(profile == nil);
    CHECK_EQUAL(DriverField().accessibilityLabel, @"Email address");
}

static void a_device_without_the_key_brings_the_address_back(void) {
    NSString *service = [@"com.auth0.lock.touchid." stringByAppendingString:[DevServer running].clientId];
    [[A0SimpleKeychain keychainWithService:service] setString:@"auth0|somebody" forKey:@"user_id"];
    Present(Show([[OpenSSLKey alloc] init]));
    CHECK(WaitUntil(^BOOL { return DriverButton(@"Continue") != nil; }));
    CHECK(profile == nil);
}

static void what_is_no_address_is_said(void) {
    A0TouchIDLockViewController *controller = Show(key);
    controller.cleanOnStart = YES;
    Present(controller);
    DriverType(@"ana");
    DriverReturn();
    CHECK(WaitUntil(^BOOL { return DriverButton(@"Continue").enabled; }));
    CHECK(DriverAnnouncements().count > 0);
    CHECK(!key.askedOnMainThread);
    DriverTap(@"Close");
    CHECK(WaitUntil(^BOOL { return DriverTop() != controller; }));
}

int main(void) {
    @autoreleasepool {
        DevServer *server = [DevServer running];
        [server manage:@"POST"
                  path:@"/connections"
                  body:@{
                      @"name" : @"Username-Password-Authentication",
                      @"strategy" : @"auth0",
                      @"enabled_clients" : @[ server.clientId ],
                  }];
        TEST(the_first_time_an_address_enrols_this_device_and_signs_in);
        TEST(the_next_time_a_finger_is_enough);
        TEST(who_ends_the_prompt_is_left_alone_and_can_try_again);
        TEST(a_device_that_fails_keeps_its_key);
        TEST(a_key_that_the_server_does_not_know_brings_the_address_back);
        TEST(a_device_without_the_key_brings_the_address_back);
        TEST(what_is_no_address_is_said);
        return EndOfTests();
    }
}
