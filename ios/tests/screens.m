// The ready-made screens, driven as a person would, against `latchkey dev`.
#import "UIKit/Driver.h"
#import "app/MainViewController.h"
#import "support/Check.h"
#import "support/DevServer.h"

static MainViewController *ShowMain(UIUserInterfaceIdiom idiom) {
    MainViewController *main = [[MainViewController alloc] init];
    DriverWindow(main, idiom);
    return main;
}

/// Lets a presentation come to its end.
static void Settle(void) {
    [[NSRunLoop currentRunLoop] runMode:NSDefaultRunLoopMode beforeDate:[NSDate dateWithTimeIntervalSinceNow:0.05]];
    [[NSRunLoop currentRunLoop] runMode:NSDefaultRunLoopMode beforeDate:[NSDate dateWithTimeIntervalSinceNow:0.05]];
}

static BOOL WaitToSee(NSString *text) {
    BOOL seen = WaitUntil(^BOOL { return DriverSees(text); });
    if (!seen) {
        printf("  nobody sees \"%s\" among: %s\n", text.UTF8String, [[DriverTexts() componentsJoinedByString:@" | "] UTF8String]);
    }
    return seen;
}

/// From the app's own screen to the field for the code.
static NSString *AskForCode(MainViewController *main, NSString *number) {
    [main signIn];
    Settle();
    DriverType(number);
    DriverTap(@"Continue");
    CHECK(WaitToSee(@"Enter your code"));
    return [[DevServer running] newestCodeTo:number];
}

static void a_person_signs_in_by_text_message(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    NSString *number = [[DevServer running] freshPhoneNumber];
    NSString *code = AskForCode(main, number);
    CHECK(DriverSees(number));
    CHECK_EQUAL(DriverField().textContentType, UITextContentTypeOneTimeCode);
    CHECK(DriverField().isFirstResponder);
    DriverType(code);
    DriverTap(@"Sign in");
    CHECK(WaitUntil(^BOOL { return DriverSegues().count > 0; }));
    CHECK_EQUAL(DriverSegues(), (@[ @"LoggedIn" ]));
    CHECK(DriverTop() == main);
    CHECK([main.keychain stringForKey:@"id_token"].length > 0);
    CHECK([main.keychain stringForKey:@"refresh_token"].length > 0);
    A0UserProfile *profile = [NSKeyedUnarchiver unarchiveObjectWithData:[main.keychain dataForKey:@"profile"]];
    CHECK_EQUAL(profile.name, number);
}

static void the_system_fills_in_the_code_and_it_is_submitted(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    NSString *number = [[DevServer running] freshPhoneNumber];
    DriverFill([NSString stringWithString:AskForCode(main, number)]);
    CHECK(WaitUntil(^BOOL { return DriverSegues().count > 0; }));
}

static void progress_shows_and_nothing_can_be_pressed_twice(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    [main signIn];
    Settle();
    NSString *number = [[DevServer running] freshPhoneNumber];
    CHECK(!DriverButton(@"Continue").enabled);
    DriverType(number);
    CHECK(DriverButton(@"Continue").enabled);
    DriverTap(@"Continue");
    CHECK(DriverButton(@"Continue").configuration.showsActivityIndicator);
    CHECK(!DriverButton(@"Continue").enabled && !DriverField().enabled);
    CHECK(WaitToSee(@"Enter your code"));
    CHECK([[DevServer running] newestCodeTo:number] != nil);
    CHECK([[DevServer running] messagesTo:number] == 1);
}

static void a_wrong_code_is_said_and_the_right_one_still_signs_in(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    NSString *number = [[DevServer running] freshPhoneNumber];
    NSString *code = AskForCode(main, number);
    DriverAnnouncements();
    DriverType([code isEqual:@"000000"] ? @"000001" : @"000000");
    DriverReturn();
    CHECK(WaitToSee(@"That code is not right"));
    CHECK([[DriverAnnouncements() componentsJoinedByString:@" "] rangeOfString:@"not right"].location != NSNotFound);
    CHECK_EQUAL(DriverField().text, @"");
    DriverType(code);
    DriverTap(@"Sign in");
    CHECK(WaitUntil(^BOOL { return DriverSegues().count > 0; }));
}

static void the_number_of_a_chosen_country_is_typed_without_its_code(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    [main signIn];
    Settle();
    DriverTap(@"Country");
    Settle();
    DriverSearch(@"+49");
    DriverTapRow(@"Germany");
    Settle();
    CHECK(DriverSees(@"+49"));
    int process = [NSProcessInfo processInfo].processIdentifier;
    NSString *rest = [NSString stringWithFormat:@"151%08d", process];
    DriverType([@"0" stringByAppendingString:rest]);
    DriverTap(@"Continue");
    CHECK(WaitToSee(@"Enter your code"));
    CHECK([[DevServer running] newestCodeTo:[@"+49" stringByAppendingString:rest]] != nil);
}

