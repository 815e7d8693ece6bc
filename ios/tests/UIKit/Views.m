#import "Strict.h"
#include <objc/runtime.h>

UIUserInterfaceIdiom StrictIdiom;
NSMutableArray<NSString *> *StrictAnnouncements;
NSMutableArray<NSString *> *StrictSegues;

void Strict(BOOL holds, NSString *refusal, ...) {
    if (!holds) {
        va_list arguments;
        va_start(arguments, refusal);
        NSString *reason = [[NSString alloc] initWithFormat:refusal arguments:arguments];
        va_end(arguments);
        @throw [NSException exceptionWithName:@"UIKitRefuses" reason:reason userInfo:nil];
    }
}

#pragma mark - Device

@implementation UIDevice
+ (UIDevice *)currentDevice {
    static UIDevice *device;
    if (device == nil) {
        device = [[UIDevice alloc] init];
    }
    return device;
}
- (NSString *)name {
    return @"Ana's iPhone";
}
- (UIUserInterfaceIdiom)userInterfaceIdiom {
    return StrictIdiom;
}
- (NSUUID *)identifierForVendor {
    return [[NSUUID alloc] initWithUUIDString:@"7C1B3B3C-6E9C-4C5E-9E3A-0E1F2D3C4B5A"];
}
@end

#pragma mark - Colours, fonts, pictures

@implementation UIColor
#define SYSTEM_COLOR(NAME)                                                                                             \
    +(UIColor *)NAME {                                                                                                 \
        UIColor *color = [[UIColor alloc] init];                                                                       \
        color->_dynamic = YES;                                                                                         \
        return color;                                                                                                  \
    }
SYSTEM_COLOR(labelColor)
SYSTEM_COLOR(secondaryLabelColor)
SYSTEM_COLOR(systemBackgroundColor)
SYSTEM_COLOR(secondarySystemBackgroundColor)
SYSTEM_COLOR(systemRedColor)
SYSTEM_COLOR(tintColor)
+ (UIColor *)colorWithRed:(CGFloat)red green:(CGFloat)green blue:(CGFloat)blue alpha:(CGFloat)alpha {
    return [[UIColor alloc] init];
}
- (id)copyWithZone:(NSZone *)zone {
    return self;
}
@end

UIFontTextStyle const UIFontTextStyleTitle1 = @"UICTFontTextStyleTitle1";
UIFontTextStyle const UIFontTextStyleBody = @"UICTFontTextStyleBody";
UIFontTextStyle const UIFontTextStyleHeadline = @"UICTFontTextStyleHeadline";
UIFontTextStyle const UIFontTextStyleFootnote = @"UICTFontTextStyleFootnote";

@implementation UIFont
+ (UIFont *)scaled {
    UIFont *font = [[UIFont alloc] init];
    font->_scalable = YES;
    return font;
}
+ (UIFont *)preferredFontForTextStyle:(UIFontTextStyle)style {
    return [self scaled];
}
+ (UIFont *)fontWithName:(NSString *)name size:(CGFloat)size {
    return [[UIFont alloc] init];
}
@end

@interface UIFont (Scaled)
+ (UIFont *)scaled;
@end

@implementation UIFontMetrics
+ (instancetype)metricsForTextStyle:(UIFontTextStyle)style {
    return [[self alloc] init];
}
- (UIFont *)scaledFontForFont:(UIFont *)font {
    return [UIFont scaled];
}
@end

@implementation UIImage
+ (UIImage *)imageNamed:(NSString *)name {
    return [name isEqual:@"logo"] ? [[UIImage alloc] init] : nil;
}
@end

#pragma mark - Layout

@interface NSLayoutAnchor ()
@property (weak, nonatomic) UIView *view;
/// Of a guide of the view, which needs no constraints of its own.
@property (nonatomic) BOOL ofGuide;
@end

@interface NSLayoutConstraint ()
@property (strong, nonatomic) NSLayoutAnchor *first, *second;
@end

@implementation NSLayoutConstraint
+ (void)activateConstraints:(NSArray<NSLayoutConstraint *> *)constraints {
    for (NSLayoutConstraint *constraint in constraints) {
        constraint.active = YES;
    }
}
- (void)setActive:(BOOL)active {
    ON_MAIN();
    UIView *one = self.first.view, *other = self.second.view;
    Strict(one != nil, @"a constraint of a view that is gone");
    Strict(self.first.ofGuide || !one.translatesAutoresizingMaskIntoConstraints,
           @"a constraint of %@, which also translates its mask", [one class]);
    Strict(self.second == nil || [one commonAncestorWith:other] != nil,
           @"a constraint between %@ and %@, which have no common ancestor", [one class], [other class]);
    _active = active;
}
@end

