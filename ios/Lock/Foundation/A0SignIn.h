#import <Foundation/Foundation.h>

@class A0AuthParameters, A0Lock, A0Token, A0UserProfile;

NS_ASSUME_NONNULL_BEGIN

typedef NS_ENUM(NSInteger, A0SignInScreen) {
    A0SignInScreenIdentify = 1,
    A0SignInScreenCode,
    A0SignInScreenDone,
    A0SignInScreenClosed
};

typedef NS_ENUM(NSInteger, A0SignInFieldKind) {
    A0SignInFieldKindPhone = 1,
    A0SignInFieldKindEmail,
    A0SignInFieldKindCode
};

/// What a sign-in asks for.
typedef NS_ENUM(NSInteger, A0SignInChannel) {
    /// A phone number, or an email address for who wants that.
    A0SignInChannelEither = 0,
    A0SignInChannelSMS,
    A0SignInChannelEmail
};

/// What a person did; see latchkey.h for the text that goes along.
typedef NS_ENUM(NSInteger, A0SignInEvent) {
    A0SignInEventIdentifier = 1,
    A0SignInEventCountry,
    A0SignInEventChannel,
    A0SignInEventCode,
    A0SignInEventReceived,
    A0SignInEventSubmit,
    A0SignInEventResend,
    A0SignInEventHaveCode,
    A0SignInEventChange,
    A0SignInEventClose,
    A0SignInEventTick
};

/// A country whose numbers begin with a code. Immutable.
@interface A0Country : NSObject
/// `DE`.
@property (readonly, copy, nonatomic) NSString *region;
/// In the language that the list was made for, or in English.
@property (readonly, copy, nonatomic) NSString *name;
@property (readonly, copy, nonatomic) NSString *flag;
/// `+49`.
@property (readonly, copy, nonatomic) NSString *callingCode;
/// In the order of their names.
+ (NSArray<A0Country *> *)allInLanguages:(NSArray<NSString *> *)languages;
- (BOOL)matches:(NSString *)search;
/// In the first of the languages, where the system has it, else in English.
- (NSString *)nameInLanguages:(NSArray<NSString *> *)languages;
@end

@interface A0SignInButton : NSObject
@property (readonly, copy, nonatomic) NSString *label;
@property (readonly, nonatomic) BOOL enabled;
@end

/// A screen, ready to be shown: plain texts in the person's language. Immutable.
@interface A0SignInView : NSObject
@property (readonly, nonatomic) A0SignInScreen screen;
@property (readonly, nonatomic) BOOL rightToLeft;
@property (readonly, copy, nonatomic) NSString *title;
@property (readonly, copy, nonatomic, nullable) NSString *lead;
@property (readonly, nonatomic) A0SignInFieldKind fieldKind;
@property (readonly, copy, nonatomic) NSString *fieldLabel;
@property (readonly, copy, nonatomic, nullable) NSString *fieldHint;
@property (readonly, copy, nonatomic) NSString *fieldValue;
/// nil where there is no country beside the field.
@property (readonly, copy, nonatomic, nullable) NSString *countryLabel;
@property (readonly, copy, nonatomic, nullable) NSString *countrySearch;
@property (readonly, strong, nonatomic, nullable) A0Country *country;
@property (readonly, strong, nonatomic) A0SignInButton *submit;
@property (readonly, copy, nonatomic, nullable) NSString *note;
@property (readonly, nonatomic) BOOL busy;
@property (readonly, copy, nonatomic, nullable) NSString *error;
@property (readonly, copy, nonatomic, nullable) NSString *notice;
@property (readonly, strong, nonatomic, nullable) A0SignInButton *resend;
@property (readonly, nonatomic) NSUInteger resendSeconds;
@property (readonly, strong, nonatomic, nullable) A0SignInButton *haveCode;
@property (readonly, strong, nonatomic, nullable) A0SignInButton *change;
@property (readonly, strong, nonatomic, nullable) A0SignInButton *other;
@property (readonly, copy, nonatomic, nullable) NSString *otherChannel;
@property (readonly, copy, nonatomic) NSString *closeLabel;
@end

/// What the ready-made screens do, without a screen: for screens of your own. On the main thread only.
///
/// Show `view`, report what people do by `happen:text:`, and show `view` again when `onChange` is called.
@interface A0SignIn : NSObject

@property (readonly, strong, nonatomic) A0SignInView *view;
/// Something is different: look at `view`.
@property (copy, nonatomic, nullable) void (^onChange)(void);
/// The end, once.
@property (copy, nonatomic, nullable) void (^onFinish)(A0UserProfile *profile, A0Token *token);

- (instancetype)init __attribute__((unavailable("a sign-in needs a Lock")));
- (instancetype)initWithLock:(A0Lock *)lock
                     channel:(A0SignInChannel)channel
                   magicLink:(BOOL)magicLink
                  parameters:(nullable A0AuthParameters *)parameters;

- (void)happen:(A0SignInEvent)event;
- (void)happen:(A0SignInEvent)event text:(nullable NSString *)text;

@end

NS_ASSUME_NONNULL_END
