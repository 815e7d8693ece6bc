// The little that our test programs need: checks that say where they stand, and waiting by the run loop.

#import <Foundation/Foundation.h>

#define CHECK(...) CheckThat((__VA_ARGS__) ? YES : NO, @ #__VA_ARGS__, __FILE__, __LINE__)
#define CHECK_EQUAL(FOUND, WANTED) CheckEqual((FOUND), (WANTED), @ #FOUND, __FILE__, __LINE__)
/// Runs a function of tests under its name, which reads as a sentence.
#define TEST(NAME) RunTest(@ #NAME, NAME)

FOUNDATION_EXPORT void CheckThat(BOOL holds, NSString *what, const char *file, int line);
FOUNDATION_EXPORT void CheckEqual(id found, id wanted, NSString *what, const char *file, int line);
FOUNDATION_EXPORT void RunTest(NSString *name, void (*test)(void));
/// Lets the main run loop work until it holds; NO after 20 seconds.
FOUNDATION_EXPORT BOOL WaitUntil(BOOL (^holds)(void));
/// 0 when every check held.
FOUNDATION_EXPORT int EndOfTests(void);
