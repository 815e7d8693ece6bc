#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

FOUNDATION_EXPORT NSString *const A0ThemePrimaryButtonNormalColor;
FOUNDATION_EXPORT NSString *const A0ThemePrimaryButtonTextColor;
FOUNDATION_EXPORT NSString *const A0ThemePrimaryButtonFont;
FOUNDATION_EXPORT NSString *const A0ThemeSecondaryButtonTextColor;
FOUNDATION_EXPORT NSString *const A0ThemeTextFieldFont;
FOUNDATION_EXPORT NSString *const A0ThemeTextFieldTextColor;
FOUNDATION_EXPORT NSString *const A0ThemeTitleFont;
FOUNDATION_EXPORT NSString *const A0ThemeTitleTextColor;
FOUNDATION_EXPORT NSString *const A0ThemeDescriptionFont;
FOUNDATION_EXPORT NSString *const A0ThemeDescriptionTextColor;
FOUNDATION_EXPORT NSString *const A0ThemeScreenBackgroundColor;
FOUNDATION_EXPORT NSString *const A0ThemeIconImageName;

/// How the screens look, where that is not as the system looks. Set it before a screen is made. On the main thread
/// only.
///
/// Give colours that follow dark mode (`+[UIColor colorNamed:]`, or `colorWithDynamicProvider:`). Fonts grow with the
/// person's size of text by themselves.
@interface A0Theme : NSObject

+ (instancetype)sharedInstance;

- (void)registerColor:(UIColor *)color forKey:(NSString *)key;
- (void)registerFont:(UIFont *)font forKey:(NSString *)key;
- (void)registerImageWithName:(NSString *)name forKey:(NSString *)key;

- (nullable UIColor *)colorForKey:(NSString *)key;
- (UIColor *)colorForKey:(NSString *)key defaultColor:(UIColor *)color;
- (UIFont *)fontForKey:(NSString *)key textStyle:(UIFontTextStyle)style;
- (nullable UIImage *)imageForKey:(NSString *)key;

@end

NS_ASSUME_NONNULL_END
