#import "A0Values.h"
#include <math.h>
#include <time.h>

static id A0Kind(NSDictionary *dictionary, NSString *key, Class kind) {
    id value = [dictionary isKindOfClass:[NSDictionary class]] ? dictionary[key] : nil;
    return [value isKindOfClass:kind] ? value : nil;
}

NSString *A0StringIn(NSDictionary *dictionary, NSString *key) {
    NSString *text = A0Kind(dictionary, key, [NSString class]);
    return text.length > 0 ? text : nil;
}

NSNumber *A0NumberIn(NSDictionary *dictionary, NSString *key) {
    return A0Kind(dictionary, key, [NSNumber class]);
}

NSDictionary *A0DictionaryIn(NSDictionary *dictionary, NSString *key) {
    return A0Kind(dictionary, key, [NSDictionary class]);
}

NSArray *A0ArrayIn(NSDictionary *dictionary, NSString *key) {
    return A0Kind(dictionary, key, [NSArray class]);
}

// A formatter of dates is slow to make, and not on every system may threads share one.
NSDate *A0DateFromText(NSString *text) {
    struct tm parts = {0};
    double seconds = 0;
    char zone = 0;
    int end = 0;
    const char *bytes = text.UTF8String;
    if (bytes == NULL) {
        return nil;
    }
    int found = sscanf(bytes, "%4d-%2d-%2dT%2d:%2d:%lf%c%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                       &parts.tm_hour, &parts.tm_min, &seconds, &zone, &end);
    BOOL inRange = parts.tm_year >= 1 && parts.tm_mon >= 1 && parts.tm_mon <= 12 && parts.tm_mday >= 1 &&
                   parts.tm_mday <= 31 && parts.tm_hour >= 0 && parts.tm_hour <= 23 && parts.tm_min >= 0 &&
                   parts.tm_min <= 59 && seconds >= 0 && seconds < 61;
    if (found != 7 || zone != 'Z' || bytes[end] != '\0' || !inRange) {
        return nil;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return [NSDate dateWithTimeIntervalSince1970:(double)timegm(&parts) + seconds];
}