@interface NSLayoutAnchor (To)
- (NSLayoutConstraint *)to:(NSLayoutAnchor *)anchor;
@end
@implementation NSLayoutAnchor
- (NSLayoutConstraint *)to:(NSLayoutAnchor *)anchor {
    Strict(anchor == nil || [anchor class] == [self class], @"a constraint between anchors of two axes");
    NSLayoutConstraint *constraint = [[NSLayoutConstraint alloc] init];
    constraint.first = self;
    constraint.second = anchor;
    return constraint;
}
- (NSLayoutConstraint *)constraintEqualToAnchor:(NSLayoutAnchor *)anchor {
    return [self to:anchor];
}
- (NSLayoutConstraint *)constraintEqualToAnchor:(NSLayoutAnchor *)anchor constant:(CGFloat)constant {
    return [self to:anchor];
}
- (NSLayoutConstraint *)constraintGreaterThanOrEqualToAnchor:(NSLayoutAnchor *)anchor {
    return [self to:anchor];
}
- (NSLayoutConstraint *)constraintLessThanOrEqualToAnchor:(NSLayoutAnchor *)anchor {
    return [self to:anchor];
}
@end
@implementation NSLayoutXAxisAnchor
@end
@implementation NSLayoutYAxisAnchor
@end
@implementation NSLayoutDimension
- (NSLayoutConstraint *)constraintEqualToConstant:(CGFloat)constant {
    return [self to:nil];
}
- (NSLayoutConstraint *)constraintGreaterThanOrEqualToConstant:(CGFloat)constant {
    return [self to:nil];
}
- (NSLayoutConstraint *)constraintLessThanOrEqualToConstant:(CGFloat)constant {
    return [self to:nil];
}
@end

static id Anchor(Class kind, UIView *view, BOOL ofGuide) {
    NSLayoutAnchor *anchor = [[kind alloc] init];
    anchor.view = view;
    anchor.ofGuide = ofGuide;
    return anchor;
}

#define ANCHORS(VIEW, GUIDE)                                                                                           \
    -(NSLayoutXAxisAnchor *)leadingAnchor { return Anchor([NSLayoutXAxisAnchor class], VIEW, GUIDE); }                 \
    -(NSLayoutXAxisAnchor *)trailingAnchor { return Anchor([NSLayoutXAxisAnchor class], VIEW, GUIDE); }                \
    -(NSLayoutXAxisAnchor *)centerXAnchor { return Anchor([NSLayoutXAxisAnchor class], VIEW, GUIDE); }                 \
    -(NSLayoutYAxisAnchor *)topAnchor { return Anchor([NSLayoutYAxisAnchor class], VIEW, GUIDE); }                     \
    -(NSLayoutYAxisAnchor *)bottomAnchor { return Anchor([NSLayoutYAxisAnchor class], VIEW, GUIDE); }                  \
    -(NSLayoutDimension *)widthAnchor { return Anchor([NSLayoutDimension class], VIEW, GUIDE); }                       \
    -(NSLayoutDimension *)heightAnchor { return Anchor([NSLayoutDimension class], VIEW, GUIDE); }

@interface UILayoutGuide ()
@property (weak, nonatomic) UIView *owningView;
@end
@implementation UILayoutGuide
ANCHORS(self.owningView, YES)
@end

static UILayoutGuide *Guide(UIView *view) {
    UILayoutGuide *guide = [[UILayoutGuide alloc] init];
    guide.owningView = view;
    return guide;
}

#pragma mark - Views

UIAccessibilityTraits UIAccessibilityTraitHeader = 1 << 16;
UIAccessibilityTraits UIAccessibilityTraitButton = 1;
UIAccessibilityNotifications UIAccessibilityAnnouncementNotification = 1008;
UIAccessibilityNotifications UIAccessibilityScreenChangedNotification = 1000;

void UIAccessibilityPostNotification(UIAccessibilityNotifications notification, id argument) {
    Strict([NSThread isMainThread], @"an announcement off the main thread");
    NSString *told = [argument isKindOfClass:[UILabel class]] ? [argument text] : [argument description];
    [StrictAnnouncements addObject:told ?: @""];
}

static __weak UIResponder *firstResponder;

@implementation UIResponder
- (BOOL)becomeFirstResponder {
    ON_MAIN();
    firstResponder = self;
    return YES;
}
- (BOOL)resignFirstResponder {
    ON_MAIN();
    if (firstResponder == self) {
        firstResponder = nil;
    }
    return YES;
}
- (BOOL)isFirstResponder {
    return firstResponder == self;
}
@end

