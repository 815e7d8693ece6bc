// What the parts of the stand-in know of each other.

#import <UIKit/UIKit.h>

/// Raises unless it holds, as an app would be told by UIKit, by a warning or by a wrong screen.
FOUNDATION_EXPORT void Strict(BOOL holds, NSString *refusal, ...) NS_FORMAT_FUNCTION(2, 3);
#define ON_MAIN() Strict([NSThread isMainThread], @"%s off the main thread", sel_getName(_cmd))

@interface UIColor ()
/// Follows dark mode.
@property (readonly, nonatomic) BOOL dynamic;
@end

@interface UIFont ()
/// Follows the size of text that the person set.
@property (readonly, nonatomic) BOOL scalable;
@end

@interface UIView ()
/// The controller whose view it is.
@property (weak, nonatomic) UIViewController *owner;
- (UIView *)commonAncestorWith:(UIView *)other;
/// It and all above it are shown in the window.
@property (readonly, nonatomic) BOOL visible;
@end

@interface UIViewController ()
@property (weak, nonatomic) UIViewController *parent;
- (void)appear;
@end

FOUNDATION_EXPORT UIUserInterfaceIdiom StrictIdiom;
FOUNDATION_EXPORT NSMutableArray<NSString *> *StrictAnnouncements;
FOUNDATION_EXPORT NSMutableArray<NSString *> *StrictSegues;
