// The hands and eyes of a person, for the stand-in of UIKit. Each raises where a person could not do it.

#import <UIKit/UIKit.h>

/// A window with a controller, on a phone or a tablet.
FOUNDATION_EXPORT UIWindow *DriverWindow(UIViewController *root, UIUserInterfaceIdiom idiom);
/// The controller that a person sees: of what is presented, the last.
FOUNDATION_EXPORT UIViewController *DriverTop(void);
/// All texts that are visible, also on buttons and in fields.
FOUNDATION_EXPORT NSArray<NSString *> *DriverTexts(void);
FOUNDATION_EXPORT BOOL DriverSees(NSString *text);
/// The visible button with this text, or this label for VoiceOver; nil where there is none.
FOUNDATION_EXPORT UIButton *DriverButton(NSString *text);
FOUNDATION_EXPORT void DriverTap(NSString *text);
/// The visible field: there is exactly one.
FOUNDATION_EXPORT UITextField *DriverField(void);
/// Types, letter by letter, after what is there.
FOUNDATION_EXPORT void DriverType(NSString *text);
/// What the system does when it read the code from a message.
FOUNDATION_EXPORT void DriverFill(NSString *text);
FOUNDATION_EXPORT void DriverReturn(void);
FOUNDATION_EXPORT void DriverSearch(NSString *text);
/// Taps the row whose texts hold this one.
FOUNDATION_EXPORT void DriverTapRow(NSString *text);
/// The gesture of VoiceOver that leaves a screen.
FOUNDATION_EXPORT BOOL DriverEscape(void);
/// What VoiceOver was told since the last time.
FOUNDATION_EXPORT NSArray<NSString *> *DriverAnnouncements(void);
/// Looks at everything that is visible for what UIKit would show wrongly; raises.
FOUNDATION_EXPORT void DriverAudit(void);
/// The identifiers of segues that were performed.
FOUNDATION_EXPORT NSArray<NSString *> *DriverSegues(void);

/// What the system hands to an app that opens a link.
@interface DriverLink : NSUserActivity
- (instancetype)initWithURL:(NSURL *)url;
@end
