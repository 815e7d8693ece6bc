#import "Check.h"
#include <stdio.h>

static int run;
static int failed;
static BOOL failing;

void CheckThat(BOOL holds, NSString *what, const char *file, int line) {
    if (!holds) {
        failing = YES;
        printf("  %s:%d: does not hold: %s\n", file, line, what.UTF8String);
    }
}

void CheckEqual(id found, id wanted, NSString *what, const char *file, int line) {
    if (found != wanted && ![found isEqual:wanted]) {
        failing = YES;
        printf("  %s:%d: %s is %s, not %s\n", file, line, what.UTF8String, [[found description] UTF8String],
                [[wanted description] UTF8String]);
    }
}

void RunTest(NSString *name, void (*test)(void)) {
    const char *only = getenv("A0_ONLY");
    if (only != NULL && strstr(name.UTF8String, only) == NULL) {
        return;
    }
    failing = NO;
    run += 1;
    @autoreleasepool {
        @try {
            test();
        } @catch (NSException *exception) {
            failing = YES;
            printf("  threw %s: %s\n", exception.name.UTF8String, exception.reason.UTF8String);
        }
    }
    failed += failing ? 1 : 0;
    NSString *sentence = [name stringByReplacingOccurrencesOfString:@"_" withString:@" "];
    printf("%s %s\n", failing ? "FAILED" : "ok    ", sentence.UTF8String);
    fflush(stdout);
}

BOOL WaitUntil(BOOL (^holds)(void)) {
    NSDate *end = [NSDate dateWithTimeIntervalSinceNow:20];
    for (;;) {
        @autoreleasepool {
            if (holds()) {
                return YES;
            }
            if (end.timeIntervalSinceNow < 0) {
                return NO;
            }
            [[NSRunLoop currentRunLoop] runMode:NSDefaultRunLoopMode
                                     beforeDate:[NSDate dateWithTimeIntervalSinceNow:0.02]];
        }
    }
}

int EndOfTests(void) {
    printf("%d tests, %d failed\n", run, failed);
    return failed == 0 && run > 0 ? 0 : 1;
}