static void another_code_can_be_asked_for_after_a_countdown(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    AskForCode(main, [[DevServer running] freshPhoneNumber]);
    CHECK(WaitToSee(@"You can ask for a new code in "));
    NSString *(^countdown)(void) = ^NSString * {
        for (NSString *text in DriverTexts()) {
            if ([text hasPrefix:@"You can ask"]) return text;
        }
        return @"";
    };
    NSString *first = countdown();
    CHECK(!DriverButton(first).enabled);
    CHECK(WaitUntil(^BOOL { return ![countdown() isEqual:first]; }));
}

static void a_mistyped_number_can_be_changed(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    NSString *number = [[DevServer running] freshPhoneNumber];
    AskForCode(main, number);
    DriverTap(@"Change number");
    CHECK(DriverSees(@"Phone number") || [DriverField().accessibilityLabel isEqual:@"Phone number"]);
    CHECK_EQUAL(DriverField().text, number);
}

static void the_screen_closes_and_the_app_is_told(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    __block BOOL told = NO;
    @autoreleasepool {
        [main signIn];
        main.shown.onUserDismissBlock = ^{
            told = YES;
        };
        Settle();
        CHECK(main.shown.modalInPresentation);
        DriverTap(@"Close");
        CHECK(WaitUntil(^BOOL { return told; }));
        CHECK(DriverTop() == main);
        CHECK(DriverSegues().count == 0);
    }
    // Nothing keeps it.
    CHECK(WaitUntil(^BOOL { return main.shown == nil; }));
}

static void a_screen_that_may_not_be_closed_has_no_button_for_it(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    [main signIn];
    main.shown.closable = NO;
    Settle();
    CHECK(DriverButton(@"Close") == nil);
    CHECK(!DriverEscape());
}

static void a_tablet_shows_a_form_sheet(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPad);
    [main signIn];
    Settle();
    CHECK(main.shown.modalPresentationStyle == UIModalPresentationFormSheet);
}

static void a_language_from_right_to_left_turns_the_screen_but_not_its_numbers(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    DevServer *server = [DevServer running];
    A0Lock *lock = [A0Lock newLockWithClientId:server.clientId domain:server.domain];
    lock.languages = @[ @"ar" ];
    [lock presentSMSController:[lock newSMSViewController] fromController:main];
    Settle();
    DriverAudit();
    CHECK(DriverTop().view.semanticContentAttribute == UISemanticContentAttributeForceRightToLeft);
    CHECK(DriverField().semanticContentAttribute == UISemanticContentAttributeForceLeftToRight);
    CHECK(!DriverSees(@"Continue"));
}

static void presenting_twice_is_refused_as_uikit_refuses_it(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    [main signIn];
    Settle();
    BOOL refused = NO;
    @try {
        [main signIn];
    } @catch (NSException *exception) {
        refused = [exception.name isEqual:@"UIKitRefuses"];
    }
    CHECK(refused);
}

static void a_person_signs_in_by_email(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    A0Lock *lock = [[A0LockApplication sharedInstance] lock];
    A0EmailLockViewController *controller = [lock newEmailViewController];
    NSString *email = [NSString stringWithFormat:@"screen.%d@example.com", [NSProcessInfo processInfo].processIdentifier];
    __block A0UserProfile *profile = nil;
    controller.onAuthenticationBlock = ^(A0UserProfile *found, A0Token *token) {
        profile = found;
    };
    [lock presentEmailController:controller fromController:main];
    Settle();
    CHECK(DriverButton(@"Country") == nil);
    CHECK(DriverField().keyboardType == UIKeyboardTypeEmailAddress);
    DriverType(email);
    DriverReturn();
    CHECK(WaitToSee(@"Enter your code"));
    DriverType([[DevServer running] newestCodeTo:email]);
    DriverTap(@"Sign in");
    CHECK(WaitUntil(^BOOL { return profile != nil; }));
    CHECK_EQUAL(profile.email, email);
}

/// Of the app that links of the server open.
static A0Lock *LockOfLinks(void) {
    NSString *folder = [NSTemporaryDirectory() stringByAppendingPathComponent:@"Link.app/Resources"];
    [[NSFileManager defaultManager] createDirectoryAtPath:folder withIntermediateDirectories:YES attributes:nil error:NULL];
    NSDictionary *info = @{
        @"CFBundleIdentifier" : @"com.example.demo",
        @"Auth0ClientId" : [DevServer running].clientId,
        @"Auth0Domain" : [DevServer running].domain,
    };
    [info writeToFile:[folder stringByAppendingPathComponent:@"Info-gnustep.plist"] atomically:YES];
    A0Lock *lock = [A0Lock newLockFromBundle:[NSBundle bundleWithPath:folder.stringByDeletingLastPathComponent]];
    lock.languages = @[ @"en" ];
    return lock;
}

