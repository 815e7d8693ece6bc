// A stand-in for the part of UIKit that the screens use, for tests on systems without UIKit. Written from what Apple
// documents; only what is used is here, so that anything else does not compile.
//
// It is strict: what UIKit refuses, warns of or would show wrongly raises here. Off the main thread; presenting while
// something is presented, or from a controller that is not shown; constraints between views without a common parent, or
// of views that translate their mask; texts that do not grow with the person's size, or whose colour does not follow
// dark mode; controls without a label for VoiceOver; tapping what cannot be tapped.

#import <Foundation/Foundation.h>
#import <UIKit/UIDevice.h>

NS_ASSUME_NONNULL_BEGIN

typedef double CGFloat;
typedef struct { CGFloat x, y; } CGPoint;
typedef struct { CGFloat width, height; } CGSize;
typedef struct { CGPoint origin; CGSize size; } CGRect;
typedef struct { CGFloat top, leading, bottom, trailing; } NSDirectionalEdgeInsets;
static inline NSDirectionalEdgeInsets NSDirectionalEdgeInsetsMake(CGFloat top, CGFloat leading, CGFloat bottom, CGFloat trailing) {
    return (NSDirectionalEdgeInsets){top, leading, bottom, trailing};
}
static inline CGRect CGRectMake(CGFloat x, CGFloat y, CGFloat width, CGFloat height) {
    return (CGRect){{x, y}, {width, height}};
}

#pragma mark Colours, fonts, pictures

@interface UIColor : NSObject
@property (class, readonly, nonatomic) UIColor *labelColor;
@property (class, readonly, nonatomic) UIColor *secondaryLabelColor;
@property (class, readonly, nonatomic) UIColor *systemBackgroundColor;
@property (class, readonly, nonatomic) UIColor *secondarySystemBackgroundColor;
@property (class, readonly, nonatomic) UIColor *systemRedColor;
@property (class, readonly, nonatomic) UIColor *tintColor;
+ (UIColor *)colorWithRed:(CGFloat)red green:(CGFloat)green blue:(CGFloat)blue alpha:(CGFloat)alpha;
@end

typedef NSString *UIFontTextStyle;
FOUNDATION_EXPORT UIFontTextStyle const UIFontTextStyleTitle1;
FOUNDATION_EXPORT UIFontTextStyle const UIFontTextStyleBody;
FOUNDATION_EXPORT UIFontTextStyle const UIFontTextStyleHeadline;
FOUNDATION_EXPORT UIFontTextStyle const UIFontTextStyleFootnote;

@interface UIFont : NSObject
+ (UIFont *)preferredFontForTextStyle:(UIFontTextStyle)style;
+ (nullable UIFont *)fontWithName:(NSString *)name size:(CGFloat)size;
@end

@interface UIFontMetrics : NSObject
+ (instancetype)metricsForTextStyle:(UIFontTextStyle)style;
- (UIFont *)scaledFontForFont:(UIFont *)font;
@end

@interface UIImage : NSObject
+ (nullable UIImage *)imageNamed:(NSString *)name;
@end

#pragma mark Layout

@class UIView;

@interface NSLayoutConstraint : NSObject
@property (nonatomic) BOOL active;
+ (void)activateConstraints:(NSArray<NSLayoutConstraint *> *)constraints;
@end

@interface NSLayoutAnchor : NSObject
- (NSLayoutConstraint *)constraintEqualToAnchor:(NSLayoutAnchor *)anchor;
- (NSLayoutConstraint *)constraintEqualToAnchor:(NSLayoutAnchor *)anchor constant:(CGFloat)constant;
- (NSLayoutConstraint *)constraintGreaterThanOrEqualToAnchor:(NSLayoutAnchor *)anchor;
- (NSLayoutConstraint *)constraintLessThanOrEqualToAnchor:(NSLayoutAnchor *)anchor;
@end
@interface NSLayoutXAxisAnchor : NSLayoutAnchor
@end
@interface NSLayoutYAxisAnchor : NSLayoutAnchor
@end
@interface NSLayoutDimension : NSLayoutAnchor
- (NSLayoutConstraint *)constraintEqualToConstant:(CGFloat)constant;
- (NSLayoutConstraint *)constraintGreaterThanOrEqualToConstant:(CGFloat)constant;
- (NSLayoutConstraint *)constraintLessThanOrEqualToConstant:(CGFloat)constant;
@end

/// No left and no right: they are wrong for half of the world.
@interface UILayoutGuide : NSObject
@property (readonly, strong, nonatomic) NSLayoutXAxisAnchor *leadingAnchor, *trailingAnchor, *centerXAnchor;
@property (readonly, strong, nonatomic) NSLayoutYAxisAnchor *topAnchor, *bottomAnchor;
@property (readonly, strong, nonatomic) NSLayoutDimension *widthAnchor, *heightAnchor;
@end

