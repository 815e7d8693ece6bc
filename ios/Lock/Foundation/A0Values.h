// What a server sent is believed to be of a kind only after a look. Not for apps.

#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// The text at `key`; nil where there is none, or something else, or nothing in it.
FOUNDATION_EXPORT NSString *_Nullable A0StringIn(NSDictionary *_Nullable dictionary, NSString *key);
FOUNDATION_EXPORT NSNumber *_Nullable A0NumberIn(NSDictionary *_Nullable dictionary, NSString *key);
FOUNDATION_EXPORT NSDictionary *_Nullable A0DictionaryIn(NSDictionary *_Nullable dictionary, NSString *key);
FOUNDATION_EXPORT NSArray *_Nullable A0ArrayIn(NSDictionary *_Nullable dictionary, NSString *key);

/// `2014-08-10T12:30:00.123Z`; nil for anything else.
FOUNDATION_EXPORT NSDate *_Nullable A0DateFromText(NSString *_Nullable text);

NS_ASSUME_NONNULL_END