@implementation UIView {
    NSMutableArray<UIView *> *_views;
    __weak UIView *_superview;
}
- (instancetype)init {
    return [self initWithFrame:CGRectMake(0, 0, 0, 0)];
}
- (instancetype)initWithFrame:(CGRect)frame {
    ON_MAIN();
    self = [super init];
    if (self) {
        _views = [NSMutableArray array];
        _frame = frame;
        _translatesAutoresizingMaskIntoConstraints = YES;
        _userInteractionEnabled = YES;
    }
    return self;
}
- (UIView *)superview {
    return _superview;
}
- (NSArray<UIView *> *)subviews {
    return [_views copy];
}
- (UIWindow *)window {
    UIView *view = self;
    while (view != nil && ![view isKindOfClass:[UIWindow class]]) {
        view = view.superview;
    }
    return (UIWindow *)view;
}
- (void)setHidden:(BOOL)hidden {
    ON_MAIN();
    _hidden = hidden;
}
- (BOOL)visible {
    for (UIView *view = self; view != nil; view = view.superview) {
        if (view.hidden) {
            return NO;
        }
        if ([view isKindOfClass:[UIWindow class]]) {
            return YES;
        }
    }
    return NO;
}
- (void)addSubview:(UIView *)view {
    ON_MAIN();
    Strict(view != nil && view != self, @"a view cannot be its own subview");
    [view removeFromSuperview];
    [_views addObject:view];
    view->_superview = self;
}
- (void)removeFromSuperview {
    ON_MAIN();
    UIView *parent = _superview;
    _superview = nil;
    if (parent != nil) {
        [parent->_views removeObjectIdenticalTo:self];
    }
}
- (UIView *)commonAncestorWith:(UIView *)other {
    for (UIView *mine = self; mine != nil; mine = mine.superview) {
        for (UIView *theirs = other; theirs != nil; theirs = theirs.superview) {
            if (mine == theirs) {
                return mine;
            }
        }
    }
    return nil;
}
- (BOOL)becomeFirstResponder {
    return self.window != nil && self.visible && [super becomeFirstResponder];
}
- (BOOL)endEditing:(BOOL)force {
    [firstResponder resignFirstResponder];
    return YES;
}
- (UILayoutGuide *)safeAreaLayoutGuide {
    return Guide(self);
}
- (UILayoutGuide *)keyboardLayoutGuide {
    return Guide(self);
}
- (UILayoutGuide *)readableContentGuide {
    return Guide(self);
}
ANCHORS(self, NO)
@end

@implementation UIWindow {
    UIViewController *_root;
}
- (id)rootViewController {
    return _root;
}
- (void)setRootViewController:(id)root {
    [_root.view removeFromSuperview];
    _root = root;
    [self addSubview:_root.view];
}
- (void)makeKeyAndVisible {
    [_root appear];
}
@end

@implementation UILabel
- (instancetype)initWithFrame:(CGRect)frame {
    self = [super initWithFrame:frame];
    if (self) {
        _numberOfLines = 1;
        _textColor = [UIColor labelColor];
        _font = [UIFont fontWithName:@"system" size:17];
    }
    return self;
}
- (void)setText:(NSString *)text {
    ON_MAIN();
    _text = [text copy];
}
@end

@implementation UIImageView
- (instancetype)initWithImage:(UIImage *)image {
    self = [super initWithFrame:CGRectMake(0, 0, 0, 0)];
    if (self) {
        _image = image;
    }
    return self;
}
@end

@implementation UIStackView {
    NSMutableArray<UIView *> *_arranged;
}
- (instancetype)initWithFrame:(CGRect)frame {
    self = [super initWithFrame:frame];
    if (self) {
        _arranged = [NSMutableArray array];
    }
    return self;
}
- (instancetype)initWithArrangedSubviews:(NSArray<UIView *> *)views {
    self = [self initWithFrame:CGRectMake(0, 0, 0, 0)];
    for (UIView *view in views) {
        [self addArrangedSubview:view];
    }
    return self;
}
- (NSArray<UIView *> *)arrangedSubviews {
    return [_arranged copy];
}
- (void)addArrangedSubview:(UIView *)view {
    view.translatesAutoresizingMaskIntoConstraints = NO;
    [self addSubview:view];
    [_arranged addObject:view];
}
- (void)setCustomSpacing:(CGFloat)spacing afterView:(UIView *)view {
    Strict([_arranged containsObject:view], @"spacing after a view that is not arranged");
}
@end

@implementation UIScrollView
- (UILayoutGuide *)contentLayoutGuide {
    return Guide(self);
}
- (UILayoutGuide *)frameLayoutGuide {
    return Guide(self);
}
@end