#pragma mark Views

typedef NS_ENUM(NSInteger, UISemanticContentAttribute) {
    UISemanticContentAttributeUnspecified = 0,
    UISemanticContentAttributeForceLeftToRight = 3,
    UISemanticContentAttributeForceRightToLeft = 4
};
typedef uint64_t UIAccessibilityTraits;
FOUNDATION_EXPORT UIAccessibilityTraits UIAccessibilityTraitHeader;
FOUNDATION_EXPORT UIAccessibilityTraits UIAccessibilityTraitButton;
typedef uint32_t UIAccessibilityNotifications;
FOUNDATION_EXPORT UIAccessibilityNotifications UIAccessibilityAnnouncementNotification;
FOUNDATION_EXPORT UIAccessibilityNotifications UIAccessibilityScreenChangedNotification;
FOUNDATION_EXPORT void UIAccessibilityPostNotification(UIAccessibilityNotifications notification, id _Nullable argument);

@interface UIResponder : NSObject
- (BOOL)becomeFirstResponder;
- (BOOL)resignFirstResponder;
@property (readonly, nonatomic) BOOL isFirstResponder;
@end

@class UIWindow;

@interface UIView : UIResponder
- (instancetype)initWithFrame:(CGRect)frame;
@property (nonatomic) CGRect frame;
@property (readonly, nonatomic, nullable) UIView *superview;
@property (readonly, copy, nonatomic) NSArray<UIView *> *subviews;
@property (readonly, nonatomic, nullable) UIWindow *window;
@property (nonatomic, getter=isHidden) BOOL hidden;
@property (nonatomic, getter=isUserInteractionEnabled) BOOL userInteractionEnabled;
@property (copy, nonatomic, nullable) UIColor *backgroundColor;
@property (strong, nonatomic) UIColor *tintColor;
@property (nonatomic) BOOL translatesAutoresizingMaskIntoConstraints;
@property (nonatomic) UISemanticContentAttribute semanticContentAttribute;
@property (nonatomic) NSInteger tag;
// Apple's are a category of NSObject.
@property (copy, nonatomic, nullable) NSString *accessibilityLabel;
@property (copy, nonatomic, nullable) NSString *accessibilityHint;
@property (copy, nonatomic, nullable) NSString *accessibilityValue;
@property (nonatomic) UIAccessibilityTraits accessibilityTraits;
@property (nonatomic) BOOL isAccessibilityElement;
@property (readonly, strong, nonatomic) NSLayoutXAxisAnchor *leadingAnchor, *trailingAnchor, *centerXAnchor;
@property (readonly, strong, nonatomic) NSLayoutYAxisAnchor *topAnchor, *bottomAnchor;
@property (readonly, strong, nonatomic) NSLayoutDimension *widthAnchor, *heightAnchor;
@property (readonly, strong, nonatomic) UILayoutGuide *safeAreaLayoutGuide, *keyboardLayoutGuide, *readableContentGuide;
- (void)addSubview:(UIView *)view;
- (void)removeFromSuperview;
- (BOOL)endEditing:(BOOL)force;
@end

@interface UIWindow : UIView
@property (strong, nonatomic, nullable) id rootViewController;
- (void)makeKeyAndVisible;
@end

typedef NS_ENUM(NSInteger, NSTextAlignment) { NSTextAlignmentNatural = 4, NSTextAlignmentCenter = 1 };

@interface UILabel : UIView
@property (copy, nonatomic, nullable) NSString *text;
@property (strong, nonatomic) UIFont *font;
@property (strong, nonatomic) UIColor *textColor;
@property (nonatomic) NSInteger numberOfLines;
@property (nonatomic) NSTextAlignment textAlignment;
@property (nonatomic) BOOL adjustsFontForContentSizeCategory;
@end

typedef NS_ENUM(NSInteger, UIViewContentMode) { UIViewContentModeScaleAspectFit = 1 };
@interface UIImageView : UIView
- (instancetype)initWithImage:(nullable UIImage *)image;
@property (strong, nonatomic, nullable) UIImage *image;
@property (nonatomic) UIViewContentMode contentMode;
@end

typedef NS_ENUM(NSInteger, UILayoutConstraintAxis) { UILayoutConstraintAxisHorizontal, UILayoutConstraintAxisVertical };
typedef NS_ENUM(NSInteger, UIStackViewAlignment) { UIStackViewAlignmentFill, UIStackViewAlignmentLeading, UIStackViewAlignmentFirstBaseline };