static A0Token *tokenOfLink;

static void PresentForLink(A0Lock *lock, MainViewController *main) {
    A0EmailLockViewController *controller = [lock newEmailViewController];
    controller.useMagicLink = YES;
    tokenOfLink = nil;
    controller.onAuthenticationBlock = ^(A0UserProfile *profile, A0Token *given) {
        tokenOfLink = given;
    };
    [lock presentEmailController:controller fromController:main];
    Settle();
}

/// From the first screen to the one that waits; the link of the mail.
static DriverLink *AskForLink(NSString *email) {
    DriverType(email);
    DriverTap(@"Continue");
    CHECK(WaitToSee(@"Check your email"));
    CHECK(WaitToSee(@"Open the link on this device"));
    NSURL *link = [NSURL URLWithString:[[DevServer running] newestMessageTo:email][@"link"]];
    return [[DriverLink alloc] initWithURL:link];
}

static NSString *FreshEmail(NSString *name) {
    return [NSString stringWithFormat:@"%@.%d@example.com", name, [NSProcessInfo processInfo].processIdentifier];
}

static void a_link_from_an_email_goes_on_with_the_screen_that_waits(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    A0Lock *lock = LockOfLinks();
    PresentForLink(lock, main);
    DriverLink *activity = AskForLink(FreshEmail(@"tap"));
    CHECK([lock continueUserActivity:activity restorationHandler:nil]);
    CHECK(WaitUntil(^BOOL { return tokenOfLink != nil; }));
}

static void a_link_goes_on_though_its_person_went_back(void) {
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    A0Lock *lock = LockOfLinks();
    PresentForLink(lock, main);
    DriverLink *activity = AskForLink(FreshEmail(@"back"));
    DriverTap(@"Change email address");
    CHECK([lock continueUserActivity:activity restorationHandler:nil]);
    CHECK(WaitUntil(^BOOL { return tokenOfLink != nil; }));
}

static void an_app_that_a_link_started_asks_whose_it_is(void) {
    NSString *email = FreshEmail(@"cold");
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    PresentForLink(LockOfLinks(), main);
    DriverLink *activity = AskForLink(email);
    // Another process: nothing of the first one is left.
    main = ShowMain(UIUserInterfaceIdiomPhone);
    A0Lock *lock = LockOfLinks();
    CHECK([lock continueUserActivity:activity restorationHandler:nil]);
    PresentForLink(lock, main);
    CHECK(WaitToSee(@"that your link was sent to"));
    DriverAudit();
    DriverType(email);
    DriverTap(@"Continue");
    CHECK(WaitUntil(^BOOL { return tokenOfLink != nil; }));
    CHECK([[DevServer running] messagesTo:email] == 1);
    // It is used up.
    PresentForLink(lock, ShowMain(UIUserInterfaceIdiomPhone));
    CHECK(!DriverSees(@"that your link was sent to"));
}

static void an_app_gives_the_screens_its_own_look(void) {
    [[A0Theme sharedInstance] registerFont:[UIFont fontWithName:@"Avenir" size:17] forKey:A0ThemeTitleFont];
    [[A0Theme sharedInstance] registerImageWithName:@"logo" forKey:A0ThemeIconImageName];
    MainViewController *main = ShowMain(UIUserInterfaceIdiomPhone);
    [main signIn];
    Settle();
    DriverAudit();
    CHECK(DriverSees(@"Sign in"));
}

int main(void) {
    @autoreleasepool {
        TEST(a_person_signs_in_by_text_message);
        TEST(the_system_fills_in_the_code_and_it_is_submitted);
        TEST(progress_shows_and_nothing_can_be_pressed_twice);
        TEST(a_wrong_code_is_said_and_the_right_one_still_signs_in);
        TEST(the_number_of_a_chosen_country_is_typed_without_its_code);
        TEST(another_code_can_be_asked_for_after_a_countdown);
        TEST(a_mistyped_number_can_be_changed);
        TEST(the_screen_closes_and_the_app_is_told);
        TEST(a_screen_that_may_not_be_closed_has_no_button_for_it);
        TEST(a_tablet_shows_a_form_sheet);
        TEST(a_language_from_right_to_left_turns_the_screen_but_not_its_numbers);
        TEST(presenting_twice_is_refused_as_uikit_refuses_it);
        TEST(a_person_signs_in_by_email);
        TEST(a_link_from_an_email_goes_on_with_the_screen_that_waits);
        TEST(a_link_goes_on_though_its_person_went_back);
        TEST(an_app_that_a_link_started_asks_whose_it_is);
        TEST(an_app_gives_the_screens_its_own_look);
        return EndOfTests();
    }
}
