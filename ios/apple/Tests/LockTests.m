// What only Apple's systems can show: the real keychain, the real UIKit, and the screens in a simulator. The sign-in
// itself against a server is run everywhere, by ios/tests/objc.sh; here it runs when LATCHKEY_DOMAIN says where.

#import <Lock/Lock.h>
#import <XCTest/XCTest.h>

@interface LockTests : XCTestCase
@end

@implementation LockTests

- (A0Lock *)lock {
    NSString *domain = NSProcessInfo.processInfo.environment[@"LATCHKEY_DOMAIN"] ?: @"localhost:3443";
    A0Lock *lock = [A0Lock newLockWithClientId:@"demo-native" domain:domain];
    lock.languages = @[ @"en" ];
    return lock;
}

- (void)testTheKeychainKeepsReplacesAndForgets {
    A0SimpleKeychain *keychain = [A0SimpleKeychain keychainWithService:@"com.example.lock-tests"];
    XCTAssertTrue([keychain setString:@"one" forKey:@"id_token"]);
    XCTAssertTrue([keychain setString:@"two" forKey:@"id_token"]);
    XCTAssertEqualObjects([keychain stringForKey:@"id_token"], @"two");
    XCTAssertTrue([keychain hasValueForKey:@"id_token"]);
    XCTAssertTrue([keychain deleteEntryForKey:@"id_token"]);
    XCTAssertNil([keychain stringForKey:@"id_token"]);
}

- (void)testAProfileSurvivesASecureArchive {
    A0UserProfile *profile = [[A0UserProfile alloc] initWithDictionary:@{ @"sub" : @"sms|1", @"name" : @"Ana" }];
    NSData *archive = [NSKeyedArchiver archivedDataWithRootObject:profile requiringSecureCoding:YES error:NULL];
    A0UserProfile *read = [NSKeyedUnarchiver unarchivedObjectOfClass:[A0UserProfile class] fromData:archive error:NULL];
    XCTAssertEqualObjects(read, profile);
}

- (void)testTheScreensLoadAndLayThemselvesOut {
    A0Lock *lock = [self lock];
    for (A0ContainerViewController *controller in
         @[ [lock newSMSViewController], [lock newEmailViewController], [lock newTouchIDViewController] ]) {
        controller.closable = YES;
        UIWindow *window = [[UIWindow alloc] initWithFrame:CGRectMake(0, 0, 390, 844)];
        window.rootViewController = controller;
        [window makeKeyAndVisible];
        [window layoutIfNeeded];
        XCTAssertFalse(controller.view.hasAmbiguousLayout);
        XCTAssertGreaterThan(controller.view.subviews.count, 0u);
    }
}

- (void)testCountriesHaveNamesInTheLanguageOfTheDevice {
    for (A0Country *country in [A0Country allInLanguages:@[ @"de" ]]) {
        XCTAssertGreaterThan(country.name.length, 0u);
        if ([country.region isEqual:@"DE"]) {
            XCTAssertEqualObjects(country.name, @"Deutschland");
        }
    }
}

- (void)testACodeIsSentByARunningServer {
    if (NSProcessInfo.processInfo.environment[@"LATCHKEY_DOMAIN"] == nil) {
        XCTSkip(@"LATCHKEY_DOMAIN is not set");
    }
    XCTestExpectation *sent = [self expectationWithDescription:@"sent"];
    [[self lock].apiClient startPasswordlessWithPhoneNumber:@"+14155550100"
        success:^{
            [sent fulfill];
        }
        failure:^(NSError *error) {
            XCTFail(@"%@", error);
        }];
    [self waitForExpectations:@[ sent ] timeout:20];
}

@end