@interface UIStackView : UIView
- (instancetype)initWithArrangedSubviews:(NSArray<UIView *> *)views;
@property (readonly, copy, nonatomic) NSArray<UIView *> *arrangedSubviews;
@property (nonatomic) UILayoutConstraintAxis axis;
@property (nonatomic) UIStackViewAlignment alignment;
@property (nonatomic) CGFloat spacing;
- (void)addArrangedSubview:(UIView *)view;
- (void)setCustomSpacing:(CGFloat)spacing afterView:(UIView *)view;
@end

typedef NS_ENUM(NSInteger, UIScrollViewKeyboardDismissMode) { UIScrollViewKeyboardDismissModeInteractive = 2 };
@interface UIScrollView : UIView
@property (nonatomic) UIScrollViewKeyboardDismissMode keyboardDismissMode;
@property (readonly, strong, nonatomic) UILayoutGuide *contentLayoutGuide, *frameLayoutGuide;
@end

#pragma mark Controls

typedef NS_OPTIONS(NSUInteger, UIControlEvents) {
    UIControlEventTouchUpInside = 1 << 6,
    UIControlEventEditingChanged = 1 << 17,
    UIControlEventEditingDidEndOnExit = 1 << 19
};
typedef NS_OPTIONS(NSUInteger, UIControlState) { UIControlStateNormal = 0 };

@interface UIControl : UIView
@property (nonatomic, getter=isEnabled) BOOL enabled;
- (void)addTarget:(nullable id)target action:(SEL)action forControlEvents:(UIControlEvents)events;
- (void)sendActionsForControlEvents:(UIControlEvents)events;
@end

@interface UIButtonConfiguration : NSObject <NSCopying>
+ (instancetype)filledButtonConfiguration;
+ (instancetype)plainButtonConfiguration;
+ (instancetype)grayButtonConfiguration;
@property (copy, nonatomic, nullable) NSString *title;
@property (strong, nonatomic, nullable) UIColor *baseForegroundColor;
@property (strong, nonatomic, nullable) UIColor *baseBackgroundColor;
@property (nonatomic) BOOL showsActivityIndicator;
@property (nonatomic) CGFloat imagePadding;
@property (nonatomic) NSDirectionalEdgeInsets contentInsets;
@end

typedef NS_ENUM(NSInteger, UIButtonType) { UIButtonTypeCustom = 0, UIButtonTypeSystem };
@interface UIButton : UIControl
+ (instancetype)buttonWithType:(UIButtonType)type;
@property (copy, nonatomic, nullable) UIButtonConfiguration *configuration;
@end

typedef NS_ENUM(NSInteger, UITextBorderStyle) { UITextBorderStyleRoundedRect = 3 };
typedef NS_ENUM(NSInteger, UIKeyboardType) {
    UIKeyboardTypeDefault,
    UIKeyboardTypeNumberPad = 4,
    UIKeyboardTypePhonePad = 5,
    UIKeyboardTypeEmailAddress = 7
};
typedef NS_ENUM(NSInteger, UIReturnKeyType) { UIReturnKeyDefault, UIReturnKeyGo, UIReturnKeyContinue = 11 };
typedef NS_ENUM(NSInteger, UITextAutocapitalizationType) { UITextAutocapitalizationTypeNone };
typedef NS_ENUM(NSInteger, UITextAutocorrectionType) { UITextAutocorrectionTypeNo = 1 };
typedef NSString *UITextContentType;
FOUNDATION_EXPORT UITextContentType const UITextContentTypeTelephoneNumber;
FOUNDATION_EXPORT UITextContentType const UITextContentTypeEmailAddress;
FOUNDATION_EXPORT UITextContentType const UITextContentTypeOneTimeCode;

@interface UITextField : UIControl
@property (copy, nonatomic, nullable) NSString *text;
@property (copy, nonatomic, nullable) NSString *placeholder;
@property (strong, nonatomic, nullable) UIFont *font;
@property (strong, nonatomic, nullable) UIColor *textColor;
@property (nonatomic) NSTextAlignment textAlignment;
@property (nonatomic) BOOL adjustsFontForContentSizeCategory;
@property (nonatomic) UITextBorderStyle borderStyle;
@property (nonatomic) UIKeyboardType keyboardType;
@property (nonatomic) UIReturnKeyType returnKeyType;
@property (nonatomic) UITextAutocapitalizationType autocapitalizationType;
@property (nonatomic) UITextAutocorrectionType autocorrectionType;
@property (copy, nonatomic, nullable) UITextContentType textContentType;
@property (nonatomic) BOOL enablesReturnKeyAutomatically;
- (void)reloadInputViews;
@end

