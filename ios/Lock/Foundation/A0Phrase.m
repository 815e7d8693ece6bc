#import "A0Phrase.h"
#import "A0Errors+Core.h"

NSString *A0PhraseText(A0Phrase phrase, NSArray<NSString *> *languages) {
    char *text = lk_phrase([languages componentsJoinedByString:@" "].UTF8String, (uint32_t)phrase);
    NSString *found = A0TextFromCore(text);
    lk_text_free(text);
    return found ?: @"";
}

BOOL A0ReadsRightToLeft(NSArray<NSString *> *languages) {
    return lk_reads_right_to_left([languages componentsJoinedByString:@" "].UTF8String);
}
