// Texts of the screen for Touch ID. Not for apps.

#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

typedef NS_ENUM(NSInteger, A0Phrase) {
    A0PhraseSignInTitle = 1,
    A0PhraseEmailLabel,
    A0PhraseContinue,
    A0PhraseClose,
    A0PhraseTouchID,
    A0PhraseErrorTitle,
    A0PhraseBadEmail,
    A0PhraseNotConfirmed
};

FOUNDATION_EXPORT NSString *A0PhraseText(A0Phrase phrase, NSArray<NSString *> *languages);
FOUNDATION_EXPORT BOOL A0ReadsRightToLeft(NSArray<NSString *> *languages);

NS_ASSUME_NONNULL_END