@class UISearchBar;
@protocol UISearchBarDelegate <NSObject>
- (void)searchBar:(UISearchBar *)searchBar textDidChange:(NSString *)text;
@end
@interface UISearchBar : UIView
@property (copy, nonatomic, nullable) NSString *text;
@property (copy, nonatomic, nullable) NSString *placeholder;
@property (weak, nonatomic, nullable) id<UISearchBarDelegate> delegate;
- (void)sizeToFit;
@end

#pragma mark Controllers

#ifdef GNUSTEP
// GNUstep's has nothing in it yet.
@interface NSUserActivity (Links)
@property (readonly, copy, nonatomic, nullable) NSURL *webpageURL;
@end
#endif

@class UINavigationItem, UINavigationController;
typedef NS_ENUM(NSInteger, UIModalPresentationStyle) {
    UIModalPresentationFullScreen = 0,
    UIModalPresentationPageSheet = 1,
    UIModalPresentationFormSheet = 2
};

@interface UIViewController : UIResponder
- (instancetype)initWithNibName:(nullable NSString *)name bundle:(nullable NSBundle *)bundle;
@property (strong, nonatomic, null_resettable) UIView *view;
@property (copy, nonatomic, nullable) NSString *title;
@property (nonatomic) UIModalPresentationStyle modalPresentationStyle;
/// The person cannot swipe it away.
@property (nonatomic, getter=isModalInPresentation) BOOL modalInPresentation;
@property (readonly, nonatomic, nullable) UIViewController *presentedViewController;
@property (readonly, nonatomic, nullable) UIViewController *presentingViewController;
@property (readonly, nonatomic, nullable) UINavigationController *navigationController;
@property (readonly, strong, nonatomic) UINavigationItem *navigationItem;
- (void)loadView;
- (void)viewDidLoad;
- (void)viewWillAppear:(BOOL)animated;
- (void)viewDidAppear:(BOOL)animated;
- (void)viewWillDisappear:(BOOL)animated;
- (void)viewDidDisappear:(BOOL)animated;
- (BOOL)accessibilityPerformEscape;
- (void)presentViewController:(UIViewController *)controller
                     animated:(BOOL)animated
                   completion:(void (^_Nullable)(void))completion;
- (void)dismissViewControllerAnimated:(BOOL)animated completion:(void (^_Nullable)(void))completion;
- (void)performSegueWithIdentifier:(NSString *)identifier sender:(nullable id)sender;
@end

typedef NS_ENUM(NSInteger, UIBarButtonSystemItem) { UIBarButtonSystemItemCancel = 1 };
@interface UIBarButtonItem : NSObject
- (instancetype)initWithBarButtonSystemItem:(UIBarButtonSystemItem)item target:(nullable id)target action:(nullable SEL)action;
@property (readonly, weak, nonatomic, nullable) id target;
@property (readonly, nonatomic, nullable) SEL action;
@end
@interface UINavigationItem : NSObject
@property (copy, nonatomic, nullable) NSString *title;
@property (strong, nonatomic, nullable) UIBarButtonItem *leftBarButtonItem;
@end

@interface UINavigationController : UIViewController
- (instancetype)initWithRootViewController:(UIViewController *)root;
@property (readonly, nonatomic) UIViewController *topViewController;
@end

@interface UITableViewCell : UIView
@property (readonly, strong, nonatomic) UILabel *textLabel;
@property (readonly, strong, nonatomic, nullable) UILabel *detailTextLabel;
- (instancetype)initWithStyle:(NSInteger)style reuseIdentifier:(nullable NSString *)identifier;
@end
enum { UITableViewCellStyleValue1 = 1 };
typedef NS_ENUM(NSInteger, UITableViewStyle) { UITableViewStylePlain };

@interface UITableView : UIScrollView
@property (strong, nonatomic, nullable) UIView *tableHeaderView;
- (nullable UITableViewCell *)dequeueReusableCellWithIdentifier:(NSString *)identifier;
- (void)reloadData;
@end

@interface NSIndexPath (UITableView)
@property (readonly, nonatomic) NSInteger row;
@end

@interface UITableViewController : UIViewController
- (instancetype)initWithStyle:(UITableViewStyle)style;
@property (strong, nonatomic) UITableView *tableView;
- (NSInteger)tableView:(UITableView *)tableView numberOfRowsInSection:(NSInteger)section;
- (UITableViewCell *)tableView:(UITableView *)tableView cellForRowAtIndexPath:(NSIndexPath *)indexPath;
- (void)tableView:(UITableView *)tableView didSelectRowAtIndexPath:(NSIndexPath *)indexPath;
@end

NS_ASSUME_NONNULL_END
