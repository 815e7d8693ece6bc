#import "A0Theme.h"

NSString *const A0ThemePrimaryButtonNormalColor = @"A0ThemePrimaryButtonNormalColor";
NSString *const A0ThemePrimaryButtonTextColor = @"A0ThemePrimaryButtonTextColor";
NSString *const A0ThemePrimaryButtonFont = @"A0ThemePrimaryButtonFont";
NSString *const A0ThemeSecondaryButtonTextColor = @"A0ThemeSecondaryButtonTextColor";
NSString *const A0ThemeTextFieldFont = @"A0ThemeTextFieldFont";
NSString *const A0ThemeTextFieldTextColor = @"A0ThemeTextFieldTextColor";
NSString *const A0ThemeTitleFont = @"A0ThemeTitleFont";
NSString *const A0ThemeTitleTextColor = @"A0ThemeTitleTextColor";
NSString *const A0ThemeDescriptionFont = @"A0ThemeDescriptionFont";
NSString *const A0ThemeDescriptionTextColor = @"A0ThemeDescriptionTextColor";
NSString *const A0ThemeScreenBackgroundColor = @"A0ThemeScreenBackgroundColor";
NSString *const A0ThemeIconImageName = @"A0ThemeIconImageName";

@implementation A0Theme {
    NSMutableDictionary<NSString *, id> *_values;
}

+ (instancetype)sharedInstance {
    static A0Theme *shared;
    @synchronized([A0Theme class]) {
        if (shared == nil) {
            shared = [[A0Theme alloc] init];
        }
        return shared;
    }
}

- (instancetype)init {
    self = [super init];
    if (self) {
        _values = [NSMutableDictionary dictionary];
    }
    return self;
}

- (void)registerColor:(UIColor *)color forKey:(NSString *)key {
    _values[key] = color;
}

- (void)registerFont:(UIFont *)font forKey:(NSString *)key {
    _values[key] = font;
}

- (void)registerImageWithName:(NSString *)name forKey:(NSString *)key {
    _values[key] = name;
}

- (UIColor *)colorForKey:(NSString *)key {
    return _values[key];
}

- (UIColor *)colorForKey:(NSString *)key defaultColor:(UIColor *)color {
    return _values[key] ?: color;
}

- (UIFont *)fontForKey:(NSString *)key textStyle:(UIFontTextStyle)style {
    UIFont *font = _values[key];
    return font == nil ? [UIFont preferredFontForTextStyle:style]
                       : [[UIFontMetrics metricsForTextStyle:style] scaledFontForFont:font];
}

- (UIImage *)imageForKey:(NSString *)key {
    NSString *name = _values[key];
    return name == nil ? nil : [UIImage imageNamed:name];
}

@end
